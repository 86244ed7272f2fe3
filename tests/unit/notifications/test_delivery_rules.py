"""Pauses, the order of channels, quiet hours."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from app.notifications.delivery_rules import Tried, end_of_quiet, next_channel, pause

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(("tries", "seconds"), [(1, 15), (2, 30), (3, 60), (8, 1920), (9, 3600), (50, 3600)])
def test_pauses_double_up_to_an_hour(tries: int, seconds: int) -> None:
    assert pause(tries, 0.0) == dt.timedelta(seconds=seconds)
    assert pause(tries, 0.5) == dt.timedelta(seconds=seconds * 0.75)


def tried(*pairs: str) -> list[Tried]:
    return [Tried(*pair.split()) for pair in pairs]


def test_the_preferred_channel_comes_first() -> None:
    assert next_channel(["mail", "sms"], []) == "mail"
    assert next_channel([], []) is None


def test_refused_for_good_leads_to_the_next_at_once() -> None:
    assert next_channel(["mail", "sms"], tried("mail permanent")) == "sms"
    assert next_channel(["mail"], tried("mail permanent")) is None


def test_failing_three_times_leads_to_the_next_but_the_last_is_tried_longer() -> None:
    three = tried(*["mail temporary"] * 3)
    assert next_channel(["mail", "sms"], three[:2]) == "mail"
    assert next_channel(["mail", "sms"], three) == "sms"
    assert next_channel(["mail"], three) == "mail"
    assert next_channel(["mail"], tried(*["mail temporary"] * 14)) is None


@pytest.mark.parametrize(
    ("at", "end"),
    [
        ("2026-03-02 21:59", None),
        ("2026-03-02 22:00", "2026-03-03 07:00"),
        ("2026-03-03 00:00", "2026-03-03 07:00"),
        ("2026-03-03 06:59", "2026-03-03 07:00"),
        ("2026-03-03 07:00", None),
    ],
)
def test_quiet_hours_over_midnight(at: str, end: str | None) -> None:
    local = dt.datetime.fromisoformat(at).replace(tzinfo=SHANGHAI)
    found = end_of_quiet(local, dt.time(22), dt.time(7))
    assert (found and found.strftime("%Y-%m-%d %H:%M")) == end


def test_no_quiet_hours() -> None:
    noon = dt.datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
    assert end_of_quiet(noon, None, None) is None
    assert end_of_quiet(noon, dt.time(12), dt.time(12)) is None
    assert end_of_quiet(noon, dt.time(12), dt.time(13)) == noon.replace(hour=13)
