"""Names, telephone numbers, weights and lists as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.directory.importing.cells import (
    clean_name,
    clean_text,
    half_width,
    is_error_value,
    looks_like_formula,
    parse_role,
    parse_weight,
)
from app.directory.importing.grid import Cell
from app.directory.importing.lists import split_list, split_sectors, split_townships
from app.directory.importing.phones import clean_phone

TYPED = st.text(
    alphabet="王小明李四·. 　\u200b（）()女县长书记、，12１２3-－abＡ~转①②和镇乡东河/", max_size=14
)
LISTED = st.text(alphabet="东西河镇乡和教育分管等、，；;/\n 　①②（）a", max_size=20)


@pytest.mark.parametrize(
    ("typed", "name", "title"),
    [
        ("王小明", "王小明", ""),
        ("王 小 明", "王小明", ""),
        ("王小明 同志", "王小明", ""),
        ("王小明县长同志", "王小明", "县长"),
        ("王　明", "王明", ""),
        ("\u200b王\ufeff明 ", "王明", ""),
        ("王\n明", "王明", ""),
        ("欧阳 小明", "欧阳小明", ""),
        ("阿卜杜·示例", "阿卜杜·示例", ""),
        ("阿卜杜 • 示例", "阿卜杜·示例", ""),
        ("阿卜杜・示例", "阿卜杜·示例", ""),
        ("张三（常委）", "张三", "常委"),
        ("张三(女)", "张三", ""),
        ("张三（女，回族）", "张三", ""),
        ("张三 县长", "张三", "县长"),
        ("县长 张三", "张三", "县长"),
        ("张三县长", "张三", "县长"),
        ("县委书记张三", "张三", "县委书记"),
        ("张三 县委常委、副县长", "张三", "县委常委、副县长"),
        ("张三副县长", "张三", "副县长"),
        ("诸葛小明书记", "诸葛小明", "书记"),
        ("Ａｎｎａ　Example", "Anna Example", ""),
    ],
)
def test_names(typed: str, name: str, title: str) -> None:
    found = clean_name(typed)
    assert (found.name, found.title, found.is_refused) == (name, title, False)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("张三、李四", "两个人"),
        ("张三 李四", "两个人"),
        ("张三\n李四五", "两个人"),
        ("待定", "人选确定"),
        ("空 缺", "人选确定"),
        ("王县长", "全名"),
        ("欧阳书记", "全名"),
        ("13800138000", "不是人名"),
        ("张3", "不是人名"),
        ("a@b.example", "不是人名"),
    ],
)
def test_what_is_no_name_says_why(typed: str, word: str) -> None:
    found = clean_name(typed)
    assert found.is_refused
    assert word in found.problems[0].zh
    assert found.problems[0].en


@pytest.mark.parametrize("typed", ["", " ", "　", "-", "—", "/", "无"])
def test_no_name_at_all(typed: str) -> None:
    assert clean_name(typed).is_refused
    assert clean_name(typed).problems == ()


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", "13800138000"),
        (13800138000, "13800138000"),
        (13800138000.0, "13800138000"),
        ("138 0013 8000", "13800138000"),
        ("138-0013-8000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("+86 138 0013 8000", "13800138000"),
        ("(+86)13800138000", "13800138000"),
        ("0086-13800138000", "13800138000"),
        ("86 13800138000", "13800138000"),
        ("'13800138000", "13800138000"),
        ("手机：13800138000", "13800138000"),
        ("13800138000（微信同号）", "13800138000"),
        ("0312-1234567", "0312-1234567"),
        ("（0312）1234567", "0312-1234567"),
        ("03121234567", "0312-1234567"),
        ("0312 1234567", "0312-1234567"),
        ("0312—1234567", "0312-1234567"),
        ("010-12345678", "010-12345678"),
        ("0312-1234567-8001", "0312-1234567-8001"),
        ("0312-1234567转8001", "0312-1234567-8001"),
        ("0312-1234567 ext. 12", "0312-1234567-12"),
        ("+86 312 1234567", "0312-1234567"),
        ("400-123-4567", "400-123-4567"),
        ("1234567", "1234567"),
    ],
)
def test_phones(typed: Cell, number: str) -> None:
    found = clean_phone(typed)
    assert found.number == number
    assert found.problems == ()


@pytest.mark.parametrize(
    ("typed", "number", "word"),
    [
        ("1.38E+10", "", "科学计数法"),
        ("138 0013 8000（手机）0312-2222222（办）", "13800138000", "不止一个"),
        ("1.38001E+10", "", "科学计数法"),
        ("1380013800", "", "不是有效号码"),
        ("138001380001", "", "不是有效号码"),
        ("138****8000", "", "不是有效号码"),
        ("见通讯录", "", "不是有效号码"),
        (3121234567.0, "0312-1234567", "开头的 0"),
        ("668123", "668123", "短号"),
        ("13800138000、13900139000", "13800138000", "不止一个"),
        ("13800138000/0312-1234567", "13800138000", "不止一个"),
        ("0312-1234567\n13800138000", "13800138000", "不止一个"),
        ("13800138000 13900139000", "13800138000", "不止一个"),
        ("办公0312-1234567 手机13800138000", "13800138000", "不止一个"),
    ],
)
def test_phones_with_a_problem(typed: Cell, number: str, word: str) -> None:
    found = clean_phone(typed)
    assert found.number == number
    assert word in found.problems[0].zh
    assert found.problems[0].en


@pytest.mark.parametrize("typed", ["", "-", "——", "无", "/"])
def test_no_phone_is_no_problem(typed: str) -> None:
    assert clean_phone(typed) == clean_phone("")


@pytest.mark.parametrize(
    ("typed", "items"),
    [
        ("教育、卫生", ("教育", "卫生")),
        ("教育，卫生；文化;体育/科技", ("教育", "卫生", "文化", "体育", "科技")),
        ("教育 卫生", ("教育", "卫生")),
        ("教育、卫生　文化", ("教育", "卫生", "文化")),
        ("教 育", ("教育",)),
        ("教育和体育", ("教育和体育",)),
        ("①教育②卫生", ("教育", "卫生")),
        ("1.教育 2.卫生", ("教育", "卫生")),
        ("1、教育\n2、卫生", ("教育", "卫生")),
        ("（一）教育；（二）卫生。", ("教育", "卫生")),
        ("分管教育、卫生等工作", ("教育", "卫生")),
        ("农业（含林业、水利）、乡村振兴", ("农业（含林业、水利）", "乡村振兴")),
        ("教育、教育", ("教育",)),
        ("Public security, health", ("Public security", "health")),
        ("无", ()),
        ("", ()),
    ],
)
def test_sectors(typed: str, items: tuple[str, ...]) -> None:
    assert split_sectors(typed) == items


KNOWN = ["东河镇", "西岭乡", "和平镇", "南山街道", "大河镇", "大河乡"]


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("东河镇、西岭乡", ("东河镇", "西岭乡")),
        ("东河 西岭", ("东河镇", "西岭乡")),
        ("东河镇和西岭乡", ("东河镇", "西岭乡")),
        ("东河镇和和平镇", ("东河镇", "和平镇")),
        ("东河镇和平镇", ("东河镇", "和平镇")),
        ("东河镇西岭乡", ("东河镇", "西岭乡")),
        ("示例县东河镇", ("东河镇",)),
        ("南山街道办事处", ("南山街道",)),
        ("东河镇、西岭乡等2个乡镇", ("东河镇", "西岭乡")),
    ],
)
def test_townships_are_matched_to_the_known_ones(typed: str, names: tuple[str, ...]) -> None:
    found = split_townships(typed, KNOWN)
    assert found.names == names
    assert found.problems == ()


@pytest.mark.parametrize(
    ("typed", "names", "word"),
    [
        ("东河乡", ("东河镇",), "按“东河镇”处理"),
        ("大河", ("大河",), "写全名"),
        ("北湖镇", ("北湖镇",), "不在"),
    ],
)
def test_townships_that_need_a_look(typed: str, names: tuple[str, ...], word: str) -> None:
    found = split_townships(typed, KNOWN)
    assert found.names == names
    assert word in found.problems[0].zh


def test_townships_without_a_list_stay_as_written() -> None:
    assert split_townships("示例镇和范例乡、和平镇", None).names == ("示例镇", "范例乡", "和平镇")


@pytest.mark.parametrize(
    "text", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", " =1", "\t=1"]
)
def test_texts_that_would_run_as_formulas(text: str) -> None:
    assert looks_like_formula(text)


@pytest.mark.parametrize("text", ["", "-", "+86 138 0013 8000", "-5", "—", "1=1", "+", "@", 5])
def test_texts_that_would_not(text: Cell) -> None:
    assert not looks_like_formula(text)


def test_small_parsers() -> None:
    assert [parse_weight(text) for text in ("0.5", "50%", "１/2")] == [Decimal("0.5")] * 3
    assert [parse_weight(text) for text in ("很多", "NaN", "-1", "1/0")] == [None] * 4
    assert [parse_role(text) for text in ("党政正职", "副职", "正", "")] == ["lead", "deputy", "lead", ""]
    assert is_error_value("#REF!") and not is_error_value("县长")
    assert clean_text("县委 常委、 副县长（兼）") == "县委常委、副县长（兼）"
    assert clean_text(3.0) == "3"


@settings(max_examples=150, deadline=None)
@given(TYPED)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert half_width(half_width(text)) == half_width(text)
    assert clean_text(clean_text(text)) == clean_text(text)
    name = clean_name(text).name
    assert not name or clean_name(name).name == name
    number = clean_phone(text).number
    assert not number or clean_phone(number).number == number


@settings(max_examples=150, deadline=None)
@given(LISTED)
def test_lists_written_one_item_a_line_are_the_same_lists(text: str) -> None:
    items = split_list(text)
    assert split_list("\n".join(items)) == items
    sectors = split_sectors(text)
    assert split_sectors("\n".join(sectors)) == sectors


@pytest.mark.parametrize(
    ("typed", "sectors"),
    [
        ("协助县长分管财政；负责：1.教育 2.卫生", ("财政", "教育", "卫生")),
        ("协助抓教育、卫生", ("教育", "卫生")),
    ],
)
def test_words_that_only_introduce_sectors_are_no_sectors(typed: str, sectors: tuple[str, ...]) -> None:
    assert split_sectors(typed) == sectors


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("东河镇西岭乡", ("东河镇", "西岭乡")),
        ("东河镇西岭乡和平安街道", ("东河镇", "西岭乡", "平安街道")),
        ("景德镇镇", ("景德镇镇",)),
        ("青石镇石桥村", ("青石镇石桥村",)),
    ],
)
def test_townships_nobody_knows_are_cut_only_at_their_endings(typed: str, names: tuple[str, ...]) -> None:
    assert split_townships(typed, None).names == names
