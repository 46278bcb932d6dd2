"""What a reviewer does at the pages, and what others do meanwhile."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from surveys.actions.review import Verdict, decide
from surveys.models import Submission, ValidationStatus
from tests.factories import SettlementFactory, UserFactory

LIST = reverse("admin:surveys_submission_changelist")
DECIDE = reverse("admin:surveys_submission_decide")
REASON = {"reason_code": "contradictory", "reason": "Ask the enumerator about the age"}
PERSON = {"who/name": "Aisuluu Example", "who/phone": "+996 555 000 000", "who/coupon": "ab-12"}


def person(username: str, *permissions: str):
    user = UserFactory(username=username)
    for each in permissions:
        app, codename = each.split(".")
        user.user_permissions.add(
            Permission.objects.get(content_type__app_label=app, codename=codename)
        )
    return user


def village(soate: str = "41700000000001"):
    return SettlementFactory(soate=soate, parent__parent__soate="41701000000000")


def page_of(submission: Submission) -> str:
    return reverse("admin:surveys_submission_change", args=[submission.pk])


def seen(*submissions: Submission) -> list[str]:
    return [f"{each.pk}:{each.stamp}" for each in submissions]


def press(client, submission: Submission, status: str, **typed: str):
    return client.post(page_of(submission), {"seen": seen(submission), "status": status, **typed})


def confirm(client, *submissions: Submission, status: str = "approved", **typed: str):
    sent = {"seen": seen(*submissions), "status": status, "confirmed": "1", **typed}
    return client.post(DECIDE, sent, follow=True)


def somebody_decides(submission: Submission, status=ValidationStatus.APPROVED) -> None:
    decide(
        {submission.pk: submission.stamp},
        Verdict(status, "other", "As agreed by telephone"),
        by_id=UserFactory(username="bermet").pk,
        at=timezone.now(),
        push_after=timedelta(hours=1),
    )
