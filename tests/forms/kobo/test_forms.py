"""Forms on KoBo: read, brought there from a workbook, deployed."""

from datetime import UTC, datetime

import pytest

from forms.kobo import (
    Asset,
    AssetSummary,
    CursorStuck,
    DeploymentRefused,
    Forbidden,
    HostRefused,
    ImportRefused,
    KoboError,
    KoboUnavailable,
    NotReachable,
    TokenRefused,
    VersionSummary,
)
from tests.forms.kobo.peer import Reply, answer, web_page

DRAFT = {
    "uid": "aForm",
    "name": "Example",
    "asset_type": "survey",
    "has_deployment": False,
    "deployment__active": False,
    "deployment_status": "draft",
    "deployment__submission_count": 0,
    "deployment__last_submission_time": None,
    "deployment__encrypted": False,
    "deployment__uuid": None,
    "version_id": "vNew",
    "deployed_version_id": None,
    "effective_permissions": [{"codename": "view_asset"}, {"codename": "manage_asset"}],
    "content": {"survey": [{"type": "text", "name": "place"}]},
    "something_else": {"of": ["no", "interest"]},
}
DEPLOYED = DRAFT | {
    "has_deployment": True,
    "deployment__active": True,
    "deployment_status": "deployed",
    "deployment__submission_count": 54,
    "deployment__last_submission_time": "2026-11-24T18:17:07.650983Z",
    "deployment__uuid": "8d1c",
    "deployed_version_id": "vOld",
}


def test_the_account_says_its_name(peer, kobo):
    peer.says(answer({"username": "mtm", "email": "mtm@example.org"}))

    assert kobo.me() == "mtm"


def test_a_lost_token_shows_when_the_account_is_asked_for(peer, kobo):
    peer.says(answer({"detail": "Invalid token."}, 401))

    with pytest.raises(TokenRefused):
        kobo.me()


def test_a_deployed_form_is_read(peer, kobo):
    peer.says(answer(DEPLOYED))

    assert kobo.asset("aForm") == Asset(
        uid="aForm",
        name="Example",
        asset_type="survey",
        has_deployment=True,
        deployment_active=True,
        deployment_status="deployed",
        submission_count=54,
        last_submission_time=datetime(2026, 11, 24, 18, 17, 7, 650983, tzinfo=UTC),
        version_id="vNew",
        deployed_version_id="vOld",
        encrypted=False,
        deployment_uuid="8d1c",
        permissions=frozenset({"view_asset", "manage_asset"}),
        content={"survey": [{"type": "text", "name": "place"}]},
    )
    assert peer.requests[0].target == "/api/v2/assets/aForm/"


def test_a_draft_has_no_deployment(peer, kobo):
    peer.says(answer(DRAFT))

    form = kobo.asset("aForm")

    assert (form.has_deployment, form.deployed_version_id) == (False, None)
    assert (form.submission_count, form.last_submission_time) == (0, None)


@pytest.mark.parametrize("gone", [answer({"detail": "Not found."}, 404), web_page(404)])
def test_a_form_that_is_gone_or_not_shared_is_not_reachable(peer, kobo, gone):
    peer.says(gone)

    with pytest.raises(NotReachable) as caught:
        kobo.asset("aForm")

    assert str(caught.value) == (
        "This is gone, or no longer shared with the account. (404, /api/v2/assets/aForm/)"
    )


def test_forms_are_listed_piece_by_piece(peer, kobo):
    other = DEPLOYED | {"uid": "aOther"}
    peer.says(
        answer({"count": 2, "next": "http://192.0.2.1/", "results": [DRAFT]}),
        answer({"count": 2, "next": None, "results": [other]}),
    )

    first, second = kobo.assets()

    assert (first.uid, second.uid) == ("aForm", "aOther")
    assert second == AssetSummary(
        uid="aOther",
        name="Example",
        has_deployment=True,
        deployment_active=True,
        deployment_status="deployed",
        submission_count=54,
        last_submission_time=datetime(2026, 11, 24, 18, 17, 7, 650983, tzinfo=UTC),
    )
    assert [received.query for received in peer.requests] == [
        {"q": "asset_type:survey", "limit": "1000", "start": "0"},
        {"q": "asset_type:survey", "limit": "1000", "start": "1"},
    ]


