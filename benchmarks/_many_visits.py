"""Many visits of two years for the pages that list them, with every state, channel, kind, leader and place among them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from random import Random

from sqlalchemy import insert, select, text

from app.appointments.models import Visit
from app.core.database import db, transaction
from app.core.encryption import blind_index
from tests.conftest import NOON

BATCH = 5_000
FIRST = dt.date(2024, 3, 1)
DAYS = 700
STATES = {
    **{"closed": 70, "refused": 10, "cancelled": 8, "no_show": 5, "confirmed": 5},
    **{"received": 1, "waiting": 1},
}
CHANNELS = {"web": 60, "window": 25, "phone": 15}
KINDS = {"booked": 75, "walk_in": 20, "invited": 5}
TOWNSHIPS = {"柳河镇": 5, "青石乡": 3, "白沙镇": 2}
SECTORS = {"教育": 4, "卫生健康": 3, "交通运输": 2, "": 1}
NAMES = {"示例居民": 1, "示例来访人": 99}  # a name of a hundredth of the visits can be searched for


def fill(office_id: int, leaders: Sequence[int], count: int) -> None:
    """Write `count` visits, the newest received first, beside those that are there."""
    rows = list(_rows(office_id, leaders, count))
    with transaction():
        for start in range(0, count, BATCH):
            db.session.execute(insert(Visit), rows[start : start + BATCH])
    with transaction():
        db.session.execute(text("ANALYZE"))


def _rows(office_id: int, leaders: Sequence[int], count: int) -> Iterator[dict[str, object]]:
    drawn = Random(1)
    for number, reference in enumerate(_free_references(office_id, count)):
        name = _one(drawn, NAMES)
        yield {
            "office_id": office_id,
            "reference": reference,
            "code_hash": "0" * 64,
            "channel": _one(drawn, CHANNELS),
            "kind": _one(drawn, KINDS),
            "mode": "in_person",
            "state": _one(drawn, STATES),
            "on_date": FIRST + dt.timedelta(days=number % DAYS),
            "leader_id": drawn.choice(leaders),
            "township": _one(drawn, TOWNSHIPS),
            "sector": _one(drawn, SECTORS),
            "name": name,
            "name_index": blind_index(name, "visits.name"),
            "summary": "小区道路积水",
            "received_at": NOON - dt.timedelta(minutes=10 * number),
        }


def _one(drawn: Random, weights: dict[str, int]) -> str:
    return drawn.choices(list(weights), list(weights.values()))[0]


def _free_references(office_id: int, count: int) -> list[str]:
    """0000-0000, 0000-0001, … without those the bookings before drew at random."""
    taken = set(db.session.scalars(select(Visit.reference).where(Visit.office_id == office_id)))
    numbers = (f"{n // 10_000:04}-{n % 10_000:04}" for n in range(count + len(taken)))
    return [reference for reference in numbers if reference not in taken][:count]
