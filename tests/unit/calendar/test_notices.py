"""The shipped notices against the installed chinesecalendar package and the texts of known notices."""

import json
from datetime import date

import chinese_calendar
import pytest

from app.calendar.notices import FOLDER, generate, official_notices
from app.calendar.rules import DayKind, WorkingCalendar
from app.calendar.statutory import statutory_days
from app.core.dates import DateRange

# The notice for 2006: "12月31日上班". The package does not know.
NOT_IN_PACKAGE = {date(2005, 12, 31)}
YEARS = range(2004, 2027)


def national() -> WorkingCalendar:
    return WorkingCalendar(official_notices())


@pytest.mark.parametrize("year", YEARS)
def test_every_day_of_the_year_agrees_with_the_package(year: int) -> None:
    calendar = national()
    days = DateRange.of_year(year).days()
    differing = {day for day in days if calendar.is_working(day) != chinese_calendar.is_workday(day)}
    assert differing == {day for day in NOT_IN_PACKAGE if day.year == year}


@pytest.mark.parametrize("year", YEARS)
def test_the_file_is_what_the_generator_makes(year: int) -> None:
    made = generate.as_lines(generate.build(year))
    assert (FOLDER / f"{year}.json").read_text(encoding="utf-8") == made


def test_all_years_are_there_with_provenance() -> None:
    notices = official_notices()
    assert sorted(notices) == list(YEARS)
    for notice in notices.values():
        assert "chinesecalendar" in notice.source
        assert notice.documents
        assert str(notice.year) in notice.documents[0].title


@pytest.mark.parametrize(("year", "papers"), [(2018, 1), (2019, 2), (2020, 2), (2015, 2), (2026, 1)])
def test_second_papers(year: int, papers: int) -> None:
    assert len(official_notices()[year].documents) == papers


def test_document_of_2026() -> None:
    paper = official_notices()[2026].documents[0]
    assert (paper.issuer, paper.number, paper.issued_on) == (
        "国务院办公厅",
        "国办发明电〔2025〕7号",
        date(2025, 11, 4),
    )


def test_unknown_numbers_are_left_out_not_invented() -> None:
    assert official_notices()[2004].documents[0].number is None
    assert official_notices()[2019].documents[0].issued_on is None


def test_the_notice_of_2026_word_by_word() -> None:
    """国办发明电〔2025〕7号, written down here from the notice and not from the package."""
    off = [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05")]
    off += [("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07")]
    work = ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    ranges = [
        DateRange.from_days(date.fromisoformat(f"2026-{a}"), date.fromisoformat(f"2026-{b}")) for a, b in off
    ]
    days = official_notices()[2026].days
    assert [entry.day for entry in days if entry.off] == [day for span in ranges for day in span.days()]
    assert [entry.day for entry in days if not entry.off] == [
        date.fromisoformat(f"2026-{day}") for day in work
    ]


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2018-12-29", DayKind.MAKE_UP_WORKING_DAY),
        ("2018-12-31", DayKind.STATUTORY_HOLIDAY),
        ("2019-05-03", DayKind.STATUTORY_HOLIDAY),
        ("2020-01-31", DayKind.STATUTORY_HOLIDAY),
        ("2020-02-01", DayKind.STATUTORY_HOLIDAY),
        ("2015-09-03", DayKind.STATUTORY_HOLIDAY),
        ("2006-12-31", DayKind.MAKE_UP_WORKING_DAY),
    ],
)
def test_december_days_and_second_papers_hold(day: str, kind: DayKind) -> None:
    assert national().kind(date.fromisoformat(day)) is kind


def test_december_days_stand_in_the_next_years_file() -> None:
    assert date(2018, 12, 29) in {entry.day for entry in official_notices()[2019].days}
    assert date(2018, 12, 29) not in {entry.day for entry in official_notices()[2018].days}


@pytest.mark.parametrize("year", YEARS)
def test_statutory_days_by_law_are_rest_days_of_the_notice(year: int) -> None:
    calendar = national()
    for entry in statutory_days(year):
        assert calendar.kind(entry.day) is DayKind.STATUTORY_HOLIDAY, entry


@pytest.mark.parametrize(
    ("year", "count"), [(2007, 10), (2008, 11), (2014, 11), (2024, 11), (2025, 13), (2030, 13)]
)
def test_number_of_statutory_days_by_edition_of_the_law(year: int, count: int) -> None:
    assert len(statutory_days(year)) == count


def test_names_in_both_languages() -> None:
    names = {
        (entry.name.zh, entry.name.en) for notice in official_notices().values() for entry in notice.days
    }
    assert ("端午节", "Dragon Boat Festival") in names
    assert all(not en.isascii() or zh != en for zh, en in names)
    assert len(names) == 8


def test_documents_file_is_well_formed() -> None:
    documents = json.loads(generate.DOCUMENTS.read_text(encoding="utf-8"))
    for year, papers in documents.items():
        for paper in papers:
            stated = {day: date.fromisoformat(day) for day in paper.get("replaces", {})}
            make_ups = {entry.day for entry in official_notices()[int(year)].days if not entry.off}
            assert set(stated.values()) <= make_ups
