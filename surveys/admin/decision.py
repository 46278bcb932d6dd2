"""Every decision there was. Nobody changes one, here or in the database."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys import words
from surveys.admin.rights import never, no_other_field, no_scripts, only
from surveys.models import Decision


@admin.register(Decision)
class DecisionAdmin(admin.ModelAdmin[Decision]):
    has_add_permission = has_change_permission = has_delete_permission = never
    lookup_allowed = only("round__id__exact", "status__exact", "reason_code__exact")
    to_field_allowed = no_other_field
    media = no_scripts
    list_display = ["at", "number", "verdict", "why", "decided_by", "round"]
    list_display_links = None
    list_filter = ["status", "reason_code", "round"]
    list_select_related = ["round", "decided_by"]
    list_per_page = 50
    fields = ["number", "round", "was_status", "status", "reason_code", "reason", "decided_by"]
    sortable_by = ["at"]
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("Decided"), ordering="decided_at")
    def at(self, row: Decision) -> str:
        return words.instant(row.decided_at)

    @admin.display(description=_("Submission"))
    def number(self, row: Decision) -> str:
        """The short number: the submission itself may have been erased since."""
        return str(row.submission_id)[:8]

    @admin.display(description=_("Status"))
    def verdict(self, row: Decision) -> SafeString:
        return words.chip(row.status)

    @admin.display(description=_("Reason"))
    def why(self, row: Decision) -> SafeString:
        return format_html(
            '{}<span class="under">{}</span>', row.get_reason_code_display() or "–", row.reason
        )
