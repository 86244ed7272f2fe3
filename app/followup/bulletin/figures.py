"""What every figure of the bulletin counts, each defined once: the count and the list behind it use the same words.

A figure is a condition on one table for a range of days. Rates are two figures divided. The definitions are those of
the monthly bulletins: in time ÷ due *in the period*, rated ÷ ratable, satisfied ÷ rated. "Due" is the day of the
Regulations: a leader who wants a matter done sooner makes neither his unit nor his office late in the figures.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.appointments.models import ReceptionRecord, Visit
from app.core.database import db
from app.core.dates import DateRange
from app.directory.models import Office
from app.followup.models import Letter, Matter
from app.roster.models import Duty

Condition = Callable[[DateRange], ColumnElement[bool]]


def _days(
    column: ColumnElement[dt.date | None] | ColumnElement[dt.date], days: DateRange
) -> ColumnElement[bool]:
    return and_(column >= days.first_day, column <= days.last_day)


def _opened(days: DateRange) -> ColumnElement[bool]:
    return _days(Matter.received_on.expression, days)


def _acceptance_due(days: DateRange) -> ColumnElement[bool]:
    """Answered on the spot, or withdrawn, nothing was due any more."""
    return and_(_days(Matter.acceptance_due_on.expression, days), _asked_for())


def _due(days: DateRange) -> ColumnElement[bool]:
    return and_(_days(Matter.regulation_due_on.expression, days), _asked_for())


def _asked_for() -> ColumnElement[bool]:
    return and_(Matter.disposition != "answered", Matter.state != "withdrawn")


def _closed(days: DateRange) -> ColumnElement[bool]:
    return _days(Matter.closed_on.expression, days)


def _rated(days: DateRange) -> ColumnElement[bool]:
    return and_(_closed(days), Matter.rating.isnot(None))


MATTERS: Mapping[str, Condition] = {
    "opened": _opened,
    "answered": lambda days: and_(_opened(days), Matter.disposition == "answered"),
    "taken_back": lambda days: and_(_opened(days), Matter.disposition == "taken_back"),
    "raised": lambda days: and_(_opened(days), Matter.disposition == "raised"),
    "acceptance_due": _acceptance_due,
    "accepted_in_time": lambda days: and_(
        _acceptance_due(days), Matter.accepted_on <= Matter.acceptance_due_on
    ),
    "due": _due,
    "closed_in_time": lambda days: and_(_due(days), Matter.closed_on <= Matter.regulation_due_on),
    "closed": _closed,
    "ratable": _closed,
    "rated": _rated,
    "satisfied": lambda days: and_(_rated(days), Matter.rating.in_(("satisfied", "mostly"))),
}


def _met(days: DateRange) -> ColumnElement[bool]:
    return and_(_days(Visit.on_date.expression, days), Visit.met_at.isnot(None))


def _of_kind(kind: str) -> Condition:
    return lambda days: and_(_met(days), Visit.kind == kind)


def _ended_as(state: str) -> Condition:
    """Ended without a reception. A visit that never had a day counts on the day it ended."""
    return lambda days: and_(
        Visit.state == state,
        or_(_days(Visit.on_date.expression, days), and_(Visit.on_date.is_(None), _instant(days))),
    )


def _instant(days: DateRange) -> ColumnElement[bool]:
    """Ended on one of the days by the clock of the visit's own office."""
    return or_(
        *(
            and_(
                Visit.office_id.in_(select(Office.id).where(Office.timezone == zone)),
                Visit.ended_at >= dt.datetime.combine(days.start, dt.time(), ZoneInfo(zone)),
                Visit.ended_at < dt.datetime.combine(days.stop, dt.time(), ZoneInfo(zone)),
            )
            for zone in db.session.scalars(select(Office.timezone).distinct()).all()
        )
    )


VISITS: Mapping[str, Condition] = {
    "groups": _met,
    "walk_in": _of_kind("walk_in"),
    "booked": _of_kind("booked"),
    "invited": _of_kind("invited"),
    "no_show": _ended_as("no_show"),
    "refused": _ended_as("refused"),
    "solved": _ended_as("solved"),
    "elsewhere": _ended_as("elsewhere"),
}


def _sessions_due(days: DateRange) -> ColumnElement[bool]:
    return and_(
        _days(Duty.on_date.expression, days),
        Duty.until_revision.is_(None),
        Duty.status == "held",
        Duty.leader_id.isnot(None),
    )


def _recorded() -> ColumnElement[bool]:
    """A final record stands for the session (also "nobody came"), or the leader received somebody."""
    record = exists(
        select(ReceptionRecord.id).where(
            ReceptionRecord.office_id == Duty.office_id,
            ReceptionRecord.session_key == Duty.session_key,
            ReceptionRecord.state == "final",
        )
    )
    visit = exists(
        select(Visit.id).where(
            Visit.office_id == Duty.office_id,
            Visit.session_key == Duty.session_key,
            Visit.met_at.isnot(None),
        )
    )
    return or_(record, visit)


SESSIONS: Mapping[str, Condition] = {
    "sessions_due": _sessions_due,
    "sessions_held": lambda days: and_(_sessions_due(days), _recorded()),
}
LETTERS: Mapping[str, Condition] = {
    "supervise": lambda days: and_(_days(Letter.issued_on.expression, days), Letter.kind == "supervise"),
    "remind": lambda days: and_(_days(Letter.issued_on.expression, days), Letter.kind == "remind"),
}
