"""The page of all heads: every one as a small picture, the chosen one large, what it does, what the model expects with
heads silenced or patched, and how the heads of a layer are joined."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.pretrained.minilm import HEADS, LAYERS
from lab.experiments.e17_attention.chain import brightest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Patch, Silence
from lab.experiments.e17_attention.head_words import note, role_row, touched
from lab.experiments.e17_attention.next_bars import NextBars
from lab.experiments.e17_attention.reading import Head, Reading
from lab.experiments.e17_attention.role_table import RoleTable
from lab.experiments.e17_attention.roles import ROLES
from lab.experiments.e17_attention.said import Said
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.split_join import SplitJoin
from lab.experiments.e17_attention.tour_panel import TourPanel
from widgets.arcs import Arcs
from widgets.chips import ChipRow, Segmented
from widgets.headgrid import HeadGrid
from widgets.look import Refreshing, look
from widgets.matrix import Matrix

__all__ = ["HeadsView"]

ROOMY, LOW = 480, 380  # pixels at 100 % text, below which the strips, and then the bars, give way
MODELS = ("copier", "shakespeare", "received")


class HeadsView(Refreshing, QWidget):
    """All heads, and the chosen one."""

    acted = Signal(object, str)
    asked = Signal(str)
    display_changed = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: AttentionFrame | None = None
        self._display = Display()
        self._most_below = 150
        self._pictured: tuple[Reading, bool] | None = None  # what the small pictures were made of
        self.grid, self.arcs, self.matrix = HeadGrid(), Arcs(), Matrix()
        self.roles, self.next, self.split = RoleTable(), NextBars(), SplitJoin()
        self.title, self.note = Said("strong"), Said()
        self.drawn = Segmented(("arcs", "matrix"), (_("Arcs"), _("Matrix")))
        self.deeds = ChipRow(("silence", "patch", "hide"), (_("Silence"), _("Patch"), _("Hide first")), "many")
        self.tour = TourPanel()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.grid.set_titles(_("All heads"), _("layer"), _("head"))
        self.arcs.set_titles(_("Who looks at whom"), _("looks"), _("is looked at"))
        self.drawn.setAccessibleName(_("Draw a head as"))
        self.deeds.setAccessibleName(_("This head"))
        self.deeds.set_compact(True)
        self.drawn.set_compact(True)
        self._large = QStackedWidget()
        self._large.addWidget(self.arcs)
        self._large.addWidget(self.matrix)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.drawn)
        self._right = QVBoxLayout()
        self._right.addLayout(head)
        self._right.addWidget(self.deeds)
        self._right.addWidget(self._large, 9)
        self._below = QStackedWidget()
        self._below.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._below.addWidget(self.next)
        self._below.addWidget(self.tour)
        self._left = QVBoxLayout()
        self._left.addWidget(self.grid, 10)
        self._left.addWidget(self.roles, 9)
        self._right.addWidget(self._below, 5)
        self._middle = QHBoxLayout()
        self._middle.addLayout(self._left, 10)
        self._middle.addLayout(self._right, 10)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(self._middle, 1)
        self._column.addWidget(self.split)
        self._column.addWidget(self.note)

    def _connect(self) -> None:
        self.grid.pressed.connect(self._choose)
        self.grid.doubled.connect(self._solo)
        self.grid.toggled.connect(self._toggle)
        self.grid.hovered.connect(self._hover)
        self.arcs.pressed.connect(self._press)
        self.matrix.pressed.connect(self._press)
        self.arcs.asked.connect(self._ask)
        self.matrix.asked.connect(self._ask)
        self.matrix.hovered.connect(self._hover_cell)
        self.roles.pressed.connect(self._open_best)
        self.split.pressed.connect(self._choose_in_layer)
        self.drawn.chosen.connect(self._draw_as)
        self.deeds.chosen.connect(self._deed)
        self.tour.visited.connect(self._visit)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame, self._display = frame, display
        r, c = frame.reading, frame.chain
        if r is None or c is None:
            self._show_opening()
            return
        at = (c.layer, c.head)
        self._show_pictures(r, display.hide_first)
        self.grid.set_marks(at, frame.silent, frame.patched)
        self.grid.setVisible(not display.solo)
        weights = r.weights[at]
        if display.hide_first:
            weights = weights.copy()
            weights[:, 0] = 0.0
        self._show_large(weights, r.tokens, (c.row, c.column), display.drawn == "arcs")
        off = frozenset(head for layer, head in frame.silent if layer == c.layer)
        self.split.show_split(c.split, c.head, off, frame.seen("join") if frame.last_step > 5 else True)

    def _show_opening(self) -> None:
        """Empty frames for the heads to come, and nothing of what was there before, which was another's."""
        self._pictured = None
        self.grid.set_pictures(np.zeros((LAYERS, HEADS, 1, 1), np.uint8))
        self.grid.set_marks((-1, -1))
        self.arcs.set_arcs(np.zeros((0, 0)), ())
        self.matrix.set_values(np.zeros((0, 0)))
        self.roles.show_rows((), "", "")
        self.split.show_split(None, 0, frozenset(), True)
        self.note.say("")
        self._below.hide()

    def _show_pictures(self, r: Reading, hide_first: bool) -> None:
        """The small pictures; another head of the same reading leaves them as they are."""
        if self._pictured != (r, hide_first):
            self._pictured = (r, hide_first)
            self.grid.set_pictures(r.pictures[1 if hide_first else 0])

    def _show_large(self, weights: Any, tokens: tuple[str, ...], lit: tuple[int, int], as_arcs: bool) -> None:
        """The chosen head, drawn in one of the two ways."""
        self._large.setCurrentWidget(self.arcs if as_arcs else self.matrix)
        if as_arcs:
            self.arcs.set_arcs(weights, tokens)
            self.arcs.set_lit(*lit)
        else:
            self.matrix.set_titles(_("Weights"), _("looks"), _("is looked at"))
            self.matrix.set_values(weights, 0.0, brightest(weights), tokens, tokens)
            self.matrix.set_lit(*lit)

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """Names, roles, bars and what is said of them."""
        r, c = frame.reading, frame.chain
        if r is None or c is None:
            self.title.say("")
            return
        name = f"{c.layer + 1}·{c.head + 1}"
        self.title.say(_("Head {name}").format(name=name))
        self.drawn.set_chosen(self._display.drawn)
        self._show_deeds(frame, (c.layer, c.head))
        rows = tuple(role_row(r, role, (c.layer, c.head)) for role in ROLES)
        self.roles.show_rows(rows, _("Head {name} looks at").format(name=name), _("most of all"))
        self.roles.set_description(sentence)
        model = frame.params.source in MODELS
        self._below.setCurrentIndex(0 if model else 1)
        self._below.setVisible(r.layers * r.heads > 1)
        self.next.show_next(r.next, _("Expected next") + (_(" · dashed: all heads at work") if touched(frame) else ""))
        if not model:
            self.tour.show_stop(r, (c.layer, c.head))
        self.note.say(note(frame, r, c))
        for part in (self.grid, self.arcs, self.matrix, self.next, self.split):
            part.set_description(sentence)

    def _show_deeds(self, frame: AttentionFrame, at: Head) -> None:
        chosen = {"silence": at in frame.silent, "patch": at in frame.patched, "hide": self._display.hide_first}
        self.deeds.set_chosen([name for name, on in chosen.items() if on])
        source = frame.params.source
        self.deeds.chip("silence").setEnabled(source != "own")
        self.deeds.chip("patch").setEnabled(source in MODELS)
        self.deeds.chip("hide").setText(_("Hide [CLS]") if source == "minilm" else _("Hide first"))

    # ---------------------------------------------------------------------------------------- the hand

    def _choose(self, layer: int, head: int) -> None:
        self.acted.emit(Set({"layer": layer + 1, "head": head + 1}), "head")

    def _choose_in_layer(self, head: int) -> None:
        self.acted.emit(Set({"head": head + 1}), "head")

    def _solo(self, layer: int, head: int) -> None:
        self._choose(layer, head)
        self.display_changed.emit("solo", not self._display.solo)

    def _toggle(self, layer: int, head: int) -> None:
        frame = self._frame
        if frame is not None and frame.params.source != "own":
            self.acted.emit(Silence(layer, head, (layer, head) not in frame.silent), "")

    def _hover(self, layer: int, head: int) -> None:
        r = self._frame.reading if self._frame is not None else None
        if r is None or layer < 0 or layer >= r.layers:
            self.grid.set_readout("")
            return
        role = max(ROLES, key=lambda name: float(r.roles[name][layer, head]))
        score = float(r.roles[role][layer, head])
        self.grid.set_readout(f"{layer + 1}·{head + 1}  {_(ROLES[role])} {show_number(score, 2)}")

    def _hover_cell(self, row: int, column: int) -> None:
        values = self.matrix.values()
        self.matrix.set_readout(show_number(float(values[row, column]), 3) if row >= 0 else "")

    def _press(self, row: int, column: int) -> None:
        c = self._frame.chain if self._frame is not None else None
        if c is None:
            return
        row = row if row >= 0 else c.row
        self.acted.emit(Set({"query": row + 1, "key": column + 1 if column >= 0 else 0}), "cell")

    def _ask(self, _row: int, _column: int) -> None:
        self.asked.emit("weight")

    def _open_best(self, number: int) -> None:
        r = self._frame.reading if self._frame is not None else None
        if r is not None:
            self._choose(*r.best(list(ROLES)[number])[0])

    def _draw_as(self, drawn: str) -> None:
        self.display_changed.emit("drawn", drawn)

    def _deed(self, deed: str) -> None:
        frame = self._frame
        if frame is None or frame.chain is None:
            return
        at = (frame.chain.layer, frame.chain.head)
        if deed == "hide":
            self.display_changed.emit("hide_first", not self._display.hide_first)
        elif deed == "silence":
            self.acted.emit(Silence(*at, at not in frame.silent), "")
        else:
            self.acted.emit(Patch(*at, at not in frame.patched), "")
        self._show_deeds(frame, at)

    def _visit(self, values: dict[str, Any]) -> None:
        self.acted.emit(Set(values), "")
        if values.get("key") == 1 and self._display.hide_first:
            self.display_changed.emit("hide_first", False)  # what there is to see is the first token

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[Any]:
        """What is exported."""
        large = self.arcs if self._display.drawn == "arcs" else self.matrix
        return [self.grid, large, self.roles, self.next, self.split]

    def set_room(self, height: float, _narrow: bool) -> None:
        """Where there is little room, in pixels at 100 % text, the strips and the bars give way to grid and arcs."""
        low = height < LOW
        self.split.setVisible(height >= ROOMY)
        self.roles.setVisible(not low)
        self._fit_below(low)

    def _fit_below(self, low: bool) -> None:
        self._below.setMaximumHeight(0 if low else self._most_below)

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(6))
        self._middle.setSpacing(px(14))
        for column in (self._left, self._right):
            column.setSpacing(px(6))
        self.split.setFixedHeight(px(74))
        self.roles.setMaximumHeight(px(18 + 7 * 30))
        self._most_below = px(150)
        self._fit_below(False)

    def sizeHint(self) -> QSize:
        return QSize(look().px(700), look().px(520))
