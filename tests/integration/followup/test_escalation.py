"""An overdue reply: the unit, the staff, at last the leader, who urges with one tap; each hears of a step once."""

import datetime as dt
import html
import subprocess
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts import one_tap
from app.core import clock as clocks
from app.core.clock import FixedClock
from app.core.database import db, transaction
from app.followup.ladder import ladder_of
from app.followup.models import Matter, MatterEntry
from app.followup.service import limits, units
from app.followup.service.matters import Opening, close, open_matter
from app.notifications.models import Notice
from app.notifications.reminding import queue_due
from app.notifications.sending import Sender
from tests.integration.followup.scenario import Scene, make_scene
from tests.integration.notifications.test_reminding_processes import start

DUE = dt.date(2026, 3, 20)  # a Friday
TOLD_STAFF = dt.datetime(2026, 3, 23, 1, 1, tzinfo=dt.UTC)  # 09:01 in Shanghai on the Monday
TOLD_LEADER = dt.datetime(2026, 3, 27, 1, 1, tzinfo=dt.UTC)  # five working days after the date


@pytest.fixture
def scene(app: Flask) -> Scene:
    with transaction():
        scene = make_scene()
        for leader in scene.leaders:
            leader.phone = "13800005678"
        return scene


def begin(scene: Scene, case: int | None = 1, duty: int | None = 0, both: bool = False) -> Matter:
    leaders = [leader.id for leader in scene.leaders]
    opening = Opening(
        received_on=dt.date(2026, 3, 2),
        subject="示例路灯不亮",
        disposition="raised",
        account="张某某电话13900009999",
        instruction="请为张某某办好",
        duty_leader_id=None if duty is None else leaders[duty],
        case_leader_id=None if case is None else leaders[case],
        units=[unit.id for unit in scene.units[: 2 if both else 1]],
        leader_due_on=DUE,
    )
    with transaction():
        matter = open_matter(scene.office, opening, "clerk")
    queue_due()
    return matter


def reach(clock: FixedClock, moment: dt.datetime) -> None:
    clock.at = moment
    queue_due()
    db.session.rollback()


def told(kind: str) -> list[tuple[str, str, int, str]]:
    rows = db.session.scalars(select(Notice).where(Notice.kind == kind).order_by(Notice.id))
    return [(row.subject, row.recipient_kind, row.recipient_id, row.lead) for row in rows]


def test_step_by_step(scene: Scene, clock: FixedClock) -> None:
    part = begin(scene, both=True).parts[0]
    for day in (13, 20, 23, 27, 28, 30, 31):
        reach(clock, dt.datetime(2026, 3, day, 1, 1, tzinfo=dt.UTC))
    leads = [lead for subject, *_who, lead in told("matter.reminder") if subject == f"part:{part.id}"]
    assert leads == [f"{step}:{DUE}" for step in ("soon", "today", "overdue")]
    staff = told("staff.overdue_matters")
    assert [subject.rpartition(":")[2] for subject, *_rest in staff] == ["2026-03-23"]
    leader = scene.leaders[1].id
    assert told("matter.escalated") == [
        (f"part:{part.id + n}", "leader", leader, f"leader:{DUE}") for n in range(2)
    ]


@pytest.mark.parametrize(("case", "gone", "hears"), [(1, False, 1), (1, True, 0), (None, False, 0)])
def test_the_leader_who_keeps_it_or_who_received(
    scene: Scene, clock: FixedClock, case: int | None, gone: bool, hears: int
) -> None:
    begin(scene, case=case)
    if gone:
        with transaction():
            scene.leaders[1].last_day = dt.date(2026, 3, 10)
    reach(clock, TOLD_LEADER)
    assert [who for _subject, _kind, who, _lead in told("matter.escalated")] == [scene.leaders[hears].id]


def stop(what: str, scene: Scene, matter: Matter) -> None:
    office = scene.office
    with transaction():
        steps: dict[str, Any] = {
            "replied": lambda: units.reply(office, matter.parts[0], "已办", "unit"),
            "closed": lambda: close(office, matter, "办结", "clerk"),
            "extended": lambda: limits.extend(office, matter, 10, "复杂", "clerk"),
            "paused": lambda: limits.pause(
                office, matter, dt.date(2026, 3, 24), dt.date(2026, 4, 5), "鉴定", "clerk"
            ),
        }
        steps[what]()


@pytest.mark.parametrize("what", ["replied", "closed", "extended", "paused"])
@pytest.mark.parametrize("queued_before", [False, True])
def test_it_stops(app: Flask, scene: Scene, clock: FixedClock, what: str, queued_before: bool) -> None:
    """Nobody is told of what is over: neither by the next tick, nor of what waits to be sent."""
    matter = begin(scene)
    reach(clock, TOLD_STAFF if not queued_before else TOLD_LEADER)
    clock.at = max(clock.at, dt.datetime(2026, 3, 24, 2, tzinfo=dt.UTC))
    stop(what, scene, db.session.get_one(Matter, matter.id))
    reach(clock, TOLD_LEADER + dt.timedelta(minutes=5))
    Sender().run(app)
    sent = select(Notice.state).where(Notice.kind == "matter.escalated")
    assert db.session.scalars(sent).all() == (["superseded"] if queued_before else [])


def test_after_a_pause_the_leader_hears_on_the_first_working_day(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene)
    reach(clock, TOLD_STAFF)
    clock.at = dt.datetime(2026, 3, 24, 2, tzinfo=dt.UTC)
    stop("paused", scene, db.session.get_one(Matter, matter.id))  # to 5 April; the 6th is a holiday
    reach(clock, dt.datetime(2026, 4, 6, 4, tzinfo=dt.UTC))
    assert told("matter.escalated") == []
    reach(clock, dt.datetime(2026, 4, 7, 1, 1, tzinfo=dt.UTC))
    assert len(told("matter.escalated")) == 1


