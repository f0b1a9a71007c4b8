"""The samples as a table: the rows of the present batch are marked and show what the line said of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lab.core.numbers import exact, show_number
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from widgets.look import look

__all__ = ["TablePage"]

MARK = "◉ "


class TablePage(QTableWidget):
    """Columns: number, x, y, prediction, error."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self.setAccessibleName(_("Table of the samples"))
        self.verticalHeader().hide()
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalHeaderLabels([_("sample"), "x", "y", "p", "p − y"])

    def show_frame(self, frame: LoopFrame, follow: bool) -> None:
        """Fill the table. follow: bring the batch's first row into sight."""
        samples, m = frame.samples, frame.memory
        fitting = m.p is not None and m.x is not None and m.p.shape == m.x.shape and m.p_of == m.number
        place = {} if m.rows is None else {int(row): i for i, row in enumerate(m.rows)}
        if self.rowCount() != samples.n:
            self.setRowCount(samples.n)
        lit, plain = QBrush(look().color("ball", 52)), QBrush(Qt.BrushStyle.NoBrush)
        for row, (x, y) in enumerate(zip(samples.x.tolist(), samples.y.tolist())):
            here = place.get(row)
            p = float(m.p[here]) if here is not None and fitting and m.p is not None else None
            texts = [
                (MARK if here is not None else "") + str(row),
                show_number(x, 4),
                show_number(y, 4),
                "" if p is None else show_number(p, 4),
                "" if p is None else show_number(p - y, 3),
            ]
            for column, text in enumerate(texts):
                item = self._item(row, column)
                if item.text() != text:
                    item.setText(text)
                item.setBackground(lit if here is not None else plain)
            self._item(row, 1).setToolTip(exact(x))
            self._item(row, 2).setToolTip(exact(y))
        if follow and place:
            self.scrollToItem(self._item(min(place), 0), QTableWidget.ScrollHint.PositionAtTop)

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        return item
