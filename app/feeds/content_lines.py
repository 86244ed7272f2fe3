"""Content lines of iCalendar (RFC 5545 section 3.1): escaping, folding, line ends. Pure text in, bytes out."""

import datetime as dt
import re

LIMIT = 75  # octets of a line, without its line end
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_UNSAFE_IN_PARAMETER = re.compile(r'["\x00-\x1f\x7f]')


def escape(text: str) -> str:
    """A TEXT value (section 3.3.11): backslash, semicolon, comma and line end escaped, control characters dropped."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
    return _CONTROL.sub("", text)


def parameter(text: str) -> str:
    """A quoted parameter value; what may not stand in one is dropped."""
    return f'"{_UNSAFE_IN_PARAMETER.sub("", text)}"'


def fold(line: str) -> bytes:
    """One content line with its CRLF, folded so that no line has more than 75 octets and no character is cut."""
    octets = line.encode()
    if len(octets) <= LIMIT:
        return octets + b"\r\n"
    parts, start, room = [], 0, LIMIT
    while len(octets) - start > room:
        stop = _last_boundary(octets, start, start + room)
        parts.append(octets[start:stop])
        start, room = stop, LIMIT - 1  # a continuation line begins with one space
    parts.append(octets[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def _last_boundary(octets: bytes, start: int, stop: int) -> int:
    """The last place up to `stop` between two characters, and not inside an escape like `\\n`."""
    while octets[stop] & 0xC0 == 0x80:
        stop -= 1
    backslashes = 0
    while stop - backslashes > start and octets[stop - backslashes - 1] == 0x5C:
        backslashes += 1
    return stop - backslashes % 2


def local_time(day: dt.date, time: dt.time) -> str:
    """A local DATE-TIME value: 20260302T083000."""
    return f"{day:%Y%m%d}T{time:%H%M%S}"


def utc_time(instant: dt.datetime) -> str:
    """A UTC DATE-TIME value: 20260302T003000Z. `instant` is aware."""
    return f"{instant.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
