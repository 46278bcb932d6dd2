"""Who sits at the pages, and what waits for them."""

from datetime import timedelta

import pytest
from django.conf import settings

from surveys.actions.pull import pull
from surveys.models import Submission
from tests.factories import DAY
from tests.fakes import FakeKobo, row
from tests.surveys.admin.desk import person


@pytest.fixture(autouse=True)
def static_root() -> None:
    settings.STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns of a folder that is not there


@pytest.fixture
def aida():
    return person("aida", "surveys.view_submission", "surveys.review_submission")


@pytest.fixture
def as_reviewer(client, aida):
    client.force_login(aida)
    return client


@pytest.fixture
def as_viewer(client):
    client.force_login(person("chynara", "surveys.view_submission"))
    return client


@pytest.fixture
def arrive(deployment, keys):
    """Bring an interview in, as a pull does; return its submission."""

    def bring(sent, at=DAY) -> Submission:
        pull(deployment, FakeKobo(sent), keys=keys, at=at)
        return Submission.objects.get(kobo_state__kobo_id=sent["_id"])

    return bring


@pytest.fixture
def queue(arrive) -> list[Submission]:
    """Three that await review, the oldest first."""
    return [arrive(row(number), at=DAY + timedelta(days=number)) for number in (1, 2, 3)]
