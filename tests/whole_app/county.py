"""A small county in which every page has something to show, and one account for every role, here and elsewhere."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import ROLES, RoleGrant, User
from app.appointments.models import ReadinessItem, ReceptionRecord, Recusal, Visit
from app.appointments.service.booking import book
from app.appointments.service.papers import add as add_visit_paper
from app.appointments.service.screening import recuse
from app.calendar.models import DayOverride, Notice, Period
from app.core import clock
from app.core.database import db
from app.directory.importing.reader import read_file
from app.directory.models import Contact, Department, Leader, LeaderFacet, Office, Room
from app.directory.service.imports import keep_upload
from app.feeds.api.tokens import make_token
from app.feeds.models import FeedSettings
from app.feeds.notices.default import default_template
from app.feeds.notices.service import upload as upload_template
from app.feeds.service import make_link
from app.followup.models import Matter
from app.followup.service.letters import issue
from app.followup.service.matters import Opening, open_matter
from app.followup.service.papers import add_paper
from app.notifications.models import Notice as Message
from app.notifications.outbox import queue
from app.roster.models import Duty, Leave, Pin, Wish
from app.roster.substitution import service
from app.roster.substitution.models import ReturnDuty
from app.screens.models import Screen, ScreenGroup, ScreenNotice
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import make_rule
from tests.published import add_duty, make_revision
from tests.roster_scenario import make_draft, make_scenario, publish_draft
from tests.visit_scenario import request_for

PASSWORD = "correct horse battery"
FEBRUARY = (dt.date(2026, 2, 2), dt.date(2026, 2, 27))


@dataclass(frozen=True)
class County:
    """Sample values for the placeholders of addresses, and who may sign in: "scheduler", "other-scheduler" …"""

    values: dict[str, str]
    queries: dict[str, str]  # endpoint -> the query string it cannot do without
    people: dict[str, int]


def make_county() -> County:
    """Fill the database. Call it inside `transaction()`."""
    scenario = make_scenario(leaders=4)
    office, leader = scenario.office, scenario.leaders[0]
    scenario.draft.run_key = "spring"
    _directory(office)
    _calendar(office)
    leader.facets += [
        LeaderFacet(kind="sector", value="教育", first_day=dt.date(2020, 1, 1)),
        LeaderFacet(kind="township", value="示例镇", first_day=dt.date(2020, 1, 1)),
    ]
    rule = make_rule(office)
    leave = Leave(leader_id=leader.id, first_day=dt.date(2026, 3, 9), last_day=dt.date(2026, 3, 10))
    wish = Wish(leader_id=leader.id, kind="avoid", weekday=2)
    pin = Pin(office_id=office.id, seat_key=f"r{rule.id}:2026-03-20:day:1", leader_id=leader.id)
    other = make_office("other", "county", name="邻县信访局")
    outputs = [FeedSettings(office_id=each.id, own_leave=True, public_excel=True) for each in (office, other)]
    db.session.add_all([leave, wish, pin, *outputs])
    publish_draft(make_draft(office, scenario.leaders, *FEBRUARY))
    people = _people(office, other)
    own = db.session.get_one(User, people["administrator"]).leader_id or 0
    link, secret = make_link(office, own, "手机")
    screen_values = _screens(office)
    target = make_user("target", "reception", office)
    book = read_file("姓名,职务,分管领域\n王新,副县长,教育\n".encode())
    upload = keep_upload(office, people["administrator"], "leaders.csv", book)
    matter = _matter(office)
    db.session.flush()
    seat = db.session.scalars(select(Duty.seat_key).where(Duty.office_id == office.id)).first()
    draft_seat = f"s1-{dt.date(2026, 3, 2):%Y%m%d}-day:1"
    values = {
        "office_code": office.code,
        "leader_id": leader.id,
        "facet_id": leader.facets[0].id,
        "kind": "post",
        "key": upload.key,
        "department_id": _only(Department),
        "contact_id": _only(Contact),
        "room_id": _only(Room),
        "draft_id": scenario.draft.id,
        "number": 1,
        "link_id": link.id,
        "secret": secret,
        "token_id": make_token(office, "办公系统", ["leaders.read"], None)[0].id,
        "template_id": upload_template(
            office, "announcement", "公告.docx", default_template("announcement")
        ).id,
        "override_id": _only(DayOverride),
        "period_id": _only(Period),
        "rule_id": rule.id,
        "leave_id": leave.id,
        "wish_id": wish.id,
        "pin_id": pin.id,
        "seat_key": seat,
        "notice_id": _a_notice(office, leader.id),
        "notice_kind": "duty.reminder",
        "language": "zh_CN",
        "provider": "smtp",
        "recipient_kind": "leader",
        "recipient_id": leader.id,
        "year": 2026,
        "user_id": target.id,
        "grant_id": db.session.scalars(select(RoleGrant.id).filter_by(user_id=target.id)).one(),
        "matter_id": matter.id,
        "part_id": matter.parts[0].id,
        "letter_id": issue(office, matter.parts[0], "remind", "请按期答复。", "anna").id,
        "file_id": add_paper(office, matter, "答复.pdf", b"%PDF-1.4\n%%EOF\n", "anna").id,
        **_substitution(office, people["administrator"], leader),
        **_visit(office, leader),
        "token": "a" * 43,
        "locale": "en",
        "choice": "dark",
        "run_key": "spring",
        **screen_values,
    }
    own_seat = db.session.scalars(
        select(Duty.seat_key).where(
            Duty.office_id == office.id,
            Duty.leader_id == _own_leader(people),
            Duty.on_date > dt.date(2026, 3, 2),
        )
    ).one()
    queries = {
        "own.exchange": f"seat={own_seat}",
        "substitution.duty": f"seat={own_seat}",
        "followup.bulletin_rows": "figure=opened",
        "drafts.seat": f"key={draft_seat}",
        "drafts.targets": f"key={draft_seat}",
    }
    return County({name: str(value) for name, value in values.items()}, queries, people)


def _own_leader(people: dict[str, int]) -> int:
    return db.session.get_one(User, people["administrator"]).leader_id or 0


def _substitution(office: Office, administrator: int, leader: Leader) -> dict[str, int]:
    """A duty of the administrator's own leader, a request that is open, a backup and a return duty."""
    own = db.session.get_one(Leader, db.session.get_one(User, administrator).leader_id)
    row = _coming(office, leader)
    other = make_revision(office, dt.date(2026, 4, 20), dt.date(2026, 4, 20))
    add_duty(other, own, dt.date(2026, 4, 20))
    request = service.request_cover(
        office, leader.id, [row.seat_key], "business", "anna", candidates=[own.id]
    )
    debt = ReturnDuty(
        office_id=office.id,
        request_id=request.id,
        seat_key=row.seat_key,
        leader_id=own.id,
        substitute_id=leader.id,
        made_at=clock.now(),
    )
    db.session.add(debt)
    backup = service.add_backup(office, own.id, "A", leader.id)
    db.session.flush()
    return {"request_id": request.id, "return_id": debt.id, "backup_id": backup.id}


