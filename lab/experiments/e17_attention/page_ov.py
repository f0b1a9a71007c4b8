"""The page of the OV lens: what a head says when it looks at a token. Lines as strong as what is passed on, which is
weight times the length of the value, and how far each token looked at would move the logits of what may come next."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e17_attention.chain import brightest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.lens import OVLens
from lab.experiments.e17_attention.lens_words import ov_lines, signed
from lab.experiments.e17_attention.page import Page
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.words import one, two
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.controls.chips import Segmented
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.tokens.arcs import Arcs

__all__ = ["OVView"]


class OVView(Page):
    """How much is told, and what."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: AttentionFrame | None = None
        self._display = Display()
        self.arcs, self.matrix = Arcs(), Matrix()
        self.lines = Segmented(("told", "weights"), (_("Weight × ‖value‖"), _("Weight")))
        self.told, self.said = ElidedLabel("", "small"), ElidedLabel("", "small")
        self.matrix.set_writing(two, one)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.lines.setAccessibleName(_("Lines of the OV lens"))
        self.lines.set_compact(True)
        left = vbox(self.lines, (self.arcs, 1), gap=2)
        self._middle = hbox((left, 5), (self.matrix, 7))
        self._column = vbox((self._middle, 1), self.told, self.said, on=self)

    def _connect(self) -> None:
        self.arcs.pressed.connect(self._press)
        self.arcs.requested.connect(self._ask)
        self.matrix.pressed.connect(self._press_cell)
        self.matrix.hovered.connect(self._hover_cell)
        self.matrix.requested.connect(self._ask)
        self.lines.chosen.connect(partial(self.display_changed.emit, "lines"))

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame, self._display = frame, display
        c, lens = frame.chain, frame.ov
        if c is None or lens is None:
            self.arcs.set_arcs(np.zeros((0, 0)), ())
            self.matrix.set_values(np.zeros((0, 0)))
            return
        self.lines.set_chosen(display.lines)
        told = display.lines == "told"
        self.arcs.set_titles(_("How much is told") if told else _("Who looks at whom"), _("looks"), _("is looked at"))
        self.arcs.set_arcs(lens.told if told else c.weights, c.tokens)
        self.arcs.set_highlighted(c.row, c.column)
        if lens.columns:
            self._show_pushes(c.tokens, c.column, lens)
        else:
            self._show_told(c.tokens, (c.row, c.column), lens)

    def _show_pushes(self, tokens: tuple[str, ...], column: int, lens: OVLens) -> None:
        """How far each token moves each logit, and below all of them together, with their weights."""
        values = np.vstack([lens.pushes, lens.total[None]])
        most = float(np.abs(values).max()) or 1.0
        self.matrix.set_scale("diverging")
        self.matrix.set_titles(
            _("If it looked there alone"), _("is looked at"), _("is made likelier (+) or unlikelier (−)")
        )
        names = (*(tokens[j] for j in lens.rows), _("all"))
        self.matrix.set_values(values, -most, most, names, lens.columns)
        lit = lens.rows.index(column) if column in lens.rows else -1
        self.matrix.set_highlighted(lit, -1)

    def _show_told(self, tokens: tuple[str, ...], lit: tuple[int, int], lens: OVLens) -> None:
        """How much of what a token is told comes from each."""
        self.matrix.set_scale("one-sided")
        self.matrix.set_titles(_("Weight × ‖value‖, as shares"), _("looks"), _("is looked at"))
        self.matrix.set_values(lens.told, 0.0, brightest(lens.told), tokens, tokens)
        self.matrix.set_highlighted(*lit)

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """What is said of it."""
        c, lens = frame.chain, frame.ov
        told, said = ("", "") if c is None or lens is None else ov_lines(frame, c, lens)
        self.told.say(told)
        self.said.say(said)
        for part in (self.arcs, self.matrix):
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _press(self, row: int, column: int) -> None:
        c = self._frame.chain if self._frame is not None else None
        if c is not None:
            self.acted.emit(Set({"query": (row if row >= 0 else c.row) + 1, "key": max(column + 1, 0)}), "cell")

    def _press_cell(self, row: int, column: int) -> None:
        lens = self._frame.ov if self._frame is not None else None
        if lens is None or row < 0:
            return
        if not lens.columns:
            self._press(row, column)
        elif row < len(lens.rows):
            self._press(-1, lens.rows[row])

    def _hover_cell(self, row: int, column: int) -> None:
        values = self.matrix.values()
        inside = 0 <= row < values.shape[0] and 0 <= column < values.shape[1]
        self.matrix.set_readout(signed(float(values[row, column])) if inside else "")

    def _ask(self, _row: int = -1, _column: int = -1) -> None:
        self.requested.emit("told_share")

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.arcs, self.matrix  # how much is told, and what

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.matrix, self.arcs]

    def set_space(self, _height: float, narrow: bool) -> None:
        """Where it is narrow, what is said stands below the lines."""
        turn(self._middle, narrow)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._middle.setSpacing(look().px(14))
