"""All writes of the calendar. Each is audited and tells the features above; nothing here commits."""

import dataclasses
import datetime as dt
import hashlib
import json

from sqlalchemy import select

from app.accounts import audit
from app.calendar import models
from app.calendar.errors import CalendarError, SameNotice
from app.calendar.events import CalendarChanged, ChangeProposed, Effect, RestDayProposed, SuspensionProposed
from app.calendar.notice import Notice
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.errors import NotFound
from app.core.events import emit
from app.core.text import Text
from app.directory.models import Office


def notice_rows(notice: Notice) -> list[dict[str, object]]:
    """The days of a notice as stored: [{"date", "name", "off", "replaces"?}], in order of date."""
    rows: list[dict[str, object]] = []
    for entry in sorted(notice.days, key=lambda entry: entry.day):
        row: dict[str, object] = {"date": entry.day.isoformat(), "name": entry.name.zh, "off": entry.off}
        if entry.replaces:
            row["replaces"] = entry.replaces.isoformat()
        rows.append(row)
    return rows


def effects_of_notice(office: Office, notice: Notice) -> list[Effect]:
    """The sessions of the office and its subtree that would move if this notice held."""
    before = working_calendar(office)
    after = dataclasses.replace(before, notices={**before.notices, notice.year: notice})
    question = ChangeProposed(office, before, after)
    emit(question)
    return question.effects


def effects_of_suspension(office: Office, first_day: dt.date, last_day: dt.date | None) -> list[Text]:
    """What becomes of the visits on days on which reception would be suspended."""
    question = SuspensionProposed(office, first_day, last_day)
    emit(question)
    return question.effects


def effects_of_rest_day(office: Office, day: dt.date) -> list[Text]:
    """What is published and booked for a day that would become a rest day."""
    question = RestDayProposed(office, day)
    emit(question)
    return question.effects


