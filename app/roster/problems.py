"""From rules, calendar, directory and what is published to the engine's problem, and from its roster back to seats."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.calendar.queries import working_calendar
from app.calendar.rules import WorkingCalendar
from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Leader, Office, Room
from app.roster import queries
from app.roster.engine import problem as engine
from app.roster.events import InvitedAsked
from app.roster.freezing import freeze
from app.roster.joint import ALONE, Together
from app.roster.models import DraftDuty, Duty
from app.roster.problem_leaders import engine_leaders
from app.roster.problem_rules import (
    personal_maximums,
    pins_of,
    preferences_of,
    published_of,
    quotas_of,
    spacing_of,
)
from app.roster.publishing import frozen_days
from app.roster.rules import (
    LEVELS,
    AnyRule,
    FairnessRule,
    LimitRule,
    OfficeRule,
    PlannedSeat,
    plan,
    seat_class,
)

NOTHING_LOCKED: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Planned:
    """A problem with the seats it is about. `facts`: published duties of days that are past, which stay.

    `slots` of the problem are all seats but the suspended ones; offers beside fixed coverage are `optional`. `levels`: the office's order of fairness. `warnings`: what a person should look at. `frozen`: seats of
    the next days that keep their published leader.
    """

    problem: engine.Problem
    seats: tuple[PlannedSeat, ...]
    facts: tuple[Duty, ...]
    rooms: Mapping[str, int]
    levels: tuple[str, ...]
    provisional: bool
    warnings: tuple[Text, ...]
    frozen: frozenset[str] = frozenset()


def make_problem(
    office: Office,
    within: DateRange,
    locked: Mapping[str, int] = NOTHING_LOCKED,
    freeze_days: int = 0,
    keep_invited: bool = True,
    together: Together = ALONE,
) -> Planned:
    """The problem of an office for a range of days, from everything the database knows. Two calls give equal ones.

    `locked`: seats that keep a leader (ids by seat key) beside those the office has pinned. `freeze_days`: published
    seats of so many days from today on keep their leader, unless that leader cannot serve any more; `keep_invited`:
    so do those of sessions to which people are invited. `together`: what else is planned at the same time.
    """
    calendar = working_calendar(office)
    rules = queries.office_rules(office.id, within)
    rooms = _open_rooms(office)
    seat_plan = plan(rules, calendar, within, list(rooms.values()))
    published = [
        duty
        for duty in queries.current_duties(office.id, within.first_day, within.last_day)
        if duty.status != "cancelled"
    ]
    facts, seats = _split(office, published, seat_plan.seats, bool(published))
    leaders = _leaders(office, within, seats, rules, facts)
    slots = _slots(seats, facts, calendar, _own_only(office, leaders))
    people = engine_leaders(office, leaders, within, rules, calendar, together)
    pins = pins_of(office, slots, leaders, locked)
    today = clock.today(office.timezone)
    invited = sessions_with_people(office, within) if keep_invited and published else {}
    frozen = freeze(slots, people, published, pins, today, freeze_days, invited)
    problem = engine.Problem(
        id=f"{office.code} {within.first_day} {within.last_day}",
        kind=office.kind,
        year=within.start.year,
        start=within.first_day,
        end=within.last_day,
        leaders=people,
        slots=slots,
        coverage=_coverage(seats),
        rules=spacing_of(rules),
        pins={**frozen.pins, **pins},
        prefs=preferences_of(leaders, within),
        quotas=(
            *quotas_of(office, rules, leaders),
            *personal_maximums(office, leaders, slots, within, together),
        ),
        **published_of(office, published, slots),
    )
    return Planned(
        problem=problem,
        seats=tuple(seats),
        facts=tuple(facts),
        rooms=rooms,
        levels=next((rule.rule.levels for rule in rules if isinstance(rule.rule, FairnessRule)), LEVELS),
        provisional=any(calendar.provisional(year) for year in within.years()),
        warnings=(*seat_plan.warnings, *frozen.warnings),
        frozen=frozenset(frozen.pins),
    )


def sessions_with_people(office: Office, within: DateRange) -> dict[str, int]:
    """How many visits are invited to which published session of these days; those who know are asked."""
    question = InvitedAsked(office.id, within.first_day, within.last_day)
    emit(question)
    return question.invited


def draft_rows(draft_id: int, planned: Planned, roster: Mapping[str, str | None]) -> list[dict[str, Any]]:
    """The seats of a draft with the leaders of a roster, as rows of `draft_duties`; facts and pins are locked."""
    pins = planned.problem.pins.keys() - planned.frozen
    rows = [_fact_row(draft_id, duty, planned.rooms) for duty in planned.facts]
    for seat in planned.seats:
        leader = roster.get(seat.seat_key)
        rows.append(
            {
                "draft_id": draft_id,
                "seat_key": seat.seat_key,
                "session_key": seat.session_key,
                "rule_id": seat.rule_id,
                "on_date": seat.on_date,
                "session": seat.session,
                "starts": seat.starts,
                "ends": seat.ends,
                "seat": seat.seat,
                "need": seat.need,
                "optional": seat.optional,
                "room_id": seat.room_id,
                "place": seat.place,
                "leader_id": int(leader) if leader is not None else None,
                "locked": seat.seat_key in pins,
                "status": seat.status,
                "note": seat.note,
            }
        )
    return rows


def roster_of(duties: Iterable[DraftDuty]) -> dict[str, str | None]:
    """The leaders of a draft's seats as the engine writes a roster."""
    return {
        duty.seat_key: str(duty.leader_id) if duty.leader_id is not None else None
        for duty in duties
        if duty.status == "held"
    }


