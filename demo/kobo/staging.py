"""What tests do to rows and rights behind a client's back: `/_stand_in/` acts on the store.

Each act is done in the name of the form's owner and leaves the history that the same act
would leave through KoBo's own addresses.
"""

from typing import Any

import msgspec

from demo.kobo import submissions
from demo.kobo.answers import Refusal
from demo.kobo.assets import asset_row
from demo.kobo.attachment_store import Upload
from demo.kobo.bulk import change_row
from demo.kobo.call import Call
from demo.kobo.faults import Fault, Kind
from demo.kobo.instance_xml import parse_instance
from demo.kobo.originals import made_xml, xml_of_row
from demo.kobo.rows import Receipt, decoded_row, row_of
from demo.kobo.store import Row
from demo.kobo.submissions import Sheet
from demo.kobo.uids import naive_stamp, new_uuid, now, offset_stamp


def _owned(call: Call, uid: str) -> Row:
    asset = asset_row(call.store, uid)
    call.username = asset["owner"]
    return asset


def _row(call: Call, number: Any) -> tuple[Row, Row]:
    """Raises Refusal 404."""
    record = call.store.one("SELECT * FROM submissions WHERE id = ?", int(number))
    if record is None:
        raise Refusal(404, {"detail": f"no row {number}"})
    return _owned(call, record["asset"]), record


def reserve(call: Call) -> Any:
    """Take a number and store the answers under it, unseen. `reveal` shows them."""
    body = call.data()
    asset = _owned(call, body["asset"])
    shape = submissions.shape(call, asset)
    answers = {"meta/instanceID": f"uuid:{new_uuid()}"} | body.get("answers", {})
    moment = now()
    with call.store.write():
        number = call.store.next_number("submission")
        root = answers["meta/instanceID"].removeprefix("uuid:")
        sender = body.get("submitted_by", asset["owner"])
        receipt = Receipt(number, asset["uid"], root, naive_stamp(moment), sender, {})
        row = row_of(receipt, answers, [], shape)
        submissions.insert_row(call.store, asset["uid"], row, offset_stamp(moment), visible=False)
        xml = made_xml(asset["uid"], answers)
        submissions.keep_original(call.store, number, Sheet(xml, parse_instance(xml)))
    return {"_id": number, "root_uuid": root}


def reveal(call: Call) -> Any:
    """Let a reserved row be seen, below whatever came meanwhile; hooks and history follow."""
    asset, record = _row(call, call.data()["_id"])
    with call.store.write():
        call.store.execute("UPDATE submissions SET visible = 1 WHERE id = ?", record["id"])
        submissions.announce(call, asset, record["id"])
    return {"_id": record["id"]}


def hide(call: Call) -> Any:
    """Make a row unseen without deleting it; no history."""
    _, record = _row(call, call.data()["_id"])
    call.store.execute("UPDATE submissions SET visible = 0 WHERE id = ?", record["id"])
    return {"_id": record["id"]}


def twin(call: Call) -> Any:
    """The same interview once more under a new instance id, as a tablet that lost its receipt."""
    asset, record = _row(call, call.data()["_id"])
    old = f"uuid:{record['current']}".encode()
    xml = xml_of_row(call.store, decoded_row(record["row"]))
    xml = xml.replace(old, f"uuid:{new_uuid()}".encode())
    call.username = record["submitted_by"] or call.username
    number = call.store.next_number("submission")
    added = submissions.add(call, asset, Sheet(xml, parse_instance(xml)), number)
    return {"_id": added["id"], "root_uuid": added["root"]}


def attach(call: Call) -> Any:
    """A file that comes after its submission. `name` should be what an answer names."""
    body = call.data()
    asset, record = _row(call, body["_id"])
    content = str(body.get("content", "a photograph")).encode()
    upload = Upload(body["name"], str(body.get("mimetype", "")), content)
    submissions.add_files(call, asset, record, [upload])
    return {"_id": record["id"]}


def edit(call: Call) -> Any:
    """Change answers of a row: an edit, with a new uuid. Values are texts."""
    body = call.data()
    asset, record = _row(call, body["_id"])
    with call.store.write():
        return change_row(call, asset, record["id"], body["data"])


def delete(call: Call) -> Any:
    asset, record = _row(call, call.data()["_id"])
    submissions.delete(call, asset, record)
    return {"_id": record["id"]}


def take_away(call: Call) -> Any:
    """From now on the form is 404 to this account, even to its owner."""
    body = call.data()
    _owned(call, body["asset"])
    call.store.execute(
        "INSERT OR IGNORE INTO barred VALUES (?, ?)", body["asset"], body["username"]
    )
    return {"barred": body["username"]}


def give_back(call: Call) -> Any:
    """The account may again what it could before."""
    body = call.data()
    call.store.execute(
        "DELETE FROM barred WHERE asset = ? AND username = ?", body["asset"], body["username"]
    )
    return {"barred": None}


def arm(call: Call) -> Any:
    """One fault or a list of them; `{"clear": true}` takes all away."""
    body = call.json()
    if isinstance(body, dict) and body.get("clear"):
        call.world.faults.clear()
    elif body:
        wanted = body if isinstance(body, list) else [body]
        try:
            faults = [msgspec.convert(one, Fault) for one in wanted]
        except msgspec.ValidationError as error:
            raise Refusal(400, {"detail": str(error)}) from error
        for fault in faults:
            call.world.faults.arm(fault)
    return {"left": call.world.faults.left()}


def between_pages(call: Call, fault: Fault) -> None:
    """What a fault does to rows once a page has been made."""
    for number in fault.ids:
        asset, record = _row(call, number)
        if fault.kind is Kind.DELETE_AFTER_PAGE:
            submissions.delete(call, asset, record)
        else:
            with call.store.write():
                change_row(call, asset, record["id"], fault.data)
