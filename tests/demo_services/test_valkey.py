import os
import socket
from pathlib import Path

import pytest

from demo.services import ServiceFailed
from demo.services.valkey import Valkey
from tests.demo_services.conftest import comes_to_end, uid_of

NOBODY = 65534
PASSWORD = "invented"


@pytest.fixture
def server(folder):
    with Valkey(folder, password=PASSWORD) as running:
        yield running


def say(server, *lines):
    """Send lines and return the first line of the answer to each."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        answers = connection.makefile("r")
        said = []
        for line in lines:
            connection.sendall(f"{line}\r\n".encode())
            said.append(answers.readline().strip())
        return said


def test_it_answers_those_who_know_the_password(server):
    assert say(server, f"AUTH {PASSWORD}", "PING") == ["+OK", "+PONG"]
    assert server.url == f"redis://:{PASSWORD}@127.0.0.1:{server.port}/0"


def test_it_answers_nobody_else(server):
    assert say(server, "PING", "AUTH wrong")[0].startswith("-NOAUTH")


def test_its_password_is_on_no_command_line(server):
    assert PASSWORD not in Path(f"/proc/{server.pid}/cmdline").read_text()


def test_it_is_never_root(server):
    assert uid_of(server.pid) == (os.geteuid() or NOBODY)


def test_it_is_heard_on_127_0_0_1_alone(server):
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()
        if line.split()[1].endswith(f":{server.port:04X}") and line.split()[3] == "0A"
    ]

    assert listening == [f"0100007F:{server.port:04X}"]


def test_after_a_crash_it_is_empty_at_the_same_address(server):
    address = server.url
    say(server, f"AUTH {PASSWORD}", "SET queue 1")

    server.kill()
    server.restart()

    assert server.url == address
    assert say(server, f"AUTH {PASSWORD}", "EXISTS queue")[1] == ":0"


def test_it_refuses_new_work_when_full_instead_of_forgetting_old(server):
    say(server, f"AUTH {PASSWORD}", "CONFIG SET maxmemory 1")

    assert say(server, f"AUTH {PASSWORD}", "SET queue 1")[1].startswith("-OOM")


def test_a_taken_port_is_said_in_a_sentence(server, tmp_path):
    with pytest.raises(
        ServiceFailed, match=f"port {server.port} does not start: the port is taken"
    ):
        Valkey(tmp_path / "other", port=server.port).start()


def test_a_given_port_is_used(server, tmp_path):
    server.stop()

    with Valkey(tmp_path / "other", port=server.port) as other:
        assert other.port == server.port


def test_stopping_leaves_no_process(server):
    pid = server.pid

    server.stop()

    assert comes_to_end(pid)
    assert server.pid is None


def test_each_server_has_a_password_of_its_own(tmp_path):
    with Valkey(tmp_path / "one") as one, Valkey(tmp_path / "two") as two:
        assert one.url.split("@")[0] != two.url.split("@")[0]


def test_the_address_is_unknown_before_the_start(tmp_path):
    with pytest.raises(ServiceFailed, match="before it is started"):
        _ = Valkey(tmp_path).url


def test_it_ends_when_its_starter_is_killed(folder, script):
    program, pid = script(
        "import time; from pathlib import Path; from demo.services.valkey import Valkey\n"
        f"server = Valkey(Path({str(folder)!r})); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )

    program.kill()

    assert comes_to_end(pid)
