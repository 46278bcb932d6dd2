"""Submissions set aside: why, at which question, how often; never what they said.

KoBo's number of a submission is not shown, so there is a list and no page of one.
"""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys import words
from surveys.admin.rights import never, no_other_field, no_scripts, only
from surveys.models import Quarantined, QuarantinedQuerySet, Reason


class IsOpen(admin.SimpleListFilter):
    """Those that wait for somebody, unless all are asked for."""

    title, parameter_name = gettext_lazy("state"), "state"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Any]
    ) -> list[tuple[str, str]]:
        return [("all", _("with those settled"))]

    def choices(self, changelist: Any) -> Iterator[Any]:
        usual, settled = super().choices(changelist)
        yield {**usual, "display": _("waiting")}
        yield settled

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() == "all" else queryset.open()


@admin.register(Quarantined)
class QuarantinedAdmin(admin.ModelAdmin[Quarantined]):
    has_add_permission = has_change_permission = has_delete_permission = never
    lookup_allowed = only("state", "reason__exact", "deployment__round__id__exact")
    to_field_allowed = no_other_field
    media = no_scripts
    list_display = [
        "why",
        "what",
        "path",
        "version_uid",
        "times_seen",
        "first",
        "last",
        "state",
    ]
    list_display_links = None
    list_filter = [IsOpen, "reason", "deployment__round"]
    list_select_related = ["deployment__form", "deployment__round"]
    list_per_page = 50
    ordering = ["-last_seen_at", "-pk"]
    sortable_by = ["times_seen", "first", "last"]
    actions = ["try_again"]
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_view_permission(request)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("surveys.retry_quarantined")

    @admin.action(description=gettext_lazy("Try again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuarantinedQuerySet) -> None:
        n = queryset.try_again(at=timezone.now())
        said = ngettext(
            "%d submission is fetched again with the next pull.",
            "%d submissions are fetched again with the next pull.",
            n,
        )
        self.message_user(request, said % n, messages.SUCCESS)

    @admin.display(description=gettext_lazy("Chosen"))
    def action_checkbox(self, row: Quarantined) -> SafeString:
        """Like Django's, which would name the row by KoBo's number."""
        box = '<input type="checkbox" name="_selected_action" value="{}" aria-label="{}">'
        return format_html(box, row.pk, _("Choose %(number)s") % {"number": row.pk})

    @admin.display(description=gettext_lazy("Why"))
    def why(self, row: Quarantined) -> str:
        return Reason(row.reason).label.capitalize()

    @admin.display(description=gettext_lazy("Form"))
    def what(self, row: Quarantined) -> SafeString:
        return format_html('{}<span class="under">{}</span>', row.deployment, row.deployment.round)

    @admin.display(description=gettext_lazy("First seen"), ordering="first_seen_at")
    def first(self, row: Quarantined) -> str:
        return words.instant(row.first_seen_at)

    @admin.display(description=gettext_lazy("Last seen"), ordering="last_seen_at")
    def last(self, row: Quarantined) -> str:
        return words.instant(row.last_seen_at)

    @admin.display(description=gettext_lazy("State"))
    def state(self, row: Quarantined) -> SafeString:
        if row.resolved_at:
            said = words.GOOD, _("settled")
        elif row.retry_at:
            said = words.WAITING, _("is fetched again with the next pull")
        elif row.reason == Reason.AWAITING_APPROVAL:
            said = words.WAITING, _("comes by itself once the form is approved")
        else:
            said = words.STOPPED, _("waits for you")
        return format_html('<span class="said {}">{}</span>', *said)
