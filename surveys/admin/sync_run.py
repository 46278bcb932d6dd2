"""Each pull from KoBo and each push to it, with its numbers and what went wrong."""

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from surveys import words
from surveys.admin.rights import never, no_other_field, no_scripts, only
from surveys.models import SyncRun

NUMBERS = ["received", "new", "edited", "unchanged", "refused", "quarantined", "held", "pushed"]


@admin.register(SyncRun)
class SyncRunAdmin(admin.ModelAdmin[SyncRun]):
    has_add_permission = has_change_permission = has_delete_permission = never
    lookup_allowed = only("deployment__round__id__exact")
    to_field_allowed = no_other_field
    media = no_scripts
    list_display = ["at", "kind", "what", "state", *NUMBERS]
    list_display_links = None
    list_filter = ["deployment__round"]
    list_select_related = ["deployment__form", "deployment__round"]
    list_per_page = 50
    fields = ["at", "kind", "what", "state", "expected", *NUMBERS]
    ordering = ["-started_at", "-pk"]
    sortable_by = ()
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=_("Started"))
    def at(self, row: SyncRun) -> str:
        return words.instant(row.started_at)

    @admin.display(description=_("Form"))
    def what(self, row: SyncRun) -> str:
        return str(row.deployment)

    @admin.display(description=_("State"))
    def state(self, row: SyncRun) -> SafeString:
        said = words.running(row, timezone.now())
        return format_html('<span class="said {}">{}</span>', said.state, said.text)
