"""Nudges: "look again", without content, over one stream a screen that costs no thread.

Under gunicorn the answer's first bytes announce a body that is longer than anything, the connection's socket is
duplicated, and one thread of the process writes to all duplicates; gunicorn closes its own copy as an idle connection
(ADR 0010). Other servers that give every connection a thread of its own stream in it; the rest answer 204, which ends
an EventSource: a screen then only polls. The one thread looks twice a second how far the program's changes have come.
"""

import contextlib
import os
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from app.screens import queries
from app.screens.queries import Changes

LOOK_EVERY = 0.4  # seconds
SIGN_OF_LIFE_EVERY = 15.0  # seconds; proxies end a silent connection after 60
MOST_STREAMS = 600  # a process
OPENING = b"retry: 2000\n\n"
NUDGE = b"data: look\n\n"
SIGN_OF_LIFE = b":\n\n"
ENDLESS = 10**12  # bytes announced: no stream ever gets there
_IDLE_LIFE = 30.0  # seconds the thread stays without any stream

Send = Callable[[bytes], None]  # raises OSError when the other end is gone
log = structlog.get_logger("screens")


class Nudger:
    """The streams of this process and the thread that writes to them."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._lock = threading.Lock()
        self._streams: dict[Send, frozenset[int]] = {}
        self._thread: threading.Thread | None = None
        self._seen: Changes | None = None

    def add(self, send: Send, office_ids: frozenset[int]) -> bool:
        """Nudge through `send` when one of the offices changes. False when there are too many streams."""
        with self._lock:
            if len(self._streams) >= MOST_STREAMS:
                return False
            self._streams[send] = office_ids
            if self._thread is None:
                self._seen = None
                self._thread = threading.Thread(target=self._run, name="nudges", daemon=True)
                self._thread.start()
        return True

    def remove(self, send: Send) -> None:
        """Forget a stream."""
        with self._lock:
            self._streams.pop(send, None)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def _run(self) -> None:
        alive_at = used_at = time.monotonic()
        while True:
            now = time.monotonic()
            used_at = now if self._streams else used_at
            with self._lock:
                if now - used_at > _IDLE_LIFE and not self._streams:
                    self._thread = None
                    return
            for office_id in self._changed():
                self._write(NUDGE, office_id)
            if now - alive_at >= SIGN_OF_LIFE_EVERY:
                alive_at = now
                self._write(SIGN_OF_LIFE, None)
            time.sleep(LOOK_EVERY)

    def _changed(self) -> set[int]:
        """Offices with changes since the last look; none while the database does not answer."""
        try:
            with self._app.app_context():
                now = queries.changes()
                before, self._seen = self._seen or now, now
                return queries.changed_offices(before) if now != before else set()
        except SQLAlchemyError as error:
            log.warning("nudges: the database does not answer", error=type(error).__name__)
            return set()

    def _write(self, data: bytes, office_id: int | None) -> None:
        with self._lock:
            wanted = [send for send, ids in self._streams.items() if office_id is None or office_id in ids]
        for send in wanted:
            try:
                send(data)
            except OSError:
                self.remove(send)


class DuplicateSocket:
    """Our own copy of a connection. Nothing waits for it: a client too slow for a few bytes is dropped."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = socket.socket(fileno=os.dup(connection.fileno()))

    def __call__(self, data: bytes) -> None:
        """Write without blocking. Raises OSError, and closes, when that cannot be done at once."""
        try:
            if self._socket.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) != len(data):
                raise OSError("the client does not read")
            self._check_open()
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        """Give our copy back."""
        self._socket.close()

    def _check_open(self) -> None:
        """Raises OSError when the other end has closed."""
        with contextlib.suppress(BlockingIOError):
            if not self._socket.recv(1, socket.MSG_DONTWAIT | socket.MSG_PEEK):
                raise OSError("closed")


def stream_to(nudger: Nudger, environ: dict[str, Any], office_ids: frozenset[int]) -> Iterator[bytes] | None:
    """The body of a stream and its registration; None where this server cannot stream."""
    connection = environ.get("gunicorn.socket")
    if connection is not None:
        if isinstance(connection, ssl.SSLSocket) or environ.get("SERVER_PROTOCOL") != "HTTP/1.1":
            return None
        return _handed_over(nudger, connection, office_ids)
    if "werkzeug.socket" in environ and environ["wsgi.multithread"]:
        return _threaded(nudger, office_ids)
    return None


def _handed_over(
    nudger: Nudger, connection: socket.socket, office_ids: frozenset[int]
) -> Iterator[bytes] | None:
    send = DuplicateSocket(connection)

    def body() -> Iterator[bytes]:
        yield OPENING
        if not nudger.add(send, office_ids):
            send.close()

    return body()


def _threaded(nudger: Nudger, office_ids: frozenset[int]) -> Iterator[bytes]:
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def body() -> Iterator[bytes]:
        nudger.add(waiting.put, office_ids)
        try:
            yield OPENING
            while True:
                yield waiting.get()
        finally:
            nudger.remove(waiting.put)

    return body()
