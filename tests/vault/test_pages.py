"""The focal point's pages: one answer, one response, and no trace of it anywhere else."""

import html
import logging
import re
import sys
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.signals import got_request_exception
from django.urls import reverse
from django.utils import timezone
from django.views.debug import ExceptionReporter

from tests.vault.conftest import ANSWERS, DEPUTYS, PASSPHRASE, ROUND
from vault.actions import unseal as actions
from vault.actions.unseal import Reason
from vault.admin.words import REFUSALS
from vault.models import AccessLog, Event, SealedValue, UnsealRequest, WrappedKey

pytestmark = [pytest.mark.django_db, pytest.mark.urls("mtm.vault_urls")]

PASSWORD = "example-of-a-password"
ANSWER = ANSWERS["who/name"]


@pytest.fixture
def asked(vault, record_id) -> UnsealRequest:
    return vault.ask(record_id, at=timezone.now())


@pytest.fixture(autouse=True)
def _static_files(settings):
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there


@pytest.fixture
def focal(client, focal_point):
    client.force_login(focal_point)
    return client


def page_of(asked: UnsealRequest) -> str:
    return f"/vault/requests/{asked.pk}/"


def press(client, asked, passphrase=PASSPHRASE, answer="open", **options):
    return client.post(page_of(asked), {"passphrase": passphrase, "answer": answer}, **options)


def said(response) -> str:
    """The words of a page, without its marks."""
    return html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_focal_point_signs_in_with_the_rights_of_the_vault(client, focal_point, as_role):
    focal_point.set_password(PASSWORD)
    focal_point.save()

    with as_role("vault"):
        assert client.get("/vault/").headers["Location"] == "/vault/login/?next=/vault/"
        assert client.get("/vault/login/").status_code == 200
        signed_in = client.post(
            "/vault/login/?next=/vault/", {"username": "focal_point", "password": PASSWORD}
        )
        assert signed_in.headers["Location"] == "/vault/"
        assert client.get("/vault/").status_code == 200
        assert client.post("/vault/logout/").status_code == 200
        assert client.get("/vault/").status_code == 302

    focal_point.refresh_from_db()
    assert focal_point.last_login is not None


def test_the_rights_of_the_vault_are_enough_for_every_page(focal, asked, vault, record_id, as_role):
    other = vault.ask(record_id, at=timezone.now())

    with as_role("vault"):
        assert focal.get("/vault/").status_code == 200
        assert focal.get(page_of(asked)).status_code == 200
        assert press(focal, asked, DEPUTYS).status_code == 403
        assert press(focal, asked).status_code == 200
        assert press(focal, asked).status_code == 410
        assert press(focal, other, answer="refuse", follow=True).status_code == 200
        assert focal.get("/vault/log/").status_code == 200


@pytest.mark.parametrize("permission", ["request_unsealing", None], ids=["may ask", "may nothing"])
def test_who_may_not_open_does_not_come_in(client, data_manager, asked, permission):
    if permission is None:
        data_manager.user_permissions.clear()
    data_manager.set_password(PASSWORD)
    data_manager.save()

    refused = client.post("/vault/login/", {"username": "data_manager", "password": PASSWORD})
    assert "may not open sealed answers" in said(refused)
    assert "_auth_user_id" not in client.session

    client.force_login(data_manager)
    for address in ["/vault/", page_of(asked), "/vault/log/"]:
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/vault/login/")
    assert press(client, asked).status_code == 302
    assert not AccessLog.objects.exclude(event=Event.ASKED).exists()


