"""How long a text message is, as the networks count it (3GPP TS 23.038 and 23.040). Pure.

A text of the GSM 7-bit alphabet has 160 characters, or 153 in each part of several; any other (all Chinese) is
UCS-2: 70, or 67 in each part. A character of the extension table counts two, and so does an emoji.
"""

from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
_LIMITS = {"GSM-7": (160, 153), "UCS-2": (70, 67)}
_BEYOND_16_BITS = 0xFFFF


@dataclass(frozen=True, slots=True)
class Length:
    """`units` of the encoding, in `parts` messages; `left` fit into the last of them."""

    encoding: str
    units: int
    parts: int
    left: int


def length(text: str) -> Length:
    """Count a text message. An empty text is one empty part."""
    encoding = "GSM-7" if all(sign in _BASIC or sign in _EXTENDED for sign in text) else "UCS-2"
    sizes = [_size(sign, encoding) for sign in text]
    single, each = _LIMITS[encoding]
    units = sum(sizes)
    if units <= single:
        return Length(encoding, units, 1, single - units)
    parts, used = 1, 0
    for size in sizes:  # a character of two units is never cut in half
        if used + size > each:
            parts, used = parts + 1, 0
        used += size
    return Length(encoding, units, parts, each - used)


def _size(sign: str, encoding: str) -> int:
    if encoding == "GSM-7":
        return 2 if sign in _EXTENDED else 1
    return 2 if ord(sign) > _BEYOND_16_BITS else 1
