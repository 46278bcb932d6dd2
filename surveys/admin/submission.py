"""The queue *To review*. Its rows are read here and decided on in `review`, never edited."""

import re
import uuid
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forms.models import Mode
from locations.models import Level
from surveys import words
from surveys.admin import asking, filters, review
from surveys.admin.queue import ReviewList, order
from surveys.admin.rights import never, no_other_field, no_scripts, only
from surveys.admin.verdict import VerdictForm
from surveys.models import Submission, SubmissionQuerySet

SHORT_ID = re.compile(r"[0-9a-f]{1,32}")
DASH = "–"


@admin.register(Submission)
class SubmissionAdmin(admin.ModelAdmin[Submission]):
    has_add_permission = has_change_permission = has_delete_permission = never
    lookup_allowed = only(*filters.NARROW)
    to_field_allowed = no_other_field
    media = no_scripts
    actions = None  # the page's own form decides, since it must say what was seen
    list_display = [
        "number",
        "status",
        "questionnaire",
        "where",
        "enumerator",
        "received",
        "edits",
        "sent",
    ]
    list_display_links = ["number"]
    list_filter = [
        filters.ByStatus,
        filters.ByRound,
        filters.ByForm,
        filters.ByMode,
        filters.ByOblast,
        filters.ByRayon,
        filters.ByEnumerator,
        filters.ByDay,
        filters.ByPush,
    ]
    list_select_related = [
        "round",
        "deployment__form",
        "place__parent__parent__parent",
        "enumerator",
    ]
    sortable_by = ["received", "edits"]
    list_per_page = 50
    list_max_show_all = 0
    search_fields = ["id"]  # opens the search; what it finds is in get_search_results
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("surveys.review_submission")

    # -- The list -------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ReviewList]:
        return ReviewList

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        ticks = ["ticked"] if self.has_review_permission(request) else []
        return [*ticks, *self.list_display]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return order(filters.chosen_status(request.GET.dict()))

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find by the beginning of our own number, or of an enumerator's code; by nothing else."""
        return find(queryset, search_term), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        can_review = self.has_review_permission(request)
        context = {"can_review": can_review, "verdict": VerdictForm(auto_id="verdict_%s")}
        return super().changelist_view(request, {**context, **(extra_context or {})})

    @admin.display(description=gettext_lazy("Chosen"))
    def ticked(self, row: Submission) -> SafeString:
        return format_html(
            '<input type="checkbox" name="seen" value="{}:{}" aria-label="{}">',
            row.pk,
            row.stamp,
            _("Choose %(number)s") % {"number": row},
        )

    @admin.display(description=gettext_lazy("Number"))
    def number(self, row: Submission) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("Status"))
    def status(self, row: Submission) -> SafeString:
        return words.chip(row.validation_status)

    @admin.display(description=gettext_lazy("Form"))
    def questionnaire(self, row: Submission) -> SafeString:
        under = str(row.round)
        if row.deployment.mode != Mode.LIVE:
            under = f"{under} · {row.deployment.get_mode_display()}"
        return _two_lines(row.deployment.form.name, under)

    @admin.display(description=gettext_lazy("Place"))
    def where(self, row: Submission) -> SafeString | str:
        if row.place is None:
            return DASH
        rayon = row.place.at_level(Level.RAYON)
        return _two_lines(row.place.name, rayon.name if rayon and rayon != row.place else "")

    @admin.display(description=gettext_lazy("Received"), ordering="received_at")
    def received(self, row: Submission) -> SafeString:
        at = timezone.localtime(row.received_at)
        return _two_lines(words.day(at), words.age(at.date(), timezone.localdate()))

    @admin.display(description=gettext_lazy("Edits"), ordering="n_revisions")
    def edits(self, row: Submission) -> int:
        return row.n_revisions

    @admin.display(description=gettext_lazy("KoBo"))
    def sent(self, row: Submission) -> SafeString:
        said = words.sending(row, timezone.now())
        return format_html('<span class="said {}">{}</span>', said.state, said.text or DASH)

    # -- One submission, and what is done with it -----------------------------

    def get_urls(self) -> list[URLPattern]:
        protect = self.admin_site.admin_view
        name = "surveys_submission_{}".format

        def decide(request: HttpRequest) -> HttpResponse:
            return review.decide_many(self, request)

        def send_now(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
            return review.send_now(self, request, pk)

        def ask(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
            return asking.ask_to_open(self, request, pk)

        return [
            path("decide/", protect(decide), name=name("decide")),
            path("<uuid:pk>/send/", protect(send_now), name=name("send")),
            path("<uuid:pk>/ask/", protect(ask), name=name("ask")),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return review.one(self, request, object_id)


def find(rows: SubmissionQuerySet, term: str) -> SubmissionQuerySet:
    """Return the rows whose number, or whose enumerator's code, begins with a text."""
    term = term.strip()
    if not term:
        return rows
    by_code = rows.filter(enumerator__code__istartswith=term.replace("\0", ""))
    digits = term.replace("-", "").lower()
    if not SHORT_ID.fullmatch(digits):
        return by_code
    first, last = uuid.UUID(digits.ljust(32, "0")), uuid.UUID(digits.ljust(32, "f"))
    return by_code | rows.filter(pk__range=(first, last))


def _two_lines(first: str, second: str) -> SafeString:
    return format_html('{}<span class="under">{}</span>', first, second)
