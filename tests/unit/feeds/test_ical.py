"""The file as calendar programs read it."""

import datetime as dt
from zoneinfo import ZoneInfo

import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.feeds.events import Event, office_events
from app.feeds.ical import CalendarHead, render_calendar
from tests.unit.feeds.ics_check import read_strictly
from tests.unit.feeds.rolls import ANNA, BO, PLACE, edition, roll, row

HEAD = CalendarHead(
    uid="c1",
    name="示例县；接访,日程",
    description="说明",
    url="https://rota.example.org/o/county",
    source="https://rota.example.org/o/county/calendar.ics",
    language="zh",
    zones=("Asia/Shanghai",),
)
DAY = dt.date(2026, 3, 2)
ROWS = [
    row("s1", DAY, ANNA),
    row("s2", DAY + dt.timedelta(days=1), ANNA, until=2),
    row("s2", DAY + dt.timedelta(days=1), BO, since=2),
    row("s3", DAY + dt.timedelta(days=2), BO, until=2),
]


def events_of(language: str = "zh") -> list[Event]:
    return list(office_events(roll(ROWS, 2), PLACE, language, dt.date(2000, 1, 1)))


def test_a_strict_reader_accepts_it() -> None:
    calendar = read_strictly(render_calendar(HEAD, events_of(), 30, True))
    assert calendar.text("NAME") == calendar.text("X-WR-CALNAME") == HEAD.name
    assert calendar.parameters("REFRESH-INTERVAL") == {"VALUE": "DURATION"}
    assert calendar.parameters("SOURCE") == {"VALUE": "URI"}
    assert {"X-PUBLISHED-TTL", "COLOR", "CALSCALE"} <= {name for name, _, _ in calendar.lines}
    events = [part for part in calendar.inside if part.name == "VEVENT"]
    assert [event.values("STATUS")[0] for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [len(event.inside) for event in events] == [1, 1, 0]
    assert events[0].inside[0].values("TRIGGER") == ["-PT30M"]
    assert events[0].values("URL") == ["https://rota.example.org/o/county?day=2026-03-02"]


def test_another_library_reads_the_same_times() -> None:
    body = render_calendar(HEAD, events_of(), None, True)
    found = recurring_ical_events.of(Calendar.from_ical(body)).between(DAY, DAY + dt.timedelta(days=1))
    (event,) = found
    zone = ZoneInfo("Asia/Shanghai")
    assert event["DTSTART"].dt == dt.datetime(2026, 3, 2, 8, 30, tzinfo=zone)
    assert event["DTEND"].dt == dt.datetime(2026, 3, 2, 17, 30, tzinfo=zone)
    assert event["SUMMARY"] == "领导接访：安一（县委书记）"


def test_the_time_zone_has_no_ancient_summer_time_and_stays_in_an_empty_calendar() -> None:
    body = render_calendar(HEAD, [], None, True)
    read_strictly(body)
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert b"DAYLIGHT" not in body and b"1986" not in body


def test_busy_or_free() -> None:
    assert render_calendar(HEAD, events_of(), None, True).count(b"TRANSP:OPAQUE") == 2
    assert b"OPAQUE" not in render_calendar(HEAD, events_of(), None, False)
    (whole,) = office_events(
        roll([row("s", DAY, ANNA, starts=dt.time(0), ends=dt.time(0))]), PLACE, "zh", DAY
    )
    body = render_calendar(HEAD, [whole], None, True)
    assert b"DTSTART;VALUE=DATE:20260302\r\nDTEND;VALUE=DATE:20260303\r\n" in body
    assert b"OPAQUE" not in body


def test_equal_input_gives_equal_bytes_and_one_change_changes_one_event() -> None:
    before = render_calendar(HEAD, events_of(), None, True)
    assert before == render_calendar(HEAD, list(reversed(events_of())), None, True)
    changed = [*ROWS[1:], row("s1", DAY, ANNA, until=3), row("s1", DAY, BO, since=3)]
    later = list(office_events(roll(changed, 3), PLACE, "zh", dt.date(2000, 1, 1)))
    after = render_calendar(HEAD, later, None, True)
    untouched = [block for block in before.split(b"BEGIN:VEVENT")[1:] if block in after]
    assert len(untouched) == 2


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=200), st.sampled_from(["zh", "en"]))
def test_any_text_gives_a_good_file(name: str, post: str, townships: str, language: str) -> None:
    made = roll(
        [row("s1", DAY, (1, name, post), townships=townships, room=post, phone=name)], (edition(1, True),)
    )
    read_strictly(render_calendar(HEAD, list(office_events(made, PLACE, language, DAY)), 15, True))
