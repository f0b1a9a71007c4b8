"""The Block page: the picture of a block, the numbers of the opened part, and beside them what was written into the
stream, or, where heads are opened, where the marked head looks."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e18_transformer_block.diagram import Diagram
from lab.experiments.e18_transformer_block.frame import BlockPage
from lab.experiments.e18_transformer_block.metrics import BLOCK
from lab.experiments.e18_transformer_block.page import InsidePage
from lab.experiments.e18_transformer_block.settings import OPS
from lab.kit.numbers import show_short
from widgets.base.layouts import hbox
from widgets.plots.matrix import Matrix
from widgets.plots.stacked_columns import StackedColumns

__all__ = ["BlockView"]

READOUTS = ("cell", "from_token", "from_attention", "from_feed_forward")


class BlockView(InsidePage):
    """See above."""

    def __init__(self) -> None:
        super().__init__(BLOCK.labels, *READOUTS)
        self._page: BlockPage | None = None
        self.diagram, self.matrix, self.meter = Diagram(), Matrix(scale="diverging"), _meter()
        self.looks = Matrix()
        below = hbox((self.matrix, 3), (self.meter, 2), (self.looks, 2))
        self.lay(self.diagram, (self.diagram, 5), (below, 4), found=False)
        self.matrix.set_writing(lambda value: show_short(value, 2))
        self.diagram.acted.connect(self.acted)
        self.matrix.pressed.connect(self._mark)
        self.matrix.requested.connect(self._ask)

    def show_page(self, page: BlockPage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self.diagram.show_block(page)
        kinds = [0, *[1, 2] * (page.sizes.shape[1] // 2)]
        self.meter.set_columns(page.tokens, page.sizes, kinds, page.token)
        values = page.tensors[page.op]
        title = _("Block {n}, {part}").format(n=page.layer + 1, part=_(OPS[page.op]))
        self.matrix.set_titles(title, _("tokens"), _("numbers"))
        names = [str(i + 1) for i in range(values.shape[1])]
        self.matrix.set_values(values, None, None, page.tokens, names)
        self.matrix.set_highlighted(page.token, page.unit)
        heads = page.op == "heads" and page.weights is not None
        self.looks.setVisible(heads)
        self.meter.setVisible(not heads)
        if heads and page.weights is not None:
            head = page.unit * len(page.weights) // values.shape[1]
            self.looks.set_titles(_("Where head {n} looks").format(n=head + 1), _("looks"), _("looked at"))
            self.looks.set_values(page.weights[head], 0.0, 1.0, page.tokens, page.tokens)
            self.looks.set_highlighted(page.token, -1)

    def show_words(self, page: BlockPage, sentence: str) -> None:
        """The texts and read-outs."""
        self.diagram.set_description(sentence)
        self.matrix.set_description(_("Marked: {number}.").format(number=show_number(page.cell, 4)))
        self.meter.set_description(self.meter.summary())
        self.say(page, sentence, BLOCK.values(page))

    def _mark(self, row: int, column: int) -> None:
        if self._page is not None:
            self.act(Set({"token": row + 1, "unit": column + 1}))

    def _ask(self, row: int, column: int) -> None:
        self._mark(row, column)
        self.requested.emit("cell")

    def main_picture(self) -> tuple[QWidget, ...]:
        return self.diagram, self.matrix


def _meter() -> StackedColumns:
    return StackedColumns(_("What was written into the stream"), (_("token"), _("attention"), _("feed-forward")))
