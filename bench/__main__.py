"""`make bench`: run the topics, print the figures, and write bench/results/<topic>.json."""

import json
import os
import platform
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from bench.figure import Figure
from bench.services import services

RESULTS = Path(__file__).resolve().parent / "results"
TOPICS = ("pull", "scale", "read")


def machine() -> str:
    """Return processor, cores and Python: what a figure cannot be read without."""
    lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "unknown")
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def write(topic: str, figures: Iterable[Figure]) -> None:
    told = {"machine": machine(), "date": datetime.now(UTC).date().isoformat()}
    RESULTS.mkdir(exist_ok=True)
    rows = [figure.as_dict() | told for figure in figures]
    (RESULTS / f"{topic}.json").write_text(json.dumps(rows, indent=1) + "\n")


def main(only: list[str]) -> int:
    unknown = set(only) - set(TOPICS)
    if unknown:
        print(f"There is no topic {', '.join(sorted(unknown))}; there are {', '.join(TOPICS)}.")
        return 2
    services.start()
    kept = True
    for topic in only or TOPICS:
        # Only now: a topic's module imports models, for which Django must be set up.
        figures = import_module(f"bench.{topic}").measure()
        for figure in figures:
            print(figure)
        write(topic, figures)
        kept = kept and all(figure.is_met for figure in figures)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
