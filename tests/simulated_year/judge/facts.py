"""What the judge knows: offices and their settings, every version of the roster, and a calendar of its own."""

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
from sqlalchemy import Connection, text

ONE = dt.timedelta(days=1)


@cache
def works(day: dt.date) -> bool:
    """Whether the country works."""
    return bool(chinese_calendar.is_workday(day))


def as_day(value: Any) -> dt.date | None:
    """A date, however the database writes it."""
    return None if value is None else dt.date.fromisoformat(str(value)[:10])


def must_day(value: Any) -> dt.date:
    """A date that is there."""
    day = as_day(value)
    assert day is not None
    return day


def as_instant(value: Any) -> dt.datetime | None:
    """An instant in UTC; SQLite writes none of the zone."""
    if value is None:
        return None
    found = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def _must_instant(value: Any) -> dt.datetime:
    found = as_instant(value)
    assert found is not None
    return found


def as_time(value: Any) -> dt.time:
    """A time of day."""
    return value if isinstance(value, dt.time) else dt.time.fromisoformat(str(value)[:8])


@dataclass(frozen=True)
class Session:
    """A session in one version: a seat for each leader."""

    on_date: dt.date
    starts: dt.time
    ends: dt.time
    leaders: frozenset[int]
    first_leader: int


@dataclass
class Office:
    """An office's zone and settings."""

    id: int
    zone: ZoneInfo
    policy: dict[str, Any]
    limits: dict[str, int]
    roll: bool
    sign_offs: int
    few: int

    def local(self, at: dt.datetime) -> dt.date:
        """The date there."""
        return at.astimezone(self.zone).date()

    def instant(self, day: dt.date, time: dt.time) -> dt.datetime:
        """When it is that time there."""
        return dt.datetime.combine(day, time, self.zone)

    def cut_off(self, session: Session) -> dt.datetime:
        """Until when residents may book."""
        day, left = session.on_date, int(self.policy["cutoff_days"])
        while left:
            day -= ONE
            left -= not self.policy["cutoff_working_days"] or works(day)
        limit = self.instant(day, dt.time.fromisoformat(self.policy["cutoff_time"]))
        return min(limit, self.instant(session.on_date, session.starts))


@dataclass
class Facts:
    """Everything that was said or published."""

    offices: dict[int, Office] = field(default_factory=dict)
    # (office, session key) -> the numbers of the revisions that changed it, and the session since then
    versions: dict[tuple[int, str], tuple[list[int], list[Session | None]]] = field(default_factory=dict)
    number: dict[int, int] = field(default_factory=lambda: defaultdict(int))  # the newest revision so far

    # suspensions in the calendar: office, first and last day, from when and until when they were in force
    suspensions: list[tuple[int, dt.date, dt.date, dt.datetime, dt.datetime | None]] = field(
        default_factory=list
    )

    def is_suspended(self, office: int, day: dt.date, at: dt.datetime) -> bool:
        """Whether the calendar said at that moment that nobody is received on the day."""
        return any(
            whose == office and first <= day <= last and made <= at and (until is None or at < until)
            for whose, first, last, made, until in self.suspensions
        )

    def add_office(self, said: dict[str, Any]) -> None:
        """An office is set up."""
        settings = said["settings"]
        self.offices[said["office"]] = Office(
            said["office"],
            ZoneInfo(said["zone"]),
            said["policy"],
            settings.get("limits", {}),
            settings.get("roll_forward", True),
            settings.get("sign_offs", 0),
            settings.get("few_items", 15),
        )

    def session(self, office: int, key: str | None) -> Session | None:
        """The session as it is published at this moment of the journal; None when nobody receives."""
        numbers, sessions = self.versions.get((office, key or ""), ([], []))
        at = bisect_left(numbers, self.number[office] + 1)
        return sessions[at - 1] if at else None


def read_facts(connection: Connection) -> Facts:
    """Every version of every session, from the duties."""
    rows: defaultdict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in connection.execute(
        text(
            "SELECT office_id, session_key, since_revision, until_revision, on_date, starts, ends, seat, status, "
            "leader_id FROM duties ORDER BY office_id, session_key, seat"
        )
    ):
        rows[row[0], row[1]].append(row)
    facts = Facts()
    facts.suspensions = [
        (row[0], must_day(row[1]), must_day(row[2]), _must_instant(row[3]), as_instant(row[4]))
        for row in connection.execute(
            text(
                "SELECT office_id, first_day, last_day, made_at, withdrawn_at FROM calendar_periods "
                "WHERE kind = 'suspension'"
            )
        )
    ]
    for key, found in rows.items():
        numbers = sorted({row[2] for row in found} | {row[3] for row in found if row[3] is not None})
        facts.versions[key] = (numbers, [_version(found, number) for number in numbers])
    return facts


def _version(rows: list[Any], number: int) -> Session | None:
    now = [row for row in rows if row[2] <= number and (row[3] is None or row[3] > number)]
    held = [row for row in now if row[8] == "held" and row[9] is not None]
    if not held:
        return None
    row = held[0]
    return Session(must_day(row[4]), as_time(row[5]), as_time(row[6]), frozenset(r[9] for r in held), row[9])
