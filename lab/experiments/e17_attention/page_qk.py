"""The page of the QK lens: why a head looks at a token. The score of the lit pair as a sum, by what wrote query and
key, as a table of these, number by number, or as what it would be at other distances."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e17_attention.chain import Chain, largest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.lens import QKLens
from lab.experiments.e17_attention.lens_words import made_line, part_name, part_tip, qk_lines, spoken_source
from lab.experiments.e17_attention.page import Page
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.words import small, two
from lab.kit.numbers import subscript
from widgets.base.layouts import hbox, stack, turn, vbox
from widgets.base.look import look
from widgets.controls.chips import Segmented
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series
from widgets.plots.waterfall import Summand, Waterfall
from widgets.text.elided_label import ElidedLabel
from widgets.tokens.arcs import Arcs

__all__ = ["QKView"]

ROOMY = 720  # pixels at 100 % text, from which on the distances stand below the parts
FEW = 4  # parts of a score that leave room for the curve below them
SPLITS = ("parts", "table", "numbers", "distance")


class QKView(Page):
    """Who looks at whom, and why."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: AttentionFrame | None = None
        self._display = Display()
        self._roomy = False
        self._number = -1  # the number of the query whose making is told of, −1: that of the largest product
        self.arcs, self.sum = Arcs(), Waterfall(small)
        self.table, self.curve = Matrix(scale="diverging"), Plot()
        self.splits = Segmented(SPLITS, (_("Parts"), _("Table"), _("Numbers"), _("Distance")))
        self.score, self.why = ElidedLabel("", "small"), ElidedLabel("", "small")
        self.table.set_writing(two, _whole)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.arcs.set_titles(_("Who looks at whom"), _("looks"), _("is looked at"))
        self.table.set_titles(_("Parts of the score"), _("wrote the query"), _("wrote the key"))
        self.curve.set_titles(_("tokens back"), _("score"), _("The score at other distances"))
        self.splits.setAccessibleName(_("Split a score by"))
        self.splits.set_compact(True)
        lists = QWidget()
        self._lists = vbox((self.sum, 1), (self.curve, 1), on=lists)
        self._large = stack(lists, self.table)
        right = vbox(self.splits, (self._large, 1), gap=2)
        self._middle = hbox((self.arcs, 5), (right, 7))
        self._column = vbox((self._middle, 1), self.score, self.why, on=self)

    def _connect(self) -> None:
        self.arcs.pressed.connect(self._press)
        self.arcs.requested.connect(self._ask)
        self.sum.pressed.connect(self._open_part)
        self.sum.hovered.connect(self._hover_part)
        self.table.pressed.connect(self._open_cell)
        self.table.requested.connect(self._ask)
        self.splits.chosen.connect(partial(self.display_changed.emit, "split"))

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame, self._display, self._number = frame, display, -1
        c, lens = frame.chain, frame.qk
        if c is None or lens is None:
            self.arcs.set_arcs(np.zeros((0, 0)), ())
            self.sum.show_sum((), "", "")
            return
        self.arcs.set_arcs(c.weights, c.tokens)
        self.arcs.set_highlighted(c.row, c.column)
        split = self._split(lens)
        self.splits.set_chosen(split)
        for name, there in self._there(lens).items():
            self.splits.chip(name).setEnabled(there)
        self._large.setCurrentIndex(1 if split == "table" else 0)
        both = split == "parts" and (self._roomy or len(lens.parts) <= FEW) and lens.by_distance is not None
        self.sum.setVisible(split in ("parts", "numbers"))
        self.curve.setVisible(split == "distance" or both)
        if split == "table":
            self._show_table(lens)
        elif split != "distance":
            self._show_sum(c, lens, split)
        if split == "distance" or both:
            self._show_curve(c, lens)

    def _there(self, lens: QKLens) -> dict[str, bool]:
        """Which ways of splitting this source has."""
        parts = bool(lens.parts)
        return {"parts": parts, "table": parts, "numbers": True, "distance": lens.by_distance is not None}

    def _split(self, lens: QKLens) -> str:
        """How the score is split: as chosen, or number by number where there is nothing else."""
        return self._display.split if self._there(lens)[self._display.split] else "numbers"

    def _show_sum(self, c: Chain, lens: QKLens, split: str) -> None:
        if split == "parts":
            rows = [Summand(part_name(part), part.value, part_tip(c, part)) for part in lens.parts]
            title = _("What wrote the query × what wrote the key")
        else:
            rows = [Summand(_product(i), float(lens.products[i])) for i in largest(lens.products, len(lens.products))]
            title = _("q·k, number by number")
        self.sum.show_sum(rows, title, _("score"))

    def _show_table(self, lens: QKLens) -> None:
        assert lens.whole is not None
        names = tuple(spoken_source(source) for source in lens.whole.sources)
        most = float(np.abs(lens.whole.straight).max()) or 1.0
        self.table.set_values(lens.whole.straight, -most, most, names, names)
        row, column = np.unravel_index(int(np.argmax(np.abs(lens.whole.straight))), lens.whole.straight.shape)
        self.table.set_highlighted(int(row), int(column), lone=True)

    def _show_curve(self, c: Chain, lens: QKLens) -> None:
        assert lens.by_distance is not None
        back = c.row - c.column
        x = np.arange(len(lens.by_distance), dtype=np.float64)
        self.curve.set_series((Series("", x, lens.by_distance, look().palette.categories[0]),))
        lo, hi = min(0.0, float(lens.by_distance.min())), max(0.0, float(lens.by_distance.max()))
        air = 0.08 * max(hi - lo, 1e-9)
        self.curve.set_limits(y=(lo - (air if lo < 0.0 else 0.0), hi + air))  # with 0: what is nearly level looks so
        here = _("here: {n} back").format(n=back)
        self.curve.set_lines((Line("here", float(abs(back)), label=here, color="ball", dash=()),))

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """What is said of the score."""
        c, r, lens = frame.chain, frame.reading, frame.qk
        if c is None or r is None or lens is None:
            self.score.say("")
            self.why.say("")
            return
        score, why = qk_lines(frame, c, r, lens)
        self.score.say(score)
        self.why.say(made_line(lens, self._told(lens)) if self._split(lens) == "numbers" else why)
        for part in (self.arcs, self.sum, self.table, self.curve):
            part.set_description(sentence)

    def _told(self, lens: QKLens) -> int:
        """The number of the query whose making is told of."""
        return self._number if self._number >= 0 else largest(lens.products, 1)[0]

    # ---------------------------------------------------------------------------------------- the hand

    def _press(self, row: int, column: int) -> None:
        c = self._frame.chain if self._frame is not None else None
        if c is not None:
            self.acted.emit(Set({"query": (row if row >= 0 else c.row) + 1, "key": max(column + 1, 0)}), "cell")

    def _ask(self, _row: int = -1, _column: int = -1) -> None:
        self.requested.emit("score")

    def _hover_part(self, number: int) -> None:
        self._tell_number(number)

    def _tell_number(self, number: int) -> None:
        """Tell how a number of query and key is made, by its place among the products."""
        lens = self._frame.qk if self._frame is not None else None
        if lens is not None and self._split(lens) == "numbers":
            order = largest(lens.products, len(lens.products))
            self._number = order[number] if number >= 0 else -1
            self.why.say(made_line(lens, self._told(lens)))

    def _open_part(self, number: int) -> None:
        """Open the head that wrote this part of the key, at the token where it wrote it; or tell of a number."""
        lens = self._frame.qk if self._frame is not None else None
        if lens is None:
            return
        if self._split(lens) == "numbers":
            self._tell_number(number)
        elif (source := lens.parts[number].key) is not None and source.kind == "head":
            self._open_head(source.layer, source.head)

    def _open_cell(self, _row: int, column: int) -> None:
        lens = self._frame.qk if self._frame is not None else None
        if lens is not None and lens.whole is not None and column >= 0:
            source = lens.whole.sources[column]
            if source.kind == "head":
                self._open_head(source.layer, source.head)

    def _open_head(self, layer: int, head: int) -> None:
        c = self._frame.chain if self._frame is not None else None
        if c is not None:
            self.acted.emit(Set({"layer": layer + 1, "head": head + 1, "query": c.column + 1, "key": 0}), "")

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.arcs, self._large  # what is looked at, and why

    def pictures(self) -> list[Any]:
        """What is exported."""
        shown = [part for part in (self.sum, self.curve, self.table) if part.isVisibleTo(self)]
        return [*shown, self.arcs]

    def set_space(self, height: float, narrow: bool) -> None:
        """Where it is narrow, the reasons stand below the lines; where it is high, the distances below the parts."""
        turn(self._middle, narrow)
        roomy = height >= ROOMY
        if roomy != self._roomy:
            self._roomy = roomy
            if self._frame is not None:
                self.show_page(self._frame, self._display)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._middle.setSpacing(look().px(14))
        self._lists.setSpacing(look().px(8))


def _product(number: int) -> str:
    mark = subscript(number + 1)
    return f"q{mark} · k{mark}"


def _whole(value: float) -> str:
    """A number for a small cell."""
    return small(round(value)) if abs(value) >= 0.5 else "0"
