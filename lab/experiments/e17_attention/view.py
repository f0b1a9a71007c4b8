"""The picture of this experiment: six pages of one thing, one head at work, all heads of a model, why a head looks at a
token, what it is told there, what each head is worth, and why scores are divided by √d. It draws the frame it is given,
in any order."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QProgressBar, QWidget

from lab.core.simulation import Set
from lab.core.text import N_, _
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.page_chain import ChainView
from lab.experiments.e17_attention.page_heads import HeadsView
from lab.experiments.e17_attention.page_ov import OVView
from lab.experiments.e17_attention.page_qk import QKView
from lab.experiments.e17_attention.page_scale import ScaleView
from lab.experiments.e17_attention.page_try import TryView
from lab.experiments.e17_attention.settings import PAGES, SOURCES, Display
from lab.experiments.e17_attention.words import describe, quoted, remark
from lab.kit_qt.paged import PagedView
from widgets.base.look import look
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

NARROW = 430  # pixels at 100 % text, below which some parts give way
NARROW_PAGES = {"chain": N_("One"), "heads": N_("All"), "qk": "QK", "ov": "OV", "try": "Try", "scale": "√d"}
MADE = {"chain": ChainView, "heads": HeadsView, "qk": QKView, "ov": OVView, "try": TryView, "scale": ScaleView}
INDUCTION = {"source": "copier", "layer": 2, "head": 2}
OF_A_MODEL: dict[str, dict[str, Any]] = {
    "heads": {"source": "copier"},
    "qk": INDUCTION,
    "ov": INDUCTION,
    "try": INDUCTION,
}
"""What is opened with a page that one's own words have little to show on."""


class View(PagedView[AttentionFrame, Display]):
    """Heading and chips, how far a model is opened, and the page that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setRange(0, 100)
        self.progress.setValue(0)  # Qt begins at −1, and a screen reader says so
        self.progress.setAccessibleName(_("Opening"))
        self.progress.hide()
        self.begin(above=[self.progress])

    def turn(self, name: str) -> Set:
        own = self._frame is not None and self._frame.params.source == "own"
        return Set({"page": name, **(OF_A_MODEL.get(name, {}) if own else {})})

    def urgent(self, before: AttentionFrame, frame: AttentionFrame) -> bool:
        return before.params != frame.params

    def draw(self, frame: AttentionFrame, before: AttentionFrame | None) -> None:
        self._show_progress(frame)
        super().draw(frame, before)

    def sentence(self, frame: AttentionFrame) -> str:
        return describe(frame)

    def write(self, frame: AttentionFrame) -> None:
        self.title.say(_title(frame))
        super().write(frame)

    def _show_progress(self, frame: AttentionFrame) -> None:
        busy = frame.opened < 1.0
        if busy:
            self.progress.setValue(round(100 * frame.opened))
        if self.progress.isHidden() == busy:
            self.progress.setVisible(busy)

    def relook(self) -> None:
        self.progress.setFixedHeight(look().px(6))
        super().relook()

    def fit(self) -> None:
        narrow = self.narrow(NARROW)
        self.title.setVisible(not narrow)
        for name, words in (NARROW_PAGES if narrow else PAGES).items():
            self.chips.chip(name).setText(_(words))
        for page in self.pages():
            page.set_space(self.tall(), narrow)


def _of_lens(page: str, c: Chain) -> str:
    """The question that a lens answers."""
    name, query = f"{c.layer + 1}·{c.head + 1}", quoted(c.tokens[c.row])
    if page == "qk":
        return _("{name}: why does {query} look at {key}?").format(
            name=name, query=query, key=quoted(c.tokens[c.column])
        )
    return _("{name}: what is {query} told?").format(name=name, query=query)


def _title(frame: AttentionFrame) -> str:
    """What the open page shows, in words; what is special about it comes first."""
    source, c = _(SOURCES[frame.params.source]), frame.chain
    if frame.params.page == "scale":
        return _("Ten keys, and a query, at random")
    if c is None or frame.reading is None:
        return _("{source} is being opened …").format(source=source)
    if message := remark(frame):
        return message
    if frame.params.page in ("qk", "ov"):
        return _of_lens(frame.params.page, c)
    if frame.params.page == "try" and frame.trial is not None:
        return _("Which heads matter?")
    if frame.vectors is not None:
        return _("Where does {word} look?").format(word=quoted(c.tokens[c.row]))
    if frame.params.page == "heads":
        layers, heads = frame.reading.layers, frame.reading.heads
        return _("{source}: {layers} layers of {heads} heads").format(source=source, layers=layers, heads=heads)
    name = f"{c.layer + 1}·{c.head + 1}"
    return _("{source}, head {name}").format(source=source, name=name)
