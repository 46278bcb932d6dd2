"""The least valid instance of each model. States are reached by actions, not set here."""

from datetime import UTC, date, datetime

import factory
from django.contrib.auth import get_user_model
from factory.django import DjangoModelFactory

from forms.models import DeployedVersion, Deployment, KoboServer, Mode, Question, Version, XLSForm
from locations.models import Level, Location
from surveys.models import Activity, Enumerator, Round, State

DAY = datetime(2026, 9, 1, 6, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    class Meta:
        model = get_user_model()

    username = factory.Sequence(lambda n: f"person{n}")
    is_staff = True


class RoundFactory(DjangoModelFactory):
    class Meta:
        model = Round

    activity = Activity.SURVEY
    number = factory.Sequence(lambda n: n + 1)
    state = State.OPEN
    registry_date = date(2026, 1, 1)


class EnumeratorFactory(DjangoModelFactory):
    class Meta:
        model = Enumerator

    code = factory.Sequence(lambda n: f"E{n:03}")


class OblastFactory(DjangoModelFactory):
    class Meta:
        model = Location

    level = Level.OBLAST
    soate = factory.Sequence(lambda n: f"417{n % 100:02}000000000")
    name_en = factory.Sequence(lambda n: f"Example oblast {n}")


class RayonFactory(DjangoModelFactory):
    class Meta:
        model = Location

    level = Level.RAYON
    parent = factory.SubFactory(OblastFactory)
    soate = factory.Sequence(lambda n: f"41799{n:03}000000")
    name_en = factory.Sequence(lambda n: f"Example rayon {n}")


class SettlementFactory(DjangoModelFactory):
    class Meta:
        model = Location

    level = Level.SETTLEMENT
    parent = factory.SubFactory(RayonFactory)
    soate = factory.Sequence(lambda n: f"41799999{n:06}")
    name_en = factory.Sequence(lambda n: f"Example village {n}")


class KoboServerFactory(DjangoModelFactory):
    class Meta:
        model = KoboServer

    slug = factory.Sequence(lambda n: f"kobo{n}")
    url = "https://kobo.example.org"


class XLSFormFactory(DjangoModelFactory):
    class Meta:
        model = XLSForm

    name = factory.Sequence(lambda n: f"Example form {n}")


class VersionFactory(DjangoModelFactory):
    class Meta:
        model = Version

    form = factory.SubFactory(XLSFormFactory)
    number = factory.Sequence(lambda n: n + 1)
    policy_hash = "0" * 64
    registered_at = DAY


class QuestionFactory(DjangoModelFactory):
    class Meta:
        model = Question

    version = factory.SubFactory(VersionFactory)
    position = factory.Sequence(lambda n: n)
    path = factory.Sequence(lambda n: f"question_{n}")
    type = "text"
    privacy = "harmless"
    treatment = "keep"


class DeploymentFactory(DjangoModelFactory):
    class Meta:
        model = Deployment

    server = factory.SubFactory(KoboServerFactory)
    form = factory.SubFactory(XLSFormFactory)
    round = factory.SubFactory(RoundFactory)
    asset_uid = factory.Sequence(lambda n: f"aExample{n}")
    mode = Mode.LIVE


class DeployedVersionFactory(DjangoModelFactory):
    class Meta:
        model = DeployedVersion

    deployment = factory.SubFactory(DeploymentFactory)
    version = factory.SubFactory(VersionFactory, form=factory.SelfAttribute("..deployment.form"))
    version_uid = factory.Sequence(lambda n: f"vExample{n}")
    deployed_at = DAY
