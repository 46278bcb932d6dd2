from forms.models.server import (
    DeployedVersion,
    Deployment,
    KoboServer,
    Mode,
    ServerAsset,
    ServerCheck,
)
from forms.models.xlsform import Question, Version, VersionQuerySet, XLSForm

__all__ = [
    "DeployedVersion",
    "Deployment",
    "KoboServer",
    "Mode",
    "Question",
    "ServerAsset",
    "ServerCheck",
    "Version",
    "VersionQuerySet",
    "XLSForm",
]
