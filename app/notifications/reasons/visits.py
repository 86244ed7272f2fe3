"""About visits: to the resident by text message, to the leader who must consent, to the units told to attend.

Nothing here names the resident or tells of the matter: a notice carries the time, the place and the reference.
"""

import datetime as dt

from sqlalchemy import select

from app.appointments.events import AnswerWanted, StaffWanted, UnitTold, VisitChanged
from app.appointments.models import ReadinessItem, Visit
from app.appointments.service import readiness
from app.core import clock
from app.core.database import db
from app.core.events import subscribe
from app.core.text import Text
from app.directory.models import Contact, Department, Office
from app.notifications import outbox
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.reasons.common import (
    LINK,
    OFFICE,
    leader_name,
    number_in,
    office_of,
    office_values,
    page,
    session_words,
    still_of_use,
)
from app.notifications.reasons.links import one_tap_or, public_page
from app.notifications.recipients import Person
from app.notifications.reminder_state import staff_of
from app.roster.models import Duty

TO_VISITOR = (
    "received",
    "confirmed",
    "waiting",
    "seat_offered",
    "moved",
    "leader_changed",
    "session_cancelled",
    "refused",
    "solved",
    "offered_elsewhere",
    "cancelled",
    "expired",
    "waiting_ended",
    "not_decided",
    "invited",
    "running_late",
    "no_show",
    "reopened",
    "moved_asked",
    "leader_asked",
    "moved_unconfirmed",
    "leader_unconfirmed",
)
# A change after which the resident must answer, or has no certain place yet, is not told as if it were settled.
NOT_CERTAIN = {
    ("moved", "offered"): "moved_asked",
    ("leader_changed", "offered"): "leader_asked",
    ("leader_changed", "received"): "leader_unconfirmed",
    ("leader_changed", "waiting"): "leader_unconfirmed",
    ("moved", "received"): "moved_unconfirmed",
    ("moved", "waiting"): "moved_unconfirmed",
}
TO_UNITS = ("moved", "leader_changed", "session_cancelled", "cancelled", "declined")
OFF_FOR_UNITS = ("refused", "solved", "offered_elsewhere", "expired", "consent_refused")  # "need not come"
TO_STAFF = ("consent_refused", "declined")  # of invited visits
CONSENT = "consent"  # one-tap purposes of the pages where a leader and a unit answer
ATTEND = "attend"
PLACEHOLDERS = {
    **OFFICE,
    "reference": Text("预约编号", "Reference"),
    "when": Text("时间", "When"),
    "place": Text("地点", "Place"),
    "leader": Text("领导", "Leader"),
    **LINK,
}


def install() -> None:
    """Listen."""
    subscribe(VisitChanged, tell)
    subscribe(UnitTold, tell_unit)
    subscribe(AnswerWanted, ask_again)
    subscribe(StaffWanted, tell_staff)


def tell(event: VisitChanged) -> None:
    """Everybody whom this step concerns, in the words of the step."""
    visit = db.session.get_one(Visit, event.visit_id)
    step = step_for_visitor(visit, event.what)
    if step in TO_VISITOR and may_text(visit):
        _queue(visit, f"visit.{step}", ("visit", visit.id))
    if event.what == "consent_asked" and visit.leader_id is not None:
        _queue(visit, "visit.consent_asked", ("leader", visit.leader_id))
    for_units = "cancelled" if event.what in OFF_FOR_UNITS else event.what
    if for_units in TO_UNITS:
        for contact_id in _contacts_told(visit):
            _queue(visit, f"visit.unit_{for_units}", ("contact", contact_id))
    if event.what in TO_STAFF and visit.kind == "invited":
        _queue_for_staff(visit, f"staff.visit_{event.what}")


