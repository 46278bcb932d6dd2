import os
import signal
import stat
import sys
from pathlib import Path

import pytest

from demo.services import ServiceFailed
from demo.services.children import Children
from demo.services.process import wait_until
from demo.services.users import UIDS
from tests.demo_services.conftest import comes_to_end, is_running

FOR_EVER = "import time; print('started', flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + FOR_EVER
PARENT = """
import subprocess, sys, time
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], {how})
print(grandchild.pid, flush=True)
{then}
"""


@pytest.fixture
def children():
    with Children() as running:
        yield running


@pytest.fixture
def start(children, tmp_path):
    def start_python(text, name="worker", env=None):
        log = tmp_path / f"{name}.log"
        pid = children.start(name, [sys.executable, "-c", text], env or {}, user=None, log=log)
        return pid, log

    return start_python


def says(log):
    assert wait_until(lambda: log.read_text().endswith("\n"), within_s=10)
    return log.read_text().strip()


def test_all_is_well_while_all_run(children, start):
    start(FOR_EVER, "web")
    start(FOR_EVER, "worker")

    children.check()


@pytest.mark.parametrize(
    ("text", "how"),
    [
        pytest.param(
            "raise SystemExit('no broker')", "worker ended by itself with status 1", id="it ended"
        ),
        pytest.param(
            "import os; print('no broker', flush=True); os.kill(os.getpid(), 9)",
            "worker was ended by SIGKILL",
            id="it was killed",
        ),
    ],
)
def test_who_died_is_named_with_the_last_lines_of_its_log(children, start, text, how):
    start(FOR_EVER, "web")
    pid, _ = start(text, "worker")
    comes_to_end(pid)

    with pytest.raises(ServiceFailed, match=f"(?s)^{how}.*no broker"):
        children.check()


def test_they_end_in_reverse_order_of_their_start(children, start, tmp_path):
    order = tmp_path / "order"
    for name in ("web", "worker", "beat"):
        _, log = start(
            "import signal, sys, time\n"
            f"def leave(*_): open({str(order)!r}, 'a').write('{name} '); sys.exit()\n"
            f"signal.signal(signal.SIGTERM, leave); {FOR_EVER}",
            name,
        )
        says(log)

    children.stop()

    assert order.read_text().split() == ["beat", "worker", "web"]


def test_who_does_not_listen_is_killed(tmp_path):
    log = tmp_path / "worker.log"
    with Children(patience_s=0.2) as children:
        argv = [sys.executable, "-c", STUBBORN]
        pid = children.start("worker", argv, {}, user=None, log=log)
        says(log)

        children.stop()

        assert not is_running(pid)


@pytest.mark.parametrize("how", ["process_group=0", "start_new_session=True"])
def test_grandchildren_end_too(children, start, how):
    pid, log = start(PARENT.format(how=how, then="time.sleep(60)"))
    grandchild = says(log)

    children.stop()

    assert not is_running(pid)
    assert not is_running(grandchild)


def test_grandchildren_whose_parent_has_died_end_too(children, start):
    pid, log = start(PARENT.format(how="process_group=0", then=""))
    grandchild = says(log)
    assert comes_to_end(pid)
    assert is_running(grandchild)

    children.stop()

    assert not is_running(grandchild)


def test_one_can_be_killed_and_started_again(children, start):
    first, _ = start(FOR_EVER)

    children.kill("worker")

    assert not is_running(first)
    second, _ = start(FOR_EVER)
    children.check()
    assert is_running(second)


def test_a_process_knows_the_environment_that_it_is_given_and_no_other(start, monkeypatch):
    monkeypatch.setenv("OUTER", "1")

    _, log = start("import os; print(sorted(os.environ))", env={"INNER": "1"})

    assert "INNER" in says(log)
    assert "OUTER" not in says(log)


def test_a_log_is_for_us_alone_and_is_added_to(start):
    _, log = start("print('one')")
    says(log)

    start("print('two')")

    assert wait_until(lambda: log.read_text() == "one\ntwo\n", within_s=10)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_as_root_a_process_gets_the_user_it_is_given(children, tmp_path):
    user = UIDS["web"] if os.geteuid() == 0 else None
    log = tmp_path / "web.log"

    children.start("web", ["/bin/sh", "-c", "id -u; id -g; id -G"], {}, user=user, log=log)

    whoami = str(user or os.geteuid())
    assert wait_until(lambda: log.read_text().count("\n") == 3, within_s=10)
    assert log.read_text().split()[0] == whoami
    assert user is None or log.read_text().split() == [whoami] * 3


def test_what_cannot_be_executed_is_said_in_a_sentence(children, tmp_path):
    program = tmp_path / "web"
    program.touch(0o644)

    with pytest.raises(ServiceFailed, match=f"^Cannot execute {program}: Permission denied.$"):
        children.start("web", [program], {}, user=None, log=tmp_path / "log")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_however_the_starter_is_asked_to_end_nobody_is_left(script, tmp_path, ending):
    program, pids = script(_starter(tmp_path, FOR_EVER))

    program.send_signal(ending)
    program.wait(10)

    assert not any(map(is_running, pids.split()))


def test_a_starter_that_is_killed_takes_its_children_with_it(script, tmp_path):
    program, pids = script(_starter(tmp_path, FOR_EVER))

    program.kill()

    assert comes_to_end(*pids.split())


def test_a_second_ctrl_c_waits_for_nobody(script, tmp_path):
    program, pids = script(_starter(tmp_path, STUBBORN))
    logs = [tmp_path / "web.log", tmp_path / "worker.log"]
    assert all(map(says, logs))
    program.send_signal(signal.SIGINT)
    assert wait_until((tmp_path / "stopping").exists, within_s=10)

    program.send_signal(signal.SIGINT)
    program.wait(5)

    assert not any(map(is_running, pids.split()))


def _starter(folder: Path, text: str) -> str:
    return f"""
import sys, time
from pathlib import Path
from demo.services.children import Children
with Children(patience_s=30) as children:
    for name in ("web", "worker"):
        argv = [sys.executable, "-c", {text!r}]
        log = Path({str(folder)!r}) / (name + ".log")
        print(children.start(name, argv, {{}}, user=None, log=log), end=" ")
    print(flush=True)
    try:
        time.sleep(60)
    finally:
        Path({str(folder)!r}, "stopping").touch()
"""
