import os
import signal
import stat
from contextlib import closing
from threading import Thread

import psycopg
import pytest

from demo.services import ServiceFailed, postgres
from demo.services.postgres import Postgres
from demo.services.process import wait_until
from tests.demo_services.conftest import comes_to_end, is_running, uid_of

NOBODY = 65534
ANSWER = "Aigul Example"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Postgres(tmp_path_factory.mktemp("postgres") / "server", fast=True)
    running.start()
    yield running
    running.discard()


def ask(server, question, *parameters):
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        return connection.execute(question, parameters).fetchone()


def tell(server, *statements):
    with psycopg.connect(server.superuser_url("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("fast", [True, False], ids=["for tests", "for the demo"])
def test_a_cluster_is_made_once_and_keeps_its_rows(folder, fast):
    with Postgres(folder, fast=fast) as server:
        tell(server, "CREATE TABLE visits (n int)", "INSERT INTO visits VALUES (7)")

    with Postgres(folder, fast=fast) as server:
        assert ask(server, "SELECT n FROM visits") == (7,)


def test_what_was_committed_survives_a_crash_at_the_same_address(server):
    tell(server, "CREATE TABLE crash (n int)", "INSERT INTO crash VALUES (7)")
    address = server.url("postgres", "x", "postgres")

    server.kill()
    server.restart()

    assert ask(server, "SELECT n FROM crash") == (7,)
    assert server.url("postgres", "x", "postgres") == address


def test_after_a_crash_no_process_of_the_server_is_left(folder):
    with Postgres(folder, fast=True) as server:
        with closing(psycopg.connect(server.superuser_url("postgres"))) as connection:
            processes = (server.pid, connection.info.backend_pid)

            server.kill()

        assert comes_to_end(*processes)
        assert server.pid is None


def test_stopping_ends_open_connections_and_takes_no_long_time(folder):
    server = Postgres(folder, fast=True)
    server.start()
    processes = [server.pid]
    with closing(psycopg.connect(server.superuser_url("postgres"))) as connection:
        processes.append(connection.info.backend_pid)

        server.stop()

    assert not any(map(is_running, processes))
    assert "database system is shut down" in server.log.read_text()


@pytest.mark.parametrize("role", ["postgres", "web"])
@pytest.mark.parametrize("password", ["", "wrong"])
def test_nobody_logs_in_without_the_right_password(server, role, password):
    tell(server, "DROP ROLE IF EXISTS web", "CREATE ROLE web LOGIN PASSWORD 'invented'")

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(server.url(role, password, "postgres"))


@pytest.mark.parametrize("password", ["invented", "a b/c@d:e?f%g#h&ң"])
def test_a_role_logs_in_with_its_own_password(server, password):
    tell(server, "DROP ROLE IF EXISTS web", f"CREATE ROLE web LOGIN PASSWORD '{password}'")

    with psycopg.connect(server.url("web", password, "postgres")) as connection:
        assert connection.execute("SELECT current_user").fetchone() == ("web",)


def test_there_is_no_tcp_and_cyrillic_letters_have_their_small_forms(server):
    assert ask(server, "SHOW listen_addresses") == ("",)
    assert ask(server, "SELECT lower('ҢӨҮ')") == ("ңөү",)


def test_every_way_in_asks_for_a_password(server):
    question = "SELECT array_agg(type || ' ' || auth_method) FROM pg_hba_file_rules"

    assert ask(server, question) == (["local scram-sha-256"],)


def test_others_may_enter_the_folder_of_the_socket_and_read_nothing_else(server):
    data = server.socket_folder.parent / "data"

    assert stat.S_IMODE(server.socket_folder.stat().st_mode) == 0o711
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    for secret in (server.log, server.folder / "superuser.password"):
        assert stat.S_IMODE(secret.stat().st_mode) == 0o600


def test_the_server_is_never_root(server):
    assert uid_of(server.pid) == (os.geteuid() or NOBODY)


@pytest.mark.parametrize(
    ("statement", "told_to_its_sender"),
    [
        pytest.param("SELECT '{}'::int", ANSWER, id="the message quotes it"),
        pytest.param("INSERT INTO people VALUES ('{}')", ANSWER, id="the detail quotes it"),
        pytest.param("SELECT '{}', 1 / 0", "division by zero", id="the statement quotes it"),
        pytest.param(
            "DO $$ BEGIN RAISE WARNING '{0}'; RAISE '{0}'; END $$", ANSWER, id="a warning quotes it"
        ),
    ],
)
def test_a_failed_statement_leaves_no_answer_in_the_log(server, statement, told_to_its_sender):
    tell(server, "DROP TABLE IF EXISTS people", "CREATE TABLE people (name text UNIQUE)")
    ask(server, "INSERT INTO people VALUES (%s) RETURNING 1", ANSWER)

    with pytest.raises(psycopg.Error, match=told_to_its_sender):
        tell(server, statement.format(ANSWER))

    assert ANSWER not in server.log.read_text()


def test_a_connection_that_crashes_leaves_no_answer_in_the_log(folder):
    with Postgres(folder, fast=True) as server:
        with closing(psycopg.connect(server.superuser_url("postgres"))) as connection:
            victim = connection.info.backend_pid
            sleep = Thread(target=_run_until_it_dies, args=(connection,))
            sleep.start()
            _await_statement(server, victim)

            os.kill(victim, signal.SIGKILL)
            sleep.join()

        news = f"(PID {victim}) was terminated by signal 9"
        assert wait_until(lambda: server.log.read_text().count("ready to accept") == 2, within_s=10)
        assert news in server.log.read_text()
        assert ANSWER not in server.log.read_text()


def _run_until_it_dies(connection):
    with pytest.raises(psycopg.OperationalError):
        connection.execute(f"SELECT pg_sleep(30), '{ANSWER}'")


def _await_statement(server, pid):
    question = "SELECT query FROM pg_stat_activity WHERE pid = %s"
    while "pg_sleep" not in ask(server, question, pid)[0]:
        pass


def test_a_socket_finds_place_however_long_the_path_of_the_folder(folder):
    wanted = folder / ("long" * 30)

    with Postgres(folder, socket_folder=wanted, fast=True) as server:
        borrowed = server.socket_folder
        server.restart()
        assert server.socket_folder == borrowed
        assert ask(server, "SELECT 1") == (1,)

    assert borrowed != wanted
    assert not borrowed.exists()


def test_the_caller_may_choose_the_folder_of_the_socket(open_folder, folder):
    with Postgres(folder, socket_folder=open_folder / "socket", fast=True) as server:
        assert server.socket_folder == open_folder / "socket"
        assert ask(server, "SELECT 1") == (1,)


def test_a_second_server_of_one_folder_is_refused_in_a_sentence(server, monkeypatch):
    monkeypatch.setattr(postgres, "_STALE_LOCK_S", 0)

    with pytest.raises(ServiceFailed, match="another PostgreSQL already runs on this folder"):
        Postgres(server.folder, fast=True).start()

    assert ask(server, "SELECT 1") == (1,)


def test_a_lost_password_of_the_superuser_is_said_in_a_sentence(folder):
    with Postgres(folder, fast=True):
        pass
    (folder / "superuser.password").unlink()

    with pytest.raises(ServiceFailed, match=r"superuser\.password is missing"):
        Postgres(folder, fast=True).start()


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ServiceFailed, match=r"cannot be set up in .*/file/server: Not a directory"):
        Postgres(tmp_path / "file" / "server").start()


def test_an_interrupted_start_from_nothing_is_begun_again(folder):
    (folder / "data.part").mkdir(parents=True)
    (folder / "data.part" / "half").touch()

    with Postgres(folder, fast=True) as server:
        assert ask(server, "SELECT 1") == (1,)


def test_the_address_is_unknown_before_the_start(tmp_path):
    with pytest.raises(ServiceFailed, match="before it is started"):
        Postgres(tmp_path).url("web", "x", "mtm")


def test_discarding_leaves_nothing_anywhere(folder):
    server = Postgres(folder, fast=True)
    server.start()
    home = server.socket_folder.parent

    server.discard()

    assert not folder.exists()
    assert not home.exists()


def test_the_server_shuts_down_when_its_starter_is_killed(folder, script):
    program, pid = script(
        "import time; from pathlib import Path; from demo.services.postgres import Postgres\n"
        f"server = Postgres(Path({str(folder)!r}), fast=True); server.start()\n"
        "print(server.pid, flush=True); time.sleep(60)"
    )

    program.kill()

    assert comes_to_end(pid)
    assert "database system is shut down" in (folder / "postgres.log").read_text()
