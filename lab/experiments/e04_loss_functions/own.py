"""Own data: paste rows from a spreadsheet or open a CSV file, see how they were read, choose two columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from lab.core.text import _, n_
from lab.engine.table import Column, Table, read_csv, read_csv_file
from lab.experiments.e04_loss_functions.gestures import SetTable
from lab.experiments.e04_loss_functions.points import MAX_POINTS
from widgets.buttons import Button
from widgets.look import Refreshing, look
from widgets.select import Select
from widgets.stylesheet import kind

__all__ = ["OwnData", "chosen_columns"]

PREVIEW, WIDE = 4, 6


def chosen_columns(table: Table, x_name: str, y_name: str, title: str = "") -> SetTable:
    """Two columns of numbers as points; rows with a hole are left out.

    Raises ValueError when no row is left, or more than there is room for.
    """
    rows = table.numbers(x_name, y_name)
    rows = rows[~np.isnan(rows).any(axis=1)]
    if not 0 < len(rows) <= MAX_POINTS:
        told = _("{n} rows have a number in both columns; from 1 to {most} are needed.")
        raise ValueError(told.format(n=len(rows), most=MAX_POINTS))
    return SetTable(tuple(rows[:, 0].tolist()), tuple(rows[:, 1].tolist()), x_name, y_name, title)


class OwnData(Refreshing, QWidget):
    """`taken` carries the SetTable; `closed` comes when the page is left either way."""

    taken = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._title = ""
        self.text = QPlainTextEdit()
        kind(self.text, "code")
        self.text.setAccessibleName(_("Your table as text"))
        self.text.setPlaceholderText(_("Paste rows from a spreadsheet here, such as\nage, height\n10, 139\n11, 144"))
        self.text.setTabChangesFocus(True)
        self.open = Button(_("Open a CSV file…"), "outline", "folder-open")
        self.use, self.cancel = Button(_("Use it"), "primary", "check"), Button(_("Cancel"), "plain")
        self.x_column, self.y_column = Select(()), Select(())
        self.x_column.setAccessibleName(_("Column x"))
        self.y_column.setAccessibleName(_("Column y"))
        self.preview = QTableWidget(0, 0)
        self.preview.setAccessibleName(_("How the table was read"))
        self.preview.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.preview.verticalHeader().hide()
        self.preview.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.said = QLabel()
        kind(self.said, "small")
        self.said.setWordWrap(True)
        self._lay_out()
        self.text.textChanged.connect(self._read)
        self.open.clicked.connect(self._choose_file)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self.closed)
        self._show(None, "")

    def _lay_out(self) -> None:
        choice, buttons = QHBoxLayout(), QHBoxLayout()
        for words, select in (("x", self.x_column), ("y", self.y_column)):
            choice.addWidget(kind(QLabel(words), "label"))
            choice.addWidget(select, 1)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.use)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(kind(QLabel(_("Your own data")), "h3"))
        self._column.addWidget(self.text, 2)
        self._column.addWidget(self.said)
        self._column.addWidget(self.preview, 3)
        self._column.addLayout(choice)
        self._column.addLayout(buttons)
        self.relook()

    def begin(self, text: str = "") -> None:
        """Open the page with a text, e.g. from the clipboard."""
        self._title = ""
        self.text.setPlainText(text)
        self.text.setFocus()

    def read_file(self, path: str) -> None:
        """Read a CSV file; what is wrong with it is said."""
        with QSignalBlocker(self.text):
            self.text.setPlainText("")
        try:
            table = read_csv_file(Path(path))
        except (OSError, ValueError) as reason:
            self._show(None, str(reason))
            return
        self._title = Path(path).stem
        self._show(table, "")

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, _("Open a CSV file"), "", _("Tables (*.csv *.tsv *.txt);;All files (*)"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    def _read(self) -> None:
        text, self._title = self.text.toPlainText(), ""
        try:
            self._show(read_csv(text) if text.strip() else None, "")
        except ValueError as reason:
            self._show(None, str(reason))

    def _show(self, table: Table | None, wrong: str) -> None:
        """The preview, the choice of columns, and what is wrong."""
        numeric = [c.name for c in table.columns if c.numbers is not None] if table else []
        if table is not None and len(numeric) < 2:
            wrong = _("A line needs two columns of numbers; this table has {n}.").format(n=len(numeric))
        self._table = table
        holes = sum(int(column.missing.sum()) for column in table.columns) if table else 0
        told = n_("{n} row read.", "{n} rows read.", len(table)) if table else ""
        told += " " + n_("{n} cell is empty.", "{n} cells are empty.", holes) if holes else ""
        self.said.setText(wrong or told)
        self.said.setProperty("tone", "bad" if wrong else "text2")
        kind(self.said, "small")
        self.x_column.set_choices(numeric)
        self.y_column.set_choices(numeric)
        if len(numeric) > 1:
            self.y_column.set_chosen(numeric[1])
        self.use.setEnabled(len(numeric) > 1)
        self._fill(table)

    def _fill(self, table: Table | None) -> None:
        columns = table.columns[:WIDE] if table else ()
        rows = min(PREVIEW, len(table)) if table else 0
        self.preview.setColumnCount(len(columns))
        self.preview.setRowCount(rows)
        kinds = (_("numbers") if column.numbers is not None else _("words") for column in columns)
        self.preview.setHorizontalHeaderLabels([f"{c.name}\n{what}" for c, what in zip(columns, kinds)])
        for j, column in enumerate(columns):
            for i in range(rows):
                self.preview.setItem(i, j, QTableWidgetItem(_cell(column, i)))

    def _use(self) -> None:
        x, y = self.x_column.chosen_key(), self.y_column.chosen_key()
        if self._table is None or x is None or y is None:
            return
        try:
            table = chosen_columns(self._table, x, y, self._title)
        except ValueError as reason:
            self._show(self._table, str(reason))
            return
        self.taken.emit(table)
        self.closed.emit()

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))


def _cell(column: Column, row: int) -> str:
    if column.missing[row]:
        return _("missing")
    return f"{column.numbers[row]:g}" if column.numbers is not None else (column.words or ())[row]
