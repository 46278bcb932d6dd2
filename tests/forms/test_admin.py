"""From a workbook to the tablets, as the people do it in the admin."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from forms.models import Version
from forms.tasks import deploy_version
from mtm.accounts import make_groups
from tests.factories import (
    KoboServerFactory,
    RoundFactory,
    UserFactory,
    XLSFormFactory,
)
from tests.forms.test_register import workbook

pytestmark = pytest.mark.django_db
ADD = "admin:xlsforms_version_add"


@pytest.fixture
def sign_in(client):
    make_groups()

    def as_role(role: str):
        user = UserFactory()
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        return user

    return as_role


@pytest.fixture
def upload(client):
    form = XLSFormFactory()

    def send(content: bytes, name: str = "example.xlsx"):
        file = SimpleUploadedFile(name, content)
        return client.post(reverse(ADD), {"form": form.pk, "upload": file})

    return send


def page_of(version: Version, act: str = "change") -> str:
    return reverse(f"admin:xlsforms_version_{act}", args=[version.pk])


def test_a_workbook_becomes_a_version_that_waits_for_the_focal_point(client, sign_in, upload):
    sign_in("data_manager")

    answer = upload(workbook())

    assert answer.status_code == 302
    version = Version.objects.get()
    page = client.get(page_of(version)).content.decode()
    assert "await approval" in page
    for word in ("consent", "direct", "seal", "quasi"):
        assert word in page
    assert "Approve these privacy classes" not in page


def test_all_that_is_wrong_with_a_workbook_is_said_at_once_and_in_place(sign_in, upload):
    sign_in("data_manager")

    answer = upload(workbook(["text", "phone", "Phone", ""], ["text", "mail", "Mail", "contakt"]))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "phone" in page
    assert "contact" in page  # the nearest class
    assert "sheet survey, row 5" in page
    assert "row 6" in page
    assert not Version.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused_in_words(sign_in, upload, content):
    sign_in("data_manager")

    answer = upload(content)

    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Version.objects.exists()


def test_the_focal_point_approves_and_only_once(client, sign_in, upload):
    sign_in("data_manager")
    upload(workbook())
    version = Version.objects.get()
    focal_point = sign_in("focal_point")
    assert "Approve these privacy classes" in client.get(page_of(version)).content.decode()

    client.post(page_of(version, "approve"))
    again = client.post(page_of(version, "approve"), follow=True)

    assert Version.objects.get().approved_by == focal_point
    assert "approved already" in again.content.decode()


def test_an_approved_version_is_brought_to_the_tablets_by_a_worker(
    client, sign_in, upload, monkeypatch
):
    asked = []
    monkeypatch.setattr(deploy_version, "delay", lambda **what: asked.append(what))
    server, round_ = KoboServerFactory(), RoundFactory()
    choice = {"server": server.pk, "round": round_.pk, "mode": "live"}
    sign_in("data_manager")
    upload(workbook())
    version = Version.objects.get()

    early = client.post(page_of(version, "deploy"), choice, follow=True)
    assert "await approval" in early.content.decode()
    sign_in("focal_point")
    client.post(page_of(version, "approve"))
    sign_in("data_manager")
    assert "Bring to the tablets" in client.get(page_of(version)).content.decode()
    wrong = client.post(page_of(version, "deploy"), choice | {"mode": "?"}, follow=True)
    assert "Choose a server" in wrong.content.decode()
    client.post(page_of(version, "deploy"), choice)

    assert asked == [
        {
            "version_id": version.pk,
            "server_id": server.pk,
            "round_id": round_.pk,
            "mode": "live",
        }
    ]


@pytest.mark.parametrize(
    ("role", "act"),
    [
        ("data_manager", "approve"),
        ("field_coordinator", "approve"),
        ("focal_point", "deploy"),
        ("it_officer", "deploy"),
    ],
)
def test_strangers_neither_approve_nor_deploy(client, sign_in, upload, role, act):
    sign_in("data_manager")
    upload(workbook())
    version = Version.objects.get()
    sign_in(role)

    assert client.post(page_of(version, act)).status_code == 403
    assert client.get(page_of(version, act)).status_code == 403
    assert not Version.objects.get().is_approved


def test_a_version_is_never_changed_or_removed_by_hand(client, sign_in, upload):
    sign_in("data_manager")
    upload(workbook())
    version = Version.objects.get()

    assert client.post(page_of(version), {"number": 9}).status_code == 403
    assert client.post(page_of(version, "delete"), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("page", ["xlsform", "version", "koboserver", "deployment"])
def test_every_list_opens(client, sign_in, page):
    sign_in("data_manager")

    assert client.get(reverse(f"admin:xlsforms_{page}_changelist")).status_code == 200
