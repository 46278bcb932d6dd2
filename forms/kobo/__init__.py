"""The KoBo server. Only this package speaks HTTP to it, and nothing here interprets an answer.

    with Kobo(server, read_token(folder, server.slug)) as kobo:
        for page in kobo.pages(asset_uid, after=cursor):
            ...

Settings come in as arguments. Two kinds of failure come out: `KoboUnavailable` (ask again later)
and `KoboError` (do not). Opening a client raises the levels of the `httpx` and `httpcore` loggers
to WARNING, because below that they write URLs, and our queries hold uuids of interviews.
"""

from forms.kobo.assets import Asset, AssetSummary, VersionSummary
from forms.kobo.client import Kobo
from forms.kobo.errors import (
    BadRequest,
    CertificateRefused,
    CursorStuck,
    DeploymentRefused,
    Forbidden,
    HostRefused,
    ImportRefused,
    KoboError,
    KoboUnavailable,
    MissingSlash,
    NotReachable,
    ResponseTooLarge,
    RowNotFound,
    SubmissionRefused,
    TokenMissing,
    TokenRefused,
)
from forms.kobo.history import HistoryEntry
from forms.kobo.manner import Timeouts
from forms.kobo.openrosa import FormListEntry, SubmissionReceipt, Tablet
from forms.kobo.rows import RawPage, SweptRow
from forms.kobo.server import Server
from forms.kobo.token import Credential, read_token

__all__ = [
    "Asset",
    "AssetSummary",
    "BadRequest",
    "CertificateRefused",
    "Credential",
    "CursorStuck",
    "DeploymentRefused",
    "Forbidden",
    "FormListEntry",
    "HistoryEntry",
    "HostRefused",
    "ImportRefused",
    "Kobo",
    "KoboError",
    "KoboUnavailable",
    "MissingSlash",
    "NotReachable",
    "RawPage",
    "ResponseTooLarge",
    "RowNotFound",
    "Server",
    "SubmissionReceipt",
    "SubmissionRefused",
    "SweptRow",
    "Tablet",
    "Timeouts",
    "TokenMissing",
    "TokenRefused",
    "VersionSummary",
    "read_token",
]
