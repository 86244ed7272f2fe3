"""The calendar changes after the roster was made: staff hear which published sessions fall on holidays now.

A second holiday notice, a correction of one, a single day made a rest day. Sessions of a plan that was provisional are
left out: of those "a provisional year has its notice" speaks.
"""

import datetime as dt

from sqlalchemy import func, select

from app.calendar.events import CalendarChanged
from app.calendar.queries import working_calendar
from app.calendar.working import DayKind
from app.core import clock
from app.core.database import db
from app.core.events import subscribe
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import list_offices, office_path
from app.notifications import kinds, outbox
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.reasons.common import lines, office_of, office_values, page, session_words
from app.notifications.reasons.staff import LIST
from app.notifications.reminder_state import staff_of
from app.roster import queries
from app.roster.models import Duty

NAME = "staff.holiday_changed"
HOLIDAYS = (DayKind.STATUTORY_HOLIDAY, DayKind.LOCAL_HOLIDAY, DayKind.OVERRIDE_OFF)


def install() -> None:
    """Listen."""
    subscribe(CalendarChanged, tell_staff)


def tell_staff(event: CalendarChanged) -> None:
    """Staff of the office and of those below that have sessions on days that became holidays, each once a change."""
    for office in list_offices():
        if event.office_id in office_path(office) and duties_on_holidays(
            office, event.first_day, event.last_day
        ):
            _tell(office, event)


def _tell(office: Office, event: CalendarChanged) -> None:
    subject = f"calendar:{office.id}"
    outbox.supersede("a newer change of the calendar", kinds=[NAME], subject=subject)
    facts = {"first": str(event.first_day), "last": str(event.last_day or "")}
    before = select(func.max(Notice.revision)).where(Notice.kind == NAME, Notice.subject == subject)
    number = (db.session.scalar(before) or 0) + 1
    for person in staff_of(office, policy_of(office)):
        outbox.queue(NAME, subject, person, office_id=office.id, revision=number, facts=facts)


def duties_on_holidays(office: Office, first: dt.date, last: dt.date | None) -> list[Duty]:
    """The held sessions from today on, within these days, that a final plan put on what is a holiday now."""
    calendar, today = working_calendar(office), clock.today(office.timezone)
    plans = [one for one in queries.list_revisions(office.id) if one.kind in ("publication", "correction")]

    def is_provisional(day: dt.date) -> bool:
        return next((plan.provisional for plan in plans if plan.first_day <= day <= plan.last_day), False)

    return [
        duty
        for duty in queries.current_duties(office.id, max(first, today), last)
        if duty.status == "held"
        and calendar.kind(duty.on_date) in HOLIDAYS
        and not is_provisional(duty.on_date)
    ]


def _found(notice: Notice) -> list[Duty]:
    last = notice.facts["last"]
    first = dt.date.fromisoformat(notice.facts["first"])
    return duties_on_holidays(office_of(notice), first, dt.date.fromisoformat(last) if last else None)


def _values(notice: Notice) -> dict[str, str]:
    office = office_of(notice)
    said = list(dict.fromkeys(session_words(duty) for duty in _found(notice)))
    link = page("drafts.index", office_code=office.code)
    return {**office_values(office), "list": lines(said), "count": str(len(said)), "link": link}


def register() -> None:
    """Make the kind known."""
    kinds.register(
        kinds.Kind(
            name=NAME,
            label=Text("放假安排有变，影响已发布的接访", "Holidays changed under a published roster"),
            subject=Text(
                "{office}：放假安排有变，{count} 场接访落在假日",
                "{office}: the holidays changed, {count} sessions fall on one",
            ),
            body=Text(
                "放假安排有变，以下已发布的接访现在落在假日，请决定改期还是照常：\n\n{list}\n\n在这里调整：\n{link}\n\n{office}",
                "The holidays changed. These published sessions now fall on one; please decide whether to move them:"
                "\n\n{list}\n\nChange the roster here:\n{link}\n\n{office}",
            ),
            short=Text(
                "{office}：放假安排有变，{count}场接访落在假日，请处理。",
                "{office}: the holidays changed, {count} sessions fall on one.",
            ),
            still_true=lambda notice: bool(_found(notice)),
            values=_values,
            placeholders=LIST,
            digest=True,
        )
    )
