"""A plan with a question of every class, and rows that fit it."""

from hypothesis import strategies as st

from forms.core.privacy import Privacy, Treatment, default_treatment, has_token
from surveys.core.anonymise import Fact, Plan, Rule

KEY = b"k" * 32
FACTS = {
    "start": Fact.STARTED,
    "end": Fact.ENDED,
    "deviceid": Fact.DEVICE,
    "enumerator": Fact.ENUMERATOR,
    "home/gps": Fact.POINT,
}
CLASSES = {
    "consent": Privacy.CONSENT,
    "place": Privacy.LOC_COARSE,
    "who/name": Privacy.DIRECT,
    "who/phone": Privacy.CONTACT,
    "who/coupon": Privacy.LINK,
    "who/age": Privacy.QUASI,
    "reason": Privacy.SENSITIVE,
    "reason_other": Privacy.FREE,
    "remark": Privacy.FREE_SEALED,
    "home/gps": Privacy.LOC_PRECISE,
    "informant": Privacy.KI,
    "total": Privacy.HARMLESS,
    "start": Privacy.DEVICE,
    "end": Privacy.DEVICE,
    "deviceid": Privacy.DEVICE,
    "enumerator": Privacy.DEVICE,
}
INSIDE = {
    "house/name": Privacy.DIRECT,
    "house/age": Privacy.QUASI,
    "house/job/title": Privacy.FREE,
    "house/child/age": Privacy.QUASI,
    "house/child/nick": Privacy.DIRECT,
}


def rule(path: str, privacy: Privacy) -> Rule:
    treatment = default_treatment(privacy)
    token = has_token(privacy)
    return Rule(privacy, treatment, has_token=token, fact=FACTS.get(path))


def plan(*, repeats: bool = True, dropped: str = "") -> Plan:
    classes = CLASSES | (INSIDE if repeats else {})
    rules = {path: rule(path, privacy) for path, privacy in classes.items()}
    if dropped:
        rules[dropped] = Rule(Privacy.QUASI, Treatment.DROP)
    return Plan(
        rules=rules,
        repeats=frozenset({"house", "house/child"} if repeats else ()),
        consent="consent",
        given=frozenset({"yes"}),
        place="place",
    )


TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), max_size=12)
ANSWERS = st.fixed_dictionaries({}, optional=dict.fromkeys(CLASSES, TEXTS))
CHILDREN = st.lists(
    st.fixed_dictionaries({}, optional={"house/child/age": TEXTS, "house/child/nick": TEXTS}),
    max_size=2,
)
HOUSES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "house/name": TEXTS,
            "house/age": TEXTS,
            "house/job/title": TEXTS,
            "house/child": CHILDREN,
        },
    ),
    max_size=3,
)
ROWS = st.builds(
    lambda answers, houses: answers | ({"house": houses} if houses is not None else {}),
    ANSWERS,
    st.none() | HOUSES,
)