def test_a_wrong_password_does_not_come_in(client, focal_point):
    response = client.post("/vault/login/", {"username": "focal_point", "password": "wrong"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["/vault/password_change/", "/vault/auth/user/", "/admin/"])
def test_the_vault_has_no_other_pages(focal, address):
    assert focal.get(address).status_code == 404


def test_waiting_requests_come_first_and_say_who_wants_what_for(focal, vault, record_id):
    now = timezone.now()
    old = vault.ask(record_id, "who/phone", at=now - timedelta(hours=25))
    late = vault.ask(record_id, "second/path", purpose="second purpose", at=now)
    soon = vault.ask(record_id, "first/path", by=9999, at=now - timedelta(hours=23))
    refused = vault.ask(record_id, "third/path", at=now)
    press(focal, refused, answer="refuse")

    words = said(focal.get("/vault/"))

    order = ["first/path", "second/path", "Ended", "third/path", "who/phone"]
    places = [words.index(each) for each in order]
    assert places == sorted(places)
    for each in ["second purpose", "data_manager", "account 9999", "Refused", "Ran out of time"]:
        assert each in words
    links = re.findall(r"/vault/requests/([0-9a-f-]+)/", focal.get("/vault/").content.decode())
    assert links == [str(soon.pk), str(late.pk)]
    assert str(old.pk) not in links


def test_an_empty_list_says_what_would_be_there(focal):
    assert "Nobody waits for a sealed answer" in said(focal.get("/vault/"))
    assert "Nothing has been asked" in said(focal.get("/vault/log/"))


def test_a_request_shows_its_purpose_and_asks_for_the_passphrase(focal, asked):
    response = focal.get(page_of(asked))

    marks = response.content.decode()
    assert "to call back" in marks
    field = re.search(r'<input type="password"[^>]*>', marks).group()
    assert 'name="passphrase"' in field
    assert 'autocomplete="off"' in field
    assert "value=" not in field
    assert [*re.findall(r'name="answer" value="(\w+)"', marks)] == ["open", "refuse"]
    assert ANSWER not in marks


def test_an_answer_is_shown_once_on_the_response_to_the_button(focal, asked):
    response = press(focal, asked)

    assert response.status_code == 200
    assert ANSWER in said(response)
    assert re.search(
        r"Shown once to focal_point on 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", said(response)
    )
    assert "no-store" in response.headers["Cache-Control"]
    assert PASSPHRASE not in response.content.decode()
    for again in [press(focal, asked), focal.get(page_of(asked)), press(focal, asked, "x")]:
        assert again.status_code == 410
        assert "an answer is shown once" in said(again)
        assert ANSWER not in said(again)


def test_no_page_has_a_script_or_a_style_of_its_own(focal, asked):
    pages = [focal.get("/vault/"), focal.get(page_of(asked)), press(focal, asked)]
    pages += [focal.get(page_of(asked)), focal.get("/vault/log/"), focal.post("/vault/logout/")]

    for page in [*pages, focal.get("/vault/login/")]:
        marks = page.content.decode()
        assert not re.search(r"<script|\son\w+=|\sstyle=|<style|javascript:", marks)
        assert "default-src 'self'" in page.headers["Content-Security-Policy"]
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert "no-store" in page.headers["Cache-Control"]


def test_an_answer_is_text_and_never_markup(focal, vault):
    (record_id,) = vault.seal({"who/name": "<b>Example</b>"})

    marks = press(focal, vault.ask(record_id, at=timezone.now())).content.decode()

    assert "&lt;b&gt;Example&lt;/b&gt;" in marks


def test_a_wrong_passphrase_is_said_and_logged(focal, asked):
    response = press(focal, asked, DEPUTYS)

    assert response.status_code == 403
    assert "does not open your key" in said(response)
    assert DEPUTYS not in response.content.decode()
    assert 'type="password"' in response.content.decode()
    assert AccessLog.objects.filter(event=Event.WRONG_PASSPHRASE).count() == 1


@pytest.mark.parametrize("passphrase", ["", "x" * 1001], ids=["none", "too long"])
def test_no_passphrase_is_no_try(focal, asked, passphrase):
    response = press(focal, asked, passphrase)

    assert response.status_code == 200
    assert 'class="errorlist"' in response.content.decode()
    assert AccessLog.objects.count() == 1


def test_the_sixth_try_in_an_hour_is_not_made(focal, asked, focal_point):
    for _ in range(5):
        AccessLog.objects.create(
            at=timezone.now(),
            actor_id=focal_point.pk,
            event=Event.WRONG_PASSPHRASE,
            round_id=ROUND,
        )

    response = press(focal, asked)

    assert response.status_code == 429
    assert "takes no more for now" in said(response)
    assert 'type="password"' not in focal.get(page_of(asked)).content.decode()


def test_whoever_asked_sees_no_field_for_a_passphrase(focal, vault, record_id, focal_point):
    own = vault.ask(record_id, by=focal_point.pk, at=timezone.now())

    page = focal.get(page_of(own))

    assert "You asked for this answer yourself" in said(page)
    assert 'type="password"' not in page.content.decode()
    assert press(focal, own).status_code == 403


def test_a_refused_request_is_over(focal, asked):
    response = press(focal, asked, "", answer="refuse", follow=True)

    assert "The request is refused" in said(response)
    assert focal.get(page_of(asked)).status_code == 410
    again = press(focal, asked, "", answer="refuse")
    assert again.status_code == 410
    assert AccessLog.objects.filter(event=Event.REFUSED).count() == 1


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.EXPIRED, 410),
        (Reason.NOT_A_HOLDER, 403),
        (Reason.NOTHING_SEALED, 404),
        (Reason.ERASED, 410),
        (Reason.OTHER_KEY, 409),
        (Reason.TAMPERED, 409),
    ],
)
def test_each_reason_is_said_in_a_sentence(focal, vault, record_id, reason, status):
    asked_at = timezone.now() - timedelta(hours=25 if reason == Reason.EXPIRED else 0)
    asked = vault.ask(record_id, at=asked_at)
    match reason:
        case Reason.NOT_A_HOLDER:
            UnsealRequest.objects.update(round_id=ROUND + 1)
        case Reason.NOTHING_SEALED:
            SealedValue.objects.all().delete()
        case Reason.ERASED:
            WrappedKey.objects.all().delete()
        case Reason.OTHER_KEY:
            WrappedKey.objects.update(outer_key_id="0" * 16)
        case Reason.TAMPERED:
            WrappedKey.objects.update(outer=bytes(100))

    response = press(focal, asked)

    assert response.status_code == status
    assert str(REFUSALS[reason].sentence) in said(response)


