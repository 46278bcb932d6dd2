"""What people do in the demo, done through the same actions that the admin calls.

Each act runs as a child process with the environment, the user and the database role of
the process in which a person would do it: `python -m demo.acts ACT JSON`. It prints JSON.
"""

import csv
import io
import json
import sys
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import django

django.setup()

# Only now can models be imported.
import tablib  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.utils import timezone  # noqa: E402

from demo.country import ENUMERATORS, FORMS, NUMBERS, REGISTRY  # noqa: E402
from forms.actions.register import approve, register  # noqa: E402
from forms.models import KoboServer, Mode, Version, XLSForm  # noqa: E402
from forms.tasks import deploy_version  # noqa: E402
from locations.resources import LocationResource  # noqa: E402
from surveys.actions.review import Verdict, decide  # noqa: E402
from surveys.actions.unsealing import ask  # noqa: E402
from surveys.models import (  # noqa: E402
    Enumerator,
    ReasonCode,
    Round,
    State,
    Submission,
    ValidationStatus,
)
from surveys.tasks import push_after  # noqa: E402


def _user(name: str) -> int:
    return int(get_user_model().objects.get(username=name).pk)


def load(told: Mapping[str, Any]) -> dict[str, Any]:
    """Load the registry, the team, two rounds, the server and the two forms."""
    rows = list(csv.reader(io.StringIO(REGISTRY.read_text("utf-8"))))
    result = LocationResource().import_data(
        tablib.Dataset(*rows[1:], headers=rows[0]),
        raise_errors=True,
        rollback_on_validation_errors=True,
    )
    Enumerator.objects.bulk_create(Enumerator(code=code) for code in ENUMERATORS)
    server = KoboServer.objects.create(slug=told["slug"], url=told["url"])
    rounds, versions = {}, {}
    for form, (name, workbook) in FORMS.items():
        round_ = Round.objects.create(
            activity=form, number=3, state=State.OPEN, registry_date=date(2026, 9, 1)
        )
        version = register(
            XLSForm.objects.create(name=name),
            workbook.read_bytes(),
            filename=workbook.name,
            at=timezone.now(),
        )
        rounds[form], versions[form] = round_.pk, version.pk
    return {
        "places": sum(result.totals.values()),
        "server": server.pk,
        "rounds": rounds,
        "versions": versions,
    }


def approve_forms(told: Mapping[str, Any]) -> dict[str, Any]:
    """The focal point approves the privacy class of every question."""
    by_id = _user(told["by"])
    versions = Version.objects.all()
    return {"approved": sum(approve(each, by_id=by_id, at=timezone.now()) for each in versions)}


def deploy_forms(told: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a worker to bring each form to the tablets."""
    for form, version_id in told["versions"].items():
        deploy_version.delay(
            version_id=version_id,
            server_id=told["server"],
            round_id=told["rounds"][form],
            mode=Mode.LIVE.value,
        )
    return {"asked": len(told["versions"])}


def review(told: Mapping[str, Any]) -> dict[str, Any]:
    """The data manager decides on all: most approved, some not, some on hold; sent now."""
    by_id, at = _user(told["by"]), timezone.now()
    seen = list(Submission.objects.awaiting_review().order_by("pk").values_list("pk", "stamp"))
    n_refused, n_held = NUMBERS.not_approved, NUMBERS.on_hold
    shares = {
        Verdict(
            ValidationStatus.NOT_APPROVED,
            ReasonCode.CONTRADICTORY,
            "The years abroad and the age do not agree.",
        ): seen[:n_refused],
        Verdict(
            ValidationStatus.ON_HOLD, ReasonCode.ASK_ENUMERATOR, "Is the village the right one?"
        ): seen[n_refused : n_refused + n_held],
        Verdict(ValidationStatus.APPROVED): seen[n_refused + n_held :],
    }
    decided = {
        verdict.status.value: decide(
            dict(share), verdict, by_id=by_id, at=at, push_after=push_after()
        )
        for verdict, share in shares.items()
    }
    Submission.objects.all().send_now(at=at)
    return decided


def ask_to_open(told: Mapping[str, Any]) -> dict[str, Any]:
    """The data manager asks to have one sealed answer opened."""
    submission = Submission.objects.get(kobo_state__root_uuid=told["root_uuid"])
    ask(
        submission,
        path=told["path"],
        purpose="The person asked to be called back about a mistake in the interview.",
        by_id=_user(told["by"]),
        at=timezone.now(),
    )
    return {"waits_until": str(timezone.now() + timedelta(hours=24))}


ACTS: Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    act.__name__: act for act in (load, approve_forms, deploy_forms, review, ask_to_open)
}

if __name__ == "__main__":
    print(json.dumps(ACTS[sys.argv[1]](json.loads(sys.argv[2]))))
