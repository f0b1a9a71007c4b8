"""What stands in place of a page while there is nothing to show: a model that is being opened, with how far that is, or
one that is not on this computer, with a way on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from lab.core.text import _
from widgets.base.accessible import Described
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button

__all__ = ["Waiting"]


class _Progress(Described, Refreshing, QWidget):
    """A line that fills up."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float) -> None:
        """How much is done, 0..1."""
        if share != self._share:
            self._share = share
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(look().px(280), look().px(8))

    def paintEvent(self, _event: QPaintEvent) -> None:
        now, p = look(), QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        p.setPen(Qt.PenStyle.NoPen)
        radius = self.height() / 2
        p.setBrush(now.color("press"))
        p.drawRoundedRect(self.rect(), radius, radius)
        wide = max(self.height(), self._share * self.width())
        left = self.width() - wide if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else 0.0
        p.setBrush(now.color("accent"))
        p.drawRoundedRect(QRectF(left, 0.0, wide, self.height()), radius, radius)


class Waiting(Refreshing, QWidget):
    """A sentence, and below it a line of progress or two buttons: to the model packs, or on without one."""

    packs_requested = Signal()
    house_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words, self.progress = kind(QLabel(), "strong"), _Progress()
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.packs = Button(_("Model packs…"), "primary")
        self.house = Button(_("Go on with Shakespeare"), "outline")
        self.packs.clicked.connect(self.packs_requested)
        self.house.clicked.connect(self.house_wanted)
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        for part in (self.words, self.progress, self.packs, self.house):
            self._column.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addStretch(3)
        self.relook()

    def show_waiting(self, words: str, share: float | None) -> None:
        """share: what is done; None where nothing is being opened."""
        self.words.setText(words)
        self.progress.setVisible(share is not None)
        self.progress.set_share(share or 0.0)
        self.progress.set_description(words)
        for way in (self.packs, self.house):
            way.setVisible(share is None)

    def relook(self) -> None:
        self._column.setSpacing(look().px(14))
        self.words.setFixedSize(look().px(380), look().px(48))
        self.progress.setFixedWidth(look().px(280))
