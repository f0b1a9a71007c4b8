"""The Beam page: the tree, and how the best path compares with always taking the likeliest token."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QLabel, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e21_decoding.bar_rows import percent
from lab.experiments.e21_decoding.beam_tree import BeamTreeView
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import WritePath
from lab.experiments.e21_decoding.page_next import show_readouts
from lab.experiments.e21_decoding.settings import Display
from lab.kit.branching import quoted
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.chips import Segmented
from widgets.text.readout import ReadoutRow
from widgets.tokens.token_flow import visible

__all__ = ["BeamView"]

WIDTHS = ("1", "2", "3", "4", "5")


class BeamView(Page):
    """Width above, tree in the middle, paths and read-outs below."""

    DIGITS = {"beam_depth": 3, "beam_looked": 4, "beam_best": 4, "beam_greedy": 4, "beam_gain": 3}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.widths = Segmented(WIDTHS)
        self.widths.setAccessibleName(_("Beams"))
        self.tree, self.paths = BeamTreeView(), QLabel()
        self.tree.setAccessibleName(_("Beam search as a tree"))
        self.tree.set_empty(_("Press Step: the beam looks one token further ahead. Nothing is written."))
        labels = (_("ahead"), _("branches"), _("best, ln p"), _("greedy, ln p"), _("gain"))
        self.readouts = ReadoutRow(tuple(self.DIGITS), labels)
        self._key = kind(QLabel(_("orange: best · dashed: greedy · press a branch to write it")), "small")
        self._head = hbox(hbox(kind(QLabel(_("Beams")), "strong"), self.widths, None), self._key)
        self._column = vbox(self._head, (self.tree, 1), self.paths, self.readouts, on=self)
        self.widths.chosen.connect(self._widen)
        self.tree.hovered.connect(self._hovered)
        self.tree.chosen.connect(self._write)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, frame: DecodingFrame, _display: Display) -> None:
        """Draw a frame."""
        self.widths.set_chosen(str(frame.params.beams))
        start = frame.tokens[-1] if frame.tokens else ""
        self.tree.set_tree(frame.beam, frame.names, frame.params.depth, start)

    def show_words(self, frame: DecodingFrame, sentence: str) -> None:
        """The paths in words, and the read-outs."""
        show_readouts(self.readouts, frame, self.DIGITS)
        self.tree.set_description(sentence)
        lines = [
            f"{n}.  {visible(''.join(frame.names[t] for t in tokens))}   {show_number(logp, 4)}"
            for n, (tokens, logp) in enumerate(frame.beam.paths, 1)
        ]
        self.paths.setText("\n".join(lines))
        self.paths.setVisible(bool(lines))

    def _hovered(self, number: int) -> None:
        branch = self.tree.branch(number)
        if branch is None:
            self.tree.set_readout("")
            return
        parent = self.tree.branch(branch.parent)
        share = math.exp(branch.logp - (parent.logp if parent else 0.0))
        name = self.tree._names.get(branch.token, "")
        words = _("{token}: p = {p}, path {logp}").format(
            token=quoted(name), p=percent(share), logp=show_number(branch.logp, 4)
        )
        self.tree.set_readout(words if branch.kept else words + ", " + _("given up"))

    def _write(self, number: int) -> None:
        """A branch was pressed: its path is written."""
        self.act(WritePath(self.tree.path_to(number)))

    def _widen(self, width: str) -> None:
        self.act(Set({"beams": int(width)}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.tree,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.tree]

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self.paths.setFont(look().font("small", 500, mono=True))
        self.widths.set_compact(True)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the tree keeps most of it."""
        turn(self._head, narrow)
        self.readouts.setVisible(not low)
        self.paths.setMaximumHeight(0 if low else 16_777_215)
