import os
import subprocess
import sys

from tests.demo_services.conftest import PROJECT

REPORT = """
import os, socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
print(os.geteuid(), *(name for _, name in socket.if_nameindex()))
raise SystemExit(7)
"""


def test_a_command_sees_the_loopback_alone_or_a_line_says_that_it_does_not():
    argv = [sys.executable, "tests/loopback.py", sys.executable, "-c", REPORT]

    ran = subprocess.run(argv, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 - a text of the test itself

    assert ran.returncode == 7
    user, *interfaces = ran.stdout.split()
    assert user == str(os.geteuid())
    assert interfaces == ["lo"] or "The tests can reach the network" in ran.stderr
