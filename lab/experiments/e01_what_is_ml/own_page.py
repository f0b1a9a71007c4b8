"""Own data: paste a table from a spreadsheet or open a CSV file, see how it was read, choose two columns."""

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
from lab.experiments.e01_what_is_ml.examples import MAX_POINTS
from lab.experiments.e01_what_is_ml.gestures import SetTable
from widgets.buttons import Button
from widgets.checks import CheckBox
from widgets.look import Refreshing, look
from widgets.select import Select
from widgets.stylesheet import kind

__all__ = ["OwnPage", "table_of"]

PREVIEW = 4
EVERY = 3  # which row is kept back
ENOUGH = 9  # rows from which keeping some back is offered


def table_of(table: Table, x_name: str, y_name: str, keep_back: bool, title: str = "") -> SetTable:
    """Two columns of numbers as the points; rows with a missing cell are left out, every third kept back.

    Raises ValueError when fewer than one row is left, or more than there is room for.
    """
    rows = table.numbers(x_name, y_name)
    rows = rows[~np.isnan(rows).any(axis=1)]
    if not len(rows):
        raise ValueError(_("No row has a number in both columns."))
    if len(rows) > MAX_POINTS:
        raise ValueError(
            _("The table has {n} rows; there is room for {most}.").format(n=len(rows), most=MAX_POINTS)
        )
    kept = np.arange(len(rows)) % EVERY == EVERY - 1
    if not keep_back:
        kept[:] = False
    seen, new = rows[~kept], rows[kept]
    columns = (tuple(part[:, i].tolist()) for part in (seen, new) for i in (0, 1))
    return SetTable(*columns, x_name, y_name, title)


class OwnPage(Refreshing, QWidget):
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
        self.text.setPlaceholderText(
            _("Paste rows from a spreadsheet here, such as\nage, height\n10, 139\n11, 144")
        )
        self.text.setTabChangesFocus(True)
        self.open = Button(_("Open a CSV file…"), "outline", "folder-open")
        self.use = Button(_("Use it"), "primary", "check")
        self.cancel = Button(_("Cancel"), "plain")
        self.x, self.y = Select(()), Select(())
        self.x.setAccessibleName(_("Column that is known"))
        self.y.setAccessibleName(_("Column that is wanted"))
        self.keep = CheckBox(_("Keep every third row back as new points"))
        self.preview = QTableWidget(0, 0)
        self.preview.setAccessibleName(_("How the table was read"))
        self.preview.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.preview.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.preview.verticalHeader().hide()
        self.preview.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.said = kind(QLabel(), "small")
        self.said.setWordWrap(True)
        self._lay_out()
        self.text.textChanged.connect(self._read)
        self.open.clicked.connect(self._choose_file)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self.closed)
        self._read()

    def _lay_out(self) -> None:
        choice = QHBoxLayout()
        for words, select in ((_("known (x)"), self.x), (_("wanted (y)"), self.y)):
            label = kind(QLabel(words), "label")
            label.setBuddy(select)
            choice.addWidget(label)
            choice.addWidget(select, 1)
        buttons = QHBoxLayout()
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
        self._column.addWidget(self.keep)
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
            self.text.setPlainText("")  # a file may be too long to be edited here
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
        if not text.strip():
            self._show(None, "")
            return
        try:
            self._show(read_csv(text), "")
        except ValueError as reason:
            self._show(None, str(reason))

    def _show(self, table: Table | None, wrong: str) -> None:
        """The preview, the choice of columns, and what is wrong."""
        numeric = [c.name for c in table.columns if c.numbers is not None] if table else []
        if table is not None and len(numeric) < 2:
            wrong = _("A line needs two columns of numbers; this table has {n}.").format(n=len(numeric))
        self._table = table
        self.said.setText(wrong or (self._read_as(table) if table else ""))
        self.said.setProperty("tone", "bad" if wrong else "text2")
        kind(self.said, "small")
        self.x.set_choices(numeric)
        self.y.set_choices(numeric)
        if len(numeric) > 1 and self.y.chosen_key() == self.x.chosen_key():
            self.y.set_chosen(numeric[-1] if self.x.chosen_key() != numeric[-1] else numeric[0])
        enough = table is not None and len(table) >= ENOUGH
        self.keep.setEnabled(enough)
        self.keep.setChecked(enough)
        self.use.setEnabled(table is not None and len(numeric) > 1)
        self._fill(table)

    def _read_as(self, table: Table) -> str:
        missing = sum(int(column.missing.sum()) for column in table.columns)
        names = {"\t": _("tabs"), ";": _("semicolons"), ",": _("commas")}
        told = (
            n_("{n} row", "{n} rows", len(table))
            + ", "
            + _("cut at {what}").format(what=names[table.read_as.delimiter])
        )
        told = f"{self._title}: {told}" if self._title else told
        return f"{told}. " + (n_("{n} cell is empty.", "{n} cells are empty.", missing) if missing else "")

    def _fill(self, table: Table | None) -> None:
        columns = table.columns[:8] if table else ()
        rows = min(PREVIEW, len(table)) if table else 0
        self.preview.setColumnCount(len(columns))
        self.preview.setRowCount(rows)
        kinds = (_("numbers") if column.numbers is not None else _("words") for column in columns)
        self.preview.setHorizontalHeaderLabels([f"{c.name}\n{what}" for c, what in zip(columns, kinds)])
        for j, column in enumerate(columns):
            for i in range(rows):
                self.preview.setItem(i, j, QTableWidgetItem(_cell(column, i)))

    def _use(self) -> None:
        x, y = self.x.chosen_key(), self.y.chosen_key()
        if self._table is None or x is None or y is None:
            return
        try:
            table = table_of(self._table, x, y, self.keep.isChecked(), self._title)
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
