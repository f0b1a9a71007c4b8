"""Samples: what the bars promise, what came, and whether the two agree."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from lab.core.text import _
from lab.experiments.e21_decoding.bar_rows import sample_rows
from lab.experiments.e21_decoding.barlist import BarList
from lab.experiments.e21_decoding.frame import DecodingFrame
from lab.experiments.e21_decoding.gestures import Draw
from lab.experiments.e21_decoding.light import verdict_on, watermark_verdict
from lab.experiments.e21_decoding.page_next import BarsPage, ChainBox, show_readouts
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.chips import ChipRow
from widgets.text.light import Light, Verdict
from widgets.text.readout import ReadoutRow

__all__ = ["SamplesView"]

COUNTS = ("1", "100", "10000")


class SamplesView(BarsPage):
    """Chain and bars at the left, the draws and the light at the right."""

    rows_of = staticmethod(sample_rows)
    DIGITS = {"samples": 7, "chi_square": 4, "fit": 3}

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chain = ChainBox()
        self.bars = BarList((_("expected"), _("counted")), choosable=False)
        self.bars.setAccessibleName(_("Samples and what was expected"))
        self.draws = ChipRow(COUNTS, ("1", "100", "10000"), "press", settled=True)
        self.draws.setAccessibleName(_("Draw so many samples"))
        self.readouts = ReadoutRow(tuple(self.DIGITS), (_("samples"), "χ²", _("p-value")), column=True)
        self.light, self.mark = Light(), Light()
        self._note = kind(
            QLabel(_("The bar is the promise, the orange line what was counted. Nothing is written.")), "small"
        )
        self._note.setWordWrap(True)
        self._lay_out()
        self.chain.acted.connect(self.acted)
        self.draws.chosen.connect(self._draw)
        self.readouts.requested.connect(self.requested)
        self.bars.requested.connect(self.requested)
        self.bars.room_changed.connect(self._show_bars)
        self.bars.turned.connect(self.turn_bars)
        self.relook()

    def _lay_out(self) -> None:
        self._left, self._side = vbox(self.chain, (self.bars, 1)), QWidget()
        draw = kind(QLabel(_("Draw")), "strong")
        self._right = vbox(draw, self.draws, self._note, self.readouts, self.light, self.mark, None, on=self._side)
        self._row = hbox((self._left, 1), self._side, on=self)

    def show_words(self, frame: DecodingFrame, sentence: str) -> None:
        """Read-outs and light."""
        show_readouts(self.readouts, frame, self.DIGITS)
        self.bars.set_description(sentence)
        self.mark.show_verdict(watermark_verdict(frame.greens, frame.coloured, frame.green_z))
        fit = frame.bars.fit if frame.bars else None
        if fit is None:
            self.light.show_verdict(Verdict("", _("Draw at least 50 samples to see whether they fit the bars.")))
        else:
            self.light.show_verdict(verdict_on(fit.p_value, _("The samples fit the bars.")))

    def _draw(self, count: str) -> None:
        self.act(Draw(int(count)))

    def relook(self) -> None:
        px = look().px
        self._left.setSpacing(px(4))
        self._right.setSpacing(px(8))
        self._row.setSpacing(px(16))
        self._side.setMinimumWidth(px(188))
        self._note.setFixedHeight(self._note.heightForWidth(px(188)))

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the bars keep most of it."""
        turn(self._row, narrow)
        self._side.setMaximumWidth(16_777_215 if narrow else look().px(188))
        for part in (self._note, self.mark):
            part.setVisible(not low)
