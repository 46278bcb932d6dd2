"""A round with a questionnaire in three languages and some interviews, all of them invented."""

from datetime import datetime, timedelta

from django.contrib.auth.models import Group

from forms.models import Deployment, Version
from locations.models import Level
from mtm.accounts import make_groups
from surveys.actions.keys import RoundKeys
from surveys.actions.pull import pull
from surveys.actions.review import Verdict, decide
from surveys.models import Submission, SyncRun, ValidationStatus
from tests.factories import (
    DeployedVersionFactory,
    EnumeratorFactory,
    OblastFactory,
    QuestionFactory,
    RayonFactory,
    SettlementFactory,
    UserFactory,
)
from tests.fakes import FakeKobo, edited, row

PASSWORD = "correct horse battery staple"
YES_NO = [
    {"name": "yes", "labels": {"en": "Yes", "ru": "Да", "ky": "Ооба"}},
    {"name": "no", "labels": {"en": "No", "ru": "Нет", "ky": "Жок"}},
]
REASONS = [
    {
        "name": "work",
        "labels": {"en": "Work ended", "ru": "Работа закончилась", "ky": "Жумуш бүттү"},
    },
    {"name": "family", "labels": {"en": "Family", "ru": "Семья", "ky": "Үй-бүлө"}},
    {"name": "health", "labels": {"en": "Health", "ru": "Здоровье", "ky": "Ден соолук"}},
]
QUESTIONS = [
    # path, type, class, treatment
    ("start", "start", "device", "fieldwork"),
    ("end", "end", "device", "fieldwork"),
    ("deviceid", "deviceid", "device", "fieldwork"),
    ("enumerator", "text", "device", "fieldwork"),
    ("place", "text", "loc_coarse", "keep"),
    ("gps", "geopoint", "loc_precise", "seal_location"),
    ("respondent/name", "text", "direct", "seal"),
    ("respondent/phone", "text", "contact", "seal"),
    ("respondent/age", "integer", "quasi", "keep"),
    ("respondent/coupon", "text", "link", "pseudonymise"),
    ("return/reasons", "select_multiple", "sensitive", "keep"),
    ("return/reason_other", "text", "free", "redact_and_seal"),
    ("return/day", "date", "quasi", "keep"),
    ("return/again", "select_one", "sensitive", "keep"),
    ("household/m_name", "text", "ki", "seal"),
    ("household/m_age", "integer", "quasi", "keep"),
    ("household/m_abroad", "select_one", "quasi", "keep"),
]
CHOICES = {
    "return/reasons": REASONS,
    "return/again": YES_NO,
    "household/m_abroad": YES_NO,
}
LABELS = {  # English, Russian, Kyrgyz
    "start": (
        "Start",
        "Начало",
        "Башталышы",
    ),
    "end": (
        "End",
        "Конец",
        "Аягы",
    ),
    "deviceid": (
        "Device",
        "Устройство",
        "Түзмөк",
    ),
    "enumerator": (
        "Enumerator's code",
        "Код интервьюера",
        "Интервьюердин коду",
    ),
    "place": (
        "Settlement",
        "Населённый пункт",
        "Калктуу конуш",
    ),
    "gps": (
        "Position of the interview",
        "Место интервью",
        "Интервью өткөн жер",
    ),
    "respondent/name": (
        "Name of the respondent",
        "Имя респондента",
        "Респонденттин аты",
    ),
    "respondent/phone": (
        "Telephone number",
        "Номер телефона",
        "Телефон номери",
    ),
    "respondent/age": (
        "Age in full years",
        "Возраст полных лет",
        "Толук жашы",
    ),
    "respondent/coupon": (
        "Code of the coupon",
        "Код купона",
        "Купондун коду",
    ),
    "return/reasons": (
        "Why did you return? Name all reasons that mattered to you.",
        "Почему вы вернулись? Назовите все важные для вас причины.",
        "Эмне үчүн кайтып келдиңиз? Сиз үчүн маанилүү болгон бардык себептерди атаңыз.",
    ),
    "return/reason_other": (
        "Another reason, in your words",
        "Другая причина, своими словами",
        "Башка себеп, өз сөзүңүз менен",
    ),
    "return/day": (
        "Day of the return",
        "День возвращения",
        "Кайтып келген күнү",
    ),
    "return/again": (
        "Do you intend to leave again within twelve months?",
        "Собираетесь ли вы уехать снова в ближайшие двенадцать месяцев?",
        "Жакынкы он эки айда кайра кетүүнү ойлойсузбу?",
    ),
    "household/m_name": (
        "Name",
        "Имя",
        "Аты",
    ),
    "household/m_age": (
        "Age",
        "Возраст",
        "Жашы",
    ),
    "household/m_abroad": (
        "Lives abroad",
        "Живёт за границей",
        "Чет өлкөдө жашайт",
    ),
    "consent": (
        "Do you agree to take part?",
        "Согласны ли вы участвовать?",
        "Катышууга макулсузбу?",
    ),
}


