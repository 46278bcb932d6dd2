"""The filters of the queue: what each narrows, and what a person may choose from.

Each is one parameter of the list's address, and there are no others: a field that is not
shown cannot be guessed at. They hold for the list, its counters, and the way from one
submission to the next alike.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forms.models import Mode, XLSForm
from locations.models import Level, Location
from surveys.models import Enumerator, Round, SubmissionQuerySet, ValidationStatus

Options = list[tuple[str, str]]
STATUS, SEARCH, EVERY = "status", "q", "all"


def _number(value: str) -> int:
    """Return an identity. Raises ValueError for what cannot be one."""
    number = int(value)
    if not 0 < number < 2**63:
        raise ValueError(value)
    return number


def _of_round(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    return rows.filter(round=_number(value))


def _of_form(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    return rows.filter(deployment__form=_number(value))


def _of_mode(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    return rows.filter(deployment__mode=Mode(value))


def _within(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    """Those of a place or of what belongs to it; there are four levels."""
    top = _number(value)
    inside = Q(pk=top) | Q(parent=top) | Q(parent__parent=top) | Q(parent__parent__parent=top)
    return rows.filter(place__in=Location.objects.filter(inside).values("pk"))


def _of_enumerator(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    return rows.filter(enumerator=_number(value))


def _received_on(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    begins = timezone.make_aware(datetime.combine(date.fromisoformat(value), time.min))
    return rows.filter(received_at__gte=begins, received_at__lt=begins + timedelta(days=1))


def _of_status(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    return rows if value == EVERY else rows.filter(validation_status=ValidationStatus(value))


def _told_to_kobo(rows: SubmissionQuerySet, value: str) -> SubmissionQuerySet:
    """Those whose decision has not reached KoBo: for a reason, or not yet."""
    match value:
        case "not_sent":
            return rows.unpushed().exclude(push_problem="")
        case "waiting":
            return rows.unpushed().filter(push_problem="")
        case _:
            raise ValueError(value)


NARROW: Mapping[str, Callable[[SubmissionQuerySet, str], SubmissionQuerySet]] = {
    "round": _of_round,
    "form": _of_form,
    "mode": _of_mode,
    "oblast": _within,
    "rayon": _within,
    "enumerator": _of_enumerator,
    "day": _received_on,
    "kobo": _told_to_kobo,
    STATUS: _of_status,
}


def chosen_status(parameters: Mapping[str, str]) -> str:
    """Return the status asked for: unless one is, what awaits review; all for a search."""
    return parameters.get(STATUS) or (EVERY if parameters.get(SEARCH) else ValidationStatus.PENDING)


def narrow(rows: SubmissionQuerySet, parameters: Mapping[str, str]) -> SubmissionQuerySet:
    """Apply every filter that has a value. Raises ValueError for a value that is none."""
    for name, apply in NARROW.items():
        if value := parameters.get(name):
            try:
                rows = apply(rows, value)
            except OverflowError as error:  # a day at the end of the calendar
                raise ValueError(value) from error
    return rows


class QueueFilter(SimpleListFilter):
    """One filter of the list; an empty value is none, as a form without script sends it."""

    def has_output(self) -> bool:
        return True  # or else Django would not apply it

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        try:
            return narrow(queryset, {str(self.parameter_name): self.value() or ""})
        except ValueError as error:
            raise IncorrectLookupParameters from error


class ByRound(QueueFilter):
    title, parameter_name = _("round"), "round"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return [(str(each.pk), str(each)) for each in Round.objects.all()]


class ByForm(QueueFilter):
    title, parameter_name = _("form"), "form"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return [(str(each.pk), each.name) for each in XLSForm.objects.order_by("name")]


class ByMode(QueueFilter):
    title, parameter_name = _("mode"), "mode"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return [(mode.value, str(mode.label)) for mode in Mode]


class ByOblast(QueueFilter):
    title, parameter_name = _("oblast"), "oblast"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return _by_name(Location.objects.filter(level=Level.OBLAST))


class ByRayon(QueueFilter):
    title, parameter_name = _("rayon"), "rayon"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        rayons = Location.objects.filter(level=Level.RAYON)
        oblast = request.GET.get("oblast")
        return _by_name(rayon for rayon in rayons if oblast in {"", None, str(rayon.parent_id)})


class ByEnumerator(QueueFilter):
    title, parameter_name = _("enumerator"), "enumerator"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return [(str(each.pk), each.code) for each in Enumerator.objects.all()]


class ByDay(QueueFilter):
    title, parameter_name = _("received on"), "day"


class ByPush(QueueFilter):
    title, parameter_name = _("KoBo"), "kobo"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Options:
        return [("not_sent", gettext("not sent")), ("waiting", gettext("waits to be sent"))]


class ByStatus(QueueFilter):
    title, parameter_name = _("status"), STATUS

    def value(self) -> str:
        return chosen_status(self.request.GET.dict())


def _by_name(places: Iterable[Location]) -> Options:
    named = ((str(place.pk), place.name) for place in places)
    return sorted(named, key=lambda option: option[1])