def test_a_list_that_promises_more_and_gives_nothing_is_left(peer, kobo):
    peer.says(answer({"count": 2, "next": "http://192.0.2.1/", "results": []}))

    with pytest.raises(CursorStuck):
        kobo.assets()

    assert len(peer.requests) == 1


def test_a_list_without_end_is_left(peer, kobo, monkeypatch):
    monkeypatch.setattr("forms.kobo.listing.PAGES_MAX", 3)
    peer.says(answer({"next": "http://192.0.2.1/", "results": [DRAFT]}))

    with pytest.raises(CursorStuck):
        kobo.assets()

    assert len(peer.requests) == 3


def test_versions_are_read_with_what_tells_whether_they_differ(peer, kobo):
    peer.says(
        answer(
            {
                "next": None,
                "results": [
                    {"uid": "vTwo", "content_hash": "h", "date_deployed": "2026-11-24T18:16:27Z"},
                    {"uid": "vOne", "content_hash": "h", "date_deployed": None},
                ],
            }
        )
    )

    assert kobo.versions("aForm") == (
        VersionSummary(
            uid="vTwo",
            content_hash="h",
            deployed_at=datetime(2026, 11, 24, 18, 16, 27, tzinfo=UTC),
        ),
        VersionSummary(uid="vOne", content_hash="h", deployed_at=None),
    )


def test_the_content_of_a_version_is_read(peer, kobo):
    peer.says(answer({"uid": "vOne", "content": {"survey": []}}))

    assert kobo.version("aForm", "vOne") == {"survey": []}
    assert peer.requests[0].target == "/api/v2/assets/aForm/versions/vOne/"


def test_a_version_uid_cannot_lead_to_another_path(peer, kobo):
    with pytest.raises(NotReachable):
        kobo.version("aForm", "../../../me")

    assert peer.connections == 0


def started(received):
    url = f"http://{received.headers['host']}/api/v2/imports/iOne/"
    return answer({"uid": "iOne", "url": url, "status": "processing"}, 201)


def progress(status, **messages):
    return answer({"uid": "iOne", "status": status, "messages": messages})


def test_a_workbook_becomes_a_form(peer, kobo, time):
    peer.says(
        started,
        progress("processing"),
        Reply(502),
        progress("processing"),
        progress("complete", created=[{"uid": "aNew", "kind": "asset"}]),
    )

    assert kobo.import_form(b"PK workbook", name="Round 5 – Example") == "aNew"

    posted = peer.requests[0]
    assert (posted.method, posted.target) == ("POST", "/api/v2/imports/")
    assert b'name="library"\r\n\r\nfalse\r\n' in posted.body
    assert b'name="name"\r\n\r\nRound 5 \xe2\x80\x93 Example\r\n' in posted.body
    assert b'name="file"; filename="form.xlsx"' in posted.body
    assert b"PK workbook" in posted.body
    assert b"destination" not in posted.body
    assert [received.path for received in peer.requests[1:]] == ["/api/v2/imports/iOne/"] * 4
    assert len(time.sleeps) == 3


def test_a_workbook_replaces_the_draft_of_a_form(peer, kobo):
    peer.says(started, progress("complete", updated=[{"uid": "aForm"}], audit_logs=[{}]))

    assert kobo.import_form(b"workbook", name="Example", replace="aForm") == "aForm"

    destination = f"{peer.url}/api/v2/assets/aForm/".encode()
    assert b'name="destination"\r\n\r\n' + destination in peer.requests[0].body


def test_a_workbook_that_kobo_cannot_read_comes_back_with_kobos_words(peer, kobo):
    words = "unknown type ['nosuchtype']\n" + "x" * 900
    peer.says(started, progress("error", error=words, error_type="ValueError"))

    with pytest.raises(ImportRefused) as caught:
        kobo.import_form(b"workbook", name="Example")

    [message] = caught.value.messages
    assert message.startswith("unknown type ['nosuchtype'] xxx")
    assert len(message) == 500
    assert "nosuchtype" not in str(caught.value)


