"""What goes wrong on the way: refused, unreachable, broken off, interrupted. Nothing is left."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from demo.check_kobo.run import CouldNotRun, Listen, Plan, check
from demo.check_kobo.wire import Account, NotOurs, Unanswered, Wire
from tests.demo_check_kobo.conftest import (
    OTHER,
    OTHER_TOKEN,
    TOKEN,
    Checked,
    StandIn,
    laboratory,
    soon,
)
from tests.demo_check_kobo.proxy import Answered, Asked, Forward, Twist, differing

ROOT = Path(__file__).parents[2]
PAGE = Answered(200, {"content-type": "text/html"}, b"<html></html>")
BUSY = Answered(503, {"content-type": "text/html"}, b"<html></html>")


def still_there(stand_in: StandIn, before: dict[str, bool]) -> list[str]:
    """The throw-away projects made since that were not removed."""
    return [name for name, is_there in stand_in.probes().items() if is_there and name not in before]


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        ({"token": "1" * 40}, "does not accept the token (401, /me/)"),
        ({"token": "no token"}, "not one"),
        ({"other": ("enum1", "1" * 40)}, "does not accept the token of the second account"),
        ({"other": ("stranger", OTHER_TOKEN)}, "belongs to another account"),
        ({"other": ("mtm", TOKEN)}, "is the first one"),
    ],
    ids=["unknown token", "no token", "unknown second", "second of another", "twice the same"],
)
def test_an_account_that_cannot_be_used_ends_the_run(
    stand_in: StandIn, plan: dict[str, Any], sentence: str
) -> None:
    before = stand_in.probes()

    with pytest.raises(CouldNotRun) as refused:
        check(Plan(**{"server": laboratory(stand_in.url), "token": TOKEN} | plan), sleep=soon)

    assert sentence in str(refused.value)
    assert stand_in.probes() == before


def test_plain_http_is_refused_outside_of_a_laboratory(stand_in: StandIn) -> None:
    server = replace(laboratory(stand_in.url), allow_private=False)

    with pytest.raises(CouldNotRun, match="must begin with https"):
        check(Plan(server=server, token=TOKEN), sleep=soon)


def test_a_private_address_is_refused_outside_of_a_laboratory(free_port: int) -> None:
    server = replace(laboratory(f"https://127.0.0.1:{free_port}"), allow_private=False)

    with pytest.raises(CouldNotRun, match="inside a network"):
        check(Plan(server=server, token=TOKEN), sleep=soon)


def test_nobody_there_is_one_sentence(free_port: int, checked: Checked) -> None:
    with pytest.raises(CouldNotRun, match=r"cannot be reached: the connection failed"):
        checked(f"http://127.0.0.1:{free_port}")


def test_something_that_is_no_kobo_is_told(stand_in: StandIn, checked: Checked) -> None:
    with (
        differing(stand_in.url, lambda asked, forward: PAGE) as url,
        pytest.raises(CouldNotRun, match="does not answer as a KoBo server"),
    ):
        checked(url)


def test_a_redirect_is_not_followed_and_the_token_stays(
    stand_in: StandIn, checked: Checked
) -> None:
    elsewhere: list[Asked] = []

    def take(asked: Asked, forward: Forward) -> Answered:
        elsewhere.append(asked)
        return PAGE

    with differing(stand_in.url, take) as other:
        moved = Answered(302, {"location": f"{other}/me/"}, b"")
        with (
            differing(stand_in.url, lambda asked, forward: moved) as url,
            pytest.raises(CouldNotRun),
        ):
            checked(url)

    assert elsewhere == []


def test_an_import_that_points_elsewhere_is_not_followed(
    stand_in: StandIn, checked: Checked
) -> None:
    elsewhere: list[Asked] = []
    before = stand_in.probes()

    def take(asked: Asked, forward: Forward) -> Answered:
        elsewhere.append(asked)
        return PAGE

    with differing(stand_in.url, take) as other:

        def twist(asked: Asked, forward: Forward) -> Answered:
            answered = forward(asked)
            if asked.method == "POST" and asked.path == "/api/v2/imports/":
                return answered.saying(answered.json | {"url": f"{other}/api/v2/imports/i/"})
            return answered

        with differing(stand_in.url, twist) as url, pytest.raises(CouldNotRun, match="this host"):
            checked(url)

    assert elsewhere == []
    assert still_there(stand_in, before) == []


def test_a_port_that_is_taken_is_told(stand_in: StandIn, checked: Checked) -> None:
    port = stand_in.kobo.port

    with pytest.raises(CouldNotRun, match="cannot listen"):
        checked(stand_in.url, listen=Listen("http://127.0.0.1", "127.0.0.1", port))


def test_an_interrupted_import_is_found_by_its_name_and_removed(
    stand_in: StandIn, checked: Checked
) -> None:
    before = stand_in.probes()

    def twist(asked: Asked, forward: Forward) -> Answered:
        answered = forward(asked)
        return BUSY if asked.path == "/api/v2/imports/" else answered

    with differing(stand_in.url, twist) as url, pytest.raises(CouldNotRun, match="busy"):
        checked(url)

    assert len(stand_in.probes()) == len(before) + 1
    assert still_there(stand_in, before) == []


@pytest.mark.slow
def test_a_server_that_breaks_off_is_told_apart_from_one_that_differs(
    stand_in: StandIn, checked: Checked
) -> None:
    before = stand_in.probes()

    def twist(asked: Asked, forward: Forward) -> Answered:
        return BUSY if asked.path.endswith("/validation_statuses/") else forward(asked)

    with differing(stand_in.url, twist) as url:
        report = checked(url)

    broken = {each.label for each in report.outcomes for found in each.untried if found.broken}
    assert broken == {"9"}
    assert not any(each.differences for each in report.outcomes)
    assert report.exit_status == 2
    assert still_there(stand_in, before) == []


@pytest.mark.slow
def test_what_cannot_be_removed_is_named(stand_in: StandIn, checked: Checked) -> None:
    before = stand_in.probes()

    def twist(asked: Asked, forward: Forward) -> Answered:
        is_project = len(asked.path.strip("/").split("/")) == 4
        return BUSY if asked.method == "DELETE" and is_project else forward(asked)

    with differing(stand_in.url, twist) as url:
        report = checked(url)

    assert sorted(report.left) == sorted(still_there(stand_in, before)) != []
    assert report.exit_status == 2


def test_a_fault_of_the_probe_itself_leaves_nothing_behind(stand_in: StandIn) -> None:
    before = stand_in.probes()

    def fail(line: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        check(Plan(server=laboratory(stand_in.url), token=TOKEN), sleep=soon, about=fail)

    assert len(stand_in.probes()) == len(before) + 1
    assert still_there(stand_in, before) == []


@pytest.fixture
def wire(stand_in: StandIn) -> Iterator[Wire]:
    wire = Wire(laboratory(stand_in.url), soon)
    yield wire
    wire.close()


def test_the_probe_cannot_change_a_project_that_it_did_not_make(wire: Wire) -> None:
    owner = Account(wire, "mtm", f"Token {TOKEN}")
    wire.ours.add("aMadeHere")

    with pytest.raises(NotOurs):
        owner.ask("DELETE", "/api/v2/assets/aMadeElsewhere/")
    with pytest.raises(NotOurs):
        owner.ask("PATCH", "/api/v2/assets/aMadeElsewhere/data/bulk/", body={})

    assert owner.ask("DELETE", "/api/v2/assets/aMadeHere/").status == 404
    assert owner.ask("GET", "/api/v2/assets/aMadeElsewhere/").status == 404


def test_the_probe_stops_asking_at_some_number(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("demo.check_kobo.wire.REQUESTS_MAX", 1)
    owner = Account(wire, "mtm", f"Token {TOKEN}")
    owner.ask("GET", "/me/")

    with pytest.raises(Unanswered, match="as often as it may"):
        owner.ask("GET", "/me/")


def test_a_question_is_asked_again_while_the_server_is_busy_and_a_change_is_not(
    stand_in: StandIn,
) -> None:
    asked_for: list[str] = []

    def twist(asked: Asked, forward: Forward) -> Answered:
        asked_for.append(asked.method)
        return BUSY

    with differing(stand_in.url, twist) as url:
        wire = Wire(laboratory(url), lambda seconds: None)
        for method in ("GET", "POST"):
            with pytest.raises(Unanswered, match="busy"):
                Account(wire, "", None).ask(method, "/api/v2/imports/")
        wire.close()

    assert asked_for == ["GET", "GET", "GET", "POST"]


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "mtm.token"
    file.touch(mode=0o600)
    file.write_text(TOKEN)
    return file


@contextmanager
def command(url: str, token_file: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    place = ("--url", url, "--token-file", str(token_file))
    with subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "demo.check_kobo", "--allow-private", *place, *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"COLUMNS": "200"},
    ) as child:
        yield child


def ended(url: str, token_file: Path, *more: str) -> tuple[int, str, str]:
    with command(url, token_file, *more) as child:
        out, errors = child.communicate(timeout=60)
    return child.returncode, out, errors


@pytest.mark.slow
def test_the_command_prints_a_table(stand_in: StandIn, token_file: Path) -> None:
    status, out, errors = ended(stand_in.url, token_file)

    assert status == 0
    assert "1   answers as text, absent when unanswered, full paths" in out
    assert "could not be tried: all of it: needs a receiver that KoBo can reach" in out
    assert "0 of 17 differ" in out
    assert TOKEN not in out + errors


@pytest.mark.slow
def test_the_command_prints_json(stand_in: StandIn, token_file: Path, tmp_path: Path) -> None:
    second = tmp_path / "second.token"
    second.touch(mode=0o600)
    second.write_text(OTHER_TOKEN)
    other = ("--other-username", OTHER[0], "--other-token-file", str(second))

    def twist(asked: Asked, forward: Forward) -> Answered:
        answered = forward(asked)
        return replace(answered, status=307) if answered.status == 301 else answered

    with differing(stand_in.url, twist) as url:
        status, out, _ = ended(url, token_file, "--json", *other)

    told = json.loads(out)
    assert status == told["exit_status"] == 1
    assert [each["item"] for each in told["items"] if each["differences"]] == ["15"]
    assert told["projects_left"] == []
    assert not {TOKEN, OTHER_TOKEN} & set(out.split('"'))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file: file.chmod(0o644), "open to others: set mode 0600"),
        (lambda file: file.unlink(), "no file mtm.token"),
        (lambda file: file.write_text("?"), "does not hold a token"),
    ],
    ids=["readable by others", "not there", "no token in it"],
)
def test_a_token_file_is_read_by_the_rules_of_our_client(
    token_file: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    spoil(token_file)

    status, out, errors = ended("http://127.0.0.1:9", token_file)

    assert (status, out) == (2, "")
    assert sentence in errors


@pytest.mark.slow
@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--other-username", "enum1"), "both its username and its token file"),
        (("--receiver-url", "http://127.0.0.1"), "a URL and a port"),
    ],
    ids=["half an account", "a receiver without a port"],
)
def test_half_of_what_is_needed_is_told(
    token_file: Path, more: tuple[str, ...], sentence: str
) -> None:
    status, _, errors = ended("http://127.0.0.1:9", token_file, *more)

    assert status == 2
    assert sentence in errors


def held_at(piece: str, *, reached: threading.Event, released: threading.Event) -> Twist:
    """Let everything through; hold the answer to a path until it is released."""

    def twist(asked: Asked, forward: Forward) -> Answered:
        answered = forward(asked)
        if piece in asked.path and not released.is_set():
            reached.set()
            released.wait(20)
        return answered

    return twist


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["/api/v2/imports/", "/validation_statuses/"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_interrupted_it_removes_what_it_made(
    stand_in: StandIn, token_file: Path, piece: str, number: signal.Signals
) -> None:
    before = stand_in.probes()
    reached, released = threading.Event(), threading.Event()

    with (
        differing(stand_in.url, held_at(piece, reached=reached, released=released)) as url,
        command(url, token_file) as child,
    ):
        assert reached.wait(20)
        child.send_signal(number)
        time.sleep(0.1)
        child.send_signal(number)  # of an impatient operator
        released.set()
        out, errors = child.communicate(timeout=30)

    assert (child.returncode, out) == (2, "")
    assert "Interrupted." in errors
    assert "Traceback" not in errors
    assert len(stand_in.probes()) > len(before)
    assert still_there(stand_in, before) == []
