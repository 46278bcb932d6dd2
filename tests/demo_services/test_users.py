import os
import stat

import pytest

from demo.services.users import UIDS, can_enter, can_read, can_run, make_private, user_for

STRANGER = 61001


@pytest.mark.parametrize(
    ("mode", "reads"), [(0o644, True), (0o604, True), (0o640, False), (0o600, False)]
)
def test_a_stranger_reads_what_is_open_to_all(open_folder, mode, reads):
    file = open_folder / "file"
    file.touch()
    file.chmod(mode)

    assert can_read(file, STRANGER) is reads
    assert can_read(file, os.geteuid())


@pytest.mark.parametrize(
    ("mode", "enters", "lists"),
    [(0o755, True, True), (0o711, True, False), (0o744, False, False), (0o700, False, False)],
)
def test_a_folder_may_be_open_for_passing_only(open_folder, mode, enters, lists):
    inner = open_folder / "inner"
    (inner / "deep").mkdir(parents=True)
    inner.chmod(mode)

    assert can_enter(inner, STRANGER) is enters
    assert can_enter(inner / "deep", STRANGER) is enters
    assert can_read(inner, STRANGER) is lists


def test_a_link_is_no_way_around_a_closed_folder(open_folder):
    closed = open_folder / "closed"
    closed.mkdir()
    (closed / "program").touch(0o755)
    (open_folder / "link").symlink_to(closed / "program")
    assert can_run(STRANGER, [open_folder / "link"])

    closed.chmod(0o700)

    assert not can_run(STRANGER, [open_folder, open_folder / "link"])


def test_what_is_not_there_cannot_be_read(open_folder):
    assert not can_read(open_folder / "nothing", STRANGER)
    assert not can_enter(open_folder / "nothing", STRANGER)


def test_each_process_has_a_number_of_its_own_that_no_account_has():
    assert sorted(UIDS) == ["beat", "kobo", "vault", "web", "worker"]
    assert len(set(UIDS.values())) == len(UIDS)


@pytest.mark.parametrize("name", sorted(UIDS))
def test_a_process_gets_its_user_from_root_alone(name):
    assert user_for(name) in ((None, UIDS[name]) if os.geteuid() == 0 else (None,))


def test_what_is_private_is_read_by_one_user_and_written_by_none(tmp_path):
    key, keys = tmp_path / "key", tmp_path / "keys"
    key.touch()
    keys.mkdir()
    owner = STRANGER if os.geteuid() == 0 else None

    make_private(key, owner)
    make_private(keys, owner)

    assert stat.S_IMODE(key.stat().st_mode) == 0o400
    assert stat.S_IMODE(keys.stat().st_mode) == 0o700
    assert {key.stat().st_uid, keys.stat().st_uid} == {owner or os.geteuid()}
