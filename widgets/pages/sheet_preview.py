"""The first rows of a table as it was read: which columns hold numbers and which words, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from widgets.base.figures import grouped
from widgets.base.look import Refreshing, look
from widgets.base.words import _

__all__ = ["Column", "SheetPreview", "Table"]

ROWS, COLUMNS = 5, 8


class Column(Protocol):
    """`numbers`: [N], nan where missing, or None.  `words`: N texts, or None.  `missing`: [N] of bool."""

    @property
    def name(self) -> str: ...
    @property
    def numbers(self) -> Any: ...
    @property
    def words(self) -> Any: ...
    @property
    def missing(self) -> Any: ...


class Table(Protocol):
    """Named columns of one length, and how they were read (delimiter, decimal, header)."""

    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def read_as(self) -> Any: ...
    def __len__(self) -> int: ...
    def where(self, rows: Any, /) -> Table:
        """The table of the rows with these numbers only."""
        ...


class SheetPreview(Refreshing, QTableWidget):
    """A few rows and columns of a table; a missing cell says so, on a ground of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 0, parent)
        self.setAccessibleName(_("How the table was read"))
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAcceptDrops(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        self.horizontalHeader().setDefaultAlignment(start)
        self.relook()

    def show_table(self, table: Table | None) -> None:
        """Other rows; None empties the preview."""
        columns = table.columns[:COLUMNS] if table else ()
        rows = min(ROWS, len(table)) if table else 0
        self.setColumnCount(len(columns))
        self.setRowCount(rows)
        self.setHorizontalHeaderLabels([_heading(column) for column in columns])
        for j, column in enumerate(columns):
            for i in range(rows):
                self.setItem(i, j, _item(column, i))

    def relook(self) -> None:
        self.verticalHeader().setDefaultSectionSize(look().px(22))
        self.verticalHeader().setMinimumSectionSize(look().px(18))


def _heading(column: Column) -> str:
    """The name, and below it what the column holds: "numbers, 2 missing"."""
    what = _("words") if column.numbers is None else _("numbers")
    missing = int(column.missing.sum())
    return f"{column.name}\n{what}" + (", " + _("{n} missing").format(n=missing) if missing else "")


def _item(column: Column, row: int) -> QTableWidgetItem:
    if column.missing[row]:
        item = QTableWidgetItem(_("missing"))
        item.setBackground(look().color("warn_soft"))
        return item
    text = column.words[row] if column.numbers is None else grouped(f"{column.numbers[row]:.12g}".replace("-", "−"))
    return QTableWidgetItem(text)
