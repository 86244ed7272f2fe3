"""Make-up working days (调休上班): which weekday each one pays for, and what to do with weekday rules on them.

Which weekday a make-up day replaces, in this order:
1. what the notice says (notices up to 2009 say it);
2. else the documented rule: of the holiday the make-up day belongs to, take the Monday-to-Friday rest days that
   are not statutory days; the first of them pay for statutory days that fell on a weekend (the 2009 notice moves
   "公休日" in that order); the make-up days, in order, replace the rest, in order. The notice of 2026: 3 October is a
   Saturday, so Monday 5 October pays for it; 20 September replaces Tuesday the 6th, 10 October Wednesday the 7th.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from functools import lru_cache
from types import MappingProxyType

from app.calendar.notice import Notice, NoticeDay
from app.calendar.statutory import StatutoryDay, statutory_days
from app.core.text import Text

_SATURDAY = 5

WEEKDAY_NAMES = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)


class MakeUpPolicy(Enum):
    """Which weekday a make-up working day counts as for a rule that names weekdays."""

    OWN_WEEKDAY = "own_weekday"
    REPLACED_WEEKDAY = "replaced_weekday"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a NeedsDecision: the policy to take for that day and the weekday (0 = Monday) it gives."""

    policy: MakeUpPolicy
    weekday: int
    text: Text


@dataclass(frozen=True, slots=True)
class NeedsDecision:
    """A person must say which weekday the make-up day `day` counts as."""

    day: date
    choices: tuple[Choice, ...]


@lru_cache(maxsize=256)
def replaced_days(notice: Notice) -> Mapping[date, date]:
    """For each make-up day of the notice the rest day it replaces, where that is known (see the module's rule)."""
    found: dict[date, date] = {}
    blocks = _rest_blocks(notice)
    make_ups = [entry for entry in notice.days if not entry.off]
    for block in blocks:
        own = sorted(entry.day for entry in make_ups if _block_of(entry, blocks) is block)
        found |= dict(zip(own, _payable_days(block), strict=False))
    found |= {entry.day: entry.replaces for entry in make_ups if entry.replaces is not None}
    return MappingProxyType(found)


def needs_decision(day: date, replaced: date) -> NeedsDecision:
    """The question for make-up day `day` that replaces `replaced`."""
    return NeedsDecision(
        day,
        tuple(
            Choice(policy, weekday, _choice_text(day, weekday))
            for policy, weekday in (
                (MakeUpPolicy.OWN_WEEKDAY, day.weekday()),
                (MakeUpPolicy.REPLACED_WEEKDAY, replaced.weekday()),
            )
        ),
    )


def _choice_text(day: date, weekday: int) -> Text:
    name = WEEKDAY_NAMES[weekday]
    return Text(f"{day.isoformat()} 按{name.zh}安排", f"Treat {day.isoformat()} as a {name.en}")


def _rest_blocks(notice: Notice) -> list[list[NoticeDay]]:
    """The notice's rest days as unbroken runs of days."""
    blocks: list[list[NoticeDay]] = []
    for entry in sorted((entry for entry in notice.days if entry.off), key=lambda found: found.day):
        if blocks and entry.day - blocks[-1][-1].day == timedelta(days=1):
            blocks[-1].append(entry)
        else:
            blocks.append([entry])
    return blocks


def _block_of(make_up: NoticeDay, blocks: list[list[NoticeDay]]) -> list[NoticeDay] | None:
    """The run of rest days the make-up day belongs to: of its holiday's name, else simply the nearest."""

    def distance(block: list[NoticeDay]) -> tuple[bool, int]:
        same_name = any(_share_a_name(make_up.name, entry.name) for entry in block)
        return not same_name, min(abs((entry.day - make_up.day).days) for entry in block)

    return min(blocks, key=distance, default=None)


def _share_a_name(one: Text, other: Text) -> bool:
    return bool(set(one.zh.split("、")) & set(other.zh.split("、")))


def _payable_days(block: list[NoticeDay]) -> list[date]:
    """The Monday-to-Friday days of the run that make-up days pay for, in order."""
    statutory = _statutory_in(block)
    on_weekdays = {entry.day for entry in statutory if entry.day.weekday() < _SATURDAY}
    already_paid = len(statutory) - len(on_weekdays)
    ordinary = [
        entry.day for entry in block if entry.day.weekday() < _SATURDAY and entry.day not in on_weekdays
    ]
    return ordinary[already_paid:]


def _statutory_in(block: list[NoticeDay]) -> list[StatutoryDay]:
    days = {entry.day for entry in block}
    return [
        entry for year in {day.year for day in days} for entry in statutory_days(year) if entry.day in days
    ]
