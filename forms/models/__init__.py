from forms.models.server import DeployedVersion, Deployment, KoboServer, Mode
from forms.models.xlsform import Question, Version, VersionQuerySet, XLSForm

__all__ = [
    "DeployedVersion",
    "Deployment",
    "KoboServer",
    "Mode",
    "Question",
    "Version",
    "VersionQuerySet",
    "XLSForm",
]
