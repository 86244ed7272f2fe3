"""Decisions about screens, at their edges."""

import datetime as dt

import pytest

from app.screens import gallery, rules

NOON = dt.datetime(2026, 3, 2, 12, 0)


def test_a_code_is_compared_as_people_type_it() -> None:
    assert rules.normal_code(" k7m-4px ") == "K7M4PX"
    assert not set(rules.CODE_LETTERS) & set("0O1IL5S8B2Z")


@pytest.mark.parametrize(("ages", "expected"), [([], None), ([1, 2, 3, 4], None), ([1, 2, 3, 4, 14], 1), ([1, 2, 3, 4, 15], None)])  # fmt: skip
def test_the_fifth_wrong_code_locks_until_the_first_of_them_is_a_quarter_of_an_hour_old(
    ages: list[int], expected: int | None
) -> None:
    wrong = [NOON - dt.timedelta(minutes=age) for age in ages]
    until = rules.codes_locked_until(wrong, NOON)
    assert until == (None if expected is None else NOON + dt.timedelta(minutes=expected))


@pytest.mark.parametrize(
    ("old", "watched", "dark", "lagging", "heard", "expected"),
    [
        ("new", True, True, True, False, "new"),  # never heard of: waiting for its first contact
        ("fresh", True, True, False, True, "dark"),
        ("fresh", False, True, False, True, "fresh"),
        ("dark", False, True, False, True, "dark"),
        ("dark", False, False, False, True, "fresh"),
        ("fresh", True, False, True, True, "lagging"),
        ("lagging", True, True, True, True, "dark"),
    ],
)
def test_conditions(old: str, watched: bool, dark: bool, lagging: bool, heard: bool, expected: str) -> None:
    found = rules.condition_now(old, watched=watched, dark=dark, lagging=lagging, heard=heard)
    assert found == expected


def test_presence_is_a_day_of_quarters() -> None:
    bits, newest = rules.with_presence(0, 0, 1000)
    assert rules.runs(rules.presence_picture(bits, newest, 1000)) == [(95, 1)]
    bits, newest = rules.with_presence(bits, newest, 1001)
    bits, newest = rules.with_presence(bits, newest, 1004)
    assert rules.runs(rules.presence_picture(bits, newest, 1005)) == [(90, 2), (94, 1)]
    assert rules.with_presence(bits, newest, 900) == (bits, newest)  # a clock put back changes nothing
    assert rules.runs(rules.presence_picture(bits, newest, 1004 + 95)) == [(0, 1)]
    assert rules.runs(rules.presence_picture(bits, newest, 1004 + 96)) == []
    assert bits < 1 << rules.QUARTERS


def test_a_screen_lags_two_minutes_after_a_publication() -> None:
    published = {"county": (5, NOON - dt.timedelta(minutes=2))}
    assert not rules.lags({"county": 4}, published, NOON)
    assert rules.lags({"county": 4}, published, NOON + dt.timedelta(seconds=1))
    assert rules.lags({}, published, NOON + dt.timedelta(seconds=1))
    assert not rules.lags({"county": 5}, published, NOON + dt.timedelta(hours=1))


def test_every_state_of_the_gallery_has_a_name_of_its_own() -> None:
    names = [state.name for state in gallery.every_state()]
    assert len(names) == len(set(names)) >= 29
    assert gallery.find_state("nothing") is None
