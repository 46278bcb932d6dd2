"""A round with keys, and a deployment of a small form with a question of every kind."""

import secrets

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from surveys.actions.keys import RoundKeys
from tests.factories import DAY, DeployedVersionFactory, QuestionFactory, UserFactory
from vault.core.seal import OuterKey, fingerprint

QUESTIONS = [
    # path, type, class, treatment
    ("start", "start", "device", "fieldwork"),
    ("end", "end", "device", "fieldwork"),
    ("deviceid", "deviceid", "device", "fieldwork"),
    ("username", "username", "device", "fieldwork"),
    ("enumerator", "text", "device", "fieldwork"),
    ("place", "text", "loc_coarse", "keep"),
    ("who/name", "text", "direct", "seal"),
    ("who/phone", "text", "contact", "seal"),
    ("who/age", "integer", "quasi", "keep"),
    ("who/coupon", "text", "link", "pseudonymise"),
    ("reason", "select_one", "sensitive", "keep"),
    ("reason_other", "text", "free", "redact_and_seal"),
    ("gps", "geopoint", "loc_precise", "seal_location"),
    ("secret", "text", "harmless", "drop"),
]


@pytest.fixture
def version():
    deployed = DeployedVersionFactory(
        version_uid="v1", version__approved_by=UserFactory(), version__approved_at=DAY
    )
    consent = {"is_informed_consent": True, "given": ["yes"], "privacy": "consent"}
    QuestionFactory(version=deployed.version, path="consent", **consent)
    for path, kind, privacy, treatment in QUESTIONS:
        QuestionFactory(
            version=deployed.version,
            path=path,
            type=kind,
            privacy=privacy,
            treatment=treatment,
            has_token=privacy in {"contact", "link"},
        )
    for path, privacy, treatment in [
        ("house/m_name", "ki", "seal"),
        ("house/m_age", "quasi", "keep"),
    ]:
        QuestionFactory(
            version=deployed.version,
            path=path,
            repeat="house",
            privacy=privacy,
            treatment=treatment,
        )
    return deployed.version


@pytest.fixture
def deployment(version):
    return version.deployed_as.get().deployment


@pytest.fixture(scope="session")
def keys() -> RoundKeys:
    holders = [X25519PrivateKey.generate().public_key() for _ in range(2)]
    outer = OuterKey.of(secrets.token_bytes(32))
    return RoundKeys(
        pseudonym=secrets.token_bytes(32),
        outer=lambda: outer,
        holders={fingerprint(key): key for key in holders},
    )
