"""What may not even be opened: bombs, entities, macros, other kinds of files."""

import struct
import tracemalloc
import zlib
from contextlib import suppress
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.core.archive import MIB, check_workbook
from forms.core.problems import FormRefused
from forms.core.xlsform import read_workbook
from tests.core.forms.drawing import codes, packed, parts_of, with_consent, workbook

WHOLE = workbook(with_consent("| text | q | Q | direct |"))
PARTS = parts_of(WHOLE)
SHEET = "xl/worksheets/sheet1.xml"
TYPES = "[Content_Types].xml"


def refusal(data: bytes, filename: str = "form.xlsx") -> FormRefused:
    with pytest.raises(FormRefused) as refused:
        check_workbook(data, filename=filename)
    return refused.value


def with_part(name: str, part: bytes) -> bytes:
    return packed({**PARTS, name: part})


def test_an_ordinary_workbook_passes():
    check_workbook(WHOLE, filename="Form.XLSX")


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 512


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        pytest.param(b"PK" + b"\0" * (10 * MIB), "form.xlsx", "file_too_big", id="over 10 MiB"),
        pytest.param(OLE, "form.xls", "file_is_xls", id="xls"),
        pytest.param(OLE, "form.xlsx", "file_is_xls", id="xls under another name"),
        pytest.param(
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "form.xlsx",
            "file_is_locked",
            id="password",
        ),
        pytest.param(WHOLE, "form.xls", "file_is_xls", id="xlsx called xls"),
        pytest.param(WHOLE, "form.xlsm", "file_has_macros", id="xlsm"),
        pytest.param(b"type,name\ntext,q\n", "form.csv", "file_is_no_workbook", id="csv"),
        pytest.param(b"type,name\ntext,q\n", "form.xlsx", "file_is_no_workbook", id="csv as xlsx"),
        pytest.param(b"", "form.xlsx", "file_is_no_workbook", id="empty"),
        pytest.param(WHOLE[:900], "form.xlsx", "file_is_damaged", id="cut off"),
        pytest.param(packed({"a.txt": b"a"}), "a.xlsx", "file_is_no_workbook", id="other archive"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(data, filename, code):
    assert codes(refusal(data, filename)) == [code]


def test_an_old_workbook_is_told_to_be_saved_as_xlsx():
    assert "save it as .xlsx" in str(refusal(OLE, "form.xls"))


@pytest.mark.slow
def test_a_bomb_of_50_mib_is_refused_before_it_is_unpacked():
    bomb = with_part(SHEET, b"<row/>" * (50 * MIB // 6))
    assert len(bomb) < MIB
    tracemalloc.start()

    refused = refusal(bomb)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert codes(refused) == ["file_is_packed_too_tightly"]
    assert refused.problems[0].params["part"] == SHEET
    assert peak < MIB


def test_more_than_100_mib_in_many_parts_are_refused():
    block = bytes(range(256)) * 4096
    tight = zlib.compress(block, 0)
    assert len(tight) > MIB
    data = bytearray(packed({**PARTS, **{f"xl/{n}.bin": block for n in range(9)}}))
    for entry in _directory(data):
        _set(data, entry, 24, 20 * MIB)

    assert "file_unpacks_too_big" in codes(refusal(bytes(data)))


def test_more_than_200_parts_are_refused():
    many = {f"xl/media/{n}.png": b"" for n in range(201)}

    assert codes(refusal(packed({**PARTS, **many}))) == ["file_has_too_many_parts"]


def _directory(data: bytes) -> list[int]:
    """Where the entries of the central directory begin."""
    found, at = [], data.find(b"PK\x01\x02")
    while at != -1:
        found.append(at)
        at = data.find(b"PK\x01\x02", at + 4)
    return found


def _set(data: bytearray, entry: int, offset: int, value: int) -> None:
    struct.pack_into("<I", data, entry + offset, value)


def test_a_directory_that_understates_a_part_is_found_out():
    data = bytearray(with_part(SHEET, b"<a>" + b" " * 5000 + b"</a>"))
    for entry in _directory(data):
        if data[entry + 46 :].startswith(SHEET.encode()):
            _set(data, entry, 24, 100)

    assert codes(refusal(bytes(data))) == ["file_is_damaged"]


def test_parts_that_share_their_bytes_are_refused():
    data = bytearray(packed({"a.xml": b"x" * 5000, "b.xml": b"y" * 5000}, ZIP_STORED))
    for entry in _directory(data):
        _set(data, entry, 20, 9000)

    assert "file_is_damaged" in codes(refusal(bytes(data)))


def test_a_part_under_a_password_and_a_slow_kind_of_packing_are_refused():
    locked = bytearray(WHOLE)
    for entry in _directory(locked):
        locked[entry + 8] |= 1
    file = BytesIO()
    with ZipFile(file, "w", ZIP_BZIP2) as archive:
        archive.writestr(TYPES, PARTS[TYPES])

    assert "file_is_locked" in codes(refusal(bytes(locked)))
    assert codes(refusal(file.getvalue())) == ["file_is_damaged"]


ENTITY = b'<!DOCTYPE x [<!ENTITY canary SYSTEM "file:///canary">]>'


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(b"<?xml version='1.0'?>" + ENTITY + b"<x>&canary;</x>", id="external entity"),
        pytest.param(b"<!-- " + b" " * (256 * 1024 - 10) + b"-->" + ENTITY + b"<x/>", id="far in"),
        pytest.param(b"<x/><!ENTITY a 'b'>", id="entity alone"),
    ],
)
@pytest.mark.parametrize("name", [SHEET, "xl/sharedStrings.xml", "docProps/core.xml", "xl/a.svg"])
def test_72_a_document_type_in_any_part_is_refused(name, part):
    refused = refusal(with_part(name, part))

    assert codes(refused) == ["file_has_doctype"]
    assert refused.problems[0].params["part"] == name


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(ENTITY.decode().encode("utf-16"), id="utf-16"),
        pytest.param(ENTITY.decode().encode("utf-16-be"), id="utf-16 without a mark"),
        pytest.param(b'<?xml version="1.0" encoding="utf-7"?><x/>', id="utf-7"),
    ],
)
def test_an_encoding_in_which_entities_could_hide_is_refused(part):
    assert codes(refusal(with_part(SHEET, part))) == ["file_is_not_utf8"]


