"""The page on which all heads are tried: a map of what becomes of the expected token when a head is taken out, the lit
head beside it, and what it is read with: the text, and the donor of the patches."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import TryAll
from lab.experiments.e17_attention.lens_words import signed
from lab.experiments.e17_attention.next_bars import NextBars
from lab.experiments.e17_attention.page import Page
from lab.experiments.e17_attention.settings import WAYS, Display
from lab.experiments.e17_attention.texts import text_for
from lab.experiments.e17_attention.trying import Trial
from lab.experiments.e17_attention.words import one, quoted, two
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.controls.chips import Segmented
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.text.progress_row import ProgressRow
from widgets.tokens.arcs import Arcs

__all__ = ["TryView"]


MANY = 12  # layers from which on they run across the map, and heads down


class TryView(Page):
    """What each head is worth, here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: AttentionFrame | None = None
        self._across = False  # whether layers run across
        self.map, self.arcs = Matrix(scale="diverging"), Arcs()
        self.ways = Segmented(tuple(WAYS), tuple(_(name) for name in WAYS.values()))
        self.progress = ProgressRow(_("Trying"), slim=True)
        self.next = NextBars()
        self.told, self.texts = ElidedLabel("", "small"), ElidedLabel("", "small")
        self.map.set_writing(signed, two, one)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.map.set_titles(_("How far the expected token moves"), _("layer"), _("head"))
        self.arcs.set_titles(_("Who looks at whom"), _("looks"), _("is looked at"))
        self.ways.setAccessibleName(_("Take a head out"))
        self.ways.set_compact(True)
        self._left = vbox(self.ways, (self.map, 7), (self.next, 4), gap=2)
        self._middle = hbox((self._left, 7), (self.arcs, 5))
        self._column = vbox((self._middle, 1), self.progress, self.told, self.texts, on=self)

    def _connect(self) -> None:
        self.map.pressed.connect(self._choose)
        self.map.hovered.connect(self._hover)
        self.arcs.pressed.connect(self._press)
        self.ways.chosen.connect(self._turn_way)
        self.progress.stopped.connect(partial(self._try, False))
        self.progress.stop.setObjectName("stop")

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, _display: Display) -> None:
        """Draw a frame."""
        self._frame = frame
        c, trial = frame.chain, frame.trial
        self.arcs.set_arcs(np.zeros((0, 0)) if c is None else c.weights, () if c is None else c.tokens)
        if c is not None:
            self.arcs.set_highlighted(c.row, c.column)
        self.ways.set_chosen(frame.params.way)
        self.progress.setVisible(trial is not None and not trial.done and not trial.stopped)
        if trial is None or c is None:
            self.next.hide()
            self.map.set_ghost(_("Only heads of a model that expects a next token can be tried."))
            return
        self.progress.show_share(trial.share)
        self.next.show()
        self._show_map(trial, (c.layer, c.head))

    def _show_map(self, trial: Trial, lit: tuple[int, int]) -> None:
        layers, heads = trial.changes.shape
        known = trial.changes[np.isfinite(trial.changes)]
        most = float(np.abs(known).max()) if known.size else 1.0
        names = [tuple(str(n + 1) for n in range(count)) for count in (layers, heads)]
        words, values = [_("layer"), _("head")], trial.changes
        self._across = layers >= MANY
        if self._across:
            names, words, values, lit = names[::-1], words[::-1], values.T, lit[::-1]
        self.map.set_ghost("")
        self.map.set_titles(_("How far the expected token moves"), *words)
        self.map.set_values(values, -(most or 1.0), most or 1.0, *names)
        self.map.set_highlighted(*lit, lone=True)

    def _head(self, row: int, column: int) -> tuple[int, int]:
        """The layer and the head of a cell of the map."""
        return (column, row) if self._across else (row, column)

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """What was found, and with which texts."""
        trial = frame.trial
        self.told.say("" if trial is None else found_line(frame, trial))
        self.texts.say("" if trial is None else texts_line(frame, trial))
        self.next.show_next(None if frame.reading is None else frame.reading.next, _("Expected next"))
        for part in (self.map, self.arcs, self.next):
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _choose(self, row: int, column: int) -> None:
        layer, head = self._head(row, column)
        if min(layer, head) >= 0:
            self.acted.emit(Set({"layer": layer + 1, "head": head + 1}), "head")

    def _hover(self, row: int, column: int) -> None:
        values = self.map.values()
        inside = 0 <= row < values.shape[0] and 0 <= column < values.shape[1]
        if not inside or not np.isfinite(values[row, column]):
            self.map.set_readout("")
            return
        layer, head = self._head(row, column)
        self.map.set_readout(f"{layer + 1}·{head + 1}  {signed(float(values[row, column]))}")

    def _press(self, row: int, column: int) -> None:
        c = self._frame.chain if self._frame is not None else None
        if c is not None:
            self.acted.emit(Set({"query": (row if row >= 0 else c.row) + 1, "key": max(column + 1, 0)}), "cell")

    def _turn_way(self, way: str) -> None:
        self.acted.emit(Set({"way": way}), "")
        if self._frame is not None and self._frame.trial is not None and self._frame.trial.stopped:
            self._try(True)

    def _try(self, on: bool) -> None:
        self.acted.emit(TryAll(on), "")

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.map, self.arcs  # all heads, and one of them

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.map, self.arcs, self.next]

    def set_space(self, _height: float, narrow: bool) -> None:
        """Where it is narrow, the lit head stands below the map."""
        turn(self._middle, narrow)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._middle.setSpacing(look().px(14))


def found_line(frame: AttentionFrame, trial: Trial) -> str:
    """Which token is expected, and which head it needs most."""
    if not trial.token:
        return ""
    told = _("{token} is expected, logit {score}.").format(token=quoted(trial.token), score=signed(trial.score))
    worst, c = trial.worst(), frame.chain
    if worst is None or c is None:
        return told
    (layer, head), most = worst
    told += "  " + _("{name} matters most: {most}.").format(name=f"{layer + 1}·{head + 1}", most=signed(most))
    here = float(trial.changes[c.layer, c.head])
    if np.isfinite(here) and (layer, head) != (c.layer, c.head):
        told += "  " + _("The lit head: {here}.").format(here=signed(here))
    if trial.stopped:
        told += "  " + _("Stopped after {n} heads; choose a way to go on.").format(n=trial.tried)
    return told


def texts_line(frame: AttentionFrame, trial: Trial) -> str:
    """What is read, and with which donor."""
    p = frame.params
    read = _("Read: {text}").format(text=quoted(text_for(p.source, p.text)))
    if trial.donor:
        return read + "  ·  " + _("each head in turn says what it says of {text}").format(text=quoted(trial.donor))
    way = _("each head in turn says nothing") if p.way == "zero" else _("each head in turn says its mean")
    return f"{read}  ·  {way}"
