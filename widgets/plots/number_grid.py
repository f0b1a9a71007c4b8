"""A matrix whose numbers can be set: a cell is dragged up and down, nudged with Page Up and Page Down, + and −, or its
number is typed (double-click, Enter, or simply a digit)."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from widgets.base.look import look
from widgets.canvas.inline_editor import InlineEditor
from widgets.controls.number_field import read_number, show_number
from widgets.plots.matrix import Matrix

__all__ = ["NumberGrid"]

_STEPS = {Qt.Key.Key_PageUp: 1, Qt.Key.Key_Plus: 1, Qt.Key.Key_PageDown: -1, Qt.Key.Key_Minus: -1}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class NumberGrid(Matrix):
    """`changed` carries the cell and its new number; `dropped` ends a drag, or what keys did."""

    changed = Signal(int, int, float)
    dropped = Signal()
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None, grain: float = 0.5, reach: float = 100.0) -> None:
        """grain: by how much a cell is dragged or nudged.  reach: how far from 0 a number may lie."""
        super().__init__(parent, scale="diverging")
        self._grain, self._reach = grain, reach
        self._held: tuple[int, int, float, float] | None = None  # row, column, pixel it began at, number it had
        self._over = InlineEditor(self, read_number, show_number)
        self._over.typed.connect(self._typed)
        self._over.refused.connect(self.refused)
        self._typing = (-1, -1)
        self.pressed.connect(self._light)

    def _light(self, row: int, column: int) -> None:
        self.set_highlighted(row, column, True)

    def edit(self, row: int, column: int, text: str = "") -> None:
        """Open a field for the number of a cell, beginning with `text`."""
        self._typing = (row, column)
        name = self.words_of(row, column)
        self._over.open(name, float(self.values()[row, column]), self.cell_rect(row, column).center(), text)

    def _typed(self, value: float) -> None:
        self._change(*self._typing, value)
        self.dropped.emit()

    def _change(self, row: int, column: int, value: float) -> None:
        rows, columns = self.values().shape
        value = min(max(value, -self._reach), self._reach)
        if 0 <= row < rows and 0 <= column < columns and math.isfinite(value) and value != self.values()[row, column]:
            self.changed.emit(row, column, float(f"{value:.12g}") + 0.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row, column = self.cell_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or row < 0:
            super().mousePressEvent(event)
            return
        self._over.close()
        self.set_highlighted(row, column, True)
        self._held = row, column, event.position().y(), float(self.values()[row, column])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._held is None:
            super().mouseMoveEvent(event)
            near = self.cell_at(QPointF(event.position()))[0] >= 0
            self.setCursor(Qt.CursorShape.SizeVerCursor if near else Qt.CursorShape.ArrowCursor)
            return
        row, column, start, value = self._held
        steps = round((start - event.position().y()) / look().px(8))
        self._change(row, column, value + steps * self._grain)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self._held is not None:
            self._held = None
            self.dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row, column = self.cell_at(event.position())
        self._held = None
        if event.button() == Qt.MouseButton.LeftButton and row >= 0:
            self.edit(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = Qt.Key(event.key()), event.text()
        row, column = self.highlighted()
        held = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
        if self._over.field is not None:
            if key in _ENTER:
                self._over.enter()
        elif held or min(row, column) < 0:
            if key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down) and not held:
                self.set_highlighted(0, 0, True)
            else:
                event.ignore()
        elif key in _STEPS:
            self._change(row, column, float(self.values()[row, column]) + _STEPS[key] * self._grain)
        elif key in _ENTER:
            self.edit(row, column)
        elif text and text in "0123456789.,":
            self.edit(row, column, text)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.dropped.emit()
