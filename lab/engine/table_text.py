"""The text of a table: how it is cut into cells, and how that is guessed. What cannot be cut is named by its row."""

import csv
import io
import re
from dataclasses import dataclass

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
    "guess_format",
]

MAX_BYTES, MAX_ROWS, MAX_COLUMNS = 8_000_000, 100_000, 200
MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "?", "-"})
NUMBER = {
    ".": re.compile(r"[+\-−]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"),
    ",": re.compile(r"[+\-−]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?"),
}


class TableError(ValueError):
    """A table that cannot be read; the text names the row and the column as the learner counts them.

    row: the line in which something is wrong, counted from 1 as an editor does; 0 when it is no single line.
    """

    def __init__(self, text: str, row: int = 0) -> None:
        super().__init__(text)
        self.row = row


@dataclass(frozen=True, slots=True)
class Format:
    """How a text is to be read.

    delimiter: ",", ";" or a tab.  decimal: "." or ",".  header: whether the first row holds names.
    """

    delimiter: str = ","
    decimal: str = "."
    header: bool = True


def cells_of(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The rows that hold something, each with its number as an editor counts lines, and its trimmed cells."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True)
    try:
        read = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        told = _("row {row} cannot be read: {reason}").format(row=reader.line_num, reason=error)
        raise TableError(told, reader.line_num) from error
    rows = _without_empty([(number, cells) for number, cells in read if any(cells)])
    if len(rows) > MAX_ROWS:
        raise TableError(_("the table has {n} rows; at most {most} are read").format(n=len(rows), most=MAX_ROWS))
    if rows and len(rows[0][1]) > MAX_COLUMNS:
        told = _("the table has {n} columns; at most {most} are read")
        raise TableError(told.format(n=len(rows[0][1]), most=MAX_COLUMNS))
    return rows


def _without_empty(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """Without the empty columns that spreadsheets leave at the end of every row."""
    width = max((i + 1 for _row, cells in rows for i, cell in enumerate(cells) if cell), default=0)
    same = len({len(cells) for _row, cells in rows}) == 1
    return [(row, cells[:width]) for row, cells in rows] if same else rows


def guess_format(text: str) -> Format:
    """How a text is most likely to be read, from its first lines.

    text: rows in lines.  The delimiter is the first of tab, semicolon and comma that cuts all lines into the
    same number of cells; the decimal mark is a comma where cells look like 3,5; the first row is a heading
    when none of its cells is a number.
    """
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    delimiter = _delimiter(lines)
    rows = [cells for _row, cells in cells_of("\n".join(lines), delimiter)]
    with_comma = any("," in cell and NUMBER[","].fullmatch(cell) for row in rows for cell in row)
    decimal = "," if with_comma and delimiter != "," else "."
    return Format(delimiter, decimal, _has_heading(rows, decimal))


def _delimiter(lines: list[str]) -> str:
    for mark in "\t;,":
        counts = {len(cells) for _row, cells in cells_of("\n".join(lines), mark)}
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
