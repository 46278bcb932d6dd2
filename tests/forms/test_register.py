"""A version is what a workbook says, approved by the focal point or waiting for that."""

import io

import openpyxl
import pytest

from forms.actions.connect import connect
from forms.actions.deploy import NotDeployable, deploy, redeploy
from forms.actions.register import approve, register, register_content
from forms.core.problems import FormRefused
from forms.kobo import TokenMissing
from forms.models import DeployedVersion, Deployment, Mode, Version
from tests.factories import DAY, KoboServerFactory, RoundFactory, UserFactory, XLSFormFactory

pytestmark = pytest.mark.django_db
HEAD = ["type", "name", "label::English (en)", "bind::mtm:privacy"]
SURVEY = [
    ["select_one yes_no", "consent", "Do you agree?", "consent"],
    ["text", "name", "Name", "direct"],
    ["integer", "age", "Age", "quasi"],
]


def workbook(*survey, age_label="Age") -> bytes:
    """A small form with consent, a name and an age; rows given are added."""
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in [HEAD, *SURVEY[:2], ["integer", "age", age_label, "quasi"], *survey]:
        book.active.append(row)
    choices = book.create_sheet("choices")
    for row in [
        ["list_name", "name", "label::English (en)"],
        ["yes_no", "yes", "Yes"],
        ["yes_no", "no", "No"],
    ]:
        choices.append(row)
    settings = book.create_sheet("settings")
    settings.append(["form_id", "version", "namespaces"])
    settings.append(["example", "1", 'mtm="https://example.org/mtm"'])
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


@pytest.fixture
def form():
    return XLSFormFactory()


def registered(form, *survey, **kwargs) -> Version:
    return register(form, workbook(*survey, **kwargs), filename="example.xlsx", at=DAY)


class FakeProjects:
    """Takes forms in as KoBo does: a uid a form, another a version."""

    def __init__(self) -> None:
        self.deployed: list[str] = []

    def import_form(self, workbook: bytes, *, name: str, replace: str | None = None) -> str:
        return replace or "aExample"

    def deploy(self, asset_uid: str) -> str:
        self.deployed.append(asset_uid)
        return f"v{len(self.deployed)}"


def test_every_question_is_stored_with_its_class_and_treatment(form):
    version = registered(form)

    rows = version.questions.values_list("path", "privacy", "treatment", "is_informed_consent")
    assert list(rows) == [
        ("consent", "consent", "keep", True),
        ("name", "direct", "seal", False),
        ("age", "quasi", "keep", False),
    ]
    assert version.questions.get(path="consent").choices[0]["labels"] == {"en": "Yes"}
    assert not version.is_approved


def test_versions_of_a_form_are_numbered(form):
    assert [registered(form).number, registered(form).number] == [1, 2]


def test_a_workbook_with_a_question_of_no_class_leaves_nothing_behind(form):
    with pytest.raises(FormRefused) as refused:
        registered(form, ["text", "phone", "Phone", ""])

    assert "phone" in str(refused.value)
    assert not Version.objects.exists()


def test_another_label_keeps_the_approval(form):
    assert approve(registered(form), by_id=UserFactory().pk, at=DAY)

    assert registered(form, age_label="How old are you?").is_approved


def test_another_question_waits_for_approval(form):
    approve(registered(form), by_id=UserFactory().pk, at=DAY)

    assert not registered(form, ["text", "remark", "Remark", "free_sealed"]).is_approved


def test_a_version_is_approved_once(form):
    version = registered(form)
    first = UserFactory()
    assert approve(version, by_id=first.pk, at=DAY)

    assert not approve(version, by_id=UserFactory().pk, at=DAY)
    assert Version.objects.get().approved_by == first


CONTENT = {
    "survey": [
        {
            "type": "select_one",
            "name": "consent",
            "$xpath": "consent",
            "label": ["Do you agree?"],
            "select_from_list_name": "yes_no",
            "bind::mtm:privacy": "consent",
        },
        {
            "type": "text",
            "name": "name",
            "$xpath": "name",
            "label": ["Name"],
            "bind::mtm:privacy": "direct",
        },
        {
            "type": "integer",
            "name": "age",
            "$xpath": "age",
            "label": ["Age"],
            "bind::mtm:privacy": "quasi",
        },
    ],
    "choices": [
        {"list_name": "yes_no", "name": "yes", "label": ["Yes"]},
        {"list_name": "yes_no", "name": "no", "label": ["No"]},
    ],
    "settings": {"namespaces": 'mtm="https://example.org/mtm"'},
    "translations": ["English (en)"],
}


def test_what_kobo_holds_of_a_version_is_recognised_as_that_version(form):
    version = registered(form)

    assert register_content(form, CONTENT, at=DAY) == version


def test_what_kobo_holds_and_we_do_not_becomes_a_version_that_waits(form):
    version = register_content(form, CONTENT, at=DAY)

    assert version.workbook is None
    assert not version.is_approved
    approve(version, by_id=UserFactory().pk, at=DAY)
    with pytest.raises(NotDeployable, match="no workbook"):
        deployed(Version.objects.get())


def deployed(version: Version, projects: FakeProjects | None = None) -> Deployment:
    return deploy(
        version,
        projects or FakeProjects(),
        server=KoboServerFactory(),
        round_id=RoundFactory().pk,
        mode=Mode.LIVE,
        at=DAY,
    )


def test_an_unapproved_version_does_not_reach_the_tablets(form):
    with pytest.raises(NotDeployable, match="await approval"):
        deployed(registered(form))

    assert not Deployment.objects.exists()


def test_without_a_folder_of_tokens_there_is_no_line_to_kobo():
    with pytest.raises(TokenMissing):
        connect(KoboServerFactory(), tokens=None, allow_private=True)


def test_a_deployment_remembers_what_kobo_calls_each_version(form):
    projects = FakeProjects()
    approve(registered(form), by_id=UserFactory().pk, at=DAY)
    first = Version.objects.get()
    deployment = deployed(first, projects)
    approve(registered(form, ["note", "n", "Thank you", ""]), by_id=UserFactory().pk, at=DAY)
    second = Version.objects.get(number=2)

    uid = redeploy(deployment, second, projects, at=DAY)

    assert uid == "v2"
    rows = DeployedVersion.objects.order_by("pk").values_list("version_uid", "version")
    assert list(rows) == [("v1", first.pk), ("v2", second.pk)]
    assert projects.deployed == ["aExample", "aExample"]