def _coming(office: Office, leader: Leader) -> Duty:
    make = make_revision(office, dt.date(2026, 4, 13), dt.date(2026, 4, 13))
    return add_duty(make, leader, dt.date(2026, 4, 13))


def _visit(office: Office, leader: Leader) -> dict[str, object]:
    """A visit on a session to come, with a file, a recusal and a finished record."""
    key = "r1:2026-04-13:day"
    visit, _code = book(office, request_for(1, key))
    recuse(visit, _other_leader(office, leader), "亲属", "anna")
    record = ReceptionRecord(
        office_id=office.id, session_key=key, visit_id=visit.id, state="final", said="记录"
    )
    record.on_date, record.saved_at, record.saved_by = dt.date(2026, 4, 13), clock.now(), "anna"
    db.session.add(record)
    paper = add_visit_paper(visit, "照片.jpg", b"\xff\xd8\xff\xe0" + bytes(64))
    recusal = db.session.scalars(select(Recusal.id)).one()
    return {
        "visit_id": visit.id,
        "session_key": key,
        "attachment_id": paper.id,
        "recusal_id": recusal,
        "step": "call",
        "item_id": _told_to_attend(visit).id,
    }


def _told_to_attend(visit: Visit) -> ReadinessItem:
    """The county's department was told to come to the visit."""
    now = clock.now()
    item = ReadinessItem(visit_id=visit.id, kind="department", department_id=_only(Department))
    item.asked_at = item.told_at = item.due_at = now
    db.session.add(item)
    db.session.flush()
    return item


