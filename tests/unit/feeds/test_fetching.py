"""Addresses somebody types: private ones are refused, whatever form they take."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from app.feeds.own_calendar import fetching
from app.feeds.own_calendar.fetching import CannotFetch, addresses_of, checked_target, fetch, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "100.64.0.1",
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1",
    ],
)  # fmt: skip
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "2606:4700:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/a.ics", "https://user:pw@example.org/a.ics", "example.org",
        "https://example.org:22/a.ics", "http://[::1", "https:///a.ics", "https://example.org:443000/", "",
    ],
)  # fmt: skip
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(CannotFetch):
        checked_target(url, lambda _host, _port: ["1.1.1.1"])


def test_one_private_answer_spoils_a_name() -> None:
    with pytest.raises(CannotFetch) as refused:
        checked_target("https://example.org/a.ics", lambda _host, _port: ["1.1.1.1", "127.0.0.1"])
    assert "内部网络" in refused.value.text.zh


def test_the_connection_goes_to_the_address_that_was_checked() -> None:
    answers = iter([["1.1.1.1"], ["127.0.0.1"]])
    target = checked_target("webcal://example.org/a.ics?x=1", lambda _host, _port: next(answers))
    assert (target.scheme, target.address, target.host, target.path) == (
        "https",
        "1.1.1.1",
        "example.org",
        "/a.ics?x=1",
    )


def test_a_redirect_into_the_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def redirect(_target: object, _url: str, _until: float) -> tuple[None, str]:
        return None, "http://127.0.0.1/secret"

    monkeypatch.setattr(fetching, "_get", redirect)
    with pytest.raises(CannotFetch):
        fetch(
            "https://example.org/a.ics",
            lambda host, _port: ["1.1.1.1"] if host == "example.org" else ["127.0.0.1"],
        )


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/a.ics", "http://0x7f000001/", "http://0177.0.0.1/", "http://127.1/", "http://[::1]/",
        "http://[::ffff:7f00:1]/", "http://[fd00::1]/a.ics", "http://localhost/", "http://0/", "webcal://127.0.0.1/",
    ],
)  # fmt: skip
def test_every_spelling_of_an_inner_address_is_refused_by_the_real_resolver(url: str) -> None:
    with pytest.raises(CannotFetch):
        checked_target(url, addresses_of)


def test_a_body_that_drips_is_given_up_in_time() -> None:
    def drip(listener: socket.socket) -> None:
        with suppress(OSError), listener.accept()[0] as client:
            client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for _byte in range(100):
                client.sendall(b"x")
                time.sleep(0.02)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=drip, args=(listener,), daemon=True).start()
        target = fetching.Target("http", "example.org", listener.getsockname()[1], "127.0.0.1", "/")
        began = time.monotonic()
        with pytest.raises(CannotFetch, match="comes too slowly"):
            fetching._get(target, "http://example.org/", began + 0.1)
    assert time.monotonic() - began < 1.5
