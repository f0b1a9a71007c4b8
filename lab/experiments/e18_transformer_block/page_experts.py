"""The Experts page: which letters each expert takes, how the shares of all change while they learn, and how well the
mixture does beside a dense model that costs as much."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import ExpertsPage
from lab.experiments.e18_transformer_block.letters import COLUMNS
from lab.experiments.e18_transformer_block.metrics import EXPERTS
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import named_as, percent, quoted
from lab.kit_qt.on_paper import OnPaper
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.base.layouts import hbox
from widgets.base.look import look
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["ExpertsView"]

READOUTS = ("mixture_loss", "dense_loss", "behind", "idle_experts")
MOMENTS = 40  # of the run, drawn side by side


class ExpertsView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(EXPERTS.labels, *READOUTS)
        self._page: ExpertsPage | None = None
        self._moments: list[int] = []
        self.takes, self.shares, self.losses = Matrix(), Matrix(), Plot()
        self.losses.set_titles(_("step"), _("nats a letter"), _("Surprise on text that neither has seen"))
        below = hbox((self.shares, 1), (self.losses, 1))
        self.lay(self.takes, (self.takes, 3), (below, 2), legend=True)
        self.shares.set_writing()
        self.takes.set_writing(percent)
        for matrix in (self.takes, self.shares):
            matrix.pressed.connect(self._mark)
        self.takes.hovered.connect(self._read)
        self.shares.hovered.connect(self._read_share)

    def show_page(self, page: ExpertsPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        count = len(page.names)
        self.takes.set_titles(
            _("Block {n}: of each letter, how many of a hundred an expert takes").format(n=page.block + 1),
            _("expert"), _("letters"),
        )  # fmt: skip
        self.takes.set_values(page.takes, 0.0, 1.0, [_titled(page, k) for k in range(count)], COLUMNS)
        self.takes.set_highlighted(page.lit, -1)
        steps = len(page.loads)
        self._moments = sorted({round(step) for step in np.linspace(0, steps - 1, min(MOMENTS, steps)).tolist()})
        shown = page.loads[self._moments, page.block].T
        self.shares.set_titles(_("Share of each expert, step by step"), _("expert"), _("step"))
        names = [str(step) if not place % 8 else "" for place, step in enumerate(self._moments)]
        self.shares.set_values(shown, 0.0, max(0.25, float(shown.max())), [str(k + 1) for k in range(count)], names)
        self.shares.set_highlighted(page.lit, -1)
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        steps = np.arange(float(len(page.dense)))
        curves = (_("dense"), page.dense, 0), (_("mixture"), page.mixture, 1)
        self.losses.set_series(
            [
                Series(name, steps, values, palette.categories[place], DASHES[place], MARKERS[place], 2.2)
                for name, values, place in curves
            ]
        )

    def show_words(self, page: ExpertsPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.takes.set_description(sentence)
        self.losses.set_description(sentence)
        names = (named_as(name) for name in page.names)
        told = [f"{k + 1}: {name}" for k, name in enumerate(names) if name]
        self.shares.set_description("; ".join(told) or sentence)
        values = {"dense": page.sizes[0], "used": page.sizes[1], "all": page.sizes[2]}
        text = _("A letter uses {used} numbers of the mixture's {all}; the dense model has {dense}.")
        self.legend.say(text.format(**{name: show_number(count, 5) for name, count in values.items()}))
        self.say(page, sentence, EXPERTS.values(page))

    def _mark(self, row: int, _column: int) -> None:
        if row >= 0:
            self.act(Set({"expert": row + 1}))

    def _read(self, row: int, column: int) -> None:
        page = self._page
        if page is None or not (0 <= row < len(page.takes) and 0 <= column < len(COLUMNS)):
            self.takes.set_readout("")
            return
        share = float(page.takes[row, column])
        text = _("expert {n} takes {share} % of {letter}")
        known = {"n": row + 1, "letter": quoted(COLUMNS[column])}
        self.takes.set_readout(text.format(**known, share=percent(share)) if np.isfinite(share) else "")

    def _read_share(self, row: int, column: int) -> None:
        page = self._page
        if page is None or not (0 <= row < len(page.names) and 0 <= column < len(self._moments)):
            self.shares.set_readout("")
            return
        step = self._moments[column]
        known = {"n": row + 1, "step": step, "share": percent(float(page.loads[step, page.block, row]))}
        self.shares.set_readout(_("step {step}: expert {n} has {share} % of all letters").format(**known))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.takes, self.shares)

    def pictures(self) -> list[Any]:
        return [self.takes, self.shares, OnPaper(self.losses, self._apply_palette)]

    def relook(self) -> None:
        super().relook()
        self._apply_palette(look().palette)


def _titled(page: ExpertsPage, k: int) -> str:
    """An expert's number and what it takes."""
    name = named_as(page.names[k])
    return f"{k + 1} {name}" if name else str(k + 1)
