"""Cut-offs, matching, likeness, names and numbers, and what becomes of a visit: every boundary."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.appointments.codes import shown_code
from app.appointments.rules import people
from app.appointments.rules.matching import Matter, Portfolio, match
from app.appointments.rules.moves import Placed, Planned, react
from app.appointments.rules.policy import Policy, as_spec, cut_off, parse_policy
from app.appointments.rules.similar import alike, grams, percent_alike
from app.appointments.rules.states import STATES, STEPS
from app.calendar.notices import official_notices
from app.calendar.working import WorkingCalendar

HERE = "Asia/Shanghai"
CALENDAR = WorkingCalendar(notices=official_notices())


def at(month: int, day: int, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo(HERE))


@pytest.mark.parametrize(
    ("policy", "day", "limit"),
    [
        (Policy(), dt.date(2026, 3, 10), at(3, 9, 17)),
        (Policy(cutoff_days=2), dt.date(2026, 3, 10), at(3, 8, 17)),
        (Policy(cutoff_days=0, cutoff_time=dt.time(8)), dt.date(2026, 3, 10), at(3, 10, 8)),
        (Policy(cutoff_days=0, cutoff_time=dt.time(9)), dt.date(2026, 3, 10), at(3, 10, 8, 30)),
        (Policy(cutoff_days=1, cutoff_working_days=True), dt.date(2026, 3, 9), at(3, 6, 17)),
        (Policy(cutoff_days=1, cutoff_working_days=True), dt.date(2026, 10, 8), at(9, 30, 17)),
    ],
)
def test_cut_off(policy: Policy, day: dt.date, limit: dt.datetime) -> None:
    assert cut_off(policy, day, dt.time(8, 30), CALENDAR, HERE) == limit


def test_policy_survives_the_database() -> None:
    policy = Policy(places=9, cutoff_time=dt.time(9), confirm="at_once")
    assert parse_policy(as_spec(policy)) == policy
    assert parse_policy(None) == Policy()
    for bad in ({"places": -1}, {"confirm": "never"}, {"days_ahead": 0}):
        with pytest.raises(ValueError):
            parse_policy(bad)


LEADER = Portfolio(1, "示例", "副县长", ("教育", "交通运输"), ("柳河镇",), ("示例大桥",))


@pytest.mark.parametrize(
    ("matter", "strength", "why"),
    [
        (Matter(), 0, ""),
        (Matter(sector="教育"), 1, "分管教育"),
        (Matter(sector=" 教 育 "), 1, "分管 教 育 "),
        (Matter(township="柳河镇", sector="教育"), 2, "联系柳河镇；分管教育"),
        (Matter(project="示例大桥", sector="民政"), 3, "担任“示例大桥”项目指挥长"),
        (Matter(township="青山镇"), 0, ""),
    ],
)
def test_match(matter: Matter, strength: int, why: str) -> None:
    found = match(matter, LEADER)
    assert (found.strength, found.why.zh) == (strength, why)


def test_likeness() -> None:
    assert percent_alike(grams("甲乙丙"), grams("甲 乙，丙！")) == 100
    assert percent_alike(grams(""), grams("")) == 0
    assert [
        f.visit_id for f in alike("道路积水", [(1, "学校"), (2, "道路积水严重"), (3, "道路积水")], 50)
    ] == [3, 2]


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("13800138000", "+8613800138000"),
        ("0371-65501234", "+8637165501234"),
        ("+852 2345 6789", "+85223456789"),
    ],
)
def test_phones(typed: str, clean: str) -> None:
    assert people.clean_phone(typed) == clean


@pytest.mark.parametrize("typed", ["", "12", "1380013800", "138001380001", "电话", "＋＋"])
def test_phones_nobody_answers(typed: str) -> None:
    with pytest.raises(people.Unreadable):
        people.clean_phone(typed)


def test_documents() -> None:
    assert people.clean_document("id_card", "11010119900307 0134") == "110101199003070134"
    assert people.clean_document("passport", "ｅ1234 5678") == "E12345678"


def test_an_identity_card_of_the_right_length_is_not_called_too_short() -> None:
    with pytest.raises(people.Unreadable, match="17 digits, then a digit or X: compare"):
        people.clean_document("id_card", "11010519491231002Y")


def test_a_code_is_shown_as_on_the_slip_however_it_was_typed() -> None:
    assert shown_code(" k7m2 9pqx") == "K7M2-9PQX"
    for kind, typed in (
        ("id_card", "110101199003070131"),
        ("id_card", "11010119900230013X"),
        ("passport", "E1"),
        ("other", "<script>"),
    ):
        with pytest.raises(people.Unreadable):
            people.clean_document(kind, typed)


def test_names_and_masks() -> None:
    assert people.clean_name("  示例 · 居民 ") == "示例 · 居民"
    for typed in ("A", "1234", "<b>名</b>", "名" * 61):
        with pytest.raises(people.Unreadable):
            people.clean_name(typed)
    assert [people.mask_name(name) for name in ("示例", "示例民", "示例居民", "")] == [
        "示*",
        "示*民",
        "示**民",
        "",
    ]
    assert people.mask_number("+8613800138000") == "138****8000"
    assert people.mask_document("110101199003070134") == "****34"


BEFORE = Planned(dt.date(2026, 3, 10), dt.time(9), dt.time(12), True, (1, 2))


def after(**changes: object) -> Planned:
    values = {"on_date": BEFORE.on_date, "starts": BEFORE.starts, "ends": BEFORE.ends, "held": True}
    return Planned(**(values | {"leader_ids": (1, 2)} | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("state", "then", "policy", "act", "leader"),
    [
        ("confirmed", after(), {}, "nothing", None),
        ("confirmed", after(leader_ids=(1,)), {}, "nothing", None),
        ("confirmed", after(leader_ids=(2, 3)), {}, "tell_leader", 3),
        ("confirmed", after(leader_ids=(2,)), {}, "tell_leader", 2),
        ("confirmed", after(leader_ids=(3,)), {"leader_changes": "ask"}, "ask_leader", 3),
        ("waiting", after(leader_ids=(3,)), {"leader_changes": "ask"}, "tell_leader", 3),
        ("confirmed", after(leader_ids=(3,)), {"leader_changes": "move"}, "move", 3),
        ("confirmed", after(leader_ids=(9,)), {}, "move", None),
        ("confirmed", after(starts=dt.time(10)), {}, "ask_time", 1),
        ("confirmed", after(starts=dt.time(10)), {"session_moves": "keep"}, "tell_time", 1),
        ("confirmed", after(on_date=dt.date(2026, 3, 11), leader_ids=(3,)), {}, "ask_time", 3),
        ("confirmed", after(held=False), {}, "move", None),
        ("confirmed", None, {}, "move", None),
        ("waiting", None, {}, "screen", None),
        ("confirmed", None, {"session_cancelled": "ask"}, "screen", None),
        ("checked_in", None, {}, "screen", None),
        ("closed", None, {}, "nothing", None),
    ],
)
def test_what_becomes_of_a_visit(
    state: str, then: Planned | None, policy: dict[str, str], act: str, leader: int | None
) -> None:
    visit = Placed(state, BEFORE.on_date, 1, frozenset({9}))
    reaction = react(visit, BEFORE, then, Policy(**policy))  # type: ignore[arg-type]
    assert (reaction.act, reaction.leader_id) == (act, leader)


def test_every_step_is_between_known_states() -> None:
    for step in STEPS.values():
        assert set(step.before) <= set(STATES)
        assert step.after is None or step.after in STATES
