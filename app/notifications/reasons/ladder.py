"""Says to the pages of follow-through which reminders of an owed reply went out, and what comes next and when."""

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select

from app.core import clock
from app.core.database import db
from app.core.events import subscribe
from app.core.text import Text
from app.followup.ladder import LadderAsked, Rung
from app.followup.models import Matter, UnitPart
from app.followup.rules import OWING
from app.notifications import outbox
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.policy import AFTER, LADDER, LEAD_NAMES, Lead
from app.notifications.reminder_state import (
    Changes,
    changed_at,
    changes_of,
    keeper_of,
    load_office,
    pauses_of,
)
from app.notifications.reminders import STANDING, Office

_ENDED = {"sent": "sent", "failed": "failed", "superseded": "stopped"}


def install() -> None:
    """Listen."""
    subscribe(LadderAsked, answer)


def answer(asked: LadderAsked) -> None:
    """Fill in the plan of the office and the rungs of each part."""
    policy = policy_of(asked.office)
    asked.settings = "notices.reminders"
    asked.plan = [
        Rung(
            LEAD_NAMES[name], _when(policy.leads[name], name in AFTER), "" if policy.leads[name].on else "off"
        )
        for name in LADDER
    ]
    if not asked.parts:
        return
    rules = load_office(asked.office, policy)
    changes = changes_of(Matter.id.in_({part.matter_id for part in asked.parts}))
    told = _told(rules, asked.parts, changes)
    for part in asked.parts:
        asked.rungs[part.id] = [_rung(name, part, rules, told, changes) for name in LADDER]


def _when(lead: Lead, after: bool) -> Text:
    if not lead.days:
        return Text(f"期限当天{lead.at:%H:%M}", f"on the day itself, {lead.at:%H:%M}")
    zh = f"期限{'后' if after else '前'}{lead.days}{'个工作日' if lead.working else '天'}，{lead.at:%H:%M}"
    days = f"{lead.days} {'working ' if lead.working else ''}day{'s' if lead.days > 1 else ''}"
    return Text(zh, f"{days} {'after' if after else 'before'} the date, {lead.at:%H:%M}")


def _told(rules: Office, parts: Sequence[UnitPart], changes: Changes) -> Mapping[tuple[str, str], Notice]:
    """The notice that says most of each step, by subject and lead: one that was sent, else the newest."""
    subjects = [subject for part in parts for subject in (f"part:{part.id}", _of_staff(rules, part, changes))]
    kinds = ("matter.reminder", *STANDING)
    rows = db.session.scalars(
        select(Notice)
        .where(
            Notice.subject.in_(subjects),
            Notice.kind.in_(kinds),
            or_(
                Notice.kind.not_in(STANDING), ~outbox.overtaken()
            ),  # those come again while the reply is owed
        )
        .order_by(Notice.id)
    )
    found: dict[tuple[str, str], Notice] = {}
    for notice in rows:
        key = (notice.subject, notice.lead)
        if key not in found or found[key].state != "sent":
            found[key] = notice
    return found


def _of_staff(rules: Office, part: UnitPart, changes: Changes) -> str:
    """What the notice is about that lists the part for the staff."""
    pauses, changed = pauses_of(part.matter), changed_at(part, changes)
    at = rules.moment_of_matter("matter.overdue", part.due_on, pauses, changed)
    return f"on:{rules.id}:{rules.local_day(at)}"


def _rung(
    name: str, part: UnitPart, rules: Office, told: Mapping[tuple[str, str], Notice], changes: Changes
) -> Rung:
    lead = rules.policy.leads[name]
    since = changed_at(part, changes) if name in AFTER else None
    at = rules.moment_of_matter(name, part.due_on, pauses_of(part.matter), since)
    notice = told.get((f"part:{part.id}", f"{name.partition('.')[2]}:{part.due_on}"))
    if notice is None and name == "matter.overdue":  # a unit may have no contact
        notice = told.get((_of_staff(rules, part, changes), ""))
    words = LEAD_NAMES[name], _when(lead, name in AFTER)
    if notice is not None:
        return Rung(*words, _ENDED.get(notice.state, "waiting"), notice.sent_at or notice.due_at)
    return Rung(*words, _state(name, part, rules, at), at)


def _state(name: str, part: UnitPart, rules: Office, at: dt.datetime) -> str:
    """What becomes of a step of which nobody was told."""
    if part.state not in OWING or part.matter.state not in ("open", "signing"):
        return "stopped"
    if not rules.policy.leads[name].on:
        return "off"
    if name == "matter.leader" and keeper_of(part.matter, rules.local_day(clock.now())) is None:
        return "nobody"
    return "coming" if at > clock.now() else "missed"
