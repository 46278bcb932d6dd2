"""Chapter eleven: form media replaced, which tablets see only after a redeployment; an export."""

from tests.contract.answers import recording
from tests.contract.lab import Lab
from tests.contract.story.assets import equate_uid


def tell(lab: Lab) -> None:
    lab.play("files/upload_viewer")
    lab.play("files/delete_204")
    equate_uid(lab, "files/upload_after_delete_201")
    for name in ("manifest_before_redeploy", "formList_before_redeploy", "manifest_a_little_later"):
        lab.play(f"files/{name}")
    for name in ("redeploy_after_replace", "manifest_after_redeploy", "formList_after_redeploy"):
        lab.play(f"files/{name}")
    equate_uid(lab, "files/upload_base64_201")
    equate_uid(lab, "files/upload_redirect_url")
    lab.play("exports/create_bad_400")
    equate_uid(lab, "exports/create_csv")
    ended = lab.play("exports/detail_end")
    recorded = recording("exports/detail_end")["response"]["body"]["result"]
    lab.equate(recorded.rpartition("/")[2], ended.body["result"].rpartition("/")[2])
    lab.play("exports/list")
    lab.play("exports/result_csv")
