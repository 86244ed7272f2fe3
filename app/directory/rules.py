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
class Update(Generic[FactType]):
    """New days and another place for a fact that stays."""

    fact: FactType
    first_day: dt.date | None
    last_day: dt.date | None
    position: int

    @property
    def changes(self) -> bool:
        """Whether anything differs."""
        fact = self.fact
        return (fact.first_day, fact.last_day, fact.position) != (
            self.first_day,
            self.last_day,
            self.position,
        )


@dataclass(frozen=True, slots=True)
class Change(Generic[FactType]):
    """What to do so that certain values hold from a day on, leaving the days before as they were."""

    update: tuple[Update[FactType], ...]
    remove: tuple[FactType, ...]  # would not hold a single day any more
    add: tuple[NewFact, ...]


def change_from(
    facts: Sequence[FactType], wanted: Sequence[str], day: dt.date, today: dt.date, restart: bool = False
) -> Change[FactType]:
    """How `facts` (of one kind) must change so that exactly `wanted` holds from `day`, in this order.

    What was entered since `day` is replaced; what is planned for after today (and after `day`) stays. With
    `restart` also values that go on begin anew on `day`.
    """
    horizon = max(day, today)
    places = {value: place for place, value in enumerate(wanted)}
    touched = [
        fact for fact in facts if _first(fact) <= horizon and (fact.last_day is None or fact.last_day >= day)
    ]
    kept = {} if restart else {value: [f for f in touched if f.value == value] for value in places}
    kept = {value: sorted(same, key=_first) for value, same in kept.items() if same}
    staying = [fact for same in kept.values() for fact in same]
    gone = [fact for fact in touched if not any(fact is other for other in staying)]
    updates = [Update(f, f.first_day, day - ONE_DAY, f.position) for f in gone if _first(f) < day]
    updates += [_held_through(same, day, horizon, places[value], facts) for value, same in kept.items()]
    return Change(
        update=tuple(update for update in updates if update.changes),
        remove=(*(f for f in gone if _first(f) >= day), *(f for same in kept.values() for f in same[1:])),
        add=tuple(
            NewFact(value, place, day, _day_before_next(facts, value, horizon))
            for value, place in places.items()
            if value not in kept
        ),
    )


def _held_through(
    same: Sequence[FactType], day: dt.date, horizon: dt.date, place: int, facts: Sequence[FactType]
) -> Update[FactType]:
    """The first of several entries of one value, made to hold from `day` to the horizon and on as planned."""
    first, last = same[0], same[-1]
    planned = last.last_day is None or last.last_day > horizon
    return Update(
        first,
        first.first_day if _first(first) <= day else day,
        last.last_day if planned else _day_before_next(facts, first.value, horizon),
        place,
    )


def _first(fact: DatedFact) -> dt.date:
    return fact.first_day or dt.date.min


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
