"""Set submissions aside that cannot be understood, and have them fetched again."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from forms.models import Deployment
from surveys.actions.prepare import SetAside
from surveys.models import Quarantined

# One row an `_id`: seen again, it counts; closed before, it opens again.
UPSERT = """
    INSERT INTO surveys_quarantined AS q
        (deployment_id, kobo_id, reason, path, version_uid, times_seen, first_seen_at, last_seen_at)
    VALUES (%s, %s, %s, %s, %s, 1, %s, %s)
    ON CONFLICT (deployment_id, kobo_id) DO UPDATE SET
        reason = EXCLUDED.reason, path = EXCLUDED.path, version_uid = EXCLUDED.version_uid,
        times_seen = q.times_seen + 1, last_seen_at = EXCLUDED.last_seen_at,
        retry_at = NULL, resolved_at = NULL
"""


def set_aside(deployment: Deployment, rows: Sequence[SetAside], *, at: datetime) -> None:
    """Record why rows were set aside; never what they said."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.executemany(
            UPSERT,
            [
                (
                    deployment.pk,
                    row.kobo_id,
                    row.reason.value,
                    row.path.replace("\0", "")[:500],
                    row.version_uid.replace("\0", "")[:100],
                    at,
                    at,
                )
                for row in rows
            ],
        )


def resolve(deployment: Deployment, kobo_ids: Sequence[int], *, at: datetime) -> int:
    """Close the cases of rows that have been understood since; return how many."""
    cases = Quarantined.objects.open().filter(deployment=deployment)
    if not kobo_ids or not cases.exists():
        return 0
    return cases.filter(kobo_id__in=kobo_ids).update(resolved_at=at)
