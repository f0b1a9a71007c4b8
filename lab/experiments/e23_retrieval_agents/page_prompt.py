"""The Prompt page: what the model would read, part by part, its answer or refusal, and how a threshold parts questions
with an answer from those without."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _, n_
from lab.experiments.e23_retrieval_agents.budget_bar import BudgetBar
from lab.experiments.e23_retrieval_agents.finding import FindPage
from lab.experiments.e23_retrieval_agents.metrics import FIND
from lab.kit_qt.beside_page import BesidePage
from lab.kit_qt.block_list import Block, BlockList
from widgets.base.colors import Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Points

__all__ = ["PromptView"]

LEAST, MOST = 0.0, 0.8  # where the threshold can be dragged


class PromptView(BesidePage):
    """See above."""

    METRICS = FIND
    READOUTS = ("prompt_tokens", "likest", "kept", "refused_share")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list, self.bar, self.plot = BlockList(_("The prompt"), choosable=False), BudgetBar(), Plot()
        self.plot.set_titles(
            _("nearest chunk, cosine"), "", _("Circles: with an answer. Squares: without. Drag the line")
        )
        self.plot.setAccessibleName(_("Nearest chunk of questions with and without an answer"))
        self.plot.line_dragged.connect(self._dragged)
        self.plot.line_dropped.connect(self._dropped)
        self.lay_beside(self.list, below=(self.plot,), share=4)
        self._column.insertWidget(1, self.bar)

    def colour(self, palette: Palette) -> None:
        page: FindPage = self.page
        self.bar.show_prompt(page.prompt, page.params.budget)
        self.list.set_blocks(_blocks(page, palette))
        self._draw_threshold(page, palette)

    def _draw_threshold(self, page: FindPage, palette: Palette) -> None:
        known, strange = page.refusal.known, page.refusal.strange
        self.plot.set_limits((-0.1, 1.0), (-0.6, 1.6))
        clouds = []
        if len(known):
            clouds = [
                Points(_("has an answer"), known, np.ones(len(known)), palette.categories[0], "o", 9.0),
                Points(_("has none"), strange, np.zeros(len(strange)), palette.categories[1], "s", 9.0),
            ]
        if not np.isnan(page.prompt.likest):
            clouds.append(
                Points(_("this question"), np.array([page.prompt.likest]), np.array([0.5]), palette.ball, "t1", 13.0)
            )
        self.plot.set_points(clouds)
        self.plot.set_lines([Line("threshold", page.params.threshold, True, palette.ball, (), "", True, 0.01)])

    def _dragged(self, _name: str, value: float) -> None:
        if self.page is not None and np.isfinite(value):
            found = round(min(max(value, LEAST), MOST), 2)
            if found != self.page.params.threshold:
                self.drag("threshold", Set({"threshold": found}))

    def _dropped(self, name: str, value: float) -> None:
        self._dragged(name, value)
        self.end_drag()

    def set_space(self, low: bool, narrow: bool) -> None:
        super().set_space(low, narrow)
        self.plot.setVisible(not low)


def _blocks(page: FindPage, palette: Palette) -> list[Block]:
    """The answer, and the parts of the prompt in order."""
    prompt = page.prompt
    if not page.question:
        return [Block(_("There is no question"), _("Write one beside “Own question”."))]
    answer = prompt.note or (_("I do not know.") if prompt.refused else prompt.answer or "…")
    source = _("from chunk {n}").format(n=prompt.source + 1) if prompt.source >= 0 else ""
    who = _("refused: nothing is near enough") if prompt.refused else source
    found = [Block(_("Answer"), answer, who, color="ball", lit=True, lines=4)]
    for part in prompt.parts:
        tokens = n_("{n} token", "{n} tokens", part.tokens).format(n=part.tokens)
        own = part.chunk >= 0
        head = _("chunk {n}").format(n=part.chunk + 1) if own else _("template")
        if part.text == page.question:
            head = _("question")
        color = palette.categories[part.chunk % len(palette.categories)] if own else "text3"
        found.append(Block(head, part.text.strip(), tokens, color=color, lines=8))
    if prompt.left_out:
        numbers = ", ".join(str(chunk + 1) for chunk in prompt.left_out)
        found.append(Block(_("left out, no room"), _("chunks {numbers}").format(numbers=numbers)))
    return found
