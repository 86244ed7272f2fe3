"""Decisions about people and their dated facts: plain values in, plain values out."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from app.directory.pinyin import matches_pinyin

ONE_DAY = dt.timedelta(days=1)
KIND_ORDER = {"city": 0, "county": 1, "township": 2}
OFFICE_CODE = re.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_TOWNSHIP = re.compile("^(?:.{2,8}?[县市区旗])?(.{1,8}?(?:民族乡|街道|镇|乡|苏木))")


class DatedFact(Protocol):
    """A post, sector, township or project with its first and last day (None: open)."""

    kind: str
    value: str
    position: int
    first_day: dt.date | None
    last_day: dt.date | None


FactType = TypeVar("FactType", bound=DatedFact)


class HasFacts(Protocol):
    """A leader, as far as the facts matter."""

    @property
    def facets(self) -> Sequence[DatedFact]:
        """Every fact there ever was, already loaded."""
        ...


@dataclass(frozen=True, slots=True)
class LeaderFacts:
    """What a leader is on one day. Several posts are joined with 、 in their order."""

    post: str = ""
    sectors: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


def holds(first_day: dt.date | None, last_day: dt.date | None, day: dt.date) -> bool:
    """Whether `day` lies between two inclusive days, None being open."""
    return (first_day is None or first_day <= day) and (last_day is None or day <= last_day)


def facts_on(leader: HasFacts, day: dt.date) -> LeaderFacts:
    """The leader's posts, sectors, townships and projects on a day, from facets that are already loaded."""
    values: dict[str, list[str]] = {"post": [], "sector": [], "township": [], "project": []}
    for fact in sorted(leader.facets, key=lambda fact: fact.position):
        if holds(fact.first_day, fact.last_day, day) and fact.value not in values[fact.kind]:
            values[fact.kind].append(fact.value)
    return LeaderFacts(
        "、".join(values["post"]),
        tuple(values["sector"]),
        tuple(values["township"]),
        tuple(values["project"]),
    )


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact to add; `last_day` is set when the same value begins again later."""

    value: str
    position: int
    first_day: dt.date | None
    last_day: dt.date | None


@dataclass(frozen=True, slots=True)
class Change(Generic[FactType]):
    """What to do so that certain values hold from a day on, leaving the days before as they were."""

    end: tuple[FactType, ...]  # last day: the day before
    remove: tuple[FactType, ...]  # would not have held a single day
    move: tuple[tuple[FactType, int], ...]  # another place in the order
    add: tuple[NewFact, ...]

    @property
    def is_empty(self) -> bool:
        """Nothing to do."""
        return not (self.end or self.remove or self.move or self.add)


def change_from(facts: Sequence[FactType], wanted: Sequence[str], day: dt.date | None) -> Change[FactType]:
    """How `facts` (of one kind) must change so that exactly `wanted` holds from `day`; None is "always"."""
    at = day or dt.date.min
    current = [fact for fact in facts if holds(fact.first_day, fact.last_day, at)]
    gone = [fact for fact in current if fact.value not in wanted]
    kept = {fact.value: fact for fact in current if fact.value in wanted}
    places = {value: place for place, value in enumerate(wanted)}
    return Change(
        end=tuple(fact for fact in gone if (fact.first_day or dt.date.min) < at),
        remove=tuple(fact for fact in gone if (fact.first_day or dt.date.min) >= at),
        move=tuple((fact, places[value]) for value, fact in kept.items() if fact.position != places[value]),
        add=tuple(
            NewFact(value, place, day, _day_before_next(facts, value, at))
            for value, place in places.items()
            if value not in kept
        ),
    )


def _day_before_next(facts: Iterable[DatedFact], value: str, at: dt.date) -> dt.date | None:
    later = [
        fact.first_day for fact in facts if fact.value == value and fact.first_day and fact.first_day > at
    ]
    return min(later) - ONE_DAY if later else None


def mask_phone(number: str | None) -> str:
    """A number with its middle hidden: 138****1234, 0371-****5678; "" when there is none."""
    if not number:
        return ""
    head, tail = (number[:3], number[-4:]) if len(number) >= 11 else (number[:1], number[-1:])
    if len(number) >= 11 and "-" in number[:5]:
        head = number[: number.index("-") + 1]
    return f"{head}****{tail}" if len(number) > 4 else "****"


def mask_email(address: str | None) -> str:
    """An address with its name hidden: z***@example.org; "" when there is none."""
    name, at, domain = (address or "").partition("@")
    return f"{name[:1]}***{at}{domain}" if address else ""


def township_of(office_name: str) -> str:
    """The township in the name of its office: 示例县青山镇人民政府 is 青山镇; another name stays as it is."""
    match = _TOWNSHIP.match(office_name)
    return match[1] if match else office_name


@dataclass(frozen=True, slots=True)
class LeaderFilter:
    """What a list of leaders is narrowed to. `state`: "current", "left" or "all"; "" means any."""

    words: str = ""
    state: str = "current"
    role: str = ""
    sector: str = ""


def matches_words(words: str, name: str, key: str, facts: LeaderFacts) -> bool:
    """Whether every typed word is in the name, its pinyin or initials, the post, a sector, township or project."""
    texts = (name, facts.post, *facts.sectors, *facts.townships, *facts.projects)
    return all(
        any(word in text.lower() for text in texts) or matches_pinyin(key, word)
        for word in unicodedata.normalize("NFKC", words).lower().split()
    )
