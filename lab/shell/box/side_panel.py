"""The column beside a view: the controls, something to try, and at its foot the two buttons that ask for more.

A notice stands in this column too: for a challenge, what could be tried instead steps aside; a story of what is
tried takes what is free below it.
"""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from lab.core.experiment import Specification
from lab.core.text import _
from lab.shell.box.controls import Controls
from widgets.base.look import look
from widgets.controls.buttons import Button

__all__ = ["SidePanel"]


class SidePanel(QWidget):
    """Controls, Challenge and Break it."""

    def __init__(self, specification: Specification, parent: QWidget) -> None:
        super().__init__(parent)
        self.in_drawer = False  # then a notice has no place here: it comes, and the drawer stays closed
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.controls = Controls(specification, self)
        self.challenge_button = Button(_("Challenge"), "outline", "trophy", parent=self)
        self.break_button = Button(_("Break it"), "outline", "bomb", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.controls, 1)
        self._pair = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        column.addLayout(self._pair)
        self._pair.addWidget(self.challenge_button, 1)
        self._pair.addWidget(self.break_button, 1)

    def free_height(self) -> int:
        """How high the part below the last control would be, in pixels, with nothing else in it."""
        return 0 if self.in_drawer else self.height() - self.controls.height_in_use()

    def free_rect(self) -> QRect:
        """What is free between the last thing to try and the two buttons."""
        if self.in_drawer:
            return QRect()
        top = self.controls.height_in_use(presets=True) + look().px(4)
        bottom = min(button.y() for button in (self.challenge_button, self.break_button)) - look().px(6)
        return QRect(0, top, self.width(), max(0, bottom - top))

    def clear_lower_part(self, clear: bool) -> None:
        """Clear the part below the last control, or fill it again."""
        self.controls.show_presets(not clear)
        self.challenge_button.setVisible(not clear)
        self.break_button.setVisible(not clear)

    def fit(self, compact: bool) -> None:
        """Widths, heights and distances for a low window, or for a high one."""
        px = look().px
        self.setFixedWidth(px(236 if compact else 272))
        self._pair.setSpacing(px(6))
        self._fit_pair()
        self.controls.set_compact(compact)

    def _fit_pair(self) -> None:
        """Long words leave no space for the icons; still longer ones stand one below the other."""
        pair = ((self.challenge_button, _("Challenge"), "trophy"), (self.break_button, _("Break it"), "bomb"))
        width = self.width() - self._pair.spacing()
        for icons in (True, False):
            for button, words, icon in pair:
                button.set_face(words, icon if icons else "")
            beside = sum(button.sizeHint().width() for button, _words, _icon in pair) <= width
            if beside:
                break
        way = QBoxLayout.Direction
        self._pair.setDirection(way.LeftToRight if beside else way.TopToBottom)
