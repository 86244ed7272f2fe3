"""What happens in a county in a year: one method for each kind of change."""

import datetime as dt
from dataclasses import replace
from typing import Literal

from sqlalchemy import select, update

from app.appointments.events import UnitTold, VisitChanged
from app.appointments.models import ReadinessItem, Visit
from app.calendar import service as calendar_service
from app.core.database import db, transaction
from app.core.events import emit
from app.directory.models import Leader
from app.directory.service.offices import OfficeDetails, edit_office
from app.feeds import service
from app.feeds.models import FeedLink
from app.feeds.options import FeedOptions
from app.roster.queries import current_duties
from app.roster.snapshots import state_of_row
from app.roster.states import SeatState
from tests.feed_consumers.county import NEXT_YEAR, County

WEIGHTS = {
    "substitute": 8, "swap": 2, "time": 2, "room": 1, "move": 2, "cancel": 2, "hold_again": 2, "add": 1,
    "second_seat": 2, "suspend": 1, "resume": 1, "visit": 6, "visit_moves": 3, "visit_ends": 3, "answer": 2,
    "rename": 1, "options": 1,
}  # fmt: skip


class LivelyCounty(County):
    """A county where something happens every few days."""

    def change(self) -> str:
        """One thing happens; what."""
        kind = self.dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        with transaction():
            done = getattr(self, kind)()
        self.done[kind] += done is not False
        return kind

    def confirm_next_year(self) -> None:
        """The notice is in: one day moves, the others stay as they were and are provisional no more."""
        with transaction():
            state = next(s for s in self._states("held", 999) if s.on_date >= NEXT_YEAR[0])
            self.publish(
                {state.seat_key: self._another(state)},
                first=NEXT_YEAR[0],
                last=NEXT_YEAR[1],
                provisional=False,
            )

    def _states(self, status: str, days: int = 60) -> list[SeatState]:
        today = self.clock.at.date()
        rows = current_duties(self.office_id, today + dt.timedelta(days=1), today + dt.timedelta(days=days))
        return [state_of_row(row) for row in rows if row.status == status]

    def _any(self, status: str = "held") -> SeatState | None:
        found = self._states(status)
        return self.dice.choice(found) if found else None

    def _another(self, state: SeatState) -> SeatState:
        number = self.dice.choice([one for one in self.leader_ids if one != state.leader_id])
        return replace(state, leader_id=number, leader_name=db.session.get_one(Leader, number).name)

    def _publish_changed(self, among: str = "held", /, **values: object) -> bool:
        state = self._any(among)
        changed = replace(state, **values) if state else None  # type: ignore[arg-type]
        if state is None or changed is None or changed == state:
            return False
        self.publish({state.seat_key: changed})
        return True

    def substitute(self) -> bool:
        """Somebody else receives."""
        state = self._any()
        if state:
            self.publish({state.seat_key: self._another(state)}, "substitution")
        return bool(state)

    def swap(self) -> bool:
        """Two sessions exchange their leaders."""
        one, other = self._any(), self._any()
        if not one or not other or one.leader_id == other.leader_id:
            return False
        mine, theirs = ({"leader_id": s.leader_id, "leader_name": s.leader_name} for s in (one, other))
        after = {one.seat_key: replace(one, **theirs), other.seat_key: replace(other, **mine)}  # type: ignore[arg-type]
        self.publish(after, "substitution")
        return True

    def time(self) -> bool:
        """Another time of the day."""
        return self._publish_changed(starts=self.dice.choice((dt.time(8, 30), dt.time(9), dt.time(14))))

    def room(self) -> bool:
        """Another room."""
        return self._publish_changed(room=self.dice.choice(("二号接待室", "三号接待室；东侧,二楼")))

    def move(self) -> bool:
        """The session moves to another day and stays the same session."""
        state = self._any()
        return bool(state) and self._publish_moved(state)

    def _publish_moved(self, state: SeatState | None) -> bool:
        assert state is not None
        day = state.on_date + dt.timedelta(days=self.dice.randint(1, 5))
        keys = [key for key in self._seats() if key.startswith(f"{state.session_key}:")]
        rows = {row.seat_key: row for row in current_duties(self.office_id)}
        self.publish({key: replace(state_of_row(rows[key]), on_date=day) for key in keys})
        return True

    def _seats(self) -> list[str]:
        return [row.seat_key for row in current_duties(self.office_id)]

    def cancel(self) -> bool:
        """A session is called off."""
        return self._publish_changed(status="cancelled")

    def hold_again(self) -> bool:
        """A session that was called off takes place after all."""
        return self._publish_changed("cancelled", status="held")

    def add(self) -> bool:
        """A session more."""
        state = self._any()
        if state is None:
            return False
        key = f"extra:{self.clock.at:%Y%m%d%H%M}"
        day = state.on_date + dt.timedelta(days=1)
        self.publish({f"{key}:1": replace(state, seat_key=f"{key}:1", session_key=key, on_date=day, seat=1)})
        return True

    def second_seat(self) -> bool:
        """A second leader beside the first."""
        state = self._any()
        if state is None or state.seat != 1 or f"{state.session_key}:2" in self._seats():
            return False
        second = replace(self._another(state), seat_key=f"{state.session_key}:2", seat=2)
        self.publish({second.seat_key: second})
        return True

    def suspend(self) -> bool:
        """A week without receptions, entered in the calendar."""
        if self.period_id:
            return False
        first = self.clock.at.date() + dt.timedelta(days=self.dice.randint(2, 20))
        last = first + dt.timedelta(days=6)
        self.period_id = calendar_service.add_period(
            self.office, "suspension", "维修", first, last, reason="接待大厅维修"
        ).id
        return True

    def resume(self) -> bool:
        """The suspension is taken back."""
        if not self.period_id:
            return False
        calendar_service.withdraw_period(self.office, self.period_id)
        self.period_id = 0
        return True

    def visit(self) -> bool:
        """Somebody comes; the department attends every other time."""
        state = self._any()
        if state is None:
            return False
        row = Visit(
            office_id=self.office_id, reference=f"{self.done['visit']:04}-0001", code_hash="x" * 64, channel="window",
            state="confirmed", session_key=state.session_key, on_date=state.on_date, leader_id=state.leader_id,
            name="来访某", headcount=2, received_at=self.clock.at, kind=self.dice.choice(("booked", "invited")),
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
        emit(VisitChanged(row.id, self.office_id, "confirmed"))
        if row.kind == "invited":
            self._ask_unit(row)
        return True

    def _ask_unit(self, row: Visit) -> None:
        at = self.clock.at
        item = ReadinessItem(
            visit_id=row.id, kind="department", department_id=self.unit_id, asked_at=at, due_at=at
        )
        db.session.add(item)
        db.session.flush()
        emit(UnitTold(row.id, self.office_id, self.unit_id))

    def _some_visit(self) -> Visit | None:
        found = db.session.scalars(select(Visit).where(Visit.state == "confirmed").order_by(Visit.id)).all()
        return self.dice.choice(found) if found else None

    def visit_moves(self) -> bool:
        """A visit goes to another session."""
        row, state = self._some_visit(), self._any()
        if row is None or state is None or row.session_key == state.session_key:
            return False
        row.session_key, row.on_date, row.leader_id = state.session_key, state.on_date, state.leader_id
        db.session.flush()
        emit(VisitChanged(row.id, self.office_id, "moved"))
        return True

    def visit_ends(self) -> bool:
        """A visit is called off or over."""
        row = self._some_visit()
        if row is None:
            return False
        ends: tuple[Literal["cancelled"], Literal["closed"]] = ("cancelled", "closed")
        row.state = end = self.dice.choice(ends)
        db.session.flush()
        emit(VisitChanged(row.id, self.office_id, end))
        return True

    def answer(self) -> bool:
        """A department says that it is ready."""
        items = select(ReadinessItem).where(ReadinessItem.answer == "open").order_by(ReadinessItem.id)
        item = db.session.scalars(items).first()
        if item is None:
            return False
        db.session.execute(update(ReadinessItem).where(ReadinessItem.id == item.id).values(answer="yes"))
        emit(VisitChanged(item.visit_id, self.office_id, "confirmed"))
        return True

    def rename(self) -> bool:
        """The office has another name."""
        office = self.office
        name = "示例县人民来访接待中心" if office.name == "示例县信访局" else "示例县信访局"
        edit_office(office, OfficeDetails(name, office.name_en, office.phone, office.address, office.scope))
        return True

    def options(self) -> bool:
        """Somebody changes the options of a link; its address stays."""
        link = self.dice.choice(db.session.scalars(select(FeedLink).order_by(FeedLink.id)).all())
        chosen = FeedOptions(alarm=self.dice.choice((None, 15, 60)), busy=self.dice.choice((True, False)))
        service.change_link(self.office, link, link.name, chosen)
        return True
