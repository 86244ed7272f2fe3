"""Every state a screen can be in, made of invented offices and leaders: for the gallery page, photographs and tests.

Pure: each state is a snapshot and the moment to look at it. Names are invented on purpose.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from app.calendar.notice import Notice
from app.calendar.periods import Suspension
from app.calendar.working import WorkingCalendar
from app.core.dates import DateRange
from app.core.text import Text
from app.roster.published.sessions import Edition, Roll, SeatRow, session_histories
from app.screens.calls import Call
from app.screens.snapshot import expiry, make_calls, make_place, seal

ZONE = "Asia/Shanghai"
MONDAY = dt.date(2026, 3, 2)
PUBLISHED = dt.datetime(2026, 2, 20, 8, tzinfo=dt.UTC)
LEADERS = (
    ("安一宁", "县委常委、常务副县长", "发展改革、财政税务、应急管理", "柳河镇、青石乡"),
    ("包二川", "副县长", "教育、卫生健康、医疗保障", "东岭镇"),
    ("陈三禾", "副县长、县公安局局长", "公安、司法、信访稳定", "北塘镇、石桥乡"),
    ("邓四海", "县政协副主席", "农业农村、水利", "南坪乡"),
    ("冯五常", "县人大常委会副主任", "自然资源、住房和城乡建设", "西川镇"),
    ("葛六合", "县法院院长", "涉法涉诉", ""),
)
LONG = (
    "阿克木江·示例提·买买提明",
    "县委常委、统战部部长，县政协党组副书记，县社会主义学院院长（兼）",
    "民族宗教、统一战线、工商联、侨务、港澳台事务、新的社会阶层人士、非公有制经济",
    "阿克塔什示例乡、库木示例镇、喀拉示例牧场",
)


@dataclass(frozen=True)
class State:
    """One picture of the gallery. `at` is local time; `content` is a snapshot's."""

    name: str
    title: Text
    at: dt.datetime
    content: dict[str, Any]
    age_days: int = 0  # days since the snapshot was made


@dataclass(frozen=True)
class _Scene:
    """What a picture is made of; each state changes a little of it."""

    at: str = "2026-03-02T10:05"
    rows: tuple[SeatRow, ...] = ()
    kinds: tuple[str, ...] = ("publication",)
    suspension: Suspension | None = None
    notices: tuple[tuple[str, str], ...] = ()
    late: int = 0
    calls: tuple[tuple[str, str, int], ...] = ()  # ticket, room, minutes ago
    layout: str = "full"
    office: str = "示例县信访局"
    office_en: str = "Sample County Petitions Office"
    published: bool = True
    provisional: bool = False
    age_days: int = 0
    more: Sequence["_Scene"] = field(default=())


def every_state(language: str = "both") -> list[State]:
    """All states, in the order of a day and then what may come between."""
    return [_state(name, title, scene, language) for name, title, scene in _scenes()]


def find_state(name: str, language: str = "both") -> State | None:
    """The state with this name."""
    return next((state for state in every_state(language) if state.name == name), None)


def sealed(state: State) -> str:
    """The state's snapshot as players get it."""
    made_on = state.at.date() - dt.timedelta(days=state.age_days)
    return seal(state.content, expiry(made_on, ZONE)).decode()


