"""Every type of rule, entered in the browser as a person does, built, and kept: one case each.

The year is 2026: a make-up Saturday on 9 May, the May holidays from the 1st to the 5th, Qingming from 4 to 6 April.
"""

import datetime as dt
import itertools
import threading
from collections import Counter, defaultdict
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.database import db, transaction
from app.directory.models import Leader, Office, Room
from app.roster import building, publishing, queries
from app.roster.engine import Progress
from app.roster.models import Draft, DraftDuty
from app.roster.solving import build_drafts
from tests.factories import make_leader, make_office, make_user

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 6, 30)
Form = dict[str, object]
ANYBODY: Form = {"seats-0-who": "any", "sessions": "day"}
DAILY: Form = {"name": "每个工作日", "when": "working_days", **ANYBODY}
Duties = list[DraftDuty]


@pytest.fixture
def office(app: Flask) -> Office:
    """A county with two principals, four deputies and two rooms; and who edits its rules."""
    with transaction():
        office = make_office()
        for number, name in enumerate("甲乙丙丁戊己"):
            make_leader(office, name, role="lead" if number < 2 else "deputy")
        db.session.add_all([Room(office=office, name="第一接访室"), Room(office=office, name="第二接访室")])
        make_user("anna", "scheduler", office)
    return office


@pytest.fixture
def enter(client: FlaskClient, office: Office) -> Callable[..., None]:
    """Enter a rule in the browser."""
    client.post("/sign-in", data={"username": "anna", "password": "correct horse battery"})
    client.set_cookie("lang", "en")

    def post(kind: str, form: Form) -> None:
        answer = client.post(f"/offices/county/rules/new/{kind}", data={"name": "规则", **form})
        assert answer.status_code == 302, answer.text

    return post


def leaders(office: Office) -> list[Leader]:
    """In order."""
    return db.session.query(Leader).filter_by(office_id=office.id).order_by(Leader.position, Leader.id).all()


def build(office: Office, first: dt.date = FIRST, last: dt.date = LAST) -> Draft:
    """A draft by the rules entered: the first roster found, which keeps every rule like the best one."""
    with transaction():
        draft = building.create(db.session.merge(office), first, last, "anna", 60)
    found = threading.Event()

    def enough(_draft: int, news: Progress) -> None:
        if news.roster is not None:
            found.set()

    build_drafts([draft.id], on_progress=enough, stop=found)
    db.session.refresh(draft)
    assert draft.state == "ready", (draft.progress, draft.report)
    with transaction():
        obstacles = publishing.find_obstacles(draft)
    assert not obstacles, [found.text.en for found in obstacles]
    return draft


def duties(draft: Draft) -> Duties:
    """Seats with a leader, in order."""
    return [duty for duty in queries.draft_duties(draft.id) if duty.leader_id is not None]


def days(found: Duties) -> list[dt.date]:
    """Each day once, in order."""
    return list(dict.fromkeys(duty.on_date for duty in found))


def of_each(found: Duties) -> dict[int | None, list[dt.date]]:
    """The days of each leader."""
    own: dict[int | None, list[dt.date]] = defaultdict(list)
    for duty in found:
        own[duty.leader_id].append(duty.on_date)
    return own


PATTERNS: list[tuple[Form, Callable[[list[dt.date]], bool]]] = [
    ({"when": "working_days"}, lambda d: dt.date(2026, 5, 9) in d and dt.date(2026, 5, 4) not in d),
    ({"when": "every_day"}, lambda d: len(d) == 91),
    (
        {"when": "weekdays", "weekdays": ["1", "3"], "policy": "cancel"},
        lambda d: {x.weekday() for x in d} == {1, 3},
    ),
    (
        {"when": "month_weekdays", "ordinals": ["1", "4"], "weekdays": ["2"]},
        lambda d: [x.day for x in d] == [1, 22, 6, 27, 3, 24],
    ),
    ({"when": "month_days", "month_days": "8, -2", "policy": "cancel"}, lambda d: dt.date(2026, 4, 29) in d),
    (
        {"when": "dates", "dates": "2026-04-18\n2026年5月23日", "policy": "cancel"},
        lambda d: d == [dt.date(2026, 4, 18), dt.date(2026, 5, 23)],
    ),
    ({"when": "lunar", "lunar_days": "1, 15", "policy": "cancel"}, lambda d: dt.date(2026, 4, 17) in d),
    ({"when": "market", "endings": "3 8", "lunar": "y", "policy": "cancel"}, lambda d: 14 <= len(d) <= 19),
    (
        {"when": "every_nth", "anchor": "2026-04-02", "interval": "7", "policy": "cancel"},
        lambda d: {x.weekday() for x in d} == {3},
    ),
    (
        {"when": "rrule", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "start": "2026-04-07"},
        lambda d: d[:3] == [dt.date(2026, 4, 7), dt.date(2026, 4, 21), dt.date(2026, 5, 6)],
    ),
]


