"""A key file is used only if nobody else can have read it, and never written twice."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from django.core.management import CommandError, call_command

from vault.core.seal import OuterKey, fingerprint
from vault.keys import (
    PROJECT,
    KeyDestroyed,
    KeyProblem,
    coming_key_file,
    exchange_key_file,
    make_key_file,
    outer_key,
    pinned_holders,
    pseudonym_key_path,
    read_key_file,
)


def key_file(folder, content=bytes(range(32)), mode=0o400):
    path = folder / "example.key"
    path.write_bytes(content)
    path.chmod(mode)
    return path


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_key_file_is_read(tmp_path):
    path = key_file(tmp_path)

    assert read_key_file(path) == bytes(range(32))
    assert outer_key(path) == OuterKey.of(bytes(range(32)))


@pytest.mark.parametrize(
    ("content", "mode", "sentence"),
    [
        pytest.param(bytes(range(32)), 0o440, "Others may read", id="read by the group"),
        pytest.param(bytes(range(32)), 0o404, "Others may read", id="read by all"),
        pytest.param(bytes(range(32)), 0o420, "Others may read", id="written by the group"),
        pytest.param(b"", 0o400, "is no key", id="empty"),
        pytest.param(bytes(range(31)), 0o400, "is no key", id="short"),
        pytest.param(bytes(range(33)), 0o400, "is no key", id="long"),
        pytest.param(bytes(32), 0o400, "is no key", id="overwritten"),
    ],
)
def test_what_is_no_safe_key_is_refused(tmp_path, content, mode, sentence):
    with pytest.raises(KeyProblem, match=sentence):
        read_key_file(key_file(tmp_path, content, mode))


def test_a_key_that_is_not_there_is_destroyed(tmp_path):
    with pytest.raises(KeyDestroyed, match=r"There is no key file gone\.key"):
        read_key_file(tmp_path / "gone.key")


def test_a_key_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(KeyProblem, match="cannot be read"):
        read_key_file(tmp_path)


def test_a_process_without_the_path_has_no_key():
    with pytest.raises(KeyProblem, match="no such key"):
        read_key_file(None)
    with pytest.raises(KeyProblem, match="MTM_PSEUDONYM_KEYS"):
        pseudonym_key_path(None, 7)


def test_a_round_has_its_own_pseudonym_key(tmp_path):
    assert pseudonym_key_path(tmp_path, 7) == tmp_path / "round-7.key"


def test_keys_lie_outside_the_project(tmp_path):
    with pytest.raises(KeyProblem, match="inside the project"):
        make_key_file(PROJECT / "outer.key")
    with pytest.raises(KeyProblem, match="inside the project"):
        read_key_file(PROJECT / "vault" / "outer.key")
    link = tmp_path / "link.key"
    link.symlink_to(PROJECT / "outer.key")
    with pytest.raises(KeyProblem, match="inside the project"):
        read_key_file(link)


def test_a_new_key_is_random_and_its_owners_alone(tmp_path):
    one, other = tmp_path / "one.key", tmp_path / "other.key"
    make_key_file(one)
    make_key_file(other)

    assert stat.S_IMODE(one.stat().st_mode) == 0o400
    assert read_key_file(one) != read_key_file(other)
    assert names_in(tmp_path) == ["one.key", "other.key"]


def test_a_key_is_never_overwritten(tmp_path):
    path = key_file(tmp_path)

    with pytest.raises(KeyProblem, match="never overwritten"):
        make_key_file(path)

    assert read_key_file(path) == bytes(range(32))
    assert names_in(tmp_path) == ["example.key"]


def test_a_key_needs_a_folder(tmp_path):
    with pytest.raises(KeyProblem, match="cannot be written: No such file or directory"):
        make_key_file(tmp_path / "nowhere" / "one.key")


def test_an_exchanged_key_takes_the_old_ones_place(tmp_path):
    path = key_file(tmp_path)
    make_key_file(coming_key_file(path))
    coming = read_key_file(coming_key_file(path))

    exchange_key_file(path)

    assert read_key_file(path) == coming
    assert names_in(tmp_path) == ["example.key"]


def test_the_command_makes_several_keys_and_stops_at_one_that_exists(tmp_path, capsys):
    paths = [str(tmp_path / name) for name in ("one.key", "other.key")]

    call_command("make_key", *paths)

    assert capsys.readouterr().out == "one.key is made.\nother.key is made.\n"
    with pytest.raises(CommandError, match=r"one\.key exists already"):
        call_command("make_key", *paths)


@pytest.fixture
def public_keys():
    made = [X25519PrivateKey.generate().public_key() for _ in range(2)]
    return {fingerprint(key): key.public_bytes_raw().hex() for key in made}


@pytest.fixture
def fingerprints(tmp_path, public_keys):
    (tmp_path / "round-7.fingerprints").write_text("".join(f"{name}\n" for name in public_keys))
    return tmp_path


def test_the_pinned_public_keys_of_a_round_are_taken(public_keys, fingerprints):
    holders = pinned_holders(public_keys, fingerprints, 7)

    assert {name: key.public_bytes_raw().hex() for name, key in holders.items()} == public_keys


def test_a_round_without_pinned_fingerprints_takes_no_keys(public_keys, fingerprints):
    with pytest.raises(KeyProblem, match="MTM_ROUND_FINGERPRINTS"):
        pinned_holders(public_keys, None, 7)
    with pytest.raises(KeyProblem, match="hold the key ceremony first"):
        pinned_holders(public_keys, fingerprints, 8)


def test_a_public_key_slipped_into_the_database_is_refused(public_keys, fingerprints):
    stranger = X25519PrivateKey.generate().public_key()
    digits = stranger.public_bytes_raw().hex()
    first = next(iter(public_keys))

    with pytest.raises(KeyProblem, match="not one that was pinned"):
        pinned_holders(public_keys | {fingerprint(stranger): digits}, fingerprints, 7)
    with pytest.raises(KeyProblem, match="not one that was pinned"):
        pinned_holders(public_keys | {first: digits}, fingerprints, 7)


@pytest.mark.parametrize("digits", ["no digits", "ab"], ids=["text", "short"])
def test_a_public_key_that_is_none_is_refused(public_keys, fingerprints, digits):
    first = next(iter(public_keys))

    with pytest.raises(KeyProblem, match="is no key"):
        pinned_holders(public_keys | {first: digits}, fingerprints, 7)


def test_a_round_needs_two_holders(public_keys, fingerprints):
    first = next(iter(public_keys.items()))

    with pytest.raises(KeyProblem, match="of a deputy"):
        pinned_holders(dict([first]), fingerprints, 7)
