"""Queries of `/data/`, asked of one row: MongoDB's language with KoBo's surprises.

Answers are texts and are compared as texts. A number matches only what is a number in the
row, in practice `_id`. An operator that the server does not know is no error and finds nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rowlike = Mapping[str, Any]
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "$gt": lambda have, want: have > want,
    "$gte": lambda have, want: have >= want,
    "$lt": lambda have, want: have < want,
    "$lte": lambda have, want: have <= want,
}
_JOINS = {"$and", "$or"}
_LISTS = {"$in", "$nin", "$all"}


class UnsuitableOperand(Exception):
    """An operator was given what it cannot work with; answered 400."""


class NotAQuery(Exception):
    """The query is no object; the real server crashes on it."""


def prepared(query: Any) -> dict[str, Any]:
    """The query as it will be asked: a text given for `_id` itself becomes a number.

    Raises NotAQuery, UnsuitableOperand.
    """
    if not isinstance(query, dict):
        raise NotAQuery
    ready: dict[str, Any] = {}
    for name, condition in query.items():
        if name in _JOINS:
            if not isinstance(condition, list) or not condition:
                raise UnsuitableOperand
            ready[name] = [prepared(part) for part in condition]
        else:
            _check(condition)
            ready[name] = _number(condition) if name == "_id" else condition
    return ready


def matches(query: Rowlike, row: Rowlike) -> bool:
    """Whether the row answers a query that was prepared."""
    return all(_holds(name, condition, row) for name, condition in query.items())


def _holds(name: str, condition: Any, row: Rowlike) -> bool:
    match name:
        case "$and":
            return all(matches(part, row) for part in condition)
        case "$or":
            return any(matches(part, row) for part in condition)
        case _:
            return answers_to(condition, list(_values(row, _path(name))))


def answers_to(condition: Any, values: list[Any]) -> bool:
    """Whether a field with these values (none if it is absent) meets the condition."""
    if not isinstance(condition, dict) or not _has_operator(condition):
        return _equals(condition, values)
    return all(
        _operator(operator, operand, condition, values) for operator, operand in condition.items()
    )


def _operator(operator: str, operand: Any, condition: Rowlike, values: list[Any]) -> bool:
    if operator in _COMPARISONS:
        compare = _COMPARISONS[operator]
        return any(_comparable(have, operand) and compare(have, operand) for have in values)
    if operator == "$regex":
        pattern = _pattern(operand, condition.get("$options", ""))
        return any(isinstance(have, str) and pattern.search(have) for have in values)
    test = _TESTS.get(operator)
    return test is not None and test(operand, values)


def _all(operand: Any, values: list[Any]) -> bool:
    return bool(operand) and all(_equals(want, values) for want in operand)


def _in(operand: Any, values: list[Any]) -> bool:
    return any(_equals(want, values) for want in operand)


def _some_entry(operand: Any, values: list[Any]) -> bool:
    return any(isinstance(have, dict) and matches(operand, have) for have in values)


_TESTS: dict[str, Callable[[Any, list[Any]], bool]] = {
    "$in": _in,
    "$nin": lambda operand, values: not _in(operand, values),
    "$ne": lambda operand, values: not _equals(operand, values),
    "$exists": lambda operand, values: bool(values) is bool(operand),
    "$not": lambda operand, values: not answers_to(operand, values),
    "$all": _all,
    "$elemMatch": _some_entry,
    "$options": lambda _operand, _values: True,
}


def _path(name: str) -> list[str]:
    """A dot leads inwards only below the status; elsewhere it is part of a name."""
    return name.split(".") if name.startswith("_validation_status.") else [name]


def _values(found: Any, path: list[str]) -> Iterator[Any]:
    """What lies under the path. A list stands for itself and for each of its entries."""
    if not path:
        yield found
        if isinstance(found, list):
            yield from found
    elif isinstance(found, dict) and path[0] in found:
        yield from _values(found[path[0]], path[1:])


def _equals(want: Any, values: list[Any]) -> bool:
    if want is None:
        return not values or None in values
    return any(type(have) is type(want) and have == want for have in values)


def _comparable(have: Any, want: Any) -> bool:
    if isinstance(have, bool) or isinstance(want, bool):
        return False
    both_text = isinstance(have, str) and isinstance(want, str)
    return both_text or (isinstance(have, int | float) and isinstance(want, int | float))


def _has_operator(condition: Rowlike) -> bool:
    return any(name.startswith("$") for name in condition)


def _number(condition: Any) -> Any:
    return int(condition) if isinstance(condition, str) and condition.isdecimal() else condition


def _check(condition: Any) -> None:
    """Raises UnsuitableOperand."""
    if not isinstance(condition, dict):
        return
    for operator, operand in condition.items():
        if operator in _LISTS and not isinstance(operand, list):
            raise UnsuitableOperand
        if operator == "$regex":
            _pattern(operand, condition.get("$options", ""))
        if operator in {"$not", "$elemMatch"}:
            if not isinstance(operand, dict):
                raise UnsuitableOperand
            _check(operand)


def _pattern(text: Any, options: Any) -> re.Pattern[str]:
    """Raises UnsuitableOperand."""
    flags = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL, "x": re.VERBOSE}
    try:
        chosen = sum(flags[letter] for letter in str(options))
        return re.compile(text, chosen)
    except (KeyError, TypeError, re.error) as error:
        raise UnsuitableOperand from error
