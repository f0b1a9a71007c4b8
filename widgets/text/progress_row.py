"""A row that is shown while something takes longer: what is being done, how far it is, and a button to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QWidget

from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.base.words import _
from widgets.controls.buttons import Button

__all__ = ["ProgressRow"]

WHOLE = 1000


class ProgressRow(Refreshing, QWidget):
    """`stopped` comes when the learner wants no more of it. `slim`: no higher than a line of text."""

    stopped = Signal()

    def __init__(self, doing: str, parent: QWidget | None = None, slim: bool = False) -> None:
        super().__init__(parent)
        self.label = kind(QLabel(doing), "small")
        self.bar = QProgressBar()
        self.stop = Button(_("Stop"), "link", height=22) if slim else Button(_("Stop"), "outline", "x")
        self.bar.setTextVisible(False)
        self.bar.setRange(0, WHOLE)
        self.bar.setValue(0)  # of itself a bar begins one below its least
        self.bar.setAccessibleName(_("How far it is"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.label)
        self._row.addWidget(self.bar, 1)
        self._row.addWidget(self.stop)
        self.stop.clicked.connect(self.stopped)
        self.relook()

    def show_share(self, share: float) -> None:
        """How much is done, 0 … 1."""
        self.bar.setValue(round(WHOLE * share))

    def relook(self) -> None:
        self._row.setSpacing(look().px(8))
