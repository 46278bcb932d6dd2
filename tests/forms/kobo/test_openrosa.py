"""KoBo as a tablet sees it."""

import base64

import pytest

from forms.kobo import (
    Credential,
    FormListEntry,
    HostRefused,
    KoboUnavailable,
    MissingSlash,
    NotReachable,
    SubmissionRefused,
    Tablet,
    TokenRefused,
)
from tests.forms.kobo.conftest import PASSWORD, TOKEN, server_at
from tests.forms.kobo.peer import Reply, web_page


def xml(body, status=200):
    return Reply(status, body.encode(), kind="text/xml; charset=utf-8")


def form_list(peer, *, url=None):
    return xml(
        '<?xml version="1.0" encoding="utf-8"?>'
        '<xforms xmlns="http://openrosa.org/xforms/xformsList"><xform>'
        "<formID>aForm</formID><name>Example</name><version>2 (2026-11-24)</version>"
        f"<hash>md5:f0</hash><downloadUrl>{url or peer.url + '/forms/1/form.xml'}</downloadUrl>"
        "</xform></xforms>"
    )


def test_the_forms_on_offer_are_listed(peer, tablet):
    peer.says(form_list(peer))

    assert tablet.form_list() == (
        FormListEntry(
            form_id="aForm",
            name="Example",
            version="2 (2026-11-24)",
            hash="md5:f0",
            download_url=f"{peer.url}/forms/1/form.xml",
            manifest_url=None,
        ),
    )
    assert peer.requests[0].target == "/formList"


def test_nothing_on_offer_is_an_empty_list(peer, tablet):
    peer.says(xml('<xforms xmlns="http://openrosa.org/xforms/xformsList"/>'))

    assert tablet.form_list() == ()


def test_a_tablet_signs_in_by_password(peer, tablet):
    peer.says(form_list(peer))

    tablet.form_list()

    kind, _, secret = peer.requests[0].headers["authorization"].partition(" ")
    assert kind == "Basic"
    assert base64.b64decode(secret).decode() == f"enum1:{PASSWORD}"


def test_a_tablet_signs_in_by_token(peer, manner):
    peer.says(form_list(peer))
    server = server_at(peer.url, allow_private=True)

    with Tablet(server, Credential.from_token(TOKEN), **manner) as tablet:
        tablet.form_list()

    assert peer.requests[0].headers["authorization"] == f"Token {TOKEN}"


def test_a_form_is_fetched_by_its_uid(peer, tablet):
    peer.says(form_list(peer), xml("<html>form</html>"))

    assert tablet.form_xml("aForm") == b"<html>form</html>"
    assert peer.requests[1].target == "/forms/1/form.xml"


def test_a_form_is_fetched_by_its_address(peer, tablet):
    peer.says(xml("<html>form</html>"))

    assert tablet.form_xml(f"{peer.url}/forms/1/form.xml") == b"<html>form</html>"
    assert len(peer.requests) == 1


def test_a_form_that_is_not_on_offer_is_not_reachable(peer, tablet):
    peer.says(form_list(peer))

    with pytest.raises(NotReachable):
        tablet.form_xml("aOther")


def test_a_form_at_another_host_is_not_fetched(peer, stranger, tablet):
    peer.says(form_list(peer, url=f"{stranger.url}/form.xml"))

    with pytest.raises(HostRefused):
        tablet.form_xml("aForm")

    assert stranger.connections == 0


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(web_page(), id="a web page"),
        pytest.param(xml("<xforms><xform>"), id="cut short"),
        pytest.param(xml(""), id="nothing"),
        pytest.param(xml('<!DOCTYPE x [<!ENTITY a "b">]><xforms>&a;</xforms>'), id="an entity"),
        pytest.param(xml('<!DOCTYPE x SYSTEM "file:///etc/hostname"><xforms/>'), id="a DTD"),
        pytest.param(xml('<?xml version="1.0" encoding="x-no"?><xforms/>'), id="no such encoding"),
        pytest.param(xml('<?xml version="1.0" encoding="gb2312"?><xforms/>'), id="odd encoding"),
    ],
)
def test_a_list_that_cannot_be_read_is_a_passing_fault(peer, tablet, reply):
    peer.says(reply, form_list(peer))

    assert len(tablet.form_list()) == 1
    assert len(peer.requests) == 2


def test_a_filled_in_form_is_sent_with_its_photos(peer, tablet):
    peer.says(xml("<OpenRosaResponse/>", 201))

    receipt = tablet.submit(b"<aForm/>", {"photo_1.jpg": b"\xff\xd8", "note.unknown": b"n"})

    assert (receipt.status, receipt.is_duplicate) == (201, False)
    [received] = peer.requests
    assert (received.method, received.target) == ("POST", "/submission")
    for part in (
        b'name="xml_submission_file"; filename="submission.xml"\r\nContent-Type: text/xml\r\n',
        b'name="photo_1.jpg"; filename="photo_1.jpg"\r\nContent-Type: image/jpeg\r\n',
        b'filename="note.unknown"\r\nContent-Type: application/octet-stream\r\n',
        b"\r\n\r\n<aForm/>\r\n",
    ):
        assert part in received.body


def test_what_kobo_already_has_is_a_success_too(peer, tablet):
    peer.says(xml("<OpenRosaResponse/>", 202))

    assert tablet.submit(b"<aForm/>").is_duplicate


@pytest.mark.parametrize("fault", [Reply(502), Reply(423), Reply(then="close", length=5)])
def test_sending_is_tried_again_since_kobo_knows_doubles(peer, tablet, fault):
    peer.says(fault, xml("<OpenRosaResponse/>", 202))

    assert tablet.submit(b"<aForm/>").is_duplicate
    assert peer.requests[0].body.count(b"<aForm/>") == peer.requests[1].body.count(b"<aForm/>")


@pytest.mark.parametrize("status", [400, 402, 403, 404, 405, 409, 410, 413])
def test_a_refused_form_says_why_by_its_status(peer, tablet, status):
    peer.says(xml("<OpenRosaResponse/>", status))

    with pytest.raises(SubmissionRefused) as caught:
        tablet.submit(b"<aForm/>")

    assert caught.value.status == status
    assert len(peer.requests) == 1


def test_a_wrong_password_is_not_tried_again(peer, tablet):
    peer.says(xml("<OpenRosaResponse/>", 401))

    with pytest.raises(TokenRefused):
        tablet.submit(b"<aForm/>")

    assert len(peer.requests) == 1


def test_a_crash_at_the_door_is_tried_twice(peer, tablet):
    peer.says(web_page(500))

    with pytest.raises(KoboUnavailable):
        tablet.submit(b"<aForm/>")

    assert len(peer.requests) == 2


def test_a_login_page_is_no_receipt(peer, tablet):
    peer.says(web_page(200))

    with pytest.raises(KoboUnavailable):
        tablet.submit(b"<aForm/>")


def test_a_redirected_form_would_lose_its_body(peer, tablet):
    peer.says(Reply(301, headers={"Location": "/submission/"}))

    with pytest.raises(MissingSlash):
        tablet.submit(b"<aForm/>")

    assert len(peer.requests) == 1