def _scenes() -> list[tuple[str, Text, _Scene]]:
    day = _Scene(rows=_fortnight())
    return [
        ("before", Text("接访开始前", "Before hours"), replace(day, at="2026-03-02T08:05")),
        ("during", Text("接访中", "During hours"), day),
        ("between", Text("午间", "Between two sessions"), replace(day, at="2026-03-02T12:40")),
        ("after", Text("接访结束后", "After hours"), replace(day, at="2026-03-02T18:10")),
        ("rest", Text("休息日", "Rest day"), replace(day, at="2026-03-07T10:00")),
        (
            "holiday",
            Text("节假日", "Public holiday"),
            replace(day, at="2026-04-05T10:00", rows=_fortnight(dt.date(2026, 4, 1))),
        ),
        (
            "none",
            Text("当日无安排", "Working day without a session"),
            replace(day, at="2026-03-04T10:00", rows=_without(3, 4)),
        ),
        (
            "suspended",
            Text("暂停接待", "Suspended"),
            replace(day, suspension=_suspended("接待场所维修", MONDAY, dt.date(2026, 3, 6))),
        ),
        (
            "suspended-open",
            Text("暂停接待，恢复时间待定", "Suspended, end open"),
            replace(day, suspension=_suspended("配合疫情防控", MONDAY, None)),
        ),
        (
            "by-appointment",
            Text("仅接待预约", "By appointment only"),
            replace(day, suspension=_suspended("场所搬迁", MONDAY, None, True)),
        ),
        (
            "substitute",
            Text("代班", "Substitute"),
            replace(day, rows=_substituted(), kinds=("publication", "substitution")),
        ),
        (
            "provisional",
            Text("暂定日程", "Provisional roster"),
            replace(day, at="2027-03-02T10:05", rows=_fortnight(dt.date(2027, 3, 1)), provisional=True),
        ),
        ("two", Text("两位领导同时接访", "Two leaders at once"), replace(day, rows=_together(2))),
        ("four", Text("四个接待室", "Four rooms at once"), replace(day, rows=_together(4))),
        ("six", Text("六个接待室", "Six rooms at once"), replace(day, rows=_together(6))),
        ("off-site", Text("领导下访", "Off-site visit"), replace(day, rows=_off_site())),
        ("late", Text("推迟开始", "Running late"), replace(day, late=20)),
        ("long-names", Text("长姓名、长职务", "Long names and posts"), replace(day, rows=_long())),
        ("to-be-named", Text("领导待定", "Leader to be named"), replace(day, rows=_unnamed())),
        ("calling", Text("叫号", "Calling a ticket"), replace(day, calls=_CALLS)),
        ("calls-layout", Text("叫号版式", "Layout for calling"), replace(day, calls=_CALLS, layout="calls")),
        (
            "calls-idle",
            Text("叫号版式，无人被叫", "Layout for calling, nobody called"),
            replace(day, layout="calls"),
        ),
        ("today-layout", Text("只显示今天", "Layout with today only"), replace(day, layout="today")),
        ("notice", Text("屏幕通知", "A notice of the office"), replace(day, notices=(_NOTICE,))),
        ("places", Text("多个单位", "Several offices"), replace(day, more=_more(3))),
        ("many-places", Text("六个单位", "Six offices"), replace(day, more=_more(6))),
        ("unpublished", Text("尚未公布日程", "No roster published"), replace(day, published=False)),
        (
            "later-unknown",
            Text("后续日程未公布", "Nothing published after today"),
            replace(day, at="2026-03-13T18:00"),
        ),
        ("expired", Text("数据过期", "Past its expiry"), replace(day, age_days=20)),
    ]


_CALLS = (("A027", "一号接待室", 0), ("A019", "二号接待室", 3), ("A044", "一号接待室", 6))
_NOTICE = (
    "3月5日下午例行消防演练，14:30—15:00 暂停取号，请提前安排。",
    "Fire drill on 5 March: no tickets from 14:30 to 15:00.",
)


def _state(name: str, title: Text, scene: _Scene, language: str) -> State:
    at = dt.datetime.fromisoformat(scene.at).replace(tzinfo=ZoneInfo(ZONE))
    made_on = at.date() - dt.timedelta(days=scene.age_days)
    calls = [Call(ticket, room, at - dt.timedelta(minutes=ago)) for ticket, room, ago in scene.calls]
    day = at.date().isoformat()
    texts = [{"kind": "text", "zh": zh, "en": en, "minutes": 0} for zh, en in scene.notices]
    late = [{"kind": "late", "zh": "", "en": "", "minutes": scene.late}] if scene.late else []
    content = {
        "name": "",
        "layout": scene.layout,
        "language": language,
        "voice": False,
        "reloads": 0,
        "player": "",
        "places": [_place(one, made_on) for one in (scene, *scene.more)],
        "notices": [one | {"first_day": day, "last_day": day} for one in (*texts, *late)],
        "calls": [{"office": "sample", "calls": make_calls(calls)}],
    }
    return State(name, title, at, content, scene.age_days)


