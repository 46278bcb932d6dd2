"""What came of a run: as a table for people, as JSON for programs, as an exit status for both."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from demo.check_kobo.findings import ALL, CLIENT, Difference, Finding, Untried

SAME, DIFFERS, BROKEN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found about one line of the checklist; nothing means as expected."""

    number: int
    about: str
    findings: Sequence[Finding]

    @property
    def differences(self) -> Sequence[Difference]:
        return [found for found in self.findings if isinstance(found, Difference)]

    @property
    def untried(self) -> Sequence[Untried]:
        return [found for found in self.findings if isinstance(found, Untried)]

    @property
    def label(self) -> str:
        return "client" if self.number == CLIENT else str(self.number)


@dataclass(frozen=True, slots=True)
class Report:
    """`left` are the names of the projects that are still there, on purpose if `kept`."""

    url: str
    outcomes: Sequence[Outcome]
    left: Sequence[str]
    requests: int
    kept: bool = False

    @property
    def exit_status(self) -> int:
        """1 if something differs; else 2 if the server broke off or kept a project; else 0."""
        if any(outcome.differences for outcome in self.outcomes):
            return DIFFERS
        broken = any(found.broken for outcome in self.outcomes for found in outcome.untried)
        return BROKEN if broken or (self.left and not self.kept) else SAME

    def as_json(self) -> dict[str, Any]:
        return {
            "server": self.url,
            "exit_status": self.exit_status,
            "requests": self.requests,
            "projects_left": list(self.left),
            "items": [
                {
                    "item": outcome.label,
                    "about": outcome.about,
                    "differences": [asdict(found) for found in outcome.differences],
                    "untried": [asdict(found) for found in outcome.untried],
                }
                for outcome in self.outcomes
            ],
        }

    def as_table(self) -> Table:
        table = Table(title=f"KoBo at {self.url}", box=box.SIMPLE_HEAD)
        table.add_column("item", justify="right")
        table.add_column("what")
        table.add_column("found", ratio=1)
        for outcome in self.outcomes:
            table.add_row(outcome.label, Text(outcome.about), _told(outcome))
        return table

    def as_sentences(self) -> Sequence[str]:
        """What the table does not say: the sum, and what is left behind."""
        differ = sum(bool(outcome.differences) for outcome in self.outcomes)
        said = [f"{differ} of {len(self.outcomes)} differ; {self.requests} requests were made."]
        if self.kept:
            said += [f"Kept, as asked for: {name}" for name in self.left]
        elif self.left:
            said += [f"Could not be removed, please delete it: {name}" for name in self.left]
        else:
            said.append("The throw-away projects are removed (to KoBo's trash).")
        return said


def _told(outcome: Outcome) -> Text:
    """The names of what KoBo says are never markup, hence Text."""
    lines = [
        Text(f"differs: {found.what}: {found.expected} expected, {found.found} found", "red")
        for found in outcome.differences
    ]
    lines += [
        Text(f"could not be tried: {found.what}: {found.why}", "yellow")
        for found in outcome.untried
    ]
    if not outcome.differences and not _is_wholly_untried(outcome):
        as_far = ", as far as tried" if outcome.untried else ""
        lines.insert(0, Text(f"as expected{as_far}", "green"))
    return Text("\n").join(lines)


def _is_wholly_untried(outcome: Outcome) -> bool:
    return any(found.what == ALL for found in outcome.untried)
