"""Rounds: planned, opened and closed here; their keys are made in a ceremony, not on a page."""

from django.contrib import admin

from surveys.admin.rights import never, no_other_field, only
from surveys.models import Round


@admin.register(Round)
class RoundAdmin(admin.ModelAdmin[Round]):
    has_delete_permission = never
    lookup_allowed = only("activity__exact", "state__exact")
    to_field_allowed = no_other_field
    list_display = ["__str__", "state", "registry_date", "starts_on", "ends_on"]
    list_filter = ["activity", "state"]
    fields = ["activity", "number", "state", "registry_date", "starts_on", "ends_on"]
    show_facets = admin.ShowFacets.NEVER
