"""The Picture page: a picture, the kernel on it, and what comes out; the kernel's cells can be dragged or typed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e14_convolution_recurrence.cells import KERNELS, kernel_text
from lab.experiments.e14_convolution_recurrence.gestures import SlideTo
from lab.experiments.e14_convolution_recurrence.metrics import PICTURE
from lab.experiments.e14_convolution_recurrence.pad import Pad
from lab.experiments.e14_convolution_recurrence.settings import PICTURES
from lab.experiments.e14_convolution_recurrence.sliding import PicturePage
from lab.experiments.e14_convolution_recurrence.words import only_zeros, products, too_large
from lab.kit.numbers import show_short
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.paged import Page
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.chips import ChipRow
from widgets.plots.number_grid import NumberGrid
from widgets.plots.pixels import Pixels
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow

__all__ = ["PictureView"]

NAMES = {
    "edge-x": N_("Upright edges"),
    "edge-y": N_("Level edges"),
    "blur": N_("Blur"),
    "sharpen": N_("Sharpen"),
    "copy": N_("Copy"),
}
READOUTS = ("output", "kernel_sum", "columns", "unused", "conv_parameters", "dense_parameters", "ratio")


class PictureView(Page):
    """See above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: PicturePage | None = None
        self.pad, self.result = Pad(), Pixels(scale="diverging")
        self.kernel = NumberGrid()
        self.kernel.setAccessibleName(_("Kernel"))
        self.kernel.set_writing(show_short)
        self.named = ChipRow(tuple(KERNELS), tuple(_(NAMES[name]) for name in KERNELS), "press", settled=True)
        self.sum = ElidedLabel("", "small", lines=2)
        self.readouts = ReadoutRow(READOUTS, tuple(_(PICTURE.labels[name]) for name in READOUTS))
        foot = hbox(self.kernel, (vbox(self.named, self.sum, self.readouts, None, gap=2), 1), gap=8)
        self._column = vbox((hbox((self.pad, 1), (self.result, 1), gap=8), 1), foot, on=self)
        self.pad.acted.connect(self.acted)
        self.pad.pixels.pressed.connect(self._pressed_source)
        self.result.pressed.connect(self._pressed)
        self.result.requested.connect(self._ask)
        self.kernel.changed.connect(self._changed)
        self.kernel.dropped.connect(self.end_drag)
        self.named.chosen.connect(self._choose)
        self.readouts.requested.connect(self.requested)
        self.relook()

    def show_page(self, page: PicturePage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        params, drawing = page.params, page.params.picture == "drawing"
        source = self.pad.pixels
        source.set_drawable(drawing)
        self.pad.tools.setVisible(drawing)
        rows, columns = page.x.shape
        head = _("{name}, {rows} × {columns}").format(name=_(PICTURES[params.picture]), rows=rows, columns=columns)
        source.set_title(head)
        source.set_values(page.x, "ink" if drawing else "light", 0.0, 1.0)
        unused = (page.sizes[0].unused, page.sizes[1].unused) if page.fits else (0, 0)
        source.set_border(params.padding, unused)
        self._show_result(page)
        row, column = (at * params.stride - params.padding for at in page.cell)
        source.set_window((row, column, *page.laid.shape) if page.fits else None)
        self.kernel.set_values(page.kernel)

    def _show_result(self, page: PicturePage) -> None:
        result = page.pooled
        rows, columns = result.shape
        self.result.set_ghost("" if page.fits else too_large())
        self.result.set_title(_("What comes out, {rows} × {columns}").format(rows=rows, columns=columns))
        self.result.set_values(result, "diverging")
        by = 1 if result is page.result else 2
        row, column = page.cell[0] // by, page.cell[1] // by
        inside = page.fits and row < rows and column < columns
        self.result.set_lit(row if inside else -1, column if inside else -1)

    def show_words(self, page: PicturePage, sentence: str) -> None:
        """The texts and read-outs."""
        warning = only_zeros(page.params.padding, page.laid.shape)
        self.sum.say(warning or products(page.under, page.laid) if page.fits else "")
        self.result.set_description(sentence)
        self.pad.pixels.set_description(sentence)
        show_metrics(self.readouts, PICTURE.values(page), dict.fromkeys(READOUTS, 3) | {"dense_parameters": 5})

    def _changed(self, row: int, column: int, value: float) -> None:
        if self._page is not None:
            kernel = self._page.kernel.copy()
            kernel[row, column] = value
            self.drag("kernel", Set({"kernel": kernel_text(kernel)}))

    def _choose(self, name: str) -> None:
        self.act(Set({"kernel": KERNELS[name]}))

    def _pressed_source(self, row: int, column: int) -> None:
        """The window goes to where its middle is as near as can be to the cell."""
        page = self._page
        if page is None or not page.fits:
            return
        middle = (page.laid.shape[0] // 2, page.laid.shape[1] // 2)
        p, s = page.params.padding, page.params.stride
        at = tuple(
            min(max(round((cell + p - half) / s), 0), size.size - 1)
            for cell, half, size in zip((row, column), middle, page.sizes)
        )
        self.drag("window", SlideTo(at[0] * page.sizes[1].size + at[1]))

    def _pressed(self, row: int, column: int) -> None:
        page = self._page
        if page is not None and page.fits:
            by = 1 if page.pooled is page.result else 2
            self.drag("window", SlideTo(by * row * page.sizes[1].size + by * column))

    def _ask(self, _row: int, _column: int) -> None:
        self.requested.emit("output")

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.pad.pixels, self.result, self.kernel]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.pad.pixels, self.result)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the pictures keep most of it."""
        self.readouts.setVisible(not low)
        self.named.setVisible(not narrow and not low)
        self.kernel.setFixedSize(look().px(112 if low else 170), look().px(72 if low else 124))

    def relook(self) -> None:
        self._column.setSpacing(look().px(6))
