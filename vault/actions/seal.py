"""Store sealed values: what a worker does, which may write into the vault and read nothing."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import UUID

import msgspec
from django.db import connection, transaction

from vault.actions.locks import Lock
from vault.core.seal import OuterKey, Wraps
from vault.keys import outer_key

SEALED = "COPY vault.sealed (id, round_id, wrap_id, ciphertexts) FROM STDIN"
WRAPS = 'COPY vault.wraps (id, round_id, outer_key_id, "outer", page_keys) FROM STDIN'


def hold_outer_key(key_file: Path | None) -> OuterKey:
    """Return the outer key; it stays in force until the caller's transaction ends.

    A key read before the transaction may have been destroyed by the time the page is
    stored, and nobody could ever open that page. Raises KeyProblem.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("The outer key is held by a transaction.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", Lock.OUTER_KEY.name_pair)
    return outer_key(key_file)


def sealed_line(
    record_id: UUID, values: Mapping[str, bytes], *, round_id: int, wrap_id: UUID
) -> bytes:
    """Return one record as COPY reads it; msgspec writes bytes as base64."""
    return b"%s\t%d\t%s\t%s\n" % (
        str(record_id).encode(),
        round_id,
        str(wrap_id).encode(),
        msgspec.json.encode(values).replace(b"\\", b"\\\\"),
    )


def store_page(wraps: Wraps, lines: Iterable[bytes]) -> None:
    """Write one page's sealed values and wrapped keys; the caller's transaction holds them.

    `lines` are those of `sealed_line`. COPY, since an INSERT with RETURNING or ON CONFLICT
    would need rights that a worker has not.
    """
    page_keys = msgspec.json.encode(wraps.page_keys).decode()
    with connection.cursor() as cursor:
        with cursor.copy(SEALED) as out:
            out.write(b"".join(lines))
        with cursor.copy(WRAPS) as out:
            out.write_row(
                (wraps.wrap_id, wraps.round_id, wraps.outer_key_id, wraps.outer, page_keys)
            )
