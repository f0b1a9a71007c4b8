"""The Perplexity page: the text, each token the darker the more it surprised the chosen reader, and all readers beside
it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e24_evaluation.metrics_models import PERPLEXITY
from lab.experiments.e24_evaluation.settings import READERS
from lab.kit_qt.beside_page import BesidePage
from lab.kit_qt.token_bars import NamedBar, TokenBars
from widgets.base.colors import Palette
from widgets.tokens.token_strip import Token, TokenStrip

__all__ = ["PerplexityView"]

DARKEST, SCALE = 10.0, 5.0  # bits of a token that is quite dark; bits a byte of a whole bar


class PerplexityView(BesidePage):
    """See above."""

    METRICS = PERPLEXITY
    READOUTS = ("perplexity", "nats", "bits_byte", "tokens")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heat = TokenStrip()
        self.heat.set_title(_("How surprising each token was"))
        self.heat.set_empty(_("Run: each model reads the text, and guesses every token before it sees it."))
        self.heat.show_start()
        self.heat.hovered.connect(self._tell)
        self.heat.pressed.connect(self._tell)
        self.bars = TokenBars((_("bits a byte"), ""), 108, chips=False)
        self.bars.setAccessibleName(_("Bits per byte of each reader"))
        self.bars.chosen.connect(self._choose)
        self.bars.requested.connect(self.requested)
        self.lay_beside(self.heat, self.bars, wide=(9, 4))

    def colour(self, palette: Palette) -> None:
        page = self.page
        read = page.shown
        self.heat.set_notes(page.given)
        if read is None:
            self.heat.set_tokens([])
        else:
            notes = [show_number(bits, 3) if page.given else "" for bits in read.bits.tolist()]
            tokens = zip(read.tokens, read.bits.tolist(), notes, strict=True)
            self.heat.set_tokens([Token(text, min(1.0, bits / DARKEST), note) for text, bits, note in tokens])
        self.heat.set_readout("")
        self.bars.set_bars([self._bar(name) for name in page.names], show_number(SCALE, 2))

    def _bar(self, name: str) -> NamedBar:
        bits = self.page.per_byte(name)
        chosen = name == self.page.who
        if bits is None:
            waits = _("reading") if name == self.page.busy else "–"
            return NamedBar(_(READERS[name]), None, None, (waits, ""), highlighted=chosen)
        text = show_number(bits, 3)
        return NamedBar(_(READERS[name]), min(1.0, bits / SCALE), None, (text, ""), highlighted=chosen)

    def _choose(self, number: int) -> None:
        self.act(Set({"reader": self.page.names[number]}))

    def _tell(self, number: int) -> None:
        """A token was pointed at."""
        read = self.page.shown if self.page is not None else None
        if read is None or not 0 <= number < len(read.tokens):
            self.heat.set_readout("")
            return
        bits = float(read.bits[number])
        text = _("p = {p}: {bits} bits of surprise")
        self.heat.set_readout(text.format(p=show_number(2.0**-bits, 3), bits=show_number(bits, 3)))
