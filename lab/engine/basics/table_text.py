"""The text of a table: how it is cut into cells, and how that is guessed. What cannot be cut is named by its row."""

import csv
import io
import re
from collections.abc import Generator

from lab.core.pieces import result_of
from lab.core.records import dataclass
from lab.core.text import _

__all__ = [
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "MISSING",
    "NUMBER",
    "Format",
    "TableError",
    "cells_of",
    "cutting",
    "guess_format",
]

MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 8_000_000, 100_000, 200
ROWS_AT_ONCE = 1000
GUESSED_FROM = 100_000  # characters
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
NUMBER = {
    ".": re.compile(r"[+\-−]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+\-−]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}


class TableError(ValueError):
    """A table that cannot be read; the text names the row and the column as the learner counts them.

    row: the line in which something is wrong, counted from 1 as an editor does; 0 when it is no single line.
    rest: whether the table can be read without the rows that are like this one.
    """

    def __init__(self, text: str, row: int = 0, rest: bool = False) -> None:
        super().__init__(text)
        self.row, self.rest = row, rest


@dataclass(frozen=True, slots=True)
class Format:
    """How a text is to be read.

    delimiter: ",", ";" or a tab.  decimal: "." or ",".  header: whether the first row holds names.
    forgiving: whether rows that cannot be read are left out.
    """

    delimiter: str = ","
    decimal: str = "."
    header: bool = True
    forgiving: bool = False


def cells_of(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The rows that hold something, each with its number as an editor counts lines, and its trimmed cells.

    Raises TableError when a row cannot be cut, or there are too many rows or columns.
    """
    return result_of(cutting(text, delimiter))


def cutting(text: str, delimiter: str) -> Generator[float, None, list[tuple[int, list[str]]]]:
    """`cells_of` in pieces: yields the share that is cut, 0 … 1, and stops at the first row beyond a limit."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    lines = text.count("\n") + 1
    rows: list[tuple[int, list[str]]] = []
    try:
        for done, raw in enumerate(reader, 1):
            cells = [cell.strip() for cell in raw]
            if any(cells):
                rows.append((reader.line_num, cells))
                _check_limits(rows)
            if done % ROWS_AT_ONCE == 0:
                yield min(1.0, reader.line_num / lines)
    except csv.Error as error:
        message = _("row {row} cannot be read: {reason}").format(row=reader.line_num, reason=error)
        raise TableError(message, reader.line_num) from error
    return _without_empty(rows)


def _check_limits(rows: list[tuple[int, list[str]]]) -> None:
    """Raises TableError as soon as there is a row too many, or the first row has too many columns."""
    if len(rows) > MAX_ROWS:
        raise TableError(_("the table has more than {most} rows; no more are read").format(most=MAX_ROWS))
    if len(rows) == 1 and (n := _width(rows[0][1])) > MAX_COLUMNS:
        message = _("the table has {n} columns; at most {most} are read")
        raise TableError(message.format(n=n, most=MAX_COLUMNS), rows[0][0])


def _width(cells: list[str]) -> int:
    """How many cells a row has without the empty ones at its end."""
    return next((i for i in range(len(cells), 0, -1) if cells[i - 1]), 0)


def _without_empty(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Without the empty columns that spreadsheets leave at the end of every row."""
    width = max((_width(cells) for _row, cells in rows), default=0)
    same = len({len(cells) for _row, cells in rows}) == 1
    return [(row, cells[:width]) for row, cells in rows] if same else rows


def guess_format(text: str) -> Format:
    """How a text is most likely to be read, from its first lines.

    text: rows in lines.  The delimiter is the first of tab, semicolon and comma that cuts all lines into the
    same number of cells; the decimal mark is a comma where cells look like 3,5; the first row is a heading
    when none of its cells is a number. Any text has a guess, also one that then cannot be read.
    """
    lines = _first_lines(text)
    delimiter = _delimiter(lines)
    rows = _cells_or_none(lines, delimiter)
    with_comma = any("," in cell and NUMBER[","].fullmatch(cell) for row in rows for cell in row)
    decimal = "," if with_comma and delimiter != "," else "."
    return Format(delimiter, decimal, _has_heading(rows, decimal))


def _first_lines(text: str) -> list[str]:
    """Up to 50 lines that hold something, whole ones unless the first alone is longer than what is looked at."""
    lines = text[:GUESSED_FROM].splitlines()
    if len(text) > GUESSED_FROM and len(lines) > 1:
        lines.pop()
    return [line for line in lines[:50] if line.strip()]


def _cells_or_none(lines: list[str], delimiter: str) -> list[list[str]]:
    """The cells of some lines, none where they cannot be cut: what is wrong is said when the table is read."""
    try:
        return [cells for _row, cells in cells_of("\n".join(lines), delimiter)]
    except TableError:
        return []


def _delimiter(lines: list[str]) -> str:
    for mark in "\t;,":
        counts = {len(cells) for cells in _cells_or_none(lines, mark)}
        if len(counts) == 1 and counts != {1}:
            return mark
    return max(",;\t", key=lambda mark: sum(mark in line for line in lines))  # none fits every line


def _has_heading(rows: list[list[str]], decimal: str) -> bool:
    if len(rows) < 2:
        return False

    def number(cell: str) -> bool:
        return bool(NUMBER[decimal].fullmatch(cell))

    first, below = rows[0], rows[1:]
    if any(number(cell) for cell in first):
        return False
    any_numbers = any(number(cell) for row in below for cell in row)
    return any_numbers or len(set(first)) == len(first)
