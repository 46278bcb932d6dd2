"""How each deployment stands: its last pull and the numbers here and at KoBo.

For the sync page and for the metrics. A query for each kind of number, none for each
deployment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from forms.models import Deployment, ServerAsset
from surveys.models import (
    Kind,
    KoboState,
    Quarantined,
    State,
    Submission,
    SyncRun,
    Tombstone,
)

OVER = [State.CLOSED, State.ARCHIVED]


@dataclass(frozen=True, slots=True)
class Standing:
    """One deployment. Where there is no number at KoBo yet, `n_at_kobo` is None.

    `complete_at` is when the last pull ended that got to its end, None if none did. Of what is
    at KoBo, `n_here` is stored, `n_not_kept` was refused or withdrawn, and the rest is set
    aside or held; `n_gone` are among those stored.
    """

    deployment: Deployment
    last: SyncRun | None
    complete_at: datetime | None
    n_at_kobo: int | None
    n_here: int
    n_gone: int
    n_not_kept: int
    n_set_aside: int
    n_held: int
    n_unpushed: int

    @property
    def is_pulled(self) -> bool:
        return self.deployment.is_active and self.deployment.round.takes_submissions

    def lag_s(self, now: datetime) -> float | None:
        """Return the seconds since the last complete pull."""
        return (now - self.complete_at).total_seconds() if self.complete_at else None


def standings() -> list[Standing]:
    """Return every deployment of a round that is not over, in the order of the rounds."""
    runs = SyncRun.objects.filter(deployment=OuterRef("pk"), kind=Kind.PULL)
    complete = runs.filter(problem="", finished_at__isnull=False)
    asset = ServerAsset.objects.filter(server=OuterRef("server"), asset_uid=OuterRef("asset_uid"))
    found = (
        Deployment.objects.exclude(round__state__in=OVER)
        .select_related("form", "round", "server")
        .annotate(
            newest=Subquery(runs.order_by("-started_at").values("pk")[:1]),
            complete_at=Subquery(complete.order_by("-finished_at").values("finished_at")[:1]),
            n_at_kobo=Subquery(asset.values("submission_count")[:1]),
        )
        .order_by("round", "pk")
    )
    deployments = list(found)
    last = SyncRun.objects.in_bulk([each.newest for each in deployments if each.newest])
    counts = _counts([each.pk for each in deployments])
    return [_standing(each, last.get(each.newest), counts) for each in deployments]


Counts = Mapping[str, Mapping[int, int]]


def _standing(deployment: Any, last: SyncRun | None, counts: Counts) -> Standing:
    return Standing(
        deployment=deployment,
        last=last,
        complete_at=deployment.complete_at,
        n_at_kobo=deployment.n_at_kobo,
        **{name: numbers.get(deployment.pk, 0) for name, numbers in counts.items()},
    )


def _counts(deployments: Iterable[int]) -> Counts:
    of = {"deployment__in": deployments}
    held = Q(pk__in=Quarantined.objects.held().values("pk"))
    set_aside = Quarantined.objects.open().filter(**of)
    return {
        "n_here": _by_deployment(Submission.objects.filter(**of)),
        "n_gone": _by_deployment(KoboState.objects.filter(gone_at__isnull=False, **of)),
        "n_not_kept": _by_deployment(Tombstone.objects.filter(**of)),
        "n_set_aside": _by_deployment(set_aside.exclude(held)),
        "n_held": _by_deployment(set_aside.filter(held)),
        "n_unpushed": _by_deployment(Submission.objects.unpushed().filter(**of)),
    }


def _by_deployment(rows: Any) -> dict[int, int]:
    grouped = rows.order_by().values(of=F("deployment")).annotate(n=Count("pk"))
    return dict(grouped.values_list("of", "n"))
