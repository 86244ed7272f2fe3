"""Boundaries of the reminder rules: right before, at and after each moment; rest days; lateness; folding."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.calendar.notices import official_notices
from app.calendar.rules import WorkingCalendar
from app.notifications.policy import Lead, Policy, any_time_between, from_json, to_json
from app.notifications.reminders import (
    AskFact,
    DutyFact,
    EmptyFact,
    MatterFact,
    Office,
    Reminder,
    RosterFact,
    State,
    VisitFact,
    due,
    reminders_between,
)

ZONE = ZoneInfo("Asia/Shanghai")
STAFF = (("user", 1), ("user", 2))
LONG_AGO = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
POLICY = Policy()
OFFICE = Office(7, POLICY, WorkingCalendar(official_notices()), ZONE)


def local(month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> dt.datetime:
    """An instant of 2026 by the office's clock."""
    return dt.datetime(2026, month, day, hour, minute, second, tzinfo=ZONE).astimezone(dt.UTC)


def duty(month: int, day: int, leader: int = 1, starts: dt.time = dt.time(8, 30), **more: object) -> DutyFact:
    """A duty known since long ago."""
    values: dict[str, object] = {"since": LONG_AGO, "acknowledged": True} | more
    on_date = dt.date(2026, month, day)
    return DutyFact(leader, on_date, starts, f"{on_date}:{starts}", **values)  # type: ignore[arg-type]


def said(found: list[Reminder]) -> list[tuple[str, str]]:
    """Lead and local moment."""
    return [(r.lead or r.kind, f"{r.at.astimezone(ZONE):%m-%d %H:%M}") for r in found]


def all_of(state: State, office: Office = OFFICE) -> list[tuple[str, str]]:
    """Everything of the year."""
    return said(reminders_between(state, office, local(1, 1), local(12, 31)))


def test_the_three_leads_of_a_duty() -> None:
    """Seven days before at nine, the day before at four, the same morning."""
    assert all_of(State(duties=[duty(3, 20)])) == [
        ("week", "03-13 09:00"), ("eve", "03-19 16:00"), ("morning", "03-20 07:30")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("after", "until", "count"),
    [
        (local(3, 19, 15, 59), local(3, 19, 15, 59, 59), 0),
        (local(3, 19, 15, 59), local(3, 19, 16), 1),
        (local(3, 19, 16), local(3, 19, 16, 1), 0),
        (local(3, 19, 15, 59, 59), local(3, 19, 16, 0, 1), 1),
    ],
)
def test_a_moment_belongs_to_one_stretch_only(after: dt.datetime, until: dt.datetime, count: int) -> None:
    """Half-open: after, up to and including."""
    assert len(reminders_between(State(duties=[duty(3, 20)]), OFFICE, after, until)) == count


@pytest.mark.parametrize(("since", "leads"), [
    (local(3, 19, 15, 59), ["eve", "morning"]),
    (local(3, 19, 16), ["eve", "morning"]),
    (local(3, 19, 16, 0, 1), ["morning"]),
    (local(3, 20, 7, 31), []),
])  # fmt: skip
def test_only_what_comes_after_one_knows_of_the_duty(since: dt.datetime, leads: list[str]) -> None:
    """A substitution at 15:59 is reminded of at 16:00; one at 16:01 was told of at 16:01."""
    assert [lead for lead, _at in all_of(State(duties=[duty(3, 20, since=since)]))] == leads


def test_two_sessions_of_a_day_are_one_reminder_until_the_last_begins() -> None:
    """Morning and afternoon; two leaders are two."""
    both = [duty(3, 20), duty(3, 20, starts=dt.time(14, 30))]
    found = reminders_between(State(duties=both), OFFICE, local(3, 19), local(3, 20, 23))
    assert [r.lead for r in found] == ["eve", "morning"]
    assert found[0].until == local(3, 20, 14, 30)
    assert len(all_of(State(duties=[duty(3, 20), duty(3, 20, leader=2)]))) == 6