def step_for_visitor(visit: Visit, what: str) -> str:
    """The step in whose words the resident hears of it; "" for nothing.

    Nobody hears of an invitation that ends before it was made. An invitation that everybody knows of and that a new
    leader does not take up is called off.
    """
    if (what, visit.state) in NOT_CERTAIN:
        return NOT_CERTAIN[what, visit.state]
    if visit.kind != "invited" or what not in ("session_cancelled", "expired", "consent_refused"):
        return what
    if not readiness.was_told(visit):
        return ""
    return what if what == "expired" and readiness.answered(visit, "leader") == "yes" else "session_cancelled"


def ask_again(event: AnswerWanted) -> None:
    """Leader or resident has not answered an invitation: asked once more."""
    visit = db.session.get_one(Visit, event.visit_id)
    if event.who == "leader" and visit.leader_id is not None:
        _queue(visit, "visit.consent_nudge", ("leader", visit.leader_id))
    elif event.who == "resident" and may_text(visit):
        _queue(visit, "visit.invited_nudge", ("visit", visit.id))


def tell_staff(event: StaffWanted) -> None:
    """An invited visit is not ready and asking again did not help."""
    visit = db.session.get_one(Visit, event.visit_id)
    item = db.session.get_one(ReadinessItem, event.item_id)
    _queue_for_staff(visit, "staff.visit_unready", f"{item.kind} {item.department_id or ''}".strip())


def _queue_for_staff(visit: Visit, kind: str, lead: str = "") -> None:
    office = db.session.get_one(Office, visit.office_id)
    for person in staff_of(office, policy_of(office)):
        _queue(visit, kind, person, lead)


def tell_unit(event: UnitTold) -> None:
    """The contacts of a department are told to attend; asked again where it did not answer."""
    visit = db.session.get_one(Visit, event.visit_id)
    kind = "visit.unit_nudge" if event.nudge else "visit.unit_told"
    lead = f"nudge {_nudges(event)}" if event.nudge else ""
    for contact_id in contacts_of(event.department_id, clock.today()):
        _queue(visit, kind, ("contact", contact_id), lead, department=event.department_id)


def _nudges(event: UnitTold) -> int:
    """How often the department was asked again: each time is a notice of its own."""
    counted = select(ReadinessItem.nudges).where(
        ReadinessItem.visit_id == event.visit_id, ReadinessItem.department_id == event.department_id
    )
    return db.session.scalar(counted) or 0


def may_text(visit: Visit) -> bool:
    """Whether the resident left a phone and agreed to its use."""
    return bool(visit.phone) and visit.consent_at is not None and visit.purged_at is None


def find_visitor(visit_id: int) -> Person | None:
    """The resident of a visit as somebody to write to."""
    visit = db.session.get(Visit, visit_id)
    if visit is None or not may_text(visit):
        return None
    return Person("", visit.office_id, {"mobile": visit.phone}, visit.locale)


def contacts_of(department_id: int, day: dt.date) -> list[int]:
    """The people of a department who answer, on a day."""
    rows = db.session.scalars(
        select(Contact).where(Contact.department_id == department_id).order_by(Contact.id)
    )
    return [row.id for row in rows if row.last_day is None or row.last_day >= day]


def _contacts_told(visit: Visit) -> list[int]:
    departments = db.session.scalars(
        select(ReadinessItem.department_id).where(
            ReadinessItem.visit_id == visit.id,
            ReadinessItem.kind == "department",
            ReadinessItem.answer != "no",
            ReadinessItem.told_at.is_not(None),
            ReadinessItem.department_id.is_not(None),
        )
    )
    today = clock.today()
    return [contact for found in departments for contact in contacts_of(found or 0, today)]


def _queue(visit: Visit, kind: str, recipient: tuple[str, int], lead: str = "", **more: int) -> None:
    """What it says is true as long as the visit stands as it does now."""
    outbox.queue(
        kind,
        f"visit:{visit.id}",
        recipient,
        office_id=visit.office_id,
        lead=lead,
        revision=visit.version,
        facts={**_standing(visit), **more},
    )


