"""When and how much leaders serve: leave, shares, forbidden weekdays, own limits, wishes, pinned seats."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.accounts import audit
from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.dates import DateRange
from app.core.errors import Conflict
from app.core.events import emit
from app.core.text import days_in_words
from app.directory.events import LeaderShareGiven
from app.directory.models import Leader, Office
from app.roster import queries
from app.roster.backup_rule import in_words, would_take_both
from app.roster.errors import AbsenceNotFound, BadEntry, LeaderNotHere
from app.roster.events import LeaveChanged
from app.roster.models import Duty, LeaderTerms, Leave, Pin, Wish
from app.roster.rules import PlannedSeat, plan_seats
from app.roster.substitution.queries import policy_of

LONGEST_LEAVE = 1100
MOST_WEIGHT = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """A leader's share in percent, weekdays (0 Monday) never served, and own monthly limits."""

    share_percent: int = 100
    forbidden_weekdays: tuple[int, ...] = ()
    month_min: int = 0
    month_max: int | None = None


def add_leave(
    office: Office, leader_id: int, first_day: dt.date, last_day: dt.date, reason: str = ""
) -> Leave:
    """A leave. Raises LeaderNotHere, BadEntry: dates wrong, overlapping another leave, or both backups of somebody
    would be away, where the office's policy refuses that.
    """
    leader = _leader(office, leader_id)
    _check_leave(office, leader, first_day, last_day, None)
    leave = Leave(leader_id=leader.id, first_day=first_day, last_day=last_day, reason=reason.strip()[:200])
    db.session.add(leave)
    db.session.flush()
    audit.record("leave.add", f"leader {leader.id}", office.id, after=_leave_json(leave))
    emit(LeaveChanged(leader.id, first_day, last_day))
    return leave


def change_leave(
    office: Office, leave: Leave, first_day: dt.date, last_day: dt.date, reason: str = ""
) -> None:
    """Other dates or another reason. Raises BadEntry."""
    before = _leave_json(leave)
    _check_leave(office, _leader(office, leave.leader_id), first_day, last_day, leave.id)
    leave.first_day, leave.last_day, leave.reason = first_day, last_day, reason.strip()[:200]
    db.session.flush()
    audit.record("leave.change", f"leader {leave.leader_id}", office.id, before, _leave_json(leave))
    emit(LeaveChanged(leave.leader_id, first_day, last_day))


def withdraw_leave(office: Office, leave: Leave) -> None:
    """The leave does not take place; it stays on record."""
    if leave.withdrawn_at is None:
        leave.withdrawn_at = clock.now()
        db.session.flush()
        audit.record("leave.withdraw", f"leader {leave.leader_id}", office.id, before=_leave_json(leave))


def get_leave(office: Office, leave_id: int) -> Leave:
    """A leave in force of a leader of this office. Raises AbsenceNotFound."""
    leave = db.session.get(Leave, leave_id)
    if leave is None or leave.withdrawn_at is not None or _leader_or_none(office, leave.leader_id) is None:
        raise AbsenceNotFound
    return leave


def set_terms(office: Office, leader_id: int, terms: Terms) -> None:
    """Set how much and when a leader serves. Raises BadEntry, LeaderNotHere."""
    leader = _leader(office, leader_id)
    _check_terms(terms)
    row = db.session.get(LeaderTerms, leader.id)
    before = _terms_json(row) if row else None
    if row is None:
        row = LeaderTerms(leader_id=leader.id)
        db.session.add(row)
    row.share_percent = terms.share_percent
    row.forbidden_weekdays = sorted(set(terms.forbidden_weekdays))
    row.month_min, row.month_max = terms.month_min, terms.month_max
    db.session.flush()
    audit.record("terms.set", f"leader {leader.id}", office.id, before, _terms_json(row))


