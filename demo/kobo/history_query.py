"""`q=` of the history -> a condition in SQL. What cannot be understood finds nothing."""

from typing import Any

from demo.kobo.search_terms import BadSearch, Both, Either, Not, Search, Term, parse_search

Condition = tuple[str, tuple[Any, ...]]
NOTHING: Condition = ("0", ())
_COLUMNS = {"action": "action", "username": "username", "user__username": "username"} | {
    "date_created": "date",
    "metadata__submission__root_uuid": "root",
}
_COMPARISONS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}


def condition_of(text: str) -> Condition:
    if not text.strip():
        return "1", ()
    try:
        return _condition(parse_search(text))
    except BadSearch:
        return NOTHING


def _condition(search: Search) -> Condition:
    match search:
        case Term():
            return _comparison(search)
        case Not(inner):
            sql, parameters = _condition(inner)
            return f"NOT ({sql})", parameters
        case Both(left, right):
            return _joined("AND", left, right)
        case Either(left, right):
            return _joined("OR", left, right)


def _joined(word: str, left: Search, right: Search) -> Condition:
    (first, first_parameters), (second, second_parameters) = _condition(left), _condition(right)
    return f"({first} {word} {second})", (*first_parameters, *second_parameters)


def _comparison(term: Term) -> Condition:
    """Raises BadSearch for a field that the history does not have."""
    name, _, operator = term.field.rpartition("__")
    if operator in _COMPARISONS and name in _COLUMNS:
        return f"{_COLUMNS[name]} {_COMPARISONS[operator]} ?", (term.value,)
    if term.field in _COLUMNS:
        return f"{_COLUMNS[term.field]} = ?", (term.value,)
    if term.field.startswith("metadata__"):
        path = "$." + ".".join(term.field.split("__")[1:])
        return "json_extract(metadata, ?) = ?", (path, term.value)
    raise BadSearch