@pytest.mark.parametrize(("form", "holds"), PATTERNS, ids=[str(form["when"]) for form, _ in PATTERNS])
def test_coverage_by(
    office: Office, enter: Callable[..., None], form: Form, holds: Callable[[list[dt.date]], bool]
) -> None:
    enter("coverage", {**ANYBODY, **form})
    assert holds(days(duties(build(office))))


def test_every_calendar_day_in_special_protection_periods(
    office: Office, enter: Callable[..., None], client: FlaskClient
) -> None:
    enter("coverage", {**DAILY, "special_days": "y"})
    period = {"name": "特别防护期", "first_day": "2026-04-18", "last_day": "2026-04-26", "kind": "special"}
    answer = client.post("/offices/county/calendar/periods/new", data=period)
    assert answer.status_code == 302, answer.text
    found = days(duties(build(office, FIRST, dt.date(2026, 4, 30))))
    assert [d for d in found if 18 <= d.day <= 26] == [dt.date(2026, 4, n) for n in range(18, 27)]


def test_a_principal_and_a_deputy_together(office: Office, enter: Callable[..., None]) -> None:
    enter("coverage", {**DAILY, "seats-0-who": "lead", "seats-1-who": "deputy"})
    roles = {leader.id: leader.role for leader in leaders(office)}
    by_day = defaultdict(list)
    for duty in duties(build(office)):
        by_day[duty.on_date].append(roles[duty.leader_id or 0])
    assert all(sorted(found) == ["deputy", "lead"] for found in by_day.values())


def test_morning_and_afternoon_in_two_rooms_at_once(office: Office, enter: Callable[..., None]) -> None:
    rooms = [str(room.id) for room in db.session.query(Room).order_by(Room.id)]
    enter("coverage", {**DAILY, "sessions": "am pm", "rooms": rooms})
    found = duties(build(office, FIRST, dt.date(2026, 4, 30)))
    for _key, at_once in itertools.groupby(found, lambda duty: (duty.on_date, duty.session)):
        who = list(at_once)
        assert len(who) == len({duty.leader_id for duty in who}) == len({duty.room_id for duty in who}) == 2


def test_monday_is_the_secretarys_and_some_seats_only_for_certain_leaders(
    office: Office, enter: Callable[..., None]
) -> None:
    people = leaders(office)
    named = [str(people[4].id), str(people[5].id)]
    enter(
        "coverage",
        {
            **DAILY,
            "seats-0-who": "deputy",
            "seats-1-who": "named",
            "seats-1-leaders": named,
            "by_weekday-0-weekday": "0",
            "by_weekday-0-who": "named",
            "by_weekday-0-leaders": [str(people[0].id)],
        },
    )
    for duty in duties(build(office)):
        allowed = [people[4].id, people[5].id] if duty.seat == 2 else [p.id for p in people[2:]]
        allowed = [people[0].id] if duty.seat == 1 and duty.on_date.weekday() == 0 else allowed
        assert duty.leader_id in allowed


def test_an_off_site_visit_has_a_place_and_counts(office: Office, enter: Callable[..., None]) -> None:
    enter("coverage", DAILY)
    visit = {
        **ANYBODY,
        "when": "month_weekdays",
        "ordinals": ["2"],
        "weekdays": ["5"],
        "place": "示例村村委会",
    }
    enter("coverage", {**visit, "policy": "cancel", "moves_on": "holidays"})
    draft = build(office)
    away = [duty for duty in duties(draft) if duty.on_date.weekday() == 5 and duty.place]
    assert [duty.on_date.day for duty in away] == [11, 9, 13]
    assert {(duty.place, duty.room_id) for duty in away} == {("示例村村委会", None)}
    counts = Counter(duty.leader_id for duty in duties(draft))
    assert max(counts.values()) - min(counts.values()) <= 1
    with transaction():
        publishing.publish(draft, "", "anna")
    published = [duty for duty in queries.current_duties(office.id) if duty.place == "示例村村委会"]
    assert [(duty.room, bool(duty.leader_name)) for duty in published] == [("", True)] * 3


LIMITS = [("week", 1, 3), ("month", 3, 6), ("quarter", 9, 12), ("year", 9, 12)]


@pytest.mark.parametrize(("period", "least", "most"), LIMITS, ids=[limit[0] for limit in LIMITS])
def test_at_least_and_at_most_in_a(
    office: Office, enter: Callable[..., None], period: str, least: int, most: int
) -> None:
    enter("coverage", {**DAILY, "when": "every_day"} if period == "week" else DAILY)
    enter("limit", {"period": period, "min": str(least), "max": str(most), "who": "all", "needs": "4"})
    who = str(leaders(office)[5].id)
    enter("limit", {"period": period, "max": str(least), "who": "named", "leaders": [who]})
    keys: dict[str, Callable[[dt.date], object]] = {
        "week": lambda d: d.isocalendar()[:2],
        "month": lambda d: d.month,
        "quarter": lambda d: (d.month - 1) // 3,
        "year": lambda d: d.year,
    }
    first, last = dt.date(2026, 4, 6), dt.date(2026, 6, 28)  # whole weeks
    found = of_each(duties(build(office, *((first, last) if period == "week" else (FIRST, LAST)))))
    for leader, own in found.items():
        counts = Counter(keys[period](day) for day in own)
        assert max(counts.values()) <= (least if str(leader) == who else most)
        assert min(counts.values()) >= least


