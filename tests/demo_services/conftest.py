import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from demo.services.place import Place
from demo.services.process import wait_until

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def everything_removed(tmp_path):
    """Remove what servers had to keep outside of a test's folder, which is root's alone."""
    yield
    for link in list(tmp_path.rglob("elsewhere")):
        Place(link.parent, None).remove()


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "server"


@pytest.fixture
def open_folder():
    """A folder that every user can enter, unlike pytest's own."""
    mask = os.umask(0o022)
    with tempfile.TemporaryDirectory(prefix="mtm-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
    os.umask(mask)


@pytest.fixture
def script():
    """Start a Python program of the project, whose first line of output is awaited."""
    started = []

    def start(text):
        program = subprocess.Popen(  # noqa: S603 - a text of the test itself
            [sys.executable, "-c", text],
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(program)
        return program, program.stdout.readline().strip()

    yield start
    for program in started:
        program.kill()
        program.communicate()


def is_running(pid):
    """Tell whether a process is there and no zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def comes_to_end(*pids):
    return wait_until(lambda: not any(is_running(pid) for pid in pids), within_s=10)


def uid_of(pid):
    return Path(f"/proc/{pid}").stat().st_uid
