"""What the draft's page shows, put together from the draft, its problem, the calendar and what is published."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sqlalchemy import select

from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.balance import Balance, find_balances
from app.roster.engine.codec import problem_from_json
from app.roster.engine.instance import Instance
from app.roster.engine.violations import Violation, find_violations
from app.roster.errors import UnknownSeat
from app.roster.grid import DayInfo, MonthGrid, MonthTab, Person, Seat, build_month, choose_month, month_tabs
from app.roster.models import Draft, DraftDuty, DraftEdit
from app.roster.moves import Judge
from app.web.language import in_language

_COMPILED_KEPT = 16


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A broken rule in the conflicts panel, and the seat to jump to (None when it has none in the draft)."""

    text: Text
    seat: Seat | None
    leader: str | None


def compiled(problem: Any) -> Instance | None:
    """The draft's problem compiled for checking; kept, because edits do not change it. None before it is built."""
    if not problem:
        return None
    return _compile(json.dumps(problem))


@lru_cache(maxsize=_COMPILED_KEPT)
def _compile(text: str) -> Instance:
    return Instance(problem_from_json(json.loads(text)))


class Workspace:
    """A draft being looked at. Everything is computed once, when it is first asked for."""

    def __init__(self, office: Office, draft: Draft, month: str | None = None, sort: str = "name") -> None:
        self.office = office
        self.draft = draft
        self.today = clock.today(office.timezone)
        self.within = DateRange.from_days(draft.first_day, draft.last_day)
        self.month = choose_month(month, self.within, self.today)
        self.sort = sort

    @property
    def editable(self) -> bool:
        """Whether seats may be moved now."""
        return self.draft.state == "ready"

    @cached_property
    def inst(self) -> Instance | None:
        """The compiled problem."""
        return compiled(self.draft.problem)

    @cached_property
    def duties(self) -> Sequence[DraftDuty]:
        """The draft's seats as stored."""
        return queries.draft_duties(self.draft.id)

    @cached_property
    def roster(self) -> dict[str, str | None]:
        """The draft as the engine reads a roster; suspended seats are not part of the problem."""
        known = self.inst.index if self.inst else {}
        return {
            duty.seat_key: str(duty.leader_id) if duty.leader_id is not None else None
            for duty in self.duties
            if duty.seat_key in known
        }

    @cached_property
    def violations(self) -> list[Violation]:
        """Every broken rule."""
        inst = self.inst
        return find_violations(inst, inst.from_roster(self.roster), self.roster) if inst else []

    @cached_property
    def judge(self) -> Judge | None:
        """Answers what a change would break."""
        return Judge(self.inst, self.roster) if self.inst else None

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of all leaders who may appear, by id."""
        known = {leader.id: leader.label for leader in self.inst.leaders} if self.inst else {}
        used = {str(duty.leader_id) for duty in self.duties if duty.leader_id is not None}
        missing = [int(leader) for leader in used - known.keys()]
        if missing:
            rows = db.session.execute(select(Leader.id, Leader.name).where(Leader.id.in_(missing)))
            known |= {str(row[0]): row[1] for row in rows}
        return known

    @cached_property
    def seats(self) -> tuple[Seat, ...]:
        """All seats, each with its conflicts."""
        problems: dict[str, list[Text]] = defaultdict(list)
        for violation in self.violations:
            for key in violation.slots if violation.kind not in _COUNTED else ():
                problems[key].append(Text(violation.text.zh, violation.text.en))
        current = queries.current_duties(self.office.id, self.draft.first_day, self.draft.last_day)
        published = {row.seat_key: row.leader_id for row in current if row.status != "cancelled"}
        days = {row.on_date for row in current}
        return tuple(
            self._seat(
                duty,
                problems[duty.seat_key],
                changed=duty.on_date in days and published.get(duty.seat_key, _ABSENT) != duty.leader_id,
            )
            for duty in self.duties
        )

    def _seat(self, duty: DraftDuty, problems: list[Text], changed: bool) -> Seat:
        leader = str(duty.leader_id) if duty.leader_id is not None else None
        return Seat(
            id=duty.id,
            key=duty.seat_key,
            day=duty.on_date,
            session=duty.session,
            starts=duty.starts,
            ends=duty.ends,
            number=duty.seat,
            leader=leader,
            leader_name=self.names.get(leader, leader) if leader else "",
            need=duty.need,
            optional=duty.optional,
            locked=duty.locked,
            past=duty.on_date < self.today and duty.locked,
            suspended=duty.status != "held",
            changed=changed,
            problems=tuple(problems),
        )

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """The rows: the leaders of the problem, then anybody else who has a duty in the draft."""
        leaders = self.inst.leaders if self.inst else ()
        known = tuple(
            Person(
                leader.id,
                leader.label,
                leader.role == "lead",
                leader.start,
                leader.end,
                leader.leave,
                leader.forbid_wd,
            )
            for leader in leaders
        )
        inside = {person.id for person in known}
        others = sorted(set(self.names) - inside, key=lambda leader: self.names[leader])
        return known + tuple(
            Person(leader, self.names[leader], False, dt.date.min, dt.date.max) for leader in others
        )

    @cached_property
    def grid(self) -> MonthGrid:
        """The month shown."""
        calendar = working_calendar(self.office)
        days = {}
        for day in self.month.days():
            found = calendar.day(day)
            days[day] = DayInfo(
                day=day,
                rest=not found.working,
                name="" if found.kind.value in _PLAIN else in_language(found.name),
                special=found.special_period is not None,
                suspended=found.suspension is not None,
                provisional=found.provisional,
            )
        return build_month(self.month, self.within, days, self.people, self.seats, self.today)

    @cached_property
    def tabs(self) -> tuple[MonthTab, ...]:
        """The months of the draft."""
        return month_tabs(self.within, self.seats)

    @cached_property
    def balances(self) -> tuple[Balance, ...]:
        """Fairness by family of duties."""
        inst = self.inst
        return find_balances(inst, inst.from_roster(self.roster), self.sort) if inst else ()

    @cached_property
    def conflicts(self) -> tuple[ConflictLine, ...]:
        """The conflicts panel."""
        by_key = {seat.key: seat for seat in self.seats}
        return tuple(
            ConflictLine(
                Text(found.text.zh, found.text.en),
                next((by_key[key] for key in reversed(found.slots) if key in by_key), None),
                found.leader,
            )
            for found in self.violations
        )

    @cached_property
    def edits(self) -> Sequence[DraftEdit]:
        """Changes made by hand."""
        return queries.draft_edits(self.draft.id)

    @property
    def can_undo(self) -> bool:
        """Some edit is done."""
        return any(not edit.undone for edit in self.edits)

    @property
    def can_redo(self) -> bool:
        """Some edit is undone."""
        return any(edit.undone for edit in self.edits)

    def get_seat(self, key: str) -> Seat:
        """The seat with this key. Raises UnknownSeat."""
        for seat in self.seats:
            if seat.key == key:
                return seat
        raise UnknownSeat(key)


_ABSENT = -1  # no leader has this id: the seat was not published
_PLAIN = {"working_day", "weekend"}
# Counts over a month concern the leader, not one of the duties: they are listed, no single cell is marked.
_COUNTED = {"month_min", "month_max"}