def test_distance_and_window(office: Office, enter: Callable[..., None]) -> None:
    enter("coverage", DAILY)
    enter("spacing", {"min_gap": "4", "window_k": "2", "window_days": "12"})
    for own in of_each(duties(build(office))).values():
        assert min((b - a).days for a, b in itertools.pairwise(own)) >= 4
        assert all((c - a).days >= 12 for a, c in zip(own, own[2:], strict=False))


def test_offers_are_taken_as_the_minimums_ask(office: Office, enter: Callable[..., None]) -> None:
    enter("coverage", {**DAILY, "optional": "y"})
    enter("limit", {"period": "month", "min": "1", "who": "all"})
    found = of_each(duties(build(office)))
    assert len(found) == 6
    assert all(Counter(day.month for day in own) == {4: 1, 5: 1, 6: 1} for own in found.values())


def test_on_call_lists_give_no_sessions(office: Office, enter: Callable[..., None]) -> None:
    enter("coverage", DAILY)
    enter("on_call", {"order": "丙\n甲", "note": "随叫随到"})
    people = leaders(office)
    (rule,) = [rule for rule in queries.list_rules(office.id) if rule.kind == "on_call"]
    assert rule.spec == {"leaders": [people[2].id, people[0].id], "note": "随叫随到"}
    assert {duty.rule_id for duty in duties(build(office))} == {rule.id - 1}


def test_the_order_of_fairness_and_weights(office: Office, enter: Callable[..., None]) -> None:
    enter("coverage", DAILY)
    goals: Form = {
        "levels-0-level": "3a",
        "levels-1-level": "1b",
        "levels-2-level": "4",
        "levels-2-weight": "2",
    }
    joined: Form = {"levels-3-level": "5", "levels-3-joined": "y", "levels-1-weight": "7"}
    enter("fairness", {**goals, **joined, "carry_over": "y"})
    draft = build(office)
    (rule,) = [rule for rule in queries.list_rules(office.id) if rule.kind == "fairness"]
    assert rule.spec == {
        "levels": ["3a", "1b", "4*2+5"],
        "carry_over": True,
        "elsewhere": False,
        "suspended": False,
    }
    assert list((draft.report or {})["levels"])[:2] == ["3a", "1b"]
    assert "4*2+5" in (draft.report or {})["levels"]


def test_what_cannot_be_weighed_is_told(
    client: FlaskClient, office: Office, enter: Callable[..., None]
) -> None:
    form = {"levels-0-level": "3a", "levels-1-level": "4", "levels-1-joined": "y"}
    page = client.post("/offices/county/rules/new/fairness", data={"name": "公平", **form}).text
    assert "the shortest gap stands alone" in page
    form = {"levels-0-level": "4", "levels-0-weight": "1000", "levels-1-level": "5", "levels-1-joined": "y"}
    page = client.post("/offices/county/rules/new/fairness", data={"name": "公平", **form}).text
    assert "a weight is a whole number from 1 to 999" in page
    page = client.get("/offices/county/rules/new/fairness").text
    assert "together with the goal above" in page


def test_a_leader_of_the_office_above_is_offered_and_serves(
    office: Office, client: FlaskClient, enter: Callable[..., None]
) -> None:
    with transaction():
        town = make_office("town-01", "township", db.session.merge(office), "城关镇")
        make_leader(town, "庚")
    guest = leaders(office)[2]
    assert f"{guest.name}（" in client.get("/offices/town-01/rules/new/coverage").text
    form = {"name": "规则", "when": "weekdays", "weekdays": ["2"], "sessions": "day", "seats-0-who": "named"}
    form |= {"seats-0-leaders": [str(guest.id)], "policy": "cancel"}
    assert client.post("/offices/town-01/rules/new/coverage", data=form).status_code == 302
    assert {duty.leader_id for duty in duties(build(town))} == {guest.id}


def test_offers_beside_fixed_coverage_fill_the_minimums(office: Office, enter: Callable[..., None]) -> None:
    fixed: Form = {**ANYBODY, "when": "weekdays", "weekdays": ["1"], "policy": "cancel"}
    offers: Form = {**ANYBODY, "when": "weekdays", "weekdays": ["3"], "policy": "cancel", "optional": "y"}
    enter("coverage", fixed)
    enter("coverage", offers)
    enter("limit", {"period": "month", "min": "1", "who": "all"})
    first, last = dt.date(2026, 6, 1), dt.date(2026, 6, 30)
    draft = build(office, first, last)
    found = duties(draft)
    assert len([duty for duty in found if duty.on_date.weekday() == 1]) == 5  # the fixed ones, all of them
    assert len({duty.leader_id for duty in found}) == 6  # with offers everybody has a duty
    assert any(duty.optional for duty in found)
    assert len(queries.draft_duties(draft.id)) == 9
