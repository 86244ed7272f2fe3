"""Each type of rule made impossible: it says why, a click mends it, the draft is built, and a click takes it back."""

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.directory.models import Leader, Office
from app.roster import background, building, publishing, queries
from app.roster.engine import Progress
from app.roster.models import Draft, LeaderTerms, Leave
from app.roster.solving import build_drafts
from app.roster.ways_out import plan_way
from tests.factories import make_leader, make_office, make_user
from tests.integration.roster.helpers import days_from, make_draft, make_rule

FIRST, LAST = dt.date(2026, 4, 13), dt.date(2026, 4, 26)  # two weeks, ten working days
People = list[Leader]


@pytest.fixture
def people(app: Flask) -> People:
    """A county with one principal and three deputies."""
    with transaction():
        office = make_office()
        found = [
            make_leader(office, name, role="deputy" if n else "lead") for n, name in enumerate("甲乙丙丁")
        ]
        make_user("anna", "scheduler", office)
    return found


@pytest.fixture
def anna(client: FlaskClient, people: People, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """A scheduler's browser, in English; builds are queued, not started."""
    monkeypatch.setattr(background, "spawn_build", lambda draft_id: None)
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")
    return client


def more_minimums_than_duties(office: Office, people: People) -> None:
    """Twelve leaders, ten days."""
    for number in range(8):
        make_leader(office, f"示例{number}")
    make_rule(office)
    make_rule(office, "limit", "每月一次", period="month", min=1)


def two_at_once(office: Office, people: People) -> None:
    """Eight people are needed in four days, there are four, and they rest three days."""
    make_rule(office, seats=[{}, {}])
    make_rule(office, "spacing", "间隔", min_gap=4)


def pairs_without_principal(office: Office, people: People) -> None:
    """The only principal is away for a day."""
    make_rule(office, seats=[{"role": "lead"}, {"role": "deputy"}])
    db.session.add(LeaderTerms(leader_id=people[0].id, forbidden_weekdays=[4]))


def named_and_gone(office: Office, people: People) -> None:
    """The one who is named has left."""
    make_rule(office, seats=[{"leaders": [people[1].id]}])
    people[1].last_day = FIRST + dt.timedelta(days=8)


def own_maximums(office: Office, people: People) -> None:
    """Two a month each are eight, not ten."""
    make_rule(office)
    for leader in people:
        db.session.add(LeaderTerms(leader_id=leader.id, month_max=2))


def maximum_of_a_rule(office: Office, people: People) -> None:
    """The same by a rule."""
    make_rule(office)
    make_rule(office, "limit", "每月至多两次", period="month", max=2)


def weekly_maximum(office: Office, people: People) -> None:
    """Four a week are not five."""
    make_rule(office)
    make_rule(office, "limit", "每周至多一次", period="week", max=1)


def quarterly_minimum(office: Office, people: People) -> None:
    """Twelve are not ten."""
    make_rule(office)
    make_rule(office, "limit", "每季三次", period="quarter", min=3)


def too_few_in_a_window(office: Office, people: People) -> None:
    """Twice a fortnight each are eight, not ten."""
    make_rule(office)
    make_rule(office, "spacing", "间隔", window_days=14, window_k=2)


def minimum_held_elsewhere(office: Office, people: People) -> None:
    """Three days for four, one of whom receives at a township, which does not count."""
    make_rule(office, when={"type": "weekdays", "weekdays": [1]})
    make_rule(office, when={"type": "dates", "dates": ["2026-04-15"]})
    make_rule(office, "limit", "每月一次", period="month", min=1)
    make_rule(office, "fairness", "公平", elsewhere=False)
    town = make_office("town-01", "township", office, "城关镇")
    make_leader(town, "戊")
    publishing.publish(make_draft(town, days_from(FIRST, 1), [people[3]]), "", "anna")


CASES: list[tuple[Callable[[Office, People], None], str, str]] = [
    (more_minimums_than_duties, "more_seats", "gets one more seat (any leader) on"),
    (two_at_once, "fewer_seats", "1 at a time (was 2)"),
    (pairs_without_principal, "allow_weekday", "甲 may serve on Fridays"),
    (named_and_gone, "anybody", "any leader may serve"),
    (own_maximums, "month_max", "own monthly maximum becomes"),
    (maximum_of_a_rule, "month_max", "the maximum becomes 3 (was 2)"),
    (weekly_maximum, "drop_quota", '"每周至多一次" no longer holds'),
    (quarterly_minimum, "more_seats", "gets one more seat"),
    (too_few_in_a_window, "set_rule", "3 within 14 days (was 2)"),
    (minimum_held_elsewhere, "count_elsewhere", "duties at other offices count, too"),
]


@pytest.mark.parametrize(("make", "op", "said"), CASES, ids=[case[0].__name__ for case in CASES])
def test_one_click_out_and_one_back(
    anna: FlaskClient, people: People, make: Callable[[Office, People], None], op: str, said: str
) -> None:
    with transaction():
        office = db.session.merge(people[0]).office
        make(office, [db.session.merge(leader) for leader in people])
        draft = building.create(office, FIRST, LAST, "anna", 20)
    assert built(draft) == "impossible"
    conflict = (draft.report or {})["conflict"]
    assert all(reason["text"]["zh"] and reason["text"]["en"] for reason in conflict["reasons"])
    ops = [_op(way["change"]) for way in conflict["ways_out"]]
    assert op in ops, (conflict["reasons"], conflict["ways_out"])
    number = next(n for n, found in enumerate(ops) if found == op and _plan(office, draft, n))
    page = f"/offices/county/drafts/{draft.id}"
    assert f'href="{page}/ways/{number}"' in anna.get(f"{page}/progress").text
    steps = _plan(office, draft, number)
    assert said in "; ".join(steps)
    assert anna.post(f"{page}/ways/{number}", data={"step": steps}).status_code == 302
    assert built(draft) == "ready", (draft.report or {})["conflict"]
    with transaction():
        assert not [found for found in publishing.find_obstacles(db.session.merge(draft)) if found.hard]
    assert anna.post(f"{page}/ways/undo").status_code == 302
    assert built(draft) == "impossible"


def built(draft: Draft) -> str:
    """Build the queued draft until there is a roster; its state."""
    found = threading.Event()

    def enough(_draft: int, news: Progress) -> None:
        if news.roster is not None:
            found.set()

    build_drafts([draft.id], on_progress=enough, stop=found)
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Draft, draft.id).state


def _op(change: dict[str, object]) -> object:
    changes = change.get("changes")
    return changes[0]["op"] if isinstance(changes, list) else change["op"]


def _plan(office: Office, draft: Draft, number: int) -> list[str]:
    change = (draft.report or {})["conflict"]["ways_out"][number]["change"]
    return [step.text.en for step in plan_way(office, draft, change) or []]


def test_the_new_seat_stands_in_the_draft_and_in_the_rule(anna: FlaskClient, people: People) -> None:
    with transaction():
        office = db.session.merge(people[0]).office
        rule = make_rule(office)
        rule.spec = {**rule.spec, "exceptions": {"2026-04-14:day:2": "more"}}
        db.session.add(Leave(leader_id=people[0].id, first_day=FIRST, last_day=FIRST))
        draft = building.create(office, FIRST, LAST, "anna", 20)
    assert built(draft) == "ready", (draft.report or {})["conflict"]
    pair = [duty for duty in queries.draft_duties(draft.id) if duty.on_date.day == 14]
    assert [duty.seat for duty in pair] == [1, 2]
    assert len({duty.leader_id for duty in pair}) == 2
    assert "one more seat, for any leader" in anna.get(f"/offices/county/rules/{rule.id}").text
