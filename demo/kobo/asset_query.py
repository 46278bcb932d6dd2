"""`q=` of the asset list. What cannot be understood finds nothing."""

from collections.abc import Callable

import msgspec

from demo.kobo.search_terms import BadSearch, Both, Either, Not, Search, Term, parse_search
from demo.kobo.store import Row

Value = str | bool | None
_COLUMNS = {"uid": "uid", "name": "name", "asset_type": "asset_type"} | {
    "owner__username": "owner",
    "date_modified": "modified",
    "date_created": "created",
    "date_deployed": "deployed_at",
}
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "icontains": lambda have, want: want.lower() in have.lower(),
    "contains": lambda have, want: want in have,
    "iexact": lambda have, want: have.lower() == want.lower(),
    "startswith": str.startswith,
    "gte": str.__ge__,
    "gt": str.__gt__,
    "lte": str.__le__,
    "lt": str.__lt__,
}


def matching(text: str, assets: list[Row]) -> list[Row]:
    if not text.strip():
        return assets
    try:
        search = parse_search(text)
        return [asset for asset in assets if _holds(search, asset)]
    except BadSearch:
        return []


def _holds(search: Search, asset: Row) -> bool:
    match search:
        case Both(left, right):
            first, second = _holds(left, asset), _holds(right, asset)
            return first and second
        case Either(left, right):
            first, second = _holds(left, asset), _holds(right, asset)
            return first or second
        case Not(inner):
            return not _holds(inner, asset)
        case Term():
            return _compares(search, asset)


def _compares(term: Term, asset: Row) -> bool:
    """Raises BadSearch for a field that an asset does not have."""
    if not term.field:
        return term.value.lower() in asset["name"].lower()
    if term.field == "_deployment_data__active":
        return bool(asset["active"]) == (term.value.lower() == "true")
    if term.field.startswith("settings__"):
        settings = msgspec.json.decode(asset["settings"])
        return str(settings.get(term.field.removeprefix("settings__"))) == term.value
    if term.field in _COLUMNS:
        return bool(asset[_COLUMNS[term.field]] == term.value)
    name, _, operator = term.field.rpartition("__")
    if name in _COLUMNS and operator in _OPERATORS:
        return _OPERATORS[operator](asset[_COLUMNS[name]] or "", term.value)
    raise BadSearch
