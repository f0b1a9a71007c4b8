"""The page on which merges are learned: the league of pairs, the tree of a token, and the curve with a line that can
be dragged through all merges, forward and back."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e16_tokenization.frame import TokenFrame
from lab.experiments.e16_tokenization.gestures import Force, Jump
from lab.experiments.e16_tokenization.league import League
from lab.experiments.e16_tokenization.settings import NEWEST, Display
from lab.experiments.e16_tokenization.treeview import TreeView
from lab.experiments.e16_tokenization.words import quoted
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.controls.chips import Segmented
from widgets.plots.plot import Line, Plot, Series
from widgets.text.elided_label import ElidedLabel

__all__ = ["LearnPage"]

LINE = "merges"
SLIM = 280  # pixels at 100 % text, below which the curve has no room for a name at its end
SPANS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 30_000)
LONG = 3_000  # bytes of a training text for which ten merges would be next to nothing


def span_for(merges: int, n_bytes: int = 0) -> int:
    """How many merges the curve has room for: the next size up, so that there is always something ahead."""
    least = 100 if n_bytes >= LONG else SPANS[0]
    return next((span for span in SPANS if span >= least and merges <= 0.9 * span), SPANS[-1])


class MergeCurve(Plot):
    """A plot over whole merges: a press on an arrow key moves its line by one of them."""

    def _nudge_line(self, line: Line, by: int, fine: bool) -> None:
        self._place_line(line, float(max(0, round(line.value) + by)), True)


class LearnPage(Page):
    """League at the left, tree and curve in a narrow column at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: TokenFrame | None = None
        self._display = Display()
        self._drags, self._span, self._held = 0, 0, False
        self.league, self.tree, self.curve = League(), TreeView(), MergeCurve()
        self.league_title, self.tree_title = ElidedLabel(_("Which pair is most frequent?"), air=0), ElidedLabel(air=0)
        self.curve_title = ElidedLabel(_("Length of the text"), air=0)
        self.which = Segmented(("tokens", "carried"), (_("Tokens"), _("Bytes a token")))
        self.which.setAccessibleName(_("Curve"))
        self.which.set_compact(True)
        self._lay_out()
        self.league.chosen.connect(self._force)
        self.tree.pressed.connect(self._look_at)
        self.curve.line_dragged.connect(self._dragged)
        self.curve.line_dropped.connect(self._dropped)
        self.which.chosen.connect(self._choose_curve)
        self.relook()

    def _lay_out(self) -> None:
        left = vbox(self.league_title, (self.league, 1))
        right = vbox(self.tree_title, (self.tree, 1), self.curve_title, self.which, (self.curve, 1))
        self._both = hbox((left, 73), (right, 27), on=self)
        self._columns = (left, right)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: TokenFrame, display: Display) -> None:
        """What moves in every frame."""
        self._frame, self._display = frame, display
        self.league.show_pairs(frame.league, _tie_words(frame))
        empty = _("Each merge grows a tree, and here is no pair to merge.")
        self.tree.show_tree(frame.tree or frame.next_tree(), empty, not frame.tree)
        self._show_curve(frame, display)

    def show_words(self, frame: TokenFrame, sentence: str) -> None:
        """What is read, and need not follow every frame of a run."""
        self.tree_title.say(_tree_title(frame))
        self.league.set_description(sentence)
        self.tree.set_description(_tree_words(frame))
        self.curve.set_description(sentence)

    def _show_curve(self, frame: TokenFrame, display: Display) -> None:
        self.which.set_chosen(display.curve)
        merges = np.arange(len(frame.curve), dtype=float)
        lengths = frame.curve.astype(float)
        carried = display.curve == "carried"
        y = frame.n_bytes / np.maximum(lengths, 1.0) if carried else lengths
        name = _("bytes a token") if carried else _("tokens")
        slim = self.curve.width() < look().px(SLIM)
        self.curve.set_titles(_("merges"), name, _("Compression"))
        alone = len(y) < 2  # a single point is no curve yet
        self.curve.set_series([Series("" if slim else name, merges, y, "accent", faint=alone)])
        if not self._held:
            self._span = span_for(frame.merges, frame.n_bytes)
        self.curve.set_limits((0.0, float(self._span)), None if carried else (0.0, max(1.0, 1.05 * float(lengths[0]))))
        self.curve.set_lines([_handle(frame)])

    # ---------------------------------------------------------------------------------------- the hand

    def _force(self, number: int) -> None:
        frame = self._frame
        if frame is not None and number < len(frame.league):
            row = frame.league[number]
            self.act(Force(frame.merges, row.left, row.right))

    def _look_at(self, token: int) -> None:
        frame = self._frame
        if frame is not None:
            newest = frame.last is not None and token == frame.last.token
            self.act(Set({"token": NEWEST if newest else token}))

    def _dragged(self, _name: str, value: float) -> None:
        frame = self._frame
        self._held = True
        if frame is not None and round(value) != frame.merges:
            self.drag("slide", Jump(max(0, round(value)) - frame.base))

    def _dropped(self, _name: str, _value: float) -> None:
        self._held = False
        self.end_drag()
        if self._frame is not None:
            self.curve.set_lines([_handle(self._frame)])

    def _choose_curve(self, which: str) -> None:
        self.display_changed.emit("curve", which)

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.league,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.league, self.tree, self.curve]

    def relook(self) -> None:
        self._both.setSpacing(look().px(14))
        for column in self._columns:
            column.setSpacing(look().px(3))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._frame is not None:
            self._show_curve(self._frame, self._display)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the league stays; in a narrow place tree and curve stand below it."""
        turn(self._both, narrow)
        for part in (self.tree, self.tree_title):
            part.setVisible(not low)
        self.league_title.setVisible(not low)


def _handle(frame: TokenFrame) -> Line:
    """The line that is dragged; before the first merge it says what for."""
    message = _("drag: more merges") if not frame.merges and frame.league else ""
    return Line(LINE, float(frame.merges), True, "ball", (), message, True)


def _tree_title(frame: TokenFrame) -> str:
    if frame.tree:
        return _("Tree of {token}").format(token=quoted(frame.tree[0].token))
    coming = frame.next_tree()
    return _("Next: {token}").format(token=quoted(coming[0].token)) if coming else _("Tree")


def _tie_words(frame: TokenFrame) -> str:
    """What decides where several pairs are equally frequent."""
    if frame.ties < 2:
        return ""
    rule = _("lowest ids first") if frame.params.tie == "lowest" else _("first in the text")
    return _("tie of {n}: {rule}").format(n=frame.ties, rule=rule)


def _tree_words(frame: TokenFrame) -> str:
    if not frame.tree:
        return _("There is no token to draw yet.")
    parts = [quoted(branch.token) for branch in frame.tree[:1]]
    halves = [frame.tree[half] for half in (frame.tree[0].left, frame.tree[0].right) if half > 0]
    if not halves:
        return _("{token} is a smallest piece.").format(token=parts[0])
    joined = " + ".join(quoted(half.token) for half in halves)
    return _("{token} is {halves}.").format(token=parts[0], halves=joined)
