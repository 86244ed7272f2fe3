"""Mail over SMTP, with calendar invitations by RFC 6047 (iMIP)."""

import re
import smtplib
import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from app.notifications.channels.base import Failure, Message, SendFailed

POLICY = SMTP.clone(cte_type="7bit")  # any server takes it
SECONDS = 20
SERVICE_ENDS = 421
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
                smtp.login(server.username, server.password)
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


def _of_code(code: int) -> Failure:
    return "permanent" if code >= 500 else "temporary"


def compose(message: Message, server: Server) -> EmailMessage:
    """The mail: plain text, HTML, and for an invitation the calendar part (twice: to act on, and as a file).

    Raises SendFailed (permanent) for an address that is none.
    """
    mail = EmailMessage(policy=POLICY)
    try:
        mail["From"] = Address(_one_line(server.sender_name), addr_spec=server.sender)
        mail["To"] = Address(addr_spec=message.to)
    except (ValueError, IndexError) as error:
        raise SendFailed("permanent", "not a mail address") from error
    mail["Subject"] = _one_line(message.subject)
    mail["Date"] = message.at
    mail["Message-ID"] = message.message_id
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers
    mail["Content-Language"] = message.language.replace("_", "-")
    mail.set_content(message.text)
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    if message.calendar:
        _add_calendar(mail, message.calendar)
    return mail


def _add_calendar(mail: EmailMessage, calendar: bytes) -> None:
    text = calendar.decode()
    mail.add_alternative(text, subtype="calendar", cte="base64", params={"method": method_of(text)})
    mail.add_attachment(calendar, maintype="application", subtype="ics", filename="invite.ics")


def method_of(calendar: str) -> str:
    """REQUEST or CANCEL, as the calendar itself says; the mail must say the same (RFC 6047)."""
    found = re.search(r"^METHOD:([A-Z]+)\s*$", calendar, re.MULTILINE)
    if not found:
        raise SendFailed("permanent", "a calendar part without a method")
    return found.group(1)


def _one_line(text: str) -> str:
    return " ".join(text.split())
