"""What is known already of the rows of a page: a query for each kind, none for each row."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from forms.models import Deployment
from locations.models import Level, Location
from surveys.actions.prepare import Prepared, Refused
from surveys.actions.store import Places
from surveys.core.fieldwork import Point
from surveys.core.payload import Head
from surveys.core.pseudonym import fingerprint
from surveys.models import Enumerator, Tombstone


@dataclass(frozen=True, slots=True)
class Known:
    """An interview that is stored, as KoBo last held it."""

    submission_id: uuid.UUID
    kobo_id: int
    instance_id: str
    status_uid: str
    attachment_uids: tuple[str, ...]
    is_gone: bool

    def has_moved(self, head: Head) -> bool:
        """Tell whether KoBo says anything new of it, its answers apart."""
        return (
            self.is_gone
            or self.kobo_id != head.kobo_id
            or self.status_uid != head.status_uid[:60]
            or self.attachment_uids != head.attachment_uids
        )


KNOWN = """
    SELECT root_uuid, submission_id, kobo_id, instance_id, status_uid, attachment_uids,
           gone_at IS NOT NULL
    FROM surveys_kobostate WHERE deployment_id = %s AND root_uuid = ANY(%s)
"""


def known_states(deployment: Deployment, roots: Sequence[str]) -> Mapping[str, Known]:
    """Look up a page of interviews: one array instead of a thousand parameters."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [deployment.pk, list(roots)])
        return {
            root: Known(submission_id, kobo_id, instance, status, tuple(uids), is_gone)
            for root, submission_id, kobo_id, instance, status, uids, is_gone in cursor
        }


def root_hash(head: Head, *, key: bytes) -> str:
    return fingerprint(head.root_uuid, "root", key=key)


def instance_hash(head: Head, *, key: bytes) -> str:
    return fingerprint(head.instance_id, "instance", key=key)


def has_tombstones(deployment: Deployment) -> bool:
    return Tombstone.objects.filter(deployment=deployment).exists()


def entombed(deployment: Deployment, heads: Sequence[Head], *, key: bytes) -> frozenset[str]:
    """Return the roots of those that are not kept and have not been edited since."""
    if not has_tombstones(deployment):
        return frozenset()
    by_hash = {root_hash(head, key=key): head for head in heads}
    stones = Tombstone.objects.filter(deployment=deployment, root_hash__in=by_hash)
    return frozenset(
        by_hash[stone.root_hash].root_uuid
        for stone in stones
        if stone.instance_hash == instance_hash(by_hash[stone.root_hash], key=key)
    )


def places_of(deployment: Deployment, rows: Iterable[Prepared | Refused]) -> Places:
    """Find the places and enumerators that rows name, as of the round's registry date."""
    codes = {row.place_code for row in rows if row.place_code}
    places = (
        list(
            Location.objects.as_of(deployment.round.registry_date)
            .filter(Q(soate__in=codes) | Q(pcode__in=codes))
            .select_related("parent__parent__parent")
        )
        if codes
        else []
    )
    ids = {place.pcode: place.pk for place in places} | {place.soate: place.pk for place in places}
    ids.pop("", None)
    return Places(
        ids=ids,
        points={
            place.pk: Point(place.latitude, place.longitude)
            for place in places
            if place.latitude is not None and place.longitude is not None
        },
        rayons={place.pk: rayon.pk for place in places if (rayon := place.at_level(Level.RAYON))},
        enumerators=dict(Enumerator.objects.values_list("code", "pk")),
    )
