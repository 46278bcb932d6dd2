"""The stand-in as a process: it starts, keeps what it knows, and leaves nothing behind."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo.kobo.process import KoboProcess, StandInFailed
from tests.contract.forms import deploy_form
from tests.contract.lab import PASSWORD, TOKENS, Lab

pytestmark = pytest.mark.slow  # each starts a server of its own

_ABANDON = """
import os, sys
from pathlib import Path
from demo.kobo.process import KoboProcess
kobo = KoboProcess(Path(sys.argv[1])).start()
print(kobo.url, flush=True)
os._exit(1)
"""


def answers(url: str) -> bool:
    host, _, port = url.removeprefix("http://").partition(":")
    with subprocess.Popen(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", f"import socket; socket.create_connection(({host!r}, {port}))"],
        stderr=subprocess.DEVNULL,
    ) as child:
        return child.wait() == 0


def test_started_again_it_knows_all_that_it_knew(tmp_path: Path) -> None:
    with KoboProcess(tmp_path) as kobo:
        kobo.add_user("mtm", password=PASSWORD, token=TOKENS["mtm"])
        lab = Lab(kobo)
        form = deploy_form(lab, shared=False)
        form.post(form.xml("u-1", photo="p.jpg"), who="mtm", **{"p.jpg": b"picture"})
        before = form.rows()
        first_url = kobo.url
        lab.close()
    with kobo:
        lab = Lab(kobo)
        after = type(form)(lab, form.uid).rows()
        file = after[0]["_attachments"][0]["download_url"].removeprefix(kobo.url)
        content = lab.ask("GET", file).content
        lab.close()

    assert str(after).replace(kobo.url, first_url) == str(before)
    assert content == b"picture"


def test_stopping_is_clean_and_quick(tmp_path: Path) -> None:
    kobo = KoboProcess(tmp_path).start()
    url = kobo.url
    began = time.monotonic()

    kobo.stop()

    assert time.monotonic() - began < 5
    assert not answers(url)
    assert "Traceback" not in (tmp_path / "log.txt").read_text()


def test_stopping_twice_is_harmless(tmp_path: Path) -> None:
    kobo = KoboProcess(tmp_path).start()

    kobo.stop()
    kobo.stop()

    assert not answers(kobo.url)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_run_by_hand_it_ends_on_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    port_file = tmp_path / "port"
    command = [sys.executable, "-m", "demo.kobo", "--store", str(tmp_path / "kobo.sqlite3")]
    with subprocess.Popen(  # noqa: S603 - our own module
        [*command, "--port-file", str(port_file)], stdout=subprocess.PIPE, text=True
    ) as child:
        said = child.stdout.readline() + child.stdout.readline()
        child.send_signal(number)

    assert child.returncode == 0
    assert f"http://127.0.0.1:{port_file.read_text().strip()}\n" in said
    assert "secret" in said


def test_it_ends_when_its_parent_is_gone(tmp_path: Path) -> None:
    abandoned = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", _ABANDON, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    url = abandoned.stdout.strip()

    deadline = time.monotonic() + 5
    while answers(url) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert abandoned.returncode == 1
    assert not answers(url)


def test_a_failed_start_is_told(tmp_path: Path) -> None:
    (tmp_path / "kobo.sqlite3").mkdir()
    kobo = KoboProcess(tmp_path)

    with pytest.raises(StandInFailed, match="did not start"):
        kobo.start()
    kobo.stop()
