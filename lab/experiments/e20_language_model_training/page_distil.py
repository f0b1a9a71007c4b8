"""The page of distillation: the losses of two students, and what teacher and student expect at one place."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e20_language_model_training.distil import DistilPage
from lab.experiments.e20_language_model_training.distil_facts import METRICS
from lab.kit.branching import quoted
from lab.kit.numbers import percent
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import DASHES, MARKERS, Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.plot import Plot
from widgets.plots.series import Line, Series

__all__ = ["DistilView"]


class DistilView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("loss", "alone_loss", "teacher_loss", "gain", "soft")

    page: DistilPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plot, self.bars = Plot(), DragBars(movable=False)
        self.plot.set_titles(_("step"), _("loss, nats a letter"), _("Two students, one with a teacher"))
        self.lay_out(self.plot, self.bars, share=2)

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        self.plot.set_limits((0.0, float(page.params.length)))
        self.plot.set_lines([Line("teacher", page.teacher, False, palette.good, (2, 3), _("the teacher"))])
        names = _("alone"), _("taught")
        self.plot.set_series(
            [
                Series(name, *page.judged(n), palette.categories[1 - n], DASHES[1 - n], MARKERS[1 - n], 2.2)
                for n, name in enumerate(names)
            ]
        )
        place = page.place
        text = place.text[-16:].replace("\n", "⏎")
        title = _("After “{text}”: the teacher's chances; dashed, the taught student's").format(text=text)
        self.bars.set_titles(_("chance"), title)
        self.bars.set_range(0.0, 1.0)
        self.bars.set_bars(
            [
                Bar(
                    quoted(name),
                    float(p),
                    percent(float(p)),
                    color=palette.categories[3],
                    ghost=float(taught),
                    strong=name == place.came,
                )
                for name, p, taught in zip(place.names, place.teacher, place.taught, strict=True)
            ]
        )
