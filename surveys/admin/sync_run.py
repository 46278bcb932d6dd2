"""Each pull from KoBo and each push to it, with its numbers and what went wrong."""

from django.contrib import admin
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.admin import words
from surveys.admin.rights import never, no_other_field, only
from surveys.models import SyncRun

NUMBERS = ["received", "new", "edited", "unchanged", "refused", "quarantined", "held", "pushed"]


@admin.register(SyncRun)
class SyncRunAdmin(admin.ModelAdmin[SyncRun]):
    has_add_permission = has_change_permission = has_delete_permission = never
    lookup_allowed = only("kind__exact", "deployment__round__id__exact")
    to_field_allowed = no_other_field
    list_display = ["started_at", "kind", "what", "state", *NUMBERS]
    list_display_links = None
    list_filter = ["kind", "deployment__round"]
    list_select_related = ["deployment__form", "deployment__round"]
    list_per_page = 50
    fields = ["started_at", "finished_at", "kind", "what", "state", "expected", *NUMBERS]
    ordering = ["-started_at", "-pk"]
    sortable_by: list[str] = []
    actions = None
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    @admin.display(description=gettext_lazy("Form"))
    def what(self, row: SyncRun) -> str:
        return str(row.deployment)

    @admin.display(description=gettext_lazy("State"))
    def state(self, row: SyncRun) -> SafeString:
        said = words.running(row, timezone.now())
        return format_html('<span class="said {}">{}</span>', said.state, said.text)
