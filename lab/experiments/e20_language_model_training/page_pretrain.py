"""The page of pre-training: the loss, and below it the plan of the learning rate, whose lines are dragged, and what
AdamW knows of the marked weight."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e20_language_model_training.pretrain import PretrainPage
from lab.experiments.e20_language_model_training.pretrain_facts import METRICS
from lab.experiments.e20_language_model_training.settings import LONGEST, WATCHED
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["PretrainView"]


class PretrainView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("loss", "rate_now", "mean_hat", "square_hat", "push", "memory", "moments_gb")

    page: PretrainPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.rates, self.moments = Plot(), Plot(), Plot()
        self.plot.set_titles(_("step"), _("loss, nats a letter"), _("Loss of the model that reads"))
        self.rates.set_titles(_("step"), _("learning rate"), _("Plan of the learning rate"))
        self.moments.set_titles(_("step"), _("gradient"), _("What AdamW knows of one weight"))
        for name in ("line_dragged", "line_dropped"):
            getattr(self.rates, name).connect(getattr(self, f"_{name}"))
        self.lay_out(self.plot, self.rates, self.moments, share=2, beside=(1, 1))

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        past, length = page.past, float(page.params.length)
        guess = METRICS.values(page)["guess"]
        assert isinstance(guess, float)
        self.plot.set_limits((0.0, length))
        self.plot.set_lines([Line("guess", guess, False, palette.text3, (2, 3), _("a guess"))])
        self.plot.set_series(
            [
                Series(_("batch"), past.steps, past.column(1), palette.categories[1], DASHES[1], MARKERS[1], 1.4),
                Series(_("held-out"), *page.judged(), palette.categories[0], DASHES[0], MARKERS[0], 2.6),
            ]
        )
        self._draw_rates(page, palette)
        gradients, means, roots = page.of_watched()
        self.moments.set_titles(_("step"), _(WATCHED[page.params.watched]), _("What AdamW knows of one weight"))
        self.moments.set_limits((0.0, length))
        self.moments.set_series(
            [
                Series(_("gradient"), past.steps, gradients, palette.text3, DASHES[0], MARKERS[1], 1.2),
                Series("√v̂", past.steps, roots, palette.categories[2], DASHES[2], MARKERS[2], 1.8),
                Series("m̂", past.steps, means, palette.categories[0], DASHES[0], MARKERS[0], 2.2),
            ]
        )

    def _draw_rates(self, page: PretrainPage, palette: Palette) -> None:
        params, (steps, rates) = page.params, page.plan()
        lines = [Line("warmup", float(params.warmup), True, palette.accent, (4, 3), _("warm-up"), True, 5.0)]
        if params.schedule == "stable":
            lines.append(Line("stable", float(params.stable), True, palette.accent, (4, 3), _("decay"), True, 10.0))
        self.rates.set_limits((0.0, float(params.length)))
        self.rates.set_lines(lines)
        self.rates.set_cursor(float(page.step))
        self.rates.set_series([Series(_("learning rate"), steps, rates, palette.categories[3], (), MARKERS[3], 2.2)])

    def _line_dragged(self, name: str, value: float) -> None:
        if self.page is not None:
            self.drag(name, Set({name: round(min(max(value, 0.0), float(min(LONGEST, self.page.params.length))))}))

    def _line_dropped(self, name: str, value: float) -> None:
        self._line_dragged(name, value)
        self.end_drag()
