"""What all tests share: the database with its roles, and who is who."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.services import passwords, postgres


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> None:
    """Give the roles their rights in the test database, as after every migration."""
    with django_db_blocker.unblock():
        call_command("grant_roles")


@pytest.fixture
def as_role(db) -> Callable[[str], AbstractContextManager[None]]:
    """Run a block with the rights of one process' database role."""

    @contextmanager
    def rights_of(role: str) -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(f"SET ROLE {role}")
        yield
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")

    return rights_of


@pytest.fixture
def connect_as(db) -> Iterator[Callable[[str], psycopg.Connection]]:
    """Open a connection of its own as a role, with that role's password."""
    opened: list[psycopg.Connection] = []

    def connect(role: str) -> psycopg.Connection:
        address = postgres.url(role, passwords[role], settings.DATABASES["default"]["NAME"])
        opened.append(psycopg.connect(address, autocommit=True))
        return opened[-1]

    yield connect
    for each in opened:
        each.close()