def test_a_session_that_began_is_not_reminded_of() -> None:
    """The morning reminder of a session that starts before it."""
    early = State(duties=[duty(3, 20, starts=dt.time(7))])
    assert [lead for lead, _at in all_of(early)] == ["week", "eve"]


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    """National Day 2026: 1 to 7 October off, Saturday 10 October worked, 20 September worked."""
    nudge = [(r, at) for r, at in all_of(State(duties=[duty(10, 12, acknowledged=False)])) if r == "nudge"]
    assert nudge == [("nudge", "09-29 10:00")]  # back over 10, 9 and 8 October, 30 and 29 September


def test_nudge_and_staff_only_while_not_acknowledged() -> None:
    """Five working days before the leader, two before staff, everybody's in one notice."""
    open_ = [duty(3, 20, acknowledged=False), duty(3, 20, 2, acknowledged=False), duty(3, 20, 3)]
    found = reminders_between(State(duties=open_, staff=STAFF), OFFICE, local(3, 13), local(3, 20))
    nudges = [r.recipient[1] for r in found if r.kind == "duty.nudge"]
    staff = [r.recipient[1] for r in found if r.kind == "staff.unacknowledged"]
    assert (nudges, staff) == ([1, 2], [1, 2])


@pytest.mark.parametrize(("closes", "count"), [(local(3, 6, 10), 0), (local(3, 6, 10, 1), 1)])
def test_a_pending_question_is_nudged_once_before_it_is_moot(closes: dt.datetime, count: int) -> None:
    """The next working day at ten."""
    asks = [AskFact("ask:3", 1, local(3, 5, 17), closes)]
    assert len(all_of(State(asks=asks))) == count


def test_empty_sessions_are_listed_once_a_day_and_person() -> None:
    """Two sessions on one day, staff of two: two notices for each lead."""
    day = dt.date(2026, 3, 20)
    empty = [EmptyFact(f"s{n}", day, dt.time(8, 30), LONG_AGO) for n in range(2)]
    found = reminders_between(State(empty=empty, staff=STAFF), OFFICE, local(3, 1), local(3, 31))
    assert [(f"{r.at.astimezone(ZONE):%m-%d}", r.recipient[1]) for r in found] == [
        ("03-13", 1), ("03-13", 2), ("03-19", 1), ("03-19", 2)
    ]  # fmt: skip


def test_a_roster_that_runs_out() -> None:
    """Ten and three working days before its last day; not for one that was published later than that."""
    roster = RosterFact(dt.date(2026, 3, 31), LONG_AGO)
    assert all_of(State(roster=roster, staff=STAFF[:1])) == [
        ("ending", "03-17 09:00"),
        ("last_call", "03-26 09:00"),
    ]
    late = RosterFact(dt.date(2026, 3, 31), local(3, 20))
    assert [lead for lead, _at in all_of(State(roster=late, staff=STAFF[:1]))] == ["last_call"]


def test_a_provisional_year_is_announced_on_the_next_working_day() -> None:
    """On Saturday the notice is in: staff hear on Monday at nine."""
    roster = RosterFact(dt.date(2026, 12, 31), LONG_AGO, (2026,))
    state = State(roster=roster, staff=STAFF[:1])
    found = reminders_between(state, OFFICE, local(3, 7, 8), local(3, 8, 20))
    assert found == []
    assert said(reminders_between(state, OFFICE, local(3, 7, 8), local(3, 10))) == [("notice", "03-09 09:00")]


def test_visitor_and_unit_are_reminded_again_when_the_visit_moves() -> None:
    """The lead is the day."""

    def visit(day: int) -> VisitFact:
        return VisitFact(5, dt.date(2026, 3, day), dt.time(9), LONG_AGO, ("visit", 5), (("contact", 3),))

    found = reminders_between(State(visits=[visit(20)]), OFFICE, local(3, 1), local(3, 31))
    assert [(r.kind, r.lead) for r in found] == [
        ("visit.unit_reminder", "2026-03-20"), ("visit.reminder", "2026-03-20")
    ]  # fmt: skip
    assert (
        reminders_between(State(visits=[visit(24)]), OFFICE, local(3, 21), local(3, 31))[0].lead
        == "2026-03-24"
    )


