"""Write the demo county's directory, absences and calendar: 1 city, 1 county centre, 25 townships, 27 offices in all."""

import datetime as dt
from collections.abc import Iterator, Sequence
from random import Random

from app.calendar.models import DayOverride, Period
from app.core import clock
from app.core.database import db
from app.demo import people
from app.directory.models import Contact, Department, Leader, LeaderFacet, Office, Room
from app.directory.pinyin import sort_key
from app.roster.models import LeaderTerms, Leave, Wish

SEED = 20260101
YEARS = (2026, 2027)
APPOINTED = dt.date(2021, 9, 1)
SCOPE = "涉法涉诉以外的信访事项：意见建议、申诉求决和投诉。多人反映同一事项的，推选代表，不超过5人。"


class Names:
    """Hands out invented names and numbers, always in the same order."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._names = people.invented_names(random)

    def name(self) -> str:
        """The next name."""
        return next(self._names)

    def phone(self) -> str:
        """The next number."""
        return people.invented_phone(self.random)


def write_county() -> list[Office]:
    """Add everything to the session and flush; the offices, city first. The caller holds the transaction."""
    random = Random(SEED)
    names = Names(random)
    offices = _offices()
    db.session.add_all(offices)
    db.session.flush()
    for office in offices:
        leaders = _leaders(office, names)
        db.session.add_all([*_rooms(office), *leaders])
        db.session.flush()
        for leader in leaders:
            db.session.add_all(_absences(leader, random))
        db.session.add_all(_terms(office, leaders, random))
    db.session.add_all(_departments(offices[1], names))
    db.session.add_all(_calendar(offices))
    db.session.flush()
    return offices


def _offices() -> list[Office]:
    city = Office(
        code="city",
        kind="city",
        name="示例市群众来访接待中心",
        name_en="Sample City Reception Centre",
        phone="0000-8000000",
        address="示例市和平路1号",
        scope=SCOPE,
    )
    county = Office(
        code="county",
        kind="county",
        name="示例县群众来访接待中心",
        name_en="Sample County Reception Centre",
        phone="0000-8100000",
        address="示例县人民路8号",
        scope=SCOPE,
        parent=city,
    )
    townships = [
        Office(
            code=f"town-{number:02}",
            kind="township",
            name=f"{name}群众来访接待室",
            name_en=english,
            phone=f"0000-82{number:02}000",
            address=f"示例县{name}政府一楼",
            scope=SCOPE,
            parent=county,
        )
        for number, (name, english) in enumerate(
            zip(people.TOWNSHIPS, people.TOWNSHIPS_EN, strict=True), start=1
        )
    ]
    return [city, county, *townships]


def _rooms(office: Office) -> list[Room]:
    names = {
        "city": ("第一接访室", "第二接访室"),
        "county": ("第一接访室", "第二接访室"),
        "township": ("接访室",),
    }
    return [Room(office=office, name=name, place="一楼大厅东侧") for name in names[office.kind]]


def _posts(office: Office, random: Random) -> Sequence[tuple[str, str]]:
    if office.kind == "city":
        return people.CITY_POSTS
    if office.kind == "county":
        return people.COUNTY_POSTS
    return people.TOWN_POSTS[: 6 + random.randrange(7)]


def _leaders(office: Office, names: Names) -> list[Leader]:
    leaders = []
    for position, (post, role) in enumerate(_posts(office, names.random), start=1):
        name = names.name()
        leader = Leader(
            office=office,
            name=name,
            sort_key=sort_key(name),
            phone=names.phone(),
            role=role,
            position=position,
            first_day=APPOINTED,
        )
        leader.facets = list(_facets(office, post, position, names.random))
        leaders.append(leader)
    if office.kind == "county":
        leaders.append(_successor(office, leaders, names))
    return leaders


def _facets(office: Office, post: str, position: int, random: Random) -> Iterator[LeaderFacet]:
    yield LeaderFacet(kind="post", value=post, first_day=APPOINTED)
    for index, sector in enumerate(random.sample(people.SECTORS, 2 + random.randrange(2))):
        yield LeaderFacet(kind="sector", value=sector, position=index, first_day=APPOINTED)
    if office.kind == "county" and position <= 25:
        yield LeaderFacet(kind="township", value=people.TOWNSHIPS[position - 1], first_day=APPOINTED)
    if office.kind != "township" and position % 7 == 0:
        yield LeaderFacet(kind="project", value=f"示例重点工程{position // 7}号", first_day=APPOINTED)


def _successor(office: Office, leaders: list[Leader], names: Names) -> Leader:
    """One deputy head leaves at the end of June 2026 and another follows; a third changes post in May."""
    leaving, moving = leaders[16], leaders[13]
    leaving.last_day = dt.date(2026, 6, 30)
    moving.facets[0].last_day = dt.date(2026, 5, 10)
    moving.facets.append(
        LeaderFacet(kind="post", value="副县长、开发区管委会副主任", first_day=dt.date(2026, 5, 11))
    )
    name = names.name()
    successor = Leader(
        office=office,
        name=name,
        sort_key=sort_key(name),
        phone=names.phone(),
        role="deputy",
        position=17,
        first_day=dt.date(2026, 7, 6),
    )
    successor.facets = [
        LeaderFacet(
            kind=facet.kind, value=facet.value, position=facet.position, first_day=successor.first_day
        )
        for facet in leaving.facets
    ]
    return successor


def _absences(leader: Leader, random: Random) -> Iterator[Leave | Wish]:
    for year in YEARS:
        for reason, longest in (("年休假", 6), ("学习培训", 5), ("外出招商", 3), ("会议", 2)):
            if random.random() < 0.75:
                first = dt.date(year, 1, 8) + dt.timedelta(days=random.randrange(340))
                last = min(first + dt.timedelta(days=random.randrange(longest)), dt.date(year, 12, 31))
                yield Leave(leader_id=leader.id, first_day=first, last_day=last, reason=reason)
        if random.random() < 0.5:
            day = dt.date(year, 1, 5) + dt.timedelta(days=random.randrange(355))
            yield Wish(leader_id=leader.id, kind=random.choice(("avoid", "prefer")), on_date=day, weight=1)
    if random.random() < 0.1:
        yield Wish(leader_id=leader.id, kind="avoid", weekday=random.randrange(5), weight=1)


def _terms(office: Office, leaders: list[Leader], random: Random) -> Iterator[LeaderTerms]:
    for index, leader in enumerate(leaders):
        share = 50 if office.kind == "county" and index < 2 else 100
        forbidden = [random.randrange(5)] if office.kind == "county" and random.random() < 0.08 else []
        if share != 100 or forbidden:
            yield LeaderTerms(leader_id=leader.id, share_percent=share, forbidden_weekdays=forbidden)


def _departments(county: Office, names: Names) -> Iterator[Department]:
    for name, sectors in people.DEPARTMENTS:
        department = Department(office_id=county.id, name=f"示例县{name}", sectors=sectors)
        person = names.name()
        department.contacts = [Contact(name=person, phone=names.phone(), email=None)]
        yield department


def _calendar(offices: list[Office]) -> Iterator[Period | DayOverride]:
    city, county = offices[0], offices[1]
    made = {"made_at": clock.now(), "made_by": "demo"}
    for year in YEARS:
        yield Period(
            office_id=city.id,
            kind="special",
            name=f"{year}年全国两会特别防护期",
            first_day=dt.date(year, 3, 1),
            last_day=dt.date(year, 3, 12),
            document_number=f"示信联〔{year}〕1号",
            **made,
        )
        yield Period(
            office_id=city.id,
            kind="special",
            name=f"{year}年国庆特别防护期",
            first_day=dt.date(year, 9, 27),
            last_day=dt.date(year, 10, 9),
            document_number=f"示信联〔{year}〕5号",
            **made,
        )
    yield DayOverride(
        office_id=county.id,
        on_date=dt.date(2026, 4, 20),
        off=True,
        name="示例县建县纪念日",
        local_holiday=True,
        reason="县庆放假一天",
        document_number="示政办〔2026〕3号",
        **made,
    )
