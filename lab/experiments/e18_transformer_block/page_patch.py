"""The Patch page: how much of the first text's answer comes back when its numbers are put into the other text, for
every place of the stream."""

from __future__ import annotations

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.frame import PatchPage
from lab.experiments.e18_transformer_block.layer_matrix import LayerMatrix
from lab.experiments.e18_transformer_block.metrics import PATCH
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.words import percent, quoted

__all__ = ["PatchView"]

READOUTS = ("first_lead", "other_lead", "restored", "most_restored", "tried")


class PatchView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(PATCH.labels, *READOUTS)
        self._page: PatchPage | None = None
        self.matrix = LayerMatrix(scale="diverging")
        self.lay(self.matrix, (self.matrix, 1), legend=True)
        self.matrix.set_writing(percent)
        self.matrix.picked.connect(self._mark)
        self.matrix.came_near.connect(self._read)

    def show_page(self, page: PatchPage, _display: object) -> None:
        """Draw a frame's page: the last block on top."""
        self._page = page
        rows = [str(k) for k in range(len(page.restored))]
        pairs = zip(page.tokens, page.others)
        columns = [one if one == two else f"{two}←{one}" for one, two in pairs]
        title = _("How much of the lead of {word} comes back, in %").format(word=quoted(page.answers[0]))
        titles = title, _("after block"), _("tokens")
        self.matrix.show_blocks(page.restored, (-1.0, 1.0), (rows, columns), titles, page.lit)

    def show_words(self, page: PatchPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.matrix.set_description(sentence)
        self.legend.say(_("a←b: the other text has a where the first has b. 0: nothing comes back, 100: all of it."))
        self.say(page, sentence, PATCH.values(page))

    def _mark(self, layer: int, column: int) -> None:
        if self._page is not None and layer >= 0:
            self.act(Set({"layer": layer, "token": column + 1}))

    def _read(self, layer: int, column: int) -> None:
        if self._page is None or layer < 0:
            self.matrix.set_readout("")
            return
        values = {"n": layer, "t": column + 1, "word": quoted(self._page.tokens[column])}
        self.matrix.set_readout(_("the numbers of {word}, token {t}, after block {n}").format(**values))
