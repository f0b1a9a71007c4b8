"""Present mode: one experiment fills the window, large and light; everything around it steps aside."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QWidget

from lab.core.text import _
from lab.shell.app.workspace import Workspace

__all__ = ["Presenting"]


class Presenting(QObject):
    """Remembers what was visible, and brings it back."""

    def __init__(self, window: QWidget, workspace: Workspace, around: Sequence[QWidget]) -> None:
        super().__init__(window)
        self._window, self._workspace, self._around = window, workspace, around
        self._lesson, self._was_full = workspace.lesson_shown, window.isFullScreen()
        self._shown = [not part.isHidden() for part in around]
        self._blank: QWidget | None = None
        self._maximised = False

    def begin(self) -> None:
        for part in self._around:
            part.hide()
        self._workspace.show_lesson(False)
        self._workspace.set_presenting(True)
        docks = self._workspace.docks
        key = docks.current()
        if key and not docks.is_maximised(key):
            self._maximised = True
            docks.maximise(key)
        self._window.showFullScreen()
        self._focus_box()

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
        self._workspace.show_lesson(self._lesson)
        self._workspace.set_presenting(False)
        if self._maximised:
            self._workspace.docks.show_all()
        if not self._was_full:
            self._window.showNormal()
        self._window.removeEventFilter(self)
        self._focus_box()
        self.deleteLater()

    def _focus_box(self) -> None:
        if self._workspace.current is not None:
            self._workspace.current.setFocus()
