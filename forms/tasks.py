"""What workers do for forms: only they hold a KoBo token."""

import logging

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from forms.actions.connect import connect
from forms.actions.deploy import NotDeployable, deploy, redeploy
from forms.kobo import KoboError, KoboUnavailable
from forms.models import Deployment, KoboServer, Mode, Version

log = logging.getLogger(__name__)


@shared_task
def deploy_version(*, version_id: int, server_id: int, round_id: int, mode: str) -> None:
    """Bring a version to the tablets: as a new project, or in the place of an older version."""
    version = Version.objects.select_related("form").get(pk=version_id)
    server = KoboServer.objects.get(pk=server_id)
    at = timezone.now()
    older = Deployment.objects.filter(
        server=server, form=version.form, round_id=round_id, mode=mode
    ).first()
    try:
        with connect(
            server,
            tokens=settings.MTM_KOBO_TOKENS,
            allow_private=settings.MTM_KOBO_ALLOW_PRIVATE,
        ) as kobo:
            if older is None:
                deploy(version, kobo, server=server, round_id=round_id, mode=Mode(mode), at=at)
            else:
                redeploy(older, version, kobo, at=at)
    except (KoboUnavailable, KoboError, NotDeployable) as error:
        log.warning("version %d was not deployed: %s", version_id, type(error).__name__)
