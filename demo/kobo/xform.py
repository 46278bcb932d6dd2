"""A form's content -> the XForm that tablets download, with KoBo's own two nodes in it.

pyxform does the work. `__version__` goes in as a calculation of the survey; `formhub/uuid`
is written into the result, as KoBo does, since no XLSForm can say it.
"""

from defusedxml.ElementTree import ParseError, fromstring
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from demo.kobo.content import Content
from demo.kobo.flat_content import flat_content


class InvalidForm(Exception):
    """The content makes no valid XForm; the message is what a deployment answers."""


def plain_xform(content: Content, *, uid: str, title: str) -> str:
    """The XForm of a draft: no version, none of KoBo's nodes. Raises InvalidForm."""
    sheets = flat_content(content)
    rows = [_without_ours(row) for row in sheets["survey"]]
    return _converted(rows, sheets, {"form_id": uid, "name": uid, "form_title": title})


def deployed_xform(
    content: Content, *, uid: str, title: str, version: str, version_uid: str, form_uuid: str
) -> str:
    """The XForm of a deployment. Raises InvalidForm."""
    sheets = flat_content(content)
    rows = [_without_ours(row) for row in sheets["survey"]]
    rows.append({"type": "calculate", "name": "__version__", "calculation": f"'{version_uid}'"})
    settings = {"form_id": uid, "name": uid, "form_title": title, "version": version}
    xml = _converted(rows, sheets, settings)
    xml = xml.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8"?>', 1)
    opening = f'<{uid} id="{uid}" version="{version}">'
    node = "\n          <formhub>\n            <uuid/>\n          </formhub>"
    bind = (
        f'  <bind nodeset="/{uid}/formhub/uuid" type="string" '
        f"calculate=\"'{form_uuid}'\"/>\n    </model>"
    )
    return xml.replace(opening, opening + node, 1).replace("</model>", bind, 1)


def _without_ours(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if not name.startswith("$")}


def _converted(
    rows: list[dict[str, object]],
    sheets: dict[str, list[dict[str, object]]],
    settings: dict[str, str],
) -> str:
    kept = {k: v for k, v in sheets["settings"][0].items() if k not in {"id_string", "title"}}
    book = {"survey": rows, "settings": [kept | settings]}
    if sheets.get("choices"):
        book["choices"] = [_without_ours(row) for row in sheets["choices"]]
    try:
        xml: str = convert(book, form_name=settings["name"], pretty_print=True).xform
        fromstring(xml)
    except (PyXFormError, ParseError) as error:
        raise InvalidForm(f"ODK Validate Errors:\n{error}\n\nResult: Invalid") from error
    return xml
