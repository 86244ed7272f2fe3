"""Reading the public `schedule.json`, strictly: nothing missing, nothing that does not belong there."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TOP = {"office", "revision", "provisional", "timezone", "sessions"}
SESSION = {"date", "session", "start", "end", "room", "status", "leaders"}
LEADER = {"name", "post", "role"}
STATUSES = {"held", "suspended", "cancelled"}


@dataclass(frozen=True)
class Violation:
    """One broken promise. `kind` is a short fixed word; `text` says it to a person."""

    kind: str
    office: str
    text: str

    def __str__(self) -> str:
        return f"{self.office}: {self.kind}: {self.text}"


@dataclass(frozen=True)
class Receiver:
    """A leader as a session names one."""

    name: str
    post: str
    role: str


@dataclass(frozen=True)
class Session:
    """One session of a day."""

    day: dt.date
    session: str
    start: str
    end: str
    room: str
    status: str
    leaders: tuple[Receiver, ...]


@dataclass(frozen=True)
class Schedule:
    """What an office has published."""

    office: str
    revision: int
    provisional: bool
    timezone: str
    sessions: tuple[Session, ...]

    def held(self, year: int) -> list[Session]:
        """The sessions of a year that take place."""
        return [entry for entry in self.sessions if entry.status == "held" and entry.day.year == year]


def read_schedule(text: str) -> Schedule:
    """The schedule. KeyError, TypeError or ValueError for a text that is not one; see `form_violations`."""
    raw = json.loads(text)
    return Schedule(
        raw["office"],
        raw["revision"],
        raw["provisional"],
        raw["timezone"],
        tuple(_session(entry) for entry in raw["sessions"]),
    )


def form_violations(office: str, text: str) -> Iterator[Violation]:
    """Fields that are missing, or that nobody promised: every field that leaves the house is on a list."""
    raw = json.loads(text)
    yield from _differing(office, "the schedule", raw, TOP)
    for entry in raw.get("sessions", []):
        where = f"the session of {entry.get('date')}"
        yield from _differing(office, where, entry, SESSION)
        if entry.get("status") not in STATUSES:
            yield Violation("form", office, f"{where} has the status {entry.get('status')!r}")
        for leader in entry.get("leaders", []):
            yield from _differing(office, f"a leader of {where}", leader, LEADER)


def _differing(office: str, where: str, found: Mapping[str, Any], wanted: set[str]) -> Iterator[Violation]:
    if set(found) != wanted:
        difference = ", ".join(sorted(set(found) ^ wanted))
        yield Violation("form", office, f"{where} has, or lacks, the fields {difference}")


def _session(raw: Mapping[str, Any]) -> Session:
    return Session(
        dt.date.fromisoformat(raw["date"]),
        raw["session"],
        raw["start"],
        raw["end"],
        raw["room"],
        raw["status"],
        tuple(Receiver(leader["name"], leader["post"], leader["role"]) for leader in raw["leaders"]),
    )
