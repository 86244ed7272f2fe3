"""Holiday notices from JSON, iCalendar and CSV files as people have them, and the sentences for bad ones."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendar.errors import BadNotice
from app.calendar.importing import LARGEST_FILE, diff_notices, parse_notice, working_changes
from app.calendar.rules import DayKind, Notice, WorkingCalendar, official_notices
from app.core.dates import DateRange

DAYS_2027 = [
    ("元旦", "2026-12-27", False),
    ("元旦", "2027-01-01", True),
    ("元旦", "2027-01-02", True),
    ("春节", "2027-02-05", True),
    ("春节", "2027-02-20", False),
]


def holiday_cn(year: int = 2027, days: list[tuple[str, str, bool]] | None = None) -> bytes:
    entries = [{"name": name, "date": day, "isOffDay": off} for name, day, off in days or DAYS_2027]
    return json.dumps({"year": year, "papers": ["https://www.gov.cn/x"], "days": entries}).encode()


def as_holiday_cn(notice: Notice) -> bytes:
    return holiday_cn(
        notice.year, [(entry.name.zh, entry.day.isoformat(), entry.off) for entry in notice.days]
    )


def days_of(content: bytes, year: int | None = None) -> list[tuple[str, str, bool]]:
    parsed = parse_notice(content, "file", year)
    return [(entry.name.zh, entry.day.isoformat(), entry.off) for entry in parsed.days]


def refusal(content: bytes, year: int | None = None) -> str:
    with pytest.raises(BadNotice) as error:
        parse_notice(content, "file", year)
    assert error.value.text.zh.endswith("。") and error.value.text.en.endswith(".")
    return error.value.text.zh


class TestJson:
    def test_the_notice_with_its_december_day(self) -> None:
        parsed = parse_notice(holiday_cn(), "2027.json")
        assert parsed.year == 2027
        assert [(entry.name.zh, entry.day.isoformat(), entry.off) for entry in parsed.days] == DAYS_2027
        assert parsed.provenance.format == "JSON"
        assert parsed.provenance.papers == ("https://www.gov.cn/x",)
        assert len(parsed.provenance.content_hash) == 64
        assert parsed.days[0].name.en == "New Year's Day"

    @pytest.mark.parametrize("year", [2019, 2020, 2026])
    def test_official_years_come_back_unchanged_and_without_doubts(self, year: int) -> None:
        parsed = parse_notice(as_holiday_cn(official_notices()[year]), f"{year}.json")
        assert diff_notices(official_notices()[year], parsed.as_notice()) == []
        assert parsed.problems == ()

    def test_missing_statutory_days_and_odd_make_up_days_are_doubts(self) -> None:
        days = [("元旦", "2027-01-01", True), ("元旦", "2027-01-05", False)]
        problems = [problem.zh for problem in parse_notice(holiday_cn(days=days), "x").problems]
        assert any("2027-01-05" in problem and "补班" in problem for problem in problems)
        assert any("2027-10-01 是法定的国庆节" in problem for problem in problems)

    def test_a_year_not_announced_is_refused(self) -> None:
        content = json.dumps({"year": 2027, "papers": [], "days": []}).encode()
        assert "2027 年的放假安排可能尚未公布" in refusal(content)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b'{"year": 2027', "不是完整的 JSON"),
            (b"[" * 200_000, "不是完整的 JSON"),
            (b"[1, 2]", "year 和 days"),
            (b'{"year": "2027", "days": []}', "year 和 days"),
            (b'{"year": true, "days": []}', "year 和 days"),
            (b'{"year": 2027, "days": {}}', "year 和 days"),
            (b'{"year": 2027, "days": [7]}', "第 1 项"),
            (
                b'{"year": 2027, "days": [{"name": "x", "date": "2027-13-01", "isOffDay": true}]}',
                "2027-13-01",
            ),
            (b'{"year": 2027, "days": [{"name": "x", "date": "2027-01-01", "isOffDay": 1}]}', "isOffDay"),
        ],
    )
    def test_bad_files(self, content: bytes, says: str) -> None:
        assert says in refusal(content)

    @pytest.mark.parametrize("day", ["2026-11-30", "2028-01-01", "2025-12-31"])
    def test_days_of_other_years_are_refused(self, day: str) -> None:
        assert day in refusal(holiday_cn(days=[("元旦", "2027-01-01", True), ("春节", day, True)]))

    def test_rest_and_work_on_one_day_is_refused_and_the_same_twice_is_one(self) -> None:
        twice = [("元旦", "2027-01-01", True), ("元旦", "2027-01-01", True)]
        assert len(parse_notice(holiday_cn(days=twice), "x").days) == 1
        contradiction = [*twice, ("元旦", "2027-01-01", False)]
        assert "既写着休又写着班（第 1 项、第 3 项）" in refusal(holiday_cn(days=contradiction))

    def test_a_whole_year_of_weekends_is_refused(self) -> None:
        weekends = [("周末", day.isoformat(), True) for day in DateRange.of_year(2027).days()]
        assert "365 天" in refusal(holiday_cn(days=weekends))


def ics(*events: str) -> bytes:
    parts = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x"]
    for number, event in enumerate(events):
        parts += ["BEGIN:VEVENT", f"UID:{number}", *event.split("|"), "END:VEVENT"]
    return "\r\n".join([*parts, "END:VCALENDAR", ""]).encode()


def one_day(title: str, *more: str) -> bytes:
    return ics("|".join(["DTSTART;VALUE=DATE:20270101", f"SUMMARY:{title}", *more]))


class TestIcs:
    @pytest.mark.parametrize(
        ("title", "name", "off"),
        [
            ("元旦（休）", "元旦", True),
            ("元旦(班)", "元旦", False),
            ("元旦 休", "元旦", True),
            ("春节 补班", "春节", False),
            ("春节假期", "春节", True),
            ("国庆节 假期 第1天/共7天", "国庆节", True),
            ("劳动节 补班 第1天/共2天", "劳动节", False),
            ("端午 放假", "端午节", True),
            ("中秋节【调休上班】", "中秋节", False),
            ("国庆节 Holiday", "国庆节", True),
            ("国庆节 - workday", "国庆节", False),
        ],
    )
    def test_titles(self, title: str, name: str, off: bool) -> None:
        assert days_of(one_day(title)) == [(name, "2027-01-01", off)]

    @pytest.mark.parametrize(
        ("more", "off"),
        [
            ("CATEGORIES:节日,休", True),
            ("CATEGORIES:班", False),
            ("X-APPLE-SPECIAL-DAY:WORK-HOLIDAY", True),
            ("X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY", False),
        ],
    )
    def test_categories_and_apples_property(self, more: str, off: bool) -> None:
        assert days_of(one_day("元旦", more)) == [("元旦", "2027-01-01", off)]

    @pytest.mark.parametrize(
        ("lines", "last"),
        [
            ("DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:20270104", "2027-01-03"),
            ("DTSTART;VALUE=DATE:20270101", "2027-01-01"),
            ("DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:20270101", "2027-01-01"),
            ("DTSTART;VALUE=DATE:20270101|DURATION:P2D", "2027-01-02"),
            ("DTSTART:20270101T000000|DTEND:20270103T000000", "2027-01-02"),
            ("DTSTART:20270101T080000|DTEND:20270102T180000", "2027-01-02"),
        ],
    )
    def test_days_of_an_event(self, lines: str, last: str) -> None:
        found = days_of(ics(f"{lines}|SUMMARY:元旦 休"))
        assert (found[0][1], found[-1][1]) == ("2027-01-01", last)

    def test_unmarked_events_are_left_out_and_counted(self) -> None:
        content = ics(
            "DTSTART;VALUE=DATE:20270101|SUMMARY:元旦 休",
            "DTSTART;VALUE=DATE:20270214|SUMMARY:情人节",
            "DTSTART;VALUE=DATE:20270105|SUMMARY:小寒",
        )
        parsed = parse_notice(content, "x.ics")
        assert len(parsed.days) == 1
        assert parsed.problems[0].zh.startswith("有 2 个事件")

    def test_several_years_need_a_choice(self) -> None:
        content = ics(
            "DTSTART;VALUE=DATE:20261231|SUMMARY:元旦 休",
            "DTSTART;VALUE=DATE:20260101|SUMMARY:元旦 休",
        )
        assert "2026、2027 年的日期，请选择" in refusal(content)
        assert days_of(content, 2027) == [("元旦", "2026-12-31", True)]
        assert days_of(content, 2026) == [("元旦", "2026-01-01", True)]
        assert "没有 2028 年的日期" in refusal(content, 2028)

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x", "不是完整的日历文件"),
            (one_day("元旦 休").replace(b"END:VCALENDAR", b""), "不是完整的日历文件"),
            (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n", "没有任何日期"),
            (ics("SUMMARY:元旦 休"), "起止日期"),
            (ics("DTSTART;VALUE=DATE:20270101|DTEND;VALUE=DATE:20370101|SUMMARY:元旦 休"), "起止日期"),
            (ics("DTSTART:not a date|SUMMARY:元旦 休"), "起止日期"),
            (ics("DTSTART;VALUE=DATE:20270101|DURATION:P99999D|SUMMARY:元旦 休"), "起止日期"),
        ],
    )
    def test_bad_files(self, content: bytes, says: str) -> None:
        assert says in refusal(content)

    def test_too_many_events(self) -> None:
        content = ics(*["DTSTART;VALUE=DATE:20270101|SUMMARY:x"] * 2001)
        assert "2001 个事件" in refusal(content)


CSV_ZH = "日期,名称,类型\n2027-01-01,元旦,休\n2027/2/20,春节,班\n"


EXPECTED = [("元旦", "2027-01-01", True), ("春节", "2027-02-20", False)]


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
    def test_encodings(self, encoding: str) -> None:
        assert days_of(CSV_ZH.encode(encoding)) == EXPECTED

    @pytest.mark.parametrize(
        "text",
        [
            "type,date,name\noff,2027-01-01,元旦\nwork,2027-02-20,春节\n",
            "名称;类型;日期\n元旦;放假;2027年1月1日\n春节;补班;2027.2.20\n",
            "日期\t名称\t类别\n20270101\t元旦\t休\n20270220\t春节\t上班\n",
            "2027 年放假安排,,\n,,\n日期,名称,类型\n２０２７－１－１,元旦,（休）\n2027-2-20 00:00:00,春节,Work\n,,\n",
            "date,name,isOffDay\n2027-01-01,元旦,true\n2027-02-20,春节,FALSE\n",
            "日期,节日,是否放假\n2027-01-01,元旦,是\n2027-02-20,春节,否\n",
        ],
        ids=["english, other order", "semicolons", "tabs", "title rows, full width", "true/false", "yes/no"],
    )
    def test_tables_as_offices_have_them(self, text: str) -> None:
        assert days_of(text.encode()) == EXPECTED

    def test_a_row_without_a_name_gets_one(self) -> None:
        assert days_of("日期,类型\n2027-01-01,休\n".encode()) == [("节假日", "2027-01-01", True)]

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "没有找到表头"),
            ("hello", "没有找到表头"),
            ("日期,名称\n2027-01-01,元旦\n", "没有找到表头"),
            ("日期,名称,类型\n", "没有任何日期"),
            ("日期,名称,类型\n2027-02-30,元旦,休\n", "第 2 行的日期“2027-02-30”"),
            ("日期,名称,类型\n下周一,元旦,休\n", "第 2 行的日期“下周一”"),
            ("日期,名称,类型\n2027-01-01,元旦,也许\n", "第 2 行没有说明是休还是班"),
            ("日期,名称,类型\n2027-01-01\n", "第 2 行没有说明是休还是班"),
            ("日期,名称,类型\n" + "2027-01-01,元旦,休\n" * 1001, "1002 行"),
            ("日期,名称,类型\n2026-01-01,元旦,休\n2027-01-01,元旦,休\n", "请选择"),
            ("日期,名称,类型\n2027-01-01," + "x" * 140_000 + ",休\n", "没有找到表头"),
        ],
    )
    def test_bad_tables(self, text: str, says: str) -> None:
        assert says in refusal(text.encode())


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"PK\x03\x04\x00\x00", b"\xff\xfe\x00\xd8", b"\x80\xff"]
)
def test_not_text(content: bytes) -> None:
    assert "不是文本文件" in refusal(content)


def test_too_large() -> None:
    assert "513 KB" in refusal(b"x" * (LARGEST_FILE + 1024))


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_notice_or_a_named_error(content: bytes) -> None:
    for start in (b"", b"{", b"BEGIN:VCALENDAR\n", "日期,名称,类型\n".encode()):
        try:
            parse_notice(start + content, "x")
        except BadNotice as error:
            assert error.text.zh


def test_diff_of_two_notices() -> None:
    old = parse_notice(holiday_cn(), "old").as_notice()
    changed = [*DAYS_2027[:2], ("元旦", "2027-01-03", True), ("春节", "2027-02-05", False), DAYS_2027[4]]
    new = parse_notice(holiday_cn(days=changed), "new").as_notice()
    found = [
        (change.day.isoformat(), change.before is None, change.after is None)
        for change in diff_notices(old, new)
    ]
    assert found == [("2027-01-02", False, True), ("2027-01-03", True, False), ("2027-02-05", False, False)]
    assert diff_notices(old, old) == []
    assert len(diff_notices(None, old)) == len(DAYS_2027)


def test_working_changes_tell_where_duties_move() -> None:
    """A make-up Sunday begins to work, a Friday stops; days of the law that were off already do not change."""
    before = WorkingCalendar(official_notices())
    after = WorkingCalendar({**official_notices(), 2027: parse_notice(holiday_cn(), "x").as_notice()})
    within = DateRange.from_days(date(2026, 12, 1), date(2027, 3, 31))
    changes = working_changes(before, after, within)
    assert (changes[0].day, changes[0].before, changes[0].after) == (
        date(2026, 12, 27),
        DayKind.WEEKEND,
        DayKind.MAKE_UP_WORKING_DAY,
    )
    assert date(2027, 2, 5) not in {change.day for change in changes}
    assert date(2027, 2, 20) in {change.day for change in changes}
