"""Files of every kind that people try to import: what is read, and the one sentence for what is not."""

import struct
import subprocess
import sys
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from app.directory.importing import limits, reader
from app.directory.importing.errors import FileRefused
from app.directory.importing.grid import Book, Merge, cell_reference
from app.directory.importing.reader import read_file
from app.directory.importing.sandbox import archive
from app.directory.importing.sandbox.refusal import Refusal
from tests.unit.directory_import.files import (
    Rows,
    Value,
    compound_file,
    csv_file,
    plan,
    reason,
    xls,
    xlsx,
    xlsx_with_part,
    zip_file,
)

LIST: Rows = [["姓名", "职务"], ["甲某", "县长"], ["乙某", "局长"]]
SHEET = "xl/worksheets/sheet1.xml"
OPENING = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSING = b"</sheetData></worksheet>"
NAME_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'.encode()


def sheet_xml(rows: bytes) -> bytes:
    """An .xlsx whose first sheet has the name heading and the given rows as XML."""
    return xlsx_with_part(SHEET, OPENING + NAME_ROW + rows + CLOSING)


def test_both_excel_formats_give_the_same_cells() -> None:
    rows: Rows = [["姓名", "电话", "系数", "任职时间"], ["甲某", 13800138000, 0.5, date(2026, 1, 5)]]
    new, old = (read_file(data).sheets[0].rows for data in (xlsx(rows), xls(rows)))
    assert new == old == (("姓名", "电话", "系数", "任职时间"), ("甲某", 13800138000, 0.5, date(2026, 1, 5)))


def test_merged_blocks_are_known_in_both_formats() -> None:
    rows: Rows = [["姓名", "职务"], ["甲某", "县长"], [None, "局长"]]
    assert read_file(xlsx(rows, merges=["A2:A3"])).sheets[0].merges == (Merge(1, 0, 2, 0),)
    assert read_file(xls(rows, merges=[(1, 2, 0, 0)])).sheets[0].merges == (Merge(1, 0, 2, 0),)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "，", "|"])
def test_text_tables_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    rows = plan(csv_file(LIST, encoding=encoding, delimiter=delimiter)).rows
    assert [(row.line, row.name, row.post) for row in rows] == [(2, "甲某", "县长"), (3, "乙某", "局长")]


def test_commas_inside_cells_do_not_hide_the_delimiter() -> None:
    data = "姓名;分管工作\n甲某;教育,卫生,文化\n乙某;农业,水利\n".encode()
    assert [row.sectors for row in plan(data).rows] == [("教育", "卫生", "文化"), ("农业", "水利")]


def test_quoted_line_breaks_and_the_separator_hint() -> None:
    data = 'sep=;\r\n姓名;分管工作\r\n甲某;"教育\n卫生"\r\n乙某;农业\r\n'.encode("utf-8-sig")
    assert [(row.line, row.sectors) for row in plan(data).rows] == [(2, ("教育", "卫生")), (3, ("农业",))]


def test_a_web_page_named_xls_is_read_as_its_table() -> None:
    page = (
        "<html><body><table><tr><td colspan='3'>名单</td></tr><tr><th>姓名</th><th>职务</th><th>联系乡镇</th></tr>"
        "<tr><td rowspan='2'>甲某</td><td>县长</td><td>东河镇<br>西岭乡</td></tr><tr><td>县长</td><td>北湖镇</td></tr></table>"
    )
    done = plan(page.encode("gb18030"))
    assert done.rows[0].townships == ("东河镇", "西岭乡", "北湖镇")
    assert "网页" in done.notes[0].zh


@pytest.mark.parametrize(
    ("data", "code", "word"),
    [
        (b"", "empty", "空"),
        (b" \r\n\r\n", "empty", "空"),
        (b"\xef\xbb\xbf", "empty", "空"),
        (b"%PDF-1.7 ...", "not_a_spreadsheet", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "not_a_spreadsheet", "图片"),
        (b"\xff\xd8\xff\xe0....", "not_a_spreadsheet", "图片"),
        (b"Rar!\x1a\x07\x00", "not_a_spreadsheet", "压缩包"),
        (b"{\\rtf1 x}", "not_a_spreadsheet", "RTF"),
        (b"\x00\x01\x02\x03" * 100, "unknown_encoding", "编码"),
        (b"\x7fELF\x02\x01\x01\x00" * 9, "unknown_encoding", "编码"),
        (b"<html><body>404</body></html>", "not_a_spreadsheet", "网页"),
        (
            b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "other_spreadsheet",
            "另存",
        ),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "other_spreadsheet", "另存"),
        (b"\x09\x08\x08\x00\x00\x05\x10\x00" + b"\0" * 90, "old_excel", "Excel 95"),
        (b"PK\x03\x04broken", "broken", "损坏"),
        (zip_file({"word/document.xml": b"<w/>"}), "not_a_spreadsheet", "Word"),
        (zip_file({"ppt/presentation.xml": b"<p/>"}), "not_a_spreadsheet", "演示"),
        (zip_file({"xl/workbook.bin": b""}), "other_spreadsheet", ".xlsb"),
        (zip_file({"content.xml": b"<x/>"}), "other_spreadsheet", ".ods"),
        (zip_file({"readme.txt": b"x"}), "not_a_spreadsheet", "压缩包"),
        (compound_file({"EncryptedPackage": b"x" * 600, "EncryptionInfo": b"x"}), "encrypted", "密码"),
        (compound_file({"WordDocument": b"x" * 600}), "not_a_spreadsheet", "Word"),
        (compound_file({"Book": b"x" * 600}), "old_excel", "Excel 95"),
        (compound_file({"Something": b"x"}), "not_a_spreadsheet", "别的文件"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600, "broken", "损坏"),
        ("随便一段话，没有表。".encode(), "no_header", "表头"),
        ("职务,电话\n县长,13800138000\n".encode(), "no_name_column", "职务、电话"),
        ("姓名,职务\n".encode(), "no_rows", "没有领导"),
        ('姓名,职务\n甲某,"县长\n乙某,局长\n'.encode(), "open_quote", "第 2 行"),
    ],
)
def test_one_sentence_for_what_cannot_be_read(data: bytes, code: str, word: str) -> None:
    refused = plan(data)
    assert reason(data).split(" ")[0] == code
    assert refused.refused is not None and word in refused.refused.zh
    assert refused.refused.en and "{" not in refused.refused.zh + refused.refused.en
    assert "\n" not in refused.refused.zh
    assert refused.rows == ()