def import_notice(office: Office, notice: Notice, source: str) -> models.Notice:
    """Store a notice for the office and its subtree. Raises SameNotice when the newest one has the same days."""
    days = notice_rows(notice)
    content_hash = hashlib.sha256(json.dumps(days, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    newest = db.session.scalar(
        select(models.Notice)
        .where(models.Notice.office_id == office.id, models.Notice.year == notice.year)
        .order_by(models.Notice.id.desc())
    )
    if newest is not None and newest.content_hash == content_hash:
        raise SameNotice(
            f"{notice.year}年的安排与已导入的完全相同，没有改变。",
            f"The arrangement for {notice.year} is the same as the one already imported; nothing was changed.",
        )
    document = notice.documents[-1] if notice.documents else None
    row = models.Notice(
        office_id=office.id,
        year=notice.year,
        title=document.title if document else "",
        document_number=(document.number or "") if document else "",
        source=source[:400],
        days=days,
        content_hash=content_hash,
        imported_at=clock.now(),
        imported_by=audit.actor_name(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "calendar.import_notice", f"notice:{row.id}", office.id, after={"year": row.year, "days": days}
    )
    emit(CalendarChanged(office.id, dt.date(notice.year - 1, 12, 1), dt.date(notice.year, 12, 31)))
    return row


def set_day(
    office: Office,
    day: dt.date,
    *,
    off: bool,
    name: str,
    local_holiday: bool,
    reason: str,
    document_number: str,
) -> models.DayOverride:
    """Make one day a rest or a working day for the office and its subtree; replaces what it said before."""
    for earlier in db.session.scalars(
        select(models.DayOverride).where(
            models.DayOverride.office_id == office.id,
            models.DayOverride.on_date == day,
            models.DayOverride.withdrawn_at.is_(None),
        )
    ):
        earlier.withdrawn_at = clock.now()
    row = models.DayOverride(
        office_id=office.id,
        on_date=day,
        off=off,
        name=name,
        local_holiday=local_holiday,
        reason=reason,
        document_number=document_number,
        made_at=clock.now(),
        made_by=audit.actor_name(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record("calendar.set_day", f"day:{day.isoformat()}", office.id, after=_day_facts(row))
    emit(CalendarChanged(office.id, day, day))
    return row


def withdraw_day(office: Office, override_id: int) -> models.DayOverride:
    """Take a local day or an override back. Raises NotFound when it is not this office's, or taken back already."""
    row = db.session.get(models.DayOverride, override_id)
    if row is None or row.office_id != office.id or row.withdrawn_at is not None:
        raise NotFound("该日安排不存在或已撤销。", "There is no such day, or it was taken back already.")
    row.withdrawn_at = clock.now()
    db.session.flush()
    audit.record("calendar.withdraw_day", f"day:{row.on_date.isoformat()}", office.id, before=_day_facts(row))
    emit(CalendarChanged(office.id, row.on_date, row.on_date))
    return row


def add_period(
    office: Office,
    kind: str,
    name: str,
    first_day: dt.date,
    last_day: dt.date | None,
    *,
    reason: str = "",
    document_number: str = "",
    by_appointment_only: bool = False,
) -> models.Period:
    """A special protection period (needs a last day) or a suspension (may be open-ended)."""
    if kind == "special" and last_day is None:
        raise CalendarError("特别防护期必须有结束日期。", "A special protection period needs a last day.")
    if last_day is not None and last_day < first_day:
        raise CalendarError(
            "结束日期早于开始日期，请改正。", "The last day is before the first day; correct one of them."
        )
    row = models.Period(
        office_id=office.id,
        kind=kind,
        name=name,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        document_number=document_number,
        by_appointment_only=by_appointment_only,
        made_at=clock.now(),
        made_by=audit.actor_name(),
    )
    db.session.add(row)
    db.session.flush()
    audit.record("calendar.add_period", f"period:{row.id}", office.id, after=_period_facts(row))
    emit(CalendarChanged(office.id, first_day, last_day))
    return row


def get_period(office: Office, period_id: int) -> models.Period:
    """A period in force of this very office. Raises NotFound."""
    row = db.session.get(models.Period, period_id)
    if row is None or row.office_id != office.id or row.withdrawn_at is not None:
        raise NotFound("该时段不存在或已撤销。", "There is no such period, or it was taken back already.")
    return row


def end_period(office: Office, period_id: int, last_day: dt.date) -> models.Period:
    """Let a period end on `last_day`: how reception is resumed after an open-ended suspension."""
    row = get_period(office, period_id)
    if last_day < row.first_day:
        raise CalendarError(
            "结束日期早于开始日期；若从未生效，请撤销该时段。",
            "The last day is before the first; if the period never held, withdraw it instead.",
        )
    before = _period_facts(row)
    row.last_day = last_day
    db.session.flush()
    audit.record(
        "calendar.end_period", f"period:{row.id}", office.id, before=before, after=_period_facts(row)
    )
    emit(CalendarChanged(office.id, row.first_day, None))
    return row


def withdraw_period(office: Office, period_id: int) -> models.Period:
    """Take a period back as if it had never been."""
    row = get_period(office, period_id)
    row.withdrawn_at = clock.now()
    db.session.flush()
    audit.record("calendar.withdraw_period", f"period:{row.id}", office.id, before=_period_facts(row))
    emit(CalendarChanged(office.id, row.first_day, row.last_day))
    return row


def _day_facts(row: models.DayOverride) -> dict[str, object]:
    return {
        "date": row.on_date.isoformat(),
        "off": row.off,
        "name": row.name,
        "local": row.local_holiday,
        "reason": row.reason,
        "document": row.document_number,
    }


def _period_facts(row: models.Period) -> dict[str, object]:
    return {
        "kind": row.kind,
        "name": row.name,
        "first_day": row.first_day.isoformat(),
        "last_day": row.last_day.isoformat() if row.last_day else None,
        "reason": row.reason,
        "document": row.document_number,
        "by_appointment_only": row.by_appointment_only,
    }