def test_every_reason_has_words():
    assert set(REFUSALS) == set(Reason)


def test_without_the_servers_key_the_page_says_whom_to_ask(focal, asked, settings, tmp_path):
    settings.MTM_OUTER_KEY = tmp_path / "gone.key"

    response = press(focal, asked)

    assert response.status_code == 503
    assert "cannot read its server key" in said(response)


def test_a_request_that_nobody_made_is_not_found(focal):
    assert focal.get(f"/vault/requests/{uuid4()}/").status_code == 404


def test_the_access_log_is_read_newest_first_by_the_page(focal, vault, record_id, focal_point):
    for number in range(51):
        vault.ask(record_id, f"path/{number:02}", at=timezone.now() + timedelta(seconds=number))
    AccessLog.objects.create(at=timezone.now(), event=Event.ERASED, round_id=ROUND)
    AccessLog.objects.create(
        at=timezone.now() - timedelta(days=1), actor_id=9999, event=Event.KEYS_MADE, round_id=ROUND
    )

    first, second = said(focal.get("/vault/log/")), said(focal.get("/vault/log/?page=2"))

    assert first.index("path/50") < first.index("path/02")
    assert "path/00" not in first
    assert "data_manager" in first
    assert "path/00" in second
    assert "the server" in second
    assert "account 9999" in second
    assert focal.post("/vault/log/", {"event": "x"}).status_code == 200
    assert AccessLog.objects.count() == 53


def test_an_opened_answer_and_a_passphrase_leave_no_trace(focal, asked, caplog):
    caplog.set_level(logging.DEBUG)
    press(focal, asked, DEPUTYS)

    opened = press(focal, asked)

    canaries = [ANSWER, PASSPHRASE, DEPUTYS]
    traces = [caplog.text, *(message.message for message in get_messages(opened.wsgi_request))]
    traces += [str(session.get_decoded()) for session in Session.objects.all()]
    traces += [str(row) for row in AccessLog.objects.values()]
    traces += [str(row) for row in UnsealRequest.objects.values()]
    traces += [str(opened.headers), str(opened.cookies)]
    assert not [each for each in canaries if any(each in trace for trace in traces)]


@contextmanager
def reports():
    """What an error report would say of exceptions that reach the handler."""
    written: list[str] = []

    def report(sender, request, **kwargs):
        reporter = ExceptionReporter(request, *sys.exc_info())
        written.extend([reporter.get_traceback_html(), reporter.get_traceback_text()])

    got_request_exception.connect(report)
    yield written
    got_request_exception.disconnect(report)


@pytest.mark.parametrize("step", ["open_private_key", "open_value", "_answer"])
def test_an_unforeseen_error_tells_neither_answer_nor_passphrase(
    focal, asked, monkeypatch, caplog, step
):
    def failing(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(actions, step, failing)
    focal.raise_request_exception = False

    with reports() as written:
        response = press(focal, asked)

    assert response.status_code == 500
    traces = [*written, caplog.text, response.content.decode()]
    assert len(written) == 2
    assert not [trace for trace in traces if ANSWER in trace or PASSPHRASE in trace]


def test_the_addresses_are_all_under_vault(asked):
    names = ["index", "login", "logout", "log"]

    addresses = [reverse(f"admin:{name}") for name in names]

    assert addresses == ["/vault/", "/vault/login/", "/vault/logout/", "/vault/log/"]
    assert reverse("admin:request", args=[asked.pk]) == page_of(asked)
