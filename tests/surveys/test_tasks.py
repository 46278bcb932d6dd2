"""Tasks speak with a KoBo server of flesh and blood, and say what went wrong in a code."""

import secrets

import httpx
import pytest
from django.conf import settings
from django.core.management import call_command

from demo.kobo.process import KoboProcess
from forms.actions.register import approve, register
from forms.kobo import Credential, Server, Tablet
from forms.models import Deployment, Mode
from forms.tasks import deploy_version
from surveys.actions.review import Verdict, decide
from surveys.models import KoboState, Submission, SyncRun, ValidationStatus
from surveys.tasks import pull_all, pull_one, push_after, push_due, sweep_all, sweep_one
from tests.factories import DAY, KoboServerFactory, RoundFactory, UserFactory, XLSFormFactory
from tests.forms.test_register import workbook

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TOKEN = secrets.token_hex(20)
INTERVIEW = """<?xml version='1.0'?>
<{root} id="{asset}" version="1"><consent>yes</consent><age>44</age><name>Example</name>
<__version__>{version}</__version__>
<meta><instanceID>uuid:00000000-0000-4000-8000-00000000000{n}</instanceID></meta></{root}>"""


@pytest.fixture(scope="module")
def kobo(tmp_path_factory):
    with KoboProcess(tmp_path_factory.mktemp("kobo")) as process:
        process.add_user("mtm", password="example-password", token=TOKEN)
        yield process


@pytest.fixture
def round_with_keys():
    """A round whose keys were made as in life: by the ceremony and the key command."""
    made = RoundFactory()
    holders = [UserFactory(), UserFactory()]
    words = []
    for number, holder in enumerate(holders):
        path = settings.MTM_ROUND_FINGERPRINTS.parent / f"passphrase-{made.pk}-{number}"
        path.write_text(f"an example of a passphrase {number}")
        words += ["--holder", holder.username, "--passphrase-file", str(path)]
    call_command("key_ceremony", str(made.pk), *words)
    call_command("make_key", str(settings.MTM_PSEUDONYM_KEYS / f"round-{made.pk}.key"))
    yield made
    for file in (
        settings.MTM_PSEUDONYM_KEYS / f"round-{made.pk}.key",
        settings.MTM_ROUND_FINGERPRINTS / f"round-{made.pk}.fingerprints",
    ):
        file.unlink()


@pytest.fixture
def server(kobo):
    server = KoboServerFactory(url=kobo.url)
    token = settings.MTM_KOBO_TOKENS / f"{server.slug}.token"
    token.write_text(TOKEN)
    token.chmod(0o400)
    yield server
    token.unlink(missing_ok=True)


@pytest.fixture
def deployment(server, round_with_keys):
    version = register(XLSFormFactory(), workbook(), filename="example.xlsx", at=DAY)
    approve(version, by_id=UserFactory().pk, at=DAY)
    deploy_version(
        version_id=version.pk,
        server_id=server.pk,
        round_id=round_with_keys.pk,
        mode=Mode.LIVE.value,
    )
    return Deployment.objects.get()


def send(kobo, deployment, n=1):
    server = Server(slug="x", url=kobo.url, openrosa_url=kobo.url, allow_private=True)
    xml = INTERVIEW.format(
        root="example",
        asset=deployment.asset_uid,
        version=deployment.deployed_versions.get().version_uid,
        n=n,
    )
    with Tablet(server, Credential.from_token(TOKEN)) as line:
        assert line.submit(xml.encode()).status == 201


def test_a_submission_travels_from_the_tablet_and_its_status_back(kobo, deployment):
    send(kobo, deployment)
    pull_one(deployment_id=deployment.pk)
    submission = Submission.objects.get()
    assert submission.answers == {"consent": "yes", "age": "44"}
    decide(
        {submission.pk: submission.stamp},
        Verdict(ValidationStatus.APPROVED),
        by_id=UserFactory().pk,
        at=DAY,
        push_after=push_after(),
    )

    push_due()

    number = KoboState.objects.get().kobo_id
    address = f"{kobo.url}/api/v2/assets/{deployment.asset_uid}/data/{number}/validation_status/"
    at_kobo = httpx.get(address, headers={"Authorization": f"Token {TOKEN}"}).json()
    assert at_kobo["uid"] == "validation_status_approved"
    assert not Submission.objects.unpushed().exists()


