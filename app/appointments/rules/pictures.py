"""Photographs without what nobody meant to send: where they were taken, with what, and bytes behind the picture. Pure.

The place and device in a photograph are personal data the office does not need; who took it keeps the original.
Only the picture, its colours and which side is up are kept. What cannot be followed is returned as it was.
"""

import re
import struct
from collections.abc import Iterator
from itertools import islice
from typing import Literal

_ORIENTATION, _POSITION = 0x0112, 0x8825
_BYTES_OF = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 9: 4, 10: 8}  # of one value, by its kind in a TIFF table
_PIECES = 10_000  # no camera writes more beside a picture
_EXIF = b"Exif\0\0"
_TIFF_BLOCKS = 16  # more of them in one photograph are made up
_PNG_KEPT = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"IDAT",
        b"IEND",
        b"tRNS",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"iCCP",
        b"sBIT",
        b"pHYs",
        b"bKGD",
    )
)
_WEBP_DROPPED = (b"EXIF", b"XMP ")
_XMP_POSITION = re.compile(rb"(exif:GPS(?:Latitude|Longitude|Altitude|Dest\w*)\s*(?:=\s*[\"']|>))([^\"'<]*)")


def pixels(data: bytes) -> int:
    """Width times height as the file says; 0 when it does not say."""
    if data.startswith(b"\xff\xd8"):
        frames = (
            body
            for mark, body in _segments(data)[0]
            if 0xC0 <= mark <= 0xCF and mark not in (0xC4, 0xC8, 0xCC)
        )
        return max((_area(body[3:5], body[1:3]) for body in frames if len(body) >= 5), default=0)
    if data.startswith(b"\x89PNG") and data[12:16] == b"IHDR":
        return _area(data[16:20], data[20:24])
    if data[:4] == b"RIFF":
        return max((_webp_area(kind, body) for kind, body in _riff(data)), default=0)
    return max(
        (_area(match[1], match[2]) for match in re.finditer(rb"ispe.{4}(.{4})(.{4})", data, re.S)), default=0
    )


def without_position(data: bytes) -> bytes:
    """The same picture without place, device, time and hidden additions."""
    if data.startswith(b"\xff\xd8"):
        return _clean_jpeg(data)
    if data.startswith(b"\x89PNG"):
        return _clean_png(data)
    if data[:4] == b"RIFF":
        return _clean_webp(data)
    return _clean_heic(data)


def _area(width: bytes, height: bytes) -> int:
    return int.from_bytes(width, "big") * int.from_bytes(height, "big")


def _segments(data: bytes) -> tuple[list[tuple[int, bytes]], int]:
    """The segments before the picture data of a JPEG, and where that begins; -1 when it is not reached."""
    found: list[tuple[int, bytes]] = []
    at, padding = 2, 0
    while at + 4 <= len(data) and data[at] == 0xFF and len(found) < _PIECES:
        mark, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if mark == 0xFF:  # padding
            padding += 1
            at += 1
            if padding > _PIECES:
                break
            continue
        if length < 2:
            break
        if mark == 0xDA:
            return found, at
        found.append((mark, data[at + 4 : at + 2 + length]))
        at += 2 + length
    return found, -1


def _clean_jpeg(data: bytes) -> bytes:
    segments, picture = _segments(data)
    end = _end_of_jpeg(data, picture)
    if picture < 0 or end < 0:
        return data
    kept = [(mark, body) for mark, body in segments if _jpeg_needs(mark, body)]
    side = next((side for mark, body in segments if mark == 0xE1 and 1 < (side := _side_up(body)) <= 8), 1)
    if side > 1:
        kept.insert(0, (0xE1, _exif_of(side)))
    heads = (struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body for mark, body in kept)
    return b"\xff\xd8" + b"".join(heads) + data[picture:end]


def _jpeg_needs(mark: int, body: bytes) -> bool:
    """Tables and frames, the first header, colour profile and Adobe's colour mark; no remarks, no applications."""
    if mark == 0xE2:
        return body.startswith(b"ICC_PROFILE")
    return mark not in (0xFE, *range(0xE1, 0xF0)) or (mark == 0xEE and body.startswith(b"Adobe"))


