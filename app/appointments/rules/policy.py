"""How an office takes visits: one frozen policy with defaults, read from and written to plain JSON."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any
from zoneinfo import ZoneInfo

from app.calendar.working import WorkingCalendar

# When the leader of a booked session changes, or the session moves or falls out.
KEEP, ASK, MOVE = "keep", "ask", "move"


@dataclass(frozen=True, slots=True)
class Policy:
    """Every setting of booking. Days, hours and months are whole numbers; times are in the office's zone.

    The defaults are those of `domain.md`: 17:00 the day before, three places and walk-ins, confirmed by staff.
    """

    public_booking: bool = True
    days_ahead: int = 60  # how far ahead sessions are offered
    cutoff_days: int = 1  # 0: the same day
    cutoff_working_days: bool = False  # count working days instead of calendar days
    cutoff_time: dt.time = dt.time(17)
    places: int = 3  # appointments of a session
    walk_in_places: int = 3  # beside them, for people who walk in
    confirm: str = "staff"  # staff, or at_once
    pending_hours: int = 48  # how long a request holds its place while staff look at it
    offer_hours: int = (
        24  # how long a place that became free, or an invitation, waits for the resident's answer
    )
    undecided_days: int = 60  # a request without a day ends when nobody placed it so long
    waiting_list: bool = True
    waiting_most: int = 10  # a session
    open_per_person: int = 2  # requests of one person that are open at once
    per_person_and_day: int = 1  # sessions of one day for one person
    tries_per_hour: int = 10  # public requests from one network address
    challenge: bool = True
    similar_percent: int = 50  # from this likeness of the text on, another visit is shown as similar
    leader_changes: str = (
        KEEP  # keep (and tell), ask (the resident answers), move (to the next matching session)
    )
    session_moves: str = ASK
    session_cancelled: str = MOVE  # move, or ask (back to screening)
    nudge_hours: int = (
        24  # who has not answered an invitation is asked again after these hours; 0: by staff only
    )
    months_unplaced: int = 6  # refused, cancelled, expired …: personal data kept after the end
    months_received: int = 36  # received by a leader
    months_attachments: int = 12


_RANGES: Mapping[str, tuple[int, int]] = {
    "days_ahead": (1, 366),
    "cutoff_days": (0, 14),
    "places": (0, 2000),
    "walk_in_places": (0, 2000),
    "pending_hours": (1, 240),
    "offer_hours": (1, 168),
    "undecided_days": (7, 366),
    "waiting_most": (0, 500),
    "open_per_person": (1, 20),
    "per_person_and_day": (1, 10),
    "tries_per_hour": (1, 1000),
    "similar_percent": (10, 100),
    "nudge_hours": (0, 168),
    "months_unplaced": (1, 120),
    "months_received": (1, 120),
    "months_attachments": (1, 120),
}
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "confirm": ("staff", "at_once"),
    "leader_changes": (KEEP, ASK, MOVE),
    "session_moves": (KEEP, ASK),
    "session_cancelled": (MOVE, ASK),
}
RANGES, CHOICES = _RANGES, _CHOICES


def parse_policy(spec: Mapping[str, Any] | None) -> Policy:
    """The policy of a stored spec; what it leaves out has its default. Raises ValueError for a bad value."""
    known = {field.name for field in fields(Policy)}
    values = {name: value for name, value in (spec or {}).items() if name in known}
    if "cutoff_time" in values:
        values["cutoff_time"] = dt.time.fromisoformat(values["cutoff_time"])
    policy = replace(Policy(), **values)
    for name, (least, most) in _RANGES.items():
        if not least <= getattr(policy, name) <= most:
            raise ValueError(f"{name} must be from {least} to {most}")
    for name, choices in _CHOICES.items():
        if getattr(policy, name) not in choices:
            raise ValueError(f"{name} must be one of {choices}")
    return policy


def as_spec(policy: Policy) -> dict[str, Any]:
    """The policy as JSON values: what differs from the defaults."""
    default = asdict(Policy())
    values = {name: value for name, value in asdict(policy).items() if value != default[name]}
    return {
        name: value.isoformat() if isinstance(value, dt.time) else value for name, value in values.items()
    }


def cut_off(
    policy: Policy, day: dt.date, starts: dt.time, calendar: WorkingCalendar, zone: str
) -> dt.datetime:
    """Until when a session can be booked, moved or given up: an aware instant, never after its beginning."""
    last = day
    if policy.cutoff_working_days:
        for _ in range(policy.cutoff_days):
            last = _working_day_before(last, calendar)
    else:
        last = day - dt.timedelta(days=policy.cutoff_days)
    here = ZoneInfo(zone)
    limit = dt.datetime.combine(last, policy.cutoff_time, here)
    return min(limit, dt.datetime.combine(day, starts, here))


def hold_until(policy: Policy, now: dt.datetime, starts_at: dt.datetime) -> dt.datetime:
    """How long an unconfirmed request holds its place: the office's hours, but not past the session's beginning."""
    return min(now + dt.timedelta(hours=policy.pending_hours), starts_at)


def offer_until(policy: Policy, now: dt.datetime, cut_off_at: dt.datetime) -> dt.datetime:
    """How long a place waits for the resident's answer: the office's hours, but at most until the cut-off."""
    return min(now + dt.timedelta(hours=policy.offer_hours), cut_off_at)


def _working_day_before(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    for step in range(1, 40):
        found = day - dt.timedelta(days=step)
        if calendar.day(found).working:
            return found
    return day - dt.timedelta(days=1)
