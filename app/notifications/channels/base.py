"""What every channel has in common: the message, the failure with its class, and HTTP with a limit on patience."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import requests

Failure = Literal["temporary", "permanent", "unknown"]
CONNECT_SECONDS = 5
READ_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Message:
    """What goes out. `to` is a mail address or a mobile number, "" for a bot that mentions nobody."""

    to: str
    subject: str
    text: str
    short: str  # for text messages
    message_id: str  # the same for every try of the same notice
    at: dt.datetime
    html: str = ""
    language: str = "zh_CN"
    kind: str = ""
    values: Mapping[str, str] = field(default_factory=dict)  # for gateways that fill in their own template
    calendar: bytes | None = None


class SendFailed(Exception):
    """The hand-over failed. `code` is short and holds nothing personal; `failure` says what may be done next.

    temporary: not delivered, try later. permanent: never will be. unknown: it may have been delivered.
    """

    def __init__(self, failure: Failure, code: str) -> None:
        super().__init__(f"{failure}: {code}")
        self.failure: Failure = failure
        self.code = code[:180]


class Channel(Protocol):
    """A way out, set up for one office. Used by one thread at a time."""

    def send(self, message: Message) -> str:
        """Hand the message over; the receipt. Raises SendFailed."""
        ...

    def close(self) -> None:
        """Give up connections that were kept open."""
        ...


class HttpChannel:
    """A channel over HTTP: keeps its connection, follows no redirects, waits seconds and not minutes."""

    def __init__(self, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        self._session = requests.Session()
        self._session.trust_env = (
            False  # no proxies or .netrc from the machine: the address is what the office set
        )
        self._patience = (connect_seconds, read_seconds)

    def close(self) -> None:
        """Close the kept connection."""
        self._session.close()

    def post(self, url: str, **options: Any) -> dict[str, Any]:
        """POST and read a JSON object from a 200. Raises SendFailed with the class of everything else."""
        try:
            answer = self._session.post(url, timeout=self._patience, allow_redirects=False, **options)
        except (requests.ConnectTimeout, requests.exceptions.SSLError) as error:
            raise SendFailed("temporary", f"not connected ({type(error).__name__})") from error
        except requests.ConnectionError as error:
            raise SendFailed(*_connection_failure(error)) from error
        except requests.Timeout as error:
            raise SendFailed("unknown", "no answer in time") from error
        except requests.RequestException as error:
            raise SendFailed("permanent", f"the address is wrong ({type(error).__name__})") from error
        if answer.status_code != 200:
            raise SendFailed(_of_status(answer.status_code), f"HTTP {answer.status_code}")
        return _json_object(answer)


def _connection_failure(error: requests.ConnectionError) -> tuple[Failure, str]:
    """Refused or unresolved: nothing was sent. Cut off while waiting: nobody knows."""
    never_connected = "NewConnectionError" in repr(error) or "NameResolutionError" in repr(error)
    return ("temporary", "not connected") if never_connected else ("unknown", "connection lost")


def _of_status(status: int) -> Failure:
    if status in {408, 425, 429, 500, 503}:
        return "temporary"
    return "unknown" if status >= 500 else "permanent"


def _json_object(answer: requests.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError as error:
        raise SendFailed("unknown", "an answer that is not JSON") from error
    if not isinstance(found, dict):
        raise SendFailed("unknown", "an answer that is not an object")
    return found
