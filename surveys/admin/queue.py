"""The queue: its order, its counters, and which submission comes after which."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import BadRequest
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext

from surveys.admin.filters import EVERY, STATUS, QueueFilter, chosen_status, narrow
from surveys.models import Submission, SubmissionQuerySet, ValidationStatus
from surveys.models.submission import UNDECIDED

OLDEST_FIRST = ("received_at", "pk")
NEWEST_FIRST = ("-received_at", "-pk")


def order(status: str) -> tuple[str, ...]:
    """What waits is read from the oldest on, what is decided from the newest."""
    return OLDEST_FIRST if status in UNDECIDED else NEWEST_FIRST


@dataclass(frozen=True, slots=True)
class Counter:
    """How many have a status, and the address that lists them."""

    status: str
    label: str
    n: int
    query: str
    is_chosen: bool


class ReviewList(ChangeList):
    """The list with its counters, which follow every filter but that of the status."""

    status: str
    counters: tuple[Counter, ...]

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.title = gettext("To review")

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.status = chosen_status(request.GET.dict())
        self.counters = self._count(request)

    @property
    def is_oldest_first(self) -> bool:
        return order(self.status) == OLDEST_FIRST

    @cached_property
    def in_use(self) -> list[str]:
        """The names of the filters that have a value, the status aside."""
        return [str(each.title) for each in self._others() if each.value()]

    def _others(self) -> list[QueueFilter]:
        """Every filter but that of the status."""
        ours = (each for each in self.filter_specs if isinstance(each, QueueFilter))
        return [each for each in ours if each.parameter_name != STATUS]

    def _count(self, request: HttpRequest) -> tuple[Counter, ...]:
        rows: Any = self.root_queryset
        for each in self._others():
            rows = each.queryset(request, rows)
        rows, _distinct = self.model_admin.get_search_results(request, rows, self.query)
        found = rows.order_by().values_list("validation_status").annotate(n=Count("pk"))
        numbers: dict[str, int] = dict(found)
        counted = [(status.value, str(status.label), numbers.get(status, 0)) for status in _SHOWN]
        every = (EVERY, gettext("all"), sum(numbers.values()))
        return tuple(
            Counter(
                status=status,
                label=label,
                n=n,
                query=self.get_query_string({STATUS: status}),
                is_chosen=status == self.status,
            )
            for status, label, n in (*counted, every)
        )


_SHOWN = (
    ValidationStatus.PENDING,
    ValidationStatus.ON_HOLD,
    ValidationStatus.APPROVED,
    ValidationStatus.NOT_APPROVED,
)


@dataclass(frozen=True, slots=True)
class Queue:
    """The rows of the list that a person came from, in its order."""

    rows: SubmissionQuerySet
    is_oldest_first: bool

    @classmethod
    def of(cls, rows: SubmissionQuerySet, filters: str) -> Self:
        """Read the filters of the list, as its address had them."""
        parameters: Mapping[str, str] = dict(parse_qsl(filters))
        status = chosen_status(parameters)
        try:
            narrowed = narrow(rows, {**parameters, STATUS: status})
        except ValueError as error:
            raise BadRequest from error
        return cls(narrowed, order(status) == OLDEST_FIRST)

    def later(self, one: Submission) -> Submission | None:
        """Return the next one in the list; None at its end."""
        return self._beside(one, is_newer=self.is_oldest_first)

    def earlier(self, one: Submission) -> Submission | None:
        return self._beside(one, is_newer=not self.is_oldest_first)

    def next_to_review(self, one: Submission) -> Submission | None:
        """Return the next that is undecided, from the top again at the end; None if none is."""
        waiting = Queue(self.rows.awaiting_review().exclude(pk=one.pk), self.is_oldest_first)
        first = OLDEST_FIRST if self.is_oldest_first else NEWEST_FIRST
        return waiting.later(one) or waiting.rows.order_by(*first).first()

    def _beside(self, one: Submission, *, is_newer: bool) -> Submission | None:
        at, pk = one.received_at, one.pk
        if is_newer:
            beside = Q(received_at__gt=at) | Q(received_at=at, pk__gt=pk)
        else:
            beside = Q(received_at__lt=at) | Q(received_at=at, pk__lt=pk)
        return (
            self.rows.filter(beside).order_by(*(OLDEST_FIRST if is_newer else NEWEST_FIRST)).first()
        )
