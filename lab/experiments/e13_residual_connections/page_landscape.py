"""The Landscape page: the loss around a stack without skips beside that around one with them, on one scale of colours.
The picture grows row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e13_residual_connections.landscape import REACH, SIDE, LandscapePage
from lab.experiments.e13_residual_connections.metrics import LANDSCAPE
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, heading, vbox
from widgets.base.look import look
from widgets.canvas.layers import Handle
from widgets.surfaces.terrain import Terrain
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["LandscapeView"]

READOUTS = ("plain_reached", "skip_reached", "plain_hollows", "skip_hollows")
FEWEST = 2  # rows that make a surface


class LandscapeView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: LandscapePage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.maps = Terrain(), Terrain()
        self.both = QWidget()
        self.heads = heading(_("Without skips"), "strong"), heading(_("With skips"), "strong")
        columns = [vbox(head, (part, 1), gap=2) for head, part in zip(self.heads, self.maps, strict=True)]
        self._pair = hbox((columns[0], 1), (columns[1], 1), on=self.both)
        labels = tuple(_(LANDSCAPE.labels[name]) for name in READOUTS)
        self.readouts = ReadoutRow(READOUTS, labels)
        self._column = vbox(self.sentence, (self.both, 1), self.readouts, on=self)
        for part, title in zip(self.maps, (_("Without skips"), _("With skips")), strict=True):
            part.set_titles(_("first direction"), _("second direction"), title)
            part.set_range(-REACH, REACH, -REACH, REACH)
        self.maps[0].hovered.connect(self._read_plain)
        self.maps[1].hovered.connect(self._read_skip)
        for part in self.maps:
            part.unhovered.connect(self._leave)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: LandscapePage, _display: object) -> None:
        """Draw a frame's page."""
        before, self._page = self._page, page
        for part, heights, centre in zip(self.maps, page.heights, page.centres, strict=True):
            if before is None or before.rows != page.rows or before.params != page.params:
                _grow(part, heights, page.rows)
            name = _("learned: {loss}").format(loss=show_number(centre, 2))
            part.set_layers((Handle("centre", 0.0, 0.0, name),))

    def show_words(self, page: LandscapePage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(sentence if page.pieces else _("Run: both stacks learn, then the loss around each is drawn."))
        for part in self.maps:
            part.set_description(sentence)
        show_metrics(self.readouts, LANDSCAPE.values(page), dict.fromkeys(READOUTS, 2))

    def _read_plain(self, x: float, y: float) -> None:
        self._read(0, x, y)

    def _read_skip(self, x: float, y: float) -> None:
        self._read(1, x, y)

    def _read(self, place: int, x: float, y: float) -> None:
        page = self._page
        top = -REACH + 2 * REACH * (page.rows - 1) / (SIDE - 1) if page is not None else -REACH
        ground = self.maps[place].relief()
        text = ""
        if page is not None and page.rows >= FEWEST and ground is not None and y <= top:
            loss = float(ground.height(np.array([x]), np.array([y]))[0])
            text = _("loss {loss}").format(loss=show_number(loss, 3))
        self.maps[place].set_readout(text)

    def _leave(self) -> None:
        for part in self.maps:
            part.set_readout("")

    def pictures(self) -> list[Any]:
        """What is exported."""
        return list(self.maps)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.both,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self.readouts.setVisible(not low)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._pair.setSpacing(look().px(8))


def _grow(part: Terrain, heights: np.ndarray, rows: int) -> None:
    """As much of a square as is worked out; the rest stays empty ground."""
    known = rows >= FEWEST and bool(np.isfinite(heights[:rows]).any())
    top = -REACH + 2 * REACH * (rows - 1) / (SIDE - 1)
    shown = heights[:rows] if known else np.zeros((2, 2))
    extent = (-REACH, REACH, -REACH, top) if known else (-REACH, REACH, -3 * REACH, -2 * REACH)  # out of sight
    part.set_heights(shown, extent, log=True, keep_view=True)
    part.set_key(*(("", "") if not known else (_("loss"), "")))