def test_a_long_downtime_loses_no_leader(scene: Scene, clock: FixedClock) -> None:
    begin(scene, both=True)
    reach(clock, TOLD_LEADER + dt.timedelta(days=6))
    assert len(told("matter.escalated")) == 2


def test_the_page_says_what_happened_and_what_comes(
    app: Flask, scene: Scene, clock: FixedClock, client: FlaskClient
) -> None:
    matter = begin(scene)
    reach(clock, TOLD_STAFF)
    Sender().run(app)
    rungs = ladder_of(scene.office, db.session.get_one(Matter, matter.id).parts).rungs[matter.parts[0].id]
    assert [rung.state for rung in rungs] == ["missed", "missed", rungs[2].state, "coming"]
    assert rungs[2].state in ("sent", "waiting", "failed")
    assert rungs[3].at == TOLD_LEADER - dt.timedelta(minutes=1)
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    page = client.get(f"/offices/county/matters/{matter.id}?lang=en").text
    assert "Leader: the written reply is still overdue" in page
    assert "27 Mar 2026" in page
    client.post("/sign-out")
    client.post("/sign-in", data={"username": "chief", "password": "correct horse battery"})
    settings = client.get("/offices/county/followup-settings?lang=en").text
    assert "5 working days after the date, 09:00" in settings


def open_link(client: FlaskClient, scene: Scene, matter: Matter, leader: int = 1) -> str:
    with transaction():
        address = one_tap.issue(
            "urge",
            f"part:{matter.parts[0].id}",
            ("leader", scene.leaders[leader].id),
            scene.office.id,
            clocks.now() + dt.timedelta(days=14),
        )
    digits = client.get(f"/t/{address.rpartition('/t/')[2]}").location
    client.post(digits, data={"digits": "5678"})
    return digits.partition("?")[2]


def test_one_tap_urges_once_and_names_nobody(scene: Scene, clock: FixedClock, client: FlaskClient) -> None:
    matter = begin(scene, both=True)
    other = begin(scene, case=2)
    reach(clock, TOLD_LEADER)
    link = open_link(client, scene, matter)
    first, second = (part.id for part in matter.parts)
    page = html.unescape(client.get(f"/urging?{link}&lang=en").text)
    assert "示例县住建局" in page and "示例县民政局" in page and "7 days" in page
    assert "张某某" not in page and "13900009999" not in page and other.reference not in page
    assert client.post(f"/urging/{first}?{link}").status_code == 303
    again = client.post(f"/urging/{first}?{link}&lang=en")
    assert (again.status_code, "urged today already" in again.text) == (409, True)
    assert (
        client.post(f"/urging/{first}?{link}", data={f"urge{first}-text": "请三日内办好"}).status_code == 303
    )
    assert (
        client.post(f"/urging/{first}?{link}", data={f"urge{first}-text": "请三日内办好"}).status_code == 409
    )
    assert client.post(f"/urging/{other.parts[0].id}?{link}").status_code == 404
    contact = scene.units[0].contacts[0].id
    assert told("matter.urged") == [(f"part:{first}", "contact", contact, "")] * 2
    texts = db.session.scalars(select(MatterEntry.text).where(MatterEntry.what == "urged")).all()
    assert texts == ["", "请三日内办好"]
    with transaction():
        units.reply(scene.office, db.session.get_one(Matter, matter.id).parts[1], "已办", "unit")
    late = client.post(f"/urging/{second}?{link}&lang=en", data={f"urge{second}-text": "没有白写"})
    assert (late.status_code, "没有白写" in late.text, "Nothing is overdue here" in late.text) == (
        409,
        True,
        True,
    )


def test_units_hear_of_another_date(scene: Scene, clock: FixedClock) -> None:
    matter = begin(scene)
    with transaction():
        limits.set_leader_day(
            scene.office, db.session.get_one(Matter, matter.id), dt.date(2026, 3, 12), "领导", "c"
        )
    assert [lead for *_rest, lead in told("matter.new_date")] == ["date:2026-03-12"]


@pytest.mark.processes
def test_three_schedulers_tell_the_leader_once(
    app: Flask, scene: Scene, clock: FixedClock, database_url: str, tmp_path: Path
) -> None:
    for _ in range(5):
        begin(scene, both=True)
    reach(clock, TOLD_STAFF)
    processes: list[subprocess.Popen[str]] = [start(database_url, tmp_path, TOLD_LEADER) for _ in range(3)]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    new = [int(process.communicate(timeout=120)[0].strip() or 0) for process in processes]
    db.session.rollback()
    escalated = select(func.count(Notice.id)).where(Notice.kind == "matter.escalated")
    assert db.session.scalar(escalated) == sum(new) == 10


def test_a_unit_that_gets_its_part_back_hears_of_it(
    scene: Scene, clock: FixedClock, client: FlaskClient
) -> None:
    """Not theirs, theirs after all; an assisting unit's reply sent back: each is a new notice."""
    matter = begin(scene, both=True)
    main, other = matter.parts
    client.post("/sign-in", data={"username": "clerk", "password": "correct horse battery"})
    there = f"/offices/county/matters/{matter.id}/units"
    for part, step in ((main, "not-ours"), (main, "hand-again"), (other, "reply"), (other, "send-back")):
        assert (
            client.post(f"{there}/{part.id}/{step}", data={f"part{part.id}-text": "示例"}).status_code == 303
        )
    db.session.expire_all()
    assert [(part.state, part.main) for part in (main, other)] == [("told", True), ("accepted", False)]
    subjects = [subject for subject, *_rest in told("matter.handed_over")]
    assert subjects == [f"part:{part.id}" for part in (main, other, main, other)]
