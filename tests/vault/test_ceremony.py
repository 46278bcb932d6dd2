"""Two people choose a passphrase each; their public keys are pinned once and for all."""

import getpass
import stat

import pytest
from django.core.management import CommandError, call_command

from tests.factories import RoundFactory, UserFactory
from tests.vault.conftest import DEPUTYS, PASSPHRASE
from vault.core.holder import open_private_key
from vault.keys import pinned_holders
from vault.models import AccessLog, Event, Holder

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_():
    return RoundFactory()


@pytest.fixture
def folder(tmp_path, settings):
    settings.MTM_ROUND_FINGERPRINTS = tmp_path / "fingerprints"
    settings.MTM_ROUND_FINGERPRINTS.mkdir()
    return settings.MTM_ROUND_FINGERPRINTS


@pytest.fixture
def hold(round_, folder, tmp_path, db):
    UserFactory(username="focal")
    UserFactory(username="deputy")

    def ceremony(*spoken: str, round_id=None, holders=("focal", "deputy")) -> None:
        arguments = [f"--holder={name}" for name in holders]
        for number, passphrase in enumerate(spoken):
            path = tmp_path / f"passphrase-{number}"
            path.write_text(passphrase + "\n", encoding="utf-8")
            arguments.append(f"--passphrase-file={path}")
        call_command("key_ceremony", round_id or round_.pk, *arguments)

    return ceremony


def test_a_ceremony_gives_the_round_two_holders(hold, round_, folder, capsys):
    hold(PASSPHRASE, DEPUTYS)

    round_.refresh_from_db()
    assert len(pinned_holders(round_.vault_public_keys, folder, round_.pk)) == 2
    holders = {holder.fingerprint: holder for holder in Holder.objects.all()}
    assert set(holders) == set(round_.vault_public_keys)
    for holder, spoken in zip(
        Holder.objects.order_by("user_id"), [PASSPHRASE, DEPUTYS], strict=True
    ):
        assert open_private_key(holder.as_key(), spoken, round_id=round_.pk)
    assert AccessLog.objects.filter(event=Event.KEYS_MADE, round_id=round_.pk).count() == 2
    pinned = folder / f"round-{round_.pk}.fingerprints"
    assert stat.S_IMODE(pinned.stat().st_mode) == 0o444
    assert "2 holders" in capsys.readouterr().out


def test_the_rights_of_the_vault_are_enough(hold, as_role):
    with as_role("vault"):
        hold(PASSPHRASE, DEPUTYS)

    assert Holder.objects.count() == 2


def test_the_passphrases_are_typed_twice(hold, round_, monkeypatch):
    typed = iter([PASSPHRASE, PASSPHRASE, DEPUTYS, DEPUTYS])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(typed))

    hold()

    assert Holder.objects.count() == 2


def test_a_slip_of_the_keyboard_makes_no_keys(hold, monkeypatch):
    typed = iter([PASSPHRASE, DEPUTYS])
    monkeypatch.setattr(getpass, "getpass", lambda prompt: next(typed))

    with pytest.raises(CommandError, match="The two differ"):
        hold()

    assert not Holder.objects.exists()


@pytest.mark.parametrize(
    ("spoken", "changes", "sentence"),
    [
        pytest.param((PASSPHRASE, "short"), {}, "at least sixteen", id="short"),
        pytest.param((PASSPHRASE, "a" * 20), {}, "six of them different", id="one sign"),
        pytest.param((PASSPHRASE, PASSPHRASE), {}, "two different passphrases", id="equal"),
        pytest.param(
            (PASSPHRASE,), {"holders": ["focal"]}, "Two different people", id="one person"
        ),
        pytest.param(
            (PASSPHRASE, DEPUTYS), {"holders": ["focal"] * 2}, "Two different", id="the same person"
        ),
        pytest.param((PASSPHRASE,), {}, "one passphrase file for each", id="one file"),
        pytest.param(
            (PASSPHRASE, DEPUTYS), {"holders": ["focal", "x"]}, "no active account x", id="nobody"
        ),
        pytest.param((PASSPHRASE, DEPUTYS), {"round_id": 9999}, "no round 9999", id="no round"),
    ],
)
def test_a_ceremony_that_is_none_makes_no_keys(hold, folder, spoken, changes, sentence):
    with pytest.raises(CommandError, match=sentence):
        hold(*spoken, **changes)

    assert not Holder.objects.exists()
    assert not list(folder.iterdir())


def test_a_round_has_one_ceremony(hold, round_):
    hold(PASSPHRASE, DEPUTYS)
    round_.refresh_from_db()
    before = round_.vault_public_keys

    with pytest.raises(CommandError, match="has its keys already"):
        hold(PASSPHRASE, DEPUTYS)

    round_.refresh_from_db()
    assert round_.vault_public_keys == before


def test_pinned_fingerprints_are_not_replaced(hold, round_, folder):
    (folder / f"round-{round_.pk}.fingerprints").write_text("pinned before\n")

    with pytest.raises(CommandError, match="exists already"):
        hold(PASSPHRASE, DEPUTYS)

    assert not Holder.objects.exists()


def test_a_ceremony_needs_the_folder_of_fingerprints(hold, folder, settings):
    folder.rmdir()
    with pytest.raises(CommandError, match="cannot be written"):
        hold(PASSPHRASE, DEPUTYS)
    settings.MTM_ROUND_FINGERPRINTS = None
    with pytest.raises(CommandError, match="Set MTM_ROUND_FINGERPRINTS"):
        hold(PASSPHRASE, DEPUTYS)

    assert not Holder.objects.exists()


def test_an_unreadable_passphrase_file_is_named_without_its_content(hold, round_, tmp_path):
    path = tmp_path / "binary"
    path.write_bytes(b"\xff\xfe secret")

    with pytest.raises(CommandError, match="cannot be read as text") as caught:
        call_command("key_ceremony", round_.pk, "--holder=focal", f"--passphrase-file={path}")
    assert "secret" not in str(caught.value)
