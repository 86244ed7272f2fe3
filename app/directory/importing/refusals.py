"""The one sentence for every reason to refuse a whole file: what, where, and how to mend it."""

from collections.abc import Mapping

from app.core.text import Text
from app.directory.importing import limits
from app.directory.importing.errors import FileRefused
from app.directory.importing.grid import cell_reference

_MEBIBYTES = limits.MAX_FILE_BYTES // limits.MEBIBYTE
_SAVE_AS_ZH = "请在 Excel 或 WPS 里打开，另存为 .xlsx 后再导入"
_SAVE_AS_EN = "open it in Excel or WPS, save it as .xlsx and import that"

_KINDS = {
    "pdf": Text("PDF 文件", "a PDF document"),
    "word": Text("Word 文档", "a Word document"),
    "powerpoint": Text("演示文稿", "a presentation"),
    "image": Text("图片", "a picture"),
    "zip": Text("压缩包", "an archive"),
    "html": Text("没有表格的网页", "a web page without a table"),
    "rtf": Text("RTF 文档", "an RTF document"),
    "other": Text("别的文件", "something else"),
}

_SENTENCES: dict[str, tuple[str, str]] = {
    "empty": (
        "文件是空的，请选择有领导名单的表格。",
        "The file is empty; choose the spreadsheet with the list of leaders.",
    ),
    "file_too_large": (
        f"文件超过 {_MEBIBYTES} MB，领导名单不会这么大；请只留下名单，删去图片和多余的工作表后再导入。",
        f"The file is larger than {_MEBIBYTES} MB; keep only the list, remove pictures and other sheets, and import it again.",
    ),
    "bomb": (
        "文件解压后过大，像是“压缩炸弹”，没有打开；请把名单复制到新的工作簿里再导入。",
        "The file unpacks to far more than its size, like a zip bomb, and was not opened; "
        "copy the list into a new workbook and import that.",
    ),
    "encrypted": (
        "文件设有密码，无法读取；请在 Excel 或 WPS 里取消密码后再导入。",
        "The file is protected with a password; remove the password in Excel or WPS and import it again.",
    ),
    "not_a_spreadsheet": (
        "这不是电子表格（看起来是{kind}）；请导入 .xlsx、.xls 或 .csv 文件。",
        "This is not a spreadsheet (it looks like {kind}); import an .xlsx, .xls or .csv file.",
    ),
    "other_spreadsheet": (
        f"不支持 {{kind}} 格式的表格；{_SAVE_AS_ZH}。",
        f"Spreadsheets of the kind {{kind}} are not read; {_SAVE_AS_EN}.",
    ),
    "old_excel": (
        f"这是 Excel 95 或更早版本的文件；{_SAVE_AS_ZH}。",
        f"The file was made by Excel 95 or older; {_SAVE_AS_EN}.",
    ),
    "broken": (
        f"文件已损坏或不完整，无法读取；请重新取得文件，或者{_SAVE_AS_ZH.removeprefix('请')}。",
        f"The file is damaged or incomplete; get it again, or {_SAVE_AS_EN}.",
    ),
    "too_many_cells": (
        f"工作表“{{sheet}}”的 {{cell}} 单元格还有内容，超过了 {limits.MAX_ROWS} 行 × {limits.MAX_COLUMNS} 列；"
        "请删去名单以外的内容后再导入。",
        f"Sheet “{{sheet}}” still holds something in cell {{cell}}, beyond {limits.MAX_ROWS} rows × "
        f"{limits.MAX_COLUMNS} columns; remove what does not belong to the list and import it again.",
    ),
    "too_many_sheets": (
        f"文件有 {{count}} 个工作表，超过 {limits.MAX_SHEETS} 个；请只留下领导名单。",
        f"The file has {{count}} sheets, more than {limits.MAX_SHEETS}; keep only the list of leaders.",
    ),
    "too_much_text": (
        "文件里的文字过多，不像领导名单；请只留下名单后再导入。",
        "The file holds far more text than a list of leaders; keep only the list and import it again.",
    ),
    "too_heavy": (
        "文件过于复杂，读取时超出了内存或时间限制；请把名单复制到新的工作簿里再导入。",
        "Reading the file took too much memory or time; copy the list into a new workbook and import that.",
    ),
    "formula": (
        "工作表“{sheet}”的 {cell} 单元格是公式，导入只接受数值和文字；请全选、复制，再“选择性粘贴 → 数值”，保存后重新导入。",
        "Cell {cell} of sheet “{sheet}” holds a formula, and only plain values are imported; "
        "copy the sheet, use “Paste special → Values”, save and import it again.",
    ),
    "unknown_encoding": (
        "无法识别文件的文字编码，可能不是文本表格；请在 Excel 或 WPS 里另存为 .xlsx 或“CSV UTF-8”后再导入。",
        "The file's text encoding is not recognised and it may not be a text table; "
        "save it as .xlsx or “CSV UTF-8” and import that.",
    ),
    "open_quote": (
        "第 {line} 行起有一个引号没有配对，后面的内容分不清列；请补上或删去这个引号后再导入。",
        "A quotation mark opened around line {line} is never closed, so the columns cannot be told apart; "
        "close or remove it and import the file again.",
    ),
    "no_header": (
        "没有找到表头：需要有一行写着“姓名”等列名；请补上表头，或使用下载的模板。文件开头是：{found}。",
        "No heading row was found: one row must name the columns, such as “姓名” (name); "
        "add it or use the template. The file begins with: {found}.",
    ),
    "no_name_column": (
        "表头里没有“姓名”一列，只找到：{found}；请把写姓名的那一列的列名改为“姓名”后再导入。",
        "The heading row has no name column, only: {found}; name that column “姓名” or “name” and import it again.",
    ),
    "two_name_columns": (
        "表头里有两列“姓名”（{cell} 和 {other}），分不清以哪一列为准；请只留下一列，左右并排的表请改成上下排列。",
        "The heading row has two name columns ({cell} and {other}); keep one, and put tables that stand side by side "
        "one below the other.",
    ),
    "no_rows": (
        "表头下面没有领导；请从表头的下一行起，每行填一位领导后再导入。",
        "There are no leaders below the heading row; fill in one leader per row and import it again.",
    ),
}


def refuse(code: str, detail: str = "", **values: str | int) -> FileRefused:
    """The exception to raise for a reason. KeyError for a code without a sentence."""
    zh, en = _SENTENCES[code]
    return FileRefused(code, Text(zh.format(**_in(values, "zh")), en.format(**_in(values, "en"))), detail)


def _in(values: Mapping[str, str | int], language: str) -> dict[str, str | int]:
    """The values as words: kinds of file by name, a row and a column as the cell's reference."""
    words = dict(values)
    kind = str(words.get("kind", ""))
    words["kind"] = getattr(_KINDS[kind], language) if kind in _KINDS else kind
    if "row" in words and "column" in words:
        words["cell"] = cell_reference(int(words["row"]), int(words["column"]))
    if words.get("sheet") == "":
        words["sheet"] = "1"
    return words
