"""`python -m demo.kobo`: run the stand-in until it is told to end."""

import argparse
import ctypes
import os
import signal
import sys
from pathlib import Path

from demo.kobo.server import Options, Server

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.kobo", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0, help="0 for any free one")
    parser.add_argument("--store", type=Path, required=True, help="SQLite file, made if missing")
    parser.add_argument("--port-file", type=Path, help="where the port is written once it listens")
    parser.add_argument("--page-delay", type=float, default=0.0, help="seconds before each page")
    parser.add_argument("--parent", type=int, help="end when this process does (Linux)")
    chosen = parser.parse_args()
    if chosen.parent is not None:
        die_with(chosen.parent)
    Server(
        Options(chosen.host, chosen.port, chosen.store, chosen.port_file, chosen.page_delay)
    ).run()


def die_with(parent: int) -> None:
    """Have the kernel end this process with its parent; end now if that is gone already."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the parent process has ended")


if __name__ == "__main__":
    main()
