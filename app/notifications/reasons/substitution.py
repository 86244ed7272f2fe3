"""Substitutes: who is asked, who hears how it ended, the first convener, and staff who must decide."""

from flask_babel import gettext as _
from sqlalchemy import select

from app.core.database import db
from app.core.events import subscribe
from app.core.text import Text
from app.directory.models import Office
from app.notifications import outbox
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.reasons.common import (
    LEADER,
    LINK,
    OFFICE,
    in_a_row,
    leader_name,
    lines,
    number_in,
    office_of,
    office_values,
    page,
    session_words,
    still_of_use,
)
from app.notifications.reasons.duty_events import invite
from app.notifications.reasons.links import ask_link, duties_link
from app.notifications.reminder_state import staff_of
from app.notifications.rendering import names_left_out
from app.roster.models import Duty, Revision
from app.roster.substitution import queries
from app.roster.substitution.events import (
    ConvenerTold,
    SubstituteAsked,
    SubstituteNudged,
    SubstitutionChanged,
    SubstitutionEscalated,
)
from app.roster.substitution.models import (
    OPEN_STATES,
    SubstitutionAsk,
    SubstitutionDuty,
    SubstitutionRequest,
)

OUTCOME = "substitution."
PARTS = ("replaced", "substitute", "kept", "not_needed", "given_back", "taken_back")
HANDED = ("replaced", "substitute", "given_back", "taken_back")
PLACEHOLDERS = {
    **LEADER,
    **OFFICE,
    "other": Text("另一位领导", "The other leader"),
    "duties": Text("接访安排", "Duties"),
    "when": Text("时间地点", "When and where"),
    **LINK,
}


def install() -> None:
    """Listen."""
    subscribe(SubstituteAsked, ask)
    subscribe(SubstituteNudged, nudge)
    subscribe(SubstitutionChanged, tell_affected)
    subscribe(SubstitutionEscalated, tell_staff)
    subscribe(ConvenerTold, tell_convener)


def ask(event: SubstituteAsked) -> None:
    """Somebody is asked."""
    _to_leader("substitution.asked", f"ask:{event.ask_id}", event.leader_id, event.office_id)


def nudge(event: SubstituteNudged) -> None:
    """The deadline is past without an answer."""
    _to_leader("substitution.nudge", f"ask:{event.ask_id}", event.leader_id, event.office_id, "deadline")


def tell_affected(event: SubstitutionChanged) -> None:
    """Each leader concerned hears of it once, in the words of his part."""
    for affected in queries.affected_by(event):
        duty_ids = ",".join(str(duty.id) for duty in affected.duties)
        facts: dict[str, str | int] = {"duties": duty_ids}
        if len(affected.duties) == 1:
            facts["session_key"] = affected.duties[0].session_key
        outbox.queue(
            OUTCOME + affected.part,
            f"request:{event.request_id}",
            ("leader", affected.leader_id),
            office_id=event.office_id,
            lead=event.after,
            revision=event.revision_id or 0,
            facts=facts,
        )
        if event.revision_id is not None and len(affected.duties) > 1:
            revision = db.session.get_one(Revision, event.revision_id)
            keys = [duty.session_key for duty in affected.duties]
            invite(event.office_id, affected.leader_id, revision.number, keys)


def tell_staff(event: SubstitutionEscalated) -> None:
    """Nobody agreed by the deadline: staff decide. Each deadline that passes is news of its own."""
    office = db.session.get_one(Office, event.office_id)
    request = db.session.get_one(SubstitutionRequest, event.request_id)
    lead = f"deadline {request.escalated_at:%Y-%m-%dT%H:%M:%SZ}"
    for person in staff_of(office, policy_of(office)):
        outbox.queue("staff.substitution", f"request:{request.id}", person, office_id=office.id, lead=lead)


def tell_convener(event: ConvenerTold) -> None:
    """The first convener is told that somebody cannot attend."""
    _to_leader("substitution.convener", f"request:{event.request_id}", event.leader_id, event.office_id)


