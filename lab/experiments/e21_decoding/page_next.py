"""The first page: the chain of filters, the bars they leave, and what was said of the token before."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.numbers import Parsed, parse_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e21_decoding.bar_rows import bar_rows, filter_name, scale_words
from lab.experiments.e21_decoding.barlist import BarList
from lab.experiments.e21_decoding.bars import Bars, folded, found
from lab.experiments.e21_decoding.chain import Chain, Link
from lab.experiments.e21_decoding.find_field import FindField
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Rewrite
from lab.experiments.e21_decoding.metrics import METRICS
from lab.experiments.e21_decoding.settings import Display, Params, order_of, write_order, write_signs
from lab.experiments.e21_decoding.words import describe
from lab.kit.gestures import Choose
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from lab.kit_qt.view import Acting
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.text.readout import ReadoutRow

__all__ = ["BarsPage", "ChainBox", "NextView", "show_readouts"]

FINDER = 30  # pixels of the head line with the field in it
STEPS = {"penalty": 0.05, "temperature": 0.05, "top_k": 1.0, "top_p": 0.01, "min_p": 0.01}
BOUNDS = {"penalty": (0.01, 100.0), "temperature": (0.0, 1e6), "top_k": (0.0, 50_000.0), "top_p": (0.0, 1.0),
          "min_p": (0.0, 1.0)}  # fmt: skip


def show_readouts(row: ReadoutRow, frame: DecodingFrame, digits: dict[str, int]) -> None:
    """Fill a row of read-outs from the metrics of a frame."""
    show_metrics(row, METRICS.values(frame), digits)


def _parse(text: str) -> Parsed:
    """A number, or infinity as a word or a sign."""
    return Parsed(math.inf) if text.strip().lower() in ("∞", "inf", "infinity") else parse_number(text)


class ChainBox(Acting, Chain):
    """The chain for the filters of this experiment: it speaks in changes of controls."""

    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((_("scores"), _("choice")), _parse, parent)
        self.setAccessibleName(_("Filters in their order"))
        self._params: Params | None = None
        self._said: object = None  # the settings that an entry was refused for
        self._wanted: dict[str, float] = {}  # what was asked for and has not come back in a frame yet
        self.reordered.connect(self._reorder)
        self.nudged.connect(self._nudge)
        self.typed.connect(self._type)
        self.refused.connect(self._refuse)

    def show_chain(self, frame: DecodingFrame) -> None:
        """Draw a frame."""
        params = self._params = frame.params
        if self._said is not None and params != self._said:
            self._refuse("")  # the refusal was of an entry that is gone
        self._wanted = {name: value for name, value in self._wanted.items() if getattr(params, name) != value}
        links = []
        for name in order_of(params.order):
            step = frame.step_of(name)
            note = "" if step is None else _("{n} left").format(n=step.kept) if step.on else _("off")
            value = float(getattr(params, name))
            setting = "∞" if name == "temperature" and params.infinite else f"{value:.4g}"
            on = bool(step and step.on)
            links.append(Link(name, filter_name(name), setting if on else "", note, on, value))
        self.set_links(links)
        self.set_description(describe(frame))

    def _refuse(self, why: str) -> None:
        self.setToolTip(why)
        self._said = self._params if why else None

    def _reorder(self, names: tuple[str, ...]) -> None:
        self.act(Set({"order": write_order(names)}))

    def _nudge(self, name: str, count: float) -> None:
        if self._params is not None:
            now = self._wanted.get(name, float(getattr(self._params, name)))
            self._set(name, now + count * STEPS[name], f"chain {name}")

    def _type(self, name: str, value: float) -> None:
        self._set(name, value, "")

    def _set(self, name: str, value: float, gesture: str) -> None:
        if math.isinf(value):
            if name == "temperature":
                self.act(Set({"infinite": True}))
            return
        lo, hi = BOUNDS[name]
        value = self._wanted[name] = min(max(round(value, 6), lo), hi)
        values: dict[str, Any] = {name: round(value) if name == "top_k" else value}
        if name == "temperature":
            values["infinite"] = False
        self.acted.emit(Set(values), gesture)


class BarsPage(Page):
    """A page with the chain of filters, and as many bars of the next token as there is room for."""

    chain: ChainBox
    bars: BarList
    rows_of = staticmethod(bar_rows)
    _shown: Bars
    _frame: DecodingFrame | None = None
    _ghosts = True  # whether outlines are drawn
    _first = 0  # how many of the likeliest are passed over
    _sought = ""  # tokens with this in them are shown

    def show_page(self, frame: DecodingFrame, display: Display) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        if before is None or before.tokens != frame.tokens:
            self._first = 0
        self.chain.show_chain(frame)
        self._show_bars()

    def turn_bars(self, by: int) -> None:
        """Look at tokens further down, or up again."""
        bars = self._frame.bars if self._frame is not None else None
        if bars is None or self._sought:
            return
        many = max(1, self.bars.room_for() - 2)
        every = bars.size
        shown = min(max(1, self.bars.room_for() - 1), len(bars.rows)) if self._first == 0 else many
        wanted = self._first + (shown if by > 0 else -many)
        self._first = wanted if 0 < wanted < every else 0 if wanted <= 0 else self._first
        self._show_bars()

    def _show_bars(self) -> None:
        frame = self._frame
        if frame is None or frame.bars is None:
            self.bars.set_bars((), "")
            return
        room = self.bars.room_for()
        shown = found(frame.bars, room, self._sought) if self._sought else folded(frame.bars, room, self._first)
        self._shown = shown
        self.bars.set_bars(self.rows_of(frame, shown), scale_words(shown), self._ghosts)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.bars,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.bars]


class NextView(BarsPage):
    """Chain above, bars in the middle, read-outs below."""

    DIGITS = {"kept": 5, "kept_mass": 3, "entropy": 3, "last_p": 3, "last_rank": 5, "mean_surprisal": 3}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chain = ChainBox()
        self.bars = BarList((_("model"), _("now")))
        self.bars.setAccessibleName(_("Next token"))
        self.finder = FindField()
        self.bars.set_finder(self.finder, FINDER)
        labels = (_("kept"), _("their p"), _("entropy, bits"), _("last p"), _("rank"), _("bits a token"))
        self.readouts = ReadoutRow(tuple(self.DIGITS), labels)
        self._column = vbox(self.chain, (self.bars, 1), self.readouts, on=self)
        self.chain.acted.connect(self.acted)
        self.bars.chosen.connect(self._choose)
        self.bars.deleted.connect(self._ban)
        self.finder.wanted.connect(self._seek)
        self.finder.taken.connect(self._take)
        self.finder.gone_on.connect(self.bars.setFocus)
        self.bars.turned.connect(self.turn_bars)
        self.bars.room_changed.connect(self._show_bars)
        self.bars.requested.connect(self.requested)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, frame: DecodingFrame, display: Display) -> None:
        """Draw a frame."""
        self._ghosts = display.ghosts
        super().show_page(frame, display)

    def show_words(self, frame: DecodingFrame, sentence: str) -> None:
        """The read-outs, which need not follow every frame of a run."""
        show_readouts(self.readouts, frame, self.DIGITS)
        self.bars.set_description(sentence)

    def _choose(self, number: int) -> None:
        if self._frame is not None and self._frame.bars is not None:
            self.act(Choose(self._shown.rows[number].token))
            self.finder.clear()

    def _ban(self, number: int) -> None:
        """The token of a row is banned, or no longer banned."""
        if self._frame is None or self._frame.bars is None:
            return
        token, banned = write_signs(self._shown.rows[number].text), self._frame.params.banned.split()
        left = [word for word in banned if word not in (token, token.removeprefix("·"))]
        self.act(Set({"banned": " ".join(left if len(left) < len(banned) else [*banned, token])}))

    def _seek(self, wanted: str) -> None:
        """Show the tokens with this in them; all of them again where it is empty."""
        self._sought, self._first = wanted, 0
        self._show_bars()

    def _take(self, typed: str) -> None:
        """Enter: the first token that was found is written; where none is, the text itself."""
        frame = self._frame
        if frame is None or frame.bars is None:
            return
        if self._shown.rows:
            self._choose(0)
        elif not frame.roles:
            self.finder.clear()
            self.act(Rewrite("".join(frame.tokens[frame.given : len(frame.tokens) - frame.ended]) + typed))

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the bars keep most of it."""
        self.readouts.setVisible(not low)
