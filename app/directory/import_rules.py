"""How a planned row meets a leader whose facts are dated: which days change, and what is no change at all.

The file's 任职时间 may be the day somebody came into office or into the present post: either is accepted as no
change. A new post or portfolio is effective-dated: from the file's day when that is new, else from today.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from app.directory.importing.people import ExistingLeader
from app.directory.importing.plan import ImportPlan, PlanRow, Value
from app.directory.rules import DatedFact, facts_on, holds

_PRINCIPAL = re.compile(
    "(?:[^副]*(?:县委|市委|区委|旗委|党委|党工委))?书记|[^副]*(?:县长|市长|区长|旗长|乡长|镇长)|[^副]*(?:人大(?:常委会)?主任|政协主席)"
    "|[^副]*(?:街道办事处|办事处|街道)主任|[^副]*局长"
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


def since(leader: DatedLeader, day: dt.date) -> dt.date | None:
    """From when the leader holds the posts of `day`: the day the last of them began, else the day in office."""
    begins = [
        fact.first_day or leader.first_day
        for fact in leader.facets
        if fact.kind == "post" and holds(fact.first_day, fact.last_day, day)
    ]
    known = [begin for begin in begins if begin is not None]
    return max(known, default=leader.first_day)


def as_existing(leader: KnownLeader, today: dt.date) -> ExistingLeader:
    """A leader of the office as the planner compares it."""
    day = day_in_office(leader, today)
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


def settle(plan: ImportPlan, leaders: Mapping[int, DatedLeader], today: dt.date) -> ImportPlan:
    """The plan without changes that dated facts already hold, and with a role for new leaders."""
    return replace(plan, rows=tuple(_settle_row(row, leaders, today) for row in plan.rows))


def _settle_row(row: PlanRow, leaders: Mapping[int, DatedLeader], today: dt.date) -> PlanRow:
    if row.action == "add":
        return row if row.role else replace(row, role=role_of_post(row.post))
    if row.action != "change" or not isinstance(row.key, int):
        return row
    leader = leaders[row.key]
    changes = {
        name: pair for name, pair in row.changes.items() if not _is_so(name, pair[1], row, leader, today)
    }
    return replace(row, changes=changes, action="change" if changes else "keep")


def _is_so(name: str, value: Value, row: PlanRow, leader: DatedLeader, today: dt.date) -> bool:
    """Whether the leader already has the value: on the day the row begins, if that is still to come."""
    day = max(row.valid_from, today) if row.valid_from else today
    day = day_in_office(leader, day)
    if name == "from":
        return value in {leader.first_day, since(leader, day)}
    if name not in FACT_FIELDS:
        return False
    found = getattr(facts_on(leader, day), name)
    return found == value if isinstance(value, str) else set(found) == set(value or ())  # type: ignore[arg-type]


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
    usual = max(today, leader.first_day or today)
    usual = min(usual, row.valid_until or usual)
    if "from" not in row.changes or row.valid_from is None:
        return ChangeDays(usual, usual, restarts_posts=False, corrects_begin=False)
    held_since = since(leader, day_in_office(leader, today))
    is_later = held_since is None or row.valid_from > held_since
    new_post = "post" in row.changes
    return ChangeDays(
        posts=row.valid_from,
        others=row.valid_from if is_later and new_post else usual,
        restarts_posts=new_post,
        corrects_begin=not new_post,
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