def add_wish(
    office: Office,
    leader_id: int,
    kind: str,
    on_date: dt.date | None = None,
    weekday: int | None = None,
    weight: int = 1,
) -> Wish:
    """A wish for (`prefer`) or against (`avoid`) a date or a weekday. Raises BadEntry, LeaderNotHere."""
    leader = _leader(office, leader_id)
    if (on_date is None) == (weekday is None):
        raise BadEntry("on_date", "请填写日期或星期，二者选一。", "Give either a date or a weekday.")
    if kind not in ("avoid", "prefer") or not 1 <= weight <= MOST_WEIGHT or weekday not in (None, *range(7)):
        raise BadEntry(
            "weight", f"意愿的权重应为 1 到 {MOST_WEIGHT}。", f"The weight of a wish is 1 to {MOST_WEIGHT}."
        )
    wish = Wish(leader_id=leader.id, kind=kind, on_date=on_date, weekday=weekday, weight=weight)
    db.session.add(wish)
    db.session.flush()
    audit.record("wish.add", f"leader {leader.id}", office.id, after=_wish_json(wish))
    return wish


def withdraw_wish(office: Office, wish_id: int) -> None:
    """Take a wish back. Raises AbsenceNotFound."""
    wish = db.session.get(Wish, wish_id)
    if wish is None or _leader_or_none(office, wish.leader_id) is None:
        raise AbsenceNotFound
    audit.record("wish.withdraw", f"leader {wish.leader_id}", office.id, before=_wish_json(wish))
    db.session.delete(wish)
    db.session.flush()


def seats_on(office: Office, day: dt.date) -> list[PlannedSeat]:
    """The seats the rules give on a day, in order."""
    within = DateRange.from_days(day, day)
    seats = plan_seats(queries.office_rules(office.id, within), working_calendar(office), within)
    return [seat for seat in seats if seat.status == "held"]


def add_pin(
    office: Office, leader_id: int, day: dt.date, session: str = "", seat: int = 1, note: str = ""
) -> Pin:
    """Give a seat of a day to a leader for good. `session` "" takes the day's first.

    Raises BadEntry when the rules give no such seat, Conflict when it is pinned already, LeaderNotHere.
    """
    leader = _leader(office, leader_id)
    found = [one for one in seats_on(office, day) if session in ("", one.session) and one.seat == seat]
    if not found:
        raise BadEntry(
            "on_date",
            f"按现有规则，{day} 没有这一场接访，请换一天或先修改规则。",
            f"The rules give no such session on {day}. Choose another day, or change the rules first.",
        )
    key = found[0].seat_key
    if db.session.scalar(select(Pin.id).where(Pin.office_id == office.id, Pin.seat_key == key)) is not None:
        raise Conflict(
            f"{day} 的席位已固定给一位领导，请先取消固定。",
            f"The seat on {day} is pinned to somebody already. Remove that pin first.",
        )
    pin = Pin(office_id=office.id, seat_key=key, leader_id=leader.id, note=note.strip()[:200])
    db.session.add(pin)
    db.session.flush()
    audit.record("pin.add", f"leader {leader.id}", office.id, after={"seat": key})
    return pin


def remove_pin(office: Office, pin_id: int) -> None:
    """The seat is free again. Raises AbsenceNotFound."""
    pin = db.session.get(Pin, pin_id)
    if pin is None or pin.office_id != office.id:
        raise AbsenceNotFound
    audit.record("pin.remove", f"leader {pin.leader_id}", office.id, before={"seat": pin.seat_key})
    db.session.delete(pin)
    db.session.flush()


def duties_during(leader_id: int, first_day: dt.date, last_day: dt.date) -> Sequence[Duty]:
    """Published duties a leave would leave without their leader: a correction or a substitute is needed."""
    return queries.duties_of_leader(leader_id, first_day, last_day)


def _leader(office: Office, leader_id: int) -> Leader:
    leader = _leader_or_none(office, leader_id)
    if leader is None:
        raise LeaderNotHere
    return leader


