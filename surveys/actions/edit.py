"""An edited submission takes the place of what was stored, which becomes a revision."""

from datetime import datetime

import msgspec
from django.db.models import F

from surveys.actions.lookup import Known
from surveys.actions.prepare import Prepared
from surveys.actions.store import PageWriter
from surveys.models import (
    Fieldwork,
    KoboState,
    Revision,
    Submission,
    Token,
    ValidationStatus,
)
from vault.models import ErasureDue


def replace(state: Known, prepared: Prepared, writer: PageWriter) -> None:
    """Store the new answers and keep the old ones as a revision.

    A decided submission goes back to the reviewers, unless its anonymised answers are what
    they were: then the decision stands, and the revision tells of the edit.
    """
    submission = Submission.objects.select_for_update().get(pk=state.submission_id)
    answers = msgspec.json.decode(prepared.answers)
    _keep_as_revision(submission, writer.at)
    writer.add_edited(prepared)
    is_same = answers == submission.answers
    Submission.objects.filter(pk=submission.pk).update(
        version_id=prepared.version_id,
        place_id=writer.place_id(prepared),
        enumerator_id=writer.enumerator_id(prepared),
        answers=answers,
        sealed_record=prepared.sealed_record,
        n_revisions=F("n_revisions") + 1,
        stamp=F("stamp") + 1,
        **({} if is_same else _back_to_review(submission, writer.at)),
    )
    _follow(submission, prepared, writer)


def _keep_as_revision(submission: Submission, at: datetime) -> None:
    Revision.objects.create(
        submission=submission,
        round_id=submission.round_id,
        version_id=submission.version_id,
        answers=submission.answers,
        sealed_record=submission.sealed_record,
        replaced_at=at,
        was_status=submission.validation_status,
    )


def _back_to_review(submission: Submission, at: datetime) -> dict[str, object]:
    """Take a decision back; what KoBo was told of it must be cleared there too."""
    if submission.validation_status == ValidationStatus.PENDING:
        return {}
    return {
        "validation_status": ValidationStatus.PENDING,
        "reviewed_by": None,
        "reviewed_at": None,
        "pushed_at": None,
        "push_due_at": at,
        "push_problem": "",
    }


def _follow(submission: Submission, prepared: Prepared, writer: PageWriter) -> None:
    head = prepared.head
    KoboState.objects.filter(pk=submission.pk).update(
        kobo_id=head.kobo_id,
        instance_id=head.instance_id,
        status_uid=head.status_uid[:60],
        attachment_uids=list(head.attachment_uids),
        seen_at=writer.at,
        gone_at=None,
    )
    facts = prepared.facts
    Fieldwork.objects.filter(pk=submission.pk).update(
        started_at=facts.started_at,
        ended_at=facts.ended_at,
        arrived_at=facts.arrived_at,
        device_token=facts.device_token,
        account_token=facts.account_token,
        distance_m=writer.distance_m(prepared),
        accuracy_m=facts.accuracy_m,
        point_hash=facts.point_hash,
    )
    Token.objects.filter(submission=submission).delete()
    Token.objects.bulk_create(
        Token(submission=submission, round_id=submission.round_id, path=path, token=token)
        for path, token in prepared.parted.tokens
    )


def withdraw(state: Known, *, at: datetime) -> None:
    """Remove an interview whose consent was taken back; its sealed values become erasable."""
    submission = Submission.objects.select_for_update().get(pk=state.submission_id)
    older = submission.revisions.values_list("sealed_record", flat=True)
    for record_id in filter(None, {submission.sealed_record, *older}):
        ErasureDue(
            round_id=submission.round_id, record_id=record_id, why="withdrawn", due_at=at
        ).save(force_insert=True)
    submission.delete()
