import socket

import pytest

from demo.services import ServiceFailed
from demo.services.failure import cause_in
from demo.services.preflight import check, check_c_library, check_port, check_python


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_where_nothing_is_in_the_way_nothing_is_said(tmp_path, free):
    check(tmp_path / "demo", ports={"PORT": free, "KOBO_PORT": 0}, need_mb=1)

    assert list((tmp_path / "demo").iterdir()) == []


def test_a_taken_port_is_named_with_the_way_out(tmp_path, taken):
    with pytest.raises(ServiceFailed, match=rf"^Port {taken} is taken.*make demo PORT=\d+\.$"):
        check(tmp_path, ports={"PORT": taken}, need_mb=1)


@pytest.mark.parametrize("port", [-1, 65536, 80_000])
def test_a_number_that_is_no_port_is_named(port):
    with pytest.raises(ServiceFailed, match=f"^PORT={port} is no port"):
        check_port("PORT", port)


def test_a_full_disk_is_named_with_what_is_needed(tmp_path):
    with pytest.raises(ServiceFailed, match=r"has \d+ MB free and 1000000000 MB are needed"):
        check(tmp_path, ports={}, need_mb=1_000_000_000)


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(ServiceFailed, match=r"/file/demo cannot be written to: Not a directory\.$"):
        check(tmp_path / "file" / "demo", ports={}, need_mb=1)


@pytest.mark.parametrize("version", [(3, 10, 14), (2, 7, 18)])
def test_an_old_python_is_named_with_the_one_that_is_needed(version):
    with pytest.raises(ServiceFailed, match=r"is too old: 3\.11 or newer is needed"):
        check_python(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 13, 1), (4, 0, 0)])
def test_a_young_python_is_welcome(version):
    check_python(version)


@pytest.mark.parametrize(
    ("library", "said"),
    [
        (("glibc", "2.31"), r"glibc 2\.31, is too old"),
        (("glibc", "2.9"), r"glibc 2\.9, is too old"),
        (("", ""), "is not glibc"),
    ],
)
def test_a_c_library_that_the_wheels_cannot_use_is_named(library, said):
    with pytest.raises(ServiceFailed, match=said):
        check_c_library(library)


@pytest.mark.parametrize("version", ["2.34", "2.36", "3.0"])
def test_a_c_library_that_the_wheels_can_use_is_welcome(version):
    check_c_library(("glibc", version))


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("FATAL: could not write: No space left on device\nremoving\n", "the disk is full"),
        ("FATAL: could not extend file\nHINT: Check free disk space.", "the disk is full"),
        (
            "initdb: could not look up effective user ID 7",
            "its user has no account on this machine",
        ),
        ("could not create directory: Permission denied", "its user lacks a permission"),
        ("could not map shared memory: Cannot allocate memory", "there is not enough memory"),
        ("Warning: bind: Address already in use\nexiting", "the port is taken"),
        ("Read-only file system", "the file system is read-only"),
        ("12:00 FATAL:  no such thing\nremoving\n", "FATAL:  no such thing"),
        ("one\n  two  \n\n", "two"),
        ("", "it said nothing"),
    ],
)
def test_what_a_program_said_is_told_as_its_cause(output, cause):
    assert cause_in(output) == cause
