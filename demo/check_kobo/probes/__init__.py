"""A probe for each line of the checklist, in an order in which none spoils another's ground."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.check_kobo.findings import CLIENT
from demo.check_kobo.probes import (
    bulk_statuses,
    changes,
    client,
    hooks,
    pages,
    past,
    publishing,
    queries,
    refusals,
    rights,
    rows,
    submissions,
)
from demo.check_kobo.scene import Probe


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the checklist: its number, what it is about, and who looks."""

    number: int
    about: str
    probe: Probe


LINES: Sequence[Line] = (
    Line(1, "answers as text, absent when unanswered, full paths", rows.shape),
    Line(2, "pages: start, limit, default 100, cap 1000", pages.pages),
    Line(3, "sort and query, text comparison, unknown operators", queries.queries),
    Line(4, "fields, and what they leave out", queries.fields),
    Line(5, "edits keep the row and change its uuid", changes.edits),
    Line(6, "numbers of rows: for all projects, with gaps", changes.numbers),
    Line(7, "deletion and resending", changes.deletions),
    Line(8, "late attachments", changes.late_attachments),
    Line(9, "bulk validation statuses", bulk_statuses.statuses),
    Line(10, "history: order, search, who may read", past.history),
    Line(11, "what is refused, and with which status", refusals.refusals),
    Line(12, "hooks fire on creation, again after 502 to 504", hooks.hooks),
    Line(13, "import, deployment, form media", publishing.publishing),
    Line(14, "permission assignments, and all of them at once", rights.assignments),
    Line(15, "missing slashes, and what tablets are answered", submissions.door),
    Line(16, "reading rows leaves a line in the history", past.views),
    Line(CLIENT, "our own client, by its main calls", client.client),
)
