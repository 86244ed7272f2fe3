"""Answers the calendar's question before a notice is imported: which sessions would it move?"""

import datetime as dt
from collections import defaultdict
from dataclasses import replace

from app.calendar.events import ChangeProposed, Effect, RestDayProposed
from app.calendar.queries import working_calendar
from app.calendar.rules import WorkingCalendar
from app.core import clock
from app.core.dates import DateRange
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.roster import queries
from app.roster.rules import PlannedSeat, plan_seats


def add_effects(question: ChangeProposed) -> None:
    """Add the sessions, from today on, of the office and its subtree whose day the new notices change."""
    years = {
        year
        for year in question.before.notices.keys() | question.after.notices.keys()
        if question.before.notices.get(year) != question.after.notices.get(year)
    }
    for office in list_offices():
        if years and question.office.id in office_path(office):
            question.effects.extend(_effects(office, question.after, years))


_SHOWN = 10  # offices named one by one


def add_published(question: RestDayProposed) -> None:
    """Say who is on duty on the day, at the office and below: the roster is corrected by hand, nothing moves by itself."""
    if question.day < clock.today(question.office.timezone):
        return
    within = DateRange.from_days(question.day, question.day)
    lines = []
    for office in list_offices():
        if question.office.id in office_path(office):
            names = [name for found in _published_leaders(office, within).values() for name in found]
            if names:
                who = "、".join(dict.fromkeys(names))
                lines.append(
                    Text(
                        f"{office.name}：已公布由{who}接访，更正排班之前照常进行。",
                        f"{office.name}: {who} on duty as published, until the roster is corrected.",
                    )
                )
    more = len(lines) - _SHOWN
    question.effects.extend(lines[:_SHOWN])
    if more > 0:
        question.effects.append(
            Text(
                f"另有 {more} 个单位当天已公布接访。",
                f"{more} more offices have published sessions that day.",
            )
        )


def _effects(office: Office, after: WorkingCalendar, years: set[int]) -> list[Effect]:
    """A notice's days may lie in the December before its year, so the range begins there."""
    first = max(clock.today(office.timezone), dt.date(min(years) - 1, 12, 1))
    last = dt.date(max(years), 12, 31)
    if last < first:
        return []
    within = DateRange.from_days(first, last)
    rules = queries.office_rules(office.id, within)
    calendar = working_calendar(office)
    old = _days(plan_seats(rules, calendar, within))
    new = _days(plan_seats(rules, replace(calendar, notices=after.notices), within))
    moved = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
    leaders = _published_leaders(office, within) if moved else {}
    names = {rule.id: rule.name for rule in rules}
    return [
        Effect(
            office_name=office.name,
            rule_name=names.get(_rule_id(key), ""),
            before=old.get(key),
            after=new.get(key),
            published_leaders=tuple(leaders.get(key, ())),
        )
        for key in moved
    ]


def _days(seats: list[PlannedSeat]) -> dict[str, dt.date]:
    return {seat.session_key: seat.on_date for seat in seats}


def _rule_id(session_key: str) -> int:
    return int(session_key.partition(":")[0].removeprefix("r"))


def _published_leaders(office: Office, within: DateRange) -> dict[str, list[str]]:
    names: dict[str, list[str]] = defaultdict(list)
    for duty in queries.current_duties(office.id, within.first_day, within.last_day):
        if duty.status == "held" and duty.leader_name:
            names[duty.session_key].append(duty.leader_name)
    return names
