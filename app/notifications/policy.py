"""What an office wants to be reminded of, and when. Pure: no clock, no database.

A lead time names a moment: so many days before (or after) something, at an hour of the office's own time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.calendar.rules import WorkingCalendar
from app.core.dates import ONE_DAY
from app.core.text import Text

MOST_DAYS = 60
STAFF_ROLES = ("scheduler", "reception", "administrator")


@dataclass(frozen=True, slots=True)
class Lead:
    """One lead time. `days` before the day in question (after it for those in AFTER), at `at` local time.

    `working` counts working days of the office's calendar; otherwise every day counts. 0 is the day itself.
    """

    on: bool
    days: int
    working: bool
    at: dt.time

    def moment(self, day: dt.date, calendar: WorkingCalendar, after: bool = False) -> dt.datetime:
        """The local wall time that belongs to `day`, without a zone."""
        count = self.days if after else -self.days
        found = calendar.add_working_days(day, count) if self.working else day + count * ONE_DAY
        return dt.datetime.combine(found, self.at)


# In the order of the page. Each is the lead of one reminder; its kind is the part before the full stop.
DEFAULT_LEADS: dict[str, Lead] = {
    "duty.week": Lead(True, 7, False, dt.time(9)),
    "duty.eve": Lead(True, 1, False, dt.time(16)),
    "duty.morning": Lead(True, 0, False, dt.time(7, 30)),
    "unacknowledged.nudge": Lead(True, 5, True, dt.time(10)),
    "unacknowledged.staff": Lead(True, 2, True, dt.time(10)),
    "ask.pending": Lead(True, 1, True, dt.time(10)),
    "session.empty": Lead(True, 5, True, dt.time(9, 30)),
    "session.last_call": Lead(True, 1, True, dt.time(9, 30)),
    "roster.ending": Lead(True, 10, True, dt.time(9)),
    "roster.last_call": Lead(True, 3, True, dt.time(9)),
    "roster.provisional": Lead(True, 0, True, dt.time(9)),
    "visit.eve": Lead(True, 1, False, dt.time(16)),
    "visit.unit": Lead(True, 1, True, dt.time(10)),
    "matter.soon": Lead(True, 5, True, dt.time(9)),
    "matter.today": Lead(True, 0, True, dt.time(9)),
    "matter.overdue": Lead(True, 1, True, dt.time(9)),
    "matter.leader": Lead(True, 5, True, dt.time(9)),
}
AFTER = frozenset(
    {"ask.pending", "matter.overdue", "matter.leader"}
)  # counted from the day on, not back from it
LADDER = ("matter.soon", "matter.today", "matter.overdue", "matter.leader")  # what an owed reply goes through
ALWAYS_WORKING = frozenset({"roster.provisional"})  # its day is "the next working day"
LEAD_NAMES: dict[str, Text] = {
    "duty.week": Text("接访前几天提醒领导", "Leader: some days before the duty"),
    "duty.eve": Text("接访前一天提醒领导", "Leader: the day before the duty"),
    "duty.morning": Text("接访当天早上提醒领导", "Leader: on the morning of the duty"),
    "unacknowledged.nudge": Text("领导尚未确认，提醒一次", "Leader: duty not acknowledged yet"),
    "unacknowledged.staff": Text("领导仍未确认，告知工作人员", "Staff: duty still not acknowledged"),
    "ask.pending": Text(
        "被请代班、换班而未答复，提醒一次", "Leader: asked to substitute or swap, no answer yet"
    ),
    "session.empty": Text("场次无人接访，告知工作人员", "Staff: session without a leader"),
    "session.last_call": Text("场次仍无人接访，再次告知", "Staff: session still without a leader"),
    "roster.ending": Text("排班即将到期而未发布新表", "Staff: the published roster is running out"),
    "roster.last_call": Text("排班到期在即，再次告知", "Staff: the roster is about to end"),
    "roster.provisional": Text("暂定排班的放假通知已公布", "Staff: a provisional year has its notice"),
    "visit.eve": Text("来访前一天提醒来访人", "Visitor: the day before the visit"),
    "visit.unit": Text("约访前提醒到场单位", "Units told to attend: before the visit"),
    "matter.soon": Text("书面答复期限临近", "Unit: the written reply is due soon"),
    "matter.today": Text("书面答复今天到期", "Unit: the written reply is due today"),
    "matter.overdue": Text(
        "书面答复已逾期，同时告知工作人员", "Unit and staff: the written reply is overdue"
    ),
    "matter.leader": Text("书面答复逾期仍未办结，报告包案领导", "Leader: the written reply is still overdue"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """Which reminders an office wants. The defaults hold for an office that never set anything.

    `catch_up_hours`: after downtime a reminder later than this is dropped. `staff_roles`: who hears what staff must
    know; where nobody holds one of them, the administrators, then the office above.
    """

    leads: Mapping[str, Lead] = field(default_factory=lambda: dict(DEFAULT_LEADS))
    catch_up_hours: int = 48
    staff_roles: tuple[str, ...] = ("scheduler",)

    def active(self, *names: str) -> dict[str, Lead]:
        """The leads that are switched on; with names only those."""
        return {name: lead for name, lead in self.leads.items() if lead.on and (not names or name in names)}

    def times(self) -> frozenset[dt.time]:
        """The hours at which anything can be due: at no other minute is there anything to compute."""
        return frozenset(lead.at for lead in self.active().values())

    def horizon(self) -> int:
        """How many days ahead of a moment the day in question can lie, with room for the longest holidays."""
        return max(
            (lead.days * 2 + 16 if lead.working else lead.days for lead in self.leads.values()), default=0
        )


DEFAULT = Policy()


def any_time_between(times: Iterable[dt.time], after: dt.datetime, until: dt.datetime) -> bool:
    """Whether one of these hours of the day lies in (after, until]; both are local wall times."""
    if until <= after:
        return False
    days = (until.date() - after.date()).days
    if days > 1:
        return any(True for _ in times)
    candidates = (
        dt.datetime.combine(after.date() + number * ONE_DAY, at) for at in times for number in range(days + 1)
    )
    return any(after < moment <= until for moment in candidates)


def to_json(policy: Policy) -> dict[str, Any]:
    """The policy as it is stored: only JSON values."""
    return {
        "leads": {
            name: {"on": lead.on, "days": lead.days, "working": lead.working, "at": f"{lead.at:%H:%M}"}
            for name, lead in policy.leads.items()
        },
        "catch_up_hours": policy.catch_up_hours,
        "staff_roles": list(policy.staff_roles),
    }


def from_json(stored: Mapping[str, Any]) -> Policy:
    """The policy that was stored; what an older version did not know has its default."""
    leads = dict(DEFAULT_LEADS)
    for name, value in stored.get("leads", {}).items():
        if name in leads:
            at = dt.time.fromisoformat(value["at"])
            leads[name] = Lead(bool(value["on"]), int(value["days"]), bool(value["working"]), at)
    return Policy(
        leads=leads,
        catch_up_hours=int(stored.get("catch_up_hours", DEFAULT.catch_up_hours)),
        staff_roles=tuple(stored.get("staff_roles", DEFAULT.staff_roles)),
    )


def changes(before: Policy, after: Policy) -> dict[str, tuple[Any, Any]]:
    """What differs, by name, as stored values: for the audit trail."""
    one, other = to_json(before), to_json(after)
    flat_one, flat_other = one | one.pop("leads"), other | other.pop("leads")
    return {
        name: (flat_one[name], flat_other[name]) for name in flat_other if flat_one[name] != flat_other[name]
    }
