"""What residents and staff do with visits in a year, drawn by chance from what is possible."""

import datetime as dt
import random
from typing import Any

from sqlalchemy import select

from app.appointments.models import Visit
from app.appointments.queries import get_visit
from app.appointments.rules.matching import Matter
from app.appointments.rules.states import ON_THE_DAY, OPEN
from app.appointments.service import booking, day, invitations, records, resident, screening
from app.appointments.service.booking import NewVisit
from app.core import clock
from app.core.database import db
from tests.simulated_year import journal
from tests.simulated_year.journal import done
from tests.simulated_year.world import SECTORS, Place

Row = tuple[int, str, str | None, dt.date | None]


class Visits:
    """The visits of one office. `days`: its working days."""

    def __init__(self, chance: random.Random, place: Place, days: list[dt.date]) -> None:
        self.chance = chance
        self.place = place
        self.days = days
        self.people = 0
        self.taken = 0

    def rows(self) -> list[Row]:
        """The visits that are open or on their day."""
        found = db.session.execute(
            select(Visit.id, Visit.state, Visit.session_key, Visit.on_date)
            .where(Visit.office_id == self.place.office.id, Visit.state.in_((*OPEN, *ON_THE_DAY, "expired")))
            .where(Visit.received_at > clock.now() - dt.timedelta(days=30))
            .order_by(Visit.id)
        )
        return [(row[0], row[1], row[2], row[3]) for row in found]

    def some_session(self, today: dt.date, ahead: int = 6) -> str | None:
        """A session of today or one of the next working days, known to be held or not."""
        coming = [day for day in self.days if day >= today][: ahead + 1]
        weights = [1] + [3] * (len(coming) - 1)
        if not coming:
            return None
        found = self.chance.choices(coming, weights)[0]
        return f"s1-{found:%Y%m%d}-{self.chance.choice(('am', 'am', 'pm'))}"

    def request(self, session_key: str | None, **more: Any) -> NewVisit:
        """The request of somebody new."""
        self.people += 1
        number = f"E{self.place.office.id:03}{self.people:06}"
        headcount = self.chance.choice([1, 1, 1, 1, 3, 12])
        values: dict[str, Any] = {
            "name": f"示例居民{number}",
            "summary": "示例诉求",
            "session_key": session_key,
            "matter": Matter(sector=self.chance.choice(SECTORS)),
            "document_kind": "passport",
            "document_number": number,
            "headcount": headcount,
            "channel": self.chance.choice(("web", "window", "phone")),
        }
        return NewVisit(**values | more)

    def book(self, today: dt.date) -> None:
        """Somebody asks for a session; where it is full, most join its waiting list."""
        key = self.some_session(today) if self.chance.random() < 0.93 else None
        by = "" if self.chance.random() < 0.7 else "clerk"
        request = self.request(key)
        if self._book(request, by) is None and key is not None and self.chance.random() < 0.6:
            self._book(self.request(key, waiting=True), by)

    def _book(self, request: NewVisit, by: str) -> dict[str, Any] | None:
        def action() -> dict[str, Any]:
            visit, _code = booking.book(self.place.office, request, by)
            return {"visit": visit.id}

        found = journal.do(
            "wait" if request.waiting else "book",
            action,
            office=self.place.office.id,
            session=request.session_key,
            headcount=request.headcount,
            by=by,
        )
        self.taken += found is not None
        return found

    def walk_in(self, today: dt.date) -> None:
        """Somebody stands at the desk."""
        request = self.request(f"s1-{today:%Y%m%d}-{self._half()}", channel="window")

        def action() -> dict[str, Any]:
            visit, _code = day.register_walk_in(self.place.office, request, "clerk")
            return {"visit": visit.id}

        found = journal.do(
            "walk_in",
            action,
            office=self.place.office.id,
            session=request.session_key,
            headcount=request.headcount,
        )
        self.taken += found is not None

    def _half(self) -> str:
        return "am" if clock.now().hour + 8 < 12 else "pm"

    def decide(self, row: Row, today: dt.date) -> None:
        """One thing that may happen to an open visit before its day."""
        visit_id, state, key, _on_date = row
        chance, elsewhere = self.chance, self.some_session(today)
        leader = chance.choice(self.place.leaders).id
        units = chance.sample(self.place.units, chance.randint(0, 2))
        possible: dict[str, Any] = {
            "confirm": lambda v: screening.place(v, key or elsewhere or "", None, "clerk"),
            "place": lambda v: screening.place(v, elsewhere or "", None, "clerk"),
            "offer": lambda v: screening.offer(v, elsewhere or "", None, "clerk"),
            "refuse": lambda v: screening.refuse(v, "outside_area", "", "clerk"),
            "solve": lambda v: screening.solve(v, "已解决", "clerk"),
            "hand_on": lambda v: screening.hand_on(v, _parent(self.place), "请到市里", "clerk"),
            "recuse": lambda v: _recuse(v, self.place),
            "invite": lambda v: invitations.invite(v, elsewhere or "", leader, units, "clerk"),
            "consent": lambda v: invitations.consent(v, chance.random() < 0.8, "leader"),
            "accept": resident.accept,
            "decline": resident.decline,
            "cancel": resident.cancel,
            "move": lambda v: resident.move(v, elsewhere or "", None),
            "queue": lambda v: resident.wait(v, elsewhere or "", None),
        }
        weights = _WEIGHTS[state]
        what = chance.choices(list(weights), list(weights.values()))[0]
        if what != "nothing":
            self._on(what, visit_id, possible[what], session=elsewhere)

    def on_the_day(self, row: Row, over: bool) -> None:
        """The next thing at the desk; when the day is `over`, whoever did not come is a no-show."""
        visit_id, state, _key, _on_date = row
        if state in ("confirmed", "received", "offered", "invited"):
            if over:
                if state == "confirmed" and self.chance.random() < 0.9:
                    self._on("no_show", visit_id, lambda v: day.no_show(v, "clerk"))
            elif self.chance.random() < (0.8 if state == "confirmed" else 0.3):
                self._on("check_in", visit_id, lambda v: day.check_in(v, "clerk"))
        elif state in ("checked_in", "called") and self.chance.random() < 0.95:
            self.receive(visit_id)

    def receive(self, visit_id: int) -> None:
        """Called, received, written down, over."""
        if self.chance.random() < 0.3:
            self._on("call", visit_id, lambda v: day.call(v, "clerk"))
        if self._on("begin", visit_id, lambda v: day.begin(v, "clerk")) is None:
            return
        if self.chance.random() < 0.3:
            self._on("record", visit_id, lambda v: records.finish(v, "示例记录", 0, "clerk"))
        self._on("end", visit_id, lambda v: day.end(v, "clerk"))

    def close_empty(self, today: dt.date, half: str) -> None:
        """A session nobody came to."""
        key = f"s1-{today:%Y%m%d}-{half}"
        journal.do(
            "close_empty",
            lambda: done(day.close_empty(self.place.office, key, "clerk")),
            office=self.place.office.id,
            session=key,
        )

    def rebook(self, visit_id: int, today: dt.date) -> None:
        """A no-show chooses another session."""
        key = self.some_session(today) or ""
        self._on("rebook", visit_id, lambda v: resident.move(v, key, None), session=key)

    def _on(self, what: str, visit_id: int, action: Any, **said: Any) -> dict[str, Any] | None:
        def act() -> dict[str, Any] | None:
            found: dict[str, Any] | None = action(get_visit(self.place.office.id, visit_id))
            return found if isinstance(found, dict) else None

        return journal.do(what, act, office=self.place.office.id, visit=visit_id, **said)


