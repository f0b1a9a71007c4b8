"""The Train page: the loss on its way down the ladder of tables that only count, and what the model writes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e25_capstone.frame import TrainPage
from lab.experiments.e25_capstone.loss_page import LossPage
from lab.experiments.e25_capstone.metrics import RUNGS, TRAIN
from lab.experiments.e25_capstone.sample_stream import SampleStream
from lab.experiments.e25_capstone.words import duration
from widgets.base.colors import Palette
from widgets.base.layouts import hbox, vbox
from widgets.controls.buttons import Button
from widgets.plots.series import Series

__all__ = ["TrainView"]

MARKS = ("+", "d", "t1", "s", "star")
AIR = 0.12


class TrainView(LossPage):
    """See above."""

    METRICS, READOUTS = TRAIN, ("held_out", "learned", "parameters", "tokens_read")
    own = Signal()  # the page for a text of one's own is wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = Button(_("Your own text…"), "outline", height=28)
        self.stream = SampleStream()
        self.plot.setAccessibleName(_("Loss while it learns"))
        head = hbox((self.sentence, 1), self.text)
        self._column = vbox(head, self.report, (self.plot, 5), (self.stream, 2), self.readouts, on=self)
        self.text.clicked.connect(self._ask_own)
        self.relook()

    def show_page(self, page: TrainPage, display: object) -> None:
        """Draw a frame's page."""
        self.stream.show_samples(page.samples)
        super().show_page(page, display)

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        last = float(max(page.params.steps, page.step))
        self.plot.set_titles(_("step"), _("loss, nats a token"), "")
        self.plot.set_limits((0.0, last), self._range(page))
        steps, batch = page.past.steps + 1.0, page.past.column(0)
        series = [
            Series(_("held-out loss"), page.judged[:, 0], page.judged[:, 2], palette.categories[1], (), "o", 2.6,
                   points=True),
            Series(_("loss on what it reads"), page.judged[:, 0], page.judged[:, 1], palette.categories[0], (4, 2),
                   "s", 2.0),
        ]  # fmt: skip
        if page.step:
            series.append(Series(_("each batch"), steps, batch, palette.categories[0], width=1.0, faint=True))
        self.plot.set_series([*series, *_ladder(page, palette, last)])

    @staticmethod
    def _range(page: TrainPage) -> tuple[float, float]:
        """From below the lowest number to above guessing, or to what has risen beyond it."""
        seen = page.judged[:, 1:].ravel()
        seen = seen[np.isfinite(seen)]
        guess = math.log(page.plan.vocab_size)
        low = min([rung.loss for rung in page.rungs] + [guess, *seen.tolist()])
        high = max([guess, *page.judged[:, 2].tolist()])
        top = min(high, 3 * guess) if math.isfinite(high) else 3 * guess
        return max(0.0, low - AIR * (top - low)), top + 0.06 * (top - low)

    def show_words(self, page: TrainPage, sentence: str) -> None:
        """The texts and read-outs."""
        super().show_words(page, sentence)
        self.stream.set_description(_told(page))

    def told(self, page: TrainPage) -> str:
        return _report(page)

    def _ask_own(self, *_pressed: object) -> None:
        self.own.emit()

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [*super().pictures(), self.stream]


def _ladder(page: TrainPage, palette: Palette, last: float) -> list[Series]:
    """A level line for each rung, named at its end."""
    ends = np.array([0.0, last])
    names = [_(RUNGS[rung.order - 1]) for rung in page.rungs]
    return [
        Series(
            f"{name} {show_number(rung.loss, 3)}", ends, np.full(2, rung.loss), palette.text3,
            (2, 3), MARKS[rung.order - 1], 1.2,
        )
        for name, rung in zip(names, page.rungs)
    ]  # fmt: skip


def _told(page: TrainPage) -> str:
    """What it wrote last, for who cannot see it."""
    if not page.samples:
        return _("It has written nothing yet.")
    last = page.samples[-1]
    return _("After step {step} it wrote: {text}").format(step=show_number(last.step), text=last.text)


def _report(page: TrainPage) -> str:
    """What the text is, and what the training still costs on this computer, in one line."""
    memory, left = show_number(float(TRAIN.value(page, "megabytes") or 0.0), 2), page.params.steps - page.step
    numbers = {
        "title": page.title,
        "n": show_number(page.characters),
        "v": show_number(page.plan.vocab_size),
        "mb": memory,
        "time": duration(page.seconds * max(0, left)),
    }
    text = _("{title}: {n} characters, {v} different tokens. Memory: {mb} MB. Time left here: {time}.")
    return text.format(**numbers)
