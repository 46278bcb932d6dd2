"""The words and the state for what a row tells by a time or a code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from forms.words import NOT_ASKED, OTHER, Trouble, Turn
from forms.words import TROUBLES as KOBO_TROUBLES
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

# What is said of a pull or a push that failed; the table is closed, so what is not in it is said
# in general words.
TROUBLES: Mapping[str, Trouble] = MappingProxyType(
    {
        **KOBO_TROUBLES,
        "key_problem": Trouble(
            gettext_lazy("a key of the round is missing or wrong; ask the IT officer"),
            gettext_lazy("A key of the round is missing or wrong, and nothing is read without it."),
            NOT_ASKED,
            Turn.IT_OFFICER,
            gettext_lazy(
                "Put the round's key files where the workers find them, as they were made."
            ),
        ),
    }
)
SILENT_AFTER = timedelta(minutes=10)


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
        code = submission.push_problem
        why = NOT_SENT[code] if code in NOT_SENT else problem(code)
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
    return str(trouble(code).short)


def trouble(code: str) -> Trouble:
    """Return what a problem means, what it did not harm, and whose turn it is."""
    return TROUBLES.get(code, OTHER)


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
