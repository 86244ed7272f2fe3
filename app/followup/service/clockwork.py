"""Due dates of a matter: computed from what happened, stored beside it. The only writer of the due columns."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from app.calendar.queries import working_calendar
from app.calendar.working import WorkingCalendar
from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Office
from app.followup import queries
from app.followup.clocks import (
    RECEIVED,
    Deadline,
    Limit,
    deadline,
    limits_with,
    why_no_leader_day,
    with_leader,
)
from app.followup.errors import LeaderDayRefused
from app.followup.models import Matter, UnitPart


@dataclass(frozen=True, slots=True)
class Clockwork:
    """An office's limits on its calendar."""

    limits: Mapping[str, Limit]
    roll: bool
    calendar: WorkingCalendar

    @classmethod
    def of(cls, office: Office) -> "Clockwork":
        """The clockwork of an office as it is set up now."""
        settings = queries.settings_of(office.id)
        return cls(limits_with(settings.limits), settings.roll_forward, working_calendar(office))

    def register(self, matter: Matter) -> Deadline:
        """Until when the matter is registered and handed over."""
        return self._deadline("register", matter.received_on)

    def acceptance(self, matter: Matter) -> Deadline:
        """Until when the resident is told in writing."""
        return self._deadline("acceptance", matter.received_on)

    def decision(self, matter: Matter) -> Deadline:
        """Until when the written reply is due: by the Regulations, or sooner where the leader set a day."""
        return with_leader(self._by_rules(matter), matter.leader_due_on)

    def check_leader_day(self, matter: Matter, day: dt.date, today: dt.date) -> None:
        """Raises LeaderDayRefused for a day the leader cannot set."""
        why = why_no_leader_day(day, matter.received_on, today, self._by_rules(matter))
        if why is not None:
            raise LeaderDayRefused(why)

    def _by_rules(self, matter: Matter) -> Deadline:
        pauses = tuple(DateRange.from_days(pause.first_day, pause.last_day) for pause in matter.pauses)
        return deadline(
            "decision",
            matter.accepted_on or matter.received_on,
            self.limits.get(matter.urgency, self.limits["decision"]),
            self.calendar,
            extension=matter.extended_days or 0,
            paused=pauses,
            roll=self.roll,
            started=None if matter.accepted_on else RECEIVED,
        )

    def not_ours(self, told_on: dt.date) -> Deadline:
        """Until when a unit may say "not ours"."""
        return self._deadline("not_ours", told_on)

    def review_request(self, matter: Matter) -> Deadline | None:
        """Until when the resident may ask for a review of the reply."""
        return self._deadline("review_request", matter.replied_on) if matter.replied_on else None

    def refresh(self, matter: Matter) -> None:
        """Bring the stored dates in line with what happened."""
        matter.register_due_on = self.register(matter).due
        matter.acceptance_due_on = self.acceptance(matter).due
        decision = self.decision(matter)
        matter.regulation_due_on, matter.due_on = decision.by_rules, decision.due
        for part in matter.parts:
            self.refresh_part(matter, part)
        db.session.flush()

    def refresh_part(self, matter: Matter, part: UnitPart) -> None:
        """A unit replies by the matter's own date."""
        part.not_ours_due_on = self.not_ours(part.told_on).due
        part.due_on = matter.due_on

    def _deadline(self, kind: str, start: dt.date) -> Deadline:
        return deadline(kind, start, self.limits[kind], self.calendar, roll=self.roll)
