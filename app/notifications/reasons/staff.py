"""To staff: what needs a decision. One notice a person and day lists everything of its kind."""

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import func, select

from app.calendar.queries import working_calendar
from app.core import clock
from app.core.database import db
from app.core.text import Text
from app.followup.models import Matter, UnitPart
from app.followup.rules import OWING
from app.notifications import kinds
from app.notifications.models import Notice
from app.notifications.policies import policy_of
from app.notifications.reasons.common import (
    LINK,
    OFFICE,
    day_words,
    lines,
    office_of,
    office_values,
    page,
    session_words,
    still_of_use,
)
from app.notifications.reminder_state import empty_duties, pauses_of
from app.notifications.rendering import names_left_out
from app.roster import queries
from app.roster.models import Duty, Revision
from app.roster.substitution.queries import unacknowledged
from app.web import filters

LIST = {
    **OFFICE,
    "list": Text("清单", "List"),
    "count": Text("件数", "How many"),
    **LINK,
}
ROSTER = {**OFFICE, "last_day": Text("最后一天", "Last day"), **LINK}
YEAR = {**OFFICE, "year": Text("年份", "Year"), **LINK}


def _ahead(notice: Notice, *leads: str) -> dt.date:
    """The last day that one of these lead times reaches from today."""
    office = office_of(notice)
    today, calendar = clock.today(office.timezone), working_calendar(office)
    active = policy_of(office).active(*leads).values()
    days = [
        calendar.add_working_days(today, lead.days) if lead.working else today + dt.timedelta(days=lead.days)
        for lead in active
    ]
    return max(days, default=today)


# Duties nobody acknowledged


def _silent(notice: Notice) -> Sequence[Duty]:
    today = clock.today(office_of(notice).timezone)
    return unacknowledged(notice.office_id, today, _ahead(notice, "unacknowledged.staff"))


def _silent_values(notice: Notice) -> dict[str, str]:
    said = [
        session_words(duty)
        if names_left_out()
        else _("%(session)s: %(leader)s", session=session_words(duty), leader=duty.leader_name)
        for duty in _silent(notice)
    ]
    return _list_values(notice, said, page("substitution.index", office_code=office_of(notice).code))


# Sessions without a leader


def _empty(notice: Notice) -> list[Duty]:
    today = clock.today(office_of(notice).timezone)
    last = _ahead(notice, "session.empty", "session.last_call")
    duties = queries.current_duties(notice.office_id, today, last)
    return empty_duties([duty for duty in duties if duty.status == "held"])


def _empty_values(notice: Notice) -> dict[str, str]:
    said = [session_words(duty) for duty in _empty(notice)]
    return _list_values(notice, said, page("substitution.index", office_code=office_of(notice).code))


# The roster runs out, or its year was announced


def _last_day(notice: Notice) -> dt.date | None:
    return db.session.scalar(
        select(func.max(Revision.last_day)).where(Revision.office_id == notice.office_id)
    )


def _still_ending(notice: Notice) -> bool:
    said = notice.subject.rpartition(":")[2]
    return still_of_use(notice) and str(_last_day(notice)) == said


def _ending_values(notice: Notice) -> dict[str, str]:
    office = office_of(notice)
    day = dt.date.fromisoformat(notice.subject.rpartition(":")[2])
    link = page("drafts.index", office_code=office.code)
    return {**office_values(office), "last_day": f"{filters.day(day)} {filters.weekday(day)}", "link": link}


def _still_outdated(notice: Notice) -> bool:
    """The newest plan for the year is still the one made before its notice was in."""
    year = int(notice.subject.rpartition(":")[2])
    plans = [
        revision
        for revision in queries.list_revisions(notice.office_id)
        if revision.kind in ("publication", "correction")
        and revision.first_day.year <= year <= revision.last_day.year
    ]
    return bool(plans) and plans[0].provisional


def _year_values(notice: Notice) -> dict[str, str]:
    office = office_of(notice)
    link = page("drafts.index", office_code=office.code)
    return {**office_values(office), "year": notice.subject.rpartition(":")[2], "link": link}


# Written replies that are overdue


def _overdue(notice: Notice) -> list[tuple[UnitPart, Matter]]:
    today = clock.today(office_of(notice).timezone)
    rows = db.session.execute(
        select(UnitPart, Matter)
        .join(Matter, Matter.id == UnitPart.matter_id)
        .where(
            Matter.office_id == notice.office_id,
            Matter.state == "open",
            UnitPart.state.in_(OWING),
            UnitPart.due_on < today,
        )
        .order_by(UnitPart.due_on, UnitPart.id)
    )
    return [(part, matter) for part, matter in rows if not any(today in days for days in pauses_of(matter))]


