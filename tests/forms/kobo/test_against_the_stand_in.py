"""The client against a server that behaves as KoBo does: one form from workbook to status."""

import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import Workbook

from demo.kobo.process import KoboProcess
from forms.kobo import (
    BadRequest,
    Credential,
    DeploymentRefused,
    Forbidden,
    ImportRefused,
    Kobo,
    KoboUnavailable,
    NotReachable,
    ResponseTooLarge,
    RowNotFound,
    SubmissionRefused,
    Tablet,
    TokenRefused,
)
from tests.forms.kobo.conftest import server_at

TOKENS = {"mtm": "a1" * 20, "enum1": "b2" * 20, "stranger": "c3" * 20}
PASSWORD = "example-password"
APPROVED = "validation_status_approved"
ON_HOLD = "validation_status_on_hold"


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    with KoboProcess(tmp_path_factory.mktemp("stand_in")) as running:
        for username, token in TOKENS.items():
            running.add_user(username, password=PASSWORD, token=token)
        yield running


@pytest.fixture
def kobo(stand_in, manner):
    with Kobo(server_at(stand_in.url, allow_private=True), TOKENS["mtm"], **manner) as opened:
        yield opened


@pytest.fixture
def stranger(stand_in, manner):
    server = server_at(stand_in.url, allow_private=True)
    with Kobo(server, TOKENS["stranger"], **manner) as opened:
        yield opened


@pytest.fixture
def tablet(stand_in, manner):
    server = server_at(stand_in.url, allow_private=True)
    with Tablet(server, Credential.from_password("mtm", PASSWORD), **manner) as opened:
        yield opened


@pytest.fixture
def form(kobo):
    """A form of its own for each test, deployed."""
    asset_uid = kobo.import_form(workbook("place", "age"), name="Example")
    kobo.deploy(asset_uid)
    return asset_uid


def workbook(*questions, kind="text"):
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    sheet.append(["type", "name", "label"])
    for name in questions:
        sheet.append([kind, name, name.title()])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def filled_in(asset_uid, root, *, replaces=None, place="P001"):
    old = f"<deprecatedID>uuid:{replaces}</deprecatedID>" if replaces else ""
    return (
        f'<{asset_uid} id="{asset_uid}" version="1"><place>{place}</place>'
        f"<meta><instanceID>uuid:{root}</instanceID>{old}</meta></{asset_uid}>"
    ).encode()


def send(tablet, asset_uid, **more):
    root = str(uuid4())
    tablet.submit(filled_in(asset_uid, root, **more))
    return root


def row_of(kobo, asset_uid, root):
    [row] = kobo.rows_by_root(asset_uid, [root])
    return json.loads(row)


def test_the_account_is_known_by_its_token(kobo, stranger):
    assert (kobo.me(), stranger.me()) == ("mtm", "stranger")


def test_another_token_is_refused(stand_in, manner):
    with Kobo(server_at(stand_in.url, allow_private=True), "d4" * 20, **manner) as nobody:
        with pytest.raises(TokenRefused):
            nobody.me()
        with pytest.raises(TokenRefused):
            nobody.assets()


def test_a_workbook_becomes_a_draft_and_the_draft_a_deployed_form(kobo):
    asset_uid = kobo.import_form(workbook("place"), name="Example")
    draft = kobo.asset(asset_uid)

    version = kobo.deploy(asset_uid)

    deployed = kobo.asset(asset_uid)
    assert (draft.asset_type, draft.has_deployment) == ("survey", False)
    assert (deployed.deployment_active, deployed.deployed_version_id) == (True, version)
    assert (deployed.deployment_status, deployed.submission_count) == ("deployed", 0)
    assert {"manage_asset", "validate_submissions"} <= deployed.permissions
    assert deployed.deployment_uuid is not None
    assert asset_uid in [summary.uid for summary in kobo.assets()]


def test_an_import_that_takes_its_time_is_waited_for(kobo, stand_in, time):
    stand_in.control("settings", {"import_polls": 3})

    try:
        asset_uid = kobo.import_form(workbook("place"), name="Example")
    finally:
        stand_in.control("settings", {"import_polls": 0})

    assert kobo.asset(asset_uid).name == "Example"
    assert time.sleeps


def test_rubbish_is_not_a_workbook(kobo):
    with pytest.raises(ImportRefused) as caught:
        kobo.import_form(b"rubbish", name="Example")

    assert caught.value.messages


def test_a_question_of_no_known_type_is_refused_in_kobos_words(kobo):
    with pytest.raises(ImportRefused) as caught:
        kobo.import_form(workbook("place", kind="nosuchtype"), name="Example")

    assert "nosuchtype" in caught.value.messages[0]


