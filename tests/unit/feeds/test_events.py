"""Identity, SEQUENCE and LAST-MODIFIED of events through the life of a session."""

import datetime as dt
from dataclasses import replace

from app.feeds.events import Event, leader_events, office_events
from tests.unit.feeds.rolls import ANNA, BO, CHEN, PLACE, edition, roll, row

DAY = dt.date(2026, 3, 2)
LONG_AGO = dt.date(2000, 1, 1)


def of_office(*args: object, since: dt.date = LONG_AGO, language: str = "zh") -> list[Event]:
    return list(office_events(roll(*args), PLACE, language, since))  # type: ignore[arg-type]


def of_leader(leader: tuple[int, str, str], *args: object, since: dt.date = LONG_AGO) -> list[Event]:
    return list(leader_events(roll(*args), PLACE, leader[0], "zh", since))  # type: ignore[arg-type]


def test_a_substitution_is_the_same_event_one_version_on() -> None:
    (before,) = of_office([row("s1", DAY, ANNA)])
    (after,) = of_office([row("s1", DAY, ANNA, until=2), row("s1", DAY, BO, since=2)], 2)
    assert after.uid == before.uid
    assert (before.sequence, after.sequence) == (0, 1)
    assert after.created == before.created
    assert after.modified == before.modified + dt.timedelta(days=1)
    assert after.modified.microsecond == 0
    assert "包二" in after.summary and "安一" not in after.summary + after.description


def test_a_moved_session_is_the_same_event() -> None:
    moved = dt.date(2026, 3, 9)
    (before,) = of_office([row("s1", DAY, ANNA)])
    (after,) = of_office([row("s1", DAY, ANNA, until=2), row("s1", moved, ANNA, since=2)], 2)
    assert (after.uid, after.day, after.sequence) == (before.uid, moved, 1)


def test_a_revision_that_changes_nothing_of_a_session_leaves_its_event_alone() -> None:
    (before,) = of_office([row("s1", DAY, ANNA)])
    (after,) = of_office([row("s1", DAY, ANNA, until=2), row("s1", DAY, ANNA, since=2)], 3)
    assert before == after


def test_the_old_holder_keeps_a_cancelled_event_for_sixty_days() -> None:
    rows = [row("s1", DAY, ANNA, until=2), row("s1", DAY, BO, since=2)]
    (old,) = of_leader(ANNA, rows, 2)
    (new,) = of_leader(BO, rows, 2)
    assert old.cancelled and old.sequence == 1 and old.summary.startswith("【已取消】")
    assert not new.cancelled and new.sequence == 0 and new.uid != old.uid
    assert of_leader(ANNA, rows, 2, since=dt.date(2026, 2, 2)) == [old]
    assert of_leader(ANNA, rows, 2, since=dt.date(2026, 2, 3)) == []
    assert of_leader(CHEN, rows, 2) == []


def test_a_session_given_away_and_taken_back_goes_on_counting() -> None:
    rows = [row("s1", DAY, ANNA, until=2), row("s1", DAY, BO, 2, 3), row("s1", DAY, ANNA, since=3)]
    (event,) = of_leader(ANNA, rows, 3)
    assert (event.sequence, event.cancelled) == (2, False)


def test_a_session_taken_off_the_roster_is_cancelled() -> None:
    (event,) = of_office([row("s1", DAY, ANNA, until=2)], 2)
    assert event.cancelled and event.sequence == 1 and "已取消" in event.summary


def test_cancelled_and_suspended_sessions_say_so() -> None:
    for status, words in (("cancelled", "【已取消】"), ("suspended", "【已取消·暂停接待】")):
        (event,) = of_office([row("s1", DAY, ANNA, until=2), row("s1", DAY, ANNA, 2, status=status)], 2)
        assert event.cancelled and event.sequence == 1 and event.summary.startswith(words)


def test_two_seats_are_one_event_and_a_new_partner_is_a_new_version() -> None:
    pair = [row("s1", DAY, ANNA), row("s1", DAY, BO, until=2, seat=2), row("s1", DAY, CHEN, since=2, seat=2)]
    (event,) = of_office(pair, 2)
    assert event.summary == "领导接访：安一（县委书记）、陈三（副县长）"
    (mine,) = of_leader(ANNA, pair, 2)
    assert (mine.sequence, mine.cancelled) == (1, False)
    assert "陈三" in mine.description


def test_a_cancelled_seat_leaves_the_other_leader_receiving() -> None:
    rows = [
        row("s1", DAY, ANNA),
        row("s1", DAY, BO, until=2, seat=2),
        row("s1", DAY, BO, 2, seat=2, status="cancelled"),
    ]
    (event,) = of_office(rows, 2)
    assert not event.cancelled and "包二" not in event.summary
    (gone,) = of_leader(BO, rows, 2)
    assert gone.cancelled


def test_provisional_is_what_the_newest_edition_of_the_day_says() -> None:
    day = dt.date(2027, 3, 1)
    rows = [row("s1", day, ANNA), row("s2", DAY, BO)]
    events = of_office(rows, (edition(1, provisional=True),))
    assert ["暂定" in event.description for event in events] == [True, False]
    confirmed = (edition(1, provisional=True), edition(2, first_day=dt.date(2027, 1, 1)))
    assert "暂定" not in of_office(rows, confirmed)[0].description


def test_the_same_session_of_two_offices_are_two_events() -> None:
    from dataclasses import replace

    one = of_office([row("s1", DAY, ANNA)])[0]
    (other,) = office_events(roll([row("s1", DAY, ANNA)]), replace(PLACE, code="town-01"), "zh", LONG_AGO)
    assert one.uid != other.uid


def test_a_whole_day_is_one_only_without_times() -> None:
    (timed,) = of_office([row("s1", DAY, ANNA)])
    (whole,) = of_office([row("s1", DAY, ANNA, starts=dt.time(0), ends=dt.time(0))])
    assert (timed.whole_day, whole.whole_day) == (False, True)


def test_what_becomes_certain_is_a_newer_event_though_the_session_stays() -> None:
    rows = [row("s1", dt.date(2027, 3, 1), ANNA)]
    first = (edition(1, provisional=True),)
    (before,) = of_office(rows, first)
    (after,) = of_office(rows, (*first, edition(2)))
    assert "暂定" in before.description and "暂定" not in after.description
    assert (before.sequence, after.sequence) == (0, 1)
    assert after.modified == edition(2).published_at.replace(microsecond=0)
    (elsewhere,) = of_office(rows, (*first, edition(2, last_day=DAY)))
    assert elsewhere == before, "an edition of other days changes nothing"


def test_a_notice_that_came_with_the_program_makes_it_certain_too() -> None:
    rows, editions = [row("s1", DAY, ANNA)], (edition(1, provisional=True),)
    (event,) = of_office(rows, editions)  # the notice of 2026 is known
    assert "暂定" not in event.description
    assert event.sequence == 1 and event.modified > editions[0].published_at


def test_another_name_of_the_office_dates_all_its_events() -> None:
    named_at = dt.datetime(2026, 2, 20, 8, 0, tzinfo=dt.UTC)
    renamed = replace(PLACE, name="新名称", named_at=named_at)
    (event,) = office_events(roll([row("s1", DAY, ANNA)]), renamed, "zh", LONG_AGO)
    assert event.modified == named_at and event.sequence == 0 and "新名称" in event.description
