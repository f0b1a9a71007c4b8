"""The points as a table to type into, and the way in for one's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QHeaderView, QLabel, QTableView, QWidget

from lab.core.numbers import exact, parse_number
from lab.core.text import _
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import MovePoint, Restore, SetBar, SetSecond, SetTable
from lab.experiments.e03_linear_regression.own_data import level
from lab.experiments.e03_linear_regression.sheet import Sheet
from lab.kit.numbers import show_short
from lab.kit_qt.view import Acting
from widgets.base.layouts import vbox
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.text.flow_layout import FlowLayout

__all__ = ["DataPanel", "PointsModel"]

Index = QModelIndex | QPersistentModelIndex


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
        return show_short(value, 5) if role == Qt.ItemDataRole.DisplayRole else exact(float(f"{value:.12g}"))

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

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if role not in shown or self._sheet is None:
            return None
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        names = dict(zip(("x", "second", "y"), self._sheet.names)) | {"bar": _("error bar")}
        return _(names[self._keys[section]])


class DataPanel(Acting, Refreshing, QWidget):
    """Buttons, and the table of points."""

    acted = Signal(object, str)
    own_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: RegressionFrame | None = None
        self.own = Button(_("Own data…"), "outline", "table", height=28)
        self.empty = Button(_("Empty"), "plain", "trash-2", height=28)
        self.restore = Button(_("Put all back"), "plain", "undo-2", height=28)
        self.problem = kind(QLabel(), "small")
        self.model = PointsModel(self)
        self.table = QTableView()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        buttons = QWidget()
        line = FlowLayout(buttons, gap=6, settled=True)
        for button in (self.own, self.empty, self.restore):
            line.addWidget(button)
        self._column = vbox(buttons, self.problem, (self.table, 1), on=self)
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
        self.problem.setWordWrap(True)

    def _connect(self) -> None:
        self.own.clicked.connect(self.own_requested)
        self.empty.clicked.connect(self._start_empty)
        self.restore.clicked.connect(self._put_back)
        self.model.edited.connect(self._edited)
        self.model.refused.connect(self._tell)

    # ------------------------------------------------------------------------------------- the frame

    def show_frame(self, frame: RegressionFrame) -> None:
        """The points as they are now."""
        before, self._frame = self._frame, frame
        bars = frame.params.weighting == "bars"
        same = before is not None and before.sheet is frame.sheet and (before.params.weighting == "bars") == bars
        if not same:
            self.model.show_sheet(frame.sheet, bars)

    def open_row(self, number: int) -> None:
        """Begin to type the first number of a point."""
        index = self.model.index(number, 0)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.table.edit(index)

    # ----------------------------------------------------------------------------------------- the hand

    def _tell(self, text: str) -> None:
        self.problem.setText(text)
        self.problem.setVisible(bool(text))

    def _start_empty(self) -> None:
        empty = SetTable("own", (), ())
        self.act(empty)
        self.act(level(empty))

    def _put_back(self) -> None:
        if self._frame is not None:
            self.act(Restore(self._frame.params.data))

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
        self.act(action)

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
        self.table.verticalHeader().setDefaultSectionSize(look().px(24))
