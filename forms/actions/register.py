"""Register a version of a form, from its workbook or from what KoBo holds of it.

An approval is of the normalised question list: a version whose list is one that the
focal point approved for this form keeps that approval, whatever changed in its words.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from forms.core.content import read_content
from forms.core.questions import Form, policy_hash
from forms.core.questions import Question as ReadQuestion
from forms.core.xlsform import read_workbook
from forms.models import Question, Version, XLSForm


def register(form: XLSForm, workbook: bytes, *, filename: str, at: datetime) -> Version:
    """Store the next version of a form from its workbook. Raises FormRefused."""
    return store(form, read_workbook(workbook, filename=filename), workbook=workbook, at=at)


def register_content(form: XLSForm, content: Mapping[str, Any], *, at: datetime) -> Version:
    """Store the version that KoBo holds; return the one we have if its list is the same.

    Raises FormRefused.
    """
    read = read_content(content)
    same = form.versions.filter(policy_hash=policy_hash(read)).order_by("-number").first()
    return same or store(form, read, workbook=None, at=at)


def approve(version: Version, *, by_id: int, at: datetime) -> bool:
    """Approve the privacy classes of a version; tell whether it was still waiting."""
    return bool(Version.objects.filter(pk=version.pk).approve(by_id=by_id, at=at))


def store(form: XLSForm, read: Form, *, workbook: bytes | None, at: datetime) -> Version:
    """Store a form that was read as the next version."""
    with transaction.atomic():
        XLSForm.objects.select_for_update().get(pk=form.pk)  # numbers follow one another
        latest = form.versions.order_by("-number").first()
        digest = policy_hash(read)
        approved = form.versions.exclude(approved_at=None).filter(policy_hash=digest).first()
        version = Version.objects.create(
            form=form,
            number=latest.number + 1 if latest else 1,
            title=read.title[:250],
            languages=list(read.languages),
            workbook=workbook,
            policy_hash=digest,
            registered_at=at,
            approved_by=approved.approved_by if approved else None,
            approved_at=approved.approved_at if approved else None,
        )
        consent = read.consent.path
        Question.objects.bulk_create(
            _question(version, question, is_consent=question.path == consent)
            for question in read.questions
        )
    return version


def _question(version: Version, read: ReadQuestion, *, is_consent: bool) -> Question:
    return Question(
        version=version,
        position=read.position,
        path=read.path,
        type=read.type,
        labels=dict(read.labels),
        choices=[{"name": each.name, "labels": dict(each.labels)} for each in read.choices],
        asked_when=list(read.asked_when),
        calculation=read.calculation,
        repeat=read.repeat,
        privacy=read.privacy,
        declared_privacy=read.declared_privacy or "",
        treatment=read.treatment,
        bands=list(read.bands),
        given=list(read.given),
        has_token=read.has_token,
        is_informed_consent=is_consent,
    )
