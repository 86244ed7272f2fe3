"""The first table of a web page: many office systems "export to Excel" by naming one .xls."""

from html.parser import HTMLParser

from app.directory.importing import limits
from app.directory.importing.sandbox.refusal import Refusal


class _TableParser(HTMLParser):
    """Collects the cells of all tables as rows, repeating nothing; spans become merged blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self.merges: list[tuple[int, int, int, int]] = []
        self._taken: set[tuple[int, int]] = set()
        self._cell: list[str] | None = None
        self._column = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._close_cell()
            self.rows.append([])
            if len(self.rows) > limits.MAX_ROWS:
                raise Refusal("too_many_cells", sheet="", row=limits.MAX_ROWS, column=0)
        elif tag in {"td", "th"} and self.rows:
            self._close_cell()
            self._open_cell(dict(attrs))
        elif tag == "br" and self._cell is not None:
            self._cell.append("\n")

    def _open_cell(self, attributes: dict[str, str | None]) -> None:
        row, column = len(self.rows) - 1, len(self.rows[-1])
        while (row, column) in self._taken:
            self.rows[-1].append("")
            column += 1
        height = min(_span(attributes.get("rowspan")), limits.MAX_ROWS)
        width = min(_span(attributes.get("colspan")), limits.MAX_COLUMNS)
        if column + width > limits.MAX_COLUMNS:
            raise Refusal("too_many_cells", sheet="", row=row, column=column + width - 1)
        if height > 1 or width > 1:
            self.merges.append((row, column, row + height - 1, column + width - 1))
            if (
                len(self.merges) > limits.MAX_MERGES
                or len(self._taken) > limits.MAX_ROWS * limits.MAX_COLUMNS
            ):
                raise Refusal("bomb", detail="spans of an HTML table")
            self._taken |= {(r, c) for r in range(row, row + height) for c in range(column, column + width)}
        self.rows[-1].extend([""] * width)
        self._column = column
        self._cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th", "tr", "table"}:
            self._close_cell()

    def handle_data(self, data: str) -> None:
        if self._cell is not None:
            self._cell.append(data)

    def _close_cell(self) -> None:
        if self._cell is not None:
            self.rows[-1][self._column] = "".join(self._cell).strip()
            self._cell = None


def _span(text: str | None) -> int:
    return max(int(text), 1) if text and text.isascii() and text.isdecimal() and len(text) < 6 else 1


def read_table(text: str) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """Rows and merged blocks of the page's tables, one below the other. Refusal when there is no table."""
    parser = _TableParser()
    parser.feed(text)
    parser.close()
    if not any(parser.rows):
        raise Refusal("not_a_spreadsheet", kind="html")
    return parser.rows, parser.merges
