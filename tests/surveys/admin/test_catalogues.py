"""Our catalogues are complete, in Russian and in Kyrgyz, and say nothing of who made them."""

import gettext
import re
from pathlib import Path

import pytest
from django.conf import settings

LOCALE = Path(settings.LOCALE_PATHS[0])
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|</?\w+>")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


def entries(language: str) -> list[dict[str, str]]:
    """Read a catalogue; keys are msgid, msgid_plural, msgstr, msgstr[0] and so on."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    found = []
    for block in text.split("\n\n")[1:]:
        entry: dict[str, str] = {}
        for line in block.splitlines():
            if line.startswith("#"):
                entry["comment"] = entry.get("comment", "") + line
                continue
            word, _space, rest = line.partition(" ")
            key = key if line.startswith('"') else word  # noqa: F821
            quoted = QUOTED.search(rest if key == word else line)
            entry[key] = entry.get(key, "") + (quoted[1] if quoted else "")
        found.append(entry)
    return found


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_every_sentence_is_translated_with_its_values(language):
    for entry in entries(language):
        said = {key: text for key, text in entry.items() if key.startswith("msgstr")}
        wanted = set(PLACEHOLDER.findall(entry["msgid"]))
        assert "fuzzy" not in entry.get("comment", ""), entry
        assert all(said.values()), entry
        assert all(set(PLACEHOLDER.findall(text)) == wanted for text in said.values()), entry


@pytest.mark.parametrize("language", ["ru", "ky"])
def test_what_is_compiled_is_what_is_written(language):
    path = LOCALE / language / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        compiled = gettext.GNUTranslations(file)

    for entry in entries(language):
        if "msgid_plural" not in entry and "msgctxt" not in entry and "\\" not in str(entry):
            assert compiled.gettext(entry["msgid"]) == entry["msgstr"]


def test_both_languages_have_the_same_sentences():
    russian, kyrgyz = ({each["msgid"] for each in entries(code)} for code in ("ru", "ky"))

    assert russian == kyrgyz
    assert len(russian) > 400
