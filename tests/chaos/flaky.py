"""A network that misbehaves on demand: a TCP proxy between a browser and a server.

ok        passes everything
cut       refuses connections and ends the open ones
slow      512 bytes at a time, a third of a second apart
halves    answers end in the middle of their body
garbage   a page of something else, with status 200
error     status 502
broken    status 500, as a server in trouble says it
portal    a redirect to a page that wants to be signed in to, as guest networks have it
"""

import contextlib
import socket
import threading
import time

MODES = ("ok", "cut", "slow", "halves", "garbage", "error", "broken", "portal")
_CANNED = {
    "garbage": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 23\r\nConnection: close\r\n\r\n<h1>Please sign in</h1>",
    "error": b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 20\r\nConnection: close\r\n\r\n<h1>Bad gateway</h1>",
    "broken": b"HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    "portal": b"HTTP/1.1 302 Found\r\nLocation: /portal\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}
_HALF = 700  # bytes of an answer that pass in "halves": its head and a little of the body


class FlakyProxy:
    """Listens on a free port of this machine and passes on to `upstream` (port). Close it at the end."""

    def __init__(self, upstream: int) -> None:
        self.upstream = upstream
        self._mode = "ok"
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def mode(self) -> str:
        """How it behaves now."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        """Behave so from now on; the open connections end."""
        if mode not in MODES:
            raise ValueError(mode)
        self._mode = mode
        for connection in list(self._open):
            _end(connection)

    def close(self) -> None:
        """Stop listening and end every connection."""
        _end(self._listener)
        for connection in list(self._open):
            _end(connection)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                threading.Thread(target=self._serve, args=(client, self._mode), daemon=True).start()

    def _serve(self, client: socket.socket, mode: str) -> None:
        self._open.add(client)
        server = None
        try:
            if mode in _CANNED:
                asked = client.recv(65536)
                signs_in = mode == "portal" and asked.startswith(b"GET /portal")
                client.sendall(_CANNED["garbage" if signs_in else mode])
            elif mode != "cut":
                server = socket.create_connection(("127.0.0.1", self.upstream), timeout=10)
                server.settimeout(None)
                self._open.add(server)
                threading.Thread(target=_pump, args=(client, server, "ok"), daemon=True).start()
                _pump(server, client, mode)
        except OSError:
            return
        finally:
            for connection in filter(None, (client, server)):
                self._open.discard(connection)
                _end(connection)


def _pump(source: socket.socket, target: socket.socket, mode: str) -> None:
    passed = 0
    with contextlib.suppress(OSError):
        while data := source.recv(512 if mode == "slow" else 65536):
            if mode == "halves":
                target.sendall(data[: max(0, _HALF - passed)])
                passed += len(data)
                if passed >= _HALF:
                    break
                continue
            if mode == "slow":
                time.sleep(0.33)
            target.sendall(data)
    _end(target)


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
