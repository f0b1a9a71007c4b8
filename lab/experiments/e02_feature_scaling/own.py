"""Own data: paste rows from a spreadsheet or open a CSV file, see how each column was read, choose three."""

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
from lab.experiments.e02_feature_scaling.gestures import SetTable
from lab.experiments.e02_feature_scaling.sheets import MAX_ROWS, own_sheet
from widgets.buttons import Button
from widgets.look import Refreshing, look
from widgets.select import Select
from widgets.stylesheet import kind

__all__ = ["OwnData", "chosen_columns"]

PREVIEW, WIDE = 4, 6
PARTS = ("x₁", "x₂", "y")


def chosen_columns(table: Table, names: tuple[str, str, str], title: str = "") -> SetTable:
    """Three columns as a table: rows without a y are left out, holes in a feature stay holes.

    A column of words becomes the places of its words in the alphabet. Raises ValueError as `own_sheet` does.
    """
    columns = [_numbers(table.column(name)) for name in names]
    rows = np.stack(columns, axis=1)
    rows = rows[~np.isnan(rows[:, 2])]
    if len(rows) > MAX_ROWS:
        raise ValueError(_("{n} rows; at most {most} are taken.").format(n=len(rows), most=MAX_ROWS))
    own_sheet(rows[:, :2], rows[:, 2], names, title)
    first, second = ([None if np.isnan(v) else v for v in rows[:, j].tolist()] for j in (0, 1))
    return SetTable(tuple(first), tuple(second), tuple(rows[:, 2].tolist()), names, title)


def _numbers(column: Column) -> np.ndarray:
    """A column as numbers, nan where missing."""
    if column.numbers is not None:
        return column.numbers
    codes = column.codes().astype(float)
    return np.where(codes < 0, np.nan, codes)


class OwnData(Refreshing, QWidget):
    """`taken` carries the SetTable; `closed` comes when the page is left either way."""

    taken = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: Table | None = None
        self._title = ""
        self.text = kind(QPlainTextEdit(), "code")
        self.text.setAccessibleName(_("Your table as text"))
        self.text.setPlaceholderText(_("Paste rows from a spreadsheet here, such as\narea, rooms, rent\n62, 2, 710"))
        self.text.setTabChangesFocus(True)
        self.open = Button(_("Open a CSV file…"), "outline", "folder-open")
        self.use, self.cancel = Button(_("Use it"), "primary", "check"), Button(_("Cancel"), "plain")
        self.selects = tuple(Select(()) for _part in PARTS)
        for part, select in zip(PARTS, self.selects):
            select.setAccessibleName(_("Column {name}").format(name=part))
        self.preview = QTableWidget(0, 0)
        self.preview.setAccessibleName(_("How the table was read"))
        self.preview.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.preview.setTabKeyNavigation(False)
        self.preview.verticalHeader().hide()
        self.preview.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.said = kind(QLabel(), "small")
        self.said.setWordWrap(True)
        self._lay_out()
        self.text.textChanged.connect(self._read)
        self.open.clicked.connect(self._choose_file)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self.closed)
        self._show(None, "")

    def _lay_out(self) -> None:
        choice, buttons = QHBoxLayout(), QHBoxLayout()
        for part, select in zip(PARTS, self.selects):
            choice.addWidget(kind(QLabel(part), "label"))
            choice.addWidget(select, 1)
        buttons.addWidget(self.open)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.use)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(kind(QLabel(_("Your own table")), "h3"))
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
        names = table.names if table else ()
        if table is not None and len(names) < 3:
            wrong = _("Two features and a column to predict are needed; this table has {n} columns.")
            wrong = wrong.format(n=len(names))
        self._table = table
        holes = sum(int(column.missing.sum()) for column in table.columns) if table else 0
        told = n_("{n} row read.", "{n} rows read.", len(table)) if table else ""
        told += " " + n_("{n} cell is missing.", "{n} cells are missing.", holes) if holes else ""
        self.said.setText(wrong or told)
        self.said.setProperty("tone", "bad" if wrong else "text2")
        kind(self.said, "small")
        for i, select in enumerate(self.selects):
            select.set_choices(names)
            if len(names) > 2:
                select.set_chosen(names[i])
        self.use.setEnabled(len(names) > 2)
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
                item = QTableWidgetItem(_cell(column, i))
                if column.missing[i]:
                    item.setBackground(look().color("warn_soft"))
                self.preview.setItem(i, j, item)

    def _use(self) -> None:
        first, second, y = (select.chosen_key() for select in self.selects)
        if self._table is None or first is None or second is None or y is None:
            return
        try:
            table = chosen_columns(self._table, (first, second, y), self._title)
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
