"""What `make demo` says on a machine that cannot run it: one sentence, no traceback."""

import shutil
import subprocess

import pytest

from tests.demo_services.conftest import PROJECT

OLD = "exit 1"
NO_VENV = 'case "$2" in *venv*) exit 1 ;; esac'
NO_NETWORK = """
if [ "$1" = -m ]
then
    mkdir -p .uv-boot/bin
    printf '#!/bin/sh\\necho offline; exit 1' > .uv-boot/bin/python
    chmod +x .uv-boot/bin/python
fi
"""


@pytest.fixture
def clone(tmp_path):
    """A project without .venv, in which Python is what a test makes of it."""
    for name in ("Makefile", "requirements.txt", "requirements-embedded.txt"):
        shutil.copy(PROJECT / name, tmp_path)
    return tmp_path


def make_demo(clone, python):
    program = clone / "fake-python"
    program.write_text(f"#!/bin/sh\n{python}\n")
    program.chmod(0o755)
    return subprocess.run(  # noqa: S603 - a script of the test itself
        [shutil.which("make"), "demo", f"PYTHON={program}"],
        cwd=clone,
        env={"PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        pytest.param(OLD, "is not Python 3.11 or newer: name one", id="an old Python"),
        pytest.param(NO_VENV, "apt-get install python3-venv", id="no venv module"),
        pytest.param(NO_NETWORK, "is there a network? See .uv-boot/log", id="no network"),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(clone, python, sentence):
    made = make_demo(clone, python)

    said = made.stderr.splitlines()
    assert made.returncode != 0
    assert sentence in said[0]
    assert said[1:] == [line for line in said if line.startswith("make: ***")]


def test_what_the_index_said_is_kept(clone):
    make_demo(clone, NO_NETWORK)

    assert (clone / ".uv-boot" / "log").read_text() == "offline\n"
