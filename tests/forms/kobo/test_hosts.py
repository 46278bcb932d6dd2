"""Whom the client speaks to: the configured host at an address that was checked, nobody else."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.kobo import HostRefused, KoboError, KoboUnavailable, MissingSlash
from forms.kobo.network import is_public
from forms.kobo.server import Origin
from tests.forms.kobo.peer import Reply, answer, rows_of

NAME = "https://kobo.example.org"

INSIDE = [
    pytest.param("127.0.0.1", id="loopback"),
    pytest.param("::1", id="loopback, IPv6"),
    pytest.param("10.0.0.1", id="private 10/8"),
    pytest.param("172.16.9.9", id="private 172.16/12"),
    pytest.param("192.168.1.1", id="private 192.168/16"),
    pytest.param("169.254.169.254", id="link-local, metadata of a cloud"),
    pytest.param("fe80::1", id="link-local, IPv6"),
    pytest.param("fe80::1%eth0", id="link-local with a zone"),
    pytest.param("100.64.0.1", id="shared by a carrier"),
    pytest.param("100.127.255.254", id="shared by a carrier, the last"),
    pytest.param("fd00::1", id="unique local"),
    pytest.param("fec0::1", id="site-local"),
    pytest.param("224.0.0.1", id="multicast"),
    pytest.param("ff02::1", id="multicast, IPv6"),
    pytest.param("240.0.0.1", id="reserved"),
    pytest.param("255.255.255.255", id="broadcast"),
    pytest.param(str(IPv4Address(0)), id="unspecified"),
    pytest.param("::", id="unspecified, IPv6"),
    pytest.param("192.0.2.1", id="documentation"),
    pytest.param("198.18.0.1", id="benchmarks"),
    pytest.param("::ffff:127.0.0.1", id="mapped loopback"),
    pytest.param("::ffff:10.0.0.1", id="mapped private"),
    pytest.param("::ffff:8.8.8.8", id="mapped at all"),
    pytest.param("::127.0.0.1", id="compatible loopback"),
    pytest.param("64:ff9b::7f00:1", id="translated loopback"),
    pytest.param("2002:7f00:1::1", id="6to4 around loopback"),
    pytest.param("2001:0:4136:e378:8000:63bf:3fff:fdd2", id="Teredo"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_a_network_is_refused(open_kobo, time, address):
    kobo = open_kobo(NAME, allow_private=False, resolver=lambda host, port: [address])

    with pytest.raises(HostRefused) as caught:
        kobo.me()

    assert caught.value.path == "/me/"
    assert time.sleeps == []


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_ordinary_addresses_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", INSIDE)
def test_one_bad_address_among_good_ones_spoils_the_name(open_kobo, address):
    kobo = open_kobo(NAME, allow_private=False, resolver=lambda host, port: ["8.8.8.8", address])

    with pytest.raises(HostRefused):
        kobo.me()


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]"]
)
def test_ways_to_write_loopback_are_all_refused(stranger, open_kobo, host):
    kobo = open_kobo(f"https://{host}:{stranger.server_port}", allow_private=False)

    with pytest.raises(HostRefused):
        kobo.me()

    assert stranger.connections == 0


def test_a_name_is_resolved_once_and_the_checked_address_is_used(peer, open_kobo):
    told = [["127.0.0.1"], ["192.0.2.1"]]  # the name changes its mind
    asked = []

    def resolver(host, port):
        asked.append((host, port))
        return told[len(asked) - 1]

    peer.says(answer({"username": "mtm"}))
    port = peer.server_port

    kobo = open_kobo(f"http://kobo.example.org:{port}", resolver=resolver)

    assert kobo.me() == "mtm"
    assert asked == [("kobo.example.org", port)]
    assert peer.requests[0].headers["host"] == f"kobo.example.org:{port}"


def test_the_next_address_of_a_name_is_tried_when_one_is_dead(peer, open_kobo):
    peer.says(answer({"username": "mtm"}))
    tried = ["127.0.0.1", "127.0.0.1"]
    kobo = open_kobo(peer.url, resolver=lambda host, port: tried)

    assert kobo.me() == "mtm"
    assert peer.connections == 1


def test_a_name_that_nobody_knows_is_a_passing_fault(open_kobo):
    def resolver(host, port):
        raise OSError("no such name")

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(NAME, allow_private=False, resolver=resolver).me()

    assert caught.value.code == "connection"


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://kobo.example.org", id="not encrypted"),
        pytest.param("ftp://kobo.example.org", id="another protocol"),
        pytest.param("kobo.example.org", id="no scheme"),
        pytest.param("https://", id="no host"),
        pytest.param("", id="nothing"),
        pytest.param("https://mtm:secret@kobo.example.org", id="a password inside"),
        pytest.param("https://kobo.example.org/api", id="a path"),
        pytest.param("https://kobo.example.org/?x=1", id="a query"),
        pytest.param("https://kobo.example.org:99999", id="no such port"),
        pytest.param("https://kobo example.org", id="a space"),
        pytest.param("https://[::kobo]", id="no address"),
    ],
)
def test_the_address_of_a_server_is_a_scheme_and_a_host(open_kobo, url):
    with pytest.raises(HostRefused) as caught:
        open_kobo(url, allow_private=False)

    assert "secret" not in str(caught.value)


def foreign(port: int) -> dict[str, str]:
    """Addresses that are not `http://127.0.0.1:{peer}`; `port` is the stranger's."""
    return {
        "another port": f"http://127.0.0.1:{port}/me/",
        "decimal": f"http://2130706433:{port}/me/",
        "hexadecimal": f"http://0x7f000001:{port}/me/",
        "short": f"http://127.1:{port}/me/",
        "mapped": f"http://[::ffff:127.0.0.1]:{port}/me/",
        "by name": f"http://localhost:{port}/me/",
        "without scheme": f"//127.0.0.1:{port}/me/",
        "encrypted": f"https://127.0.0.1:{port}/me/",
        "metadata of a cloud": "http://169.254.169.254/latest/",
        "no address": "http://[::bad/",
        "odd brackets": "https:////]",
        "a port too far": "http://127.0.0.1:99999999/",
        "another protocol": "file:///etc/hostname",
    }