def _place(scene: _Scene, made_on: dt.date) -> dict[str, Any]:
    about = {
        "code": "sample",
        "name": scene.office,
        "name_en": scene.office_en,
        "phone": "0000-1234567",
        "address": "示例县人民路1号一楼大厅",
        "timezone": ZONE,
    }
    suspensions = (scene.suspension,) if scene.suspension else ()
    calendar = WorkingCalendar(notices=_notices(), suspensions=suspensions)
    return make_place(about, _roll(scene) if scene.published else None, calendar, made_on)


def _roll(scene: _Scene) -> Roll:
    days = [row.on_date for row in scene.rows]
    editions = tuple(
        Edition(number, kind, min(days), max(days), scene.provisional, PUBLISHED, "")
        for number, kind in enumerate(scene.kinds, start=1)
    )
    return Roll(editions, session_histories(scene.rows), frozenset({2026}))


def _notices() -> dict[int, Notice]:
    from app.calendar.notices import official_notices  # read from a file: not when the program starts

    return {year: notice for year, notice in official_notices().items() if year <= 2026}


def _fortnight(first: dt.date = MONDAY) -> tuple[SeatRow, ...]:
    """Two weeks, morning and afternoon, one leader each day."""
    days = [first + dt.timedelta(days=n) for n in range(12)]
    days = [day for day in days if day.weekday() < 5]
    return tuple(
        _seat(day, session, leader % len(LEADERS))
        for leader, day in enumerate(days)
        for session in ("am", "pm")
    )


def _without(*days_of_march: int) -> tuple[SeatRow, ...]:
    return tuple(row for row in _fortnight() if row.on_date.day not in days_of_march)


def _seat(day: dt.date, session: str, leader: int, seat: int = 1, **changes: Any) -> SeatRow:
    name, post, sectors, townships = LEADERS[leader]
    starts, ends = (dt.time(8, 30), dt.time(12)) if session == "am" else (dt.time(14, 30), dt.time(17, 30))
    row = SeatRow(
        since=1,
        until=None,
        session_key=f"{day}:{session}",
        on_date=day,
        session=session,
        starts=starts,
        ends=ends,
        seat=seat,
        status="held",
        leader_id=leader + 1,
        name=name,
        role="deputy",
        post=post,
        sectors=sectors,
        townships=townships,
        room="一号接待室",
        place="",
        phone="0000-1234567",
    )
    return replace(row, **changes)


def _substituted() -> tuple[SeatRow, ...]:
    gone, *others = _fortnight()
    return (replace(gone, until=2), _seat(MONDAY, "am", 2, since=2), *others)


def _together(count: int) -> tuple[SeatRow, ...]:
    rooms = ("一号接待室", "二号接待室", "三号接待室", "四号接待室", "五号接待室", "视频接访室")
    first = tuple(_seat(MONDAY, "am", n, n + 1, room=rooms[n]) for n in range(count))
    return (*first, *_fortnight()[1:])


def _off_site() -> tuple[SeatRow, ...]:
    away = _seat(MONDAY, "am", 1, room="", place="柳河镇便民服务中心二楼会议室")
    return (away, *_fortnight()[1:])


def _long() -> tuple[SeatRow, ...]:
    name, post, sectors, townships = LONG
    row = _seat(MONDAY, "am", 0, name=name, post=post, sectors=sectors, townships=townships)
    return (row, *_fortnight()[1:])


def _unnamed() -> tuple[SeatRow, ...]:
    row = _seat(MONDAY, "am", 0, leader_id=None, name="", post="", sectors="", townships="")
    return (row, *_fortnight()[1:])


def _more(count: int) -> tuple[_Scene, ...]:
    names = ("柳河镇", "青石乡", "东岭镇", "北塘镇", "石桥乡")
    scenes = []
    for number, name in enumerate(names[: count - 1], start=1):
        rows = _fortnight() if number != 2 else _without(2)
        rows = tuple(_moved(row, number) for row in rows)
        scenes.append(
            _Scene(
                rows=rows,
                office=f"{name}综合接待室",
                office_en=f"Sample Township {number}",
                published=number != 3,
            )
        )
    return tuple(scenes)


def _moved(row: SeatRow, by: int) -> SeatRow:
    leader = ((row.leader_id or 1) - 1 + by) % len(LEADERS)
    return _seat(row.on_date, row.session, leader)


def _suspended(reason: str, first: dt.date, last: dt.date | None, by_appointment: bool = False) -> Suspension:
    return Suspension(DateRange.from_days(first, last), reason, by_appointment)
