"""The page of reinforcement: the answers to one question with what a step did to each digit; below, how many are really
right and what the judge sees, and the chance that one try or 16 tries hold a right one."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e20_language_model_training.answer_group import AnswerGroup, AnswerRow
from lab.experiments.e20_language_model_training.reward import RewardPage
from lab.experiments.e20_language_model_training.reward_facts import LINES, METRICS
from lab.experiments.e20_language_model_training.sorter import answer_text
from lab.kit.numbers import percent
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Series

__all__ = ["RewardView"]

WIDTHS = (2.6, 2.2, 1.6)  # pixels of the curves
SHORTEST = 60.0  # steps that the plot shows at least


class RewardView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("right_share", "judged_share", "twin_share", "pass_16", "divergence", "clipped", "gain")

    page: RewardPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answers, self.plot, self.tries = AnswerGroup(), Plot(), DragBars(movable=False)
        self.plot.set_titles(_("step"), _("share"), _("Held-out questions"))
        self.tries.set_titles(_("chance"), _("A right one in …"))
        self.tries.set_range(0.0, 1.0)
        self.lay_out(self.answers, self.plot, self.tries, share=2, beside=(1, 1))

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        self.plot.set_limits((0.0, max(SHORTEST, float(page.step))), (0.0, 1.0))
        self.plot.set_series(
            [
                Series(_(name), *page.course(column), palette.categories[n], DASHES[n], MARKERS[n], WIDTHS[n])
                for n, (column, name) in enumerate(LINES.items())
            ]
        )
        start = page.start_tries
        pairs = (
            (_("1 try"), start.one), (_("now"), page.now("one")),
            (_("16 tries"), start.many), (_("now"), page.now("many")),
        )  # fmt: skip
        colours = (palette.text3, palette.categories[0])
        self.tries.set_bars([Bar(name, share, percent(share), colours[n % 2]) for n, (name, share) in enumerate(pairs)])
        self._draw_group(page)

    def _draw_group(self, page: RewardPage) -> None:
        group, shown = page.group, page.shown
        rows = tuple(
            AnswerRow(
                answer_text(group.answers[shown, n]),
                bool(group.right[shown, n]),
                float(group.rewards[shown, n]),
                float(group.gains[shown, n]),
                tuple(float(ratio) for ratio in group.ratios[shown, n]),
                tuple(float(push) for push in group.push[shown, n]),
                tuple(bool(clipped) for clipped in group.clipped[shown, n]),
            )
            for n in range(group.answers.shape[1])
        )
        asked = answer_text(group.asked[shown])
        head = _("{asked} – of each digit its push as colour, its ratio as number; then the reward, and the gain")
        self.answers.set_rows(head.format(asked=asked), rows)
