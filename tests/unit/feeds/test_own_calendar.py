"""Which events of a calendar are days away: series, single cancelled days, zones, times."""

import datetime as dt

import pytest

from app.feeds.own_calendar.reading import days_away
from tests.integration.feeds.test_calendar_import import calendar

WEEKLY = "UID:w\r\nSUMMARY:学习\r\nDTSTART;VALUE=DATE:20260309\r\nRRULE:FREQ=WEEKLY;COUNT=3"
NOT_THEN = "UID:w\r\nRECURRENCE-ID;VALUE=DATE:20260316\r\nSTATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260316"
SHORTENED = "UID:w\r\nRECURRENCE-ID;VALUE=DATE:20260316\r\nDTSTART:20260316T010000Z\r\nDTEND:20260316T020000Z"


def away(*events: str) -> list[str]:
    found = days_away(calendar(*events), dt.date(2026, 3, 2), dt.date(2026, 6, 30), "Asia/Shanghai")
    return [f"{first[5:]}/{last[5:]}" for first, last, _title, _likely in found]


@pytest.mark.parametrize("single", [NOT_THEN, SHORTENED])
def test_a_day_taken_out_of_a_series_stays_out(single: str) -> None:
    assert away(WEEKLY) == ["03-09/03-09", "03-16/03-16", "03-23/03-23"]
    assert away(WEEKLY, single) == ["03-09/03-09", "03-23/03-23"]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ("DTSTART;VALUE=DATE:20260309\r\nDURATION:P3D", ["03-09/03-11"]),
        ("DTSTART;VALUE=DATE:20260309\r\nRRULE:FREQ=DAILY;COUNT=3\r\nEXDATE;VALUE=DATE:20260310",
         ["03-09/03-09", "03-11/03-11"]),
        ("STATUS:CANCELLED\r\nDTSTART;VALUE=DATE:20260309", []),
        ("DTSTART:20260310T010000Z\r\nDTEND:20260310T020000Z", []),  # a meeting
        ("DTSTART:20260310T080000\r\nDTEND:20260310T180000", ["03-10/03-10"]),  # floating: the office's own time
        ("DTSTART:20260310T060000Z\r\nDTEND:20260312T040000Z", ["03-10/03-12"]),  # away for two nights
        ("DTSTART;TZID=America/New_York:20260310T200000\r\nDTEND;TZID=America/New_York:20260311T080000",
         ["03-11/03-11"]),  # 08:00 to 20:00 here
        ("DTSTART;TZID=Asia/Shanghai:20260309T000000\r\nDTEND;TZID=Asia/Shanghai:20260311T000000",
         ["03-09/03-10"]),  # how some programs write whole days
    ],
)  # fmt: skip
def test_what_takes_days(times: str, expected: list[str]) -> None:
    assert away(f"UID:1\r\nSUMMARY:x\r\n{times}") == expected