def _leader_or_none(office: Office, leader_id: int) -> Leader | None:
    leader = db.session.get(Leader, leader_id)
    return leader if leader is not None and leader.office_id == office.id else None


def _check_leave(
    office: Office, leader: Leader, first_day: dt.date, last_day: dt.date, leave_id: int | None
) -> None:
    if last_day < first_day:
        raise BadEntry(
            "last_day",
            f"结束日期 {last_day} 早于开始日期 {first_day}，请检查。",
            f"The last day {last_day} is before the first day {first_day}. Check the dates.",
        )
    if (last_day - first_day).days > LONGEST_LEAVE:
        raise BadEntry(
            "last_day",
            "请假最长三年；离任请在通讯录中填写离任日期。",
            "A leave lasts three years at most; for a leader who leaves office give the last day in the directory.",
        )
    for other in queries.list_leaves([leader.id], DateRange.from_days(first_day, last_day)):
        if other.id != leave_id:
            days = days_in_words(other.first_day, other.last_day)
            raise BadEntry(
                "first_day",
                f"{leader.name} 在 {days.zh} 已有请假，请修改那一条。",
                f"{leader.name} is on leave already: {days.en}. Change that entry.",
            )

    if policy_of(office.id).refuse_together:
        for text in in_words(would_take_both(office, leader.id, first_day, last_day, leave_id))[:1]:
            raise BadEntry(
                "first_day",
                f"{text.zh}请改期，或先调整替补。",
                f"{text.en} Choose other days, or change the backups first.",
            )


def _check_terms(terms: Terms) -> None:
    if not 0 <= terms.share_percent <= 200:
        raise BadEntry(
            "share_percent",
            "份额应为 0% 到 200%，正常为 100%。",
            "The share is 0 to 200 percent; 100 is a full one.",
        )
    if (
        any(day not in range(7) for day in terms.forbidden_weekdays)
        or len(set(terms.forbidden_weekdays)) == 7
    ):
        raise BadEntry(
            "forbidden_weekdays",
            "七天都不能接访时，请把份额设为 0，或登记请假。",
            "For somebody who never serves set the share to 0, or enter a leave.",
        )
    if not 0 <= terms.month_min <= 31 or (terms.month_max is not None and not 0 < terms.month_max <= 31):
        raise BadEntry("month_max", "每月次数应为 1 到 31。", "The number a month is 1 to 31.")
    if terms.month_max is not None and terms.month_max < terms.month_min:
        raise BadEntry(
            "month_max", "每月最多次数不能少于最少次数。", "The most a month cannot be below the least."
        )


def _leave_json(leave: Leave) -> dict[str, Any]:
    """For the audit trail, which is kept for ever: without the reason, it may tell of an illness."""
    return {"first_day": leave.first_day.isoformat(), "last_day": leave.last_day.isoformat()}


def _terms_json(row: LeaderTerms) -> dict[str, Any]:
    return {
        "share": row.share_percent,
        "weekdays": row.forbidden_weekdays,
        "min": row.month_min,
        "max": row.month_max,
    }


def _wish_json(wish: Wish) -> dict[str, Any]:
    return {
        "kind": wish.kind,
        "date": wish.on_date.isoformat() if wish.on_date else None,
        "weekday": wish.weekday,
        "weight": wish.weight,
    }


def take_share(given: LeaderShareGiven) -> None:
    """A file of leaders says how much of the usual load one takes; the other terms stay. Equal ones write nothing."""
    percent = round(given.share * 100)
    row = db.session.get(LeaderTerms, given.leader_id)
    now = (
        Terms(row.share_percent, tuple(row.forbidden_weekdays), row.month_min, row.month_max)
        if row
        else Terms()
    )
    if percent != now.share_percent:
        set_terms(
            db.session.get_one(Office, given.office_id), given.leader_id, replace(now, share_percent=percent)
        )
