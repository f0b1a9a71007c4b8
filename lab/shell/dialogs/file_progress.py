"""The card that stands at the foot of the window while a large file is read: how far it is, and Stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from lab.core.text import _
from lab.runtime.file_job import FileJob
from lab.shell.text_label import text_label
from widgets.base.accessible import announce
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.text.progress_row import ProgressRow

__all__ = ["FileProgress"]

CHECKS_PER_SECOND = 15
STATUS_AND_RUN_BAR = 108  # pixels at 100 %; what runs an experiment is never under the card


class FileProgress(Refreshing, QFrame):
    """Follows one job at a time and hands it over when it has ended by itself. It stands in the middle above the run
    bar, whatever size the window takes."""

    def __init__(self, window: QWidget, done: Callable[[FileJob], None]) -> None:
        super().__init__(window)
        self._window = window
        self.column = QVBoxLayout(self)
        window.installEventFilter(self)
        self.hide()
        kind(self, "note")
        self._done = done
        self.job: FileJob | None = None  # what is being read
        self._words = text_label("", "strong", wrap=True)
        self.row = ProgressRow("")
        self.row.label.hide()  # the name of a file wants a line of its own
        self.row.stopped.connect(self.stop)
        self.column.addWidget(self._words)
        self.column.addWidget(self.row)
        self._clock = QTimer(self)
        self._clock.setInterval(1000 // CHECKS_PER_SECOND)
        self._clock.timeout.connect(self._check)
        self.relook()

    @property
    def busy(self) -> bool:
        return self.job is not None

    def follow(self, job: FileJob) -> None:
        """Show a job until it has ended; one that is still followed is given up."""
        self.stop()
        self.job = job
        self._words.setText(_("Opening {name}…").format(name=job.path.name))
        self.setAccessibleName(self._words.text())
        self.row.show_share(0.0)
        self._clock.start()
        self._place()
        self.show()
        self.raise_()
        announce(self, self._words.text())

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
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        window, px = self._window, look().px
        width = min(px(520), window.width() - px(48))
        self.setFixedWidth(width)
        height = max(self.heightForWidth(width), self.sizeHint().height())
        foot = window.height() - px(STATUS_AND_RUN_BAR)
        self.setGeometry((window.width() - width) // 2, max(0, foot - height), width, height)

    def relook(self) -> None:
        px = look().px
        self.column.setContentsMargins(px(16), px(12), px(16), px(12))
        self.column.setSpacing(px(8))
        if self.isVisible():
            self._place()
