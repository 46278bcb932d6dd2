"""Bring a version to the tablets: import it at KoBo, deploy it, note what KoBo calls it."""

from datetime import datetime
from typing import Protocol

from django.db import transaction

from forms.models import DeployedVersion, Deployment, KoboServer, Mode, Version


class Publisher(Protocol):
    """What a deployment needs of KoBo's client."""

    def import_form(self, workbook: bytes, *, name: str, replace: str | None = None) -> str: ...
    def deploy(self, asset_uid: str) -> str: ...


class NotDeployable(Exception):
    """The version awaits approval, or has no workbook of ours; the message says which."""


def deploy(
    version: Version,
    kobo: Publisher,
    *,
    server: KoboServer,
    round_id: int,
    mode: Mode,
    at: datetime,
) -> Deployment:
    """Make a project of a version at KoBo and deploy it.

    Raises NotDeployable and what KoBo's client raises.
    """
    workbook = _workbook(version)
    asset_uid = kobo.import_form(workbook, name=f"{version.form} ({mode.label})")
    version_uid = kobo.deploy(asset_uid)
    with transaction.atomic():
        deployment = Deployment.objects.create(
            server=server, form=version.form, round_id=round_id, asset_uid=asset_uid, mode=mode
        )
        _note(deployment, version, version_uid, at)
    return deployment


def redeploy(deployment: Deployment, version: Version, kobo: Publisher, *, at: datetime) -> str:
    """Put a new version in the place of the deployed one; return KoBo's name for it.

    Tablets go on sending the old one for a while, which stays readable.
    Raises NotDeployable and what KoBo's client raises.
    """
    kobo.import_form(_workbook(version), name=str(version.form), replace=deployment.asset_uid)
    version_uid = kobo.deploy(deployment.asset_uid)
    _note(deployment, version, version_uid, at)
    return version_uid


def _workbook(version: Version) -> bytes:
    if not version.is_approved:
        raise NotDeployable("The privacy classes of this version await approval.")
    if version.workbook is None:
        raise NotDeployable("This version was read back from KoBo and has no workbook here.")
    return bytes(version.workbook)


def _note(deployment: Deployment, version: Version, version_uid: str, at: datetime) -> None:
    DeployedVersion.objects.get_or_create(
        deployment=deployment,
        version_uid=version_uid,
        defaults={"version": version, "deployed_at": at},
    )
