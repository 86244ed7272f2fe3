"""A leader and the first backup, and the first two backups, are never away together.

Said (or refused, by the office's policy) when a leave is entered, in the list of absences, and before publishing.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core.database import db
from app.core.dates import DateRange
from app.core.text import Text, days_in_words
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.errors import Obstacle
from app.roster.models import Leave
from app.roster.states import SeatState
from app.roster.substitution.queries import backups_of


@dataclass(frozen=True, slots=True)
class BothAway:
    """Days on which two are on leave of whom one is to be there: `leader` and the first backup, or the first two backups.

    All are ids; `first` is the leader in the first case.
    """

    leader: int
    first: int
    second: int
    days: DateRange


def both_away(office: Office, within: DateRange) -> list[BothAway]:
    """Every stretch of the range on which two are away who should not be, by day."""
    pairs = _pairs(office)
    people = {person for _leader, a, b in pairs for person in (a, b)}
    return _overlaps(pairs, list(queries.list_leaves(people, within)), within)


def would_take_both(
    office: Office, leader_id: int, first: dt.date, last: dt.date, instead_of: int | None = None
) -> list[BothAway]:
    """What a leave of this leader from `first` to `last` would do; `instead_of`: the leave it replaces."""
    within = DateRange.from_days(first, last)
    pairs = [pair for pair in _pairs(office) if leader_id in pair[1:]]
    others = {person for pair in pairs for person in pair[1:]} - {leader_id}
    leaves = [leave for leave in queries.list_leaves(others, within) if leave.id != instead_of]
    return _overlaps(pairs, [*leaves, Leave(leader_id=leader_id, first_day=first, last_day=last)], within)


def in_words(found: Sequence[BothAway]) -> list[Text]:
    """One sentence for each."""
    names = _names({person for one in found for person in (one.leader, one.first, one.second)})
    return [_words(one, names) for one in found]


def _words(both: BothAway, names: Mapping[int, str]) -> Text:
    leader, one, other = names[both.leader], names[both.first], names[both.second]
    if both.first == both.leader:
        zh, en = f"{leader} 与第一替补 {other}", f"{leader} and {other}, the first backup"
    else:
        zh, en = (
            f"{leader} 的前两位替补 {one}、{other}",
            f"{one} and {other}, the first two backups of {leader}",
        )
    days = days_in_words(both.days.first_day, both.days.last_day)
    return Text(
        f"{days.zh}，{zh} 同时请假；两人不能同时不在。",
        f"{days.en}: {en}, are both on leave; they are never to be away together.",
    )


def backup_obstacles(office: Office, states: Iterable[SeatState]) -> list[Obstacle]:
    """Duties on days when neither of the leader's first two backups could step in; they may be accepted."""
    held = [state for state in states if state.status == "held" and state.leader_id is not None]
    if not held:
        return []
    days = [state.on_date for state in held]
    everybody = both_away(office, DateRange.from_days(min(days), max(days)))
    away = [both for both in everybody if both.first != both.leader]
    return [
        Obstacle("backups", False, (state.seat_key,), state.leader_id, _at_duty(state))
        for state in held
        if any(one.leader == state.leader_id and one.days.contains(state.on_date) for one in away)
    ]


def _at_duty(state: SeatState) -> Text:
    day, name = state.on_date.isoformat(), state.leader_name
    return Text(
        f"{name} {day} 接访，但前两位替补当天都请假",
        f"{name} is on duty on {day}, but the first two backups are both on leave that day",
    )


def _pairs(office: Office) -> list[tuple[int, int, int]]:
    found = backups_of(office.id)
    own = [(leader, leader, ranked[0]) for leader, ranked in found.items()]
    return own + [(leader, ranked[0], ranked[1]) for leader, ranked in found.items() if len(ranked) > 1]


def _overlaps(
    pairs: Sequence[tuple[int, int, int]], leaves: Sequence[Leave], within: DateRange
) -> list[BothAway]:
    found = []
    for leader, a, b in pairs:
        for one in (leave for leave in leaves if leave.leader_id == a):
            for other in (leave for leave in leaves if leave.leader_id == b):
                first = max(one.first_day, other.first_day, within.first_day)
                last = min(one.last_day, other.last_day, within.last_day)
                if first <= last:
                    found.append(BothAway(leader, a, b, DateRange.from_days(first, last)))
    return sorted(found, key=lambda both: (both.days.first_day, both.leader))


def _names(ids: Iterable[int]) -> dict[int, str]:
    rows = db.session.execute(select(Leader.id, Leader.name).where(Leader.id.in_(set(ids))))
    return {row[0]: row[1] for row in rows}
