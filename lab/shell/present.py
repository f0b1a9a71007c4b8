"""Present mode: one experiment fills the window, large and light; everything around it steps aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from lab.core.text import _

if TYPE_CHECKING:
    from lab.shell.window import MainWindow

__all__ = ["Presenting"]


class Presenting(QObject):
    """Remembers what was visible, and brings it back."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        workspace = window.workspace
        self._lesson = workspace.lesson_shown
        self._around = [window.topbar, window.status, window.gallery]
        self._shown = [not part.isHidden() for part in self._around]
        self._was_full = window.isFullScreen()
        self._blank: QWidget | None = None
        for part in self._around:
            part.hide()
        workspace.show_lesson(False)
        key = workspace.docks.current()
        self._maximised = False
        if key and not workspace.docks.is_maximised(key):
            self._maximised = True
            workspace.docks.maximise(key)
        window.showFullScreen()
        if window.box is not None:
            window.box.setFocus()

    def toggle_blank(self) -> None:
        """A dark screen, so that a class looks at the teacher; the same key brings the picture back."""
        if self._blank is not None:
            self._blank.deleteLater()
            self._blank = None
            return
        self._blank = QWidget(self._window)
        self._blank.setAccessibleName(_("The screen is blank. Press the period key to go on."))
        self._blank.setStyleSheet("background: #000000;")
        self._blank.setGeometry(self._window.rect())
        self._blank.setCursor(Qt.CursorShape.BlankCursor)
        self._window.installEventFilter(self)
        self._blank.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self._blank is not None:
            self._blank.setGeometry(self._window.rect())
        return super().eventFilter(watched, event)

    def end(self) -> None:
        if self._blank is not None:
            self.toggle_blank()
        for part, shown in zip(self._around, self._shown):
            part.setVisible(shown)
        self._window.workspace.show_lesson(self._lesson)
        if self._maximised:
            self._window.workspace.docks.show_all()
        if not self._was_full:
            self._window.showNormal()
        self._window.removeEventFilter(self)
        if self._window.box is not None:
            self._window.box.setFocus()
        self.deleteLater()
