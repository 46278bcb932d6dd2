"""The form in which a verdict is given, and what is said once it has been."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from surveys.actions.review import NEEDS_REASON, Verdict, decide
from surveys.models import ReasonCode, Submission, ValidationStatus
from surveys.tasks import push_after

GIVEN = (ValidationStatus.APPROVED, ValidationStatus.ON_HOLD, ValidationStatus.NOT_APPROVED)
AT_ONCE = 1000  # rows in one request; a page of the list has fifty


class VerdictForm(forms.Form):
    """A status, and a reason where it needs one; what was typed stays when it is refused."""

    status = forms.ChoiceField(
        label=_("Decision"),
        choices=[("", _("Choose a decision")), *((each.value, each.label) for each in GIVEN)],
        error_messages={"required": _("Choose what to decide.")},
    )
    reason_code = forms.ChoiceField(
        label=_("Reason"),
        required=False,
        choices=[("", _("Choose a reason")), *ReasonCode.choices],
    )
    reason = forms.CharField(
        label=_("In words"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("status") in NEEDS_REASON:
            if not given.get("reason_code"):
                self.add_error("reason_code", _("Choose the reason from the list."))
            if not given.get("reason"):
                self.add_error(
                    "reason", _("Say in a sentence what is to be done, for example: ask again.")
                )
        return given

    def verdict(self) -> Verdict:
        given = self.cleaned_data
        return Verdict(ValidationStatus(given["status"]), given["reason_code"], given["reason"])


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the submissions that a verdict was given on."""

    decided: int
    had_it_already: int
    left_alone: int

    def sentences(self) -> Iterable[str]:
        """Say what happened, and to how many."""
        yield (
            ngettext("%d submission was decided.", "%d submissions were decided.", self.decided)
            % self.decided
        )
        if n := self.had_it_already:
            yield ngettext("%d had this status already.", "%d had this status already.", n) % n
        if n := self.left_alone:
            yield (
                ngettext(
                    "%d was changed by somebody else meanwhile and was left alone.",
                    "%d were changed by somebody else meanwhile and were left alone.",
                    n,
                )
                % n
            )


def read_seen(values: Iterable[str]) -> dict[uuid.UUID, int]:
    """Read `id:stamp` as the page sent them. Raises BadRequest for anything else."""
    seen: dict[uuid.UUID, int] = {}
    try:
        for value in values:
            pk, _colon, stamp = value.partition(":")
            seen[uuid.UUID(pk)] = int(stamp)
    except ValueError as error:
        raise BadRequest from error
    if len(seen) > AT_ONCE:
        raise BadRequest
    return seen


def pronounce(seen: Mapping[uuid.UUID, int], verdict: Verdict, *, by_id: int) -> Outcome:
    """Give one verdict on submissions as they were seen. Raises ReasonMissing."""
    as_seen = Submission.objects.as_seen(dict(seen))
    had_it = as_seen.filter(validation_status=verdict.status).count()
    decided = decide(seen, verdict, by_id=by_id, at=timezone.now(), push_after=push_after())
    return Outcome(decided, had_it, len(seen) - had_it - decided)
