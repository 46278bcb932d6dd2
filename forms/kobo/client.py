"""The KoBo server as the rest of the project sees it: all questions that we ask it.

Rows come as the bytes that KoBo wrote; what they mean is decided elsewhere. Every method raises
KoboUnavailable (ask again later) or KoboError (do not), and no other error of the network.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import datetime
from types import TracebackType
from typing import Any, Self

import msgspec

from forms.kobo import assets, history, publishing, rows, validation
from forms.kobo.answer import json_of
from forms.kobo.assets import Asset, AssetSummary, VersionSummary
from forms.kobo.history import HistoryEntry
from forms.kobo.manner import Manner
from forms.kobo.paths import ME
from forms.kobo.rows import PAGE_MAX, RawPage, SweptRow
from forms.kobo.server import Server
from forms.kobo.session import Call, Session
from forms.kobo.token import Credential


class _Account(msgspec.Struct):
    username: str


@dataclass(eq=False, repr=False)
class Client(Manner):
    """What the clients of KoBo have in common: a session that ends with the `with` block."""

    server: Server
    _session: Session = field(init=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.server.slug}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()


@dataclass(eq=False, repr=False)
class Kobo(Client):
    """The REST interface, as the account whose token this is. Threads may share one client."""

    token: InitVar[str]

    def __post_init__(self, token: str) -> None:
        self._session = Session(
            self.server.url,
            Credential.from_token(token),
            self,
            allow_private=self.server.allow_private,
        )

    def me(self) -> str:
        """Return the account's username: the way to tell a lost token from an empty list."""
        return self._session.ask(Call(target=ME), json_of(_Account)).username

    def asset(self, asset_uid: str) -> Asset:
        return assets.asset(self._session, asset_uid)

    def assets(self) -> tuple[AssetSummary, ...]:
        """Return the forms shared with the account. Without rights that is empty, not an error."""
        return assets.assets(self._session)

    def version(self, asset_uid: str, version_uid: str) -> Mapping[str, Any]:
        """Return the content of a version: what a row's `__version__` names."""
        return assets.version(self._session, asset_uid, version_uid)

    def versions(self, asset_uid: str) -> tuple[VersionSummary, ...]:
        """Return the deployed versions, the newest first."""
        return assets.versions(self._session, asset_uid)

    def page(self, asset_uid: str, *, after: int, limit: int = PAGE_MAX) -> RawPage:
        """Return up to `limit` (1 to 1000) rows whose `_id` is above `after`, in ascending order.

        Raises ResponseTooLarge if they are more than `max_bytes` together: ask for fewer.
        """
        return rows.page(self._session, asset_uid, after=after, limit=limit)

    def pages(self, asset_uid: str, *, after: int = 0, limit: int = PAGE_MAX) -> Iterator[RawPage]:
        """Yield all rows above `after`, a page at a time; pages already yielded stay good.

        A row can become visible below an `_id` that was already seen: start a little lower.
        """
        return rows.walk(self._session, asset_uid, after=after, limit=limit)

    def rows_by_id(self, asset_uid: str, kobo_ids: Iterable[int]) -> tuple[bytes, ...]:
        """Return those of the rows that there are, in ascending order of `_id`."""
        return rows.by_id(self._session, asset_uid, kobo_ids)

    def rows_by_root(self, asset_uid: str, root_uuids: Iterable[str]) -> tuple[bytes, ...]:
        """Return those of the rows that there are, in no promised order."""
        return rows.by_root(self._session, asset_uid, root_uuids)

    def row(self, asset_uid: str, kobo_id: int) -> bytes:
        """Return one row; leaves no mark in the project's history. Raises RowNotFound."""
        return rows.one(self._session, asset_uid, kobo_id)

    def sweep(self, asset_uid: str, *, after: int = 0, limit: int = PAGE_MAX) -> Iterator[SweptRow]:
        """Yield what tells changed rows from unchanged ones, of every row above `after`."""
        return rows.sweep(self._session, asset_uid, after=after, limit=limit)

    def history(
        self, asset_uid: str, *, since: datetime, actions: Sequence[str]
    ) -> Iterator[HistoryEntry]:
        """Yield entries of these actions, the newest first; one may come twice.

        Raises Forbidden if the account does not manage the project.
        """
        return history.history(self._session, asset_uid, since=since, actions=actions)

    def validation_status(self, asset_uid: str, kobo_id: int) -> str | None:
        """Return the uid of the status; None if none is set. Raises RowNotFound."""
        return validation.status(self._session, asset_uid, kobo_id)

    def set_validation_status(self, asset_uid: str, kobo_id: int, uid: str | None) -> str | None:
        """Set the status (None clears it); return what KoBo says it now is.

        The last writer wins: read it first. Raises RowNotFound, Forbidden, BadRequest.
        """
        if uid is None:
            validation.clear_status(self._session, asset_uid, kobo_id)
            return None
        return validation.set_status(self._session, asset_uid, kobo_id, uid)

    def import_form(self, workbook: bytes, *, name: str, replace: str | None = None) -> str:
        """Upload an XLSForm as a new form, or as the draft of `replace`; return its asset uid.

        Nothing is deployed. Not tried again, as a second time would make a second form. Raises
        ImportRefused.
        """
        return publishing.import_form(self._session, workbook, name=name, replace=replace)

    def deploy(self, asset_uid: str) -> str:
        """Give the newest draft to tablets; return the uid of the version they get.

        Calling it again deploys the same version anew. Raises DeploymentRefused.
        """
        return publishing.deploy(self._session, asset_uid)
