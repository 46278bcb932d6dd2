"""One figure: a value, its peer's from the same run, their ratio and the goal."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """`ratio` is value to peer; `goal` is the least (higher) or most (lower) that it may be."""

    name: str
    value: float
    unit: str
    against: str
    peer_value: float
    ratio: float
    goal: float
    better: Literal["higher", "lower"]
    runs: int

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.goal if self.better == "higher" else self.ratio <= self.goal

    def as_dict(self) -> dict[str, object]:
        return asdict(self)

    def __str__(self) -> str:
        sign = "met" if self.is_met else "NOT MET"
        return (
            f"{self.name}: {self.value:,.4g} {self.unit} against {self.peer_value:,.4g}"
            f" ({self.against}): ratio {self.ratio:.3g}, goal {self.goal:g}, {sign}"
        )


def medians(*measured: Callable[[], float], runs: int = 3) -> list[float]:
    """Run several measurements in turn, A B A B …, and return the median of each."""
    results = [[measure() for measure in measured] for _ in range(runs)]
    return [median(column) for column in zip(*results, strict=True)]


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
