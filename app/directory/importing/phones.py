"""Telephone numbers as people type them, brought to one form.

Mobile numbers are 11 digits; landlines 0312-1234567, with an extension 0312-1234567-8001. Source for the area
codes' lengths: the national numbering plan (010 and 02x have three digits, all others four).
"""

import re
from dataclasses import dataclass

from app.core.text import Text
from app.directory.importing.cells import cell_text, half_width, is_nothing
from app.directory.importing.grid import Cell

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})")
_SERVICE = re.compile(r"([48]00)(\d{3})(\d{4})")
_LOCAL = re.compile(r"\d{7,8}")
_SHORT = re.compile(r"\d{3,6}")
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:转分机|分机号?|转|ext\.?|x)[:\s]*(\d{1,6})", re.IGNORECASE)
_COUNTRY = re.compile(r"(?:\+|00)\s*\(?\s*86\s*\)?|\(\s*\+?86\s*\)|^86(?=[\s-]*1[3-9])")
_SEPARATORS = re.compile(r"[、,;/|\n]|\s{2,}|或|(?<=\d)\s(?=1[3-9]\d{9})|(?<=\d{7})\s(?=0\d{2,3}[-\s]?\d{7})")
_LABEL_BEHIND = re.compile(r"(?<=\d)\s*[(\[][\u4e00-\u9fff]{1,6}[)\]]")
"""A kind of number behind it, "138 0013 8000(手机)0312-1234567(办)": another number may follow."""
_NEXT_LABEL = re.compile(r"(?<=\d)\s*(?=(?!转|分机)[\u4e00-\u9fff]{1,4}\s*[:：]?\s*[+(01]\d{2})")
_DASHES = str.maketrans("—–−‐‑", "-----")
_LABEL = re.compile(r"[^\d+()*xX]+")


@dataclass(frozen=True, slots=True)
class CleanPhone:
    """A number in its one form, "" when there is none or it could not be read; and what was wrong."""

    number: str
    problems: tuple[Text, ...] = ()


def is_mobile(number: str) -> bool:
    """Whether a cleaned number is a mobile phone, which belongs to one person."""
    return _MOBILE.fullmatch(number) is not None


def clean_phone(cell: Cell) -> CleanPhone:
    """The first number of a cell in its one form. Never raises; an unreadable number is a problem."""
    text = half_width(cell_text(cell)).translate(_DASHES).strip("'` ")
    if is_nothing(text):
        return CleanPhone("")
    if _LOST_DIGITS.fullmatch(text.replace(" ", "")):
        return CleanPhone("", (_lost_digits(text),))
    pieces = [
        piece.strip()
        for piece in _SEPARATORS.split(_NEXT_LABEL.sub("\n", _LABEL_BEHIND.sub("\n", text)))
        if re.search(r"\d", piece)
    ]
    numbers = [number for piece in pieces if (number := _number(piece, is_number=not isinstance(cell, str)))]
    whole = _number(text, is_number=not isinstance(cell, str))
    if whole:
        return CleanPhone(whole, _remarks(whole, cell))
    if not numbers:
        return CleanPhone("", (_unreadable(text),))
    return _several(numbers, len(pieces), text)


def _several(numbers: list[str], pieces: int, text: str) -> CleanPhone:
    chosen = next(filter(is_mobile, numbers), numbers[0])
    if len(set(numbers)) == 1 and pieces == len(numbers):
        return CleanPhone(chosen)
    return CleanPhone(
        chosen,
        (
            Text(
                f"“{' '.join(text.split())}”里不止一个号码，采用 {chosen}；其余请记在备注里。",
                f"“{' '.join(text.split())}” holds more than one number; {chosen} is used, keep others in the notes.",
            ),
        ),
    )


def _number(text: str, is_number: bool) -> str:
    """One number in its one form; "" when it is none."""
    text, has_country = _COUNTRY.subn("", text, count=1)
    may_lack_zero = is_number or has_country > 0
    extension = _EXTENSION.search(text)
    if extension:
        text = text[: extension.start()]
    digits, dashed_extension = _digits(text)
    if not digits:
        return ""
    suffix = f"-{extension[1]}" if extension else dashed_extension
    if _MOBILE.fullmatch(digits):
        return digits
    if (
        landline := _LANDLINE.fullmatch(digits)
        or (may_lack_zero and _LANDLINE.fullmatch(f"0{digits}"))
        or None
    ):
        return f"{landline[1]}-{landline[2]}{suffix}"
    if service := _SERVICE.fullmatch(digits):
        return "-".join(service.groups())
    if _LOCAL.fullmatch(digits):
        return f"{digits}{suffix}"
    return digits if _SHORT.fullmatch(digits) and not suffix else ""


def _digits(text: str) -> tuple[str, str]:
    """The digits of a number, and "-8001" for an extension behind a second dash; "" for masked or odd ones."""
    if "*" in text or re.search(r"\d\s*[xX]{2,}", text):
        return "", ""
    label = _LABEL.match(text)
    compact = re.sub(r"[\s()._]", "", text[label.end() :] if label else text)
    match = re.fullmatch(r"(0\d{2,3}-?\d{7,8}|\d{7,8})-(\d{1,6})[^\d]*", compact)
    if match and not (len(match[1]) <= 8 and len(match[1]) + len(match[2]) == 11):
        return match[1].replace("-", ""), f"-{match[2]}"
    plain = re.fullmatch(r"\+?([\d-]+)[^\d]*", compact)
    return (plain[1].replace("-", ""), "") if plain else ("", "")


def _remarks(number: str, cell: Cell) -> tuple[Text, ...]:
    if not isinstance(cell, str) and number.startswith("0"):
        return (
            Text(
                f"电话在表里是数值，开头的 0 已补上：{number}，请核对。",
                f"The phone is stored as a number and had lost its leading 0: {number}, please check it.",
            ),
        )
    if _SHORT.fullmatch(number):
        return (
            Text(
                f"电话“{number}”像是内部短号，外面打不通。",
                f"The phone “{number}” looks like an internal short number that cannot be called from outside.",
            ),
        )
    return ()


def _lost_digits(text: str) -> Text:
    return Text(
        f"电话“{text}”是科学计数法，已丢失数字；请把该列设为文本格式，重新填写完整号码。",
        f"The phone “{text}” is in scientific notation and has lost digits; format the column as text and type it again.",
    )


def _unreadable(text: str) -> Text:
    shown = " ".join(text.split())[:40]
    return Text(
        f"电话“{shown}”不是有效号码，没有采用；手机应为 11 位，座机请写成“区号-号码”。",
        f"The phone “{shown}” is not a valid number and was left out; a mobile has 11 digits, "
        "a landline is written as area code and number.",
    )
