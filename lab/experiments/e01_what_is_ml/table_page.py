"""The points as a table: what is known, what is wanted, what the line says, and by how much it misses. A seen
point is moved by typing, one more is added in the last row, and Delete takes one away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lab.core.numbers import exact, show_number
from lab.core.text import _
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.kit.numbers import typed_number

__all__ = ["TablePage"]

COLUMNS = 5


class TablePage(QTableWidget):
    """One row a point: seen ones first, then an empty row to add one, then the new ones if they are shown."""

    point_moved = Signal(int, float, float)
    point_added = Signal(float, float)
    point_removed = Signal(int)
    refused = Signal(str)
    requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, COLUMNS, parent)
        self._frame: LineFrame | None = None
        self._filling = False
        self.setAccessibleName(_("Table of the points"))
        self.verticalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectItems)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemChanged.connect(self._changed)
        self.cellClicked.connect(self._clicked)

    def show_frame(self, frame: LineFrame) -> None:
        """Fill the table; what stands in it already is left alone."""
        self._frame, seen = frame, frame.examples
        x_name, y_name = (_(name) for name in seen.names[2:])
        self._filling = True
        self.setHorizontalHeaderLabels([_("point"), x_name, y_name, _("line says"), _("miss")])
        rows = [(str(i), x, y, True) for i, (x, y) in enumerate(zip(seen.x.tolist(), seen.y.tolist()), 1)]
        rows.append(("+", None, None, True))
        if frame.revealed:
            new = enumerate(zip(seen.new_x.tolist(), seen.new_y.tolist()), 1)
            rows += [(_("new {n}").format(n=i), x, y, False) for i, (x, y) in new]
        self.setRowCount(len(rows))
        for row, (name, x, y, editable) in enumerate(rows):
            answer = None if x is None else frame.line.slope * x + frame.line.intercept
            miss = None if answer is None or y is None else y - answer
            self._put(row, 0, name, False)
            for column, value in ((1, x), (2, y)):
                self._put(row, column, "" if value is None else exact(value), editable)
            for column, value in ((3, answer), (4, miss)):
                self._put(row, column, "" if value is None else show_number(value, 3), False)
        self._filling = False

    def edit_point(self, number: int) -> None:
        """Open the known number of a seen point for typing."""
        if self._frame is not None and 0 <= number < self._frame.n:
            self.setFocus(Qt.FocusReason.OtherFocusReason)
            self.setCurrentCell(number, 1)
            item = self.item(number, 1)
            if item is not None:
                self.editItem(item)

    def _put(self, row: int, column: int, text: str, editable: bool) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if editable else flags)
        if item.text() != text:
            item.setText(text)

    def _changed(self, item: QTableWidgetItem) -> None:
        frame = self._frame
        if self._filling or frame is None or item.column() not in (1, 2):
            return
        row = item.row()
        try:
            cells = ["" if cell is None else cell.text() for cell in (self.item(row, 1), self.item(row, 2))]
            if row == frame.n and not all(cells):
                return  # the empty row waits for its second number
            x, y = (typed_number(cell).value for cell in cells)
        except ValueError as reason:
            self.show_frame(frame)
            self.refused.emit(_("Row {n}: {reason}").format(n=row + 1, reason=reason))
            return
        self.refused.emit("")
        if row == frame.n:
            self.point_added.emit(x, y)
        elif row < frame.n:
            self.point_moved.emit(row, x, y)

    def _clicked(self, row: int, column: int) -> None:
        if column == 4 and self._frame is not None and row < self._frame.n:
            self.requested.emit(f"miss_{row + 1}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentRow()
        deleting = event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if deleting and self._frame is not None and 0 <= row < self._frame.n:
            self.point_removed.emit(row)
        else:
            super().keyPressEvent(event)
