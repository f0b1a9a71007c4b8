"""The table itself: rows are examples, columns are features. A cell that was missing is painted, with the
guess that now stands in it. Both features can be typed over."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTableView, QWidget

from lab.core.numbers import exact, parse_number, show_number
from lab.core.text import _
from lab.experiments.e02_feature_scaling.figures import compact
from lab.experiments.e02_feature_scaling.frame import ScalingFrame
from lab.experiments.e02_feature_scaling.sheets import LARGEST
from widgets.base.look import look

__all__ = ["Rows", "TablePage"]

COLUMNS = 7
Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """Both features raw and scaled, what is predicted, the class, and whether the row is kept for the test.

    `typed` carries a row and both its cells in the table's own units, None where missing; `refused` a reason.
    """

    typed = Signal(int, object, object)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: ScalingFrame | None = None

    def show_frame(self, frame: ScalingFrame) -> None:
        """The rows of this frame; the cell in hand stays chosen where the table has as many rows."""
        before = self._frame
        if before is None or before.n != frame.n:
            self.beginResetModel()
            self._frame = frame
            self.endResetModel()
            return
        self._frame = frame
        if before.prepared is not frame.prepared:
            self.dataChanged.emit(self.index(0, 0), self.index(frame.n - 1, COLUMNS - 1))
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)

    def rowCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return self._frame.n if self._frame else 0

    def columnCount(self, _parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own signature
        return COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole) or self._frame is None:
            return None  # a name too long for its column is whole in the tip
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1)
        first, second, y = (_(name) for name in self._frame.sheet.names)
        return (first, second, _("scaled 1"), _("scaled 2"), y, _("class"), _("part"))[section]

    def data(self, index: Index, role: int = 0) -> Any:
        frame, i, j = self._frame, index.row(), index.column()
        if frame is None:
            return None
        hole = j < 4 and bool(np.isnan(frame.sheet.x[i, j % 2]))
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(frame, i, j, hole)
        if role == Qt.ItemDataRole.EditRole and j < 2:
            return "" if hole else exact(float(frame.version(False)[i, j]))
        if role == Qt.ItemDataRole.BackgroundRole and hole:
            return QBrush(look().color("warn_soft"))
        if role == Qt.ItemDataRole.ToolTipRole and hole:
            return _("This cell was missing; what stands here is a guess.")
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        found = super().flags(index)
        return found | Qt.ItemFlag.ItemIsEditable if index.column() < 2 else found

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        frame, i, j = self._frame, index.row(), index.column()
        if frame is None or role != Qt.ItemDataRole.EditRole or j > 1 or not str(value).strip():
            return False
        try:
            number = parse_number(str(value)).value / (frame.sheet.factor(frame.params.unit) if j == 0 else 1.0)
            if abs(number) > LARGEST:
                raise ValueError(_("Type a number between −10⁹ and 10⁹."))
        except ValueError as reason:
            self.refused.emit(_("Row {n}: {reason}").format(n=i + 1, reason=reason))
            return False
        cells = [None if np.isnan(cell) else cell for cell in frame.sheet.x[i].tolist()]
        cells[j] = number
        self.refused.emit("")
        self.typed.emit(i, *cells)
        return True

    @staticmethod
    def _text(frame: ScalingFrame, i: int, j: int, hole: bool) -> str:
        if j < 4:
            value = float(frame.version(j >= 2)[i, j % 2])
            text = compact(value)
            return f"≈ {text}" if hole and j < 2 else text
        if j == 4:
            return show_number(float(frame.sheet.y[i]), 4)
        if j == 5:
            return str(int(frame.sheet.label[i]))
        return _("test") if frame.sheet.test[i] else _("train")


class TablePage(QTableView):
    """The table, to be read with the arrow keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = Rows(self)
        self.setModel(self.rows)
        self.setAccessibleName(_("Rows and columns"))
        self.setTabKeyNavigation(False)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
