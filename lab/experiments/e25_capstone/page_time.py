"""The Time page: one training at up to twenty of its steps. How a head reads a piece of text, where the letters stand,
and what was written then; a scrubber goes from the first moment to the last."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e25_capstone.frame import TrainPage
from lab.experiments.e25_capstone.moments import VOWELS
from lab.experiments.e25_capstone.sample_stream import SampleStream
from lab.experiments.e25_capstone.time_facts import TIME, head_of, number_of
from lab.experiments.e25_capstone.writing import Sample
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from lab.kit_qt.word_map import Spots, WordMap
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.scrubber import Scrubber
from widgets.plots.matrix import Matrix
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow
from widgets.tokens.head_grid import HeadGrid
from widgets.tokens.token_flow import visible

__all__ = ["TimeView"]

READOUTS = ("picture_surprise", "picture_vowels", "picture_reach")
HEADS = 84  # pixels at 100 % text of the small pictures of the heads


class TimeView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: TrainPage | None = None
        self._drawn: tuple[Any, ...] = ()  # what the pictures show
        self._samples: tuple[Sample, ...] = ()
        self.sentence, self.place = ElidedLabel("", "strong"), ElidedLabel("", "caption")
        self.scrubber, self.heads = Scrubber(), HeadGrid()
        self.matrix, self.map, self.stream = Matrix(), WordMap(), SampleStream()
        self.scrubber.setAccessibleName(_("Moment of the training"))
        self.map.set_titles(title=_("Where the letters stand"))
        self.readouts = ReadoutRow(READOUTS, tuple(_(TIME.labels[name]) for name in READOUTS))
        pictures = hbox(self.heads, (self.matrix, 1), (self.map, 1))
        self._column = vbox(
            self.sentence, hbox((self.scrubber, 7), (self.place, 2)), (pictures, 1), self.stream, self.readouts, on=self
        )
        self.scrubber.moved.connect(self._moved)
        self.scrubber.released.connect(self.end_drag)
        self.heads.pressed.connect(self._choose)
        self.readouts.requested.connect(self.requested)
        self.relook()

    # ------------------------------------------------------------------------------------------ drawing

    def show_page(self, page: TrainPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        number, (layer, head) = number_of(page), head_of(page)
        shown = (page.moments, number, layer, head)
        if self._drawn and self._drawn[0] is page.moments and self._drawn[1:] == shown[1:]:
            return
        self._drawn = shown
        self._show_place(page, number)
        self._show_head(page, number, layer, head)
        self._show_map(page, number)

    def _show_place(self, page: TrainPage, number: int) -> None:
        steps = page.moments.steps.tolist()
        self.scrubber.setEnabled(len(steps) > 1)
        self.scrubber.set_span(0, max(0, len(steps) - 1))
        self.scrubber.set_names([_("step {n}").format(n=show_number(step)) for step in steps])
        self.scrubber.set_position(max(0, number))
        self._samples = (Sample(steps[number], page.moments.texts[number]),) if number >= 0 else ()
        self.stream.show_samples(self._samples)

    def _show_head(self, page: TrainPage, number: int, layer: int, head: int) -> None:
        names = [visible(token) for token in page.moments.tokens]
        title = _("Layer {layer}, head {head}").format(layer=layer + 1, head=head + 1)
        self.matrix.set_titles(title, _("reads"), _("is read"))
        self.matrix.set_ghost("" if number >= 0 else _("Press Run: pictures are taken while it learns."))
        self.heads.set_titles(_("All heads"), _("layer"), _("head"))
        if number < 0:
            self.matrix.set_values(np.zeros((0, 0)))
            self.heads.set_pictures(np.zeros((page.plan.n_layers, page.plan.n_heads, 1, 1), np.uint8))
        else:
            self.matrix.set_values(page.moments.head(number, layer, head), 0.0, 1.0, names, names)
            self.heads.set_pictures((page.moments.attention[number] >> 8).astype(np.uint8))
        self.heads.set_marks((layer, head))

    def _show_map(self, page: TrainPage, number: int) -> None:
        letters = page.moments.letters
        self.map.set_ghost(_("Press Run, and see which letters find each other."))
        if number < 0:
            self.map.set_spots(Spots((), (), np.zeros((0, 2)), ()))
            return
        tones = [_tone(letter) for letter in letters]
        names = [visible(letter) for letter in letters]
        self.map.set_spots(Spots(names, names, page.moments.places[number], tones))

    def show_words(self, page: TrainPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.sentence.say(sentence)
        number = number_of(page)
        if number < 0:
            self.place.say(_("No moment yet"))
        else:
            text = _("Step {step} ({n} of {all})")
            step = show_number(int(page.moments.steps[number]))
            self.place.say(text.format(step=step, n=number + 1, all=len(page.moments)))
        self.stream.set_description(self._samples[0].text if self._samples else sentence)
        show_metrics(self.readouts, TIME.some(page, READOUTS), dict.fromkeys(READOUTS, 4))

    # ------------------------------------------------------------------------------------------ hands

    def _moved(self, number: int) -> None:
        """The last place stands for the newest moment, whichever that will be."""
        page = self._page
        if page is not None and number < len(page.moments):
            newest = number == len(page.moments) - 1
            self.drag("moment", Set({"moment": 0 if newest else int(page.moments.steps[number])}))

    def _choose(self, layer: int, head: int) -> None:
        if layer >= 0:
            self.act(Set({"seen_layer": layer + 1, "seen_head": head + 1}))

    # ------------------------------------------------------------------------------------------ around

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.matrix, self.map, self.heads, self.stream]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.matrix, self.map)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self.readouts.setVisible(not low)
        self.heads.setVisible(not narrow)

    def relook(self) -> None:
        now = look()
        self._column.setSpacing(now.px(4))
        self.heads.setFixedWidth(now.px(HEADS))
        self.stream.setFixedHeight(now.px(64))


def _tone(letter: str) -> int:
    """The colour of a token on the map: vowels, other letters, and what is no letter."""
    if len(letter) != 1 or not letter.isalpha():
        return -1
    return 0 if letter.lower() in VOWELS else 1
