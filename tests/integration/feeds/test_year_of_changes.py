"""A year of substitutions, moves, suspensions and cancellations: after each, every consumer shows what is published.

A consumer keeps what it fetched, by UID, as calendar programs do: it takes an event over when SEQUENCE or
LAST-MODIFIED moved, and drops what is no longer in the feed.
"""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import icalendar
from flask.testing import FlaskClient
from sqlalchemy import update

from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.directory.models import Leader
from app.feeds import service
from app.roster.models import Duty
from tests.integration.feeds.conftest import MONDAY, County
from tests.integration.feeds.test_calendars import FEED
from tests.published import add_duty, make_revision, publish_days, workdays
from tests.unit.feeds.ics_check import read_strictly

Shown = set[tuple[str, str, str]]


class Program:
    """A calendar program that subscribes to one address."""

    def __init__(self, client: FlaskClient, url: str, strict: bool) -> None:
        self.client, self.url, self.strict = client, url, strict
        self.tag = ""
        self.events: dict[str, tuple[int, str, tuple[str, str, str, str]]] = {}
        self.unchanged = 0

    def refresh(self) -> Shown:
        """Fetch, take over, and say what is shown as live: day, start, title."""
        answer = self.client.get(self.url, headers={"If-None-Match": self.tag} if self.tag else {})
        if answer.status_code == 304:
            self.unchanged += 1
        else:
            self.tag = answer.headers["ETag"]
            self._take(dict(self._strictly(answer.data) if self.strict else self._by_package(answer.data)))
        live = (event for _sequence, _modified, event in self.events.values() if event[3] != "CANCELLED")
        return {event[:3] for event in live}

    def _take(self, fetched: dict[str, tuple[int, str, tuple[str, str, str, str]]]) -> None:
        for uid, new in fetched.items():
            old = self.events.get(uid)
            if old is not None and new[2] != old[2]:
                assert new[0] > old[0], "a changed event has a higher SEQUENCE"
                assert new[1] >= old[1], "and no older LAST-MODIFIED"
            if old is not None and new[2] == old[2]:
                assert new[0] == old[0], "an unchanged event keeps its SEQUENCE"
        self.events = fetched

    @staticmethod
    def _strictly(body: bytes) -> Iterator[tuple[str, tuple[int, str, tuple[str, str, str, str]]]]:
        for event in read_strictly(body).inside:
            if event.name == "VEVENT":
                start = event.values("DTSTART")[0]
                shown = (start[:8], start[9:13], event.text("SUMMARY"), event.values("STATUS")[0])
                yield (
                    event.text("UID"),
                    (int(event.values("SEQUENCE")[0]), event.values("LAST-MODIFIED")[0], shown),
                )

    @staticmethod
    def _by_package(body: bytes) -> Iterator[tuple[str, tuple[int, str, tuple[str, str, str, str]]]]:
        events: list[Any] = list(icalendar.Calendar.from_ical(body).walk("VEVENT"))
        for event in events:
            start = event["DTSTART"].dt
            shown = (f"{start:%Y%m%d}", f"{start:%H%M}", str(event["SUMMARY"]), str(event["STATUS"]))
            modified = event["LAST-MODIFIED"].dt.isoformat()
            yield str(event["UID"]), (int(str(event["SEQUENCE"])), modified, shown)


def published(county: County, leader: Leader | None = None) -> Shown:
    """What is published, straight from the table."""
    rows = db.session.query(Duty).filter(Duty.until_revision.is_(None), Duty.status == "held")
    found = set()
    for duty in rows:
        if leader is not None and duty.leader_id != leader.id:
            continue
        who = f"{duty.leader_name}（{duty.post}）" if duty.post else duty.leader_name
        title = f"接访：{county.office.name}" if leader else f"领导接访：{who}"
        found.add((f"{duty.on_date:%Y%m%d}", f"{duty.starts:%H%M}", title))
    db.session.rollback()
    return found


def change(county: County, dice: random.Random, at: dt.datetime) -> None:
    """One correction: somebody else, another time, another day, suspended, held again, or called off."""
    rows = db.session.query(Duty).filter(Duty.until_revision.is_(None)).all()
    row = dice.choice(rows)
    leader = db.session.get_one(Leader, row.leader_id)
    kind = dice.choice(("substitute", "substitute", "substitute", "time", "day", "suspend", "hold", "cancel"))
    status = {"suspend": "suspended", "cancel": "cancelled"}.get(kind, "held")
    if kind == "substitute":
        leader = dice.choice([one for one in county.leaders if one.id != leader.id])
    starts = dice.choice((dt.time(8, 30), dt.time(9), dt.time(14))) if kind == "time" else row.starts
    day = row.on_date + dt.timedelta(days=dice.randint(1, 5)) if kind == "day" else row.on_date
    revision = make_revision(
        county.office, min(day, row.on_date), max(day, row.on_date), reason=kind, published_at=at
    )
    db.session.execute(update(Duty).where(Duty.id == row.id).values(until_revision=revision.number))
    add_duty(revision, leader, day, session_key=row.session_key, starts=starts, status=status)


def test_nothing_doubled_and_nothing_left_behind(
    county: County, client: FlaskClient, clock: FixedClock
) -> None:
    with transaction():
        publish_days(
            county.office, county.leaders, workdays(dt.date(2026, 5, 4), dt.date(2027, 2, 26))[::2],
            kind="publication", published_at=clock.at,
        )  # fmt: skip
        secrets = [service.make_link(county.office, leader.id, "x")[1] for leader in county.leaders]
    programs = [Program(client, FEED + "?past=3660", strict) for strict in (True, False)]
    own = [Program(client, f"/calendar/{secret}.ics?past=3660", True) for secret in secrets]
    dice, changes = random.Random(7), 0
    while clock.at.date() < MONDAY + dt.timedelta(days=364):
        clock.advance(dt.timedelta(days=dice.randint(3, 12), minutes=dice.randint(1, 600)))
        if dice.random() < 0.8:
            changes += 1
            with transaction():
                change(county, dice, clock.at)
        for program in programs:
            assert program.refresh() == published(county)
        for leader, program in zip(county.leaders, own, strict=True):
            assert program.refresh() == published(county, leader)
    assert changes > 25
    assert sum(program.unchanged for program in own) > changes, "who is not concerned gets 304"
