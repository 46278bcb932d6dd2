"""What the process knows beside its store: settings of the stand-in and what is in progress."""

import threading
from dataclasses import dataclass, field

from demo.kobo.faults import Faults


@dataclass(slots=True)
class Settings:
    """How the stand-in behaves where a real server leaves it to chance or to time."""

    page_delay: float = 0.0  # seconds before each page of /data/
    hook_wait_scale: float = 1.0  # multiplies the waits between deliveries
    hook_timeout: float = 30.0  # seconds until a receiver counts as silent
    submission_delay: float = 0.0  # seconds that receiving a submission takes
    import_polls: int = 0  # polls that say "processing" before an import ends


@dataclass(slots=True)
class World:
    secret: str
    settings: Settings = field(default_factory=Settings)
    faults: Faults = field(default_factory=Faults)
    in_progress: set[str] = field(default_factory=set)  # instance ids being received
    guard: threading.Lock = field(default_factory=threading.Lock)