def staff(username: str, role: str = "data_manager"):
    """A member of staff with one role, who can sign in."""
    make_groups()
    user = UserFactory(username=username)
    user.set_password(PASSWORD)
    user.save()
    user.groups.set(Group.objects.filter(name=role))
    return user


def questionnaire(**deployment) -> Version:
    """An approved version, deployed as "v1"."""
    deployed = DeployedVersionFactory(
        version_uid="v1",
        deployment__form__name="Survey of returned migrants",
        version__approved_by=UserFactory(),
        version__approved_at=datetime.fromisoformat("2026-08-01T00:00Z"),
        version__number=3,
        **{f"deployment__{name}": value for name, value in deployment.items()},
    )
    consent = {"choices": YES_NO, "is_informed_consent": True, "given": ["yes"]}
    ask(deployed.version, "consent", "select_one", "consent", "keep", **consent)
    for question in QUESTIONS:
        ask(deployed.version, *question, choices=CHOICES.get(question[0], []))
    return deployed.version


def ask(version: Version, path: str, kind: str, privacy: str, treatment: str, **more) -> None:
    QuestionFactory(
        version=version,
        path=path,
        type=kind,
        privacy=privacy,
        treatment=treatment,
        labels=dict(zip(("en", "ru", "ky"), LABELS[path], strict=True)),
        repeat="household" if path.startswith("household/") else "",
        has_token=privacy in {"contact", "link"},
        **more,
    )


def places() -> None:
    oblast = OblastFactory(
        soate="41706990000000", name_en="Osh oblast", name_ru="Ошская область", name_ky="Ош облусу"
    )
    rayon = RayonFactory(
        parent=oblast,
        name_en="Kara-Suu rayon",
        name_ru="Кара-Сууский район",
        name_ky="Кара-Суу району",
    )
    aimak = SettlementFactory(
        level=Level.AYIL_AIMAK,
        parent=rayon,
        name_en="Example ayil aimak",
        name_ru="Примерный айылный аймак",
        name_ky="Мисал айыл аймагы",
    )
    for n, (en, ru, ky) in enumerate(
        [("Ak-Example", "Ак-Пример", "Ак-Мисал"), ("Kok-Example", "Кок-Пример", "Көк-Мисал")]
    ):
        SettlementFactory(
            parent=aimak, soate=f"4170600000000{n}", name_en=en, name_ru=ru, name_ky=ky
        )


def interview(number: int, **answers):
    """An interview with an invented person."""
    told = {
        "start": "2026-08-31T10:00:00+06:00",
        "end": f"2026-08-31T10:{10 + number % 40}:00+06:00",
        "deviceid": "example",
        "enumerator": f"E{number % 3 + 1:02}",
        "place": f"4170600000000{number % 2}",
        "respondent/name": "Aisuluu Example",
        "respondent/phone": "+996 555 000 000",
        "respondent/age": str(20 + number),
        "respondent/coupon": "ab-12",
        "return/reasons": "work family",
        "return/day": "2026-05-09",
        "household": [
            {"household/m_name": "Bakyt Example", "household/m_age": "44"}
            | {"household/m_abroad": "no"},
            {"household/m_name": "Cholpon Example", "household/m_age": "12"},
        ],
    }
    return row(number, **(told | answers))


def play(keys: RoundKeys, *, at: datetime) -> Deployment:
    """Pull interviews as they would come in over some days, edit one and decide on some."""
    places()
    for code in ("E01", "E02", "E03"):
        EnumeratorFactory(code=code)
    deployment = questionnaire().deployed_as.get().deployment
    for days, numbers in ((6, range(1, 5)), (1, range(5, 9)), (0, range(9, 15))):
        kobo = FakeKobo(*(interview(number) for number in numbers))
        pull(deployment, kobo, keys=keys, at=at - timedelta(days=days, minutes=5))
    edit = edited(interview(1), 1, **{"respondent/age": "47", "return/again": "yes"})
    problems = [row(20, consent="no"), row(21, shoe="44"), row(22, __version__="v9")]
    pull(deployment, FakeKobo(edit, *problems), keys=keys, at=at - timedelta(minutes=4))
    SyncRun.objects.filter(deployment=deployment).update(
        started_at=at - timedelta(minutes=4), finished_at=at - timedelta(minutes=4)
    )
    _decide(at)
    return deployment


def _decide(at: datetime) -> None:
    other = staff("reviewer.example")
    later = list(Submission.objects.order_by("-received_at", "pk")[:4])
    why = ("contradictory", "Age 12 and married: ask the enumerator")
    verdicts = [
        Verdict(ValidationStatus.APPROVED),
        Verdict(ValidationStatus.APPROVED),
        Verdict(ValidationStatus.ON_HOLD, *why),
        Verdict(ValidationStatus.NOT_APPROVED, "duplicate", "The same interview as the one before"),
    ]
    for submission, verdict in zip(later, verdicts, strict=True):
        decide(
            {submission.pk: submission.stamp},
            verdict,
            by_id=other.pk,
            at=at - timedelta(minutes=2),
            push_after=timedelta(hours=1),
        )
