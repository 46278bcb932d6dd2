"""What was sent, beside what arrived: the table at the end, and whether it adds up."""

from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Line:
    """One figure; `note` says where the second number was read."""

    name: str
    expected: int
    found: int
    note: str

    @property
    def agrees(self) -> bool:
        return self.expected == self.found


@dataclass(slots=True)
class Ledger:
    lines: list[Line] = field(default_factory=list)

    def enter(self, name: str, *, expected: int, found: int, note: str) -> None:
        self.lines.append(Line(name, expected, found, note))

    @property
    def adds_up(self) -> bool:
        return bool(self.lines) and all(line.agrees for line in self.lines)

    def show(self, console: Console) -> None:
        table = Table(title="What was sent, and what became of it", title_justify="left")
        table.add_column("")
        table.add_column("expected", justify="right")
        table.add_column("found", justify="right")
        table.add_column("")
        table.add_column("read from", style="dim")
        for line in self.lines:
            sign = "[green]agrees[/]" if line.agrees else "[red]differs[/]"
            table.add_row(line.name, str(line.expected), str(line.found), sign, line.note)
        console.print(table)
