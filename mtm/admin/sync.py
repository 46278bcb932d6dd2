"""The page of the pulls: how each goes, what went wrong and whose turn it is; start and stop.

The numbers move while a pull runs: a script fetches the page anew and puts them in place,
and without scripts the browser loads it anew.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from forms.models import Deployment
from forms.words import Trouble
from mtm.standing import Standing, standings
from surveys import words
from surveys.tasks import pull_one

WATCH, PULL = "xlsforms.watch_deployment", "xlsforms.pull_deployment"
LATE_AFTER = timedelta(hours=1)  # a pull begins every minute


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running pull has come; `expected` is None until KoBo has answered."""

    received: int
    expected: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """A deployment in words, with what can be done."""

    standing: Standing
    said: words.Said
    when: str
    complete: words.Said
    progress: Progress | None
    trouble: Trouble | None
    is_open: bool


def page(site: AdminSite, request: HttpRequest) -> HttpResponse:
    """Show how the pull of each deployment goes."""
    if not request.user.has_perm(WATCH):
        raise PermissionDenied
    now = timezone.now()
    lines = [_line(each, now) for each in standings()]
    request.current_app = site.name
    context = {
        **site.each_context(request),
        "title": _("Pulls from KoBo"),
        "lines": lines,
        "is_running": any(line.progress for line in lines),
        "may_pull": request.user.has_perm(PULL),
        "now": now,
    }
    return TemplateResponse(request, "admin/sync/page.html", context)


def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a deployment pulled now, and regularly from now on."""
    deployment = _asked_for(request, pk)
    if not deployment.round.takes_submissions:
        closed = _("The round is not open, so nothing was started. Open the round first.")
        messages.error(request, closed)
    elif _asks_a_worker(deployment):
        _switch(request, deployment, to=True)
        messages.success(request, _("A worker pulls %(what)s now.") % {"what": deployment})
    else:
        nobody = _("The workers cannot be reached, so nothing was started. Ask the IT officer.")
        messages.error(request, nobody)
    return HttpResponseRedirect(reverse("admin:sync"))


def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let no further pull of a deployment begin; one that runs ends by itself."""
    deployment = _asked_for(request, pk)
    _switch(request, deployment, to=False)
    stopped = _("%(what)s is no longer pulled. A pull that runs already ends by itself.")
    messages.success(request, stopped % {"what": deployment})
    return HttpResponseRedirect(reverse("admin:sync"))


def _asked_for(request: HttpRequest, pk: int) -> Deployment:
    """Return the deployment, if this is a POST of somebody who may. Raises PermissionDenied."""
    if request.method != "POST" or not request.user.has_perm(PULL):
        raise PermissionDenied
    return get_object_or_404(Deployment.objects.select_related("form", "round"), pk=pk)


def _asks_a_worker(deployment: Deployment) -> bool:
    try:
        pull_one.delay(deployment_id=deployment.pk)
    except OperationalError:
        return False
    return True


def _switch(request: HttpRequest, deployment: Deployment, *, to: bool) -> None:
    """Turn the regular pull on or off, and log who did."""
    changed = Deployment.objects.filter(pk=deployment.pk).exclude(is_active=to)
    if changed.update(is_active=to):
        LogEntry.objects.log_actions(
            request.user.pk,
            [deployment],
            CHANGE,
            change_message=[{"changed": {"fields": ["pulled"]}}],
            single_object=True,
        )


def _line(standing: Standing, now: datetime) -> Line:
    last = standing.last
    said = words.running(last, now) if last else words.Said(words.WAITING, _("not pulled yet"))
    is_running = last is not None and said.state == words.WAITING
    return Line(
        standing=standing,
        said=said,
        when=words.ago(last.finished_at or last.started_at, now) if last else "",
        complete=_complete(standing, now),
        progress=Progress(last.received, last.expected) if last and is_running else None,
        trouble=words.trouble(last.problem) if last and last.problem else None,
        is_open=standing.deployment.round.takes_submissions,
    )


def _complete(standing: Standing, now: datetime) -> words.Said:
    """Say how long ago the last complete pull was; late only where one is due."""
    at = standing.complete_at
    if at is None:
        return words.Said("", _("none yet"))
    is_late = standing.is_pulled and now - at > LATE_AFTER
    return words.Said(words.STOPPED if is_late else "", words.ago(at, now))