@pytest.mark.parametrize("encoding", ["UTF-8", "utf-8", "us-ascii"])
def test_utf8_may_be_declared(encoding):
    sheet = PARTS[SHEET].removeprefix(b"<?xml version='1.0' encoding='UTF-8'?>")

    check_workbook(
        with_part(SHEET, f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + sheet),
        filename="form.xlsx",
    )


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml"])
def test_macros_are_refused_by_the_name_of_their_part(name):
    assert codes(refusal(with_part(name, b"<x/>"))) == ["file_has_macros"]


def test_macros_are_refused_by_the_type_of_the_workbook():
    types = PARTS[TYPES].replace(b".sheet.main+xml", b".sheet.macro&#69;nabled.main+xml")

    assert codes(refusal(with_part(TYPES, types))) == ["file_has_macros"]


@pytest.mark.parametrize(
    "types",
    [
        pytest.param(b"<Types>", id="not closed"),
        pytest.param(b"<Types>" + bytes(range(65, 91)) * 40_500 + b"</Types>", id="over 1 MiB"),
    ],
)
def test_a_list_of_parts_that_cannot_be_read_is_refused(types):
    data = packed({**PARTS, TYPES: types}, ZIP_STORED)

    assert codes(refusal(data)) == ["file_is_damaged"]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        pytest.param("xl/workbook.xml", b"<x/>", id="no sheets"),
        pytest.param("xl/workbook.xml", b"<x", id="broken"),
        pytest.param(SHEET, b"<worksheet><sheetData><row r='x'/>", id="broken sheet"),
        pytest.param("xl/_rels/workbook.xml.rels", b"<x/>", id="no relations"),
    ],
)
def test_an_archive_that_is_no_workbook_inside_is_refused(name, part):
    with pytest.raises(FormRefused) as refused:
        read_workbook(with_part(name, part), filename="form.xlsx")

    assert codes(refused.value)[0] in ("file_is_no_workbook", "survey_missing")


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=3))
def test_a_workbook_with_changed_bytes_passes_or_is_refused(changes):
    data = bytearray(WHOLE)
    for at, byte in changes:
        data[at] = byte

    with suppress(FormRefused):
        check_workbook(bytes(data), filename="form.xlsx")