def test_a_second_version_takes_the_place_of_the_first_in_the_same_project(kobo, deployment):
    first = deployment.deployed_versions.get().version
    more = workbook(["text", "remark", "Remark", "free_sealed"])
    second = register(first.form, more, filename="example.xlsx", at=DAY)
    approve(second, by_id=UserFactory().pk, at=DAY)

    deploy_version(
        version_id=second.pk,
        server_id=deployment.server_id,
        round_id=deployment.round_id,
        mode=Mode.LIVE.value,
    )

    assert Deployment.objects.count() == 1
    assert deployment.deployed_versions.count() == 2


def test_a_version_that_waits_for_approval_is_not_deployed(server, round_with_keys, caplog):
    version = register(XLSFormFactory(), workbook(), filename="example.xlsx", at=DAY)

    deploy_version(
        version_id=version.pk,
        server_id=server.pk,
        round_id=round_with_keys.pk,
        mode=Mode.LIVE.value,
    )

    assert not Deployment.objects.exists()
    assert "NotDeployable" in caplog.text


def test_without_a_token_the_run_says_so(deployment):
    (settings.MTM_KOBO_TOKENS / f"{deployment.server.slug}.token").unlink()

    pull_one(deployment_id=deployment.pk)

    assert SyncRun.objects.get().problem == "token_missing"


def test_without_the_rounds_key_the_run_says_so(deployment):
    deployment.round.vault_public_keys = {}
    deployment.round.save()

    pull_one(deployment_id=deployment.pk)

    run = SyncRun.objects.get()
    assert run.problem == "key_problem"
    assert run.finished_at is not None


def test_a_project_that_is_not_there_is_named_and_nothing_is_lost(kobo, deployment):
    send(kobo, deployment, n=2)
    pull_one(deployment_id=deployment.pk)
    Deployment.objects.update(asset_uid="aNoSuchProject")

    pull_one(deployment_id=deployment.pk)

    assert SyncRun.objects.latest("started_at").problem == "not_reachable"
    assert Submission.objects.count() == 1


def test_a_push_that_fails_is_recorded_as_a_run(kobo, deployment):
    send(kobo, deployment, n=3)
    pull_one(deployment_id=deployment.pk)
    seen = dict(Submission.objects.values_list("pk", "stamp"))
    approve_ = Verdict(ValidationStatus.APPROVED)
    decide(seen, approve_, by_id=UserFactory().pk, at=DAY, push_after=push_after())
    (settings.MTM_KOBO_TOKENS / f"{deployment.server.slug}.token").unlink()

    push_due()

    assert SyncRun.objects.get(kind="push").problem == "token_missing"
    assert Submission.objects.unpushed().get().push_problem == "token_missing"


@pytest.mark.parametrize(("every", "one"), [(pull_all, pull_one), (sweep_all, sweep_one)])
def test_only_active_deployments_of_open_rounds_are_asked_for(deployment, monkeypatch, every, one):
    asked = []
    monkeypatch.setattr(one, "delay", lambda **what: asked.append(what))

    every()
    Deployment.objects.update(is_active=False)
    every()
    Deployment.objects.update(is_active=True)
    type(deployment.round).objects.update(state="closed")
    every()

    assert asked == [{"deployment_id": deployment.pk}]


def test_a_sweep_is_a_run_of_its_own(kobo, deployment):
    send(kobo, deployment, n=4)

    sweep_one(deployment_id=deployment.pk)

    run = SyncRun.objects.get()
    assert (run.kind, run.new, run.problem) == ("sweep", 1, "")


def test_a_pull_beside_a_running_one_does_nothing(deployment, connect_as):
    connect_as("worker").execute("SELECT pg_advisory_lock(%s, %s)", [0x4D544D, deployment.pk])

    pull_one(deployment_id=deployment.pk)

    assert not SyncRun.objects.exists()
