"""Each process' database role can do what it must, and is refused the rest."""

import psycopg
import pytest
from django.db import connection

from mtm.roles import PRIVILEGES

pytestmark = pytest.mark.django_db

REFUSED = [
    pytest.param("web", "SELECT * FROM vault.sealed", id="web reads sealed"),
    pytest.param("web", "INSERT INTO vault.sealed (id) VALUES (NULL)", id="web writes sealed"),
    pytest.param("web", "SELECT * FROM vault.wraps", id="web reads wraps"),
    pytest.param("web", "SELECT * FROM vault.holders", id="web reads holders"),
    pytest.param("web", "UPDATE surveys_decision SET reason = ''", id="web changes a decision"),
    pytest.param("web", "DELETE FROM surveys_decision", id="web removes a decision"),
    pytest.param("web", "DELETE FROM vault_accesslog", id="web removes from the access log"),
    pytest.param("web", "UPDATE surveys_kobostate SET root_uuid = ''", id="web changes identities"),
    pytest.param("web", "SELECT * FROM surveys_token", id="web reads tokens"),
    pytest.param("web", "CREATE TABLE public.mine (id int)", id="web makes a table"),
    pytest.param("worker", "SELECT * FROM vault.sealed", id="worker reads sealed"),
    pytest.param("worker", "DELETE FROM vault.sealed", id="worker removes sealed"),
    pytest.param("worker", "UPDATE vault.sealed SET round_id = 1", id="worker changes sealed"),
    pytest.param("worker", "SELECT * FROM vault.wraps", id="worker reads wraps"),
    pytest.param("worker", "SELECT * FROM vault.holders", id="worker reads holders"),
    pytest.param("worker", "SELECT * FROM auth_user", id="worker reads accounts"),
    pytest.param("worker", "SELECT * FROM django_session", id="worker reads sessions"),
    pytest.param("worker", "UPDATE surveys_round SET state = 'open'", id="worker opens a round"),
    pytest.param("worker", "INSERT INTO surveys_decision DEFAULT VALUES", id="worker decides"),
    pytest.param("vault", "SELECT * FROM surveys_submission", id="vault reads answers"),
    pytest.param("vault", "SELECT * FROM surveys_kobostate", id="vault reads identities"),
    pytest.param("vault", "UPDATE surveys_round SET state = 'open'", id="vault opens a round"),
    pytest.param("vault", "UPDATE auth_user SET password = ''", id="vault changes a password"),
    pytest.param("vault", "UPDATE vault_accesslog SET event = ''", id="vault changes the log"),
    pytest.param("vault", "DELETE FROM vault_accesslog", id="vault removes from the log"),
    pytest.param("vault", "TRUNCATE vault_accesslog", id="vault empties the log"),
    pytest.param("vault", "DELETE FROM vault_unsealrequest", id="vault removes a request"),
]


@pytest.mark.parametrize(("role", "statement"), REFUSED)
def test_a_role_is_refused_what_is_not_its_own(connect_as, role, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
        connect_as(role).execute(statement)


@pytest.mark.parametrize("role", ["web", "worker", "vault"])
def test_each_role_signs_in_with_a_password_of_its_own(connect_as, role):
    name = connect_as(role).execute("SELECT current_user").fetchone()

    assert name == (role,)


def test_the_vault_reads_what_is_sealed(connect_as):
    assert connect_as("vault").execute("SELECT * FROM vault.sealed").fetchall() == []


def test_a_worker_may_write_into_the_vault(connect_as):
    worker = connect_as("worker")

    with worker.transaction(force_rollback=True):
        written = worker.execute(
            "INSERT INTO vault.sealed (id, round_id, wrap_id, ciphertexts)"
            " VALUES (gen_random_uuid(), 1, gen_random_uuid(), '{}')"
        )

    assert written.rowcount == 1


def test_every_table_is_in_the_list_of_privileges():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT schemaname || '.' || tablename FROM pg_tables"
            " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        )
        tables = {row[0] for row in cursor.fetchall()}

    assert tables == set(PRIVILEGES)


def test_no_foreign_key_leads_into_or_out_of_the_vault():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass, confrelid::regclass FROM pg_constraint"
            " JOIN pg_class a ON a.oid = conrelid JOIN pg_class b ON b.oid = confrelid"
            " WHERE contype = 'f' AND 'vault'::regnamespace IN (a.relnamespace, b.relnamespace)"
        )

        assert cursor.fetchall() == []
