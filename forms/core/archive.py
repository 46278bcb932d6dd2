"""Is an uploaded file a workbook that may be opened at all?

Looked at before anything parses it: how large it is, packed and unpacked, how many parts it
has, macros, and XML that declares entities. The directory of an archive can lie, so every part
is read to its end here and nothing of it kept: `zipfile` hands out no more bytes than the
directory states, and what holds more, or shares its bytes with another part, fails.
"""

import re
import zlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from defusedxml.ElementTree import ParseError, fromstring

from forms.core.problems import FormRefused, Problem, problem

MIB: Final = 1024 * 1024
MAX_PACKED: Final = 10 * MIB
MAX_UNPACKED: Final = 100 * MIB
MAX_PARTS: Final = 200
MAX_RATIO: Final = 100
BIG: Final = MIB  # a smaller part may be packed as tightly as it likes
CHUNK: Final = 256 * 1024
OVERLAP: Final = 16  # bytes; longer than any word that is looked for

OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")  # .xls, and workbooks under a password
UNDER_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")
ENCRYPTED_FLAG: Final = 0x1
CONTENT_TYPES: Final = "[Content_Types].xml"
XML_SUFFIXES: Final = (".xml", ".rels", ".vml")
UTF8: Final = frozenset({b"utf-8", b"utf8", b"us-ascii"})
# What `zipfile` and the XML parser raise for an archive that was cut or changed.
DAMAGE: Final = (BadZipFile, zlib.error, EOFError, ParseError, ValueError, NotImplementedError)
EXAMPLE: Final = "bma.xlsx"
_DECLARATION: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_MACROS: Final = re.compile("vbaproject|macrosheet|macroenabled", re.IGNORECASE)


def check_workbook(data: bytes, *, filename: str) -> None:
    """Raises FormRefused."""
    _refuse(_of_file(data, filename))
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
            _refuse(_of_directory(parts, len(data)))
            _refuse(_of_parts(archive, parts))
            _refuse(_of_content_types(archive))
    except KeyError as error:
        raise FormRefused([problem("file_is_no_workbook", example=EXAMPLE)]) from error
    except DAMAGE as error:
        raise FormRefused([problem("file_is_damaged")]) from error


def _refuse(problems: Iterable[Problem]) -> None:
    found = tuple(problems)
    if found:
        raise FormRefused(found)


def _of_file(data: bytes, filename: str) -> Iterator[Problem]:
    name = filename.casefold()
    if len(data) > MAX_PACKED:
        yield problem("file_too_big", limit=MAX_PACKED // MIB)
    elif data.startswith(OLE) and UNDER_PASSWORD in data:
        yield problem("file_is_locked")
    elif data.startswith(OLE) or name.endswith(".xls"):
        yield problem("file_is_xls", example=EXAMPLE)
    elif name.endswith((".xlsm", ".xlsb", ".xltm")):
        yield problem("file_has_macros", part=filename)
    elif not name.endswith(".xlsx") or not data.startswith(b"PK"):
        yield problem("file_is_no_workbook", example=EXAMPLE)


def _of_directory(parts: list[ZipInfo], size: int) -> Iterator[Problem]:
    if len(parts) > MAX_PARTS:
        yield problem("file_has_too_many_parts", limit=MAX_PARTS)
        return
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        yield problem("file_unpacks_too_big", limit=MAX_UNPACKED // MIB)
    if sum(part.compress_size for part in parts) > size:
        yield problem("file_is_damaged")
    for part in parts:
        yield from _of_entry(part)


def _of_entry(part: ZipInfo) -> Iterator[Problem]:
    if part.file_size > BIG and part.file_size > MAX_RATIO * part.compress_size:
        yield problem("file_is_packed_too_tightly", part=part.filename, limit=MAX_RATIO)
    if part.flag_bits & ENCRYPTED_FLAG:
        yield problem("file_is_locked")
    # The other methods of packing cannot be unpacked in bounded steps.
    if part.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        yield problem("file_is_damaged")
    if _MACROS.search(part.filename):
        yield problem("file_has_macros", part=part.filename)


def _of_parts(archive: ZipFile, parts: list[ZipInfo]) -> Iterator[Problem]:
    for part in parts:
        if part.filename.casefold().endswith(XML_SUFFIXES):
            with archive.open(part) as stream:
                if not _is_utf8(stream.read(OVERLAP * OVERLAP)):
                    yield problem("file_is_not_utf8", part=part.filename)
        if _has_declaration(archive, part):
            yield problem("file_has_doctype", part=part.filename)


def _is_utf8(head: bytes) -> bool:
    """Whether an XML part is in UTF-8, in which alone the words looked for can be found."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
        return False
    declared = _ENCODING.search(head)
    return declared is None or declared[1].lower() in UTF8


def _has_declaration(archive: ZipFile, part: ZipInfo) -> bool:
    """Reads the part to its end, which also proves its checksum."""
    found, tail = False, b""
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            found = found or _DECLARATION.search(tail + chunk) is not None
            tail = chunk[-OVERLAP:]
    return found


def _of_content_types(archive: ZipFile) -> Iterator[Problem]:
    types = archive.getinfo(CONTENT_TYPES)
    if types.file_size > BIG:
        yield problem("file_is_damaged")
        return
    for element in fromstring(archive.read(types), forbid_dtd=True):
        if _MACROS.search(element.get("ContentType", "")):
            yield problem("file_has_macros", part=element.get("PartName", CONTENT_TYPES))
