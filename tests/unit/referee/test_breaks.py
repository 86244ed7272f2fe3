"""Rosters broken on purpose: the referee names each break, and finds nothing in the roster it was made from."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from functools import cache, partial

import pytest

from tests.referee import clashes_between
from tests.unit.referee.scenario import (
    Json,
    best_roster,
    broken,
    facts_of,
    kinds,
    leader,
    office,
    on,
    put,
    schedule,
    session,
    verdict,
)

COUNTY = partial(office, when="working_days", special=True, special_periods=[["2026-03-01", "2026-03-12"]])


SPACING = {"kind": "spacing", "spec": {"min_gap": 2, "window_days": 3, "window_k": 1}}


@cache
def town_and_roster() -> tuple[Json, Json]:
    raw = office()
    return raw, best_roster(raw)


def drop(day: str) -> Callable[[Json], object]:
    def change(roster: Json) -> None:
        roster["sessions"] = [entry for entry in roster["sessions"] if entry["date"] != day]

    return change


def give(raw: Json, day: str, name: str) -> Callable[[Json], object]:
    return lambda roster: put(raw, roster, day, name)


def say(day: str, **values: object) -> Callable[[Json], object]:
    return lambda roster: on(roster, day).update(values)


def test_a_good_roster_is_found_good() -> None:
    raw, roster = town_and_roster()
    assert verdict(raw, roster) == []


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("nobody", drop("2026-12-31")),
        ("nobody", say("2026-02-17", status="cancelled", leaders=[])),
        ("seats", say("2026-02-17", leaders=[])),
        ("twice", lambda roster: roster["sessions"].append(on(roster, "2026-08-08"))),
        ("leave", give(office(), "2026-03-02", "乙文")),
        ("leave", give(office(), "2026-07-31", "乙文")),
        ("term", give(office(), "2026-07-01", "丙志")),
        ("weekday", give(office(), "2026-08-03", "丁建")),
        ("stranger", say("2026-01-01", leaders=[{"name": "己春", "post": "副镇长", "role": "deputy"}])),
        ("post", say("2026-05-09", leaders=[{"name": "戊国", "post": "人大主席", "role": "deputy"}])),
        ("post", say("2026-06-02", leaders=[{"name": "甲明", "post": "党委书记", "role": "deputy"}])),
        ("hours", say("2026-05-09", end="17:00")),
        ("room", say("2026-05-09", room="")),
        ("heading", lambda roster: roster.update(office="town-02")),
        ("heading", lambda roster: roster.update(timezone="UTC")),
        ("heading", lambda roster: roster.update(revision=0)),
        ("provisional", lambda roster: roster.update(provisional=True)),
        ("form", say("2026-05-09", phone="13800001111")),
        ("form", lambda roster: on(roster, "2026-05-09")["leaders"][0].update(phone="13800001111")),
        ("form", lambda roster: roster.pop("timezone")),
        ("form", say("2026-05-09", status="CANCELED")),
    ],
)
def test_each_break_is_caught(kind: str, change: Callable[[Json], object]) -> None:
    raw, roster = town_and_roster()
    assert kind in kinds(raw, broken(roster, change))


def days_with(roster: Json, name: str, *, rest: bool) -> list[str]:
    """The first three Saturdays, or Tuesdays to Thursdays, in August of a leader."""
    wanted = (5,) if rest else (1, 2, 3)
    days = [entry["date"] for entry in roster["sessions"] if entry["leaders"][0]["name"] == name]
    late = [day for day in days if day >= "2026-07" and dt.date.fromisoformat(day).weekday() in wanted]
    assert len(late) >= 3
    return late[:3]


def test_one_duty_more_for_one_and_one_less_for_another_is_uneven() -> None:
    raw, roster = town_and_roster()
    changed = broken(roster, give(raw, days_with(roster, "丁建", rest=False)[0], "甲明"))
    assert kinds(raw, changed) == {"uneven"}


def test_equal_numbers_with_more_rest_days_for_one_are_uneven() -> None:
    raw, roster = town_and_roster()
    changed = roster
    for day in days_with(roster, "甲明", rest=True):
        changed = broken(changed, give(raw, day, "丁建"))
    for day in days_with(roster, "丁建", rest=False):
        changed = broken(changed, give(raw, day, "甲明"))
    found = verdict(raw, changed)
    assert [violation.kind for violation in found] == ["uneven"]
    assert "rest-day" in found[0].text


def test_duties_too_close_are_caught_also_across_new_year() -> None:
    raw, roster = town_and_roster()
    spaced = {**raw, "rules": [*raw["rules"], SPACING]}
    near = roster
    for day, name in (("11", "甲明"), ("12", "丁建"), ("13", "甲明")):
        near = broken(near, give(raw, f"2026-08-{day}", name))
    assert any("2026-08-11 and 2026-08-13" in found.text for found in verdict(spaced, near))
    last = broken(roster, give(raw, "2026-12-31", "甲明"))
    last["sessions"].append({**on(last, "2026-12-31"), "date": "2027-01-02"})
    last["provisional"] = True
    assert any("2026-12-31 and 2027-01-02" in found.text for found in verdict(spaced, last))
    assert any("2026-12-31 and 2027-01-02" in found.text for found in verdict(spaced, last, 2027))


def test_a_county_serves_on_working_days_and_in_special_periods_only() -> None:
    raw = COUNTY(days_off=["2026-04-20"])
    roster = best_roster(raw)
    assert verdict(raw, roster) == []
    days = {entry["date"] for entry in roster["sessions"]}
    assert {"2026-01-04", "2026-03-07", "2026-03-08", "2026-10-10"} <= days, "make-up days; a special weekend"
    assert not {"2026-04-20", "2026-01-02", "2026-03-14", "2026-10-01"} & days
    assert "nobody" in kinds(raw, broken(roster, drop("2026-03-08")))
    assert "nobody" in kinds(raw, broken(roster, drop("2026-10-10")))
    held_too = {**on(roster, "2026-04-21"), "date": "2026-04-20"}
    assert "not a duty day" in kinds(raw, broken(roster, lambda more: more["sessions"].append(held_too)))


def test_a_suspended_day_has_nobody() -> None:
    raw = office(suspensions=[["2026-05-09", "2026-05-11"]])
    roster = best_roster(raw)
    assert verdict(raw, roster) == []
    held = {**on(roster, "2026-05-12"), "date": "2026-05-10"}
    assert "suspended" in kinds(raw, broken(roster, lambda more: more["sessions"].append(held)))
    named = {**held, "status": "suspended"}
    assert "suspended" in kinds(raw, broken(roster, lambda more: more["sessions"].append(named)))
    empty = {**named, "leaders": []}
    assert kinds(raw, broken(roster, lambda more: more["sessions"].append(empty))) == set()


def city() -> tuple[Json, Json]:
    """Six leaders, each once a month on the working days; one is at a course all October but for four days."""
    raw = office(when="working_days", optional=True)
    raw["leaders"] = [leader(name) for name in ("甲明", "乙文", "丙志", "丁建", "戊国", "己春")]
    raw["leaders"][0]["leave"] = [["2026-10-01", "2026-10-26"]]
    raw["rules"].append({"kind": "limit", "spec": {"period": "month", "min": 1, "needs": 5}})
    days = [entry["date"] for entry in best_roster({**raw, "rules": raw["rules"][:1]})["sessions"]]
    roster = schedule([])
    for month in range(1, 13):
        own = [day for day in days if int(day[5:7]) == month]
        for day, who in zip(own, raw["leaders"], strict=False):
            if (month, who["name"]) != (10, "甲明"):
                roster["sessions"].append(session(facts_of(raw), dt.date.fromisoformat(day), who["name"]))
    return raw, roster


def test_the_monthly_minimum_of_each_leader() -> None:
    raw, roster = city()
    assert verdict(raw, roster) == []
    first_of_may = next(entry["date"] for entry in roster["sessions"] if entry["date"] >= "2026-05")
    assert kinds(raw, broken(roster, drop(first_of_may))) == {"monthly minimum"}
    raw["leaders"][0]["leave"] = [["2026-10-01", "2026-10-25"]]
    assert kinds(raw, roster) == {"monthly minimum"}, "with five possible days the leader is there"


def test_more_than_asked_where_slots_are_offers_is_uneven() -> None:
    raw, roster = city()
    extra = {**on(roster, "2026-05-06"), "date": "2026-05-28"}
    assert kinds(raw, broken(roster, lambda more: more["sessions"].append(extra))) == {"uneven"}
    raw["leaders"][0]["month_max"] = 0
    assert "monthly maximum" in kinds(raw, roster)


def test_what_was_done_too_much_last_year_is_taken_off() -> None:
    raw, roster = town_and_roster()
    following = best_roster({**raw, "leaders": [*raw["leaders"]]}, 2027)
    both = {**following, "sessions": [*roster["sessions"], *following["sessions"]]}
    assert kinds(raw, both, 2026) == set()
    pushed = both
    for day in days_with(roster, "丁建", rest=False):
        pushed = broken(pushed, give(raw, day, "甲明"))
    assert kinds(raw, pushed, 2027) == {"uneven"}, "three duties too many have to come back"


def test_nobody_is_in_two_places() -> None:
    _raw, roster = town_and_roster()
    text, other = json.dumps(roster), broken(roster, lambda more: more.update(office="town-02"))
    other["sessions"] = [on(other, "2026-08-08")]
    assert clashes_between({"town-01": text}) == []
    found = clashes_between({"town-01": text, "town-02": json.dumps(other)})
    assert [violation.kind for violation in found] == ["two places"]
    assert "2026-08-08" in found[0].text
