"""Assets, KoBo's word for forms on its server, and their versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from forms.kobo.answer import json_of
from forms.kobo.listing import Listing, entries
from forms.kobo.paths import ASSETS, asset_path, checked_uid
from forms.kobo.session import Call, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSummary:
    """A form as the list of assets shows it."""

    uid: str
    name: str
    has_deployment: bool
    deployment_active: bool
    deployment_status: str
    submission_count: int
    last_submission_time: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A form with its content and what the token may do with it.

    `version_id` is the newest draft, `deployed_version_id` what tablets get; that they differ does
    not mean that the questions do. `submission_count` follows deletions, but neither it nor
    `last_submission_time` follows edits. `deployment_uuid` is the `formhub/uuid` of its rows.
    `permissions` are codenames of what the token's account may do, such as `validate_submissions`.
    """

    uid: str
    name: str
    asset_type: str
    has_deployment: bool
    deployment_active: bool
    deployment_status: str
    submission_count: int
    last_submission_time: datetime | None
    version_id: str
    deployed_version_id: str | None
    encrypted: bool
    deployment_uuid: str | None
    permissions: frozenset[str]
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSummary:
    """A version of a form; two with one `content_hash` ask the same."""

    uid: str
    content_hash: str
    deployed_at: datetime | None


class _Summary(msgspec.Struct):
    uid: str
    name: str = ""
    has_deployment: bool = False
    deployment_status: str = "draft"
    active: bool | None = msgspec.field(name="deployment__active", default=False)
    count: int | None = msgspec.field(name="deployment__submission_count", default=0)
    last: datetime | None = msgspec.field(name="deployment__last_submission_time", default=None)


class _Permission(msgspec.Struct):
    codename: str


class _Detail(_Summary, kw_only=True):
    asset_type: str
    version_id: str
    content: dict[str, Any]
    deployed_version_id: str | None = None
    encrypted: bool | None = msgspec.field(name="deployment__encrypted", default=False)
    deployment_uuid: str | None = msgspec.field(name="deployment__uuid", default=None)
    permissions: list[_Permission] = msgspec.field(name="effective_permissions", default=[])


class _Version(msgspec.Struct):
    uid: str
    content_hash: str = ""
    date_deployed: datetime | None = None


class _Content(msgspec.Struct):
    content: dict[str, Any]


def asset(session: Session, asset_uid: str) -> Asset:
    read = session.ask(Call(target=asset_path(asset_uid)), json_of(_Detail))
    return Asset(
        uid=read.uid,
        name=read.name,
        asset_type=read.asset_type,
        has_deployment=read.has_deployment,
        deployment_active=bool(read.active),
        deployment_status=read.deployment_status,
        submission_count=read.count or 0,
        last_submission_time=read.last,
        version_id=read.version_id,
        deployed_version_id=read.deployed_version_id,
        encrypted=bool(read.encrypted),
        deployment_uuid=read.deployment_uuid,
        permissions=frozenset(permission.codename for permission in read.permissions),
        content=read.content,
    )


def assets(session: Session) -> tuple[AssetSummary, ...]:
    found = entries(session, ASSETS, Listing[_Summary], {"q": "asset_type:survey"})
    return tuple(
        AssetSummary(
            uid=read.uid,
            name=read.name,
            has_deployment=read.has_deployment,
            deployment_active=bool(read.active),
            deployment_status=read.deployment_status,
            submission_count=read.count or 0,
            last_submission_time=read.last,
        )
        for read in found
    )


def version(session: Session, asset_uid: str, version_uid: str) -> Mapping[str, Any]:
    target = asset_path(asset_uid, "versions", checked_uid(version_uid))
    return session.ask(Call(target=target), json_of(_Content)).content


def versions(session: Session, asset_uid: str) -> tuple[VersionSummary, ...]:
    found = entries(session, asset_path(asset_uid, "versions"), Listing[_Version], {})
    return tuple(
        VersionSummary(uid=read.uid, content_hash=read.content_hash, deployed_at=read.date_deployed)
        for read in found
    )