def test_a_new_draft_reaches_the_tablets_once_it_is_deployed(kobo, tablet, form):
    [old] = kobo.versions(form)

    kobo.import_form(workbook("place", "age", "remark"), name="Example", replace=form)
    changed = kobo.asset(form)
    new = kobo.deploy(form)

    assert changed.deployed_version_id == old.uid != changed.version_id
    assert [version.uid for version in kobo.versions(form)] == [new, old.uid]
    names = [question.get("name") for question in kobo.version(form, old.uid)["survey"]]
    assert "remark" not in names
    assert "remark" in [q.get("name") for q in kobo.version(form, new)["survey"]]
    assert b"remark" in tablet.form_xml(form)


def test_a_form_is_deployed_again_without_a_new_version(kobo, form):
    version = kobo.asset(form).deployed_version_id

    assert kobo.deploy(form) == version


def test_a_form_is_offered_to_tablets_that_may_fill_it_in(stand_in, tablet, form, manner):
    server = server_at(stand_in.url, allow_private=True)

    with Tablet(server, Credential.from_token(TOKENS["stranger"]), **manner) as other:
        assert form in [entry.form_id for entry in tablet.form_list()]
        assert other.form_list() == ()
        with pytest.raises(NotReachable):
            other.form_xml(form)


def test_a_filled_in_form_becomes_a_row(kobo, tablet, form):
    root = send(tablet, form, place="P007")

    [page] = kobo.pages(form)

    [raw] = page.rows
    row = json.loads(raw)
    assert (row["place"], row["_uuid"], row["meta/rootUuid"]) == ("P007", root, f"uuid:{root}")
    assert (page.count, page.more, page.last_id) == (1, False, row["_id"])
    assert json.loads(kobo.row(form, row["_id"])) == row
    assert [json.loads(each) for each in kobo.rows_by_id(form, [row["_id"], 10**9])] == [row]
    assert kobo.asset(form).submission_count == 1


def test_what_was_sent_twice_is_one_row(kobo, tablet, form):
    xml = filled_in(form, uuid4())

    receipts = [tablet.submit(xml), tablet.submit(xml)]

    assert [receipt.status for receipt in receipts] == [201, 202]
    assert kobo.page(form, after=0).count == 1


def test_a_photo_that_comes_late_shows_in_a_sweep(kobo, tablet, form):
    xml = filled_in(form, uuid4())
    tablet.submit(xml)
    [before] = kobo.sweep(form)

    tablet.submit(xml, {"photo_1.jpg": b"\xff\xd8\xff\xe0 example"})

    [after] = kobo.sweep(form)
    assert (before.attachments, len(after.attachments)) == ((), 1)
    assert after.instance_id == before.instance_id


def test_pages_go_by_id_to_the_end(kobo, stand_in, form):
    lines = b"\n".join(b'{"place": "P%03d"}' % number for number in range(25))
    seeded = stand_in.control(f"rows?asset={form}", raw=lines)

    pages = list(kobo.pages(form, limit=10))

    assert [len(page.rows) for page in pages] == [10, 10, 5]
    assert [page.more for page in pages] == [True, True, False]
    assert pages[-1].last_id == seeded["last"]
    ids = [json.loads(row)["_id"] for page in pages for row in page.rows]
    assert ids == list(range(seeded["first"], seeded["last"] + 1))
    assert [row.kobo_id for row in kobo.sweep(form, limit=10)] == ids
    rest = kobo.page(form, after=ids[19])
    assert [json.loads(row)["_id"] for row in rest.rows] == ids[20:]


def test_a_page_too_large_is_read_in_smaller_ones(stand_in, form, manner):
    lines = b"\n".join(b'{"place": "%s"}' % (b"x" * 1000) for _ in range(20))
    stand_in.control(f"rows?asset={form}", raw=lines)
    server = server_at(stand_in.url, allow_private=True)

    with Kobo(server, TOKENS["mtm"], max_bytes=15_000, **manner) as small:
        with pytest.raises(ResponseTooLarge):
            small.page(form, after=0)
        pages = list(small.pages(form, limit=5))

    assert [len(page.rows) for page in pages] == [5, 5, 5, 5]


def test_a_status_is_set_read_and_cleared(kobo, tablet, form):
    kobo_id = row_of(kobo, form, send(tablet, form))["_id"]

    assert kobo.validation_status(form, kobo_id) is None
    assert kobo.set_validation_status(form, kobo_id, APPROVED) == APPROVED
    assert kobo.set_validation_status(form, kobo_id, ON_HOLD) == ON_HOLD
    assert kobo.validation_status(form, kobo_id) == ON_HOLD
    assert [row.validation_status for row in kobo.sweep(form)] == [ON_HOLD]
    assert kobo.set_validation_status(form, kobo_id, None) is None
    assert kobo.validation_status(form, kobo_id) is None


def test_a_misspelt_status_is_refused_and_the_old_one_stays(kobo, tablet, form):
    kobo_id = row_of(kobo, form, send(tablet, form))["_id"]
    kobo.set_validation_status(form, kobo_id, APPROVED)

    with pytest.raises(BadRequest):
        kobo.set_validation_status(form, kobo_id, "validation_status_wrong")

    assert kobo.validation_status(form, kobo_id) == APPROVED


