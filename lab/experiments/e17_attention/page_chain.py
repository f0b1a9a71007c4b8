"""The page of one head: the tokens with what the lit one gives them, the stages in a row, the plane (or the lines of a
model's head), the matrix of the stage in question, and the arithmetic of the cell under the pointer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e17_attention import plane
from lab.experiments.e17_attention.chain import Chain, brightest
from lab.experiments.e17_attention.chain_lines import mix_line, shown, sum_line, token, without_first
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import LIMIT, Place
from lab.experiments.e17_attention.metrics import METRICS
from lab.experiments.e17_attention.page import Page
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.stages import TITLES, StageRow, column_names, range_of, shown_matrix
from lab.experiments.e17_attention.vector_fields import VectorFields
from lab.experiments.e17_attention.words import two
from widgets.base.layouts import hbox, stack, turn, vbox
from widgets.base.look import look
from widgets.controls.chips import Segmented
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow
from widgets.tokens.arcs import Arcs
from widgets.tokens.token_strip import TokenStrip

__all__ = ["ChainView"]

READOUTS = ("score", "scaled", "weight", "row_sum", "entropy", "room")
SPACIOUS = 600  # pixels at 100 % text, above which the small matrices grow
ROOMY, LOW, TIGHT = 480, 380, 300  # below which parts give way, one after the other
STAGES = 68  # the height of the stages where they are small
NAMES = 20  # the height of the stages where only their names stay
DIGITS = 2  # behind the point, of what a drag sets


class ChainView(Page):
    """One head at work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: AttentionFrame | None = None
        self._display = Display()
        self._hovered = (-1, -1)  # the cell under the pointer
        self._drags = 0
        self._tight = self._narrow = False
        self.strip, self.stages = TokenStrip(notes=True, breaks=False), StageRow()
        self.plane, self.arcs = plane.Plane(), Arcs()
        self.matrix, self.fields = Matrix(), VectorFields()
        self.sum, self.mix = ElidedLabel("", "small"), ElidedLabel("", "small")
        self.sides = Segmented(("looks", "finds"), (_("Where it looks"), _("What it finds")))
        labels = (_("score"), _("scaled"), _("weight"), _("row"), _("entropy"), "Σp(1−p)")
        self.readouts = ReadoutRow(READOUTS, labels)
        self.matrix.set_writing(two)
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.strip.set_title(_("The tokens, with what the lit one gives them"))
        self.strip.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.plane.set_titles("", "", _("Queries, keys and values"))
        self.arcs.set_titles(_("Who looks at whom"), _("looks"), _("is looked at"))
        self._side = stack(self.plane, self.arcs)
        left = vbox(self.sides, (self._side, 1), gap=0)
        self.sides.set_compact(True)
        self.sides.setAccessibleName(_("On the plane"))
        self._middle = hbox((left, 1), (self.matrix, 1))
        self._top = hbox((self.strip, 1))
        self._top.addWidget(self.fields, 0, Qt.AlignmentFlag.AlignRight)
        self._column = vbox(self._top, self.stages, (self._middle, 1), self.sum, self.mix, self.readouts, on=self)

    def _connect(self) -> None:
        self.strip.pressed.connect(self._choose_row)
        self.strip.hovered.connect(self._hover_token)
        self.stages.chosen.connect(self._enlarge)
        self.stages.hovered.connect(self._hover)
        self.stages.pressed.connect(self._press)
        self.stages.requested.connect(self.requested)
        self.matrix.hovered.connect(self._hover)
        self.matrix.pressed.connect(self._press)
        self.matrix.requested.connect(self._ask)
        self.arcs.pressed.connect(self._press)
        self.arcs.requested.connect(self._ask)
        self.plane.dragged.connect(self._dragged)
        self.plane.dropped.connect(self._dropped)
        self.fields.typed.connect(self._typed)
        self.readouts.requested.connect(self.requested)
        self.sides.chosen.connect(self._turn_plane)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame, self._display = frame, display
        chain = frame.chain
        self.stages.show_frame(frame, self._large())
        if chain is None:
            self._show_opening()
            return
        self._show_left(frame, chain)
        self._show_large(frame, chain)
        self._light()

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """Tokens, read-outs and what is said of them."""
        chain = frame.chain
        if chain is None:
            self.strip.set_tokens(())
            return
        if frame.vectors is not None:
            self.fields.show_vectors(chain, frame.vectors)
            self._show_tokens(frame, chain)
        metrics = METRICS.values(frame)
        exact = {name: str(metrics.get(name)) for name in READOUTS}
        self.readouts.set_values({name: shown(metrics.get(name)) for name in READOUTS}, exact)
        self._say()
        for part in (self.plane, self.arcs, self.matrix, self.strip, *self.stages.matrices.values()):
            part.set_description(sentence)

    def _show_opening(self) -> None:
        """Nothing of what was there before, which was another's."""
        self.matrix.set_ghost(_("being opened …"))
        self.arcs.set_arcs(np.zeros((0, 0)), ())
        self._side.setCurrentWidget(self.arcs)
        for part in (self.strip, self.fields, self.sides):
            part.hide()
        for line in (self.sum, self.mix):
            line.say("")
        self.readouts.set_values(dict.fromkeys(READOUTS))

    def _show_left(self, frame: AttentionFrame, chain: Chain) -> None:
        own = frame.vectors is not None
        self._side.setCurrentWidget(self.plane if own else self.arcs)
        self.fields.setVisible(own)
        self.strip.setVisible(own and not self._tight)  # the lines of a model's head carry the tokens themselves
        self.sides.setVisible(own)
        if frame.vectors is not None:
            reach = plane.reach_of(frame.vectors)
            if self.plane.view().x1 < 0 or abs(self._reach - reach) > 1e-9:
                self._reach = reach
                self.plane.set_range(-reach, reach, -reach, reach)
            finds = self._display.plane == "finds" or frame.stage == "mix"
            self.sides.set_chosen("finds" if finds else "looks")
            if finds:
                layers, discs = plane.finding(self._pointed(chain), frame.vectors, frame.seen("mix"))
            else:
                layers, discs = plane.looking(self._pointed(chain), frame.vectors, frame.seen("weights"))
            self.plane.show_weights(discs, look().palette.categories[3] if finds else "accent")
            self.plane.set_layers(layers)
            return
        weights = chain.weights
        if self._display.hide_first:
            weights = without_first(chain)
        self.arcs.set_arcs(weights, chain.tokens)

    _reach = 0.0

    def _show_large(self, frame: AttentionFrame, chain: Chain) -> None:
        stage = self._large()
        self.matrix.set_scale("one-sided" if stage == "weights" else "diverging")
        self.matrix.set_ghost("" if frame.seen(stage) else _("Step to work it out"))
        values = shown_matrix(chain, stage)
        lo, hi = range_of(chain, stage) or (None, None)
        if stage == "weights" and self._display.hide_first:
            values = without_first(chain)
            hi = brightest(values)
        columns = column_names(chain, stage, values)
        words = (_("looks"), _("numbers of the output") if stage == "mix" else _("is looked at"))
        self.matrix.set_titles(_(TITLES[stage]), *words)
        self.matrix.set_values(values, lo, hi, chain.tokens, columns)

    def _large(self) -> str:
        """The stage that is drawn large: the lit one, unless another was chosen."""
        frame = self._frame
        if self._display.large != "lit" or frame is None:
            return self._display.large if self._display.large != "lit" else "weights"
        return frame.stage if frame.stage in TITLES else "weights"

    def _light(self) -> None:
        chain = self._frame.chain if self._frame is not None else None
        if chain is None:
            return
        row, column = self._cell(chain)
        self.stages.light(row, column)
        self.matrix.set_highlighted(row, -1 if self._large() == "mix" else column)
        self.arcs.set_highlighted(row, column)

    def _cell(self, chain: Chain) -> tuple[int, int]:
        """The cell under the pointer, or the lit one: also where the matrix below the pointer has become smaller."""
        row, column = self._hovered
        inside = 0 <= row < len(chain.tokens) and column < len(chain.tokens)
        return (row, column) if inside else (chain.row, chain.column)

    def _say(self) -> None:
        """The arithmetic of the cell under the pointer, or of the lit one."""
        frame = self._frame
        chain = frame.chain if frame is not None else None
        if frame is None or chain is None:
            return
        row, column = self._cell(chain)
        self.sum.say(sum_line(frame, chain, row, column))
        self.mix.say(mix_line(frame, chain, row))

    # ---------------------------------------------------------------------------------------- the hand

    def _choose_row(self, number: int) -> None:
        self.acted.emit(Set({"query": number + 1, "key": 0}), "")

    def _hover_token(self, number: int) -> None:
        chain = self._frame.chain if self._frame is not None else None
        if chain is not None:
            self._hover(chain.row if number >= 0 else -1, number)
            self.strip.set_readout(chain.tokens[number] if number >= 0 else "")

    def _hover(self, row: int, column: int) -> None:
        rows = self._cells()
        self._hovered = (row, column)
        if self._cells() != rows and self._frame is not None:
            self._follow(self._frame)
        self._light()
        self._say()

    def _cells(self) -> tuple[int, int]:
        chain = self._frame.chain if self._frame is not None else None
        return self._cell(chain) if chain is not None else (-1, -1)

    def _follow(self, frame: AttentionFrame) -> None:
        """Plane and tokens tell of the row whose arithmetic is shown."""
        if frame.chain is not None and frame.vectors is not None:
            self._show_left(frame, frame.chain)
            self._show_tokens(frame, frame.chain)

    def _pointed(self, chain: Chain) -> Chain:
        """The head, seen from the cell under the pointer."""
        row, column = self._cell(chain)
        return replace(chain, row=row, column=column)

    def _show_tokens(self, frame: AttentionFrame, chain: Chain) -> None:
        known, seen = frame.seen("weights"), self._pointed(chain)
        self.strip.set_tokens(tuple(token(seen, j, known) for j in range(len(seen.tokens))))

    def _press(self, row: int, column: int) -> None:
        chain = self._frame.chain if self._frame is not None else None
        if chain is not None and max(row, column) >= 0:
            self.acted.emit(Set({"query": (row if row >= 0 else chain.row) + 1, "key": column + 1}), "cell")

    def _ask(self, _row: int, _column: int) -> None:
        self.requested.emit({"scores": "score", "weights": "weight", "mix": "out_1"}.get(self._large(), self._large()))

    def _turn_plane(self, side: str) -> None:
        self.display_changed.emit("plane", side)

    def _enlarge(self, stage: str) -> None:
        self.display_changed.emit("large", stage)

    def _dragged(self, name: str, x: float, y: float) -> None:
        x, y = (float(np.clip(round(number, DIGITS), -LIMIT, LIMIT)) + 0.0 for number in (x, y))
        self._place(name, x, y)

    def _typed(self, name: str, x: float, y: float) -> None:
        self._drags += 1
        self._place(name, x, y)
        self._drags += 1

    def _place(self, name: str, x: float, y: float) -> None:
        """Put a vector somewhere; all moves of one drag are one gesture."""
        frame = self._frame
        if frame is None or frame.vectors is None:
            return
        self.fields.hold(name)
        kind_, place = name[0], int(name[1:])
        word = frame.vectors.places[place]
        by_place = dict(zip(frame.vectors.places, frame.vectors.words, strict=True))
        text = " ".join(by_place[i] for i in range(len(by_place)))
        self.acted.emit(Place(kind_, word, x, y, text), f"{name}#{self._drags}")

    def _dropped(self, _name: str, _x: float, _y: float) -> None:
        self._drags += 1

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self._side, self.matrix  # one head as arrows (or lines) and as numbers: what is lit is lit in both

    def pictures(self) -> list[Any]:
        """What is exported."""
        frame = self._frame
        own = frame is None or frame.vectors is not None
        return [self.plane if own else self.arcs, self.matrix, self.strip]

    def set_space(self, height: float, narrow: bool) -> None:
        """Where there is little room, in pixels at 100 % text, the small matrices give way to their names, then words
        and numbers that can be read elsewhere; where it is narrow, the plane."""
        self._tight = height < TIGHT
        self.stages.setVisible(not self._tight)
        self.stages.set_names_only(height < ROOMY)
        more = min(max(0.5 * (height - SPACIOUS), 0.0), 70.0)  # what plane and large matrix cannot use
        self.stages.setFixedHeight(look().px(STAGES + more if height >= ROOMY else NAMES))
        self.mix.setVisible(height >= LOW)
        for part in (self.sum, self.readouts):
            part.setVisible(not self._tight)
        self.strip.setVisible(self.fields.isVisibleTo(self) and not self._tight)
        turn(self._middle, narrow)
        self.sides.setVisible(self.fields.isVisibleTo(self))

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(4))
        self._middle.setSpacing(px(14))
        self.strip.setFixedHeight(px(50))
