"""Locks of the vault: PostgreSQL's, so that a killed process frees them."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection

CLASS = 0x4D544D56  # "MTMV": the first half of each lock's name


class Lock(IntEnum):
    """The second half."""

    OUTER_KEY = 0  # shared by whoever seals a page, exclusive while the key file is exchanged
    ERASING = 1  # one erasing process at a time

    @property
    def name_pair(self) -> list[int]:
        return [CLASS, self.value]


class Taken(Exception):
    """Another process holds the lock."""


@contextmanager
def held(lock: Lock) -> Iterator[None]:
    """Hold a lock, waiting until those who share it are done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", lock.name_pair)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock.name_pair)


@contextmanager
def held_if_free(lock: Lock) -> Iterator[None]:
    """Hold a lock without waiting for it. Raises Taken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", lock.name_pair)
        if not cursor.fetchone()[0]:
            raise Taken(lock.name)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", lock.name_pair)
