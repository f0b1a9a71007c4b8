"""Saving although the disk is full or away: says so, tries again, says when it worked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from lab.core.text import _
from lab.shell.services import Services

if TYPE_CHECKING:
    from lab.shell.app.home import HomePage
    from lab.shell.app.status import StatusLine

__all__ = ["SaveMonitor"]

RETRY_MS = 5000


class SaveMonitor(QObject):
    """Looks after the learner's files while a window is open."""

    settled = Signal()  # the learner's files can be written again

    def __init__(self, services: Services, page: HomePage, status: StatusLine, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._page, self._status = services, page, status
        self._shown = ""
        self._unsaved = False
        self._timer = QTimer(self)
        self._timer.setInterval(RETRY_MS)
        self._timer.timeout.connect(self.retry)

    def begin(self) -> None:
        """Say what is known already, then retry every few seconds."""
        self._show()
        self._timer.start()

    def retry(self) -> None:
        """Try to write what could not be written, and say what has changed."""
        was_away = bool(self._services.home.problem)
        if self._services.home.retry() and was_away:
            if self._unsaved:
                self.show_saved(True)
            self.settled.emit()
        self._show()

    def show_saved(self, saved: bool) -> None:
        """The session was written just now, or could not be."""
        self._unsaved = not saved
        self._status.show_saved(saved, self._services.sessions.problem)
        self._show()

    def _show(self) -> None:
        sentence = self._sentence()
        if sentence != self._shown:
            self._shown = sentence
            self._page.note("files", sentence)

    def _sentence(self) -> str:
        home, classroom = self._services.home, self._services.classroom
        if home.problem:
            text = _("Nothing is kept now ({why}). Everything works, and is written as soon as it can be.")
            return text.format(why=home.problem)
        if home.unread:
            names = ", ".join(sorted(home.unread))
            text = _("Some of your files could not be read: {names} ({why}). They stay beside the new ones.")
            return text.format(names=names, why=next(iter(home.unread.values())))
        if classroom.unread:
            return _("The classroom file decides nothing here. {why}.").format(why=classroom.unread)
        return ""
