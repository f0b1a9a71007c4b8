"""The Cache page: what is kept and what is computed again, how long both take on this computer, what the memory costs,
and the pages it is handed out in."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine.decoding.paged_cache import PageTable
from lab.experiments.e21_decoding.cache_grid import CachePicture, CacheShown, PageShown
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Fork
from lab.experiments.e21_decoding.knob import FIELDS, Knob
from lab.experiments.e21_decoding.memory import SHAPES
from lab.experiments.e21_decoding.page_next import show_readouts
from lab.experiments.e21_decoding.settings import Display
from lab.kit.gestures import Measure
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, keep_lines, set_shown, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.dropdown import Dropdown
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.readout import ReadoutRow

__all__ = ["CacheView"]

TALL = 520  # pixels at 100 % text, from which on there is room for a heading over the memory
MOST_LAYERS = 8


class CacheView(Page):
    """The picture at the left; times and memory at the right."""

    DIGITS = {"passes_cached": 7, "passes_plain": 7, "passes_ratio": 3, "error_int8": 2, "error_int4": 2}
    MEMORY = {"bytes_per_token": 9, "cache_mib": 5, "plain_mib": 5}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame: DecodingFrame | None = None
        self.picture = CachePicture()
        self.picture.setAccessibleName(_("What is kept and what is computed"))
        self.picture.setToolTip(_("Pages: solid is the text, dotted its branch, striped is read by both."))
        labels = (_("token passes with"), _("without"), _("ratio"), _("error int8"), _("int4"))
        self.readouts = ReadoutRow(tuple(self.DIGITS), labels)
        self.memory = ReadoutRow(
            tuple(self.MEMORY), (_("bytes a token"), _("cache, MiB"), _("unshared, MiB")), column=True
        )
        self.measure = Button(_("Measure here"), "outline", "target")
        self.branch = Button(_("Branch here"), "outline")
        self.branch.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.chart = Plot()
        self.chart.set_titles(_("tokens"), "", _("Milliseconds a token"))
        self.chart.set_limits((0.0, 130.0))
        self.shape = Dropdown(FIELDS["shape"].choices, [_(label) for label in FIELDS["shape"].choice_labels])
        self.shape.setAccessibleName(_("Whose cache"))
        self.tokens, self.page_size = Knob("tokens"), Knob("page_size")
        self.hint = kind(
            QLabel(_("Press “Measure here”: this computer then writes some tokens with the cache and without.")),
            "small",
        )
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._chart_title = kind(QLabel(_("Milliseconds a token")), "strong")
        self._lay_out()
        self._connect()
        self.relook()

    def _lay_out(self) -> None:
        self._memory_title, self._side = kind(QLabel(_("Memory of the cache")), "strong"), QWidget()
        self._left = vbox((self.picture, 1), self.readouts)
        pages = (self.page_size, self.branch)
        chart = (self._chart_title, (self.chart, 1), (self.hint, 1), self.measure)
        memory = (self._memory_title, self.shape, self.tokens, self.memory)
        self._right = vbox(*chart, *pages, *memory, on=self._side)
        self._row = hbox((self._left, 1), self._side, on=self)

    def _connect(self) -> None:
        self.measure.clicked.connect(self._measure)
        self.branch.clicked.connect(self._branch)
        self.shape.chosen.connect(self._shape)
        self.tokens.acted.connect(self.acted)
        self.page_size.acted.connect(self.acted)
        self.readouts.requested.connect(self.requested)
        self.memory.requested.connect(self.requested)

    # ---------------------------------------------------------------------------------------- drawing

    def show_page(self, frame: DecodingFrame, _display: Display) -> None:
        """Draw a frame."""
        before, self._frame = self._frame, frame
        if frame.pages is None:
            self.picture.set_cache(None, _("This model keeps nothing but counts or fixed numbers: it has no cache."))
        else:
            self.picture.set_cache(_shown(frame, frame.pages))
        if before is None or before.measured is not frame.measured:
            self._show_times(frame)
        self.shape.set_chosen(frame.params.shape)
        self.memory.readout("plain_mib").setVisible(frame.plain_bytes is not None)
        for name in ("error_int8", "error_int4"):
            self.readouts.readout(name).setVisible(bool(frame.measured and frame.measured.errors))
        self.tokens.show_value(frame.params.tokens)
        self.page_size.show_value(frame.params.page_size)

    def _show_times(self, frame: DecodingFrame) -> None:
        found = frame.measured
        self._chart_title.setText(_("Milliseconds a token") if found is None else _("Measured here: ms a token"))
        self.chart.setVisible(found is not None)
        self.hint.setVisible(found is None)
        if found is None:
            self.chart.set_series([])
            return
        n = np.array(found.lengths, np.float64)
        dark = look().palette.categories
        self.chart.set_series(
            [
                Series(_("without"), n, np.array(found.plain), dark[1], (4, 2.4), "t1", points=True),
                Series(_("with"), n, np.array(found.cached), dark[0], (), "o", points=True),
            ]
        )

    def show_words(self, frame: DecodingFrame, sentence: str) -> None:
        """Buttons and read-outs."""
        show_readouts(self.readouts, frame, self.DIGITS)
        show_readouts(self.memory, frame, self.MEMORY)
        self.branch.set_face(_("Give up the branch") if frame.fork >= 0 else _("Branch here"), "")
        self.branch.setEnabled(frame.caches)
        self.measure.set_face(_("Measuring …") if frame.measuring else _("Measure here"), "target")
        self.measure.setEnabled(frame.caches and not frame.measuring)
        message = sentence
        self.picture.set_description(message)
        if frame.measured is not None:
            message = "; ".join(
                _("{n} tokens: {a} ms with, {b} ms without").format(n=n, a=show_number(a, 3), b=show_number(b, 3))
                for n, a, b in zip(frame.measured.lengths, frame.measured.cached, frame.measured.plain)
            )
        self.chart.set_description(message)

    # ---------------------------------------------------------------------------------------- the hand

    def _measure(self) -> None:
        self.act(Measure())

    def _branch(self) -> None:
        if self._frame is not None:
            self.act(Fork(-1 if self._frame.fork >= 0 else len(self._frame.tokens) - self._frame.unseen))

    def _shape(self, key: str) -> None:
        self.act(Set({"shape": key}))

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.picture,)

    def pictures(self) -> list[Any]:
        """What is exported."""
        measured = self._frame is not None and self._frame.measured is not None
        return [self.picture, self.chart] if measured else [self.picture]

    def relook(self) -> None:
        px = look().px
        self._left.setSpacing(px(4))
        self._right.setSpacing(px(4))
        self._row.setSpacing(px(16))
        self._side.setMinimumWidth(px(216))
        if self._frame is not None:
            self._show_times(self._frame)

    _low = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        keep_lines(self.hint, min(self.width(), self._side.maximumWidth()))
        self._fit_title()

    def _fit_title(self) -> None:
        """Where the page is low the chart has the room of the heading below it."""
        set_shown(self._memory_title, not self._low and self.height() >= look().px(TALL))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the picture keeps most of it."""
        turn(self._row, narrow)
        self._side.setMaximumWidth(16_777_215 if narrow else look().px(216))
        for part in (self.shape, self.tokens, self.memory):
            part.setVisible(not low)
        self._low = low
        self._fit_title()
        self.readouts.setVisible(not low)
        self.page_size.setVisible(not low)


