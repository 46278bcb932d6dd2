"""Placeholder until hooks are written."""

from demo.kobo.call import Call
from demo.kobo.store import Row


def schedule(call: Call, asset: Row, record: Row) -> None:
    _ = (call, asset, record)


def start_delivering(store: object, world: object) -> None:
    _ = (store, world)