_WEIGHTS: dict[str, dict[str, float]] = {
    "received": {
        **{"confirm": 50, "place": 4, "offer": 5, "refuse": 4, "solve": 3, "hand_on": 1, "recuse": 1},
        **{"invite": 4, "cancel": 2, "move": 3, "nothing": 23},
    },
    "waiting": {"place": 10, "invite": 12, "cancel": 6, "refuse": 3, "solve": 4, "queue": 3, "nothing": 60},
    "offered": {"accept": 40, "decline": 8, "cancel": 4, "move": 4, "nothing": 44},
    "consent_asked": {"consent": 60, "solve": 1, "nothing": 39},
    "invited": {"accept": 55, "decline": 5, "nothing": 40},
    "confirmed": {"cancel": 3, "move": 4, "solve": 2, "recuse": 0.5, "offer": 1, "nothing": 90},
    "expired": {"confirm": 15, "offer": 5, "move": 5, "cancel": 3, "nothing": 72},
}


def _recuse(visit: Visit, place: Place) -> dict[str, Any]:
    leader = next((leader for leader in place.leaders if leader.id == visit.leader_id), place.leaders[0])
    screening.recuse(visit, leader, "亲属", "clerk")
    return {"leader": leader.id}


def _parent(place: Place) -> Any:
    return place.office.parent