def test_an_import_that_never_ends_is_a_passing_fault(peer, kobo, time):
    peer.says(started, progress("processing"))

    with pytest.raises(KoboUnavailable) as caught:
        kobo.import_form(b"workbook", name="Example")

    assert caught.value.code == "timeout"
    assert 300 <= sum(time.sleeps) <= 600


def test_an_import_that_names_no_form_is_an_error(peer, kobo):
    peer.says(started, progress("complete"))

    with pytest.raises(KoboError, match="without naming the form"):
        kobo.import_form(b"workbook", name="Example")


def test_an_import_without_address_is_not_followed(peer, kobo):
    peer.says(answer({"uid": "iOne", "url": "http://[", "status": "processing"}, 201))

    with pytest.raises(HostRefused):
        kobo.import_form(b"workbook", name="Example")


def test_a_draft_is_deployed_by_post(peer, kobo):
    peer.says(answer(DRAFT), answer({"backend": "openrosa", "version_id": "vNew"}))

    assert kobo.deploy("aForm") == "vNew"

    posted = peer.requests[1]
    assert (posted.method, posted.target) == ("POST", "/api/v2/assets/aForm/deployment/")
    assert posted.json == {"active": True}


def test_a_form_is_redeployed_by_naming_its_newest_version(peer, kobo):
    peer.says(answer(DEPLOYED), answer({"version_id": "vNew"}))

    assert kobo.deploy("aForm") == "vNew"

    patched = peer.requests[1]
    assert patched.method == "PATCH"
    assert patched.json == {"active": True, "version_id": "vNew"}


@pytest.mark.parametrize("form", [DRAFT, DEPLOYED], ids=["draft", "deployed"])
def test_a_yes_that_deployed_something_else_is_no_success(peer, kobo, form):
    peer.says(answer(form), answer({"version_id": "vOld"}))

    with pytest.raises(DeploymentRefused, match="did not deploy the newest"):
        kobo.deploy("aForm")


@pytest.mark.parametrize(
    ("reply", "messages"),
    [
        pytest.param(
            answer({"error": "ODK Validate Errors:\n[Fatal Error] :26:53"}, 400),
            ("ODK Validate Errors: [Fatal Error] :26:53",),
            id="an invalid form",
        ),
        pytest.param(answer(["Wrong."], 400), ("Wrong.",), id="a bare list"),
        pytest.param(answer({"a": [{"b": "Wrong."}], "c": 1}, 400), ("Wrong.",), id="nested"),
        pytest.param(web_page(400), (), id="a web page"),
        pytest.param(
            answer({"detail": "Use PATCH to update an existing deployment"}, 405),
            ("Use PATCH to update an existing deployment",),
            id="deployed by somebody meanwhile",
        ),
    ],
)
def test_a_refused_deployment_comes_back_with_kobos_words(peer, kobo, reply, messages):
    peer.says(answer(DRAFT), reply)

    with pytest.raises(DeploymentRefused) as caught:
        kobo.deploy("aForm")

    assert caught.value.messages == messages
    assert caught.value.status == reply.status


def test_a_library_item_is_not_even_tried(peer, kobo):
    peer.says(answer(DRAFT | {"asset_type": "block"}))

    with pytest.raises(DeploymentRefused, match="library"):
        kobo.deploy("aForm")

    assert len(peer.requests) == 1


def test_a_viewer_may_not_deploy(peer, kobo):
    peer.says(answer(DRAFT), answer({"detail": "No."}, 403))

    with pytest.raises(Forbidden):
        kobo.deploy("aForm")


def test_a_crash_while_deploying_is_not_tried_again(peer, kobo):
    peer.says(answer(DEPLOYED), web_page(500))

    with pytest.raises(KoboUnavailable):
        kobo.deploy("aForm")

    assert [received.method for received in peer.requests] == ["GET", "PATCH"]
