"""How alike two short accounts are: shared pairs of characters (Jaccard). No words are split, so any language works."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_LENGTH = 2


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another visit and how alike its text is, in percent."""

    visit_id: int
    percent: int


def grams(text: str) -> frozenset[str]:
    """The runs of two letters or digits of a text, signs and blanks left out; a shorter text is its own run."""
    plain = "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
    if len(plain) <= _LENGTH:
        return frozenset({plain}) if plain else frozenset()
    return frozenset(plain[i : i + _LENGTH] for i in range(len(plain) - _LENGTH + 1))


def percent_alike(one: frozenset[str], other: frozenset[str]) -> int:
    """Shared runs of all runs, from 0 to 100; 0 when a text says nothing."""
    together = len(one | other)
    return round(100 * len(one & other) / together) if one and other else 0


def alike(text: str, others: Iterable[tuple[int, str]], least: int) -> list[Likeness]:
    """The others (id, text) that are at least `least` percent alike, most alike first."""
    mine = grams(text)
    found = (Likeness(visit_id, percent_alike(mine, grams(other))) for visit_id, other in others)
    return sorted((f for f in found if f.percent >= least), key=lambda f: (-f.percent, f.visit_id))
