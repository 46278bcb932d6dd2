"""A round whose focal point and deputy hold keys, and a page of sealed answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.db import transaction

from tests.factories import DAY, UserFactory
from vault.actions.seal import hold_outer_key, sealed_line, store_page
from vault.actions.unseal import request_unsealing
from vault.core.holder import HolderKey, make_holder_key
from vault.core.seal import OuterKey, PageSealer
from vault.keys import make_key_file, outer_key
from vault.models import Holder, UnsealRequest

User = get_user_model()

ROUND = 7
PASSPHRASE = "birch saddle kumis 41"
DEPUTYS = "yurt lantern pear 902"
ANSWERS = {"who/name": "Canary Example", "who/phone": "0555 000 000"}


@dataclass(frozen=True)
class Vault:
    """The vault of one round, as a pull and a data manager fill it."""

    key_file: Path
    holders: Mapping[str, X25519PublicKey]
    asker: int

    @property
    def outer_key(self) -> OuterKey:
        return outer_key(self.key_file)

    def seal(self, *people: Mapping[str, str]) -> list[UUID]:
        """Store a page with a record for each of these people's answers."""
        record_ids = [uuid4() for _ in people]
        with transaction.atomic():
            page = PageSealer(round_id=ROUND, wrap_id=uuid4(), holders=self.holders)
            lines = [
                sealed_line(
                    record_id,
                    page.seal(record_id, answers),
                    round_id=ROUND,
                    wrap_id=page.wrap_id,
                )
                for record_id, answers in zip(record_ids, people, strict=True)
            ]
            store_page(page.wraps(hold_outer_key(self.key_file), record_ids), lines)
        return record_ids

    def ask(self, record_id: UUID, path: str = "who/name", **changes) -> UnsealRequest:
        asked = {"round_id": ROUND, "purpose": "to call back", "by": self.asker, "at": DAY}
        return request_unsealing(record_id=record_id, path=path, **asked | changes)


@pytest.fixture(scope="session")
def holder_keys() -> list[HolderKey]:
    """Made once, since a passphrase is slow by design."""
    return [make_holder_key(spoken, round_id=ROUND) for spoken in (PASSPHRASE, DEPUTYS)]


@pytest.fixture
def key_file(tmp_path, settings) -> Path:
    path = tmp_path / "outer.key"
    make_key_file(path)
    settings.MTM_OUTER_KEY = path
    return path


def opener(username: str) -> User:
    user = UserFactory(username=username)
    user.user_permissions.add(Permission.objects.get(codename="open_sealed"))
    return user


@pytest.fixture
def focal_point(db) -> User:
    return opener("focal_point")


@pytest.fixture
def deputy(db) -> User:
    return opener("deputy")


@pytest.fixture
def data_manager(db) -> User:
    user = UserFactory(username="data_manager")
    user.user_permissions.add(Permission.objects.get(codename="request_unsealing"))
    return user


@pytest.fixture
def vault(key_file, holder_keys, focal_point, deputy, data_manager) -> Vault:
    for user, key in zip([focal_point, deputy], holder_keys, strict=True):
        Holder(
            round_id=ROUND,
            user_id=user.pk,
            fingerprint=key.fingerprint,
            public_key=key.public_key,
            wrapped_private_key=key.wrapped_private_key,
            made_at=DAY,
        ).save(force_insert=True)
    public = {
        key.fingerprint: X25519PublicKey.from_public_bytes(key.public_key) for key in holder_keys
    }
    return Vault(key_file, public, data_manager.pk)


@pytest.fixture
def record_id(vault) -> UUID:
    return vault.seal(ANSWERS)[0]
