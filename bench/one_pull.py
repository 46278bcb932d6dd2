"""Pull one deployment in a process of its own, and print its peak memory in MB.

The environment is that of the measurement which starts it.
"""

import sys
from pathlib import Path

import django

django.setup()

from bench.pull import AT, empty, make_keys  # noqa: E402 - only now can models be imported
from forms.actions.connect import LARGEST_ANSWER, server_of  # noqa: E402
from forms.kobo import Kobo  # noqa: E402
from forms.models import Deployment  # noqa: E402
from surveys.actions.pull import pull  # noqa: E402


def main(deployment_id: int, token: str) -> float:
    empty()
    deployment = Deployment.objects.select_related("server", "round").get(pk=deployment_id)
    server = server_of(deployment.server, allow_private=True)
    with Kobo(server, token, max_bytes=LARGEST_ANSWER) as kobo:
        pull(deployment, kobo, keys=make_keys(), at=AT)
    status = Path("/proc/self/status").read_text("ascii")
    peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


if __name__ == "__main__":
    print(main(int(sys.argv[1]), sys.stdin.read().strip()))
