"""Published rolls for tests, made without a database."""

import datetime as dt
from typing import Any

from app.feeds.events import Place
from app.roster.published.sessions import Edition, Roll, SeatRow, session_histories

PLACE = Place("county", "示例县信访局", "Sample County", "Asia/Shanghai", "https://rota.example.org")
ANNA, BO, CHEN = (1, "安一", "县委书记"), (2, "包二", "副县长"), (3, "陈三", "副县长")


def edition(number: int, provisional: bool = False, kind: str = "publication", **changes: Any) -> Edition:
    """Revision `number`, published on day `number` of February 2026 at 08:00 UTC."""
    values: dict[str, Any] = {
        "number": number,
        "kind": kind,
        "first_day": dt.date(2026, 1, 1),
        "last_day": dt.date(2027, 12, 31),
        "provisional": provisional,
        "published_at": dt.datetime(2026, 2, number, 8, 0, 0, 500, tzinfo=dt.UTC),
        "reason": "",
    }
    return Edition(**values | changes)


def row(
    key: str,
    day: dt.date,
    leader: tuple[int, str, str] | None,
    since: int = 1,
    until: int | None = None,
    **more: Any,
) -> SeatRow:
    """One seat, 08:30 to 17:30."""
    number, name, post = leader or (None, "", "")
    values: dict[str, Any] = {
        "since": since,
        "until": until,
        "session_key": key,
        "on_date": day,
        "session": "day",
        "starts": dt.time(8, 30),
        "ends": dt.time(17, 30),
        "seat": 1,
        "status": "held",
        "leader_id": number,
        "name": name,
        "role": "deputy",
        "post": post,
        "sectors": "教育、卫生",
        "townships": "柳河镇",
        "room": "一号接待室",
        "place": "信访局一楼",
        "phone": "0000-1234567",
    }
    return SeatRow(**values | more)


def roll(rows: list[SeatRow], editions: int | tuple[Edition, ...] = 1) -> Roll:
    """A roll of these rows under this many plain editions (or these)."""
    made = tuple(edition(n + 1) for n in range(editions)) if isinstance(editions, int) else editions
    return Roll(made, session_histories(rows), frozenset({2026}))
