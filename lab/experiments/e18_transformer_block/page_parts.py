"""The Without page: how much worse a trained model reads when one part is switched off, and, dashed, how much worse a
small model becomes that learns without it from the start."""

from __future__ import annotations

import math
from dataclasses import replace

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import PartsPage
from lab.experiments.e18_transformer_block.metrics import PARTS_PAGE
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.settings import PARTS
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars

__all__ = ["PartsView"]

READOUTS = ("plain", "no_residual", "learned_no_residual")
LEAST = 4.0  # nats that are in sight at least


class PartsView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(PARTS_PAGE.labels, *READOUTS)
        self.bars = DragBars(movable=False, show=lambda value: show_number(value, 3))
        text = _("Bar: switched off here. Dashes: two small blocks that learned without it. FFN: feed-forward.")
        self.legend.say(text)
        self.lay(self.bars, (self.bars, 1), legend=True)

    def show_page(self, page: PartsPage, _display: object) -> None:
        """Draw a frame's page."""
        bars = [_bar(_("All parts"), page.plain, page.trained[""], "good")]
        names = {part: _("FFN") if part == "feed-forward" else _(name) for part, name in PARTS.items()}
        bars += [_bar(name, page.losses[part], page.trained.get(part), "accent") for part, name in names.items()]
        title = _("Surprise on a text it has not seen") if page.unseen else _("Surprise on a piece of Shakespeare")
        self.bars.set_titles(_("nats a token"), title)
        heights = [bar.value for bar in bars if math.isfinite(bar.value)]
        top = 1.15 * max([LEAST, *heights])
        self.bars.set_range(0.0, top)
        self.bars.set_bars([replace(bar, value=top) if math.isinf(bar.value) else bar for bar in bars])

    def show_words(self, page: PartsPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.bars.set_description(sentence)
        self.say(page, sentence, PARTS_PAGE.values(page))


def _bar(name: str, value: float, trained: float | None, color: str) -> Bar:
    text = "" if math.isnan(value) else show_number(value, 3)
    return Bar(name, value, text, color, ghost=trained)