def _overdue_values(notice: Notice) -> dict[str, str]:
    said = [
        _(
            "%(reference)s %(unit)s, due %(day)s",
            reference=matter.reference,
            unit=part.department.name,
            day=day_words(part.due_on),
        )
        for part, matter in _overdue(notice)
    ]
    return _list_values(notice, said, page("followup.matters", office_code=office_of(notice).code))


def _list_values(notice: Notice, said: Sequence[str], link: str) -> dict[str, str]:
    return {**office_values(office_of(notice)), "list": lines(said), "count": str(len(said)), "link": link}


def _body(zh: str, en: str) -> Text:
    return Text(f"{zh}\n{{link}}\n\n{{office}}", f"{en}\n{{link}}\n\n{{office}}")


def register() -> None:
    """Make the kinds known."""
    for kind in (*_lists(), *_rosters()):
        kinds.register(kind)


def _lists() -> list[kinds.Kind]:
    return [
        kinds.Kind(
            name="staff.unacknowledged",
            label=Text("领导仍未确认接访", "Duties still not acknowledged"),
            subject=Text("{office}：{count} 场接访领导尚未确认", "{office}: {count} duties not acknowledged"),
            body=_body(
                "以下接访，领导尚未确认，请电话联系：\n\n{list}\n\n查看和登记：",
                "These duties are not acknowledged. Please call the leaders:\n\n{list}\n\nSee and note down:",
            ),
            short=Text("{office}：{count}场接访领导尚未确认，请联系。", "{office}: {count} duties not acknowledged."),
            still_true=lambda notice: still_of_use(notice) and bool(_silent(notice)),
            values=_silent_values,
            placeholders=LIST,
            digest=True,
        ),
        kinds.Kind(
            name="staff.empty_session",
            label=Text("场次无人接访", "Sessions without a leader"),
            subject=Text("{office}：{count} 场接访无人承担", "{office}: {count} sessions without a leader"),
            body=_body(
                "以下场次目前无人接访，请安排：\n\n{list}\n\n在这里安排：",
                "Nobody will receive the public in these sessions yet:\n\n{list}\n\nArrange it here:",
            ),
            short=Text("{office}：{count}场接访无人承担，请安排。", "{office}: {count} sessions without a leader."),
            still_true=lambda notice: still_of_use(notice) and bool(_empty(notice)),
            values=_empty_values,
            placeholders=LIST,
            digest=True,
        ),
        kinds.Kind(
            name="staff.overdue_matters",
            label=Text("书面答复逾期", "Written replies overdue"),
            subject=Text("{office}：{count} 件书面答复逾期", "{office}: {count} written replies are overdue"),
            body=_body(
                "以下事项的书面答复已逾期：\n\n{list}\n\n办理情况：",
                "These written replies are overdue:\n\n{list}\n\nFollow-through:",
            ),
            short=Text("{office}：{count}件书面答复逾期，请督办。", "{office}: {count} written replies overdue."),
            still_true=lambda notice: bool(_overdue(notice)),
            values=_overdue_values,
            placeholders=LIST,
            digest=True,
        ),
    ]  # fmt: skip


def _rosters() -> list[kinds.Kind]:
    return [
        kinds.Kind(
            name="staff.roster_ending",
            label=Text("排班即将到期", "The roster is running out"),
            subject=Text("{office}：接访排班到{last_day}为止", "{office}: the roster ends on {last_day}"),
            body=_body(
                "已发布的接访排班到{last_day}为止，之后还没有发布。请安排下一期：",
                "The published roster ends on {last_day}, and nothing is published after it. Please plan on:",
            ),
            short=Text(
                "{office}：接访排班到{last_day}为止，请发布下一期。",
                "{office}: the roster ends on {last_day}. Please publish the next.",
            ),
            still_true=_still_ending,
            values=_ending_values,
            placeholders=ROSTER,
            digest=True,
        ),
        kinds.Kind(
            name="staff.year_announced",
            label=Text("暂定年度的放假通知已公布", "A provisional year has its notice"),
            subject=Text(
                "{office}：{year}年放假通知已公布，请核对暂定排班",
                "{office}: the holidays of {year} are announced; please check the provisional roster",
            ),
            body=_body(
                "{year}年的放假通知已公布，而已发布的排班是在此之前暂定的，个别日期可能要调整。请重新排一次并核对差异：",
                "The holidays of {year} are announced. The published roster was made before that, so some days may"
                " have to move. Please plan again and look at the differences:",
            ),
            short=Text(
                "{office}：{year}年放假通知已公布，请核对暂定排班。",
                "{office}: the holidays of {year} are announced, please check the provisional roster.",
            ),
            still_true=_still_outdated,
            values=_year_values,
            placeholders=YEAR,
            digest=True,
        ),
    ]
