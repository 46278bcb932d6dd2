"""Ten times as many submissions: how the speed and the memory of a pull hold."""

import subprocess
import sys
from statistics import median

from bench.figure import Figure
from bench.pull import (
    anonymised_lines,
    make_keys,
    make_project,
    register,
    seconds_of_copy,
    seconds_of_pull,
    seed,
)
from bench.services import services
from forms.models import Deployment

SMALL, LARGE = 10_000, 100_000
RUNS = 3
MOST_MB = 256


def measure() -> list[Figure]:
    deployments = {n: project_of(n) for n in (SMALL, LARGE)}
    shares: dict[int, list[float]] = {n: [] for n in deployments}
    peaks: dict[int, list[float]] = {n: [] for n in deployments}
    for _ in range(RUNS):
        for n, deployment in deployments.items():
            shares[n].append(share_of_limit(deployment, n))
            peaks[n].append(peak_mb(deployment))
    small, large = median(shares[SMALL]), median(shares[LARGE])
    little, much = median(peaks[SMALL]), median(peaks[LARGE])
    return [
        Figure(
            "pull.scale",
            large,
            "of the speed of COPY, at 100,000",
            "the same at 10,000",
            small,
            large / small,
            0.9,
            "higher",
            RUNS,
        ),
        Figure(
            "pull.memory",
            much,
            f"MB at most (never over {MOST_MB}), at 100,000",
            "the same at 10,000",
            little,
            much / little if much <= MOST_MB else float("inf"),
            1.1,
            "lower",
            RUNS,
        ),
    ]


def project_of(n: int) -> Deployment:
    asset_uid, version_uid = make_project()
    seed(asset_uid, version_uid, n)
    return register(asset_uid, version_uid)


def share_of_limit(deployment: Deployment, n: int) -> float:
    """Return the speed of a pull as a part of that of COPY alone, in one go."""
    keys = make_keys()
    pulled = seconds_of_pull(deployment, keys, n)
    copied = seconds_of_copy(anonymised_lines(deployment, keys, n), n)
    return copied / pulled


def peak_mb(deployment: Deployment) -> float:
    """Return the peak memory of a process that pulls, and does nothing else."""
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "bench.one_pull", str(deployment.pk)],
        input=services.token,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)
