"""How a planned row meets a leader whose facts are dated: which days change, and what is no change at all.

The file's 任职时间 may be the day somebody came into office or into a post: a day that is already recorded as one
of these is no change, so a date that nobody brought up to date never rewrites the past. A new post or portfolio is
effective-dated: from the file's day when that is new, else from today.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.directory.importing.people import ExistingLeader
from app.directory.importing.plan import ImportPlan, PlanRow, ReadList, plan_list
from app.directory.rules import ONE_DAY, DatedFact, facts_on, holds

_PRINCIPAL = re.compile(
    "(?:[^副]*(?:县委|市委|区委|旗委|党委|党工委))?书记|[^副]*(?:县长|市长|区长|旗长|乡长|镇长)|[^副]*(?:人大(?:常委会)?主任|政协主席)"
    "|[^副]*(?:街道办事处|办事处|街道)主任"
)
FACT_FIELDS = {"post": "post", "sectors": "sector", "townships": "township", "projects": "project"}


class DatedLeader(Protocol):
    """A leader as the rules need it."""

    first_day: dt.date | None
    last_day: dt.date | None

    @property
    def facets(self) -> Sequence[DatedFact]:
        """Every dated fact, loaded."""
        ...


class KnownLeader(DatedLeader, Protocol):
    """A leader with what identifies a person."""

    id: int
    name: str
    phone: str | None
    role: str
    note: str


def day_in_office(leader: DatedLeader, today: dt.date) -> dt.date:
    """Today, or the nearest day on which the leader is in office."""
    day = max(today, leader.first_day or today)
    return min(day, leader.last_day or day)


def day_of_row(row: PlanRow, leader: DatedLeader, today: dt.date) -> dt.date:
    """The day a row speaks about: today, its beginning if that is to come, and never after its end."""
    day = max(today, row.valid_from or leader.first_day or today)
    return min(day, row.valid_until or day)


def since(leader: DatedLeader, day: dt.date) -> dt.date | None:
    """From when the leader holds the posts of `day`: the day the last of them began, else the day in office."""
    begins = [
        fact.first_day or leader.first_day
        for fact in leader.facets
        if fact.kind == "post" and holds(fact.first_day, fact.last_day, day)
    ]
    known = [begin for begin in begins if begin is not None]
    return max(known, default=leader.first_day)


def as_existing(leader: KnownLeader, day: dt.date) -> ExistingLeader:
    """A leader of the office as the planner compares it, with the facts of a day."""
    facts = facts_on(leader, day)
    return ExistingLeader(
        key=leader.id,
        name=leader.name,
        post=facts.post,
        sectors=facts.sectors,
        townships=facts.townships,
        phone=leader.phone or "",
        valid_from=since(leader, day),
        valid_until=leader.last_day,
        projects=facts.projects,
        role=leader.role,
        notes=leader.note,
    )


def plan_leaders(read: ReadList, leaders: Mapping[int, KnownLeader], today: dt.date) -> ImportPlan:
    """What importing a list would do to the leaders, by id.

    Planned twice: the first time to learn which row is whom, the second with the facts of the day each row is
    about, which may lie ahead.
    """
    days = {key: day_in_office(leader, today) for key, leader in leaders.items()}
    first = plan_list(read, _as_of(leaders, days), today)
    about = {
        row.key: day_of_row(row, leaders[row.key], today)
        for row in first.rows
        if isinstance(row.key, int) and row.action in {"change", "keep"}
    }
    if any(days[key] != day for key, day in about.items()):
        first = plan_list(read, _as_of(leaders, days | about), today)
    return replace(first, rows=tuple(_settle(row, leaders) for row in first.rows))


def _as_of(leaders: Mapping[int, KnownLeader], days: Mapping[int, dt.date]) -> list[ExistingLeader]:
    return [as_existing(leader, days[leader.id]) for leader in leaders.values()]


def _settle(row: PlanRow, leaders: Mapping[int, KnownLeader]) -> PlanRow:
    """A role for a new leader; no change where the file's day is a beginning that is already recorded."""
    if row.action == "add":
        return row if row.role else replace(row, role=role_of_post(row.post))
    begin = row.changes.get("from")
    if begin is None or not isinstance(row.key, int):
        return row
    if begin[1] not in _known_beginnings(leaders[row.key], only_posts="post" in row.changes):
        return row
    changes = {name: pair for name, pair in row.changes.items() if name != "from"}
    return replace(row, changes=changes, action="change" if changes else "keep")


def _known_beginnings(leader: DatedLeader, only_posts: bool) -> set[dt.date | None]:
    facts = [fact for fact in leader.facets if fact.kind == "post" or not only_posts]
    ends = [fact.last_day for fact in facts if fact.last_day and not only_posts]
    return {leader.first_day, *(fact.first_day for fact in facts), *(end + ONE_DAY for end in ends)}


def role_of_post(post: str) -> str:
    """ "lead" for the secretary of a committee or the head of a government, else "deputy"."""
    return "lead" if any(_PRINCIPAL.fullmatch(part) for part in post.split("、")) else "deputy"


def posts_of(text: str) -> list[str]:
    """The posts of a cell, each a fact of its own where joining them gives the same text again."""
    parts = list(dict.fromkeys(part for part in text.split("、") if part))
    return parts if "、".join(parts) == text else [text]


@dataclass(frozen=True, slots=True)
class ChangeDays:
    """When a changed row takes effect. `corrects_begin`: the same post, but it began on another day."""

    posts: dt.date
    others: dt.date
    restarts_posts: bool
    corrects_begin: bool


def days_of_change(row: PlanRow, leader: DatedLeader, today: dt.date) -> ChangeDays:
    """From which days the changes of a row hold."""
    day = day_of_row(row, leader, today)
    if "from" not in row.changes or row.valid_from is None:
        return ChangeDays(day, day, restarts_posts=False, corrects_begin=False)
    held_since = since(leader, day)
    is_later = held_since is None or row.valid_from > held_since
    new_facts = any(field in row.changes for field in FACT_FIELDS)
    corrects = "post" not in row.changes and not (is_later and (new_facts or row.valid_from > today))
    return ChangeDays(
        posts=row.valid_from,
        others=row.valid_from if is_later and not corrects else day,
        restarts_posts=not corrects,
        corrects_begin=corrects,
    )


def plan_hash(plan: ImportPlan) -> str:
    """A hash of everything the plan would do: the same plan, the same hash."""
    rows = [
        (
            *(row.line, row.action, row.key, row.name, row.post, row.sectors, row.townships, row.phone),
            *(row.valid_from, row.valid_until, row.projects, row.role, row.notes, row.weight),
            sorted(row.changes.items()),
        )
        for row in plan.rows
    ]
    return hashlib.sha256(json.dumps(rows, default=str, ensure_ascii=False).encode()).hexdigest()
