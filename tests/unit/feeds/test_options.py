"""What may be asked for in an address."""

import datetime as dt

import pytest

from app.feeds.errors import BadOption
from app.feeds.options import FeedOptions, parse_day, parse_options, parse_range, window_start


def test_defaults() -> None:
    assert parse_options({}) == FeedOptions("zh", None, True, 60)
    assert parse_options({"unknown": "x"}) == FeedOptions()


@pytest.mark.parametrize("given", ["zh", "zh-CN", "zh_CN", "ZH"])
def test_chinese_by_any_of_its_names(given: str) -> None:
    assert parse_options({"lang": given}).language == "zh"


@pytest.mark.parametrize(
    "values",
    [
        {"lang": "fr"},
        {"alarm": "-5"},
        {"alarm": "10081"},
        {"alarm": "ten"},
        {"alarm": "٣"},
        {"alarm": "30\r\nATTACH:x"},
        {"alarm": ""},
        {"busy": "1"},
        {"past": "99999"},
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(values: dict[str, str]) -> None:
    with pytest.raises(BadOption) as refusal:
        parse_options(values)
    assert refusal.value.text.en.startswith(next(iter(values)))


@pytest.mark.parametrize(
    "text", ["2026-3-2", "2026-02-30", "20260302", "x", "2026-03-02T00:00", "٢٠٢٦-03-02"]
)
def test_bad_dates(text: str) -> None:
    with pytest.raises(BadOption):
        parse_day({"from": text}, "from")


def test_a_range_is_inclusive_and_may_be_one_day() -> None:
    day = dt.date(2026, 3, 2)
    assert parse_range({"from": "2026-03-02", "to": "2026-03-02"}) == (day, day)
    assert parse_range({"to": "2026-03-02"}) == (None, day)
    with pytest.raises(BadOption):
        parse_range({"from": "2026-03-03", "to": "2026-03-02"})


def test_the_window_starts_on_a_monday_at_least_so_many_days_back() -> None:
    today = dt.date(2026, 3, 2)
    starts = [window_start(today + dt.timedelta(days=offset), 60) for offset in range(28)]
    assert starts[0] == dt.date(2025, 12, 29)
    assert len(set(starts)) == 4 + 1
    assert all(start.weekday() == 0 for start in starts)
