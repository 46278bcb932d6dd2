"""What became of each delivery of a hook."""

from datetime import datetime, timedelta
from typing import Any

from demo.kobo.call import Call
from demo.kobo.store import Row
from demo.kobo.uids import fraction_stamp, now

FAILED, PENDING, SUCCESS, PROCESSING = range(4)
_NAMES = ("failed", "pending", "success", "processing")
_FRESH = timedelta(seconds=60)


def log_json(call: Call, asset: Row, log: Row) -> dict[str, Any]:
    return {
        "url": call.asset_link(asset["uid"], "hooks", log["hook"], "logs", log["uid"]),
        "uid": log["uid"],
        "submission_id": log["submission"],
        "tries": log["tries"],
        "status": log["status"],
        "status_str": _NAMES[log["status"]],
        "status_code": log["status_code"],
        "message": log["message"],
        "date_modified": log["modified"],
    }


def try_again(call: Call, log: Row, *, fresh_too: bool = False) -> bool:
    """Have a failed delivery made once more; returns whether it will be."""
    modified = datetime.fromisoformat(log["modified"])
    fresh = now() - modified < _FRESH * call.world.settings.hook_wait_scale
    if log["status"] != FAILED or (fresh and not fresh_too):
        return False
    call.store.execute(
        "UPDATE hook_logs SET status = ?, modified = ?, due = 0 WHERE uid = ?",
        PENDING,
        fraction_stamp(now()),
        log["uid"],
    )
    return True
