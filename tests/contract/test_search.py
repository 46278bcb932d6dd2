"""The grammar of `q=` (checklist 10)."""

import pytest

from demo.kobo.search_terms import BadSearch, Both, Either, Not, Search, Term, parse_search

A, B, C = (
    Term("action", "a"),
    Term("action", "b"),
    Term("date_created__gte", "2026-11-24T18:00:08Z"),
)


@pytest.mark.parametrize(
    ("text", "search"),
    [
        ("action:a", A),
        ('date_created__gte:"2026-11-24T18:00:08Z"', C),
        ("action:a AND action:b", Both(A, B)),
        ("action:a action:b", Both(A, B)),
        ("action:a OR action:b", Either(A, B)),
        (
            'action:a OR action:b AND date_created__gte:"2026-11-24T18:00:08Z"',
            Either(A, Both(B, C)),
        ),
        (
            '(action:a OR action:b) AND date_created__gte:"2026-11-24T18:00:08Z"',
            Both(Either(A, B), C),
        ),
        ("NOT action:a", Not(A)),
        ("word", Term("", "word")),
    ],
)
def test_and_binds_tighter_than_or(text: str, search: Search) -> None:
    assert parse_search(text) == search


@pytest.mark.parametrize(
    "text",
    [
        "",
        "(((",
        "action:a AND",
        "date_created__gte:2026-11-24T18:00:08Z",
        "action:",
        "a OR OR b",
        ")",
    ],
)
def test_a_mistake_is_told(text: str) -> None:
    with pytest.raises(BadSearch):
        parse_search(text)
