"""Rounds: planned, opened and closed here; their keys are made in a ceremony, not on a page."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from surveys import words
from surveys.admin.rights import never, no_other_field, only
from surveys.models import Round


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin[Round]):
    has_delete_permission = never
    lookup_allowed = only("activity__exact", "state__exact")
    to_field_allowed = no_other_field
    list_display = ["__str__", "state", "registry", "fieldwork"]
    list_filter = ["activity", "state"]
    fields = ["activity", "number", "state", "registry_date", "starts_on", "ends_on"]
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("Registry as of"), ordering="registry_date")
    def registry(self, row: Round) -> str:
        return words.day(row.registry_date)

    @admin.display(description=_("Fieldwork"), ordering="starts_on")
    def fieldwork(self, row: Round) -> str:
        days = (words.day(each) if each else "…" for each in (row.starts_on, row.ends_on))
        return " – ".join(days) if row.starts_on or row.ends_on else "–"
