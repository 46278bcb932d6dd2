import stat

import pytest

from demo.services.place import Place

STRANGER = 61001


@pytest.fixture
def closed(open_folder):
    folder = open_folder / "closed"
    folder.mkdir(0o700)
    return folder


def test_we_keep_our_own_files_where_we_said(closed):
    assert Place(closed / "server", None).home == closed / "server"


def test_a_stranger_keeps_its_files_there_too_if_it_can_enter(open_folder):
    assert Place(open_folder / "server", STRANGER).home == open_folder / "server"


def test_a_stranger_gets_a_folder_elsewhere_and_finds_it_again(closed):
    place = Place(closed / "server", STRANGER)

    home = place.home

    assert home != closed / "server"
    assert stat.S_IMODE(home.stat().st_mode) == 0o711
    assert Place(closed / "server", STRANGER).home == home
    place.remove()
    assert not home.exists()
    assert not (closed / "server").exists()


def test_a_folder_elsewhere_that_was_cleared_away_is_made_anew(closed):
    place = Place(closed / "server", STRANGER)
    lost = place.home
    lost.rmdir()

    assert place.home.is_dir()
    assert place.home != lost
    place.remove()


def test_a_program_that_can_be_read_is_not_copied(open_folder):
    program = open_folder / "program"
    program.touch(0o755)

    assert Place(open_folder / "server", STRANGER).program(program, root=program) == program


@pytest.mark.parametrize("mode", [0o755, 0o700], ids=["open", "installed under a strict mask"])
def test_a_program_behind_a_closed_folder_is_copied_with_what_it_needs(open_folder, closed, mode):
    program = closed / "postgres" / "bin" / "initdb"
    program.parent.mkdir(parents=True)
    program.write_text("program")
    program.chmod(mode)
    (closed / "postgres" / "share").touch(mode & 0o666)
    place = Place(open_folder / "server", STRANGER)

    copy = place.program(program, root=closed / "postgres")

    assert copy.is_relative_to(place.home)
    assert copy.read_text() == "program"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o755
    assert stat.S_IMODE((copy.parents[1] / "share").stat().st_mode) == 0o644
    assert place.program(program, root=closed / "postgres") == copy


def test_a_program_that_is_one_file_is_copied_alone(open_folder, closed):
    program = closed / "valkey-server"
    program.write_text("program")
    program.chmod(0o755)

    copy = Place(open_folder / "server", STRANGER).program(program, root=program)

    assert copy.read_text() == "program"
