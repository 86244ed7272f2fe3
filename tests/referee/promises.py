"""The hard promises: which days, who, how far apart, how often. Each broken one is named."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise

from tests.referee.days import days_of, is_announced, is_promised, is_suspended
from tests.referee.office import LeaderFacts, OfficeFacts
from tests.referee.schedule import Schedule, Session, Violation


def hard_violations(facts: OfficeFacts, schedule: Schedule, year: int) -> Iterator[Violation]:
    """Everything broken in a year; distances are also kept to the duties of the years before and after."""
    sessions = [entry for entry in schedule.sessions if entry.day.year == year]
    yield from _heading(facts, schedule)
    yield from _days(facts, sessions, year)
    for entry in sessions:
        yield from _session(facts, entry)
    yield from _distances(facts, schedule, year)
    yield from _months(facts, schedule.held(year), year)


def _heading(facts: OfficeFacts, schedule: Schedule) -> Iterator[Violation]:
    if schedule.office != facts.code:
        yield Violation("heading", facts.code, f"the schedule is of {schedule.office!r}")
    if schedule.timezone != facts.timezone:
        yield Violation(
            "heading", facts.code, f"the time zone is {schedule.timezone!r}, not {facts.timezone!r}"
        )
    if schedule.revision < 1:
        yield Violation("heading", facts.code, "nothing is published")
    unannounced = sorted({e.day.year for e in schedule.sessions if not is_announced(e.day.year)})
    if schedule.provisional is not bool(unannounced):
        said = "provisional" if schedule.provisional else "final"
        yield Violation("provisional", facts.code, f"it calls itself {said}; not announced: {unannounced}")


def _days(facts: OfficeFacts, sessions: Sequence[Session], year: int) -> Iterator[Violation]:
    """One session on each promised day, none on another, none held while reception is suspended."""
    held = Counter(entry.day for entry in sessions if entry.status == "held")
    for day in days_of(year):
        count = held[day]
        if count and is_suspended(day, facts):
            yield Violation("suspended", facts.code, f"{day}: held although reception is suspended")
        elif count and not is_promised(day, facts):
            yield Violation("not a duty day", facts.code, f"{day}: held although no rule asks for it")
        elif count > 1:
            yield Violation("twice", facts.code, f"{day}: {count} sessions are held")
        elif not count and _must_be_held(day, facts):
            yield Violation("nobody", facts.code, f"{day}: nobody receives")


def _must_be_held(day: dt.date, facts: OfficeFacts) -> bool:
    return not facts.coverage.optional and is_promised(day, facts) and not is_suspended(day, facts)


def _session(facts: OfficeFacts, entry: Session) -> Iterator[Violation]:
    if entry.status != "held":
        if entry.leaders and entry.status == "suspended":
            yield Violation(
                "suspended", facts.code, f"{entry.day}: somebody is on duty in a suspended session"
            )
        return
    if (entry.start, entry.end) != facts.coverage.times or entry.session != "day":
        said = f"{entry.session} {entry.start} to {entry.end}"
        yield Violation("hours", facts.code, f"{entry.day}: {said}, not the whole day {facts.coverage.times}")
    if entry.room not in facts.rooms:
        yield Violation("room", facts.code, f"{entry.day}: {entry.room!r} is no room of the office")
    if len(entry.leaders) != 1:
        yield Violation("seats", facts.code, f"{entry.day}: {len(entry.leaders)} leaders instead of one")
    for receiver in entry.leaders:
        leader = find_leader(facts, receiver.name)
        if leader is None:
            yield Violation("stranger", facts.code, f"{entry.day}: {receiver.name} is no leader here")
            continue
        yield from _leader(facts, leader, entry.day)
        if (receiver.post, receiver.role) != (leader.post_on(entry.day), leader.role):
            said, true = f"{receiver.post} ({receiver.role})", f"{leader.post_on(entry.day)} ({leader.role})"
            yield Violation(
                "post", facts.code, f"{entry.day}: {receiver.name} is called {said}; it is {true}"
            )


def _leader(facts: OfficeFacts, leader: LeaderFacts, day: dt.date) -> Iterator[Violation]:
    if day not in leader.term:
        yield Violation("term", facts.code, f"{day}: {leader.name} is not in office")
    if any(day in away for away in leader.leave):
        yield Violation("leave", facts.code, f"{day}: {leader.name} is on leave")
    if day.weekday() in leader.forbidden_weekdays:
        yield Violation("weekday", facts.code, f"{day}: {leader.name} does not serve on this weekday")


def _distances(facts: OfficeFacts, schedule: Schedule, year: int) -> Iterator[Violation]:
    duties: dict[str, list[dt.date]] = defaultdict(list)
    for entry in schedule.sessions:
        for receiver in entry.leaders if entry.status == "held" else ():
            duties[receiver.name].append(entry.day)
    for name, days in duties.items():
        for before, after in pairwise(sorted(days)):
            apart = (after - before).days
            if apart < facts.distance and year in (before.year, after.year):
                text = f"{name}: {before} and {after} are {apart} days apart, not {facts.distance}"
                yield Violation("distance", facts.code, text)


def _months(facts: OfficeFacts, held: Sequence[Session], year: int) -> Iterator[Violation]:
    given = Counter((r.name, entry.day.month) for entry in held for r in entry.leaders)
    for leader in facts.leaders:
        least = max(facts.least, leader.month_min)
        most = min((m for m in (facts.most, leader.month_max) if m is not None), default=None)
        needed = months_needed(facts, leader, year)
        for month in range(1, 13):
            count = given[leader.name, month]
            if month in needed and count < least:
                text = f"{leader.name} receives {count} times in {year}-{month:02}, not {least}"
                yield Violation("monthly minimum", facts.code, text)
            if most is not None and count > most:
                text = f"{leader.name} receives {count} times in {year}-{month:02}, more than {most}"
                yield Violation("monthly maximum", facts.code, text)


def months_needed(facts: OfficeFacts, leader: LeaderFacts, year: int) -> set[int]:
    """The months in which the leader is really there: enough days on which the leader could be asked."""
    possible = Counter(
        day.month
        for day in days_of(year)
        if is_promised(day, facts) and not is_suspended(day, facts) and leader.may_serve(day)
    )
    return {month for month, count in possible.items() if count >= facts.needs}


def find_leader(facts: OfficeFacts, name: str) -> LeaderFacts | None:
    """The leader of that name, if the office has one."""
    return next((leader for leader in facts.leaders if leader.name == name), None)
