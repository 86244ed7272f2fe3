"""Photographs: where they were taken is not kept, the picture is; a picture too large to open is refused."""

import struct
import zlib

import pytest

from app.appointments.rules.files import Refused, inspect
from app.appointments.rules.pictures import pixels

PLACE = b"\x07\x5b\xcd\x15" * 6  # the three fractions of a latitude


def tiff() -> bytes:
    """Which side is up (6: turned right) and a latitude, as a telephone writes it."""
    first = struct.pack(">HHHIHHHHII", 2, 0x0112, 3, 1, 6, 0, 0x8825, 4, 1, 38) + b"\0" * 4
    place = struct.pack(">HHHII", 1, 2, 5, 3, 56) + b"\0" * 4
    return b"MM\0*\0\0\0\x08" + first + place + PLACE


def segment(mark: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body


def jpeg(width: int = 40, height: int = 30) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    scan = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\0\x34\xff\xd0\x56\xff\xd9"
    remarks = segment(0xE1, b"Exif\0\0" + tiff()) + segment(0xFE, b"taken by Demo")
    return b"\xff\xd8" + segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + remarks + segment(0xC0, frame) + scan


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 40, height: int = 30) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rest = (
        chunk(b"eXIf", tiff()) + chunk(b"tEXt", b"Author\0Demo") + chunk(b"IDAT", zlib.compress(b"\0" * 99))
    )
    return b"\x89PNG\r\n\x1a\n" + head + rest + chunk(b"IEND", b"")


def webp(width: int = 40, height: int = 30) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    parts = [(b"VP8X", b"\x08\0\0\0" + size), (b"VP8 ", b"picture!"), (b"EXIF", tiff())]
    body = b"WEBP" + b"".join(kind + struct.pack("<I", len(part)) + part for kind, part in parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def heic(width: int = 40, height: int = 30) -> bytes:
    size = b"\0\0\0\x14ispe\0\0\0\0" + struct.pack(">II", width, height)
    return b"\0\0\0\x18ftypheic" + b"\0" * 12 + size + b"\0\0\0\x06Exif\0\0" + tiff() + b"picture!"


MAKERS = {"jpg": jpeg, "png": png, "webp": webp, "heic": heic}


@pytest.mark.parametrize("kind", MAKERS)
def test_the_place_is_not_kept(kind: str) -> None:
    sent = MAKERS[kind]()
    kept = inspect(f"路面.{kind}", sent).data
    assert PLACE in sent
    assert PLACE not in kept
    assert pixels(kept) == pixels(sent) == 1200
    assert inspect(f"路面.{kind}", kept).data == kept, "cleaning twice changes nothing"


@pytest.mark.parametrize("kind", MAKERS)
def test_a_picture_that_would_fill_a_computer(kind: str) -> None:
    with pytest.raises(Refused, match="pixels"):
        inspect(f"a.{kind}", MAKERS[kind](16_000, 16_000))


def test_a_photograph_stays_upright_and_loses_what_follows_it() -> None:
    kept = inspect("a.jpg", jpeg() + b"a film with sound behind the photograph").data
    assert kept.endswith(b"\x12\xff\0\x34\xff\xd0\x56\xff\xd9")
    assert struct.pack(">HHIH", 0x0112, 3, 1, 6) in kept
    assert b"Demo" not in kept


def test_cut_or_turned_bytes_break_nothing() -> None:
    for make, kind in ((jpeg, "jpg"), (png, "png"), (webp, "webp"), (heic, "heic")):
        whole = make()
        for at in range(12, len(whole)):
            for broken in (whole[:at], whole[:at] + b"\xff" + whole[at + 1 :]):
                try:
                    inspect(f"a.{kind}", broken)
                except Refused as refused:
                    assert refused.text.zh
