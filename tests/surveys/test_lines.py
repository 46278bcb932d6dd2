"""What the side of a pull that knows no database makes of an interview."""

import gc

from surveys.actions.lines import CHUNK, TOKENS_KEPT, FactReader, in_chunks
from surveys.actions.pull import without_cycle_search
from surveys.core.anonymise import Anonymised, Fact


def facts_of(reader: FactReader, device: str):
    return reader.read(Anonymised(facts={Fact.DEVICE: device}), "", "")


def test_lines_that_fill_a_chunk_leave_none_over():
    assert list(in_chunks([b"x" * CHUNK])) == [b"x" * CHUNK]
    assert list(in_chunks([])) == []


def test_tokens_of_tablets_are_remembered_and_not_without_end(monkeypatch):
    monkeypatch.setattr("surveys.actions.lines.TOKENS_KEPT", 2)
    reader = FactReader(b"k" * 32)

    first = facts_of(reader, "tablet 1").device_token
    others = {facts_of(reader, f"tablet {number}").device_token for number in range(2, 6)}

    assert len(others) == 4
    assert facts_of(reader, "tablet 1").device_token == first
    assert len(first) == 20
    assert TOKENS_KEPT > 1000


def test_what_was_not_said_has_no_token():
    facts = facts_of(FactReader(b"k" * 32), "")

    assert (facts.device_token, facts.account_token, facts.point_hash) == ("", "", "")
    assert facts.accuracy_m is None


def test_the_search_for_cycles_is_left_as_it_was():
    with without_cycle_search():
        assert not gc.isenabled()
        with without_cycle_search():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
