"""A look at an .xlsx archive's own sizes, and at its cells, before a parser is trusted with it.

python-calamine reserves memory for the rectangle up to the farthest cell, reads error cells as empty and says
nothing about formulas; so the sheets are scanned here first, as a stream.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat

from app.directory.importing import limits
from app.directory.importing.sandbox.refusal import Refusal

_CHUNK_BYTES = 256 * 1024
_REFERENCE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_ENCRYPTED_FLAG = 0x1
_SEPARATOR = "\x1f"


@dataclass(slots=True)
class SheetScan:
    """What the cells of one sheet are like: last used row and column, formulas, error texts by place."""

    last_row: int = -1
    last_column: int = -1
    formulas: list[tuple[int, int]] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)

    def use(self, row: int, column: int, sheet: str) -> None:
        """Count a cell that holds something. Refusal when it lies outside the limits."""
        if row >= limits.MAX_ROWS or column >= limits.MAX_COLUMNS:
            raise Refusal("too_many_cells", sheet=sheet, row=row, column=column)
        self.last_row = max(self.last_row, row)
        self.last_column = max(self.last_column, column)

    def add_formula(self, row: int, column: int, sheet: str) -> None:
        """Remember a formula's place. Refusal when there are more than anyone would mend by hand."""
        if len(self.formulas) >= limits.MAX_FORMULAS_LISTED:
            first_row, first_column = self.formulas[0]
            raise Refusal("formula", sheet=sheet, row=first_row, column=first_column)
        self.formulas.append((row, column))


def open_archive(data: bytes) -> zipfile.ZipFile:
    """The archive, after its sizes were found reasonable and its kind to be an .xlsx workbook.

    Raises Refusal: broken, encrypted, too_large, bomb, or the kind of document it is instead.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Refusal("broken", detail=repr(error)) from error
    entries = archive.infolist()
    _check_sizes(entries)
    _check_kind({entry.filename for entry in entries})
    return archive


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if any(entry.flag_bits & _ENCRYPTED_FLAG for entry in entries):
        raise Refusal("encrypted")
    if len(entries) > limits.MAX_ARCHIVE_ENTRIES:
        raise Refusal("bomb", detail=f"{len(entries)} entries")
    for entry in entries:
        large = entry.file_size > limits.RATIO_COUNTS_FROM_BYTES
        if large and entry.file_size > limits.MAX_RATIO * max(entry.compress_size, 1):
            raise Refusal(
                "bomb", detail=f"{entry.filename}: {entry.compress_size} -> {entry.file_size} bytes"
            )
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.MAX_UNPACKED_BYTES:
        raise Refusal("bomb", detail=f"{unpacked} bytes unpacked")


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise Refusal("other_spreadsheet", kind=".xlsb")
    if "content.xml" in names:
        raise Refusal("other_spreadsheet", kind=".ods")
    if any(name.startswith("word/") for name in names):
        raise Refusal("not_a_spreadsheet", kind="word")
    if any(name.startswith("ppt/") for name in names):
        raise Refusal("not_a_spreadsheet", kind="powerpoint")
    raise Refusal("not_a_spreadsheet", kind="zip")


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Sheet names in order, each with the archive part that holds its cells."""
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def on_relation(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            targets[attributes.get("Id", "")] = _part_name(attributes.get("Target", ""))

    def on_sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet" and len(sheets) <= limits.MAX_SHEETS:
            sheets[attributes.get("name", "")] = targets.get(_relation_id(attributes), "")

    _parse(archive, "xl/_rels/workbook.xml.rels", on_relation)
    _parse(archive, "xl/workbook.xml", on_sheet)
    return sheets


def _relation_id(attributes: dict[str, str]) -> str:
    return next((value for key, value in attributes.items() if key.endswith(f"{_SEPARATOR}id")), "")


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target.removeprefix('./')}"


def scan_sheet(archive: zipfile.ZipFile, part: str, name: str) -> SheetScan:
    """Walk over the cells of one sheet. Raises Refusal: too_many_cells, formula, broken."""
    handler = _CellHandler(name)
    _parse(archive, part, handler.start, handler.end, handler.text)
    return handler.scan


class _CellHandler:
    """Follows rows and cells of a sheet's XML; a cell without a reference stands right of the last one."""

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.scan = SheetScan()
        self.row, self.column = -1, -1
        self.is_error = False
        self.value: list[str] | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self.row = int(attributes["r"]) - 1 if attributes.get("r", "").isdecimal() else self.row + 1
            self.column = -1
        elif tag in {"v", "is"}:
            self.scan.use(self.row, self.column, self.sheet)
            self.value = [] if self.is_error else None
        elif tag == "f":
            self.scan.use(self.row, self.column, self.sheet)
            self.scan.add_formula(self.row, self.column, self.sheet)

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        if match:
            self.row, self.column = int(match[2]) - 1, _column_index(match[1])
        else:
            self.column += 1
        self.is_error = attributes.get("t") == "e"

    def end(self, tag: str) -> None:
        if tag == "v" and self.value is not None:
            self.scan.errors.append((self.row, self.column, "".join(self.value)[:20]))
            self.value = None

    def text(self, characters: str) -> None:
        if self.value is not None:
            self.value.append(characters)


def _column_index(letters: str) -> int:
    index = 0
    for letter in letters.upper():
        index = index * 26 + ord(letter) - ord("A") + 1
    return index - 1


def _parse(
    archive: zipfile.ZipFile,
    part: str,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(_SEPARATOR)[2], attributes)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(_SEPARATOR)[2])
    if text is not None:
        parser.CharacterDataHandler = text
    try:
        for chunk in _chunks(archive, part):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refusal("broken", detail=f"{part}: {error!r}") from error


def _refuse_doctype(*_: object) -> None:
    """No spreadsheet program writes a document type; it is how entity bombs are made."""
    raise Refusal("broken", detail="document type declaration")


def _chunks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The bytes of a part. Python reads no more than the archive declares and then checks the sum, so a part
    that lies about its size ends here."""
    try:
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                yield chunk
    except (KeyError, zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise Refusal("broken", detail=f"{part}: {error!r}") from error


def check_contents(archive: zipfile.ZipFile) -> None:
    """Unpack every XML part once, so that no part is larger than declared when the parser meets it."""
    for entry in archive.infolist():
        if entry.filename.lower().endswith((".xml", ".rels")):
            for _ in _chunks(archive, entry.filename):
                pass
