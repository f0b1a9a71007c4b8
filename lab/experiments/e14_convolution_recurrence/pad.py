"""The drawing pad: paper of 28 by 28 pixels, and below it what moves, turns and clears the drawing."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import N_, _
from lab.experiments.e14_convolution_recurrence.gestures import Move, Paint, TakeDigit
from lab.experiments.e14_convolution_recurrence.pictures import PAD
from lab.kit_qt.view import Acting
from widgets.base.layouts import hbox, vbox
from widgets.base.look import Refreshing, look
from widgets.controls.buttons import IconButton
from widgets.controls.chips import Chip
from widgets.plots.pixels import Pixels

__all__ = ["Pad", "brush"]

TOOLS = {
    "left": ("arrow-left", N_("Move the drawing left")),
    "right": ("arrow-right", N_("Move the drawing right")),
    "up": ("chevron-up", N_("Move the drawing up")),
    "down": ("chevron-down", N_("Move the drawing down")),
    "turn": ("refresh-cw", N_("Turn the drawing")),
    "clear": ("trash-2", N_("Clear the drawing")),
}


def brush(cells: list[tuple[int, int]], erase: bool, piece: int = 0) -> Paint:
    """What a hand that goes over these cells paints: ink with soft edges, or paper two cells wide around."""
    found: dict[int, float] = {}
    for row, column in cells:
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                y, x = row + down, column + across
                if 0 <= y < PAD and 0 <= x < PAD:
                    ink = 1.0 if not (down and across) else 0.5
                    found[y * PAD + x] = 0.0 if erase else max(ink, found.get(y * PAD + x, 0.0))
    return Paint("set" if erase else "ink", tuple(found), tuple(found.values()), piece)


class Pad(Acting, Refreshing, QWidget):
    """See above. What is drawn is asked for, and shown when a frame holds it."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pixels = Pixels(drawable=True)
        self.eraser = Chip(_("Eraser"))
        self.eraser.setCheckable(True)
        self.next = Chip(_("Another digit"))
        self._digit, self._pieces = 3, 0
        self.buttons = {way: IconButton(icon, _(name), side=28) for way, (icon, name) in TOOLS.items()}
        self.tools = QWidget()
        self._row = hbox(self.eraser, self.next, *self.buttons.values(), None, on=self.tools)
        self._column = vbox((self.pixels, 1), self.tools, on=self)
        self.pixels.painted.connect(self._painted)
        self.pixels.stroke_ended.connect(self._ended)
        self.next.clicked.connect(self._take_next)
        for button in self.buttons.values():
            button.clicked.connect(self._move)
        self.relook()

    def show_pad(self, pad: np.ndarray, title: str) -> None:
        """Show this drawing."""
        self.pixels.set_title(title)
        self.pixels.set_values(pad, "ink")

    def _painted(self, cells: list[tuple[int, int]]) -> None:
        self.drag("stroke", brush(cells, self.eraser.isChecked(), self._pieces))
        self._pieces += 1

    def _ended(self) -> None:
        self._pieces = 0
        self.end_drag()

    def _take_next(self, *_pressed: object) -> None:
        self._digit = (self._digit + 1) % 10
        self.act(TakeDigit(self._digit))

    def _move(self, *_pressed: object) -> None:
        sender = self.sender()
        way = next(way for way, button in self.buttons.items() if button is sender)
        self.act(Move(way))

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._row.setSpacing(look().px(4))
