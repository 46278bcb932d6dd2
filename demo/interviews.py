"""Invented interviews, made from a form's own questions, as the XML that a tablet sends.

Thin on purpose: answers are drawn by type, conditions of a simple kind are followed. What
it cannot know of a form it leaves unanswered, which a tablet may do too.
"""

import random
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET

from defusedxml.ElementTree import fromstring

from forms.core.questions import Form, Question

XFORMS = "{http://www.w3.org/2002/xforms}"
CONDITION = re.compile(r"(not\()?(?:selected\()?\s*\$\{(\w+)\}\s*(?:=|,|!=)\s*'([^']*)'\s*\)*")
LIMITS = re.compile(r"\.\s*(>=|<=)\s*(-?\d+)")
LITERAL = re.compile(r"'([^']*)'")


@dataclass(frozen=True, slots=True)
class Interview:
    """One filled-in form: answers by path, as a tablet would send them."""

    form_uid: str
    root: str  # local name of the XForm's root element
    version: str
    constants: Mapping[str, str]  # what the XForm itself fills in, such as __version__
    answers: Mapping[str, str]
    instance_id: str
    deprecated_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)

    def edited(self, draw: random.Random, **answers: str) -> "Interview":
        """The same interview with other answers, under a new instance ID."""
        return replace(
            self,
            answers={**self.answers, **answers},
            instance_id=new_uuid(draw),
            deprecated_id=self.instance_id,
        )

    def xml(self) -> bytes:
        top = ET.Element(self.root, {"id": self.form_uid, "version": self.version})
        for path, answer in {**self.constants, **self.answers, **self.extra}.items():
            node = top
            for name in path.split("/"):
                found = node.find(name)
                node = ET.SubElement(node, name) if found is None else found
            node.text = answer
        meta = ET.SubElement(top, "meta")
        ET.SubElement(meta, "instanceID").text = f"uuid:{self.instance_id}"
        if self.deprecated_id:
            ET.SubElement(meta, "deprecatedID").text = f"uuid:{self.deprecated_id}"
        return ET.tostring(top, encoding="utf-8", xml_declaration=True)


def new_uuid(draw: random.Random) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


@dataclass(frozen=True, slots=True)
class Tablet:
    """A form as a tablet holds it: its questions, and what its XForm fills in by itself."""

    form: Form
    form_uid: str
    root: str
    version: str
    constants: Mapping[str, str]

    @classmethod
    def of(cls, form: Form, form_uid: str, xform: bytes) -> "Tablet":
        document = fromstring(xform)
        instance = document.find(f".//{XFORMS}instance")[0]
        root = instance.tag.rpartition("}")[2]
        constants = {
            bind.get("nodeset", "").removeprefix(f"/{root}/"): literal[1]
            for bind in document.iter(f"{XFORMS}bind")
            if (literal := LITERAL.fullmatch(bind.get("calculate", "").strip()))
        }
        return cls(form, form_uid, root, instance.get("version", ""), constants)

    def interview(
        self, draw: random.Random, *, at: datetime, enumerator: str, consent: bool
    ) -> Interview:
        """Fill in the form for one invented person."""
        filler = Filler(draw, at, enumerator, consent, self.form.consent.path)
        return Interview(
            form_uid=self.form_uid,
            root=self.root,
            version=self.version,
            constants=self.constants,
            answers=dict(filler.fill(self.form)),
            instance_id=new_uuid(draw),
        )


@dataclass(slots=True)
class Filler:
    """Draws answers question by question, in the order of the form."""

    draw: random.Random
    at: datetime
    enumerator: str
    consent: bool
    consent_path: str
    _by_name: dict[str, str] = field(default_factory=dict)

    def fill(self, form: Form) -> Iterator[tuple[str, str]]:
        for question in form.questions:
            if question.repeat or not self._is_asked(question):
                continue
            answer = self._answer(question)
            if answer:
                self._by_name[question.name] = answer
                yield question.path, answer

    def _is_asked(self, question: Question) -> bool:
        return all(self._holds(condition) for condition in question.asked_when)

    def _holds(self, condition: str) -> bool:
        tests = [self._test(*match.groups()) for match in CONDITION.finditer(condition)]
        return any(tests) if " or " in condition else all(tests)

    def _test(self, negation: str | None, name: str, value: str) -> bool:
        said = value in self._by_name.get(name, "").split()
        return said != bool(negation)

    def _answer(self, question: Question) -> str:
        if question.path == self.consent_path:
            return question.given[0] if self.consent else "no"
        if question.name == "enumerator":
            return self.enumerator
        draws = {
            "start": self.at.isoformat(timespec="milliseconds"),
            "end": (self.at + timedelta(minutes=self.draw.randint(9, 40))).isoformat(
                timespec="milliseconds"
            ),
            "today": self.at.date().isoformat(),
            "date": (self.at - timedelta(days=self.draw.randint(30, 900))).date().isoformat(),
            "deviceid": f"example:{self.enumerator}",
            "integer": str(self._number(question.constraint)),
            "decimal": f"{self._number(question.constraint)}.5",
            "geopoint": f"{40 + self.draw.random():.6f} {72 + self.draw.random():.6f} 900 8.0",
            "calculate": self._calculated(question.calculation),
            "text": self._text(question),
        }
        return draws.get(question.type) or self._choice(question)

    def _number(self, constraint: str) -> int:
        limits = {sign: int(number) for sign, number in LIMITS.findall(constraint)}
        low = limits.get(">=", 0)
        return self.draw.randint(low, min(limits.get("<=", low + 60), low + 60))

    def _choice(self, question: Question) -> str:
        names = [choice.name for choice in question.choices]
        if not names:
            return ""
        if question.type == "select_multiple":
            return " ".join(self.draw.sample(names, min(2, len(names))))
        return self.draw.choice(names)

    def _calculated(self, expression: str) -> str:
        """Only the receipt code is worked out here: twelve random hexadecimal digits."""
        return f"{self.draw.getrandbits(48):012x}" if "uuid()" in expression else ""

    def _text(self, question: Question) -> str:
        number = self.draw.randint(100, 999)
        words = {
            "direct": f"Aisuluu Example {number}",
            "ki": "Example head of the village",
            "contact": f"+996 555 000 {number}",
            "link": f"EX{number}",
            "free": "Went to an invented fair",
            "free_sealed": f"An invented remark {number}",
        }
        return words.get(question.privacy, "Example")