def _standing(visit: Visit) -> dict[str, str | int]:
    return {
        "state": visit.state,
        "session_key": visit.session_key or "",
        "on_date": str(visit.on_date or ""),
        "leader": visit.leader_id or 0,
    }


def still_so(notice: Notice) -> bool:
    """Whether the visit still stands as it did when the notice was queued."""
    visit = _visit(notice)
    standing = _standing(visit)
    return all(notice.facts.get(name) == value for name, value in standing.items())


def still_expected(notice: Notice) -> bool:
    """Whether a confirmed visit still takes place on the day that the reminder is for."""
    visit = _visit(notice)
    return still_of_use(notice) and visit.state == "confirmed" and str(visit.on_date) == notice.lead


def still_wanted(notice: Notice) -> bool:
    """Whether the unit is still expected at the visit, and for a nudge: has not answered."""
    visit = _visit(notice)
    if visit.ended_at is not None:
        return False
    item = db.session.scalar(
        select(ReadinessItem).where(
            ReadinessItem.visit_id == visit.id,
            ReadinessItem.department_id == notice.facts.get("department"),
        )
    )
    if item is None or notice.kind != "visit.unit_nudge":
        return item is not None
    return item.answer != "no" and not readiness.as_line(item).settled


def visitor_values(notice: Notice) -> dict[str, str]:
    """Placeholders for the resident: when, where, who; never the matter."""
    visit = _visit(notice)
    return _values(notice, visit, page("visits.find", office_code=office_of(notice).code))


def leader_values(notice: Notice) -> dict[str, str]:
    """Placeholders for the leader who is asked to consent."""
    visit = _visit(notice)
    return _values(notice, visit, one_tap_or(page("own.duties"), CONSENT, f"visit:{visit.id}", notice))


def unit_values(notice: Notice) -> dict[str, str]:
    """Placeholders for a unit."""
    visit = _visit(notice)
    link = one_tap_or(public_page(office_of(notice)), ATTEND, f"visit:{visit.id}", notice)
    contact = db.session.get(Contact, notice.recipient_id)
    unit = db.session.get(Department, contact.department_id) if contact else None
    return _values(notice, visit, link) | {"unit": unit.name if unit else ""}


def board_values(notice: Notice) -> dict[str, str]:
    """Placeholders for staff who look at the readiness board; `unit` says who did not answer."""
    kind, _, number = notice.lead.partition(" ")
    unit = db.session.get(Department, int(number)) if number.isdigit() else None
    names = {"leader": "领导", "resident": "来访人"}
    link = page("visits.board", office_code=office_of(notice).code)
    return _values(notice, _visit(notice), link) | {"unit": unit.name if unit else names.get(kind, kind)}


def staff_values(notice: Notice) -> dict[str, str]:
    """Placeholders for staff."""
    return _values(notice, _visit(notice), page("visits.queue", office_code=office_of(notice).code))


def _values(notice: Notice, visit: Visit, link: str) -> dict[str, str]:
    duty = _duty(visit)
    return {
        **office_values(office_of(notice)),
        "reference": visit.reference,
        "when": session_words(duty) if duty else "—",
        "place": " ".join(filter(None, (duty.place, duty.room))) if duty else "—",
        "leader": leader_name(visit.leader_id),
        "link": link,
    }


def _duty(visit: Visit) -> Duty | None:
    """The published seat of the visit's leader in its session, else any of the session."""
    rows = db.session.scalars(
        select(Duty)
        .where(
            Duty.office_id == visit.office_id,
            Duty.session_key == visit.session_key,
            Duty.until_revision.is_(None),
        )
        .order_by(Duty.seat)
    ).all()
    return next((row for row in rows if row.leader_id == visit.leader_id), rows[0] if rows else None)


def _visit(notice: Notice) -> Visit:
    return db.session.get_one(Visit, number_in(notice))
