"""Mail over STARTTLS and SMTPS to a real server: the certificate is looked at, and the password only goes to who has it."""

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from app.notifications.channels.base import Message, SendFailed
from app.notifications.channels.mail import Mail, Security, Server
from app.notifications.words import error_words

pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
AT = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)
MESSAGE = Message("one@example.org", "主题", "正文", "短信", "<notice-1-ab@example.org>", AT)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of a server called "localhost", signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("certificate") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class Taken:
    """What the server took, and whether the connection was encrypted."""

    def __init__(self) -> None:
        self.mails: list[tuple[bool, bool]] = []  # (encrypted, signed in)

    async def handle_DATA(self, server: Any, session: Any, _envelope: Any) -> str:
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.mails.append((encrypted, session.authenticated))
        return "250 2.0.0 taken"


def signs_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> AuthResult:
    """One user."""
    right = isinstance(login, LoginPassword) and (login.login, login.password) == (b"rota", b"right")
    return AuthResult(success=right)


@contextmanager
def mail_server(certificate: Path, security: Security) -> Iterator[tuple[int, Taken]]:
    """Serve; the port, and what it takes."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    taken = Taken()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    options: dict[str, Any] = {"authenticator": signs_in, "auth_required": security != "none"}
    if security == "ssl":
        options |= {"ssl_context": context, "auth_require_tls": False}  # it is, though aiosmtpd cannot tell
    elif security == "starttls":
        options |= {"tls_context": context, "require_starttls": True}
    controller = Controller(taken, hostname="localhost", port=port, **options)
    controller.start()
    try:
        yield port, taken
    finally:
        controller.stop()


def send(port: int, security: Security, host: str = "localhost", password: str = "right") -> str:
    """The receipt, or the class and the code."""
    server = Server(host, port, "rota@example.org", "", "rota", password, security, seconds=5)
    channel = Mail(server)
    try:
        return channel.send(MESSAGE)
    except SendFailed as failed:
        return f"{failed.failure}: {failed.code}"
    finally:
        channel.close()


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_encrypted_and_signed_in(
    certificate: Path, security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an authority of one's own, named by SSL_CERT_FILE."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate, security) as (port, taken):
        assert send(port, security) == "250 2.0.0 taken"
        assert taken.mails == [(True, True)]
        found = send(port, security, password="wrong")
    assert found == "temporary: SMTP 535: user name or password refused"
    assert "refused the user name" in error_words(found)
    assert len(taken.mails) == 1


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_certificate_nobody_vouches_for_is_refused(certificate: Path, security: Security) -> None:
    """Nothing is handed over, neither the password nor the mail; the notice waits."""
    with mail_server(certificate, security) as (port, taken):
        found = send(port, security)
    assert found.startswith("temporary: certificate refused: self") and taken.mails == []
    assert "SSL_CERT_FILE" in error_words(found)


@pytest.mark.parametrize("security", ["ssl", "starttls"])
def test_a_certificate_of_somebody_else_is_refused(
    certificate: Path, security: Security, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is trusted, but made out to another name."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with mail_server(certificate, security) as (port, taken):
        found = send(port, security, host=str(ipaddress.ip_address("127.0.0.1")))
    assert "certificate refused: IP address mismatch" in found and taken.mails == []


def test_a_server_without_starttls_gets_nothing(certificate: Path) -> None:
    """Falling back to an open connection would hand the password to anybody on the way."""
    with mail_server(certificate, "none") as (port, taken):
        found = send(port, "starttls")
    assert found.startswith("temporary: not offered by the server: STARTTLS") and taken.mails == []
    assert "does not offer" in error_words(found)