def _end_of_jpeg(data: bytes, picture: int) -> int:
    """Behind the end mark of the picture: in its data, 0xFF stands before 0 or a restart mark only, or a next scan."""
    at = data.find(b"\xff", picture + 2) if picture >= 0 else -1
    while 0 <= at < len(data) - 1:
        mark = data[at + 1]
        if mark == 0xD9:
            return at + 2
        if mark in (0x00, 0xFF) or 0xD0 <= mark <= 0xD7:
            at = data.find(b"\xff", at + (1 if mark == 0xFF else 2))
        else:
            at = data.find(b"\xff", at + 2 + max(int.from_bytes(data[at + 2 : at + 4], "big"), 2))
    return -1


def _exif_of(side: int) -> bytes:
    """The least an orientation needs."""
    return _EXIF + b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, side, 0, 0)


def _side_up(body: bytes) -> int:
    if not body.startswith(_EXIF):
        return 1
    entry = _table(body[6:]).get(_ORIENTATION)
    return int.from_bytes(body[6:][entry + 8 : entry + 10], _order(body[6:])) if entry else 1


def _order(tiff: bytes) -> Literal["little", "big"]:
    return "little" if tiff[:2] == b"II" else "big"


def _table(tiff: bytes, at: int | None = None) -> dict[int, int]:
    """Where each entry of a table of a TIFF block stands, by tag; the first table without `at`."""
    order = _order(tiff)
    first = int.from_bytes(tiff[4:8], order) if at is None else at
    count = int.from_bytes(tiff[first : first + 2], order)
    places = range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12)
    return {int.from_bytes(tiff[place : place + 2], order): place for place in places}


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG with their length and check sum, up to its end."""
    at = 8
    while at + 12 <= len(data):
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at:end]
        at = end


def _clean_png(data: bytes) -> bytes:
    kept = []
    for kind, chunk in _chunks(data):
        if kind in _PNG_KEPT:
            kept.append(chunk)
        if kind == b"IEND":
            return data[:8] + b"".join(kept)
    return data


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, min(8 + int.from_bytes(data[4:8], "little"), len(data))
    for _piece in range(_PIECES):
        if at + 8 > end:
            return
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _webp_area(kind: bytes, body: bytes) -> int:
    if kind == b"VP8X":
        return (int.from_bytes(body[4:7], "little") + 1) * (int.from_bytes(body[7:10], "little") + 1)
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    return 0  # VP8 alone has 16383 at most each way, and the file's size bounds it


def _clean_webp(data: bytes) -> bytes:
    found = list(_riff(data))
    if not any(kind in (b"VP8 ", b"VP8L", b"VP8X") and body for kind, body in found):
        return data
    out = bytearray(b"WEBP")
    for kind, body in found:
        if kind in _WEBP_DROPPED:
            continue
        content = bytes([body[0] & ~0x0C]) + body[1:] if kind == b"VP8X" and body else body
        out += kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(out)) + bytes(out)


def _clean_heic(data: bytes) -> bytes:
    """Nothing may move in this format: the position is overwritten where it stands."""
    blank = bytearray(_XMP_POSITION.sub(lambda match: match[1] + b" " * len(match[2]), data))
    for match in islice(re.finditer(rb"II\*\0|MM\0\*", data), _TIFF_BLOCKS):
        _blank_position(blank, match.start())
    return bytes(blank)


def _blank_position(data: bytearray, start: int) -> None:
    tiff = bytes(data[start : start + 0x10000])
    entry = _table(tiff).get(_POSITION)
    if entry is None:
        return
    order = _order(tiff)
    table = int.from_bytes(tiff[entry + 8 : entry + 12], order)
    for place in _table(tiff, table).values():
        size = _BYTES_OF.get(int.from_bytes(tiff[place + 2 : place + 4], order), 1)
        size *= int.from_bytes(tiff[place + 4 : place + 8], order)
        at = place + 8 if size <= 4 else int.from_bytes(tiff[place + 8 : place + 12], order)
        if at + size <= len(tiff):
            data[start + at : start + at + size] = b"\0" * size
