"""What the page of one submission shows; nothing of KoBo's identifiers, keys or tokens."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language

from surveys import words
from surveys.admin.history import read_history
from surveys.admin.reading import Reader
from surveys.models import Fieldwork, KoboState, Submission

RELATED = (
    "round",
    "deployment__form",
    "version",
    "place__parent__parent__parent",
    "enumerator",
    "reviewed_by",
)


def find_submission(object_id: str | uuid.UUID) -> Submission:
    """Raises Http404."""
    try:
        return Submission.objects.select_related(*RELATED).get(pk=uuid.UUID(str(object_id)))
    except (ValueError, Submission.DoesNotExist) as error:
        raise Http404 from error


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of the fieldwork, and of the submission at KoBo."""

    minutes: int | None
    metres: int | None
    is_inside: bool | None
    kobo_status: str
    gone_at: datetime | None


def context_of(submission: Submission, *, now: datetime) -> dict[str, Any]:
    """Return what the template of the page needs, in a fixed number of queries."""
    revisions = list(submission.revisions.order_by("replaced_at", "pk"))
    history = read_history(submission, revisions, _reader(submission))
    return {
        "submission": submission,
        "place_path": submission.place.path() if submission.place else (),
        "received": timezone.localtime(submission.received_at),
        "age": words.age(timezone.localdate(submission.received_at), timezone.localdate(now)),
        "chip": words.chip(submission.validation_status),
        "sending": words.sending(submission, now),
        "facts": _facts(submission),
        "sections": history.reader.sections(submission.answers),
        "not_kept": history.reader.not_kept(),
        "edits": history.edits,
        "decisions": submission.decisions.select_related("decided_by"),
    }


def _reader(submission: Submission) -> Reader:
    place = submission.place
    codes = {place.soate: place.name, place.pcode: place.name} if place else {}
    codes.pop("", None)
    return Reader((), get_language() or "en", places=codes)


def _facts(submission: Submission) -> Facts:
    work = Fieldwork.objects.filter(pk=submission.pk).first() or Fieldwork()
    state = KoboState.objects.filter(pk=submission.pk).first() or KoboState()
    minutes = None
    if work.started_at and work.ended_at:
        minutes = round((work.ended_at - work.started_at).total_seconds() / 60)
    return Facts(
        minutes=minutes,
        metres=None if work.distance_m is None else round(work.distance_m),
        is_inside=work.is_inside,
        kobo_status=words.at_kobo(state.status_uid),
        gone_at=state.gone_at,
    )
