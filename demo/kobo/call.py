"""One request on its way through the stand-in, with all that a handler may need."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import msgspec
from werkzeug.wrappers import Request

from demo.kobo.answers import invalid, unauthenticated
from demo.kobo.store import Store
from demo.kobo.world import World

ANONYMOUS = "AnonymousUser"


@dataclass(slots=True)
class Call:
    request: Request
    store: Store
    world: World
    username: str = ANONYMOUS
    # Links into the API repeat the `format` a client asked for, as the real server's do.
    suffix: str = ""

    @property
    def anonymous(self) -> bool:
        return self.username == ANONYMOUS

    @property
    def base(self) -> str:
        return self.request.host_url.rstrip("/")

    def require_user(self) -> str:
        """The caller's name. Raises Refusal 401 for nobody."""
        if self.anonymous:
            raise unauthenticated()
        return self.username

    def link(self, *parts: str) -> str:
        """The full address of something in the API; ends with a slash."""
        return f"{self.base}/api/v2/{'/'.join(map(quote, parts))}/{self.suffix}"

    def asset_link(self, uid: str, *parts: str) -> str:
        return self.link("assets", uid, *parts)

    def user_link(self, username: str) -> str:
        return self.link("users", username)

    def json(self) -> Any:
        """The body as JSON. Raises Refusal 400 when it is none."""
        try:
            return msgspec.json.decode(self.request.get_data() or b"{}")
        except msgspec.DecodeError as error:
            raise invalid({"detail": f"JSON parse error - {error}"}) from error

    def data(self) -> dict[str, Any]:
        """The fields of the body, sent as JSON or as a form."""
        if self.request.mimetype in {"multipart/form-data", "application/x-www-form-urlencoded"}:
            return dict(self.request.form.items())
        body = self.json()
        if not isinstance(body, dict):
            raise invalid({"non_field_errors": ["Invalid data. Expected a dictionary."]})
        return body
