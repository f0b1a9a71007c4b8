"""The page of preferences: the pairs with their margins; below, how likely both names are, how the margins are spread
or what the reward model likes, and how long the names are and how far the model has drifted."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.tuning.names import LETTERS
from lab.experiments.e20_language_model_training.pair_list import PairList, PairRow
from lab.experiments.e20_language_model_training.preferences import PreferencesPage
from lab.experiments.e20_language_model_training.preferences_facts import LOGS, METRICS, SIZES
from lab.experiments.e20_language_model_training.tastes import edits_text, pairs_of, read_edits
from lab.kit.numbers import signed
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.elided_label import ElidedLabel

__all__ = ["PreferencesView", "margin_bins"]

SHORTEST, BINS, SHOWN = 40.0, 7, 18  # steps that a plot shows at least, bars of the histogram, names in a line


def margin_bins(margins: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many margins lie in each of seven bins about 0, and the middles of the bins."""
    most = max(1.0, float(np.abs(margins).max()))
    counts, edges = np.histogram(margins, BINS, (-most, most))
    return counts, np.round((edges[1:] + edges[:-1]) / 2, 9) + 0.0  # never −0


class PreferencesView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("liked", "letters", "drift", "chosen_log", "rejected_log", "margin", "pull")

    page: PreferencesPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pairs, self.logs, self.bars, self.sizes = PairList(), Plot(), DragBars(movable=False), Plot()
        self.wrote = ElidedLabel("", "small")
        self.logs.set_titles(_("step"), "ln p", _("Names of the pairs"))
        self.sizes.set_titles(_("step"), "", _("Length and drift"))
        self.pairs.marked_pair.connect(self._marked)
        self.pairs.swapped.connect(self._swapped)
        self.lay_out(self.pairs, self.logs, self.bars, self.sizes, share=5, beside=(1, 1, 1), above=(self.wrote,))
        self._column.setStretch(self._column.count() - 2, 2)  # the row below the pairs

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        for plot, curves in ((self.logs, LOGS), (self.sizes, SIZES)):
            plot.set_limits((0.0, max(SHORTEST, float(page.step))))
            plot.set_series(
                [
                    Series(_(name), *page.course(column), palette.categories[n], DASHES[n], MARKERS[n], 2.2)
                    for n, (column, name) in enumerate(curves.items())
                ]
            )
        rows = [PairRow(*pair, float(margin)) for pair, margin in zip(page.pairs, page.margins, strict=True)]
        self.pairs.set_rows(tuple(rows), page.params.pair - 1)
        if page.params.learning == "ppo":
            self._draw_likes(page, palette)
        else:
            self._draw_margins(page, palette)

    def _draw_margins(self, page: PreferencesPage, palette: Palette) -> None:
        counts, middles = margin_bins(page.margins)
        self.bars.set_titles(_("pairs"), _("Margins of the pairs"))
        self.bars.set_range(0.0, float(len(page.pairs)))
        self.bars.set_bars(
            [
                Bar(
                    {0: "−", BINS // 2: "0", BINS - 1: "+"}.get(n, ""),
                    float(count),
                    str(count) if count else "",
                    palette.good if middle > 0 else palette.bad,
                )
                for n, (count, middle) in enumerate(zip(counts, middles, strict=True))
            ]
        )  # fmt: skip

    def _draw_likes(self, page: PreferencesPage, palette: Palette) -> None:
        """The letters that the reward model likes most and least."""
        weights = page.weights[: len(LETTERS)]
        order = np.argsort(-weights, kind="stable")
        chosen = [*order[:3], *order[-3:]]
        most = max(0.1, float(np.abs(weights).max()))
        self.bars.set_titles(_("reward"), _("What the reward model gives a letter"))
        self.bars.set_range(-most, most)
        self.bars.set_bars(
            [
                Bar(
                    LETTERS[n],
                    float(weights[n]),
                    signed(float(weights[n]), 1),
                    palette.good if weights[n] > 0 else palette.bad,
                )
                for n in chosen
            ]
        )

    def show_words(self, page: PreferencesPage, sentence: str) -> None:
        """The texts and read-outs."""
        super().show_words(page, sentence)
        self.wrote.say(_("It writes: {names}").format(names=", ".join(filter(None, page.names[:SHOWN]))))

    def _marked(self, number: int) -> None:
        self.act(Set({"pair": number}))

    def _swapped(self, number: int) -> None:
        """The pair the other way round; swapped twice it is as it was."""
        page = self.page
        if page is None:
            return
        edits = read_edits(page.params.edits)
        chosen, rejected = page.pairs[number - 1]
        edits[number] = rejected, chosen
        if edits[number] == pairs_of(page.params.taste)[number - 1]:
            del edits[number]
        self.act(Set({"edits": edits_text(edits)}))
