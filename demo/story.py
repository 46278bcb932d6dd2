"""The path of a submission, on real processes: from a tablet to its status at KoBo.

The story sends, waits and counts. What people do in the office goes through `demo.acts`,
with the rights of the process in which they would do it.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from rich.console import Console

from demo.country import FORMS, NUMBERS
from demo.fieldwork import Fieldwork
from demo.ledger import Ledger
from demo.open_once import open_once
from demo.services.users import give, make_private, user_for
from demo.stage import SLUG, Stage
from demo.watch import SETTLED, Watch
from forms.core.privacy import Treatment
from forms.core.xlsform import read_workbook
from forms.kobo import Kobo, Server

HOLDERS = ("focal", "deputy")


@dataclass(slots=True)
class Story:
    """One telling; `accounts` holds the password of each account of the admin."""

    stage: Stage
    console: Console
    watch: Watch
    fieldwork: Fieldwork
    accounts: Mapping[str, str]
    passphrases: Mapping[str, str]
    ledger: Ledger = field(default_factory=Ledger)
    assets: dict[str, str] = field(default_factory=dict)

    def prepare(self) -> None:
        """Registry, forms, keys, approval, deployment."""
        told = self._act("web", "load", slug=SLUG, url=self.stage.kobo.url)
        self.console.print(f"  {told['places']} places and {len(FORMS)} forms are registered")
        for round_id in told["rounds"].values():
            self._make_keys_of(round_id)
        self.console.print("  the focal point and the deputy hold the keys of both rounds")
        self._act("web", "approve_forms", by="focal")
        self.console.print("  the focal point has approved the privacy class of every question")
        self._act("web", "deploy_forms", **told)
        self.watch.until(
            "forms brought to the tablets", len(FORMS), "SELECT count(*) FROM xlsforms_deployment"
        )
        for form, round_id in told["rounds"].items():
            query = "SELECT asset_uid FROM xlsforms_deployment WHERE round_id = %s"
            self.assets[form] = self.watch.rows(query, [round_id])[0][0]
            self.fieldwork.let_send(self.assets[form])

    def send(self) -> None:
        for form, asset_uid in self.assets.items():
            with self.watch.bar(f"sent: {form}", NUMBERS.sent[form]) as done:
                self.fieldwork.interview(form, asset_uid, done)
        self.fieldwork.resend()

    def receive(self) -> None:
        self.watch.until("pulled, sealed, anonymised", NUMBERS.n_sent, SETTLED)
        self.fieldwork.edit()
        n_edited = len(FORMS) * NUMBERS.edited
        self.watch.until("edits pulled", n_edited, "SELECT count(*) FROM surveys_revision")

    def decide(self) -> None:
        self._act("web", "review", by="manager")
        self.watch.until(
            "decisions at KoBo",
            NUMBERS.n_kept,
            "SELECT count(*) FROM surveys_submission WHERE pushed_at IS NOT NULL",
        )

    def open_one(self) -> None:
        """A sealed answer is asked for, opened by the focal point, and shown this once."""
        root_uuid, path, answer = self._something_sealed()
        self._act("web", "ask_to_open", root_uuid=root_uuid, path=path, by="manager")
        n_shown = open_once(
            self.stage.vault_url,
            password=self.accounts["focal"],
            passphrase=self.passphrases["focal"],
            answer=answer,
        )
        self.ledger.enter("opened, once", expected=1, found=n_shown, note="vault process")

    def count_up(self) -> None:
        """Compare what was sent with what the database and KoBo itself hold."""
        numbers, forms, enter = NUMBERS, len(FORMS), self.ledger.enter
        at_kobo = self._statuses_at_kobo()
        decided = Counter(at_kobo.values())
        count = self.watch.number
        enter("sent", expected=numbers.n_sent, found=len(at_kobo), note="KoBo")
        enter("received", expected=numbers.n_sent, found=count(SETTLED), note="database")
        for name, expected, query in (
            ("new", numbers.n_kept, "SELECT count(*) FROM surveys_submission"),
            ("edited", forms * numbers.edited, "SELECT count(*) FROM surveys_revision"),
            (
                "quarantined",
                forms * numbers.strange,
                "SELECT count(*) FROM surveys_quarantined WHERE resolved_at IS NULL",
            ),
            (
                "refused consent",
                forms * numbers.refused,
                "SELECT count(*) FROM surveys_tombstone WHERE why = 'refused'",
            ),
        ):
            enter(name, expected=expected, found=count(query), note="database")
        for status, expected in (
            ("approved", numbers.n_kept - numbers.not_approved - numbers.on_hold),
            ("not_approved", numbers.not_approved),
            ("on_hold", numbers.on_hold),
        ):
            found = decided[f"validation_status_{status}"]
            enter(status.replace("_", " "), expected=expected, found=found, note="KoBo")
        enter("pushed", expected=numbers.n_kept, found=self._n_alike(at_kobo), note="both alike")

    def _n_alike(self, at_kobo: Mapping[str, str]) -> int:
        """How many decisions KoBo shows exactly as they were taken here."""
        ours = self.watch.rows(
            "SELECT root_uuid, validation_status FROM surveys_submission"
            " JOIN surveys_kobostate ON submission_id = id WHERE pushed_at IS NOT NULL"
        )
        return sum(at_kobo[root] == f"validation_status_{status}" for root, status in ours)

    def _statuses_at_kobo(self) -> dict[str, str]:
        url = self.stage.kobo.url
        server = Server(slug=SLUG, url=url, openrosa_url=url, allow_private=True)
        found: dict[str, str] = {}
        with Kobo(server, self.stage.token) as kobo:
            for asset_uid in self.assets.values():
                for page in kobo.pages(asset_uid):
                    for row in map(msgspec.json.decode, page.rows):
                        root = row["meta/rootUuid"].removeprefix("uuid:")
                        found[root] = row["_validation_status"].get("uid", "")
        return found

    def _something_sealed(self) -> tuple[str, str, str]:
        """Return the root UUID, path and answer of one sealed answer that was sent."""
        workbook = FORMS["survey"][1]
        form = read_workbook(workbook.read_bytes(), filename=workbook.name)
        sealed = [each.path for each in form.questions if each.treatment is Treatment.SEAL]
        return next(
            (interview.instance_id, path, interview.answers[path])
            for interview in self.fieldwork.sent["survey"]
            for path in sealed
            if path in interview.answers and not (interview.deprecated_id or interview.extra)
        )

    def _make_keys_of(self, round_id: int) -> None:
        """The round's pseudonym key for the worker, and the ceremony of its two holders."""
        key = self.stage.key_folder("worker") / "pseudonyms" / f"round-{round_id}.key"
        self.stage.manage("worker", "make_key", key)
        words: list[str] = []
        folder = self.stage.folder / "ceremony"
        folder.mkdir(exist_ok=True)
        give(folder, user_for("vault"), 0o700)
        for name in HOLDERS:
            file = folder / name
            file.write_text(self.passphrases[name])
            make_private(file, user_for("vault"))
            words += ["--holder", name, "--passphrase-file", str(file)]
        self.stage.manage("vault", "key_ceremony", str(round_id), *words)
        for name in HOLDERS:
            (folder / name).unlink()

    def _act(self, process: str, act: str, **told: Any) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.stage.act(process, act, json.dumps(told)))
        return answer
