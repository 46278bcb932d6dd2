"""Where tokens are read from, and what is refused there."""

import os

import pytest

from forms.kobo import Credential, Kobo, TokenMissing, read_token
from tests.forms.kobo.conftest import TOKEN, server_at


@pytest.fixture
def folder(tmp_path):
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    return tokens


def put(file, content=TOKEN, mode=0o600):
    file.write_text(content)
    file.chmod(mode)
    return file


@pytest.mark.parametrize("content", [TOKEN, f"{TOKEN}\n", f"  {TOKEN}\r\n", "0123456789" * 4])
def test_a_token_is_read_without_the_space_around_it(folder, content):
    put(folder / "lab.token", content)

    assert read_token(folder, "lab") == content.strip()


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o601, 0o777])
def test_a_file_open_to_others_is_refused(folder, mode):
    put(folder / "lab.token", mode=mode)

    with pytest.raises(TokenMissing, match="open to others"):
        read_token(folder, "lab")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param("\n", id="blank"),
        pytest.param("tooshort", id="too short"),
        pytest.param(f"Token {TOKEN}", id="with its scheme"),
        pytest.param(f"{TOKEN}\nX-Other: 1", id="two lines"),
        pytest.param(f"{TOKEN}é", id="not ASCII"),
        pytest.param("x" * 2000, id="too long"),
    ],
)
def test_what_is_no_token_is_refused_without_being_shown(folder, content):
    put(folder / "lab.token", content)

    with pytest.raises(TokenMissing) as caught:
        read_token(folder, "lab")

    assert str(caught.value) == "The token file of lab does not hold a token."


def test_a_file_that_is_not_there_is_named(folder):
    with pytest.raises(TokenMissing, match=r"no file lab\.token"):
        read_token(folder, "lab")


def test_a_folder_that_is_not_there_is_no_crash(tmp_path):
    with pytest.raises(TokenMissing):
        read_token(tmp_path / "nowhere", "lab")


@pytest.mark.parametrize("slug", ["", "..", "../lab", "a/b", "/etc/x", ".hidden", "a b", "a\0b"])
def test_a_slug_cannot_lead_to_another_folder(folder, slug):
    put(folder.parent / "lab.token")

    with pytest.raises(TokenMissing):
        read_token(folder, slug)


def test_a_link_out_of_the_folder_is_refused(folder):
    put(folder.parent / "elsewhere.token")
    (folder / "lab.token").symlink_to(folder.parent / "elsewhere.token")

    with pytest.raises(TokenMissing, match="points out"):
        read_token(folder, "lab")


def test_a_link_within_the_folder_is_followed(folder):
    (folder / "v1").mkdir()
    put(folder / "v1" / "secret")
    (folder / "lab.token").symlink_to(folder / "v1" / "secret")

    assert read_token(folder, "lab") == TOKEN


def test_a_link_to_itself_is_no_crash(folder):
    (folder / "lab.token").symlink_to(folder / "lab.token")

    with pytest.raises(TokenMissing):
        read_token(folder, "lab")


def test_a_pipe_is_refused_without_waiting_for_a_writer(folder):
    os.mkfifo(folder / "lab.token", 0o600)

    with pytest.raises(TokenMissing, match="plain file"):
        read_token(folder, "lab")


def test_a_folder_of_that_name_is_refused(folder):
    (folder / "lab.token").mkdir(mode=0o700)

    with pytest.raises(TokenMissing, match="cannot be read"):
        read_token(folder, "lab")


@pytest.mark.parametrize("token", ["", "short", "Token abc", f"{TOKEN}\r\nX-Other: 1"])
def test_a_client_takes_nothing_else_for_a_token(token):
    with pytest.raises(TokenMissing) as caught:
        Kobo(server_at("http://127.0.0.1:9", allow_private=True), token)

    assert str(caught.value) == "What was given as a token is not one."


def test_a_credential_is_not_shown_when_printed():
    assert repr(Credential.from_token(TOKEN)) == "Credential()"
