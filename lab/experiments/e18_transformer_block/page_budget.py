"""The Budget page: where the numbers of a plan stand, all of them and those that one token uses."""

from __future__ import annotations

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import BudgetPage
from lab.experiments.e18_transformer_block.metrics import BUDGET
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import KINDS
from widgets.plots.bars import Bar
from widgets.plots.draggable_bars import DragBars

__all__ = ["BudgetView", "counted"]

READOUTS = ("parameters", "active", "feed_forward_share", "gigabytes")


class BudgetView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(BUDGET.labels, *READOUTS)
        self.bars = DragBars(movable=False, show=counted)
        self.lay(self.bars, (self.bars, 1), legend=True)

    def show_page(self, page: BudgetPage, _display: object) -> None:
        """Draw a frame's page, in the largest unit that leaves whole numbers."""
        unit, name = _unit(page.counts["total"])
        self.bars.set_titles(name, _("Numbers of a plan, part by part"))
        self.bars.set_range(0.0, 1.15 * max(page.counts[kind] for kind in KINDS) / unit)
        bars = []
        for kind, title in KINDS.items():
            count, active = page.counts[kind], page.active[kind]
            if not count:
                continue
            ghost = active / unit if active != count else None
            color = "good" if kind == "feed-forward" else "accent"
            bars.append(Bar(_(title), count / unit, counted(count), color, ghost=ghost))
        self.bars.set_bars(bars)

    def show_words(self, page: BudgetPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.bars.set_description(sentence)
        plan = page.plan
        text = _("V = {v}, d = {d}, L = {l} blocks, {f} neurons, keys of {k}.")
        shown = text.format(v=plan.vocab_size, d=plan.d_model, l=plan.n_layers, f=plan.d_ff, k=plan.d_kv)
        if plan.n_experts > 1:
            shown += " " + _("{n} experts a block, a token uses {k}: dashes.").format(n=plan.n_experts, k=plan.n_active)
        self.legend.say(shown)
        values = BUDGET.values(page)
        written = {name: counted(int(values[name] or 0)) for name in ("parameters", "active")}
        self.say(page, sentence, {**values, **written})


def _unit(count: float) -> tuple[float, str]:
    for size, name in ((1e9, _("billions")), (1e6, _("millions")), (1e3, _("thousands"))):
        if count >= size:
            return size, name
    return 1.0, _("numbers")


def counted(count: float) -> str:
    """A count to three digits, with thousands, millions and billions as K, M and B."""
    for size, letter in ((1e9, "B"), (1e6, "M"), (1e3, "K")):
        if count >= size:
            return f"{show_number(count / size, 3)} {letter}"
    return show_number(count, 3)
