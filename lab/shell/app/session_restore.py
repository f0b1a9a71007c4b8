"""Going on with the session of the last time: offers it, opens it, and says what could not be opened again.

What is offered is held here: as soon as something else is opened, the stored session is set aside and a new one
written.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from lab.core.text import _
from lab.runtime.session import Session
from lab.shell.app.home import HomePage
from lab.shell.context import Context

__all__ = ["SessionRestore"]


class SessionRestore(QObject):
    """The question on the home page, and what follows from its answer."""

    def __init__(self, window: Context, home: HomePage) -> None:
        super().__init__(window.window())
        self._window, self._home = window, home
        self._offered: Session | None = None
        home.session_answered.connect(self.answer)

    def offer(self, crashed: bool, busy: bool = False) -> None:
        """Offer what was open the last time, or open it where the learner wishes that always.

        busy: something else is being opened, so the session does not open by itself.
        """
        sessions, setting = self._window.services.sessions, self._window.services.settings.restore
        session = sessions.load()
        if not session.boxes:
            if sessions.left_out:
                self._tell_left_out([])
        elif crashed or setting == "ask" or (busy and setting == "always"):
            self._offered = session
            self._home.ask_about_session(crashed, len(session.boxes))
        elif setting == "always":
            self._offered = session
            QTimer.singleShot(0, self._open)
        else:
            sessions.settle()

    def answer(self, restore: bool) -> None:
        """Open what was offered, or forget it."""
        if restore:
            self._open()
        else:
            self._offered = None
            self._window.services.sessions.forget()

    def _open(self) -> None:
        sessions, offered = self._window.services.sessions, self._offered
        self._offered = None
        problems = self._window.workspace.restore(offered or sessions.load())
        if self._window.boxes:
            self._window.show_workspace()
        if problems:
            sessions.keep_aside()
        else:
            sessions.settle()
        if problems or sessions.left_out:
            self._tell_left_out(problems)

    def _tell_left_out(self, problems: list[str]) -> None:
        """Not all of the last session is open again: say what is not, and that it is not lost."""
        left_out = self._window.services.sessions.left_out
        kept = _("The last session is kept beside the new one.")
        words = "\n".join([*([left_out] if left_out else []), *problems, kept])
        self._window.tell("warn", _("Not everything could be opened again."), words)
