"""The words and the state for what a row tells by a time or a code."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys.models import Submission, SyncRun, ValidationStatus

WAITING, GOOD, STOPPED = "waiting", "good", "stopped"  # the three states of the stylesheet

STATES = {
    ValidationStatus.PENDING: WAITING,
    ValidationStatus.ON_HOLD: WAITING,
    ValidationStatus.APPROVED: GOOD,
    ValidationStatus.NOT_APPROVED: STOPPED,
}

NOT_SENT: dict[str, Promise] = {
    "set_at_kobo": gettext_lazy("somebody set another status at KoBo"),
    "gone": gettext_lazy("it is gone from KoBo"),
}

# What KoBo's client calls its failures; whatever else there may be is said in general words.
PROBLEMS: dict[str, Promise] = {
    "unavailable": gettext_lazy("KoBo did not answer; it is tried again by itself"),
    "token_missing": gettext_lazy("the token of this server is missing; ask the IT officer"),
    "token_refused": gettext_lazy("KoBo refused the token; ask the IT officer for a new one"),
    "forbidden": gettext_lazy("KoBo no longer lets us do this; ask the project's owner to share"),
    "not_reachable": gettext_lazy("KoBo no longer lets us read the project; ask its owner"),
    "host_refused": gettext_lazy("the server's address is not an allowed one"),
    "certificate_refused": gettext_lazy("the server's certificate is not valid"),
    "response_too_large": gettext_lazy("KoBo's answer was too large"),
    "key_problem": gettext_lazy("a key of the round is missing or wrong; ask the IT officer"),
}
SILENT_AFTER = timedelta(minutes=10)
OTHER_PROBLEM = gettext_lazy("KoBo answered in an unexpected way; it is tried again by itself")


@dataclass(frozen=True, slots=True)
class Said:
    """A state in words; `state` is one of the three, or "" for none of them."""

    state: str
    text: str


def chip(status: str) -> SafeString:
    """Return a status as a word with the colour and the shape of its state."""
    member = ValidationStatus(status)
    return format_html(
        '<span class="chip {} {}">{}</span>', STATES[member], member.value, member.label
    )


def sending(submission: Submission, now: datetime) -> Said:
    """Say whether KoBo has been told of the decision."""
    if submission.push_due_at is None:
        return Said("", "")
    if submission.pushed_at:
        return Said(GOOD, _("sent %(day)s") % {"day": moment(submission.pushed_at, now)})
    if submission.push_problem:
        why = NOT_SENT.get(submission.push_problem, OTHER_PROBLEM)
        return Said(STOPPED, _("not sent: %(why)s") % {"why": why})
    if submission.push_due_at <= now:
        return Said(WAITING, _("leaves in a moment"))
    return Said(WAITING, _("leaves at %(time)s") % {"time": moment(submission.push_due_at, now)})


def moment(at: datetime, now: datetime) -> str:
    """Return the time of a moment of today, and the day of any other."""
    local, today = timezone.localtime(at), timezone.localdate(now)
    if local.date() == today:
        return time_format(local, "H:i")
    return day(local)


def day(at: date) -> str:
    # Translators: how a day is written: Django's format characters.
    return date_format(at, _("j M Y"))


def instant(at: datetime) -> str:
    return date_format(timezone.localtime(at), _("j M Y, H:i"))


def age(day: date, today: date) -> str:
    n = (today - day).days
    if n <= 0:
        return _("today")
    if n == 1:
        return _("yesterday")
    return ngettext("%d day ago", "%d days ago", n) % n


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago something was: minutes within the hour, then hours, then days."""
    minutes = int((now - at).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    if minutes < 60:
        return ngettext("%d minute ago", "%d minutes ago", minutes) % minutes
    if (hours := minutes // 60) < 24:
        return ngettext("%d hour ago", "%d hours ago", hours) % hours
    return age(timezone.localdate(at), timezone.localdate(now))


def problem(code: str) -> str:
    return str(PROBLEMS.get(code, OTHER_PROBLEM))


def at_kobo(status_uid: str) -> str:
    """Return what KoBo last said of a submission's status, in our words."""
    if not status_uid:
        return _("no status")
    for status in ValidationStatus:
        if status.kobo_uid == status_uid:
            return str(status.label)
    return _("a status that is not ours")


def running(run: SyncRun, now: datetime) -> Said:
    """Say how a pull or a push went, or that it is still going on."""
    if run.problem:
        return Said(STOPPED, problem(run.problem))
    if run.finished_at:
        return Said(GOOD, _("done"))
    if now - (run.heard_at or run.started_at) < SILENT_AFTER:
        return Said(WAITING, _("is running"))
    return Said(STOPPED, _("no sign of life; the next one starts by itself"))
