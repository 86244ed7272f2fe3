"""To responsible units: a matter is handed over, its date changes, its written reply is due soon, today or overdue, the
leader urges. To the leader who keeps the matter: the reply is still overdue.
"""

from flask_babel import gettext as _
from sqlalchemy import select

from app.accounts.queries import people_of_department
from app.core import clock
from app.core.database import db
from app.core.events import subscribe
from app.core.text import Text
from app.followup.events import MatterChanged
from app.followup.models import Matter, UnitPart
from app.followup.rules import OWING
from app.notifications import kinds, outbox
from app.notifications.models import Notice
from app.notifications.reasons.common import (
    LINK,
    OFFICE,
    day_words,
    number_in,
    office_of,
    office_values,
    page,
)
from app.notifications.reasons.links import one_tap_or
from app.notifications.reasons.visits import contacts_of
from app.notifications.reminder_state import pauses_of
from app.notifications.reminders import ESCALATED

REPLY = "unit_reply"  # the one-tap purpose of the page where a unit answers
URGE = "urge"  # and of the one where a leader urges
TO_UNITS = {
    "handed_over": "matter.handed_over",
    "deadline": "matter.new_date",
    "extended": "matter.new_date",
    "urged": "matter.urged",
}
SAID_TO_ASSISTING = ("matter.handed_over", "matter.new_date")  # also when the main unit has replied
PLACEHOLDERS = {
    **OFFICE,
    "unit": Text("责任单位", "Unit"),
    "reference": Text("事项编号", "Reference"),
    "due": Text("答复期限", "Reply due"),
    "sign_in": Text("登录提示（单位有账号时）", "Where to sign in, if the unit has an account"),
    **LINK,
}


def install() -> None:
    """Listen."""
    subscribe(MatterChanged, tell_units)


def tell_units(event: MatterChanged) -> None:
    """A unit is told that a matter was handed to it or its reply sent back, of a new date, and that the leader urges."""
    kind = TO_UNITS.get(event.what)
    matter = db.session.get_one(Matter, event.matter_id)
    if kind is None or (matter.state == "signing" and event.what != "handed_over"):
        return
    for part in _parts(event.matter_id, event.department_id):
        for contact_id in contacts_of(part.department_id, clock.today()):
            outbox.queue(
                kind,
                f"part:{part.id}",
                ("contact", contact_id),
                office_id=event.office_id,
                lead=f"date:{part.due_on}" if kind == "matter.new_date" else "",
                revision=matter.version,
            )


def _parts(matter_id: int, department_id: int | None) -> list[UnitPart]:
    query = select(UnitPart).where(UnitPart.matter_id == matter_id, UnitPart.state.in_(OWING))
    if department_id is not None:
        query = query.where(UnitPart.department_id == department_id)
    return list(db.session.scalars(query.order_by(UnitPart.id)))


def still_owed(notice: Notice) -> bool:
    """The unit has not replied, and the matter goes on; a reminder is for the deadline as it is now, and for no pause."""
    part = _part(notice)
    step, _colon, deadline = notice.lead.partition(":")
    today = clock.today(office_of(notice).timezone)
    if step and step != "date" and any(today in pause for pause in pauses_of(part.matter)):
        return False
    return (
        part.state in OWING
        and part.matter.state
        in ("open", "signing", *(("replied",) if notice.kind in SAID_TO_ASSISTING else ()))
        and deadline in ("", str(part.due_on))
    )


def values(notice: Notice) -> dict[str, str]:
    """Placeholders: whose matter and until when; nothing of what it is about."""
    part = _part(notice)
    matter: Matter = part.matter
    purpose = URGE if notice.kind == ESCALATED else REPLY
    link = one_tap_or(page("accounts.sign_in"), purpose, notice.subject, notice)
    return {
        **office_values(office_of(notice)),
        "unit": part.department.name,
        "reference": matter.reference,
        "due": day_words(part.due_on, with_year=True),
        "link": link,
        "sign_in": "" if notice.kind == ESCALATED else _sign_in(part.department_id),
    }


def _sign_in(department_id: int) -> str:
    """That one may sign in as well; nothing where nobody of the unit has an account."""
    if not any(user.active for user in people_of_department(department_id)):
        return ""
    return str(
        _("Those of the unit with an account may also sign in: %(address)s", address=page("accounts.sign_in"))
    )


def _part(notice: Notice) -> UnitPart:
    return db.session.get_one(UnitPart, number_in(notice))


def register() -> None:
    """Make the kinds known."""
    kinds.register(
        _kind(
            "matter.handed_over",
            Text("交办事项", "A matter is handed over"),
            Text(
                "{office}交办一件事项（编号{reference}），请{unit}于{due}前书面答复。查看、接办：{link}",
                "{office} hands {unit} the matter {reference}. The written reply is due on {due}. Open it: {link}",
            ),
        )
    )
    kinds.register(
        _kind(
            "matter.reminder",
            Text("书面答复期限提醒", "Written reply: reminder"),
            Text(
                "提醒{unit}：事项{reference}的书面答复期限为{due}，请按期答复：{link}",
                "A reminder to {unit}: the written reply to {reference} is due on {due}. {link}",
            ),
        )
    )
    kinds.register(
        _kind(
            "matter.new_date",
            Text("答复期限变更", "Written reply: another date"),
            Text(
                "{unit}承办的事项{reference}，书面答复期限改为{due}，请按期答复：{link}",
                "{unit}: the written reply to {reference} is now due on {due}. {link}",
            ),
        )
    )
    kinds.register(
        _kind(
            "matter.urged",
            Text("领导督办", "The leader urges"),
            Text(
                "领导督办：{unit}承办的事项{reference}应于{due}前答复，现已逾期，请抓紧办理并书面答复：{link}",
                "The leader urges {unit}: the written reply to {reference} was due on {due}. Please reply now: {link}",
            ),
        )
    )
    kinds.register(
        _kind(
            ESCALATED,
            Text("书面答复逾期未办结（报包案领导）", "To the leader: a written reply is still overdue"),
            Text(
                "{unit}对事项{reference}的书面答复期限为{due}，至今未答复。请查看、督办：{link}",
                "{unit} still owes the written reply to {reference}, due on {due}. See it and urge the unit: {link}",
            ),
        )
    )


def _kind(name: str, label: Text, text: Text) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        label=label,
        subject=Text(f"{label.zh}：{{reference}}", f"{label.en}: {{reference}}"),
        body=Text(
            text.zh + "\n\n{office}　{office_phone}\n{sign_in}",
            text.en + "\n\n{office}, {office_phone}\n{sign_in}",
        ),
        short=text,
        still_true=still_owed,
        values=values,
        placeholders=PLACEHOLDERS,
        digest=True,
    )
