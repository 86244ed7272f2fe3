"""What a file would add, change, keep and refuse."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from app.directory.importing.people import ExistingLeader
from app.directory.importing.plan import PlanRow, plan_to_json
from app.directory.importing.template import template_file
from tests.unit.directory_import.files import Rows, apply, csv_file, plan, problems, reason, xls, xlsx

WANG = ExistingLeader(
    key=7,
    name="王明",
    post="副县长",
    sectors=("教育", "卫生"),
    townships=("东河镇",),
    phone="13800138000",
    valid_from=date(2021, 3, 1),
)
LI = ExistingLeader(key=8, name="李华", post="局长")


def actions(rows: Rows, existing: Sequence[ExistingLeader] = ()) -> list[tuple[int, str, str]]:
    return [(row.line, row.action, row.name) for row in plan(csv_file(rows), existing).rows]


def one(rows: Rows, existing: Sequence[ExistingLeader] = ()) -> PlanRow:
    (row,) = plan(csv_file(rows), existing).rows
    return row


MESSY: Rows = [
    ["示例县县级领导接访名单"],
    ["单位：示例县信访局　　　　填报时间：２０２６年１月"],
    [],
    [
        "序号",
        "职　务",
        "姓\n名",
        "联系乡（镇）",
        "分管工作",
        "联系电话（手机）",
        "任职时间",
        "离任时间",
        "备 注",
    ],
    ["一、县委"],
    [
        1,
        "县委副书记、县长",
        "王　小　明",
        "东河镇、西岭乡",
        "教育，卫生",
        13800138001,
        date(2021, 3, 1),
        "至今",
        "",
    ],
    [
        2,
        "副县长",
        "阿卜杜·示例",
        "北湖镇 南山街道",
        "①农业②水利",
        "１３８００１３８００２",
        "2022年4月",
        "2027.4",
        "挂职",
    ],
    [3, "局长", "李四（女）", "", "", "0312-1234567", "二〇二三年五月一日", "", ""],
    [],
    [
        "序号",
        "职　务",
        "姓\n名",
        "联系乡（镇）",
        "分管工作",
        "联系电话（手机）",
        "任职时间",
        "离任时间",
        "备 注",
    ],
    [4, "副局长", "", "", "", "", "", "", ""],
    [5, "主任", "赵六", "", "", "", "2026-02-30", "", ""],
    [6, "主任", "孙七", "", "", "1.38E+10", "2026.5", "2026.4", ""],
    [7],
    ["", "", "合  计", "", "6人"],
    ["注：名单如有变动请及时报送。"],
    ["填表人：周八", "", "审核人：吴九", "", "", "联系电话：1"],
]


@pytest.mark.parametrize(
    "data", [xlsx(MESSY), xls(MESSY), csv_file(MESSY, encoding="gb18030")], ids=["xlsx", "xls", "csv"]
)
def test_a_list_as_offices_have_it(data: bytes) -> None:
    done = plan(data)
    assert [(row.line, row.action, row.name) for row in done.rows] == [
        (6, "add", "王小明"),
        (7, "add", "阿卜杜·示例"),
        (8, "add", "李四"),
        (11, "refuse", ""),
        (12, "refuse", "赵六"),
        (13, "refuse", "孙七"),
    ]
    first, second, third, nameless, impossible, reversed_term = done.rows
    assert (first.post, first.townships, first.sectors) == (
        "县委副书记、县长",
        ("东河镇", "西岭乡"),
        ("教育", "卫生"),
    )
    assert (first.phone, first.valid_from, first.valid_until) == ("13800138001", date(2021, 3, 1), None)
    assert (second.valid_from, second.valid_until, second.notes) == (
        date(2022, 4, 1),
        date(2027, 4, 30),
        "挂职",
    )
    assert (second.townships, second.sectors) == (("北湖镇", "南山街道"), ("农业", "水利"))
    assert (third.valid_from, third.phone, third.problems) == (date(2023, 5, 1), "0312-1234567", ())
    assert "没有姓名" in problems(nameless)
    assert "不存在" in problems(impossible)
    assert "早于" in problems(reversed_term) and "科学计数法" in problems(reversed_term)


@pytest.mark.parametrize("data", [xlsx(MESSY), csv_file(MESSY)], ids=["xlsx", "csv"])
def test_a_second_import_of_the_same_file_changes_nothing(data: bytes) -> None:
    first = plan(data)
    second = plan(data, apply([], first))
    assert first.count("add") == 3
    assert [row.action for row in second.rows] == ["keep", "keep", "keep", "refuse", "refuse", "refuse"]
    assert second.writes_nothing


def test_values_that_differ_are_changes_with_old_and_new() -> None:
    row = one(
        [["姓名", "职务", "联系电话", "联系乡镇"], ["王明", "县长", "13900139000", "东河镇、西岭乡"]],
        [WANG, LI],
    )
    assert (row.action, row.key) == ("change", 7)
    assert row.changes == {
        "post": ("副县长", "县长"),
        "phone": ("13800138000", "13900139000"),
        "townships": (("东河镇",), ("东河镇", "西岭乡")),
    }
    assert row.sectors == ("教育", "卫生")


def test_missing_columns_and_empty_cells_leave_what_there_is() -> None:
    for rows in (
        [["姓名"], ["王明"]],
        [["姓名", "职务", "电话", "分管", "离任时间"], ["王 明", "", "-", "无", ""]],
    ):
        row = one(rows, [WANG])
        assert (row.action, row.changes, row.post, row.phone) == ("keep", {}, "副县长", "13800138000")


def test_lists_in_another_order_and_other_spellings_are_no_change() -> None:
    rows: Rows = [
        ["姓名", "分管", "电话", "任职时间"],
        ["王　明", "卫生、教育", "138-0013-8000", "2021年3月"],
    ]
    assert one(rows, [WANG]).action == "keep"


def test_only_an_explicit_word_opens_a_term() -> None:
    ending = replace(WANG, valid_until=date(2027, 1, 1))
    assert one([["姓名", "离任时间"], ["王明", ""]], [ending]).action == "keep"
    opened = one([["姓名", "离任时间"], ["王明", "至今"]], [ending])
    assert opened.changes == {"until": (date(2027, 1, 1), None)}


def test_a_term_that_would_end_before_it_began_is_refused() -> None:
    row = one([["姓名", "离任时间"], ["王明", "2020年1月"]], [WANG])
    assert (row.action, row.key) == ("refuse", 7)
    assert "早于" in problems(row)


def test_a_leader_who_has_left_is_pointed_out() -> None:
    row = one([["姓名"], ["王明"]], [replace(WANG, valid_until=date(2026, 1, 1))])
    assert row.action == "keep" and "已于 2026-01-01 结束" in problems(row)


def test_leaders_who_are_not_in_the_file_stay_and_are_named() -> None:
    done = plan(csv_file([["姓名"], ["王明"]]), [WANG, LI])
    assert "李华" in done.notes[-1].zh


def test_the_same_row_twice_is_one_person() -> None:
    rows: Rows = [["姓名", "职务"], ["王明", "县长"], ["王明", "县长"]]
    assert actions(rows) == [(2, "add", "王明"), (3, "keep", "王明")]
    done = plan(csv_file(rows))
    assert done.rows[1].joined_to == 2 and "第 2 行" in problems(done.rows[1])


def test_one_person_on_several_rows_is_joined() -> None:
    rows: Rows = [
        ["姓名", "职务", "电话", "联系乡镇", "分管"],
        ["王明", "县长", "", "东河镇", "教育"],
        ["王明", "", "13800138000", "西岭乡", ""],
        ["王明", "县长", "", "", "卫生"],
    ]
    done = plan(csv_file(rows))
    assert [row.action for row in done.rows] == ["add", "keep", "keep"]
    first = done.rows[0]
    assert (first.townships, first.sectors, first.phone) == (
        ("东河镇", "西岭乡"),
        ("教育", "卫生"),
        "13800138000",
    )
    assert plan(csv_file(rows), apply([], done)).writes_nothing


def test_one_mobile_phone_with_two_posts_is_one_person() -> None:
    rows: Rows = [
        ["姓名", "职务", "电话"],
        ["王明", "常委", "13800138000"],
        ["王明", "副县长", "13800138000"],
    ]
    done = plan(csv_file(rows))
    assert [row.action for row in done.rows] == ["add", "keep"]
    assert done.rows[0].post == "常委、副县长"


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "电话"], ["王明", "13800138000"], ["王明", "13900139000"]],
        [["姓名", "职务"], ["王明", "县长"], ["王明", "局长"]],
        [["姓名", "职务", "电话"], ["王明", "县长", "0312-1234567"], ["王明", "局长", "0312-1234567"]],
        [["姓名", "职务", "电话"], ["王明", "副镇长", "13800138000"], ["王明", "副镇长", "13900139000"]],
    ],
)
def test_two_people_of_one_name_are_both_taken(rows: Rows) -> None:
    done = plan(csv_file(rows))
    assert [row.action for row in done.rows] == ["add", "add"]
    assert "同名" in problems(done.rows[0])
    assert plan(csv_file(rows), apply([], done)).writes_nothing


def test_a_row_that_may_be_either_namesake_is_refused() -> None:
    rows: Rows = [
        ["姓名", "职务", "联系乡镇"],
        ["王明", "", "东河镇"],
        ["王明", "县长", ""],
        ["王明", "局长", ""],
    ]
    done = plan(csv_file(rows))
    assert [row.action for row in done.rows] == ["refuse", "add", "add"]
    assert "补上电话或职务" in problems(done.rows[0])


def test_namesakes_of_the_office_are_told_apart_by_phone_then_post() -> None:
    other = ExistingLeader(key=9, name="王明", post="局长", phone="13900139000")
    rows: Rows = [["姓名", "职务", "电话"], ["王明", "县长", "13900139000"], ["王明", "副县长", ""]]
    done = plan(csv_file(rows), [WANG, other])
    assert [(row.key, row.action) for row in done.rows] == [(9, "change"), (7, "keep")]
    unclear = one([["姓名", "分管"], ["王明", "教育"]], [WANG, other])
    assert unclear.action == "refuse" and "分不清" in problems(unclear)


def test_one_more_namesake_is_added_when_the_known_one_is_recognised() -> None:
    rows: Rows = [["姓名", "职务"], ["王明", "副县长"], ["王明", "局长"]]
    assert [row.action for row in plan(csv_file(rows), [WANG]).rows] == ["keep", "add"]


def test_namesakes_of_whom_none_is_recognised_are_refused() -> None:
    rows: Rows = [["姓名", "职务"], ["王明", "镇长"], ["王明", "局长"]]
    assert [row.action for row in plan(csv_file(rows), [WANG]).rows] == ["refuse", "refuse"]


def test_a_change_of_phone_and_post_asks_for_a_look() -> None:
    row = one([["姓名", "职务", "电话"], ["王明", "局长", "13900139000"]], [WANG])
    assert row.action == "change" and "如是另一人" in problems(row)


def test_a_name_merged_over_rows_is_one_person() -> None:
    rows: Rows = [["姓名", "职务", "联系乡镇"], ["王明", "常委", "东河镇"], [None, "副县长", "西岭乡"]]
    for data in (xlsx(rows, merges=["A2:A3"]), xls(rows, merges=[(1, 2, 0, 0)])):
        done = plan(data)
        assert [row.action for row in done.rows] == ["add", "keep"]
        assert (done.rows[0].post, done.rows[0].townships) == ("常委、副县长", ("东河镇", "西岭乡"))


def test_a_post_merged_over_rows_belongs_to_each() -> None:
    rows: Rows = [["职务", "姓名"], ["副县长", "王明"], [None, "李华"]]
    assert [row.post for row in plan(xlsx(rows, merges=["A2:A3"])).rows] == ["副县长", "副县长"]


def test_section_titles_examples_and_a_second_table() -> None:
    rows: Rows = [
        ["县级领导", None, None],
        ["姓名", "职务", "电话"],
        ["一、县委", None, None],
        ["王明", "县长", "13800138000"],
        ["示例：张三", "局长", None],
        ["乡镇领导", None, None],
        ["电话", "姓名", "职务"],
        ["13900139000", "李华", "镇长"],
    ]
    done = plan(xlsx(rows, merges=["A1:C1", "A3:C3", "A6:C6"]))
    assert [(row.line, row.name, row.post) for row in done.rows] == [(4, "王明", "县长"), (8, "李华", "镇长")]


def test_places_called_example_are_ordinary_places() -> None:
    rows: Rows = [["单位", "姓名", "联系乡镇"], ["示例县政府", "王明", "示例镇"]]
    assert actions(rows) == [(2, "add", "王明")]
    assert plan(xlsx([["姓名"], ["王明"]], name="示例县领导")).count("add") == 1


def test_the_sheet_with_the_best_heading_is_read_and_others_are_named() -> None:
    others = {
        "封面": [["示例县"]],
        "名单二": [["姓名", "职务"], ["李华", "镇长"]],
        "藏": [["姓名", "职务", "电话"], ["乙", "丙", "1"]],
    }
    done = plan(xlsx([["接访", "安排"]], name="目录", others=others, hidden=["藏"]))
    assert [row.name for row in done.rows] == ["李华"]
    assert "“目录”、“封面”" in done.notes[0].zh and "藏" not in done.notes[0].zh


def test_error_cells_and_bad_values_do_not_stop_the_row_or_others() -> None:
    rows: Rows = [
        ["姓名", "职务", "电话", "系数"],
        ["王明", "#REF!", "12ab", "许多"],
        ["#N/A", "", "", ""],
        ["李华", "", "", ""],
    ]
    done = plan(csv_file(rows))
    assert [row.action for row in done.rows] == ["add", "refuse", "add"]
    assert all(word in problems(done.rows[0]) for word in ("#REF!", "不是有效号码", "系数"))
    assert "#N/A" in problems(done.rows[1])


def test_a_number_typed_as_a_month_is_asked_about() -> None:
    done = plan(xlsx([["姓名", "任职时间"], ["王明", 2026.1], ["李华", 2026.02]]))
    assert [row.action for row in done.rows] == ["refuse", "add"]
    assert "1 月还是 10 月" in problems(done.rows[0])


def test_unknown_townships_are_told_and_kept_as_text() -> None:
    data = csv_file([["姓名", "联系乡镇"], ["王明", "东河、北湖镇"]])
    (row,) = plan(data, known_townships=["东河镇"]).rows
    assert (row.action, row.townships) == ("add", ("东河镇", "北湖镇"))
    assert "北湖镇" in problems(row)


def test_two_name_columns_side_by_side_are_refused() -> None:
    data = csv_file([["姓名", "职务", "姓名", "职务"], ["王明", "县长", "李华", "局长"]])
    assert reason(data).startswith("two_name_columns") and "A1 和 C1" in reason(data)


def test_two_post_columns_are_joined() -> None:
    assert one([["姓名", "党内职务", "行政职务"], ["王明", "县委副书记", "县长"]]).post == "县委副书记、县长"


def test_a_post_of_two_lines_is_two_posts() -> None:
    assert one([["姓名", "职务"], ["王明", "县委常委\n副县长"]]).post == "县委常委、副县长"
    assert one([["姓名", "职务"], ["王明", "县委常委、\n副县长"]]).post == "县委常委、副县长"


def test_the_date_below_a_signature_is_nobody() -> None:
    data = csv_file([["姓名", "职务"], ["王明", "县长"], ["2026年3月1日", ""], ["二〇二六年三月一日", ""]])
    assert [row.line for row in plan(data).rows] == [2]


def test_the_json_has_exactly_the_agreed_keys() -> None:
    data = csv_file([["姓名", "任职时间", "电话"], ["王明", "2026年1月", "123456789012"]])
    assert plan_to_json(plan(data), "zh_CN")["rows"][0] == {
        "line": 2,
        "action": "add",
        "name": "王明",
        "post": "",
        "sectors": [],
        "townships": [],
        "phone": "",
        "from": "2026-01-01",
        "until": None,
        "problems": ["电话“123456789012”不是有效号码，没有采用；手机应为 11 位，座机请写成“区号-号码”。"],
    }
    assert plan_to_json(plan(data), "en")["rows"][0]["problems"][0].startswith("The phone")
    refused = plan_to_json(plan(b"%PDF-1.4"), "en")
    assert refused == {
        "rows": [],
        "refused": {
            "reason": "This is not a spreadsheet (it looks like a PDF document); import an .xlsx, .xls or .csv file."
        },
    }


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_template_is_understood_and_its_examples_are_not_imported(locale: str) -> None:
    empty = template_file(locale)
    assert empty == template_file(locale)
    assert reason(empty).startswith("no_rows")
