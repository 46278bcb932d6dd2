"""Reading one submission and deciding on it, or on many, and sending a decision at once.

Each view reads the request, makes one call, and says the result. What was seen goes with
every decision, so that nobody decides on answers or decisions that they have not seen.
"""

import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from surveys import words
from surveys.admin.page import context_of, find_submission
from surveys.admin.queue import Queue
from surveys.admin.verdict import VerdictForm, pronounce, read_seen
from surveys.models import Submission

if TYPE_CHECKING:
    from surveys.admin.submission import SubmissionAdmin

FILTERS = "_changelist_filters"  # where Django's admin keeps the list that one came from


def one(site: "SubmissionAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    """Show a submission; with POST, decide on it and open the next one."""
    if not site.has_view_permission(request):
        raise PermissionDenied
    submission = find_submission(object_id)
    if request.method != "POST":
        return _show(site, request, submission, VerdictForm())
    must_review(site, request)
    seen = read_seen(request.POST.getlist("seen"))
    if list(seen) != [submission.pk]:
        raise BadRequest
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _show(site, request, submission, form, status=422)
    outcome = pronounce(seen, form.verdict(), by_id=user_id(request))
    submission = find_submission(object_id)
    if outcome.decided or _is_pressed_twice(submission, form, request):
        return _go_on(site, request, submission)
    return _show(site, request, submission, form, status=409, is_overtaken=True)


def decide_many(site: "SubmissionAdmin", request: HttpRequest) -> HttpResponse:
    """Show what a decision would fall on; once that is confirmed, decide."""
    must_review(site, request)
    filters = request.POST.get(FILTERS, "")
    back = list_url(filters)
    seen = read_seen(request.POST.getlist("shown" if "every" in request.POST else "seen"))
    if not seen:
        if request.method == "POST":
            site.message_user(request, _("Choose at least one submission."), messages.WARNING)
        return HttpResponseRedirect(back)
    form = VerdictForm(request.POST)
    if not (form.is_valid() and "confirmed" in request.POST):
        return _preview(site, request, seen, form, filters)
    outcome = pronounce(seen, form.verdict(), by_id=user_id(request))
    level = messages.SUCCESS if outcome.decided else messages.WARNING
    site.message_user(request, " ".join(outcome.sentences()), level)
    return HttpResponseRedirect(back)


def send_now(site: "SubmissionAdmin", request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a decision leave for KoBo without waiting for the undo time to end."""
    must_review(site, request)
    if request.method == "POST":
        if Submission.objects.filter(pk=pk).send_now(at=timezone.now()):
            site.message_user(request, _("The decision leaves for KoBo now."), messages.SUCCESS)
        else:
            site.message_user(request, _("Nothing was waiting to be sent."), messages.INFO)
    return HttpResponseRedirect(page_url(pk, request))


def must_review(site: "SubmissionAdmin", request: HttpRequest) -> None:
    """Raises PermissionDenied."""
    if not (site.has_view_permission(request) and site.has_review_permission(request)):
        raise PermissionDenied


def user_id(request: HttpRequest) -> int:
    """Return who asks. Raises PermissionDenied for nobody."""
    if request.user.pk is None:
        raise PermissionDenied
    return request.user.pk


def list_url(filters: str) -> str:
    url = reverse("admin:surveys_submission_changelist")
    return f"{url}?{filters}" if filters else url


def page_url(pk: uuid.UUID, request: HttpRequest) -> str:
    """Return the address of a submission that remembers the list one came from."""
    url = reverse("admin:surveys_submission_change", args=[pk])
    filters = request.GET.get(FILTERS)
    return f"{url}?{urlencode({FILTERS: filters})}" if filters else url


def render(
    site: "SubmissionAdmin",
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> TemplateResponse:
    """Put a page of ours into the frame of the admin."""
    request.current_app = site.admin_site.name
    frame = {**site.admin_site.each_context(request), "opts": site.opts}
    names = [f"admin/surveys/submission/{template}.html"]
    return TemplateResponse(request, names, {**frame, **context}, status=status)


def _show(
    site: "SubmissionAdmin",
    request: HttpRequest,
    submission: Submission,
    form: VerdictForm,
    *,
    status: int = 200,
    is_overtaken: bool = False,
) -> HttpResponse:
    filters = request.GET.get(FILTERS, "")
    queue = Queue.of(Submission.objects.all(), filters)
    beside = {"later": queue.later(submission), "earlier": queue.earlier(submission)}
    context = {
        **context_of(submission, now=timezone.now()),
        **{name: page_url(each.pk, request) if each else "" for name, each in beside.items()},
        "title": _("Submission %(number)s") % {"number": submission},
        "form": form,
        "is_overtaken": is_overtaken,
        "can_review": site.has_review_permission(request),
        "can_ask": request.user.has_perm("vault.request_unsealing"),
        "filters": filters,
        "back": list_url(filters),
    }
    return render(site, request, "detail", context, status=status)


def _preview(
    site: "SubmissionAdmin",
    request: HttpRequest,
    seen: dict[uuid.UUID, int],
    form: VerdictForm,
    filters: str,
) -> HttpResponse:
    rows = Submission.objects.as_seen(seen).select_related(*site.list_select_related)
    context = {
        "title": _("Check before you decide"),
        "rows": [(row, words.chip(row.validation_status)) for row in rows.order_by("received_at")],
        "n_left_alone": len(seen) - len(rows),
        "seen": [f"{pk}:{stamp}" for pk, stamp in seen.items()],
        "form": form,
        "filters": filters,
        "back": list_url(filters),
    }
    return render(site, request, "decide", context, status=200 if form.is_valid() else 422)


def _is_pressed_twice(submission: Submission, form: VerdictForm, request: HttpRequest) -> bool:
    """Tell whether the same person has decided just this already."""
    is_same = submission.validation_status == form.cleaned_data["status"]
    return is_same and submission.reviewed_by_id == request.user.pk


def _go_on(site: "SubmissionAdmin", request: HttpRequest, decided: Submission) -> HttpResponse:
    """Say what was decided and open the next one that awaits a decision."""
    site.message_user(request, _said(decided, request), messages.SUCCESS)
    filters = request.GET.get(FILTERS, "")
    following = Queue.of(Submission.objects.all(), filters).next_to_review(decided)
    if following is None:
        site.message_user(request, _("That was the last one in this list."), messages.INFO)
        return HttpResponseRedirect(list_url(filters))
    return HttpResponseRedirect(page_url(following.pk, request))


def _said(decided: Submission, request: HttpRequest) -> SafeString:
    now = timezone.now()
    return format_html(
        '<a href="{}">{}</a>: {}; {}.',
        page_url(decided.pk, request),
        decided,
        decided.get_validation_status_display(),
        words.sending(decided, now).text,
    )
