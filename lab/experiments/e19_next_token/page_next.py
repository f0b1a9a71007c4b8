"""The first page: what may come next, and what was said of the token before. The page of the branches is beside it."""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import N_, _
from lab.experiments.e19_next_token.bars import ROWS, Row, page_of_bars
from lab.experiments.e19_next_token.frame import NextFrame
from lab.experiments.e19_next_token.gestures import Go
from lab.experiments.e19_next_token.metrics import METRICS
from lab.experiments.e19_next_token.settings import Display
from lab.kit.branching import quoted
from lab.kit.gestures import Choose
from lab.kit.numbers import percent
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from lab.kit_qt.token_bars import NamedBar, TokenBars
from lab.kit_qt.token_tree import TokenTree, TreeNode
from widgets.base.layouts import vbox
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow
from widgets.tokens.token_flow import visible

__all__ = ["BranchesView", "NextView", "OneColumn"]

SCALES = (0.05, 0.1, 0.25, 0.5, 1.0)


class OneColumn(Page):
    """A sentence that says what to do, the picture, and read-outs below it."""

    READOUTS: tuple[tuple[str, str, int], ...] = ()  # name, label, digits
    HINT = ""
    picture: Any

    def lay_out(self, *parts: Any) -> None:
        """Once, at the end of the constructor."""
        self.hint = ElidedLabel(_(self.HINT), "small")
        names = tuple(name for name, _label, _digits in self.READOUTS)
        self.readouts = ReadoutRow(names, tuple(_(label) for _name, label, _digits in self.READOUTS))
        self._column = vbox(self.hint, *(parts or ((self.picture, 1),)), self.readouts, on=self)
        self.readouts.setVisible(bool(names))
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_words(self, frame: NextFrame, sentence: str) -> None:
        """The read-outs, which need not follow every frame of a run."""
        digits = {name: count for name, _label, count in self.READOUTS}
        show_metrics(self.readouts, METRICS.some(frame, digits), digits)
        self.picture.set_description(sentence)

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.picture,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        return list(self.main_picture())

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        self.readouts.setVisible(not low and bool(self.READOUTS))


class NextView(OneColumn):
    """Bars of the next token."""

    HINT = N_(
        "Press a bar to write that token. Step or Run draws one: every bar can win. Press a token above to go back."
    )
    READOUTS = (
        ("entropy", N_("entropy, bits"), 3), ("last_p", N_("last p"), 3), ("last_rank", N_("rank"), 5),
        ("last_surprisal", N_("bits"), 3), ("perplexity", N_("perplexity"), 3), ("log_p", N_("ln p"), 4),
    )  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: NextFrame | None = None
        self._rows: list[Row] = []
        self._firsts = [0]  # how many of the likeliest were passed over, turn by turn
        self.picture = self.bars = TokenBars((_("model"), _("drawn")), 112)
        self.bars.setAccessibleName(_("Next token"))
        self.bars.chosen.connect(self._choose)
        self.bars.turned.connect(self._turn)
        self.bars.room_changed.connect(self._show)
        self.bars.requested.connect(self.requested)
        self.lay_out()

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        if before is None or before.story.ids != frame.story.ids:
            self._firsts = [0]
        self._show()

    def _show(self) -> None:
        frame = self._frame
        if frame is None or frame.bars is None:
            self.bars.set_bars((), "")
            return
        self._rows = page_of_bars(frame.bars, self.bars.room_for(), self._firsts[-1])
        single = [row for row in self._rows if row.token >= 0]
        top = max((max(row.p, row.drawn) for row in single), default=1.0)
        scale = next((s for s in SCALES if top <= s), 1.0)
        metrics = {row.token: f"p_{n}" for n, row in enumerate(frame.bars.rows[:ROWS], 1)}
        self.bars.set_bars([self._bar(row, n, scale, metrics) for n, row in enumerate(self._rows)], percent(scale))

    def _bar(self, row: Row, number: int, scale: float, metrics: dict[int, str]) -> NamedBar:
        texts = (percent(row.p), percent(row.drawn))
        if row.token < 0:
            before = number == 0
            name = _("{n} before") if before else _("{n} others")
            return NamedBar(name.format(n=row.members), row.p / scale, row.drawn / scale, texts, True, before)
        return NamedBar(visible(row.text), row.p / scale, row.drawn / scale, texts, metric=metrics.get(row.token, ""))

    def _choose(self, number: int) -> None:
        self.act(Choose(self._rows[number].token))

    def _turn(self, by: int) -> None:
        """Look at the tokens further down, or up again."""
        frame = self._frame
        shown = sum(row.token >= 0 for row in self._rows)
        wanted = self._firsts[-1] + shown
        if by < 0 and len(self._firsts) > 1:
            self._firsts.pop()
        elif by > 0 and frame is not None and frame.bars is not None and wanted < len(frame.bars.rows):
            self._firsts.append(wanted)
        self._show()


class BranchesView(OneColumn):
    """All that was written as a tree."""

    HINT = N_(
        "Press a token to go on from there; nothing is lost. ln p adds up along a branch: nearer to 0 is likelier."
    )
    READOUTS = (("branches", N_("branches"), 4), ("written", N_("tokens"), 4), ("log_p", N_("ln p of this one"), 4),
                ("perplexity", N_("its perplexity"), 3))  # fmt: skip

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = self.tree = TokenTree()
        self.tree.setAccessibleName(_("Branches of the text"))
        self.tree.set_empty(_("Run or Step writes the first branch. Then press a token to begin another."))
        self.tree.chosen.connect(self._go)
        self.lay_out()

    def show_page(self, frame: NextFrame, _display: Display) -> None:
        """Draw a frame."""
        story, logs = frame.story, list[float]()
        parents = {node.parent for node in story.nodes}
        nodes = []
        for n, node in enumerate(story.nodes):
            before = logs[node.parent] if node.parent >= 0 else 0.0
            logs.append(before + (math.log(node.fact.p) if node.fact.p > 0 else -math.inf))
            note = _("ln p = {n}").format(n=show_number(logs[n], 3))
            name = frame.names[node.token]
            tip = _("{token}: p = {p}, rank {rank}, {note}; press to go on from here").format(
                token=quoted(name), p=percent(node.fact.p), rank=node.fact.rank, note=note
            )
            nodes.append(TreeNode(name, node.parent, node.fact.p, tip, "" if n in parents else note))
        start = "".join(frame.tokens[: frame.given])
        self.tree.set_tree(nodes, story.here, start)

    def _go(self, node: int) -> None:
        self.act(Go(node))