def test_an_edit_keeps_id_root_and_status(kobo, tablet, form):
    root = send(tablet, form, place="P001")
    kobo_id = row_of(kobo, form, root)["_id"]
    kobo.set_validation_status(form, kobo_id, APPROVED)
    edit = str(uuid4())

    receipt = tablet.submit(filled_in(form, edit, replaces=root, place="P002"))

    row = row_of(kobo, form, root)
    [swept] = kobo.sweep(form)
    assert receipt.status == 201
    assert (row["_id"], row["place"], row["_uuid"]) == (kobo_id, "P002", edit)
    assert (swept.kobo_id, swept.root_uuid, swept.instance_id) == (kobo_id, root, edit)
    assert swept.validation_status == APPROVED


@pytest.mark.parametrize(("known", "status"), [(True, 410), (False, 404)])
def test_an_edit_of_what_is_not_current_is_refused(tablet, form, known, status):
    root = send(tablet, form)
    tablet.submit(filled_in(form, uuid4(), replaces=root))
    replaces = root if known else uuid4()

    with pytest.raises(SubmissionRefused) as caught:
        tablet.submit(filled_in(form, uuid4(), replaces=replaces))

    assert caught.value.status == status


def test_history_tells_edits_from_changes_of_status(kobo, tablet, form):
    root = send(tablet, form)
    kobo_id = row_of(kobo, form, root)["_id"]
    kobo.set_validation_status(form, kobo_id, APPROVED)
    tablet.submit(filled_in(form, uuid4(), replaces=root))
    since = datetime.now(UTC) - timedelta(hours=1)

    found = list(kobo.history(form, since=since, actions=["add-submission", "modify-submission"]))

    assert {(entry.action, entry.root_uuid, entry.status) for entry in found} == {
        ("add-submission", root, None),
        ("modify-submission", root, "Approved"),
        ("modify-submission", root, None),
    }
    later = datetime.now(UTC) + timedelta(hours=1)
    assert list(kobo.history(form, since=later, actions=["add-submission"])) == []
    assert [e.action for e in kobo.history(form, since=since, actions=["deploy"])] == ["deploy"]


def test_a_stranger_sees_nothing(kobo, stranger, tablet, form):
    kobo_id = row_of(kobo, form, send(tablet, form))["_id"]

    assert form not in [summary.uid for summary in stranger.assets()]
    with pytest.raises(NotReachable):
        stranger.asset(form)
    with pytest.raises(NotReachable):
        stranger.page(form, after=0)
    with pytest.raises(RowNotFound):
        stranger.row(form, kobo_id)
    with pytest.raises(RowNotFound):
        stranger.set_validation_status(form, kobo_id, APPROVED)
    with pytest.raises(Forbidden):
        list(stranger.history(form, since=datetime.now(UTC), actions=["deploy"]))
    with pytest.raises(NotReachable):
        stranger.deploy(form)


def test_a_form_that_was_never_deployed_has_no_rows_to_ask_for(kobo):
    asset_uid = kobo.import_form(workbook("place"), name="Example")

    with pytest.raises(BadRequest):
        kobo.page(asset_uid, after=0)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"kind": "429", "retry_after": 3}, id="too many questions"),
        pytest.param({"kind": "502"}, id="bad gateway"),
        pytest.param({"kind": "503"}, id="unavailable"),
        pytest.param({"kind": "504"}, id="gateway time-out"),
        pytest.param({"kind": "html"}, id="a web page"),
        pytest.param({"kind": "truncated"}, id="half of the JSON"),
        pytest.param({"kind": "reset"}, id="a broken connection"),
    ],
)
def test_a_page_survives_what_passes(kobo, stand_in, form, fault, time):
    stand_in.control(f"rows?asset={form}", raw=b'{"place": "P001"}')
    stand_in.control("faults", {"match": f"{form}/data/", "times": 2} | fault)

    page = kobo.page(form, after=0)

    assert len(page.rows) == 1
    assert len(time.sleeps) == 2


def test_a_token_that_expires_is_not_asked_about_again(kobo, stand_in, form, time):
    stand_in.control("faults", {"match": f"{form}/data/", "kind": "expired"})

    with pytest.raises(TokenRefused):
        kobo.page(form, after=0)

    assert time.sleeps == []


def test_a_fault_that_stays_is_given_up(kobo, stand_in, form):
    stand_in.control("faults", {"match": f"{form}/data/", "kind": "503", "times": 5})

    with pytest.raises(KoboUnavailable):
        kobo.page(form, after=0)


def test_a_form_that_kobo_cannot_deploy_stays_a_draft(kobo):
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    sheet.append(["type", "name", "label", "body::kb:x"])
    sheet.append(["text", "place", "Place", "1"])
    out = BytesIO()
    book.save(out)
    asset_uid = kobo.import_form(out.getvalue(), name="Example")

    with pytest.raises(DeploymentRefused) as caught:
        kobo.deploy(asset_uid)

    assert "ODK Validate" in caught.value.messages[0]
    assert not kobo.asset(asset_uid).has_deployment
