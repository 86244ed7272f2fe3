"""Headings as offices write them: order, words, widths, titles above, two lines, merged groups."""

import pytest

from app.directory.importing.grid import Merge, Row, Sheet, fill_merges
from app.directory.importing.header import find_header
from app.directory.importing.headings import Field, find_field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("姓名", Field.NAME),
        ("姓  名", Field.NAME),
        ("姓　名", Field.NAME),
        ("姓\n名", Field.NAME),
        ("*姓名（必填）", Field.NAME),
        ("领导姓名", Field.NAME),
        ("接访领导", Field.NAME),
        ("领导姓名及职务", Field.NAME),
        ("单位及职务", Field.POST),
        ("电话/手机", Field.PHONE),
        ("Ｎａｍｅ", Field.NAME),
        ("姓名 Name", Field.NAME),
        ("Full name", Field.NAME),
        ("党政职务", Field.POST),
        ("现任职务", Field.POST),
        ("Post / Title", Field.POST),
        ("分管工作", Field.SECTORS),
        ("工作分工", Field.SECTORS),
        ("联系乡（镇）", Field.TOWNSHIPS),
        ("联系乡镇（街道）", Field.TOWNSHIPS),
        ("包联乡镇", Field.TOWNSHIPS),
        ("挂点乡镇", Field.TOWNSHIPS),
        ("联系镇街", Field.TOWNSHIPS),
        ("联系点", Field.TOWNSHIPS),
        ("联系电话（手机）", Field.PHONE),
        ("手机号码", Field.PHONE),
        ("联系方式：", Field.PHONE),
        ("任职时间", Field.FROM),
        ("到任时间", Field.FROM),
        ("起始日期", Field.FROM),
        ("离任时间", Field.UNTIL),
        ("任期至", Field.UNTIL),
        ("任期", Field.TERM),
        ("起止时间", Field.TERM),
        ("指挥长项目", Field.PROJECTS),
        ("所在单位", Field.OFFICE),
        ("接访比例", Field.WEIGHT),
        ("备注", Field.NOTES),
        ("序号", Field.IGNORED),
        ("联络员姓名", None),
        ("联系人电话", None),
        ("手机（秘书）", None),
        ("分管领导", None),
        ("爱好", None),
        ("各单位主要负责同志要高度重视领导接访工作，按时报送姓名和职务", None),
    ],
)
def test_what_headings_mean(heading: str, field: Field | None) -> None:
    assert find_field(heading) is field


def fields(rows: list[Row]) -> dict[str, int]:
    header = find_header(rows)
    assert header is not None
    return {column.field.value: column.index for column in header.columns}


def test_the_heading_below_titles_units_and_notes() -> None:
    rows: list[Row] = [
        ("示例县领导接访安排", "", ""),
        ("单位：示例县信访局", "", "2026年1月"),
        (),
        ("说明：姓名请写全名", "", ""),
        ("职务", "姓名", "电话"),
        ("县长", "甲某", "1"),
    ]
    header = find_header(rows)
    assert header is not None and (header.top, header.bottom) == (4, 4)
    assert fields(rows) == {"post": 0, "name": 1, "phone": 2}


def test_two_lines_without_merged_cells() -> None:
    rows: list[Row] = [
        ("姓名", "任职时间", "", "联系电话"),
        ("", "起", "止", ""),
        ("甲某", "2021.3", "2026.5", "1"),
    ]
    header = find_header(rows)
    assert header is not None and header.bottom == 1
    assert fields(rows) == {"name": 0, "from": 1, "until": 2, "phone": 3}


def test_two_lines_with_merged_groups() -> None:
    merges = (Merge(0, 0, 1, 0), Merge(0, 1, 0, 2), Merge(0, 3, 0, 4))
    sheet = Sheet(
        "",
        (
            ("姓名", "任职情况", "", "联系方式", ""),
            ("", "职务", "任职时间", "办公电话", "手机"),
            ("甲", "", "", "", ""),
        ),
    )
    rows = fill_merges(Sheet("", sheet.rows, merges=merges))
    header = find_header(rows, merges)
    assert header is not None and (header.top, header.bottom) == (0, 1)
    assert [column.index for column in header.columns_of(Field.PHONE)] == [4, 3]
    assert [column.index for column in header.columns_of(Field.POST)] == [1]
    assert header.problems == ()


def test_a_title_merged_over_all_columns_is_no_heading() -> None:
    merges = (Merge(0, 0, 0, 2),)
    rows = fill_merges(Sheet("", (("领导", "", ""), ("姓名", "职务", "电话")), merges=merges))
    header = find_header(rows, merges)
    assert header is not None and header.top == 1


def test_a_heading_that_stands_twice_is_a_problem_unless_it_was_merged() -> None:
    rows: list[Row] = [("姓名", "职务", "职务")]
    twice, merged = find_header(rows), find_header(rows, (Merge(0, 1, 0, 2),))
    assert twice is not None and "B 列和 C 列" in twice.problems[0].zh
    assert merged is not None and merged.problems == ()


def test_a_heading_without_a_name_is_found_for_the_sentence() -> None:
    header = find_header([("职务", "电话", "爱好")])
    assert header is not None and not header.has_name
    assert header.headings == ("职务", "电话", "爱好")
    assert find_header([("甲", "乙")]) is None
