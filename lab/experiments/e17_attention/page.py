"""What the three pages have in common: whom they tell of a press, and how large they would like to be."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from widgets.base.look import Refreshing, look

__all__ = ["Page"]


class Page(Refreshing, QWidget):
    """One page of the picture."""

    acted = Signal(object, str)  # an action, and the gesture it belongs to
    asked = Signal(str)  # a number whose arithmetic is wanted
    display_changed = Signal(str, object)

    def sizeHint(self) -> QSize:
        return QSize(look().px(700), look().px(520))
