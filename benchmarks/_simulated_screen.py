"""A lobby screen without a browser: it asks for its snapshot and holds its stream as the player does."""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field

POLL = (20.0, 23.0)  # seconds


@dataclass
class SimulatedScreen:
    """One player: its token, the ETag it has, and when each new snapshot was complete."""

    port: int
    token: str
    etag: str = ""
    arrivals: list[float] = field(default_factory=list)
    asked: int = 0
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self) -> int:
        """Ask once; the status."""
        async with self.asking:
            status, headers, _body = await self.request("/screen/own/state.json")
            self.asked += 1
            if status == 200:
                self.etag = headers["etag"]
                self.arrivals.append(time.time())
            return status

    async def request(self, path: str) -> tuple[int, dict[str, str], bytes]:
        """One GET on a connection of its own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(self.head(path).encode())
            status, headers = await read_head(reader)
            body = await reader.readexactly(int(headers.get("content-length", 0))) if status == 200 else b""
            return status, headers, body
        finally:
            writer.close()

    def head(self, path: str) -> str:
        """The request's head."""
        known = f"If-None-Match: {self.etag}\r\n" if self.etag else ""
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{known}X-Screen-Token: {self.token}\r\n\r\n"

    async def follow(self) -> None:
        """Hold the stream; every nudge is a question. Ends when the server ends it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.head("/screen/own/nudges").encode())
        status, _headers = await read_head(reader)
        if status != 200:
            raise RuntimeError(f"no stream: {status}")
        try:
            while line := await reader.readline():
                if line.startswith(b"data:"):
                    await self.ask()
        finally:
            writer.close()

    async def poll(self) -> None:
        """Ask every 20 to 23 seconds."""
        await asyncio.sleep(random.uniform(0, POLL[1]))
        while True:
            await self.ask()
            await asyncio.sleep(random.uniform(*POLL))


async def read_head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and headers (names in small letters) of an answer."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if ": " in line)
    return int(lines[0].split()[1]), headers
