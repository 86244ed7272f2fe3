"""A few obviously invented visits for the demo county, so that the queue, the desk and the board have something to show."""

from app.appointments.bookable import list_offers, matter_options, policy_of
from app.appointments.models import Visit
from app.appointments.rules.matching import Matter, Offer, best_first
from app.appointments.service import invitations, resident, screening
from app.appointments.service.booking import NewVisit, Person, book
from app.core.errors import RotaError
from app.directory.models import Office
from app.directory.queries import list_departments

BY = "示例接待员"
ACCOUNTS = (
    "示例小区门口道路积水，雨天出行不便，希望疏通排水管。",
    "示例小区门前的道路一下雨就积水，出行很不便，请疏通排水管。",
    "咨询示例学校的学区划分和报名时间。",
    "反映示例路口路灯损坏，夜间行走有危险。",
    "希望了解示例村的危房改造补助进度。",
    "示例广场夜间噪声较大，影响休息。",
    "示例村饮水管网冬季结冰，希望改造。",
    "示例工地拖欠工资，希望协调。",
)


def write_visits(office: Office) -> None:
    """Book a handful of visits of the coming days and decide most. The caller holds the transaction."""
    sectors = matter_options(office).sectors
    visits = [_book(office, number, text, sectors) for number, text in enumerate(ACCOUNTS)]
    made = [visit for visit in visits if visit is not None]
    _decide(office, made)


def _book(office: Office, number: int, text: str, sectors: tuple[str, ...]) -> Visit | None:
    matter = Matter(sector=sectors[number % len(sectors)] if sectors else "")
    offer = _first_free(office, matter, skip=number // 2)
    request = NewVisit(
        name=f"示例居民{'甲乙丙丁戊己庚辛'[number]}",
        summary=text,
        session_key=offer.session_key if offer else None,
        leader_id=offer.leader.leader_id if offer else None,
        matter=matter,
        document_kind="passport",
        document_number=f"DEMO{number:05}",
        phone=f"+861380013{number:04}",
        headcount=3 if number == 3 else 1,
        people=[Person("interpreter", "示例手语翻译")] if number == 2 else (),
        channel=("web", "window", "phone")[number % 3],
    )
    try:
        return book(office, request, BY)[0]
    except RotaError:
        return None  # no session of the demo roster is ahead: nothing to show then


def _first_free(office: Office, matter: Matter, skip: int) -> Offer | None:
    offers = [o for o in best_first(list_offers(office, matter, policy_of(office.id)), matter) if o.left]
    return offers[min(skip, len(offers) - 1)] if offers else None


def _decide(office: Office, visits: list[Visit]) -> None:
    """One confirmed, one refused, three invited (asked, ready, with a unit that cannot come); the others wait."""
    if len(visits) < len(ACCOUNTS) or any(visit.session_key is None for visit in visits):
        return
    screening.place(visits[0], visits[0].session_key or "", visits[0].leader_id, BY)
    screening.refuse(visits[2], "in_process", "请向示例教育部门咨询。", BY)
    departments = [department.id for department in list_departments(office.id)[:2]]
    for visit in (visits[3], visits[6], visits[7]):
        if not _invite(visit, departments) or visit is visits[3]:
            continue
        invitations.consent(visit, True, BY)
        invitations.acknowledge(visit, departments[0], True, "示例联络员")
        invitations.acknowledge(
            visit,
            departments[1],
            visit is visits[6],
            "示例联络员",
            "" if visit is visits[6] else "当天另有会议",
        )
        if visit is visits[6]:
            resident.accept(visit)


def _invite(visit: Visit, departments: list[int]) -> bool:
    try:
        invitations.invite(visit, visit.session_key or "", visit.leader_id or 0, departments, BY)
    except RotaError:
        return False  # the only session ahead begins within the hour
    return True
