"""The pages for own data and own text, with the smallest reader that can fill them."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import numpy as np

from widgets.pages.data_sheet import Chosen, DataSheet, Wanted
from widgets.pages.sheet_choice import Role
from widgets.pages.text_sheet import TextSheet, TextWanted

__all__ = ["Reader", "data_sheet", "text_sheet"]

ROWS = "age;height;name\n" + "".join(f"{n};{100 + 5 * n};child {n}\n" for n in range(4, 12))


@dataclass(frozen=True, slots=True)
class Format:
    """How a text is read."""

    delimiter: str = ","
    decimal: str = "."
    header: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """Numbers or words of one column."""

    name: str
    numbers: Any
    words: Any

    @property
    def missing(self) -> Any:
        return np.zeros(len(self.words if self.numbers is None else self.numbers), bool)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of one length."""

    columns: tuple[Column, ...]
    read_as: Format

    def __len__(self) -> int:
        return len(self.columns[0].missing)

    def where(self, rows: Any, /) -> Table:
        kept = [
            Column(c.name, *(None if v is None else np.array(v)[rows] for v in (c.numbers, c.words)))
            for c in self.columns
        ]
        return Table(tuple(kept), self.read_as)


class Reader:
    """Reads rows of cells; raises ValueError where they differ in length."""

    MAX_BYTES = 100_000

    def guess_format(self, text: str, /) -> Format:
        return Format(";" if ";" in text else ",")

    def reading_csv(self, text: str, read_as: Format | None = None, /) -> Generator[float, None, Table]:
        yield 0.0
        how = read_as or self.guess_format(text)
        rows = [line.split(how.delimiter) for line in text.splitlines() if line.strip()]
        if len({len(row) for row in rows}) > 1:
            raise ValueError("Some rows have more cells than others.")
        names = rows[0] if how.header else [f"column {n + 1}" for n in range(len(rows[0]))]
        body = rows[1:] if how.header else rows
        return Table(tuple(_column(name, [row[n] for row in body], how) for n, name in enumerate(names)), how)


def _column(name: str, cells: list[str], how: Format) -> Column:
    try:
        return Column(name.strip(), np.array([float(cell.replace(how.decimal, ".")) for cell in cells]), None)
    except ValueError:
        return Column(name.strip(), None, tuple(cells))


def _take(chosen: Chosen) -> int:
    return len(chosen.table)


def data_sheet() -> DataSheet:
    """The page for own data, with eight rows pasted."""
    sheet = DataSheet(Reader(), Wanted((Role("x", "known"), Role("y", "wanted")), _take, lambda n: [f"{n} rows used"]))
    sheet.begin(ROWS)
    return sheet


def text_sheet() -> TextSheet:
    """The page for own text, with a sentence."""
    sheet = TextSheet(TextWanted(lambda text, _title: text, lambda text: f"{len(text.split())} words"))
    sheet.begin("The cat slept because it was tired.")
    return sheet
