"""The points as a table to type into, and the way in for one's own: pasted from a spreadsheet, dropped, or
opened from a file. What was understood of a text is shown before it is used, missing cells and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QHeaderView, QLabel, QTableView, QVBoxLayout, QWidget

from lab.core.numbers import exact, parse_number
from lab.core.simulation import Set
from lab.core.text import _, n_
from lab.engine.table import Table, read_csv, read_csv_file
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import MovePoint, Restore, SetBar, SetSecond, SetTable
from lab.experiments.e03_linear_regression.sheet import MAX_POINTS, Sheet
from widgets.buttons import Button
from widgets.look import Refreshing, look
from widgets.select import Select
from widgets.stylesheet import kind

__all__ = ["DataPanel", "PointsModel", "table_action"]

Index = QModelIndex | QPersistentModelIndex
NONE = ""  # the choice of no second feature


class PointsModel(QAbstractTableModel):
    """The columns of a sheet; an entry is parsed as any number of the lab and handed on, not kept."""

    edited = Signal(int, str, float)  # point, column, value
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet: Sheet | None = None
        self._keys: tuple[str, ...] = ()

    def show_sheet(self, sheet: Sheet, bars: bool) -> None:
        """Show other points."""
        keys = ("x", *(("second",) if sheet.second is not None else ()), "y", *(("bar",) if bars else ()))
        same = self._sheet is not None and keys == self._keys and len(sheet) == len(self._sheet)
        if not same or self._sheet is None or sheet.names != self._sheet.names:
            self.beginResetModel()
            self._sheet, self._keys = sheet, keys
            self.endResetModel()
            return
        self._sheet = sheet
        if len(sheet):
            self.dataChanged.emit(self.index(0, 0), self.index(len(sheet) - 1, len(keys) - 1))

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if self._sheet is None or (parent is not None and parent.isValid()) else len(self._sheet)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._sheet is None or not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return None
        if self._sheet.test[index.row()]:
            return "?"  # locked away
        value = float(self._column(index.column())[index.row()])
        return exact(float(f"{value:.5g}" if role == Qt.ItemDataRole.DisplayRole else f"{value:.12g}"))

    def _column(self, number: int) -> np.ndarray:
        assert self._sheet is not None
        column = getattr(self._sheet, self._keys[number])
        assert isinstance(column, np.ndarray)
        return column

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or self._sheet is None:
            return False
        try:
            number = parse_number(str(value)).value
            if self._keys[index.column()] == "bar" and number <= 0:
                raise ValueError(_("An error bar must be longer than 0."))
        except ValueError as reason:
            self.refused.emit(str(reason))
            return False
        self.refused.emit("")
        if number != float(self._column(index.column())[index.row()]):
            self.edited.emit(index.row(), self._keys[index.column()], number)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        locked = self._sheet is None or not index.isValid() or bool(self._sheet.test[index.row()])
        return usual if locked else usual | Qt.ItemFlag.ItemIsEditable

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if role not in shown or self._sheet is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        names = dict(zip(("x", "second", "y"), self._sheet.names)) | {"bar": _("error bar")}
        return _(names[self._keys[section]])


def table_action(table: Table, x: str, y: str, second: str = NONE) -> SetTable:
    """The gesture that takes these columns; rows with a missing cell are left out.

    Raises ValueError when no row is whole, or there are too many of them.
    """
    names = (x, *((second,) if second else ()), y)
    rows = table.numbers(*names)
    rows = rows[np.isfinite(rows).all(axis=1)]
    if not len(rows):
        raise ValueError(_("Every row misses a cell in these columns."))
    if len(rows) > MAX_POINTS:
        raise ValueError(
            _("There are {count} rows; {most} are the most.").format(count=len(rows), most=MAX_POINTS)
        )
    columns = [tuple(column.tolist()) for column in rows.T]
    called = (x[:60], second[:60] or "x₂", y[:60])
    return SetTable("own", columns[0], columns[-1], columns[1] if second else (), called)


class DataPanel(Refreshing, QWidget):
    """Buttons, what was read, and the table of points."""

    acted = Signal(object)
    gesture_ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: RegressionFrame | None = None
        self._read: Table | None = None
        self._dialog: QFileDialog | None = None
        self.paste = Button(_("Paste"), "outline", "copy", height=28)
        self.open = Button(_("Open CSV…"), "outline", "folder-open", height=28)
        self.empty = Button(_("Empty"), "plain", "trash-2", height=28)
        self.restore = Button(_("Put all back"), "plain", "undo-2", height=28)
        self.summary = kind(QLabel(), "small")
        self.problem = kind(QLabel(), "small")
        self.choose = {key: Select(()) for key in ("x", "second", "y")}
        self.use = Button(_("Use this table"), "primary", height=28)
        self.cancel = Button(_("Cancel"), "plain", height=28)
        self.model = PointsModel(self)
        self.table = QTableView()
        self._preview = QWidget()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        first, second = QHBoxLayout(), QHBoxLayout()
        for button in (self.paste, self.open):
            first.addWidget(button)
        first.addStretch(1)
        for button in (self.empty, self.restore):
            second.addWidget(button)
        second.addStretch(1)
        inner = QVBoxLayout(self._preview)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.summary)
        self._rows = [QHBoxLayout() for _key in self.choose]
        words = {"x": "x", "second": "x₂", "y": "y"}
        for row, (key, select) in zip(self._rows, self.choose.items()):
            label = kind(QLabel(words[key]), "strong")
            label.setMinimumWidth(look().px(24))
            select.setAccessibleName(_("Column for {name}").format(name=words[key]))
            row.addWidget(label)
            row.addWidget(select, 1)
            inner.addLayout(row)
        deeds = QHBoxLayout()
        deeds.addWidget(self.use)
        deeds.addWidget(self.cancel)
        deeds.addStretch(1)
        inner.addLayout(deeds)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (first, second):
            self._column.addLayout(part)
        self._column.addWidget(self.problem)
        self._column.addWidget(self._preview)
        self._column.addWidget(self.table, 1)
        self._preview.hide()
        self.problem.hide()
        self.table.setModel(self.model)
        self.table.setAccessibleName(_("Table of the points"))
        self.table.setTabKeyNavigation(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.horizontalHeader().setTextElideMode(Qt.TextElideMode.ElideRight)
        start = Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        self.table.horizontalHeader().setDefaultAlignment(start)
        self.table.verticalHeader().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.problem.setProperty("tone", "bad")
        for label in (self.summary, self.problem):
            label.setWordWrap(True)

    def _connect(self) -> None:
        self.paste.clicked.connect(self._paste)
        self.open.clicked.connect(self._choose_file)
        self.empty.clicked.connect(self._start_empty)
        self.restore.clicked.connect(self._put_back)
        self.use.clicked.connect(self._use)
        self.cancel.clicked.connect(self._forget)
        self.model.edited.connect(self._edited)
        self.model.refused.connect(self._tell)

    # ------------------------------------------------------------------------------------- the frame

    def show_frame(self, frame: RegressionFrame) -> None:
        """The points as they are now."""
        before, self._frame = self._frame, frame
        bars = frame.params.weighting == "bars"
        same = (
            before is not None and before.sheet is frame.sheet and (before.params.weighting == "bars") == bars
        )
        if not same:
            self.model.show_sheet(frame.sheet, bars)

    def open_row(self, number: int) -> None:
        """Begin to type the first number of a point."""
        self._forget()
        index = self.model.index(number, 0)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.edit(index)

    # ------------------------------------------------------------------------------------ texts, files

    def read_text(self, text: str) -> None:
        """Show what is understood of a text."""
        try:
            self._show_table(read_csv(text))
        except ValueError as reason:
            self._forget()
            self._tell(_("Not read: {reason}.").format(reason=reason))

    def read_file(self, path: str) -> None:
        """Show what is understood of a file."""
        try:
            self._show_table(read_csv_file(Path(path)))
        except (ValueError, OSError) as reason:
            self._forget()
            self._tell(_("Not read: {reason}.").format(reason=reason))

    def _show_table(self, table: Table) -> None:
        numbers = [column.name for column in table.columns if column.numbers is not None]
        if len(numbers) < 2:
            raise ValueError(
                _("two columns of numbers are needed, and there is only {n}").format(n=len(numbers))
            )
        self._read = table
        self.choose["x"].set_choices(numbers)
        self.choose["y"].set_choices(numbers)
        self.choose["second"].set_choices([NONE, *numbers], [_("none"), *numbers])
        self.choose["x"].set_chosen(numbers[0])
        self.choose["y"].set_chosen(numbers[1])
        self.choose["second"].set_chosen(NONE)
        self.summary.setText(_summary(table))
        self._tell("")
        self._preview.show()
        self.table.hide()
        self.use.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use(self) -> None:
        if self._read is None:
            return
        x, second, y = (self.choose[key].chosen_key() or NONE for key in ("x", "second", "y"))
        try:
            action = table_action(self._read, x, y, second)
        except ValueError as reason:
            self._tell(str(reason))
            return
        self._forget()
        self._take(action)

    def _take(self, action: SetTable) -> None:
        """A table of one's own comes into use, under a level line."""
        level = float(f"{np.mean(action.y):.4g}") if action.y else 5.0
        features = "two" if action.second else "one"
        self.acted.emit(action)
        self.acted.emit(Set({"data": "own", "w": 0.0, "w2": 0.0, "b": level, "features": features}))

    def _forget(self) -> None:
        self._read = None
        self._preview.hide()
        self.table.show()
        self._tell("")

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    # ----------------------------------------------------------------------------------------- the hand

    def _paste(self) -> None:
        self.read_text(QGuiApplication.clipboard().text())

    def _choose_file(self) -> None:
        self._dialog = QFileDialog(self.window(), _("Open a table"))
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._dialog.setNameFilters([_("Tables (*.csv *.tsv *.txt)"), _("All files (*)")])
        self._dialog.fileSelected.connect(self.read_file)
        self._dialog.open()

    def _start_empty(self) -> None:
        self._take(SetTable("own", (), ()))

    def _put_back(self) -> None:
        if self._frame is not None:
            self.acted.emit(Restore(self._frame.params.data))

    def _edited(self, index: int, key: str, value: float) -> None:
        if self._frame is None:
            return
        data, sheet = self._frame.params.data, self._frame.sheet
        x, y = float(sheet.x[index]), float(sheet.y[index])
        action: object
        if key == "bar":
            action = SetBar(data, index, value)
        elif key == "second":
            action = SetSecond(data, index, value)
        else:
            action = MovePoint(data, index, value if key == "x" else x, value if key == "y" else y)
        self.acted.emit(action)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        self.table.verticalHeader().setDefaultSectionSize(look().px(24))


def _summary(table: Table) -> str:
    """What was understood: "31 rows. species: words · temp: numbers, 2 missing"."""
    parts = []
    for column in table.columns[:8]:
        text = _("{name}: words") if column.numbers is None else _("{name}: numbers")
        missing = int(column.missing.sum())
        extra = ", " + _("{n} missing").format(n=missing) if missing else ""
        parts.append(text.format(name=column.name) + extra)
    more = " · …" if len(table.columns) > 8 else ""
    rows = n_("{n} row", "{n} rows", len(table))
    return f"{rows}. " + " · ".join(parts) + more
