"""How a client asks: how long it waits, how often it tries, how much it reads."""

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random, SystemRandom

from forms.kobo.network import Resolver, resolve

MIB = 2**20


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. KoBo cuts its own queries at 125 s, so `read` is a little more.

    `connect`, `read` and `write` bound one step, `request` one request from its name to its last
    byte, `all` the tries of one question with the waits between them.
    """

    connect: float = 10.0
    read: float = 130.0
    write: float = 30.0
    request: float = 300.0
    all: float = 900.0


PATIENT = Timeouts()


@dataclass(eq=False, repr=False, kw_only=True)
class Manner:
    """`max_bytes` bounds one answer once unpacked; `attempts` counts the first one too.

    `sleep`, `random`, `clock` (seconds, monotonic) and `resolver` are the outside world, and
    `tls` what certificates are verified against (the usual public authorities if None).
    """

    timeouts: Timeouts = PATIENT
    attempts: int = 5
    max_bytes: int = 64 * MIB
    sleep: Callable[[float], None] = time.sleep
    random: Random = field(default_factory=SystemRandom)
    clock: Callable[[], float] = time.monotonic
    resolver: Resolver = resolve
    tls: ssl.SSLContext | None = None
