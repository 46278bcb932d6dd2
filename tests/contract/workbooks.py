"""Workbooks for the story: the recorded form written back into an XLSForm, and small ones."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook

from tests.contract.answers import recording

Sheet = Sequence[Mapping[str, Any]]


def workbook(**sheets: Sheet) -> bytes:
    book = Workbook()
    del book[book.sheetnames[0]]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        columns = list(dict.fromkeys(column for row in rows for column in row))
        sheet.append(columns)
        for row in rows:
            sheet.append([row.get(column) for column in columns])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def recorded_form(*, with_remark: bool) -> bytes:
    """The form of the recordings as an XLSForm; its second version has one question more."""
    flat = recording("assets/content")["response"]["body"]["data"]
    survey = [_bare(row) for row in flat["survey"]]
    if not with_remark:
        survey = [row for row in survey if row.get("name") != "remark"]
    choices = [_bare(row) for row in flat["choices"]]
    return workbook(survey=survey, choices=choices, settings=flat["settings"])


def _bare(row: Mapping[str, Any]) -> dict[str, Any]:
    return {column: value for column, value in row.items() if not column.startswith("$")}


def question(kind: str, name: str, **more: str) -> dict[str, str]:
    return {"type": kind, "name": name, "label": name} | more


TINY = workbook(survey=[question("text", "code", label="Code"), question("integer", "n")])
BROKEN = workbook(survey=[question("nosuchtype", "a")])
EXTRA_COLUMNS = workbook(
    survey=[
        question("text", "a", label="A", privacy="direct_identifier", dictionary="resp_name"),
        question("text", "b", label="B") | {"body::kb:x": "1"},
    ]
)
NOT_A_WORKBOOK = b"this is no workbook"
REPEAT_PHOTOS = workbook(
    survey=[
        question("begin repeat", "house"),
        question("image", "pic"),
        {"type": "end repeat"},
    ]
)
ENCRYPTED = workbook(
    survey=[question("text", "q", label="Q")],
    settings=[
        {
            "public_key": recording("encrypted/asset_detail")["response"]["body"]["content"][
                "settings"
            ]["public_key"]
        }
    ],
)
