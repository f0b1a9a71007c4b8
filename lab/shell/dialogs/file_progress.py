"""What stands in the status line while a large file is read: its name, how far it is, and Stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from lab.core.text import _
from lab.runtime.file_job import FileJob
from lab.shell.context import Line
from lab.shell.dialogs.speaker import Speaker
from widgets.base.accessible import announce
from widgets.base.look import Refreshing, look
from widgets.text.elided_label import ElidedLabel
from widgets.text.progress_row import ProgressRow

__all__ = ["FileProgress"]

CHECKS_PER_SECOND = 15


class FileProgress(Refreshing, Speaker):
    """Follows one job at a time and hands it over when it has ended by itself."""

    def __init__(self, window: QWidget, line: Line, done: Callable[[FileJob], None]) -> None:
        super().__init__(line)
        window.installEventFilter(self)
        self._done = done
        self.job: FileJob | None = None  # what is being read
        self._words = ElidedLabel(style="caption", air=0)  # a name of any length
        self.row = ProgressRow("", slim=True)
        self.row.label.hide()
        self.row.stopped.connect(self.stop)
        self._line_up = QHBoxLayout(self)
        self._line_up.addWidget(self._words, 2)
        self._line_up.addWidget(self.row, 3)
        self._clock = QTimer(self)
        self._clock.setInterval(1000 // CHECKS_PER_SECOND)
        self._clock.timeout.connect(self._check)
        self.relook()
        self.stand()

    @property
    def busy(self) -> bool:
        return self.job is not None

    def follow(self, job: FileJob) -> None:
        """Show a job until it has ended; one that is still followed is given up."""
        self.stop()
        self.job = job
        self._words.say(_("Opening {name}…").format(name=job.path.name))
        self.setAccessibleName(self._words.words())
        self.row.show_share(0.0)
        self._clock.start()
        self.show()
        announce(self, self._words.words())

    def stop(self) -> None:
        """Give the job up; nothing is opened."""
        if self.job is not None:
            self.job.cancel()
            self._end()

    def _check(self) -> None:
        job = self.job
        if job is None:
            return
        running = job.running  # asked first: what is looked at afterwards is then final
        self.row.show_share(job.share)
        if not running:
            self._end()
            self._done(job)

    def _end(self) -> None:
        self.job = None
        self._clock.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self.stop()
        return super().eventFilter(watched, event)

    def relook(self) -> None:
        self._line_up.setContentsMargins(0, 0, look().px(8), 0)
        self._line_up.setSpacing(look().px(12))
