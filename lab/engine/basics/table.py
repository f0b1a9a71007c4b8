"""Tables: the ones that come with the lab, and whatever a learner pastes. A pasted text may use commas,
semicolons or tabs, points or decimal commas, may have a heading or none and holes in it; how it was read is
part of the result, so that it can be shown and corrected. What cannot be read is named by row and column."""

from collections.abc import Generator
from dataclasses import field, replace
from operator import not_

import numpy as np
from numpy.typing import NDArray

from lab.core.paths import asset
from lab.core.pieces import part_of, result_of
from lab.core.records import dataclass
from lab.core.text import _, n_
from lab.engine.basics.table_text import (
    MAX_BYTES,
    MISSING,
    NUMBER,
    Format,
    TableError,
    cutting,
    guess_format,
)

__all__ = [
    "BUNDLED",
    "MAX_BYTES",
    "Column",
    "Format",
    "Table",
    "TableError",
    "bundled",
    "digits",
    "guess_format",
    "left_out_words",
    "read_csv",
    "reading_csv",
]

CUT = 0.4  # of the time it takes to read a table, the share that cutting it into cells takes
Array = NDArray[np.float64]
Cell = tuple[int, str]  # with the number of its line
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: numbers, nan where missing, or words, empty where missing.

    name: its heading.  numbers: [N], or None for a column of words.  words: N texts, or None for numbers.
    """

    name: str
    numbers: Array | None = None
    words: tuple[str, ...] | None = None

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Which cells are empty, [N]."""
        if self.numbers is not None:
            return np.asarray(np.isnan(self.numbers))
        words = self.words or ()
        return np.fromiter(map(not_, words), bool, len(words))

    @property
    def categories(self) -> tuple[str, ...]:
        """The different words of a column of words, in alphabetical order; of numbers, none."""
        return tuple(sorted({word for word in self.words or () if word}))

    def codes(self) -> NDArray[np.int64]:
        """Each word's place among the categories, −1 where missing, [N].

        Raises ValueError for a column of numbers.
        """
        if self.words is None:
            raise ValueError(f"column {self.name!r} holds numbers; only words have codes")
        place = {word: code for code, word in enumerate(self.categories)}
        return np.array([place.get(word, -1) for word in self.words], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of examples in named columns, and how they were read.

    columns: all of one length.  read_as: the format that was used.  unread: rows that could not be read, left out.
    """

    columns: tuple[Column, ...]
    read_as: Format = field(default_factory=Format)
    unread: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    def __len__(self) -> int:
        first = self.columns[0] if self.columns else Column("", np.zeros(0))
        return len(first.missing)

    def column(self, name: str) -> Column:
        """The column of this name.  Raises ValueError naming those there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise ValueError(f"column: {name!r} is not among {', '.join(self.names)}")

    def numbers(self, *names: str) -> Array:
        """Columns of numbers side by side, [N, d]; of all columns of numbers when no name is given.

        Missing cells are nan.  Raises ValueError when a column is unknown or holds words.
        """
        chosen = names or tuple(column.name for column in self.columns if column.numbers is not None)
        found = [self.column(name) for name in chosen]
        for column in found:
            if column.numbers is None:
                raise ValueError(f"column {column.name!r} holds words, needs numbers")
        return np.stack([column.numbers for column in found if column.numbers is not None], axis=1)

    def where(self, rows: NDArray[np.int64] | NDArray[np.bool_]) -> "Table":
        """The table of these rows only.

        rows: indices, or [N] of whether to keep each.
        """
        chosen = np.arange(len(self))[rows]
        return replace(self, columns=tuple(_rows_of(column, chosen) for column in self.columns))

    def without_missing(self, *names: str) -> "Table":
        """The table without the rows that miss a cell in these columns, or in any when none is named."""
        chosen = [self.column(name) for name in names] or self.columns
        missing = [column.missing for column in chosen]
        return self.where(~np.any(missing, axis=0))


def _rows_of(column: Column, rows: NDArray[np.int64]) -> Column:
    words = None if column.words is None else tuple(column.words[row] for row in rows)
    return Column(column.name, None if column.numbers is None else column.numbers[rows], words)


def left_out_words(count: int, full: int = 0) -> tuple[str, ...]:
    """What is said where rows of a table could not be used; nothing when all could.

    full: the number of rows there is room for, where that was the reason; else a cell was missing.
    """
    message = n_("{n} row left out: a cell is missing", "{n} rows left out: a cell is missing", count)
    if full:
        message = _("room for {most} rows: {n} left out").format(most=full, n=count)
    return (message,) if count else ()


# Reading a text.


def read_csv(text: str, read_as: Format | None = None, words: tuple[str, ...] = ()) -> Table:
    """Reads a table from a text.

    text: rows in lines.  read_as: how; guessed when not given, and told in the table's `read_as`.
    words: columns to be taken as words even if they look like numbers.
    A column of which at least four cells in five are numbers is one of numbers.
    Raises TableError when a row has too many or too few cells, when a cell of such a column is no number,
    when there is no row, or when the text is too large.
    """
    return result_of(reading_csv(text, read_as, words))


def reading_csv(text: str, read_as: Format | None = None, words: tuple[str, ...] = ()) -> Generator[float, None, Table]:
    """`read_csv` in pieces: yields the share that is read, 0 … 1, so that a large table can be stopped."""
    if len(text) > MAX_BYTES:
        message = _("the text has {n} characters; at most {most} are read")
        raise TableError(message.format(n=len(text), most=MAX_BYTES))
    text = text.removeprefix("\ufeff")
    how = guess_format(text) if read_as is None else read_as
    rows = yield from part_of(cutting(text, how.delimiter), 0.0, CUT)
    if not rows:
        raise TableError(_("the text is empty; needs at least one row"))
    names = _headings(rows[0][1]) if how.header else [f"column {i + 1}" for i in range(len(rows[0][1]))]
    body = rows[1:] if how.header else rows
    if not body:
        raise TableError(_("there is a heading and no row below it"))
    unread = 0
    if how.forgiving:
        readable = _readable(body, names, how.decimal, words)
        body, unread = readable, len(body) - len(readable)
        if not body:
            raise TableError(_("no row can be read"))
    for number, cells in body:
        if len(cells) != len(names):
            raise _ragged(number, cells, names)
    columns = []
    for i, name in enumerate(names):
        columns.append(_column(name, [(number, cells[i]) for number, cells in body], how.decimal, name in words))
        yield CUT + (1 - CUT) * (i + 1) / len(names)
    return Table(tuple(columns), how, unread)


def _readable(body: list[Row], names: list[str], decimal: str, words: tuple[str, ...]) -> list[Row]:
    """The rows with a cell for every column, and a number wherever the others have one."""
    whole = [row for row in body if len(row[1]) == len(names)]
    bad: set[int] = set()
    for i, name in enumerate(names):
        cells = [(number, row[i]) for number, row in whole]
        wrong = _wrong(cells, decimal)
        if name not in words and len(wrong) * 5 <= len(_present(cells)):
            bad |= {number for number, _cell in wrong}
            bad |= {number for number, cell in cells if number not in bad and np.isinf(_to_number(cell, decimal))}
    return [row for row in whole if row[0] not in bad]


def _ragged(row: int, cells: list[str], names: list[str]) -> TableError:
    """The complaint about a row with too many or too few cells."""
    count = n_("{n} cell", "{n} cells", len(cells))
    message = _("row {row} has {cells}; the first row has {m}").format(row=row, cells=count, m=len(names))
    if len(cells) < len(names):
        lacking = _("column {name!r} is missing").format(name=names[len(cells)])
    else:
        lacking = _("there is no column for {cell!r}").format(cell=cells[len(names)][:40])
    return TableError(f"{message}: {lacking}", row, rest=True)


def _headings(cells: list[str]) -> list[str]:
    """Names that are not empty and not twice the same."""
    names: list[str] = []
    for i, cell in enumerate(cells):
        name = cell or f"column {i + 1}"
        names.append(name if name not in names else f"{name} ({i + 1})")
    return names


def _present(cells: list[Cell]) -> list[Cell]:
    return [(row, cell) for row, cell in cells if cell.lower() not in MISSING]


def _wrong(cells: list[Cell], decimal: str) -> list[Cell]:
    """The cells that are no numbers."""
    return [(row, cell) for row, cell in _present(cells) if not NUMBER[decimal].fullmatch(cell)]


def _column(name: str, cells: list[Cell], decimal: str, as_words: bool) -> Column:
    present, wrong = _present(cells), _wrong(cells, decimal)
    if as_words or len(wrong) * 5 > len(present):
        return Column(name, words=tuple("" if cell.lower() in MISSING else cell for _, cell in cells))
    if wrong:
        row, cell = wrong[0]
        shown = cell if len(cell) <= 40 else cell[:40] + "…"
        message = _("row {row}, column {name!r}: {cell!r} is not a number, as the others are")
        raise TableError(message.format(row=row, name=name, cell=shown), row, rest=True)
    numbers = np.array([_to_number(cell, decimal) for _, cell in cells])
    if np.isinf(numbers).any():
        row = cells[int(np.isinf(numbers).argmax())][0]
        message = _("row {row}, column {name!r}: the number is too large")
        raise TableError(message.format(row=row, name=name), row, rest=True)
    return Column(name, numbers=numbers)


def _to_number(cell: str, decimal: str) -> float:
    return np.nan if cell.lower() in MISSING else float(cell.replace(decimal, ".").replace("−", "-"))


# The tables that come with the lab.

IRIS = ("sepal_length", "sepal_width", "petal_length", "petal_width")
WINE = (
    *("alcohol", "malic_acid", "ash", "ash_alcalinity", "magnesium", "phenols", "flavanoids"),
    *("nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue", "od280_od315", "proline"),
)
CELL = (
    *("radius", "texture", "perimeter", "area", "smoothness", "compactness"),
    *("concavity", "concave_points", "symmetry", "fractal_dimension"),
)
CANCER = tuple(f"{what}_{name}" for what in ("mean", "error", "worst") for name in CELL)

BUNDLED: dict[str, tuple[str, tuple[str, ...] | None]] = {
    # the file, and the names of its columns of numbers where its first row holds counts and classes instead
    "crickets": ("crickets.csv", None),
    "houses": ("houses_sacramento.csv", None),
    "penguins": ("penguins.csv", None),
    "diabetes": ("diabetes.csv", None),
    "iris": ("iris.csv", IRIS),
    "wine": ("wine_data.csv", WINE),
    "breast_cancer": ("breast_cancer.csv", CANCER),
}


def bundled(name: str) -> Table:
    """One of the tables that come with the lab.

    name: a key of BUNDLED.  Raises ValueError naming those there are.
    """
    if name not in BUNDLED:
        raise ValueError(f"name: {name!r}, needs one of {', '.join(BUNDLED)}")
    file, names = BUNDLED[name]
    text = asset(f"data/{file}").read_text(encoding="utf-8")
    if names is None:
        return read_csv(text, Format())
    first, _, rest = text.partition("\n")
    classes = first.strip().split(",")[2:]  # the first row: rows, columns, and the names of the classes
    plain = read_csv(rest, Format(header=False))
    columns = [Column(title, column.numbers) for title, column in zip(names, plain.columns)]
    which = plain.columns[-1].numbers
    assert which is not None
    return Table((*columns, Column("class", words=tuple(classes[int(code)] for code in which))), plain.read_as)


def digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The 1,797 handwritten digits of 8 × 8 pixels.

    Returns pictures [1797, 8, 8] from 0 to 1, and which digit each is, [1797].
    """
    with np.load(asset("data/digits_8x8.npz"), allow_pickle=False) as file:
        return file["x"].reshape(-1, 8, 8) / 16.0, file["y"].astype(np.int64)
