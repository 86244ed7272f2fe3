"""What a PDF does by itself: scripts, starting programs, carrying files. Pure."""

import re
import zlib
from collections.abc import Iterator

_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"stream\r?\n")
_PIECE = 64 * 1024
_STREAMS = 50_000
_HEAD = 1024  # of a stream: its dictionary stands before it
# Short names only before a value they can have: three letters turn up by chance in a photograph's bytes.
_RUNS = re.compile(
    rb"/(?:(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|ImportData)\b"
    rb"|JS\s*(?:\([\t-~]{3}|<[0-9A-Fa-f<\s]{3}|\d+\s+\d+\s+R)"
    rb"|EF\s*(?:<<|\d+\s+\d+\s+R)|XFA\s*(?:\[|\d+\s+\d+\s+R))"
)
# A table of objects packed in any way but the usual one hides what is in it.
_UNUSUAL = re.compile(rb"ASCIIHex|ASCII85|LZW|RunLength|/AHx|/A85|/RL\b|/Crypt")


class TooMuch(ValueError):
    """It unpacks to more than is looked at."""


def is_locked(data: bytes) -> bool:
    """Whether a password was set."""
    return b"/Encrypt" in _plain(data)


def runs(data: bytes, most: int) -> bool:
    """Whether anything in it runs, plays or carries a file. Raises TooMuch beyond `most` unpacked bytes."""
    if _RUNS.search(_plain(data)):
        return True
    left = most - len(data)
    for number, start in enumerate(match.end() for match in _STREAM.finditer(data)):
        head = _plain(data[max(0, start - _HEAD) : start]).rpartition(b"obj")[2]
        if b"/ObjStm" in head and _UNUSUAL.search(head):
            return True
        unpacked = b"".join(_inflated(memoryview(data)[start:], left))
        left -= len(unpacked)
        if left < 0 or number > _STREAMS:
            raise TooMuch
        if _RUNS.search(_plain(unpacked)):
            return True
    return False


def _plain(data: bytes) -> bytes:
    """Names with their escapes undone: /J#61vaScript is /JavaScript."""
    return _NAME_ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), data)


def _inflated(stream: memoryview, most: int) -> Iterator[bytes]:
    """A compressed stream to its own end, wherever the file says it ends and whatever its check sum."""
    if len(stream) < 3 or stream[0] & 15 != 8 or (stream[0] * 256 + stream[1]) % 31:
        return
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(2, len(stream), _PIECE):
        try:
            found = unpack.decompress(stream[at : at + _PIECE], max(most, 0) + 1)
        except zlib.error:
            return
        yield found
        most -= len(found)
        if unpack.eof or most < 0:
            return
