"""A form of 150 questions and invented submissions to it, about 6.8 KB each, without an engine."""

import random
import uuid
from collections.abc import Iterator

import msgspec

N_PLAIN = 138
SPECIAL = (
    # path, type, class, treatment, an invented answer
    ("consent", "select_one", "consent", "keep", "yes"),
    ("place", "text", "loc_coarse", "keep", "41706255000000"),
    ("enumerator", "text", "device", "fieldwork", "E01"),
    ("start", "start", "device", "fieldwork", "2026-09-01T09:00:00.000+06:00"),
    ("end", "end", "device", "fieldwork", "2026-09-01T09:31:00.000+06:00"),
    ("deviceid", "deviceid", "device", "fieldwork", "example:0001"),
    ("who/name", "text", "direct", "seal", "Aisuluu Example"),
    ("who/phone", "text", "contact", "seal", "+996 555 000 000"),
    ("who/remark", "text", "free_sealed", "seal", "An invented remark of some length, kept away"),
    ("who/other", "text", "free", "redact_and_seal", "Another invented answer in a few words"),
    ("who/coupon", "text", "link", "pseudonymise", "EX123"),
    ("gps", "geopoint", "loc_precise", "seal_location", "40.5 72.8 900 8.0"),
)
WORDS = ("family", "contract_ended", "none", "dnk", "several_a_month", "own_family", "secondary")


def paths() -> list[str]:
    return [f"module_{number // 15}/question_{number:03}" for number in range(N_PLAIN)]


def questions() -> Iterator[tuple[str, str, str, str]]:
    """Yield path, type, class and treatment of each of the 150 questions."""
    yield from (special[:4] for special in SPECIAL)
    yield from ((path, "text", "quasi", "keep") for path in paths())


def submissions(n: int, *, version_uid: str, seed: int = 7) -> Iterator[bytes]:
    """Yield rows of answers as the stand-in takes them, one JSON object each."""
    draw = random.Random(seed)
    names = paths()
    special = {path: answer for path, _, _, _, answer in SPECIAL}
    for _ in range(n):
        instance = f"uuid:{uuid.UUID(int=draw.getrandbits(128), version=4)}"
        answers = {name: f"{draw.choice(WORDS)} {draw.randint(0, 999)}" for name in names}
        yield msgspec.json.encode(
            {
                **special,
                **answers,
                "__version__": version_uid,
                "meta/instanceID": instance,
                "_submitted_by": "enum1",
            }
        )
