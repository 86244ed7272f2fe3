"""A real SMTP server and a real HTTP gateway to send to, each told how to behave."""

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

MESSAGE_ID = re.compile(rb"^Message-ID:\s*(<[^>]+>)", re.MULTILINE | re.IGNORECASE)
Answer = Callable[[int, dict[str, Any], dict[str, str]], "tuple[int, bytes] | None"]


@dataclass
class MailSink:
    """What arrived, and what the server says to the n-th mail (None: it takes it)."""

    say: Callable[[int, str], str | None] = lambda _number, _to: None
    raw: list[bytes] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    seen: int = 0

    @property
    def mails(self) -> list[EmailMessage]:
        return [message_from_bytes(raw, policy=policy.default) for raw in self.raw]


class _Hooks:
    """The server's hooks, and nothing else: for each connection it looks at every attribute of this object."""

    def __init__(self, sink: MailSink) -> None:
        self._sink = sink

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, to: str, _options: Any) -> str:
        if to.startswith("gone"):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        sink = self._sink
        sink.seen += 1
        refusal = sink.say(sink.seen, envelope.rcpt_tos[0])
        if refusal:
            return refusal
        found = MESSAGE_ID.search(envelope.content)
        sink.ids.append(found.group(1).decode() if found else "")
        sink.raw.append(envelope.content)
        return "250 2.0.0 taken"


@contextmanager
def mail_sink(sink: MailSink) -> Iterator[int]:
    """Serve; the port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    controller = Controller(_Hooks(sink), hostname="127.0.0.1", port=port)
    controller.start()
    yield port
    controller.stop()


@dataclass
class Gateway:
    """An HTTP gateway: the bodies it took, and what it answers to the n-th request (None: it hangs up)."""

    answer: Answer
    bodies: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@contextmanager
def gateway(state: Gateway) -> Iterator[str]:
    """Serve; the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            raw = self.rfile.read(length)
            if len(raw) < length:  # the sender died half-way: nothing that could be delivered
                self.close_connection = True
                return
            try:
                body = json.loads(raw)
            except ValueError:
                body = {"form": raw.decode()}
            with state.lock:
                state.bodies.append(body)
                state.raw.append(raw)
                state.headers.append(dict(self.headers))
                state.paths.append(self.path)
                number = len(state.bodies)
            answer = state.answer(number, body, dict(self.headers))
            if answer is None:
                self.close_connection = True
                self.connection.close()
                return
            status, content = answer
            with suppress(OSError):  # the sender may be gone, or tired of waiting
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *_args: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, _request: Any, _address: Any) -> None:
            """Quiet: senders are killed in the middle of a request."""

    server = Server(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