FOREIGN = [pytest.param(kind, id=kind) for kind in foreign(0)]


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_redirect_to_another_host_is_not_followed(peer, stranger, kobo, kind):
    peer.says(Reply(302, headers={"Location": foreign(stranger.server_port)[kind]}))

    with pytest.raises(HostRefused):
        kobo.me()

    assert stranger.connections == 0
    assert len(peer.requests) == 1


SIGNS = ["//", "/", "\\", "@", ":", "[", "]", "::1", "?", "#", "..", "%2f", " ", "\n", "\0", "é"]
NAMES = ["http:", "https:", "file:", "kobo.example.org", "evil.example.org", "127.0.0.1", ":80"]
PIECES = st.sampled_from([*SIGNS, *NAMES])


@given(st.lists(PIECES, max_size=8).map("".join))
def test_no_address_leads_away_from_the_host(address):
    origin = Origin.of("https://kobo.example.org", allow_private=False)

    try:
        url = origin.url(origin.target(address, seen_from="/a/b/?c=d"))
    except HostRefused:
        return

    assert (url.scheme, url.host, url.port, url.userinfo) == (
        "https",
        "kobo.example.org",
        None,
        b"",
    )


def test_a_user_name_before_the_right_host_is_refused(peer, kobo):
    peer.says(Reply(302, headers={"Location": peer.url.replace("//", "//evil@") + "/me/"}))

    with pytest.raises(HostRefused):
        kobo.me()

    assert len(peer.requests) == 1


@pytest.mark.parametrize("kind", FOREIGN)
def test_the_address_of_an_import_on_another_host_is_not_asked(peer, stranger, kobo, kind):
    url = foreign(stranger.server_port)[kind]
    peer.says(answer({"uid": "iOne", "url": url, "status": "processing"}, 201))

    with pytest.raises(HostRefused):
        kobo.import_form(b"workbook", name="Example")

    assert stranger.connections == 0
    assert len(peer.requests) == 1


@pytest.mark.parametrize("kind", FOREIGN)
def test_the_address_of_the_next_page_is_never_asked(peer, stranger, kobo, kind):
    url = foreign(stranger.server_port)[kind]
    first = answer({"count": 2, "next": url, "results": [{"_id": 1}]})
    peer.says(first, rows_of({"_id": 2}))

    assert [page.last_id for page in kobo.pages("aForm")] == [1, 2]
    assert stranger.connections == 0


@pytest.mark.parametrize("kind", FOREIGN)
def test_the_next_piece_of_a_list_is_asked_by_number(peer, stranger, kobo, kind):
    url = foreign(stranger.server_port)[kind]
    first = answer({"next": url, "results": [{"uid": "vOne"}]})
    peer.says(first, answer({"next": None, "results": [{"uid": "vTwo"}]}))

    assert [version.uid for version in kobo.versions("aForm")] == ["vOne", "vTwo"]
    assert [received.query["start"] for received in peer.requests] == ["0", "1"]
    assert stranger.connections == 0


def test_a_redirect_that_stays_is_followed_by_a_question(peer, kobo):
    peer.says(Reply(301, headers={"Location": "/v2/me/?a=b"}), answer({"username": "mtm"}))

    assert kobo.me() == "mtm"
    assert [received.target for received in peer.requests] == ["/me/", "/v2/me/?a=b"]


def test_a_circle_of_redirects_is_left_after_two(peer, open_kobo):
    peer.says(Reply(302, headers={"Location": "/me/"}))

    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url, attempts=1).me()

    assert caught.value.code == "unreadable"
    assert len(peer.requests) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda kobo: kobo.import_form(b"x", name="Example"), id="POST"),
        pytest.param(lambda kobo: kobo.set_validation_status("aForm", 1, "x"), id="PATCH"),
        pytest.param(lambda kobo: kobo.set_validation_status("aForm", 1, None), id="DELETE"),
    ],
)
def test_what_changes_something_is_not_redirected(peer, kobo, act, status):
    peer.says(Reply(status, headers={"Location": "/api/v2/imports/"}))

    with pytest.raises(MissingSlash) as caught:
        act(kobo)

    assert caught.value.code == "missing_slash"
    assert len(peer.requests) == 1


@pytest.mark.parametrize("asset_uid", ["", "..", "../../me", "a/b", "a?b", "a%2Fb", "a" * 65])
def test_a_uid_cannot_lead_to_another_path(peer, kobo, asset_uid):
    with pytest.raises(KoboError) as caught:
        kobo.asset(asset_uid)

    assert caught.value.code == "not_reachable"
    assert peer.connections == 0


def test_cookies_are_neither_kept_nor_sent(peer, kobo):
    peer.says(answer({"username": "mtm"}, Set_Cookie="sessionid=abc; Path=/"))

    kobo.me()
    kobo.me()

    assert "cookie" not in peer.requests[1].headers


def test_a_proxy_in_the_environment_is_not_used(peer, stranger, open_kobo, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", stranger.url)
    monkeypatch.setenv("ALL_PROXY", stranger.url)
    peer.says(answer({"username": "mtm"}))

    assert open_kobo(peer.url).me() == "mtm"
    assert stranger.connections == 0
