"""To leaders, about their duties: published, changed, coming up, not acknowledged."""

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.notifications import calendar_part, kinds
from app.notifications.models import Notice
from app.notifications.reasons.common import (
    LEADER,
    LINK,
    OFFICE,
    PERSONAL,
    day_in,
    in_a_row,
    leader_name,
    lines,
    office_of,
    office_values,
    still_of_use,
)
from app.notifications.reasons.links import acknowledge_link, duties_link
from app.notifications.reasons.own_duties import Changes, change_lines, changes_for, own, place_line
from app.notifications.reminders import CATCH_UP
from app.roster import queries
from app.roster.models import Duty, Revision
from app.roster.substitution.queries import acknowledged_seats
from app.web import filters

CATCH_UP_DAYS = dt.timedelta(days=7)
CHANGES = {
    "changes": Text("变化", "What changes"),
    "count": Text("场次数", "Number of sessions"),
    "reason": Text("原因", "Reason"),
    "period": Text("时段", "Period"),
}
DUTIES = {
    "duties": Text("接访安排", "Duties"),
    "when": Text("时间地点", "When and where"),
    "day": Text("日期", "Day"),
}


def changes_of(notice: Notice) -> Changes:
    """What differs for the recipient between what he was told last and what is published at this moment."""
    number = queries.current_number(notice.office_id)
    base = int(notice.facts.get("base", notice.revision - 1))
    today = clock.today(office_of(notice).timezone)
    return changes_for(notice.recipient_id, notice.office_id, base, number, today)


def still_changed(notice: Notice) -> bool:
    """Whether there is anything left to tell."""
    return bool(changes_of(notice))


def change_values(notice: Notice) -> dict[str, str]:
    """Placeholders of a notice about a revision."""
    changes = changes_of(notice)
    revision = queries.get_revision(notice.office_id, notice.revision)
    return {
        **office_values(office_of(notice)),
        "leader": leader_name(notice.recipient_id),
        "changes": lines(change_lines(changes)),
        "count": str(changes.count),
        "reason": revision.reason or _("not stated"),
        "period": _period(revision),
        "link": duties_link(notice),
    }


def _period(revision: Revision) -> str:
    return filters.days(revision.first_day, revision.last_day)


def duties_that_day(notice: Notice) -> Sequence[Duty]:
    """The recipient's held duties at the office on the day of the notice; a catch-up looks a week ahead."""
    day = day_in(notice)
    last = day + CATCH_UP_DAYS if notice.lead == CATCH_UP else day
    every = queries.duties_of_leader(notice.recipient_id, day, last)
    return [duty for duty in every if duty.office_id == notice.office_id]


def still_on_duty(notice: Notice) -> bool:
    """Whether the recipient still has a duty on that day, and it is not over."""
    return still_of_use(notice) and bool(duties_that_day(notice))


def still_silent(notice: Notice) -> bool:
    """Whether the recipient still has to acknowledge a duty on that day."""
    duties = duties_that_day(notice)
    return still_of_use(notice) and len(acknowledged_seats(notice.recipient_id, duties)) < len(duties)


def duty_values(notice: Notice) -> dict[str, str]:
    """Placeholders of a reminder."""
    duties = duties_that_day(notice)
    first = duties[0].on_date if duties else day_in(notice)
    return {
        **office_values(office_of(notice)),
        "leader": leader_name(notice.recipient_id),
        "duties": lines(place_line(own(duty)) for duty in duties),
        "when": in_a_row(place_line(own(duty)) for duty in duties),
        "day": f"{filters.day(first)} {filters.weekday(first)}",
        "link": duties_link(notice),
    }


def nudge_values(notice: Notice) -> dict[str, str]:
    """The same, with the link to acknowledge it at once."""
    duties = duties_that_day(notice)
    return duty_values(notice) | {"link": acknowledge_link(notice, [duty.seat_key for duty in duties])}


def still_invited(notice: Notice) -> bool:
    """Whether no later revision changed the session for the recipient: that one brings its own invitation."""
    newest = db.session.scalar(
        select(func.max(Notice.revision)).where(
            Notice.kind == notice.kind,
            Notice.subject == notice.subject,
            Notice.recipient_kind == notice.recipient_kind,
            Notice.recipient_id == notice.recipient_id,
        )
    )
    return newest == notice.revision


def invitation_values(notice: Notice) -> dict[str, str]:
    """Placeholders of an invitation: the session as it is, or as it was when it is the leader's no more."""
    key = notice.facts["session_key"]
    rows = db.session.scalars(
        select(Duty)
        .where(Duty.office_id == notice.office_id, Duty.session_key == key)
        .order_by(Duty.id.desc())
    ).all()
    duty = next((row for row in rows if row.leader_id == notice.recipient_id), rows[0])
    holds = duty.until_revision is None and duty.status == "held"
    return {
        **office_values(office_of(notice)),
        "leader": leader_name(notice.recipient_id),
        "when": place_line(own(duty)),
        "what": _("Reception duty") if holds else _("Reception duty called off or given away"),
    }