def test_a_file_cut_short_is_damaged() -> None:
    for data in (xlsx(LIST), xls(LIST)):
        for length in (600, len(data) // 2, len(data) - 200):
            assert reason(data[:length]).startswith(("broken", "not_a_spreadsheet", "empty")), length


def test_an_xls_with_a_password_record() -> None:
    plain = xls(LIST)
    begin = plain.index(struct.pack("<HH", 0x0809, 16))
    # The record after BOF is overwritten by FILEPASS (0x002F), as a protected workbook has it.
    data = plain[: begin + 20] + struct.pack("<H", 0x002F) + plain[begin + 22 :]
    assert reason(data).startswith("encrypted")


def test_an_archive_with_a_password() -> None:
    data = bytearray(xlsx(LIST))
    entry = data.index(b"PK\x01\x02")
    data[entry + 8] |= 1
    assert reason(bytes(data)).startswith("encrypted")


def test_a_file_above_the_size_limit() -> None:
    assert reason(b"x" * (limits.MAX_FILE_BYTES + 1)).startswith("file_too_large")


def test_a_bomb_is_recognised_before_it_is_unpacked() -> None:
    data = sheet_xml(b" " * 30_000_000)
    assert len(data) < 100_000
    tracemalloc.start()
    try:
        assert reason(data).startswith("bomb")
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_many_entries_and_large_totals_are_bombs() -> None:
    many = {f"xl/{number}.txt": b"" for number in range(limits.MAX_ARCHIVE_ENTRIES + 1)}
    assert reason(zip_file({"xl/workbook.xml": b"<x/>", **many})).startswith("bomb")


def test_an_archive_that_lies_about_its_sizes() -> None:
    data = bytearray(xlsx_with_part("xl/styles.xml", b"<styleSheet>" + b" " * 9_000_000 + b"</styleSheet>"))
    size = struct.pack("<I", 9_000_025)
    while (place := data.find(size)) >= 0:
        data[place : place + 4] = struct.pack("<I", 25)
    with pytest.raises(Refusal), archive.open_archive(bytes(data)) as opened:
        archive.check_contents(opened)
    assert reason(bytes(data)).startswith("broken")


def test_a_document_type_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'
    assert reason(xlsx_with_part(SHEET, bomb)).startswith("broken")


@pytest.mark.parametrize("cell", ["XFD1048576", f"A{limits.MAX_ROWS + 1}", "GS1"])
def test_a_far_cell_is_named(cell: str) -> None:
    data = sheet_xml(f'<row><c r="{cell}"><v>1</v></c></row>'.encode())
    assert reason(data).startswith("too_many_cells")
    assert cell in reason(data)


def test_a_far_cell_without_content_and_a_false_dimension_do_not_matter() -> None:
    rows = '<row r="2"><c r="A2" t="inlineStr"><is><t>甲某</t></is></c></row><row r="1048576"><c r="XFD1048576" s="0"/></row>'
    data = OPENING.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
    found = plan(xlsx_with_part(SHEET, data + NAME_ROW + rows.encode() + CLOSING))
    assert [row.name for row in found.rows] == ["甲某"]


def test_cells_without_references_are_counted_from_the_left() -> None:
    cells = b"<c><v>1</v></c>" * (limits.MAX_COLUMNS + 1)
    assert "GS2" in reason(sheet_xml(b"<row>" + cells + b"</row>"))


def test_too_many_rows_of_text() -> None:
    data = csv_file([["姓名"], *([["甲某"]] * limits.MAX_ROWS)])
    assert reason(data).startswith("too_many_cells")
    assert f"A{limits.MAX_ROWS + 1}" in reason(data)


def test_a_hostile_merge_stays_inside_the_used_area() -> None:
    merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A2:XFD1048576"/></mergeCells></worksheet>'
    row = '<row r="2"><c r="A2" t="inlineStr"><is><t>甲某</t></is></c></row>'.encode()
    found = plan(xlsx_with_part(SHEET, OPENING + NAME_ROW + row + merge))
    assert [row.name for row in found.rows] == ["甲某"]


@pytest.mark.parametrize(
    ("data", "cell"),
    [
        (xlsx([["姓名", "职务"], ["甲某", "县长"], ["乙某"]], formulas={"B3": "=B2"}), "B3"),
        (xlsx([["姓名", "职务"], ["甲某"]], formulas={"B2": '=HYPERLINK("http://x.example","县长")'}), "B2"),
        (xlsx([["姓名", "职务"], ["甲某", "=cmd|' /C calc'!A0"]]), "B2"),
        (xls([["姓名", "职务"], ["甲某", "县长"]], formula_at=(1, 1)), "B2"),
        (csv_file([["姓名", "职务"], ["=1+1", "县长"]]), "A2"),
        (csv_file([["姓名", "备注"], ["甲某", "+cmd|x!A1"]]), "B2"),
        (csv_file([["姓名", "备注"], ["甲某", "@SUM(1)"]]), "B2"),
    ],
)
def test_formulas_are_refused_and_the_first_is_named(data: bytes, cell: str) -> None:
    assert reason(data).startswith("formula")
    assert f" {cell} " in reason(data)
    assert "粘贴" in reason(data)


def test_formulas_where_nothing_is_read_do_no_harm() -> None:
    rows: Rows = [["序号", "姓名", "年龄"], [1, "甲某", 5], ["合计", None, None]]
    found = plan(xlsx(rows, formulas={"A2": "=ROW()-1", "C2": "=1", "B3": "=COUNTA(B2:B2)"}))
    assert [(row.line, row.name) for row in found.rows] == [(2, "甲某")]


def test_error_cells_are_seen_although_the_parser_drops_them() -> None:
    sheet = b'<row r="2"><c r="A2" t="e"><v>#REF!</v></c></row>'
    assert read_file(sheet_xml(sheet)).sheets[0].rows[1] == ("#REF!",)


def _refusal(call: str) -> str:
    with pytest.raises(FileRefused) as caught:
        read_file(xlsx(LIST))
    return f"{call} {caught.value.code} {caught.value.detail}"


def test_a_child_that_crashes_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_CHILD", "import os; os.abort()")
    assert "too_heavy signal 6" in _refusal("abort")
    monkeypatch.setattr(reader, "_CHILD", "raise SystemExit('odd')")
    assert "broken" in _refusal("exit")


def test_a_child_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "_CHILD", "while True: pass")
    monkeypatch.setattr(limits, "CHILD_WALL_SECONDS", 0.3)
    assert "too_heavy time limit" in _refusal("time")


