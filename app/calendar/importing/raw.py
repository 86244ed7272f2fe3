"""What all three file formats are read into, and the words for "rest" and "work" in them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from app.core.text import Text

_OFF_WORDS = frozenset({"休", "放假", "假", "假期", "休息", "休假", "off", "holiday", "rest", "day off"})
_WORK_WORDS = frozenset(
    {
        "班",
        "上班",
        "补班",
        "调休上班",
        "上班补休",
        "调班",
        "工作日",
        "work",
        "workday",
        "working day",
        "make-up",
    }
)


@dataclass(frozen=True, slots=True)
class RawDay:
    """One day as a file says it; `where` tells a person which line or event it is."""

    day: date
    name: str
    off: bool
    where: Text


@dataclass(frozen=True, slots=True)
class RawNotice:
    """What a file holds: the year when the file itself says it, the days, the papers, and what was left out."""

    days: tuple[RawDay, ...]
    year: int | None = None
    papers: tuple[str, ...] = ()
    problems: tuple[Text, ...] = ()


def folded(text: str) -> str:
    """Full-width letters and digits made plain, outer spaces gone, lower case: ２０２７／１／１ is 2027/1/1."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def find_off(word: str) -> bool | None:
    """Whether a word means a rest day (True) or a working day (False); None when it means neither."""
    plain = folded(word).strip("()[]【】 ")
    if plain in _OFF_WORDS:
        return True
    return False if plain in _WORK_WORDS else None
