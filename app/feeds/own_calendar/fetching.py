"""Fetch a calendar from an address that somebody typed: only public ones, whatever names and redirects say.

The name is resolved once, every address it has must be a public one, and the connection goes to that very address:
a name that changes its answer meanwhile (DNS rebinding) changes nothing. Each redirect is checked the same way.
"""

import ipaddress
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import urllib3

from app.core.errors import RotaError

MOST_BYTES = 2 * 1024 * 1024
MOST_REDIRECTS = 3
SECONDS = 20.0
PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Resolve = Callable[[str, int], list[str]]


class CannotFetch(RotaError):
    """The address cannot be used, or does not answer with a calendar."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to connect: one address of a host that was checked."""

    scheme: str
    host: str
    port: int
    address: str
    path: str


def fetch(url: str, resolve: "Resolve | None" = None) -> bytes:
    """The bytes at the address. Raises CannotFetch saying why not and what to do."""
    until = time.monotonic() + SECONDS
    for _hop in range(MOST_REDIRECTS + 1):
        content, url = _get(checked_target(url, resolve or addresses_of), url, until)
        if content is not None:
            return content
    raise CannotFetch(
        "该网址转向次数过多，请改用最终的网址。", "The address redirects too often. Use the final one."
    )


def checked_target(url: str, resolve: Resolve) -> Target:
    """The one place to connect to. Raises CannotFetch for anything that is not a public web address."""
    url = url.strip()
    if url.lower().startswith("webcal://"):
        url = "https://" + url[9:]
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise _bad_address() from error
    if parts.scheme not in PORTS or not host or parts.username is not None or port != PORTS[parts.scheme]:
        raise _bad_address()
    found = resolve(host, port)
    if not found or not all(is_public(address) for address in found):
        raise CannotFetch(
            "该网址指向内部网络，或无法解析，不能读取。请下载日历文件后上传。",
            "The address points into an internal network or cannot be found. Download the calendar and upload the file.",
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, found[0], path)


def is_public(address: str) -> bool:
    """An address anybody on the internet could reach; not one that hides a private one inside."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            return False
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            found = inner
    return found.is_global and not found.is_multicast and not found.is_reserved


def addresses_of(host: str, port: int) -> list[str]:
    """Every address of a host, none when it has none."""
    try:
        return [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        return []


def _get(target: Target, url: str, until: float) -> tuple[bytes | None, str]:
    """The content, or None and where it redirects to."""
    limit = urllib3.Timeout(connect=5, read=10)
    headers = {
        "Host": target.host,
        "User-Agent": "Reception-Rota/1 (calendar import)",
        "Accept": "text/calendar",
    }
    pool: urllib3.HTTPConnectionPool
    if target.scheme == "https":
        pool = urllib3.HTTPSConnectionPool(
            target.address,
            target.port,
            timeout=limit,
            server_hostname=target.host,
            assert_hostname=target.host,
        )
    else:
        pool = urllib3.HTTPConnectionPool(target.address, target.port, timeout=limit)
    try:
        answer = pool.urlopen(
            "GET", target.path, headers=headers, redirect=False, retries=False, preload_content=False
        )
        if answer.status in (301, 302, 303, 307, 308):
            return None, urljoin(url, answer.headers.get("Location", ""))
        if answer.status != 200:
            raise CannotFetch(
                f"该网址的服务器返回 {answer.status}，请检查网址是否完整。",
                f"The server answers {answer.status}. Check that the address is complete.",
            )
        return _read(answer, until), url
    except (urllib3.exceptions.HTTPError, OSError) as error:
        raise CannotFetch(
            "连接不上该网址，请稍后再试，或下载日历文件后上传。",
            "The address cannot be reached. Try again later, or download the calendar and upload the file.",
        ) from error
    finally:
        pool.close()


def _read(answer: urllib3.BaseHTTPResponse, until: float) -> bytes:
    """The body, looked at piece by piece as it comes: one that drips is given up in time too."""
    parts, size = [], 0
    while part := answer.read1(65536, decode_content=True):
        size += len(part)
        if size > MOST_BYTES or time.monotonic() > until:
            raise CannotFetch(
                "日历超过 2 MB 或下载过慢，请导出较短的时段后上传文件。",
                "The calendar has more than 2 MB or comes too slowly. Export a shorter range and upload the file.",
            )
        parts.append(part)
    return b"".join(parts)


def _bad_address() -> CannotFetch:
    return CannotFetch(
        "请填写完整的日历网址，例如 https://example.org/calendar.ics（不含用户名、密码和端口）。",
        "Write the whole address, like https://example.org/calendar.ics, without user name, password or port.",
    )
