"""What the three pages have in common: how large they would like to be."""

from __future__ import annotations

from PySide6.QtCore import QSize

from lab.kit_qt.paged import Page as _Page
from widgets.base.look import look

__all__ = ["Page"]


class Page(_Page):
    """One page of the picture."""

    def sizeHint(self) -> QSize:
        return QSize(look().px(700), look().px(520))
