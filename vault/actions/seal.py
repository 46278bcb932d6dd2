"""Store sealed values: what a worker does, which may write into the vault and read nothing."""

import base64
from collections.abc import Iterable, Mapping
from uuid import UUID

import msgspec
from django.db import connection

from vault.core.seal import Wraps


def store_page(wraps: Wraps, sealed: Iterable[tuple[UUID, Mapping[str, bytes]]]) -> None:
    """Write one page's sealed values and wrapped keys; the caller's transaction holds them.

    COPY, since an INSERT with RETURNING or ON CONFLICT would need rights that a worker has not.
    """
    encode = msgspec.json.encode
    with connection.cursor() as cursor:
        with cursor.copy(
            "COPY vault.sealed (id, round_id, wrap_id, ciphertexts) FROM STDIN"
        ) as out:
            for record_id, values in sealed:
                line = encode({path: base64.b64encode(text) for path, text in values.items()})
                out.write(
                    b"%s\t%d\t%s\t%s\n"
                    % (
                        str(record_id).encode(),
                        wraps.round_id,
                        str(wraps.wrap_id).encode(),
                        line.replace(b"\\", b"\\\\"),
                    )
                )
        columns = '(id, round_id, outer_key_id, "outer", page_keys)'
        with cursor.copy(f"COPY vault.wraps {columns} FROM STDIN") as out:
            out.write_row(
                (
                    wraps.wrap_id,
                    wraps.round_id,
                    wraps.outer_key_id,
                    wraps.outer,
                    encode({n: base64.b64encode(k) for n, k in wraps.page_keys.items()}).decode(),
                )
            )
