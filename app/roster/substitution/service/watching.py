"""The roster changed under a request: duties that moved, were called off or went to others are dropped."""

from sqlalchemy import select

from app.core.database import db
from app.core.text import Text
from app.roster import queries as roster_queries
from app.roster.events import RosterPublished
from app.roster.models import Duty
from app.roster.substitution.models import SubstitutionDuty
from app.roster.substitution.service.asking import is_same
from app.roster.substitution.service.common import close_asks, end, move, move_duty, names, note
from app.roster.substitution.words import day_words


def look_again(event: RosterPublished) -> None:
    """Every pending duty of the sessions that changed is compared with what is published now."""
    pending = db.session.scalars(
        select(SubstitutionDuty).where(
            SubstitutionDuty.office_id == event.office_id,
            SubstitutionDuty.session_key.in_(event.session_keys),
            SubstitutionDuty.state.in_(("open", "agreed")),
        )
    ).all()
    if not pending:
        return
    rows = {row.seat_key: row for row in roster_queries.current_duties(event.office_id)}
    for duty in pending:
        db.session.refresh(duty)
        row = rows.get(duty.seat_key)
        if duty.state in ("open", "agreed") and (row is None or not is_same(row, duty)):
            drop(duty, changed_words(duty, row))


def drop(duty: SubstitutionDuty, why: Text) -> None:
    """One duty of a request is no longer asked about; a swap falls as a whole, a request without any ends."""
    request = duty.request
    if request.kind == "swap" or not [
        d for d in request.duties if d.state in ("open", "agreed") and d is not duty
    ]:
        note(request, "expired", "")
        end(request, "expired", why)
        return
    move_duty(duty, duty.state, "dropped", None)
    note(request, "dropped", "", duty.leader_id)
    if all(other.state not in ("open",) for other in request.duties) and request.state == "asked":
        close_asks(request)
        move(request, "agreed")


def changed_words(duty: SubstitutionDuty, row: Duty | None) -> Text:
    """What became of the duty, for everybody who was asked about it."""
    day = day_words(duty.on_date, duty.session)
    if row is None or row.status == "cancelled":
        return Text(
            f"{day.zh}的接访已取消，不需要代班。",
            f"The session of {day.en} was called off: no substitute is needed.",
        )
    if row.status == "suspended":
        return Text(
            f"{day.zh}暂停接待，不需要代班。",
            f"The session of {day.en} is suspended: no substitute is needed.",
        )
    if row.leader_id != duty.leader_id:
        who = names([row.leader_id]).get(row.leader_id or 0, "")
        return Text(
            f"{day.zh}的接访已改由{who}承担，不需要代班。",
            f"{who} now has the duty of {day.en}: no substitute is needed.",
        )
    return Text(
        f"{day.zh}的接访改了时间，原申请失效；如仍需代班请重新申请。",
        f"The duty of {day.en} was moved, so this request ended. Ask again if a substitute is still needed.",
    )
