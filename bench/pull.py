"""Pulling: how fast, against the plain way and against what PostgreSQL can take at all."""

import io
import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime

import openpyxl
import requests
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.contrib.auth import get_user_model
from django.db import connection, models

from bench import answers
from bench.figure import Figure, medians, seconds
from bench.services import services
from forms.kobo import Kobo, Server
from forms.models import DeployedVersion, Deployment, KoboServer, Mode, Question, Version, XLSForm
from surveys.actions.keys import RoundKeys
from surveys.actions.lines import SUBMISSION
from surveys.actions.pull import pull
from surveys.models import Activity, Round, State, Submission
from vault.core.seal import OuterKey, fingerprint

N = 10_000
AT = datetime(2026, 9, 1, tzinfo=UTC)
EMPTY = (
    "TRUNCATE surveys_submission, surveys_kobostate, surveys_fieldwork, surveys_token,"
    " surveys_revision, surveys_synccursor, vault.sealed, vault.wraps"
)


class PlainRow(models.Model):
    """The peer's table: everything that KoBo sent, in one JSON, found by its root UUID."""

    root_uuid = models.CharField(max_length=60, unique=True)
    answers = models.JSONField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.root_uuid


def measure() -> list[Figure]:
    asset_uid, version_uid = make_project()
    seed(asset_uid, version_uid, N)
    deployment, keys = register(asset_uid, version_uid), make_keys()
    lines = anonymised_lines(deployment, keys)
    with connection.schema_editor() as editor:
        editor.create_model(PlainRow)
    ours, plain, limit = medians(
        lambda: N / seconds_of_pull(deployment, keys),
        lambda: N / seconds_of_plain_way(asset_uid),
        lambda: N / seconds_of_copy(lines),
    )
    return [
        Figure(
            "pull.rate",
            ours,
            "submissions/s",
            "requests and update_or_create row by row, neither sealed nor anonymised",
            plain,
            ours / plain,
            10,
            "higher",
            3,
        ),
        Figure(
            "pull.limit",
            ours,
            "submissions/s",
            "COPY of the same anonymised rows alone",
            limit,
            ours / limit,
            0.5,
            "higher",
            3,
        ),
    ]


def seconds_of_pull(deployment: Deployment, keys: RoundKeys, n: int = N) -> float:
    """Everything: fetch, seal, anonymise, store."""
    empty()
    url = services.kobo.url
    server = Server(slug="bench", url=url, openrosa_url=url, allow_private=True)
    with Kobo(server, services.token) as kobo:
        took = seconds(lambda: pull(deployment, kobo, keys=keys, at=AT))
    assert Submission.objects.count() == n
    return took


def seconds_of_plain_way(asset_uid: str) -> float:
    """What a script does: page by page with `next`, one update_or_create a row."""
    PlainRow.objects.all().delete()

    def plain() -> None:
        address = f"{services.kobo.url}/api/v2/assets/{asset_uid}/data/?limit=1000"
        session = requests.Session()
        session.headers["Authorization"] = f"Token {services.token}"
        while address:
            page = session.get(address, timeout=60).json()
            for row in page["results"]:
                root = row["meta/rootUuid"]
                PlainRow.objects.update_or_create(root_uuid=root, defaults={"answers": row})
            address = page["next"]

    took = seconds(plain)
    assert PlainRow.objects.count() == N
    return took


def seconds_of_copy(lines: Iterable[bytes], n: int = N) -> float:
    """The database's own limit: the same lines into the same table, nothing else."""
    empty()

    def copy() -> None:
        with connection.cursor() as cursor, cursor.copy(SUBMISSION) as out:
            for line in lines:
                out.write(line)

    took = seconds(copy)
    assert Submission.objects.count() == n
    return took


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(EMPTY)


def anonymised_lines(deployment: Deployment, keys: RoundKeys, n: int = N) -> list[bytes]:
    """Return the lines that a pull writes, read back from the table."""
    seconds_of_pull(deployment, keys, n)
    with connection.cursor() as cursor:
        statement = SUBMISSION.replace("FROM STDIN", "TO STDOUT")
        with cursor.copy(statement) as out:
            return [bytes(line) for line in out]


def make_project() -> tuple[str, str]:
    """Deploy a form at the stand-in; its questions do not matter there, ours do."""
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    survey.append(["text", "place", "Place"])
    saved = io.BytesIO()
    book.save(saved)
    url = services.kobo.url
    server = Server(slug="bench", url=url, openrosa_url=url, allow_private=True)
    with Kobo(server, services.token) as kobo:
        asset_uid = kobo.import_form(saved.getvalue(), name="Bench")
        return asset_uid, kobo.deploy(asset_uid)


def seed(asset_uid: str, version_uid: str, n: int) -> None:
    rows = answers.submissions(n, version_uid=version_uid)
    services.kobo.control(f"rows?asset={asset_uid}", raw=b"\n".join(rows))


def make_keys() -> RoundKeys:
    holders = [X25519PrivateKey.generate().public_key() for _ in range(2)]
    outer = OuterKey.of(secrets.token_bytes(32))
    return RoundKeys(
        pseudonym=secrets.token_bytes(32),
        outer=lambda: outer,
        holders={fingerprint(key): key for key in holders},
    )


def register(asset_uid: str, version_uid: str) -> Deployment:
    """Register the form of 150 questions, approved, as what the asset has deployed."""
    form = XLSForm.objects.create(name=f"Bench {asset_uid}")
    user, _ = get_user_model().objects.get_or_create(username="bench")
    version = Version.objects.create(
        form=form, number=1, registered_at=AT, approved_by=user, approved_at=AT
    )
    Question.objects.bulk_create(
        Question(
            version=version,
            position=position,
            path=path,
            type=kind,
            privacy=privacy,
            treatment=treatment,
            has_token=privacy in {"contact", "link"},
            is_informed_consent=path == "consent",
            given=["yes"] if path == "consent" else [],
        )
        for position, (path, kind, privacy, treatment) in enumerate(answers.questions())
    )
    deployment = Deployment.objects.create(
        server=KoboServer.objects.get_or_create(slug="bench", url=services.kobo.url)[0],
        form=form,
        round=Round.objects.create(
            activity=Activity.SURVEY,
            number=Round.objects.count() + 1,
            state=State.OPEN,
            registry_date=date(2026, 1, 1),
        ),
        asset_uid=asset_uid,
        mode=Mode.LIVE,
    )
    DeployedVersion.objects.create(
        deployment=deployment, version=version, version_uid=version_uid, deployed_at=AT
    )
    return deployment