def _to_leader(kind: str, subject: str, leader_id: int, office_id: int, lead: str = "") -> None:
    outbox.queue(kind, subject, ("leader", leader_id), office_id=office_id, lead=lead)


# What is still true


def still_asked(notice: Notice) -> bool:
    """The question waits for an answer."""
    found = db.session.get(SubstitutionAsk, number_in(notice))
    return (
        still_of_use(notice)
        and found is not None
        and found.state == "waiting"
        and found.request.state in OPEN_STATES
    )


def still_open(notice: Notice) -> bool:
    """The request is not over."""
    return _request(notice).state in OPEN_STATES


def still_handed(notice: Notice) -> bool:
    """For at least one duty that changed hands the roster still says what the notice says."""
    return any(_holder(duty) == _told_holder(notice, duty) for duty in _duties(notice))


def still_over(notice: Notice) -> bool:
    """The request did not begin anew; who had agreed and cannot come stays out of it while it goes on."""
    return notice.lead in OPEN_STATES or _request(notice).state not in OPEN_STATES


def _told_holder(notice: Notice, duty: SubstitutionDuty) -> int | None:
    back = notice.kind in (OUTCOME + "given_back", OUTCOME + "taken_back")
    return duty.leader_id if back else duty.substitute_id


def _holder(duty: SubstitutionDuty) -> int | None:
    return db.session.scalar(
        select(Duty.leader_id).where(
            Duty.office_id == duty.office_id, Duty.seat_key == duty.seat_key, Duty.until_revision.is_(None)
        )
    )


# What it says


def ask_values(notice: Notice) -> dict[str, str]:
    """Placeholders of a question: which duties, for whom."""
    found = db.session.get_one(SubstitutionAsk, number_in(notice))
    duties = [duty for duty in found.request.duties if duty.id in found.duty_ids]
    return _values(notice, duties, found.request.leader_id, ask_link(notice))


def outcome_values(notice: Notice) -> dict[str, str]:
    """Placeholders of how it ended: which duties, and who is on the other side."""
    duties = _duties(notice)
    others = {duty.leader_id for duty in duties} | {duty.substitute_id for duty in duties}
    other = next((found for found in others - {notice.recipient_id} if found is not None), None)
    return _values(notice, duties, other, duties_link(notice))


def request_values(notice: Notice) -> dict[str, str]:
    """Placeholders of a request: which duties, and who cannot come."""
    request = _request(notice)
    given = [duty for duty in request.duties if duty.part == "given"]
    values = _values(notice, given, request.leader_id, "")
    link = page("substitution.index", office_code=office_of(notice).code)
    return values | {"leader": leader_name(request.leader_id), "link": link}


def convener_values(notice: Notice) -> dict[str, str]:
    """The same, addressed to the first convener."""
    return request_values(notice) | {"leader": leader_name(notice.recipient_id)}


def _values(notice: Notice, duties: list[SubstitutionDuty], other: int | None, link: str) -> dict[str, str]:
    said = [_line(duty) for duty in duties]
    return {
        **office_values(office_of(notice)),
        "leader": leader_name(notice.recipient_id) if notice.recipient_kind == "leader" else "",
        "other": leader_name(other),
        "duties": lines(said),
        "when": in_a_row(said),
        "link": link,
    }


def _line(duty: SubstitutionDuty) -> str:
    """In a swap both directions stand in one list, so each line says who it is for."""
    words = session_words(duty)
    if duty.request.kind != "swap" or duty.substitute_id is None or names_left_out():
        return words
    return str(_("%(session)s: %(leader)s", session=words, leader=leader_name(duty.substitute_id)))


def _request(notice: Notice) -> SubstitutionRequest:
    return db.session.get_one(SubstitutionRequest, number_in(notice))


def _duties(notice: Notice) -> list[SubstitutionDuty]:
    ids = {int(found) for found in str(notice.facts.get("duties", "")).split(",") if found}
    return [duty for duty in _request(notice).duties if duty.id in ids]
