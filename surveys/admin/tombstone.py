"""How many interviews were not kept, by rayon and day: a count, never a list of them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from locations.models import Location
from surveys.admin.rights import never, no_other_field, only
from surveys.models import Tombstone, Why

ROWS = 500  # the newest; more than a round of fieldwork in one oblast


@admin.register(Tombstone)
class TombstoneAdmin(admin.ModelAdmin[Tombstone]):
    has_add_permission = has_change_permission = has_delete_permission = never
    lookup_allowed = only()
    to_field_allowed = no_other_field
    actions = None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Interviews not kept"),
            "opts": self.opts,
            "whys": [why.label for why in Why],
            "rows": tally(),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/surveys/tombstone/tally.html", context)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was not kept on a day in a rayon; `numbers` are in the order of `Why`."""

    day: date
    rayon: Location | None
    numbers: tuple[int, ...]

    @property
    def n(self) -> int:
        return sum(self.numbers)


def tally() -> list[Tally]:
    """Count by day and rayon, the newest day first; one query, and one for the names."""
    by_why = {why.value: Count("pk", filter=Q(why=why)) for why in Why}
    grouped = Tombstone.objects.order_by("-day", "rayon").values_list("day", "rayon")
    rows: list[Any] = list(grouped.annotate(**by_why)[:ROWS])
    rayons = Location.objects.in_bulk({rayon for _day, rayon, *_numbers in rows if rayon})
    return [Tally(day, rayons.get(rayon), tuple(numbers)) for day, rayon, *numbers in rows]
