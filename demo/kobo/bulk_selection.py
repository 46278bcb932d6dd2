"""Which rows a bulk request means: ids, a query, or with `confirm` every one."""

from typing import Any

from demo.kobo.answers import invalid
from demo.kobo.call import Call
from demo.kobo.data_query import checked_query
from demo.kobo.data_rows import Filters, matching_ids
from demo.kobo.store import Row


def payload_of(call: Call) -> dict[str, Any]:
    """Raises Refusal 400."""
    payload = call.data().get("payload")
    if payload is None:
        raise invalid({"payload": ["This field is required."]})
    if not isinstance(payload, dict):
        raise invalid({"payload": ["Value must be valid JSON."]})
    return payload


def given_ids(payload: dict[str, Any]) -> list[int] | None:
    """The ids named, as numbers; None when the payload names none. Raises Refusal 400."""
    if "submission_ids" not in payload:
        return None
    given = payload["submission_ids"]
    if not given:
        raise invalid({"payload": ["`submission_ids` must contain at least one value"]})
    try:
        return [int(number) for number in given]
    except (TypeError, ValueError) as error:
        message = "`submission_ids` must only contain integer values"
        raise invalid({"payload": [message]}) from error


def selected(call: Call, asset: Row, payload: dict[str, Any], filters: Filters) -> list[int]:
    """The numbers of the rows meant.

    Raises Refusal 400 when nothing is selected and nothing confirmed, or when an id is unknown.
    """
    numbers = given_ids(payload)
    if numbers is not None:
        known = set(matching_ids(call.store, asset["uid"], {"_id": {"$in": numbers}}, filters))
        if set(numbers) - known:
            raise invalid({"detail": "One or more submission ids are invalid"})
        return sorted(known)
    if payload.get("query"):
        query = checked_query(payload["query"])
        return matching_ids(call.store, asset["uid"], query, filters)
    if not payload.get("confirm"):
        raise invalid({"payload": ["Confirmation is required"]})
    return matching_ids(call.store, asset["uid"], {}, filters)
