"""The certificate must be valid for the name, also when the address was resolved by us."""

import datetime
import ssl
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from forms.kobo import CertificateRefused, KoboUnavailable
from tests.forms.kobo.peer import SecurePeer, answer, serving


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A self-signed certificate of kobo.example.org and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kobo.example.org")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("kobo.example.org"), x509.IPAddress(ip_address("192.0.2.1"))]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return file


@pytest.fixture
def secure_peer(certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with serving(SecurePeer(tls)) as running:
        running.says(answer({"username": "mtm"}))
        yield running


@pytest.fixture
def open_at(secure_peer, open_kobo):
    def open_one(host, **manner):
        return open_kobo(
            f"https://{host}:{secure_peer.server_port}",
            resolver=lambda host, port: ["127.0.0.1"],
            **manner,
        )

    return open_one


def test_a_certificate_for_the_name_will_do(open_at, certificate):
    kobo = open_at("kobo.example.org", tls=ssl.create_default_context(cafile=certificate))

    assert kobo.me() == "mtm"


def test_an_unknown_authority_is_refused_and_nothing_is_sent(secure_peer, open_at, time):
    with pytest.raises(CertificateRefused) as caught:
        open_at("kobo.example.org").me()

    assert (caught.value.code, caught.value.path) == ("certificate_refused", "/me/")
    assert secure_peer.requests == []
    assert time.sleeps == []


def test_a_certificate_for_another_name_is_refused(secure_peer, open_at, certificate):
    kobo = open_at("other.example.org", tls=ssl.create_default_context(cafile=certificate))

    with pytest.raises(CertificateRefused):
        kobo.me()

    assert secure_peer.requests == []


def test_a_server_that_does_not_speak_tls_is_a_passing_fault(peer, open_kobo):
    with pytest.raises(KoboUnavailable) as caught:
        open_kobo(peer.url.replace("http:", "https:")).me()

    assert caught.value.code == "connection"
    assert peer.requests == []
