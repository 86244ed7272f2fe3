"""A few weeks played by the program's own services: what happens when, with the clock standing at each moment."""

import datetime as dt
import heapq
from collections.abc import Callable
from itertools import count
from zoneinfo import ZoneInfo

from app.core import clock
from app.core.clock import FixedClock
from app.core.database import db
from app.core.errors import RotaError
from app.directory.models import Office

BY = "示例接待员"
Happening = Callable[[], object]


class Timetable:
    """Happenings of one office until `now`, in their order; each may plan others. What a rule refuses does not happen."""

    def __init__(self, office: Office, now: dt.datetime) -> None:
        self.office, self.now = office, now
        self._zone = ZoneInfo(office.timezone)
        self._waiting: list[tuple[dt.datetime, int, Happening]] = []
        self._order = count()

    def plan(self, day: dt.date, time: str, happening: Happening) -> None:
        """Let it happen on that day at "08:40" in the office; what lies ahead of `now` is left to the office."""
        at = dt.datetime.combine(day, dt.time.fromisoformat(time), self._zone)
        if at < self.now:
            heapq.heappush(self._waiting, (at, next(self._order), happening))

    def play(self) -> None:
        """Everything planned, until nothing is left. The caller holds the transaction and puts the clock right again."""
        while self._waiting:
            at, _number, happening = heapq.heappop(self._waiting)
            clock.install(FixedClock(at))
            try:
                with db.session.begin_nested():
                    happening()
            except RotaError:
                continue