def _fact_row(draft_id: int, duty: Duty, rooms: Mapping[str, int]) -> dict[str, Any]:
    return {
        "draft_id": draft_id,
        "seat_key": duty.seat_key,
        "session_key": duty.session_key,
        "rule_id": None,  # the rule may be gone by now
        "on_date": duty.on_date,
        "session": duty.session,
        "starts": duty.starts,
        "ends": duty.ends,
        "seat": duty.seat,
        "need": None,
        "optional": False,
        "room_id": rooms.get(duty.room),
        "place": "" if duty.room else duty.place,
        "leader_id": duty.leader_id,
        "locked": True,
        "status": duty.status,
        "note": duty.note,
    }


def _open_rooms(office: Office) -> dict[str, int]:
    rows = db.session.execute(
        select(Room.name, Room.id)
        .where(Room.office_id == office.id, Room.closed_on.is_(None))
        .order_by(Room.name)
    )
    return {row[0]: row[1] for row in rows}


def _split(
    office: Office, published: Sequence[Duty], seats: Sequence[PlannedSeat], replanning: bool
) -> tuple[list[Duty], list[PlannedSeat]]:
    """Published duties of past days, and the seats still to plan. In a re-plan no past day gets anything new."""
    frozen = frozen_days(office)
    facts = [duty for duty in published if any(duty.on_date in days for days in frozen)]
    kept = {duty.seat_key for duty in facts}
    today = clock.today(office.timezone)
    past = {seat.seat_key for seat in seats if replanning and seat.on_date < today}
    return facts, [seat for seat in seats if seat.seat_key not in kept and seat.seat_key not in past]


def _coverage(seats: Sequence[PlannedSeat]) -> str:
    held = [seat for seat in seats if seat.status == "held"]
    return "at_most_one" if held and all(seat.optional for seat in held) else "exact"


def _own_only(office: Office, leaders: Sequence[Leader]) -> frozenset[str] | None:
    """Who may take a seat that names nobody: the office's own leaders; None when nobody else is in the problem."""
    own = frozenset(str(leader.id) for leader in leaders if leader.office_id == office.id)
    return own if len(own) < len(leaders) else None


def _slots(
    seats: Sequence[PlannedSeat],
    facts: Sequence[Duty],
    calendar: WorkingCalendar,
    anybody: frozenset[str] | None,
) -> tuple[engine.Slot, ...]:
    exact = _coverage(seats) == "exact"
    several = {seat.session_key for seat in seats if seat.seat > 1}
    planned = [
        engine.Slot(
            id=seat.seat_key,
            date=seat.on_date,
            cls=seat.cls,
            need=seat.need,
            special=seat.special,
            session=seat.session,
            allowed=frozenset(map(str, seat.allowed)) if seat.allowed else anybody,
            group=seat.session_key if seat.session_key in several else None,
            optional=exact and seat.optional,
        )
        for seat in seats
        if seat.status == "held"
    ]
    held = [
        engine.Slot(duty.seat_key, duty.on_date, seat_class(duty.on_date, calendar), session=duty.session)
        for duty in facts
        if duty.status == "held" and duty.leader_id is not None
    ]
    return tuple(held + planned)


def _leaders(
    office: Office,
    within: DateRange,
    seats: Sequence[PlannedSeat],
    rules: Sequence[OfficeRule],
    facts: Sequence[Duty],
) -> list[Leader]:
    """The office's leaders of that time, and those of other offices that a rule or a past duty names."""
    named = {leader for seat in seats for leader in seat.allowed}
    named |= {leader for rule in rules for leader in _named(rule.rule)}
    named |= {duty.leader_id for duty in facts if duty.leader_id is not None}
    found = db.session.scalars(
        select(Leader)
        .where((Leader.office_id == office.id) | Leader.id.in_(named))
        .order_by(Leader.office_id != office.id, Leader.position, Leader.sort_key, Leader.id)
    )
    return [leader for leader in found if leader.term.overlaps(within)]


def _named(rule: AnyRule) -> tuple[int, ...]:
    return rule.leaders if isinstance(rule, LimitRule) else ()
