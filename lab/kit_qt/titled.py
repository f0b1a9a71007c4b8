"""What the views have in common whose pages are several things beside each other: a title where there is room, chips,
and the page that is open, which draws the part of the frame that is its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.kit_qt.paged import PagedView
from lab.kit_qt.view import ShownFrame
from widgets.text.elided_label import ElidedLabel

__all__ = ["TitledFrame", "TitledView"]


class TitledFrame(ShownFrame, Protocol):
    """A frame with the page that is open as data."""

    @property
    def page(self) -> Any: ...


F = TypeVar("F", bound=TitledFrame)


class TitledView(PagedView[F, None]):
    """Who inherits may put more into `head`, calls `begin`, and says `title_of` and `sentence`."""

    LOW, NARROW = 380, 480  # pixels at 100 % text, below which some parts give way to the pictures
    TITLE = 160  # pixels that the title needs beyond those of a narrow view
    SHARED: Mapping[str, str] = {}  # pages that are views of one run, with its topic; every other page is a topic
    VIEW = "view"  # the control that chooses among those

    def __init__(
        self, pages: Mapping[str, Callable[[], Any]], labels: Sequence[str], parent: QWidget | None = None
    ) -> None:
        super().__init__(pages, [_(label) for label in labels], _("Page"), None, parent)
        self.title = ElidedLabel("", "h3")
        self.head.addWidget(self.title, 1)

    # ------------------------------------------------------------------------------------------- hooks

    def title_of(self, frame: F) -> str:
        """What is looked at, in a few words."""
        raise NotImplementedError

    # ------------------------------------------------------------------------------------------- pages

    def part_of(self, frame: F) -> Any:
        return frame.page

    def turn(self, name: str) -> Set:
        """The views of one run share it; every other page is a run of its own."""
        topic = self.SHARED.get(name, name)
        view = {self.VIEW: name} if name in self.SHARED else {}
        changed = {} if self._frame is not None and self._frame.params.topic == topic else {"topic": topic}
        return Set(changed | view)

    def write(self, frame: F) -> None:
        self.title.say(self.title_of(frame))
        super().write(frame)

    def fit(self) -> None:
        low, narrow = self.low(self.LOW), self.narrow(self.NARROW)
        self.title.setVisible(not self.narrow(self.NARROW + self.TITLE))
        for page in self.pages():
            page.set_space(low, narrow)