def test_written_replies() -> None:
    """Soon, today, and the working day after, then with staff."""
    matter = MatterFact(9, dt.date(2026, 3, 20), LONG_AGO, (("contact", 3),))
    found = reminders_between(State(matters=[matter], staff=STAFF[:1]), OFFICE, local(3, 1), local(3, 31))
    assert [(r.kind, f"{r.at.astimezone(ZONE):%m-%d}") for r in found] == [
        ("matter.reminder", "03-13"), ("matter.reminder", "03-20"),
        ("matter.reminder", "03-23"), ("staff.overdue_matters", "03-23"),
    ]  # fmt: skip


# Late: after an interruption


def due_at(
    now: dt.datetime, after: dt.datetime, *duties: DutyFact, policy: Policy = POLICY
) -> list[Reminder]:
    """What a tick sends."""
    office = Office(7, policy, OFFICE.calendar, ZONE)
    return due(State(duties=duties), office, after, now)


def test_of_one_duty_only_the_newest_lead_is_said() -> None:
    """Down from the week before to the morning: one reminder."""
    found = due_at(local(3, 20, 8), local(3, 12), duty(3, 20))
    assert [r.lead for r in found] == ["morning"]


def test_late_ones_of_a_person_become_one_the_most_urgent() -> None:
    """Three duties whose reminders were missed: one catch-up for the next of them."""
    found = due_at(local(3, 13, 14), local(3, 11), duty(3, 19), duty(3, 20), duty(3, 14))
    assert [(r.lead, r.subject) for r in found] == [("catch-up", "day:7:2026-03-19")]


def test_a_punctual_one_speaks_for_the_late_ones() -> None:
    """At 16:30 the eve of tomorrow's duty goes out; the missed week before another does not."""
    found = due_at(local(3, 13, 16, 30), local(3, 12), duty(3, 14), duty(3, 20))
    assert [(r.lead, r.subject) for r in found] == [("eve", "day:7:2026-03-14")]


@pytest.mark.parametrize(("hours", "count"), [(47, 1), (49, 0)])
def test_what_is_long_past_is_dropped(hours: int, count: int) -> None:
    """The policy says 48 hours."""
    now = local(3, 13, 9) + dt.timedelta(hours=hours)
    assert len(due_at(now, local(3, 12), duty(3, 20))) == count


def test_a_duty_that_began_meanwhile_is_not_mentioned() -> None:
    """Up again at nine; it began at half past eight."""
    assert due_at(local(3, 20, 9), local(3, 19, 12), duty(3, 20)) == []


def test_everything_can_be_switched_off_and_moved() -> None:
    """A lead that is off says nothing; another hour holds from then on."""
    leads = dict(POLICY.leads) | {
        "duty.week": Lead(False, 7, False, dt.time(9)),
        "duty.eve": Lead(True, 2, True, dt.time(17)),
    }
    office = Office(7, Policy(leads), OFFICE.calendar, ZONE)
    assert all_of(State(duties=[duty(3, 23)]), office) == [("eve", "03-19 17:00"), ("morning", "03-23 07:30")]


@pytest.mark.parametrize(
    ("after", "until", "expected"),
    [
        (dt.datetime(2026, 3, 2, 8, 59), dt.datetime(2026, 3, 2, 9), True),
        (dt.datetime(2026, 3, 2, 9), dt.datetime(2026, 3, 2, 9, 1), False),
        (dt.datetime(2026, 3, 2, 9), dt.datetime(2026, 3, 3, 8, 59), False),
        (dt.datetime(2026, 3, 2, 9), dt.datetime(2026, 3, 3, 9), True),
        (dt.datetime(2026, 3, 2, 9), dt.datetime(2026, 3, 2, 9), False),
        (dt.datetime(2026, 3, 2, 9), dt.datetime(2026, 3, 5), True),
    ],
)
def test_a_minute_without_an_hour_of_the_policy_has_nothing_to_compute(
    after: dt.datetime, until: dt.datetime, expected: bool
) -> None:
    """Half-open, over midnight, over days."""
    assert any_time_between({dt.time(9)}, after, until) is expected


def test_a_policy_survives_the_database_and_older_versions() -> None:
    """What was not known then has its default."""
    changed = Policy({**POLICY.leads, "duty.eve": Lead(True, 3, True, dt.time(17, 5))}, 24, ("reception",))
    assert from_json(to_json(changed)) == changed
    assert from_json({}) == POLICY
    assert from_json({"leads": {"gone": {"on": True, "days": 1, "working": False, "at": "09:00"}}}) == POLICY
