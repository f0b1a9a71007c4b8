"""The card that stands at the foot of the window while a large file is read: how far it is, and Stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from lab.core.text import _
from lab.runtime.file_job import FileJob
from lab.shell.lesson_parts import announce
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.text.progress_row import ProgressRow

__all__ = ["ReadingCard"]

LOOKS_PER_SECOND = 15
ABOVE = 108  # pixels of status line and run bar, at 100 %


class ReadingCard(Refreshing, QFrame):
    """Follows one job at a time and hands it over when it has ended by itself."""

    def __init__(self, window: QWidget, done: Callable[[FileJob], None]) -> None:
        super().__init__(window)
        kind(self, "note")
        self._window, self._done = window, done
        self._job: FileJob | None = None
        self._words = kind(QLabel(), "strong")
        self._words.setWordWrap(True)
        self.row = ProgressRow("")
        self.row.label.hide()  # the name of a file wants a line of its own
        self.row.stopped.connect(self.stop)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self._words)
        self._column.addWidget(self.row)
        self._clock = QTimer(self)
        self._clock.setInterval(1000 // LOOKS_PER_SECOND)
        self._clock.timeout.connect(self._look)
        window.installEventFilter(self)
        self.relook()
        self.hide()

    @property
    def busy(self) -> bool:
        return self._job is not None

    def follow(self, job: FileJob) -> None:
        """Show a job until it has ended; one that is still followed is given up."""
        self.stop()
        self._job = job
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
        if self._job is not None:
            self._job.cancel()
            self._end()

    def _look(self) -> None:
        job = self._job
        if job is None:
            return
        running = job.running  # asked first: what is looked at afterwards is then final
        self.row.show_share(job.share)
        if not running:
            self._end()
            self._done(job)

    def _end(self) -> None:
        self._job = None
        self._clock.stop()
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Close:
            self.stop()
        elif event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def relook(self) -> None:
        px = look().px
        self._column.setContentsMargins(px(16), px(12), px(16), px(12))
        self._column.setSpacing(px(8))
        if self.isVisible():
            self._place()

    def _place(self) -> None:
        window, px = self._window, look().px
        width = min(px(520), window.width() - px(48))
        self.setFixedWidth(width)
        height = max(self.heightForWidth(width), self.sizeHint().height())
        self.setGeometry((window.width() - width) // 2, max(0, window.height() - px(ABOVE) - height), width, height)
