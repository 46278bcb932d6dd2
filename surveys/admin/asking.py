"""Asking the focal point to open one sealed answer: what it is needed for, and no more."""

import uuid
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from forms.models import Question
from surveys.actions.unsealing import ask
from surveys.admin.page import find_submission
from surveys.admin.reading import ENTRY, SEALED, Reader
from surveys.admin.review import page_url, render, user_id
from surveys.models import Submission

if TYPE_CHECKING:
    from surveys.admin.submission import SubmissionAdmin


class AskForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What the answer is needed for"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": gettext_lazy(
                "Say what it is needed for, for example: to ring back about a contradiction."
            )
        },
    )
    use_required_attribute = False


def ask_to_open(site: "SubmissionAdmin", request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for one sealed answer; another person opens it, or does not."""
    may_ask = request.user.has_perm("vault.request_unsealing")
    if not (site.has_view_permission(request) and may_ask):
        raise PermissionDenied
    submission = find_submission(pk)
    path = request.GET.get("path", "")
    question = _sealed_question(submission, path)
    form = AskForm(request.POST or None)
    if form.is_valid():
        purpose = form.cleaned_data["purpose"]
        ask(submission, path=path, purpose=purpose, by_id=user_id(request), at=timezone.now())
        asked = _("Asked. The data protection focal point has 24 hours to open it or to refuse.")
        site.message_user(request, asked, messages.SUCCESS)
        return HttpResponseRedirect(page_url(pk, request))
    context = {
        "title": _("Ask to open a sealed answer"),
        "submission": submission,
        "question": Reader((question,), get_language() or "en").label(question),
        "form": form,
        "back": page_url(pk, request),
    }
    return render(site, request, "ask", context, status=422 if form.errors else 200)


def _sealed_question(submission: Submission, path: str) -> Question:
    """Raises Http404 for a path of which nothing can be sealed."""
    questions = Question.objects.filter(version=submission.version_id, treatment__in=SEALED)
    question = questions.filter(path=ENTRY.sub("", path)).first()
    if question is None or submission.sealed_record is None:
        raise Http404
    return question
