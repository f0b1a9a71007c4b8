"""The page of all heads: every one as a small picture, the chosen one large, what it does, what the model expects with
heads silenced or patched, and how the heads of a layer are joined."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.pretrained.minilm import HEADS, LAYERS
from lab.experiments.e17_attention.action_row import ActionRow, actions_for, writes
from lab.experiments.e17_attention.chain import brightest
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Patch, Silence
from lab.experiments.e17_attention.head_menu import HeadActions, head_menu
from lab.experiments.e17_attention.head_words import note, role_row, strongest_role, touched
from lab.experiments.e17_attention.next_bars import NextBars
from lab.experiments.e17_attention.page import Page
from lab.experiments.e17_attention.reading import Floats, Reading
from lab.experiments.e17_attention.role_table import RoleTable
from lab.experiments.e17_attention.roles import ROLES
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.split_join import SplitJoin
from lab.experiments.e17_attention.tour_panel import TourPanel
from lab.experiments.e17_attention.words import describe
from widgets.base.layouts import hbox, stack, turn, vbox
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.tokens.arcs import Arcs
from widgets.tokens.head_grid import HeadGrid

__all__ = ["HeadsView"]

TALL, ROOMY, LOW = 560, 480, 380  # pixels at 100 % text, below which roles, strips, and then bars give way
TURNS = ("roles", "next")  # what takes turns with the large picture where there is no room for all


class HeadsView(Page):
    """All heads, and the chosen one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: AttentionFrame | None = None
        self._display = Display()
        self._turning: frozenset[str] = frozenset()  # which of TURNS take turns with the large picture
        self._many = True  # whether there are several heads
        self._pictured: tuple[Reading, bool] | None = None  # what the small pictures were made of
        self.grid, self.arcs, self.matrix = HeadGrid(), Arcs(), Matrix()
        self.roles, self.next, self.split = RoleTable(), NextBars(), SplitJoin()
        self.title, self.note = ElidedLabel(), ElidedLabel("", "small")
        self.drawn = Segmented(("arcs", "matrix", *TURNS), (_("Arcs"), _("Matrix"), _("Roles"), _("Next")))
        self.head_actions = ActionRow()
        self.all_heads = Button(_("Show all heads"), height=28)
        self.all_heads.hide()
        self.tour = TourPanel()
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self.grid.set_titles(_("All heads"), _("layer"), _("head"))
        self.arcs.set_titles(_("Who looks at whom"), _("looks"), _("is looked at"))
        self.drawn.setAccessibleName(_("Draw a head as"))
        self.drawn.set_compact(True)
        self._large = stack(self.arcs, self.matrix)
        head = hbox((self.title, 1), self.all_heads, self.drawn)
        self._right = vbox(head, self.head_actions, (self._large, 10))
        self._below = stack(self.next, self.tour)
        self._below.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.side = QWidget()  # what gives way to a head that is looked at alone
        self._left = vbox((self.grid, 12), on=self.side)
        self._place_turns()
        self._middle = hbox((self.side, 10), (self._right, 10))
        self._column = vbox((self._middle, 1), self.split, self.note, on=self)

    def _connect(self) -> None:
        self.grid.pressed.connect(self._choose)
        self.grid.doubled.connect(self._solo)
        self.grid.toggled.connect(self._toggle)
        self.grid.menu_requested.connect(self._show_menu)
        self.grid.hovered.connect(self._hover)
        self.arcs.pressed.connect(self._press)
        self.matrix.pressed.connect(self._press)
        self.arcs.requested.connect(self._ask)
        self.matrix.requested.connect(self._ask)
        self.matrix.hovered.connect(self._hover_cell)
        self.roles.pressed.connect(self._open_best)
        self.split.pressed.connect(self._choose_in_layer)
        self.drawn.chosen.connect(partial(self.display_changed.emit, "drawn"))
        self.all_heads.clicked.connect(self._alone)
        self.head_actions.acted.connect(self._act)
        self.head_actions.hide_requested.connect(self._hide_first)
        self.tour.visited.connect(self._visit)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: AttentionFrame, display: Display) -> None:
        """Draw a frame."""
        self._frame, self._display = frame, display
        r, c = frame.reading, frame.chain
        if r is None or c is None:
            self._show_opening((30, 9) if frame.pretrained else (LAYERS, HEADS))
            return
        at = (c.layer, c.head)
        self._show_pictures(r, display.hide_first)
        self.grid.set_marks(at, frame.silent, frame.patched)
        self.side.setVisible(not display.solo)
        self.all_heads.setVisible(display.solo)
        weights = r.weights[at]
        if display.hide_first:
            weights = weights.copy()
            weights[:, 0] = 0.0
        self._show_large(weights, r.tokens, (c.row, c.column), display.drawn)
        off = frozenset(head for layer, head in frame.silent if layer == c.layer)
        self.split.show_split(c.split, c.head, off, frame.seen("join") if frame.last_step > 5 else True)

    def _show_opening(self, shape: tuple[int, int]) -> None:
        """Empty frames for the heads to come, and nothing of what was there before, which was another's."""
        self._pictured = None
        self.grid.set_pictures(np.zeros((*shape, 1, 1), np.uint8))
        self.grid.set_marks((-1, -1))
        self.arcs.set_arcs(np.zeros((0, 0)), ())
        self.matrix.set_values(np.zeros((0, 0)))
        self.roles.show_rows((), "", "")
        self.split.show_split(None, 0, frozenset(), True)
        self.note.say("")
        self._below.setVisible(False)

    def _show_pictures(self, r: Reading, hide_first: bool) -> None:
        """The small pictures; another head of the same reading leaves them as they are."""
        if self._pictured != (r, hide_first):
            self._pictured = (r, hide_first)
            self.grid.set_pictures(r.pictures[1 if hide_first else 0])

    def _show_large(self, weights: Floats, tokens: tuple[str, ...], highlighted: tuple[int, int], drawn: str) -> None:
        """The chosen head, drawn in one of the two ways, or what takes turns with it."""
        turn = {"roles": self.roles, "next": self._below}.get(drawn) if drawn in self._turning else None
        self._large.setCurrentWidget(turn or (self.matrix if drawn == "matrix" else self.arcs))
        if drawn != "matrix":
            self.arcs.set_arcs(weights, tokens)
            self.arcs.set_highlighted(*highlighted)
        else:
            self.matrix.set_titles(_("Weights"), _("looks"), _("is looked at"))
            self.matrix.set_values(weights, 0.0, brightest(weights), tokens, tokens)
            self.matrix.set_highlighted(*highlighted)

    def show_words(self, frame: AttentionFrame, sentence: str) -> None:
        """Names, roles, bars and what is said of them."""
        r, c = frame.reading, frame.chain
        if r is None or c is None:
            self.title.say("")
            return
        name = f"{c.layer + 1}·{c.head + 1}"
        self.title.say(name if self._turning else _("Head {name}").format(name=name))
        drawn = self._display.drawn
        self.drawn.set_chosen("arcs" if drawn in TURNS and drawn not in self._turning else drawn)
        self.drawn.chip("next").setText(_("Next") if writes(frame) else _("Tour"))
        self.head_actions.show_actions(frame, (c.layer, c.head), self._display.hide_first)
        rows = tuple(role_row(r, role, (c.layer, c.head)) for role in ROLES)
        self.roles.show_rows(rows, _("Head {name} looks at").format(name=name), _("most of all"))
        self.roles.set_description(sentence)
        self._below.setCurrentWidget(self.next if writes(frame) else self.tour)
        self._many = r.layers * r.heads > 1
        self._show_turns()
        self.next.show_next(r.next, _("Expected next") + (_(" · dashed: all heads at work") if touched(frame) else ""))
        if not writes(frame):
            self.tour.show_stop(r, (c.layer, c.head))
        self.note.say(note(frame, r, c))
        for part in (self.grid, self.arcs, self.matrix, self.next, self.split):
            part.set_description(sentence)

    # ---------------------------------------------------------------------------------------- the hand

    def _choose(self, layer: int, head: int) -> None:
        self.acted.emit(Set({"layer": layer + 1, "head": head + 1}), "head")

    def _choose_in_layer(self, head: int) -> None:
        self.acted.emit(Set({"head": head + 1}), "head")

    def _solo(self, layer: int, head: int) -> None:
        self._choose(layer, head)
        self._alone()

    def _alone(self) -> None:
        self.display_changed.emit("solo", not self._display.solo)

    def _toggle(self, layer: int, head: int) -> None:
        actions = actions_for(self._frame, (layer, head)) if self._frame is not None else {}
        if "silence" in actions:
            self._act(actions["silence"])

    def _show_menu(self, layer: int, head: int, at: QPoint) -> None:
        """The menu of a head, which is opened with it."""
        frame = self._frame
        if frame is not None and frame.reading is not None:
            self._choose(layer, head)
            actions = HeadActions(self._ask, self._act, self._alone)
            head_menu(self, frame, frame.reading, (layer, head), actions).popup(at)

    def _hover(self, layer: int, head: int) -> None:
        r = self._frame.reading if self._frame is not None else None
        self.grid.set_readout(strongest_role(r, (layer, head)) if r is not None and 0 <= layer < r.layers else "")

    def _hover_cell(self, row: int, column: int) -> None:
        values = self.matrix.values()
        self.matrix.set_readout(show_number(float(values[row, column]), 3) if row >= 0 else "")

    def _press(self, row: int, column: int) -> None:
        c = self._frame.chain if self._frame is not None else None
        if c is not None:
            self.acted.emit(Set({"query": (row if row >= 0 else c.row) + 1, "key": max(column + 1, 0)}), "cell")

    def _ask(self, _row: int = -1, _column: int = -1) -> None:
        self.requested.emit("weight")

    def _open_best(self, number: int) -> None:
        r = self._frame.reading if self._frame is not None else None
        if r is not None:
            self._choose(*r.best(list(ROLES)[number])[0])

    def _act(self, action: Silence | Patch) -> None:
        self.acted.emit(action, "")

    def _hide_first(self) -> None:
        self.display_changed.emit("hide_first", not self._display.hide_first)

    def _visit(self, values: dict[str, Any]) -> None:
        self.acted.emit(Set(values), "")
        if values.get("key") == 1 and self._display.hide_first:
            self.display_changed.emit("hide_first", False)  # what there is to see is the first token

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.grid, self._large  # all heads, and one of them large

    def pictures(self) -> list[Any]:
        """What is exported."""
        large = self.matrix if self._display.drawn == "matrix" else self.arcs
        return [self.grid, large, self.roles, self.next, self.split]

    def set_space(self, height: float, narrow: bool) -> None:
        """Where there is little room, in pixels at 100 % text, the roles take turns with the large picture, then the
        strips give way to grid and arcs; where there is less, bars (or the tour) take turns too."""
        turning = frozenset(TURNS if height < LOW else TURNS[:1] if height < TALL else ())
        turn(self._middle, narrow)
        self.split.setVisible(height >= ROOMY)
        if turning != self._turning:
            self._turning = turning
            self._place_turns()
            if self._frame is not None:
                self.show_page(self._frame, self._display)
                self.show_words(self._frame, describe(self._frame))

    def _place_turns(self) -> None:
        """Roles and bars beside grid and arcs, or among the large pictures."""
        if "roles" in self._turning:
            self._large.addWidget(self.roles)
        else:
            self._left.addWidget(self.roles, 9)
            self.roles.show()
        if "next" in self._turning:
            self._large.addWidget(self._below)
        else:
            self._right.addWidget(self._below, 4)
        for name in TURNS:
            self.drawn.chip(name).setVisible(name in self._turning)
        self._show_turns()
        self._fit()

    def _show_turns(self) -> None:
        """Whether bars and note are there."""
        if "next" not in self._turning:
            self._below.setVisible(self._many)
        frame = self._frame
        self.note.setVisible("next" not in self._turning or (frame is not None and touched(frame)))

    def _fit(self) -> None:
        px = look().px
        self.roles.setMaximumHeight(px(18 + 7 * 30))
        self._below.setMaximumHeight(16_777_215 if "next" in self._turning else px(150))

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(6))
        self._middle.setSpacing(px(14))
        for column in (self._left, self._right):
            column.setSpacing(px(6))
        self.split.setFixedHeight(px(74))
        self._fit()
