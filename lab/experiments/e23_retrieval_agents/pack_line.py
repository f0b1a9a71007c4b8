"""A line that says that the model pack is missing, and what is shown instead, with a button that leads to it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from widgets.base.layouts import hbox
from widgets.controls.buttons import Button
from widgets.text.elided_label import ElidedLabel

__all__ = ["PackLine"]


class PackLine(QWidget):
    """To be seen only where something is missing."""

    packs_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.needed, self.packs = ElidedLabel("", "small", lines=2), Button(_("Model packs…"), "outline", height=28)
        self.packs.clicked.connect(self.packs_requested)
        hbox((self.needed, 1), self.packs, on=self)

    def say(self, why: str) -> None:
        """Why nothing can be measured here; "" where it can."""
        self.setVisible(bool(why))
        self.needed.say(_("{why} These are the answers of our own measurement.").format(why=why))
