"""The part of a query that the store's own columns can answer, as SQL.

This is for speed only: a query is answered in SQL as a whole or not at all, and what SQL
answers must be what `mongo.matches` would.
"""

from collections.abc import Mapping
from typing import Any

Condition = tuple[str, tuple[Any, ...]]
EVERYTHING: Condition = ("1", ())
_OPERATORS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<=", "$ne": "!="}
_TEXTS = {"_uuid": "current", "_submission_time": "time"}


class NotInSql(Exception):
    """The query asks for something that only the row itself can answer."""


def sql_of(query: Mapping[str, Any]) -> Condition:
    """Raises NotInSql."""
    parts = [_part(name, condition) for name, condition in query.items()]
    if not parts:
        return EVERYTHING
    sql = " AND ".join(f"({text})" for text, _ in parts)
    return sql, tuple(value for _, values in parts for value in values)


def names_rows(query: Mapping[str, Any]) -> bool:
    """Whether the query can only be answered by rows whose uuids it names."""
    return any(
        any(names_rows(part) for part in condition)
        if name == "$and"
        else name in {"_uuid", "meta/rootUuid"} and _is_exact(condition)
        for name, condition in query.items()
    )


def _is_exact(condition: Any) -> bool:
    return not isinstance(condition, dict) or "$in" in condition


def _part(name: str, condition: Any) -> Condition:
    match name:
        case "$and" | "$or":
            word = " AND " if name == "$and" else " OR "
            inner = [sql_of(part) for part in condition]
            text = word.join(f"({sql})" for sql, _ in inner)
            return text, tuple(value for _, values in inner for value in values)
        case "_id":
            return _column("id", condition, int, "")
        case "meta/rootUuid":
            return _column("root", condition, str, "uuid:")
        case _ if name in _TEXTS:
            return _column(_TEXTS[name], condition, str, "")
        case _:
            raise NotInSql


def _column(column: str, condition: Any, kind: type[int | str], prefix: str) -> Condition:
    if not isinstance(condition, dict):
        return f"{column} = ?", (_value(condition, kind, prefix),)
    parts = [_compared(column, *item, kind, prefix) for item in condition.items()]
    if not parts:
        raise NotInSql
    return " AND ".join(sql for sql, _ in parts), tuple(v for _, values in parts for v in values)


def _compared(
    column: str, operator: str, operand: Any, kind: type[int | str], prefix: str
) -> Condition:
    if operator in {"$in", "$nin"}:
        if not operand:
            raise NotInSql
        values = tuple(_value(value, kind, prefix) for value in operand)
        word = "IN" if operator == "$in" else "NOT IN"
        return f"{column} {word} ({', '.join('?' * len(values))})", values
    if operator in _OPERATORS and not prefix:
        return f"{column} {_OPERATORS[operator]} ?", (_value(operand, kind, prefix),)
    raise NotInSql


def _value(value: Any, kind: type[int | str], prefix: str) -> Any:
    if isinstance(value, bool) or not isinstance(value, kind):
        raise NotInSql
    if not prefix:
        return value
    text = str(value)
    if not text.startswith(prefix):
        raise NotInSql
    return text.removeprefix(prefix)
