"""A holder's private key opens with the passphrase, for its round, and with nothing else."""

import unicodedata
from dataclasses import replace

import pytest

from vault.core.holder import WeakPassphrase, WrongPassphrase, make_holder_key, open_private_key
from vault.core.seal import fingerprint

pytestmark = pytest.mark.slow  # a passphrase is slow by design

PASSPHRASE = "байтал жайлоо Example 41"


@pytest.fixture(scope="module")
def key():
    return make_holder_key(PASSPHRASE, round_id=7)


def test_the_passphrase_opens_the_private_half_of_the_pair(key):
    private = open_private_key(key, PASSPHRASE, round_id=7)

    assert private.public_key().public_bytes_raw() == key.public_key
    assert fingerprint(private.public_key()) == key.fingerprint


def test_it_does_not_matter_how_a_keyboard_composes_a_sign(key):
    decomposed = unicodedata.normalize("NFD", PASSPHRASE)

    assert decomposed != PASSPHRASE
    assert open_private_key(key, decomposed, round_id=7).private_bytes_raw()


@pytest.mark.parametrize(
    ("spoken", "round_id", "change"),
    [
        pytest.param(PASSPHRASE + " ", 7, {}, id="another passphrase"),
        pytest.param("", 7, {}, id="no passphrase"),
        pytest.param(PASSPHRASE, 8, {}, id="another round"),
        pytest.param(PASSPHRASE, 7, {"fingerprint": "0" * 32}, id="another name"),
        pytest.param(PASSPHRASE, 7, {"wrapped_private_key": bytes(92)}, id="another key"),
        pytest.param(PASSPHRASE, 7, {"wrapped_private_key": bytes(20)}, id="a stump"),
    ],
)
def test_anything_else_opens_nothing(key, spoken, round_id, change):
    with pytest.raises(WrongPassphrase):
        open_private_key(replace(key, **change), spoken, round_id=round_id)


@pytest.mark.parametrize("weak", ["fifteen-signs-x", "aaaaabbbbbcccccddddd"], ids=["short", "same"])
def test_a_weak_passphrase_is_refused(weak):
    with pytest.raises(WeakPassphrase):
        make_holder_key(weak, round_id=7)
