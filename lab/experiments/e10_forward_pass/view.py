"""The picture of this experiment: four pages of one network, the pass itself, the space it bends, the signal on its way
through many layers, and the shapes. It draws the frame it is given, in any order."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.page_pass import PassView
from lab.experiments.e10_forward_pass.page_shapes import ShapesView
from lab.experiments.e10_forward_pass.page_signal import SignalView
from lab.experiments.e10_forward_pass.page_space import SpaceView
from lab.experiments.e10_forward_pass.settings import PAGES, Display
from lab.experiments.e10_forward_pass.words import describe, title
from lab.kit_qt.paged import PagedView
from widgets.text.elided_label import ElidedLabel

__all__ = ["View"]

NARROW = 430  # pixels at 100 % text, below which some parts give way
MADE = {"pass": PassView, "space": SpaceView, "signal": SignalView, "shapes": ShapesView}


class View(PagedView[ForwardFrame, Display]):
    """Heading and chips, and the page that is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(MADE, [_(name) for name in PAGES.values()], _("Page"), Display(), parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)
        self.begin()

    def urgent(self, before: ForwardFrame, frame: ForwardFrame) -> bool:
        return before.params != frame.params

    def sentence(self, frame: ForwardFrame) -> str:
        return describe(frame)

    def write(self, frame: ForwardFrame) -> None:
        self.title.say(title(frame))
        super().write(frame)

    def fit(self) -> None:
        narrow = self.narrow(NARROW)
        self.title.setVisible(not narrow)
        for page in self.pages():
            page.set_space(self.tall(), narrow)
