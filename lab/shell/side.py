"""The column beside a view: the controls, something to try, and at its foot the two buttons that ask for more.

While a challenge is on, it stands in this column: what could be tried instead steps aside for it.
"""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from lab.core.experiment import Specification
from lab.core.text import _
from lab.shell.controls import Controls
from widgets.buttons import Button
from widgets.look import look

__all__ = ["Side"]


class Side(QWidget):
    """Controls, Challenge and Break it."""

    def __init__(self, specification: Specification, parent: QWidget) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.controls = Controls(specification, self)
        self.challenge_button = Button(_("Challenge"), "outline", "trophy", parent=self)
        self.break_button = Button(_("Break it"), "outline", "bomb", parent=self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.controls, 1)
        self._pair = QHBoxLayout()
        column.addLayout(self._pair)
        self._pair.addWidget(self.challenge_button, 1)
        self._pair.addWidget(self.break_button, 1)

    def room(self) -> int:
        """How high the part below the last control would be, in pixels, with nothing else in it."""
        return self.height() - self.controls.height_in_use()

    def give_room(self, given: bool) -> None:
        """Clear the part below the last control, or fill it again."""
        self.controls.show_presets(not given)
        self.challenge_button.setVisible(not given)
        self.break_button.setVisible(not given)

    def fit(self, compact: bool) -> None:
        """Widths, heights and distances for a low window, or for a high one."""
        px = look().px
        self.setFixedWidth(px(236 if compact else 272))
        self._pair.setSpacing(px(6))
        self._fit_pair()
        self.controls.set_compact(compact)

    def _fit_pair(self) -> None:
        """Long words leave no room for the icons."""
        pair = ((self.challenge_button, _("Challenge"), "trophy"), (self.break_button, _("Break it"), "bomb"))
        for button, words, icon in pair:
            button.set_face(words, icon)
        if sum(button.sizeHint().width() for button, _words, _icon in pair) > self.width() - look().px(6):
            for button, words, _icon in pair:
                button.set_face(words, "")
