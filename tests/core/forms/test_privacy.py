"""The classes, their order, their treatments, and KoBo's own keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.core.kobo_fields import KOBO_FIELDS, RESERVED_NAMES, KoboField, kobo_field
from forms.core.privacy import (
    DEFAULT_TREATMENTS,
    HIDDEN,
    STRICTNESS,
    Privacy,
    Treatment,
    default_treatment,
    has_token,
    is_laxer,
    nearest,
    strictest,
)
from forms.core.treatments import TreatmentNotUnderstood, fits, handling, parse_treatment

classes = st.lists(st.sampled_from(Privacy))


def test_every_class_has_its_place_in_the_order_and_a_treatment():
    assert len(Privacy) == 13
    assert sorted(STRICTNESS) == sorted(Privacy)
    assert set(DEFAULT_TREATMENTS) == set(Privacy)


@pytest.mark.parametrize(
    ("treatment", "expected"),
    [
        (Treatment.KEEP, {"consent", "quasi", "sensitive", "loc_coarse", "harmless"}),
        (Treatment.SEAL, {"direct", "contact", "ki", "free_sealed"}),
        (Treatment.PSEUDONYMISE, {"link"}),
        (Treatment.REDACT_AND_SEAL, {"free"}),
        (Treatment.SEAL_LOCATION, {"loc_precise"}),
        (Treatment.FIELDWORK, {"device"}),
        (Treatment.DROP, set()),
    ],
)
def test_the_default_treatment_of_each_class(treatment, expected):
    assert {each for each in Privacy if default_treatment(each) is treatment} == expected


def test_a_phone_and_a_code_leave_a_token():
    assert {each for each in Privacy if has_token(each)} == {Privacy.CONTACT, Privacy.LINK}


def test_what_is_hidden_is_stricter_than_whatever_is_kept():
    for hidden in HIDDEN:
        for kept in Privacy:
            if default_treatment(kept) is Treatment.KEEP:
                assert is_laxer(kept, hidden)


@given(classes)
def test_none_of_several_is_stricter_than_their_strictest(several):
    found = strictest(several)

    assert not any(is_laxer(found, each) for each in several)
    assert found in several or (found is Privacy.HARMLESS and not several)


@given(classes, st.randoms(use_true_random=False))
def test_the_strictest_does_not_depend_on_the_order(several, random):
    shuffled = random.sample(several, len(several))

    assert strictest(shuffled) == strictest(several)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("direkt", Privacy.DIRECT),
        (" QUASI ", Privacy.QUASI),
        ("free-sealed", Privacy.FREE_SEALED),
        ("loc_course", Privacy.LOC_COARSE),
        ("личное", None),
    ],
)
def test_the_nearest_class_is_suggested(text, meant):
    assert nearest(text) is meant


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("", {}),
        ("drop", {"drop": ()}),
        ("Seal ;", {"seal": ()}),
        ("bands:18,30,40,50", {"bands": ("18", "30", "40", "50")}),
        ("bands: 0.5 , 1 ; drop", {"bands": ("0.5", "1"), "drop": ()}),
        ("given:yes,by_phone", {"given": ("yes", "by_phone")}),
        ("recontact", {"recontact": ()}),
    ],
)
def test_a_treatment_is_read(text, read):
    assert parse_treatment(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "blur",
        "bands",
        "bands:",
        "bands:18,,30",
        "bands:30,18",
        "bands:18,18",
        "bands:young,old",
        "bands:18,inf",
        "given:",
        "drop:now",
        "drop; drop",
        "keep seal",
    ],
)
def test_a_treatment_that_does_not_exist_is_not_understood(text):
    with pytest.raises(TreatmentNotUnderstood):
        parse_treatment(text)


@pytest.mark.parametrize(
    ("text", "privacy"),
    [
        ("keep", Privacy.DIRECT),
        ("keep", Privacy.FREE),
        ("bands:18,30", Privacy.CONTACT),
        ("seal", Privacy.DEVICE),
        ("seal", Privacy.CONSENT),
        ("drop", Privacy.CONSENT),
        ("given:yes", Privacy.QUASI),
        ("recontact", Privacy.DIRECT),
        ("keep; drop", Privacy.QUASI),
    ],
)
def test_a_treatment_may_not_be_laxer_than_its_class(text, privacy):
    assert not fits(parse_treatment(text), privacy)


@pytest.mark.parametrize(
    ("text", "privacy", "treatment"),
    [
        ("", Privacy.QUASI, Treatment.KEEP),
        ("keep", Privacy.QUASI, Treatment.KEEP),
        ("seal", Privacy.QUASI, Treatment.SEAL),
        ("seal", Privacy.FREE, Treatment.SEAL),
        ("seal", Privacy.LINK, Treatment.SEAL),
        ("drop", Privacy.DIRECT, Treatment.DROP),
        ("drop", Privacy.DEVICE, Treatment.DROP),
        ("recontact", Privacy.CONTACT, Treatment.SEAL),
    ],
)
def test_a_treatment_may_be_stricter_than_its_class(text, privacy, treatment):
    instructions = parse_treatment(text)

    assert fits(instructions, privacy)
    assert handling(instructions, privacy).treatment is treatment


@given(
    st.sampled_from(["keep", "seal", "drop", "bands:1,2", "given:a", "recontact", "keep; drop"]),
    st.sampled_from(Privacy),
)
def test_no_instruction_makes_a_class_laxer(text, privacy):
    allowed = {default_treatment(privacy), Treatment.SEAL, Treatment.DROP}

    assert handling(parse_treatment(text), privacy).treatment in allowed


def test_consent_is_given_by_yes_unless_the_form_says_otherwise():
    assert handling({}, Privacy.CONSENT).given == ("yes",)
    assert handling(parse_treatment("given:agreed"), Privacy.CONSENT).given == ("agreed",)
    assert handling({}, Privacy.QUASI).given == ()


ROW_OF_KOBO = """
    _id formhub/uuid start end today deviceid username __version__ meta/instanceID
    meta/instanceName meta/deprecatedID _xform_id_string _uuid meta/rootUuid _attachments _status
    _geolocation _submission_time _validation_status _submitted_by
"""


def test_every_key_of_a_row_of_kobo_is_known():
    assert [key for key in ROW_OF_KOBO.split() if kobo_field(key) is None] == []


def test_an_unknown_key_is_nobodys():
    assert kobo_field("respondent/age") is None
    assert kobo_field("_something_new") is None


@pytest.mark.parametrize(
    "key",
    [
        "_geolocation",
        "_submitted_by",
        "_notes",
        "_tags",
        "meta/instanceName",
        "meta/audit",
        "username",
        "phonenumber",
        "simserial",
        "subscriberid",
        "email",
        "today",
    ],
)
def test_25_what_may_be_in_no_row_is_dropped(key):
    assert kobo_field(key) is KoboField.DROP


def test_25_identifiers_are_told_from_all_else():
    identity = {key for key, field in KOBO_FIELDS.items() if field is KoboField.IDENTITY}

    assert identity == {"_id", "_uuid", "meta/instanceID", "meta/rootUuid", "meta/deprecatedID"}
    assert kobo_field("_attachments") is KoboField.ATTACHMENTS
    assert kobo_field("_validation_status") is KoboField.STATUS


def test_names_that_kobo_uses_at_the_root_are_reserved():
    assert {"_id", "__version__", "meta", "formhub"} <= RESERVED_NAMES
    assert "start" not in RESERVED_NAMES
