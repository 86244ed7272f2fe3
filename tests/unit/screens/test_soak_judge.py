"""The judge of the soak test finds every lie it is there to find."""

import datetime as dt
from typing import Any

import pytest

from tests.chaos.hall.clock import SHANGHAI
from tests.chaos.hall.judge import Judge, Plan, expected

MONDAY = dt.date(2026, 3, 2)
TUESDAY = MONDAY + dt.timedelta(days=1)
FIRST: Plan = {(MONDAY, "am"): "甲", (MONDAY, "pm"): "乙", (TUESDAY, "am"): "丙", (TUESDAY, "pm"): "丁"}
SECOND: Plan = FIRST | {(MONDAY, "pm"): "戊"}
TEN = dt.datetime(2026, 3, 2, 10, tzinfo=SHANGHAI).timestamp()
GOOD = {
    "player": "x", "kind": "during", "revision": 2, "late": False, "names": ["甲"], "coming": ["戊", "丙"],
    "clock": "10:00", "code": "",
}  # fmt: skip


def judge(**values: Any) -> Judge:
    """Revision 2 came an hour before; the network was good since then."""
    known: dict[str, Any] = {
        "newest_since": {1: TEN - 9000, 2: TEN - 3600},
        "good_since": TEN - 3600,
        "contact_at": TEN,
    }
    return Judge({1: FIRST, 2: SECOND}, 1.0, **known | values)


@pytest.mark.parametrize(
    ("shown", "at", "found"),
    [
        ({}, 0, 0),
        ({"player": ""}, 0, 1),  # somebody else's page
        ({"clock": "11:30"}, 0, 1),
        ({"names": ["乙"]}, 0, 1),  # not now
        ({"coming": ["乙", "丙"]}, 0, 1),  # the one before, under the new number
        ({"revision": 1, "coming": ["乙", "丙"]}, 0, 2),  # old, unmarked, in spite of a good network
        ({"revision": 1, "coming": ["乙", "丙"], "late": True}, 0, 1),
        (
            {"names": [], "coming": [], "kind": "expired"},
            0,
            1,
        ),  # a good network: no reason to ask at the desk
    ],
)
def test_with_a_good_network(shown: dict[str, Any], at: float, found: int) -> None:
    assert len(judge().judge(GOOD | shown, TEN + at, "ok")) == found


def test_without_a_network() -> None:
    cut = judge(good_since=None, newest_since={1: TEN - 9000, 2: TEN - 30}, contact_at=TEN - 40)
    old = GOOD | {"revision": 1, "coming": ["乙", "丙"]}
    assert cut.judge(old, TEN, "cut") == []  # a minute has not passed
    assert cut.judge(old | {"late": True}, TEN + 50, "cut") == []
    assert len(cut.judge(old, TEN + 50, "cut")) == 1
    assert cut.judge(None, TEN, "cut") == ["an error page"]
    long_ago = judge(good_since=None, contact_at=TEN - 15 * 86_400)
    assert "names past the fourteenth day" in long_ago.judge(GOOD | {"late": True}, TEN, "cut")
    asked = GOOD | {"names": [], "coming": [], "kind": "expired", "clock": ""}
    assert long_ago.judge(asked, TEN, "cut") == []


def test_a_revoked_screen_shows_a_code_and_no_name() -> None:
    revoked = judge(revoked=True)
    assert len(revoked.judge(GOOD, TEN, "ok")) == 1
    assert revoked.judge(GOOD | {"names": [], "coming": [], "kind": "enrol", "code": "ABC"}, TEN, "ok") == []


def test_the_plan_at_the_borders_of_a_session() -> None:
    def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
        return dt.datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)

    assert expected(SECOND, at(2, 11, 59)) == ["甲", "戊", "丙", "丁"]
    assert expected(SECOND, at(2, 12)) == ["戊", "丙", "丁"]
    assert expected(SECOND | {(TUESDAY, "am"): None}, at(2, 18)) == ["丁"]
