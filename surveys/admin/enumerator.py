"""Enumerators by their codes; who goes by a code is written nowhere here."""

from django.contrib import admin

from surveys.admin.rights import never, no_other_field, only
from surveys.models import Enumerator


@admin.register(Enumerator)
class EnumeratorAdmin(admin.ModelAdmin[Enumerator]):
    has_delete_permission = never
    lookup_allowed = only("is_active__exact")
    to_field_allowed = no_other_field
    list_display = ["code", "is_active"]
    list_filter = ["is_active"]
    search_fields = ["code"]
    fields = ["code", "is_active"]
    show_facets = admin.ShowFacets.NEVER
