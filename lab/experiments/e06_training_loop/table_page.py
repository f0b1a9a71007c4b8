"""The samples as a table: the rows of the present batch stand first, marked, with what the line said of them."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from lab.core.numbers import exact, parse_number, show_number
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.kit.naming import letters
from widgets.base.look import Refreshing, look

__all__ = ["TablePage"]

MARK = "◉ "


class TablePage(Refreshing, QTableWidget):
    """Columns: number, x, y, prediction, error. `typed` carries a sample's number and its new place, `noted` why
    an entry was not taken."""

    typed = Signal(int, float, float)
    noted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, 5, parent)
        self.setAccessibleName(_("Table of the samples"))
        self.verticalHeader().hide()
        triggers = QTableWidget.EditTrigger.DoubleClicked | QTableWidget.EditTrigger.EditKeyPressed
        self.setEditTriggers(triggers | QTableWidget.EditTrigger.AnyKeyPressed)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalHeaderLabels([_("sample"), "x", "y", "p", "p − y"])
        self._frame: LoopFrame | None = None
        self._order: list[int] = []
        self.itemChanged.connect(self._entered)
        self.relook()

    def show_frame(self, frame: LoopFrame) -> None:
        """Fill the table: the batch in its order first, then the others."""
        self._frame = frame
        origin = frame.samples.origin
        names = letters({"x": origin.x_name, "y": origin.y_name}, frozenset("x" if origin.spread else ""))
        self.setHorizontalHeaderLabels([_("sample"), names.get("x", "x"), names.get("y", "y"), "p", "p − y"])
        if self.state() != QTableWidget.State.EditingState:  # what is being typed stays
            with QSignalBlocker(self):
                self._fill(frame)

    def edit_sample(self, number: int) -> None:
        """Begin to type the x of a sample."""
        if number in self._order:
            place = self._order.index(number)
            self.setFocus()
            self.setCurrentCell(place, 1)
            self.editItem(self._item(place, 1))

    def _entered(self, item: QTableWidgetItem) -> None:
        """A number was typed: it is handed on, and shown when it comes back."""
        frame, column = self._frame, item.column()
        if frame is None or column not in (1, 2) or item.row() >= len(self._order):
            return
        number = self._order[item.row()]
        place = [float(frame.samples.x[number]), float(frame.samples.y[number])]
        try:
            place[column - 1] = parse_number(item.text()).value
        except ValueError as reason:
            self.noted.emit(str(reason))
        else:
            self.noted.emit("")
            if place != [float(frame.samples.x[number]), float(frame.samples.y[number])]:
                self.typed.emit(number, *place)
        if self._frame is not None:
            with QSignalBlocker(self):
                self._fill(self._frame)

    def _fill(self, frame: LoopFrame) -> None:
        samples, m = frame.samples, frame.memory
        batch = [] if m.rows is None else [row for row in m.rows.tolist() if row >= 0]
        whole = m.rows is not None and len(batch) == m.rows.size  # a sample of the batch may be gone
        of_batch = whole and m.p_of == m.number and m.p is not None and m.x is not None and m.p.shape == m.x.shape
        message = m.p.tolist() if of_batch and m.p is not None else []
        chosen = set(batch)
        order = [*batch, *(row for row in range(samples.n) if row not in chosen)]
        self._order = order
        if self.rowCount() != samples.n:
            self.setRowCount(samples.n)
        highlighted, plain = QBrush(look().color("ball", 52)), QBrush(Qt.BrushStyle.NoBrush)
        for place, row in enumerate(order):
            x, y = float(samples.x[row]), float(samples.y[row])
            p = message[place] if place < len(message) else None
            texts = [
                (MARK if place < len(batch) else "") + str(row),
                show_number(x, 3),
                show_number(y, 3),
                "" if p is None else show_number(p, 2),
                "" if p is None else show_number(p - y, 3),
            ]
            for column, text in enumerate(texts):
                item = self._item(place, column)
                if item.text() != text:
                    item.setText(text)
                item.setBackground(highlighted if place < len(batch) else plain)
            self._item(place, 1).setToolTip(exact(x))
            self._item(place, 2).setToolTip(exact(y))

    def _item(self, row: int, column: int) -> QTableWidgetItem:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            if column not in (1, 2):
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsEditable)
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.setItem(row, column, item)
        return item

    def relook(self) -> None:
        self.verticalHeader().setDefaultSectionSize(look().px(24))
