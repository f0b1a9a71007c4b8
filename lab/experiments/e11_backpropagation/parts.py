"""What of the view there is room for: graph, step and page together, or one after the other by a button."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy

from lab.core.text import _
from widgets.base.layouts import Flat
from widgets.base.look import look

__all__ = ["Lower", "Parts", "button_text", "parts_shown"]

LOWER, LOW, NARROW = 184, 330, 430  # px at 100 %: the lower half; less, and only a half fits; less, and only its half
Parts = frozenset[str]


def parts_shown(width: int, height: int) -> tuple[Parts, ...]:
    """What is shown together in a view of that size in px; where it is more than one set, one after the other."""
    px = look().px
    rest = [{"step", "page"}] if width >= px(NARROW) else [{"step"}, {"page"}]
    if height >= px(LOW):
        return tuple(frozenset({"graph", *parts}) for parts in rest)
    return frozenset({"graph"}), *(frozenset(parts) for parts in rest)


def button_text(parts: Parts, now: Parts) -> str:
    """The words on a button that leads from what is shown now to these."""
    new = parts - now
    if "graph" in new:
        return _("Graph")
    return _("Step and pages") if len(new) > 1 else _("Step") if "step" in new else _("Pages")


class Lower(Flat):
    """The half below the graph: as high as its share, or all there is where the graph is hidden. The remark wraps in
    it and does not make it higher."""

    def __init__(self) -> None:
        super().__init__()
        self._high = 0

    def fit(self, room: int, alone: bool) -> None:
        """Take its share of a view `room` px high."""
        px = look().px
        self._high = min(px(LOWER) + max(0, room - px(560)) // 4, px(260))
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Expanding if alone else policy.Fixed)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(1, min(self._high, look().px(60)))
