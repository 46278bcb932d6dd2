"""The enumerators of the demo and their tablets, speaking OpenRosa with the stand-in server."""

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx

from demo.country import ENUMERATORS, FIRST_DAY, FORMS, NUMBERS, SEED
from demo.interviews import Interview, Tablet
from demo.services.failure import ServiceFailed
from demo.stage import Stage
from forms.core.xlsform import read_workbook
from forms.kobo import Credential, Server
from forms.kobo import Tablet as Line

OWNER = "mtm"


@dataclass(slots=True)
class Fieldwork:
    """What has been sent so far, by form; the last state of each interview."""

    stage: Stage
    sent: dict[str, list[Interview]] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)  # by enumerator, and the owner's

    def hire(self) -> None:
        """Give the project's owner and every enumerator an account at KoBo."""
        kobo = self.stage.kobo
        server = Server(slug="tablets", url=kobo.url, openrosa_url=kobo.url, allow_private=True)
        kobo.add_user(OWNER, password=secrets.token_hex(8), token=self.stage.token)
        self.lines[OWNER] = Line(server, Credential.from_token(self.stage.token))
        for code in ENUMERATORS:
            password = secrets.token_hex(8)
            kobo.add_user(code.lower(), password=password, token=secrets.token_hex(20))
            self.lines[code] = Line(server, Credential.from_password(code.lower(), password))

    def close(self) -> None:
        for line in self.lines.values():
            line.close()

    def let_send(self, asset_uid: str) -> None:
        """Let every enumerator send to a project, as its owner does in KoBo's own pages."""
        api = f"{self.stage.kobo.url}/api/v2"
        for code in ENUMERATORS:
            answer = httpx.post(
                f"{api}/assets/{asset_uid}/permission-assignments/",
                headers={"Authorization": f"Token {self.stage.token}"},
                json={
                    "user": f"{api}/users/{code.lower()}/",
                    "permission": f"{api}/permissions/add_submissions/",
                },
            )
            answer.raise_for_status()

    def interview(self, form: str, asset_uid: str, done: Callable[[int], None]) -> None:
        """Fill in a form as often as the numbers say, and send each."""
        draw = random.Random(f"{SEED} {form}")
        tablet = _fetch(form, asset_uid, self.lines[ENUMERATORS[0]])
        self.sent[form] = []
        for number in range(NUMBERS.sent[form]):
            code = ENUMERATORS[number % len(ENUMERATORS)]
            interview = _fill(tablet, draw, number, code)
            _send(self.lines[code], interview, expected=201)
            self.sent[form].append(interview)
            done(len(self.sent[form]))

    def resend(self) -> None:
        """A tablet that lost its receipt sends again: KoBo says that it has it already."""
        for interviews in self.sent.values():
            for interview in interviews[-NUMBERS.resent :]:
                line = self.lines[interview.answers["enumerator"]]
                _send(line, interview, expected=202)

    def edit(self) -> None:
        """The project's owner corrects interviews at KoBo, some time after they came in."""
        draw = random.Random(f"{SEED} edits")
        for form, interviews in self.sent.items():
            choices = read_workbook(FORMS[form][1].read_bytes(), filename=FORMS[form][1].name)
            for number in range(-NUMBERS.edited, 0):
                place = choices.by_path()["place"]
                other = next(
                    choice.name
                    for choice in place.choices
                    if choice.name != interviews[number].answers["place"]
                )
                interviews[number] = interviews[number].edited(draw, place=other)
                _send(self.lines[OWNER], interviews[number], expected=201)


def _fetch(form: str, asset_uid: str, line: Line) -> Tablet:
    """Fetch a form as KoBoCollect does: from the list, then the form itself."""
    listed = next(each for each in line.form_list() if each.form_id == asset_uid)
    workbook = FORMS[form][1]
    return Tablet.of(
        read_workbook(workbook.read_bytes(), filename=workbook.name),
        asset_uid,
        line.form_xml(listed.download_url),
    )


def _fill(tablet: Tablet, draw: random.Random, number: int, code: str) -> Interview:
    at = FIRST_DAY + timedelta(hours=number * 2, minutes=draw.randint(0, 50))
    consent = number >= NUMBERS.refused
    interview = tablet.interview(draw, at=at, enumerator=code, consent=consent)
    if NUMBERS.refused <= number < NUMBERS.refused + NUMBERS.strange:
        return replace(interview, extra={"shoe_size": "44"})  # a question that no form has
    return interview


def _send(line: Line, interview: Interview, *, expected: int) -> None:
    receipt = line.submit(interview.xml())
    if receipt.status != expected:
        raise ServiceFailed(f"KoBo answered {receipt.status} to a submission, not {expected}.")
