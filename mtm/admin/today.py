"""What waits for whoever has signed in: counts and links, and how the last pulls went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forms.models import Deployment, Version
from surveys import words
from surveys.models import Kind, Quarantined, Submission, SyncRun, ValidationStatus

Person = AbstractBaseUser | AnonymousUser | PermissionsMixin


@dataclass(frozen=True, slots=True)
class Item:
    """A number with what it counts, the address that lists it, and its state."""

    n: int
    label: str
    url: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pull:
    """The last pull of a deployment, in words; `at` is None if there was none yet."""

    name: str
    at: datetime | None
    ago: str
    state: str
    sentence: str


def waiting(user: Person) -> Iterator[Item]:
    """Yield what this person can see and may have to do something about."""
    if _may(user, "surveys.view_submission"):
        yield from _submissions()
    if _may(user, "surveys.view_quarantined"):
        yield _set_aside()
    if _may(user, "xlsforms.view_version"):
        yield _versions()


def pulls(user: Person, *, now: datetime) -> list[Pull]:
    """Return the last pull of every deployment that is pulled; two queries."""
    if not _may(user, "surveys.view_syncrun"):
        return []
    runs = SyncRun.objects.filter(deployment=OuterRef("pk"), kind=Kind.PULL)
    newest = Subquery(runs.order_by("-started_at").values("pk")[:1])
    active = Deployment.objects.filter(is_active=True).annotate(newest=newest)
    deployments = list(active.select_related("form", "round").order_by("round", "pk"))
    found = SyncRun.objects.in_bulk([each.newest for each in deployments if each.newest])
    return [_pull(each, found.get(each.newest), now) for each in deployments]


def _may(user: Person, permission: str) -> bool:
    return isinstance(user, PermissionsMixin) and user.has_perm(permission)


def _submissions() -> Iterator[Item]:
    counts = Submission.objects.aggregate(
        pending=Count("pk", filter=Q(validation_status=ValidationStatus.PENDING)),
        on_hold=Count("pk", filter=Q(validation_status=ValidationStatus.ON_HOLD)),
    )
    url = reverse("admin:surveys_submission_changelist")
    n = counts["pending"]
    label = ngettext("submission to review", "submissions to review", n)
    yield Item(n, label, url, words.WAITING if n else words.GOOD)
    n = counts["on_hold"]
    label = ngettext("submission on hold", "submissions on hold", n)
    yield Item(n, label, f"{url}?status=on_hold", words.WAITING if n else words.GOOD)
    n = Submission.objects.unpushed().exclude(push_problem="").count()
    if n:
        label = ngettext("decision not sent to KoBo", "decisions not sent to KoBo", n)
        yield Item(n, label, f"{url}?status=all&kobo=not_sent", words.STOPPED)


def _set_aside() -> Item:
    still_open = Quarantined.objects.open()
    held = Quarantined.objects.held().count()
    n = still_open.count() - held
    note = ""
    if held:
        note = ngettext(
            "%d more comes by itself once its form is approved",
            "%d more come by themselves once their form is approved",
            held,
        )
        note %= held
    url = reverse("admin:surveys_quarantined_changelist")
    label = ngettext("submission is set aside", "submissions are set aside", n)
    return Item(n, label, url, words.STOPPED if n else words.GOOD, note)


def _versions() -> Item:
    n = Version.objects.awaiting_approval().count()
    url = reverse("admin:xlsforms_version_changelist")
    label = ngettext("form version awaiting approval", "form versions awaiting approval", n)
    return Item(n, label, f"{url}?approved_at__isempty=1", words.WAITING if n else words.GOOD)


def _pull(deployment: Deployment, run: SyncRun | None, now: datetime) -> Pull:
    name = f"{deployment} · {deployment.round}"
    if run is None:
        return Pull(name, None, "", words.WAITING, _("not pulled yet"))
    said = words.running(run, now)
    sentence = said.text if said.state == words.STOPPED else _numbers(run)
    at = run.finished_at or run.started_at
    return Pull(name, timezone.localtime(at), words.ago(at, now), said.state, sentence)


def _numbers(run: SyncRun) -> str:
    """Say what a pull brought, leaving out what there was none of."""
    if not run.received:
        return _("nothing new")
    said = [ngettext("%d received", "%d received", run.received) % run.received]
    said += [
        f"{n} {name}"
        for n, name in [
            (run.new, _("new")),
            (run.edited, _("edited")),
            (run.unchanged, _("unchanged")),
            (run.refused, _("refused")),
            (run.quarantined, _("set aside")),
            (run.held, _("awaiting form approval")),
        ]
        if n
    ]
    return f"{said[0]}: {', '.join(said[1:])}" if len(said) > 1 else said[0]