PUBLISHED = kinds.Kind(
    name="duty.published",
    label=Text("接访安排已发布", "Duties published"),
    subject=Text("{office}接访安排（{period}）", "Reception duties at {office}, {period}"),
    body=Text(
        """{leader}同志：

{office}已发布{period}的领导接访安排，其中与您有关的共 {count} 场：

{changes}

查看、确认，或者不能到场时请人代班：
{link}

如有疑问，请致电 {office_phone}。""",
        """Dear {leader},

{office} has published its reception roster for {period}. {count} sessions in it concern you:

{changes}

To see and acknowledge them, or to ask for a substitute:
{link}

Questions? Please call {office_phone}.""",
    ),
    short=Text(
        "{leader}同志：{office}{period}接访安排已发布，您有{count}场。查看并确认：{link}",
        "{office}: the roster for {period} is out, {count} sessions concern you. See and acknowledge: {link}",
    ),
    still_true=still_changed,
    values=change_values,
    placeholders={**LEADER, **OFFICE, **CHANGES, **LINK},
    personal=PERSONAL,
    calendar=calendar_part.of("duty"),
)
CHANGED = kinds.Kind(
    name="duty.changed",
    label=Text("接访安排有变", "Duties changed"),
    subject=Text("{office}接访安排有变，请留意", "Your reception duties at {office} have changed"),
    body=Text(
        """{leader}同志：

{office}调整了接访安排，与您有关的变化如下：

{changes}

调整原因：{reason}

查看最新安排：
{link}

如有疑问，请致电 {office_phone}。""",
        """Dear {leader},

{office} has changed its reception roster. What changes for you:

{changes}

Reason: {reason}

Your duties as they are now:
{link}

Questions? Please call {office_phone}.""",
    ),
    short=Text(
        "{leader}同志：{office}接访安排有变，涉及您{count}场。请查看：{link}",
        "{office}: {count} of your reception duties have changed. Please look: {link}",
    ),
    still_true=still_changed,
    values=change_values,
    placeholders={**LEADER, **OFFICE, **CHANGES, **LINK},
    personal=PERSONAL,
    calendar=calendar_part.of("duty"),
)
REMINDER = kinds.Kind(
    name="duty.reminder",
    label=Text("接访提醒", "Duty reminder"),
    subject=Text("接访提醒：{day}", "Reception duty on {day}"),
    body=Text(
        """{leader}同志：

请留意您的接访安排：

{duties}

如不能到场，请尽早在这里请人代班：
{link}

{office}　{office_phone}""",
        """Dear {leader},

A reminder of your reception duty:

{duties}

If you cannot come, please ask for a substitute as early as you can:
{link}

{office}, {office_phone}""",
    ),
    short=Text(
        "{leader}同志，接访提醒：{when}。如不能到场请尽早告知：{link}",
        "Reception duty: {when}. If you cannot come: {link}",
    ),
    still_true=still_on_duty,
    values=duty_values,
    placeholders={**LEADER, **OFFICE, **DUTIES, **LINK},
    personal=PERSONAL,
    calendar=calendar_part.of("duty"),
)
NUDGE = kinds.Kind(
    name="duty.nudge",
    label=Text("请确认接访安排", "Please acknowledge a duty"),
    subject=Text("请确认：{day}接访", "Please acknowledge your duty on {day}"),
    body=Text(
        """{leader}同志：

以下接访安排尚未收到您的确认：

{duties}

请点开确认（一分钟即可）；如不能到场，也请在此说明：
{link}

{office}　{office_phone}""",
        """Dear {leader},

You have not yet acknowledged this duty:

{duties}

Please acknowledge it here; it takes a moment. If you cannot come, please say so there:
{link}

{office}, {office_phone}""",
    ),
    short=Text(
        "{leader}同志，请确认接访：{when}。{link}",
        "Please acknowledge your reception duty: {when}. {link}",
    ),
    still_true=still_silent,
    values=nudge_values,
    placeholders={**LEADER, **OFFICE, **DUTIES, **LINK},
    personal=PERSONAL,
    digest=True,
)


INVITATION = kinds.Kind(
    name="duty.invitation",
    label=Text("日历邀请", "Calendar invitation"),
    subject=Text("{what}：{when}", "{what}: {when}"),
    body=Text(
        "{leader}同志：\n\n{what}：{when}\n\n附件可加入日历。\n\n{office}　{office_phone}",
        "Dear {leader},\n\n{what}: {when}\n\nThe attachment goes into your calendar.\n\n{office}, {office_phone}",
    ),
    short=Text("{what}：{when}", "{what}: {when}"),
    still_true=still_invited,
    values=invitation_values,
    placeholders={
        **LEADER,
        **OFFICE,
        "what": Text("事项", "What"),
        "when": Text("时间地点", "When and where"),
    },
    personal=PERSONAL,
    calendar=calendar_part.of("duty"),
)


def register() -> None:
    """Make the kinds known."""
    for kind in (PUBLISHED, CHANGED, REMINDER, NUDGE, INVITATION):
        kinds.register(kind)