def _shown(frame: DecodingFrame, pages: PageTable) -> CacheShown:
    tokens = len(frame.tokens) - frame.unseen
    shape = SHAPES["smollm2" if frame.pretrained else "house"]
    fresh = min(tokens, 1 if frame.written else tokens)
    heads = (
        _("With the cache: {n} computed, {m} kept").format(n=fresh, m=tokens - fresh),
        _("Without: {n} computed again").format(n=tokens),
        _("Pages of {n} tokens: {used} used, {empty} places empty").format(
            n=pages.page_size, used=len(pages.uses), empty=pages.wasted
        ),
    )
    return CacheShown(tokens, min(shape.sizes.layers, MOST_LAYERS), fresh, heads, tuple(_pages(pages)), _table(pages))


def _table(table: PageTable) -> str:
    """Which pages each text reads, in order: the block table in words."""
    names = {"text": _("text"), "branch": _("branch")}
    rows = [f"{names[text]} → {' '.join(str(page + 1) for page in pages)}" for text, pages in table.tables.items()]
    return "    ".join(rows)


def _pages(table: PageTable) -> list[PageShown]:
    """Every page there is, with its owners."""
    owners: dict[int, str] = {}
    filled: dict[int, int] = {}
    for text, pages in table.tables.items():
        for k, page in enumerate(pages):
            owners[page] = "both" if page in owners else text
            here = min(table.page_size, table.lengths[text] - k * table.page_size)
            filled[page] = max(filled.get(page, 0), here)
    return [PageShown(filled.get(n, 0) / table.page_size, owners.get(n, ""), str(n + 1)) for n in range(table.n_pages)]