def _other_leader(office: Office, leader: Leader) -> Leader:
    return (
        db.session.scalars(
            select(Leader).where(Leader.office_id == office.id, Leader.id != leader.id).order_by(Leader.id)
        ).first()
        or leader
    )


def _matter(office: Office) -> Matter:
    opening = Opening(
        received_on=dt.date(2026, 3, 2),
        subject="示例路灯不亮",
        disposition="taken_back",
        units=[_only(Department)],
    )
    return open_matter(office, opening, "anna")


def _a_notice(office: Office, leader_id: int) -> int:
    """A reminder that waits."""
    queue(
        "duty.reminder", f"day:{office.id}:2026-03-20", ("leader", leader_id), office_id=office.id, lead="eve"
    )
    return db.session.scalars(select(Message.id).order_by(Message.id.desc())).first() or 0


def _people(office: Office, other: Office) -> dict[str, int]:
    accounts: dict[str, User] = {}
    for role in ROLES:
        unit, other_unit = (_unit(office), _unit(other)) if role == "unit" else (None, None)
        accounts[role] = make_user(role, role, office, department_id=unit)
        accounts[f"other-{role}"] = make_user(f"other-{role}", role, other, department_id=other_unit)
        accounts[role].leader_id = make_leader(office, f"周本人{len(accounts)}").id
        accounts[f"other-{role}"].leader_id = make_leader(other, f"吴邻人{len(accounts)}").id
    db.session.flush()
    return {name: user.id for name, user in accounts.items()}


def _unit(office: Office) -> int:
    """A department of the office, made where there is none yet."""
    found = db.session.scalars(select(Department.id).where(Department.office_id == office.id)).first()
    if found is not None:
        return found
    department = Department(office_id=office.id, name="邻县民政局")
    db.session.add(department)
    db.session.flush()
    return department.id


def _screens(office: Office) -> dict[str, object]:
    group = ScreenGroup(office_id=office.id, name="乡镇大厅")
    db.session.add(group)
    db.session.flush()
    screen = Screen(
        office_id=office.id,
        group_id=group.id,
        name="一楼大厅",
        token_hash="0" * 64,
        approved_at=clock.now(),
        approved_by="anna",
    )
    day = dt.date(2026, 3, 2)
    text = ScreenNotice(
        office_id=office.id,
        text_zh="请排队",
        first_day=day,
        last_day=day,
        made_at=clock.now(),
        made_by="anna",
    )
    db.session.add_all([screen, text])
    db.session.flush()
    return {
        "screen_id": screen.id,
        "screen_group_id": group.id,
        "screen_text_id": text.id,
        "state_name": "during",
        "version": "0" * 12,
        "file_name": "main.js",
    }


def _directory(office: Office) -> None:
    department = Department(office_id=office.id, name="示例县教育局", sectors="教育")
    department.contacts.append(Contact(name="联系人", phone="13800000000", email="contact@example.org"))
    db.session.add(department)


def _calendar(office: Office) -> None:
    made = {"made_at": clock.now(), "made_by": "anna"}
    db.session.add(
        DayOverride(office_id=office.id, on_date=dt.date(2026, 3, 18), off=True, name="建县纪念日", **made)
    )
    first, last = dt.date(2026, 3, 2), dt.date(2026, 3, 13)
    db.session.add(
        Period(office_id=office.id, kind="special", name="特别防护期", first_day=first, last_day=last, **made)
    )
    db.session.add(
        Notice(
            office_id=office.id,
            year=2026,
            title="放假安排",
            days=[{"date": "2026-05-01", "name": "劳动节", "off": True}],
            content_hash="0" * 64,
            imported_at=clock.now(),
            imported_by="anna",
        )
    )
    db.session.flush()


def _only(model: type[Department | Contact | Room | DayOverride | Period]) -> int:
    return db.session.scalars(select(model.id).order_by(model.id)).first() or 0