def test_the_child_cannot_take_more_memory_than_it_was_given() -> None:
    script = (
        "import sys; sys.path.append(sys.argv[1])\n"
        "from app.directory.importing.sandbox.child import limit_this_process\n"
        "limit_this_process()\n"
        "try: bytearray(2 << 30)\n"
        "except MemoryError: print('stopped')\n"
    )
    root = str(Path(reader.__file__).resolve().parents[3])
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, root], capture_output=True, text=True, check=True
    )
    assert done.stdout == "stopped\n"


def test_the_child_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "do not tell")
    monkeypatch.setattr(reader, "_CHILD", "import os, sys; sys.exit(repr(dict(os.environ)))")
    assert "do not tell" not in _refusal("environment")
    assert "SECRET_KEY" not in _refusal("environment")


def test_as_many_rows_as_are_taken() -> None:
    rows: list[list[Value]] = [["姓名", "职务", "分管领域", "联系乡镇", "联系电话", "任职时间"]]
    rows += [
        [
            f"{'甲乙丙丁戊己庚辛'[n % 8]}{chr(0x4E00 + n)}",
            "副县长",
            "教育、卫生",
            "东河镇、西岭乡",
            f"139{n:08d}",
            "2026年1月5日",
        ]
        for n in range(limits.MAX_ROWS - 1)
    ]
    for data in (xlsx(rows), csv_file(rows)):
        assert plan(data, known_townships=["东河镇", "西岭乡"]).count("add") == limits.MAX_ROWS - 1


def test_cell_references() -> None:
    assert [
        cell_reference(0, 0),
        cell_reference(6, 1),
        cell_reference(0, 26),
        cell_reference(1048575, 16383),
    ] == [
        "A1",
        "B7",
        "AA1",
        "XFD1048576",
    ]


def test_hidden_sheets_are_marked() -> None:
    book: Book = read_file(xlsx(LIST, others={"藏": LIST}, hidden=["藏"]))
    assert [(sheet.name, sheet.visible) for sheet in book.sheets] == [("名单", True), ("藏", False)]
