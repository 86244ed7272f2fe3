"""A county whose roster changes all year long, and what is true of it, read straight from the tables."""

import datetime as dt
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from sqlalchemy import select

from app.appointments.models import ReadinessItem, Visit
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Department, Leader, Office
from app.feeds import service
from app.feeds.models import FeedLink
from app.roster.events import RosterPublished
from app.roster.models import Duty
from app.roster.publishing import write_changes
from app.roster.queries import current_duties
from app.roster.snapshots import state_of_row
from app.roster.states import SeatState, compare_states
from tests.factories import make_leader, make_office
from tests.feed_consumers.rows import Shown
from tests.published import make_revision, publish_days, workdays

PLACED = (
    "received",
    "offered",
    "consent_asked",
    "invited",
    "confirmed",
    "checked_in",
    "called",
    "in_meeting",
)
NEXT_YEAR = (dt.date(2027, 1, 4), dt.date(2027, 3, 31))


@dataclass
class County:
    """The office with its people and the addresses of its calendars: name to (path, what is true of it)."""

    clock: FixedClock
    dice: random.Random
    office_id: int = 0
    leader_ids: list[int] = field(default_factory=list)
    unit_id: int = 0
    period_id: int = 0
    addresses: dict[str, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    @property
    def office(self) -> Office:
        """The office, in this transaction."""
        return db.session.get_one(Office, self.office_id)

    @classmethod
    def begin(cls, clock: FixedClock, dice: random.Random) -> Self:
        """An office with six leaders and a department; this year official, the next one provisional."""
        with transaction():
            office = make_office("county", name="示例县信访局")
            leaders = [
                make_leader(office, name, "副县长")
                for name in ("安一", "包二", "陈三", "丁四", "杜五", "范六")
            ]
            unit = Department(office_id=office.id, name="示例县教育局")
            db.session.add(unit)
            db.session.flush()
            first = clock.at.date() + dt.timedelta(days=1)
            at = {"kind": "publication", "published_at": clock.at}
            publish_days(office, leaders, workdays(first, dt.date(2026, 12, 31))[::3], **at)
            publish_days(office, leaders, workdays(*NEXT_YEAR)[::3], provisional=True, **at)
            made = cls(clock, dice, office.id, [leader.id for leader in leaders], unit.id)
            made.addresses = made._links(office, leaders[:2], unit)
        return made

    def _links(self, office: Office, leaders: list[Leader], unit: Department) -> dict[str, str]:
        def secret(made: tuple[FeedLink, str]) -> str:
            return f"/calendar/{made[1]}.ics"

        return {
            "office": "/o/county/calendar.ics",
            "staff": secret(service.make_staff_link(office, "值班室")),
            "department": secret(service.make_department_link(office, unit.id, "教育局")),
            **{
                f"leader {n}": secret(service.make_link(office, one.id, "手机"))
                for n, one in enumerate(leaders)
            },
        }

    def true_of(self, name: str, since: str) -> Shown:
        """What the calendar of that name must show from a day on."""
        kind, _blank, number = name.partition(" ")
        office = self.office.name
        seats: dict[str, list[Duty]] = {}
        for duty in current_duties(self.office_id):
            if duty.status == "held":
                seats.setdefault(duty.session_key, []).append(duty)
        visits, attended = self._visits(), self._attended()
        found = []
        for key, duties in seats.items():
            who = "、".join(f"{duty.leader_name}（{duty.post}）" for duty in duties)
            mark = f"（{visits[key]}批）" if visits[key] else ""
            titles = {"office": [f"领导接访：{who}"], "staff": [f"领导接访：{who}{mark}"]}
            titles["department"] = [f"参加接访：{office}"] * attended[key]
            if kind == "leader":
                mine = any(duty.leader_id == self.leader_ids[int(number)] for duty in duties)
                titles["leader"] = [f"接访：{office}"] * mine
            day = duties[0].on_date
            start, end = (f"{day:%Y%m%d}T{time:%H%M}" for time in (duties[0].starts, duties[0].ends))
            found += [(start, end, title) for title in titles[kind] if start >= since]
        db.session.rollback()
        return tuple(sorted(found))

    def _visits(self) -> Counter[str]:
        keys = db.session.scalars(select(Visit.session_key).where(Visit.state.in_(PLACED)))
        return Counter(key for key in keys if key)

    def _attended(self) -> Counter[str]:
        keys = db.session.scalars(
            select(Visit.session_key)
            .join(ReadinessItem, ReadinessItem.visit_id == Visit.id)
            .where(ReadinessItem.department_id == self.unit_id, Visit.state.in_((*PLACED, "closed")))
        )
        return Counter(key for key in keys if key)

    def publish(self, after: Mapping[str, SeatState], kind: str = "correction", **more: object) -> None:
        """A revision of these seats, as publishing makes it."""
        rows = {row.seat_key: row for row in current_duties(self.office_id)}
        before = {key: state_of_row(rows[key]) for key in after if key in rows}
        days = [state.on_date for state in (*before.values(), *after.values())]
        first, last = more.pop("first", min(days)), more.pop("last", max(days))
        values = {"reason": "年度模拟", "kind": kind, "published_at": self.clock.at, **more}
        revision = make_revision(self.office, first, last, **values)  # type: ignore[arg-type]
        differences = compare_states(before, after)
        write_changes(revision, rows, differences)
        emit(RosterPublished(self.office_id, revision.id, revision.number, differences.session_keys))
