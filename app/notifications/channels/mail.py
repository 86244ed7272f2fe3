"""Mail over SMTP, with calendar invitations by RFC 6047 (iMIP)."""

import hashlib
import re
import smtplib
import ssl
from dataclasses import dataclass
from email.encoders import encode_base64
from email.header import Header
from email.headerregistry import Address
from email.mime.application import MIMEApplication
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr
from typing import Literal

from app.notifications.channels.base import Failure, Message, SendFailed

# The older half of the library: it reads no header back that it has just written, which halves the time of a mail.
POLICY = compat32.clone(linesep="\r\n", cte_type="7bit")
LONGEST_LINE = 900  # RFC 5321 lets a server refuse 1,000
SECONDS = 20
SERVICE_ENDS = 421
AUTHENTICATION_FAILED = 535
Security = Literal["ssl", "starttls", "none"]


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in. `security` "none" only for a server inside the building."""

    host: str
    port: int
    sender: str
    sender_name: str = ""
    username: str = ""
    password: str = ""
    security: Security = "starttls"
    seconds: float = SECONDS


class HungUp(Exception):
    """The server ended the conversation before a mail was handed over."""


class Mail:
    """One connection to one server, kept open from message to message."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Message) -> str:
        """Hand the mail in; the server's answer is the receipt."""
        content = compose(message, self._server).as_bytes()
        smtp = self._told(message.to)
        try:
            code, answer = smtp.data(content)
        except smtplib.SMTPDataError as error:
            self.close()
            raise SendFailed(_of_code(error.smtp_code), f"SMTP {error.smtp_code} to DATA") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise SendFailed("unknown", f"connection lost after DATA ({type(error).__name__})") from error
        if code != 250:
            self.close()
            raise SendFailed(_of_code(code), f"SMTP {code} after DATA")
        return f"{code} {answer.decode(errors='replace')}"[:200]

    def close(self) -> None:
        """End the connection without waiting for goodbyes."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _told(self, to: str) -> smtplib.SMTP:
        """A connection that knows sender and recipient: the kept one, or a new one where that is dead or tired."""
        if self._connection is not None:
            try:
                self._envelope(self._connection, to)
                return self._connection
            except HungUp:
                self.close()  # while we were idle: nothing was handed over
        smtp = self._opened()
        try:
            self._envelope(smtp, to)
        except HungUp as error:
            self.close()
            raise SendFailed("temporary", f"connection lost ({error})") from error
        return smtp

    def _opened(self) -> smtplib.SMTP:
        try:
            self._connection = self._connect()
        except smtplib.SMTPAuthenticationError as error:
            # Temporary: somebody mends the password, and nothing that waited is lost.
            raise SendFailed("temporary", f"SMTP {error.smtp_code}: user name or password refused") from error
        except ssl.SSLCertVerificationError as error:
            raise SendFailed("temporary", f"certificate refused: {error.verify_message}") from error
        except smtplib.SMTPNotSupportedError as error:
            raise SendFailed("temporary", f"not offered by the server: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise SendFailed("temporary", f"not connected ({type(error).__name__})") from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        trust = ssl.create_default_context()
        smtp = (
            smtplib.SMTP_SSL(server.host, server.port, timeout=server.seconds, context=trust)
            if server.security == "ssl"
            else smtplib.SMTP(server.host, server.port, timeout=server.seconds)
        )
        try:
            if server.security == "starttls":
                smtp.starttls(context=trust)
            if server.username:
                _sign_in(smtp, server)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _envelope(self, smtp: smtplib.SMTP, to: str) -> None:
        """Sender and recipient; nothing has been handed over yet, so every failure here is a clear one. HungUp."""
        try:
            smtp.ehlo_or_helo_if_needed()
            for what, tell, address in (("MAIL", smtp.mail, self._server.sender), ("RCPT", smtp.rcpt, to)):
                code, _answer = tell(address)
                if code == SERVICE_ENDS:
                    raise HungUp(f"SMTP {code}")
                if code not in {250, 251}:
                    self.close()  # also forgets the half-told envelope
                    raise SendFailed(_of_code(code), f"SMTP {code} to {what}")
        except (smtplib.SMTPException, OSError) as error:
            raise HungUp(type(error).__name__) from error
        except UnicodeError as error:
            self.close()
            raise SendFailed("permanent", "an address this server cannot take") from error


def _sign_in(smtp: smtplib.SMTP, server: Server) -> None:
    """Several servers say no by hanging up. Raises SMTPAuthenticationError for that too."""
    try:
        smtp.login(server.username, server.password)
    except smtplib.SMTPServerDisconnected as error:
        raise smtplib.SMTPAuthenticationError(AUTHENTICATION_FAILED, b"hung up") from error


def _of_code(code: int) -> Failure:
    return "permanent" if code >= 500 else "temporary"


def compose(message: Message, server: Server) -> MIMEBase:
    """The mail: plain text, HTML, and for an invitation the calendar part (twice: to act on, and as a file).

    Raises SendFailed (permanent) for an address that is none.
    """
    mail: MIMEBase = _text(message.text, "plain")
    if message.html or message.calendar:
        mail = _multipart("alternative", message, mail)
        if message.html:
            mail.attach(_text(message.html, "html"))
    if message.calendar:
        mail.attach(_calendar(message.calendar))
        mail = _multipart("mixed", message, mail, _invitation_file(message.calendar))
    mail["From"] = formataddr((_one_line(server.sender_name), _address(server.sender)))
    mail["To"] = _address(message.to)
    mail["Subject"] = Header(_one_line(message.subject), header_name="Subject")  # type: ignore[assignment]
    mail["Date"] = format_datetime(message.at)
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail["Content-Language"] = message.language.replace("_", "-")
    return mail


def _address(text: str) -> str:
    """The address itself. SendFailed when it is none."""
    try:
        return Address(addr_spec=text).addr_spec
    except (ValueError, IndexError) as error:
        raise SendFailed("permanent", "not a mail address") from error


def _text(text: str, subtype: str) -> MIMEBase:
    """As it is where every server and terminal can read it, else in base64."""
    lines = text.splitlines()
    plain = text.isascii() and max(map(len, lines), default=0) <= LONGEST_LINE
    return MIMEText("\n".join([*lines, ""]), subtype, "us-ascii" if plain else "utf-8", policy=POLICY)


def _multipart(subtype: str, message: Message, *parts: MIMEBase) -> MIMEMultipart:
    """The boundary is made from the message's number: searching the text for one that is free takes long."""
    digest = hashlib.sha256(f"{subtype} {message.message_id}".encode()).hexdigest()[:32]
    return MIMEMultipart(subtype, f"=_{digest}", parts, policy=POLICY)


def _calendar(calendar: bytes) -> MIMEBase:
    method = method_of(calendar.decode())
    part = MIMENonMultipart("text", "calendar", policy=POLICY, charset="utf-8", method=method)
    part.set_payload(calendar)
    encode_base64(part)
    return part


def _invitation_file(calendar: bytes) -> MIMEBase:
    part = MIMEApplication(calendar, "ics", policy=POLICY, name="invite.ics")
    part.add_header("Content-Disposition", "attachment", filename="invite.ics")
    return part


def method_of(calendar: str) -> str:
    """REQUEST or CANCEL, as the calendar itself says; the mail must say the same (RFC 6047)."""
    found = re.search(r"^METHOD:([A-Z]+)\s*$", calendar, re.MULTILINE)
    if not found:
        raise SendFailed("permanent", "a calendar part without a method")
    return found.group(1)


def _one_line(text: str) -> str:
    return " ".join(text.split())
