"""The sweep finds whatever a pull cannot see, and mistakes lost access for nothing else."""

import secrets

import msgspec
import pytest

from demo.kobo.process import KoboProcess
from forms.kobo import Kobo, NotReachable, Server
from surveys.actions.compare import sweep
from surveys.actions.pull import pull
from surveys.models import KoboState, Quarantined, Revision, Submission, Tombstone
from tests.factories import DAY
from tests.fakes import row
from tests.forms.test_register import workbook

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TOKEN = secrets.token_hex(20)


@pytest.fixture(scope="module")
def process(tmp_path_factory):
    with KoboProcess(tmp_path_factory.mktemp("kobo")) as started:
        started.add_user("mtm", password="example-password", token=TOKEN)
        yield started


@pytest.fixture
def kobo(process):
    server = Server(slug="x", url=process.url, openrosa_url=process.url, allow_private=True)
    with Kobo(server, TOKEN, attempts=1) as client:
        yield client


@pytest.fixture
def project(process, kobo, deployment, keys):
    """Six interviews at KoBo and here: two of them refused or set aside."""
    deployment.asset_uid = kobo.import_form(workbook(), name="Example")
    kobo.deploy(deployment.asset_uid)
    deployment.save()
    sent = [row(n, reason="family") for n in range(1, 5)] + [
        row(5, consent="no"),
        row(6, shoe="44"),
    ]
    for each in sent:
        del each["_id"]
    process.control(
        f"rows?asset={deployment.asset_uid}", raw=b"\n".join(map(msgspec.json.encode, sent))
    )
    pull(deployment, kobo, keys=keys, at=DAY)
    assert (Submission.objects.count(), Tombstone.objects.count()) == (4, 1)
    return deployment


def ids() -> list[int]:
    return sorted(KoboState.objects.values_list("kobo_id", flat=True))


def test_where_nothing_changed_nothing_is_written(project, process, kobo, keys):
    for number in (ids()[-1] + 1, ids()[-1] + 2):  # the refused one, and the one set aside
        process.control("delete", {"_id": number})
    before = list(KoboState.objects.order_by("pk").values())

    run = sweep(project, kobo, keys=keys, at=DAY)

    assert (run.new, run.edited, run.refused) == (0, 0, 0)
    assert list(KoboState.objects.order_by("pk").values()) == before
    assert run.finished_at is not None


def test_an_edit_of_long_ago_is_found(project, process, kobo, keys):
    number = ids()[0]
    process.control("edit", {"_id": number, "data": {"reason": "ban"}})

    run = sweep(project, kobo, keys=keys, at=DAY)

    assert run.edited == 1
    assert KoboState.objects.get(kobo_id=number).submission.answers["reason"] == "ban"
    assert Revision.objects.count() == 1


def test_a_status_set_at_kobo_is_noted(project, kobo, keys):
    number = ids()[1]
    kobo.set_validation_status(project.asset_uid, number, "validation_status_on_hold")

    sweep(project, kobo, keys=keys, at=DAY)

    assert KoboState.objects.get(kobo_id=number).status_uid == "validation_status_on_hold"


def test_what_was_deleted_is_gone_with_a_date_and_not_publishable(project, process, kobo, keys):
    first, last = ids()[0], ids()[-1]
    for number in (first, last):
        process.control("delete", {"_id": number})

    sweep(project, kobo, keys=keys, at=DAY)

    gone = KoboState.objects.filter(gone_at=DAY).values_list("kobo_id", flat=True)
    assert sorted(gone) == [first, last]
    assert Submission.objects.count() == 4


def test_a_project_that_is_no_longer_shared_is_not_an_empty_one(project, process, kobo, keys):
    process.control("take_away", {"asset": project.asset_uid, "username": "mtm"})

    with pytest.raises(NotReachable):
        sweep(project, kobo, keys=keys, at=DAY)

    assert not KoboState.objects.exclude(gone_at=None).exists()


def test_access_lost_in_the_middle_marks_nothing_as_gone(project, process, kobo, keys):
    class Losing:
        """The client, whose project is taken away once the rows have been listed."""

        def __getattr__(self, name):
            return getattr(kobo, name)

        def sweep(self, asset_uid, *, after=0, limit=1000):
            yield from list(kobo.sweep(asset_uid))[1:]
            process.control("take_away", {"asset": asset_uid, "username": "mtm"})

    with pytest.raises(NotReachable):
        sweep(project, Losing(), keys=keys, at=DAY)

    assert not KoboState.objects.exclude(gone_at=None).exists()


def test_a_row_set_aside_is_looked_at_again(project, process, kobo, keys):
    case = Quarantined.objects.get()

    sweep(project, kobo, keys=keys, at=DAY)

    case.refresh_from_db()
    assert case.times_seen == 2


def test_what_is_there_after_all_is_not_gone(project, kobo, keys):
    class Blind:
        """The client, which overlooks a row in the list."""

        def __getattr__(self, name):
            return getattr(kobo, name)

        def sweep(self, asset_uid, *, after=0, limit=1000):
            yield from list(kobo.sweep(asset_uid))[1:]

    sweep(project, Blind(), keys=keys, at=DAY)

    assert not KoboState.objects.exclude(gone_at=None).exists()


def test_the_rights_of_a_worker_are_enough(project, process, kobo, keys, as_role):
    process.control("delete", {"_id": ids()[0]})

    with as_role("worker"):
        sweep(project, kobo, keys=keys, at=DAY)

    assert KoboState.objects.filter(gone_at=DAY).count() == 1
