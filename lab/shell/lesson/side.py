"""The lesson beside the docks: it follows the box in use and remembers each box's page, answers, notes and code."""

from __future__ import annotations

import logging
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from lab.core.lesson import load
from lab.core.lesson.blocks import Lesson, LessonError, Request
from lab.core.records import dataclass
from lab.runtime.run import Update
from lab.shell.box.box import ExperimentBox
from lab.shell.lesson.panel import LessonPanel
from lab.shell.services import Services
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind

__all__ = ["LessonSide"]

LINE = 760  # pixels at 100 % text that a lesson is wide at most: longer lines are hard to read


@dataclass
class _Place:
    """Where a box is in its lesson."""

    lesson: Lesson
    page: int = 0


class LessonSide(Refreshing, QFrame):
    changed = Signal()  # page, answers, notes or code: something to save
    print_requested = Signal(object, str, str)  # the lesson, what of it, the reading level

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "dock")
        self.services = services
        self.panel = LessonPanel(self)
        self.panel.cell_enabled = services.classroom.code_cells
        self.panel.set_answers_hidden(services.classroom.hide_answers)
        self._box: ExperimentBox | None = None
        self._alone = False  # whether it takes the place of the experiment
        self._awaited = 0  # the number of the run that a prediction waits for, 0 for none
        self._latest: Update | None = None  # of the box in use
        self._places: dict[ExperimentBox, _Place] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.panel)
        self.panel.setting_requested.connect(self._setting)
        self.panel.answered.connect(self._answered)
        self.panel.notes_changed.connect(self._noted)
        self.panel.code_changed.connect(self._coded)
        self.panel.page_changed.connect(self._paged)
        self.panel.finished.connect(self._finished)
        self.panel.print_requested.connect(self._print)
        self.relook()

    # ----------------------------------------------------------------------------------- the boxes

    def add(self, box: ExperimentBox, page: int = 0) -> None:
        try:
            lesson = load(box.experiment)
        except (LessonError, OSError) as error:  # the experiment works without it
            logging.getLogger("lab").error("%s", error)
            return
        self._places[box] = _Place(lesson, min(page, len(lesson.pages) - 1))

    def remove(self, box: ExperimentBox) -> None:
        self._places.pop(box, None)
        if box is self._box:
            self._follow(None)
            self._show_panel(False)  # until another box is in use: its buttons would do nothing
            self.panel.show_metrics({})  # those there are would hold the last frame of the box

    def page_of(self, box: ExperimentBox) -> int:
        place = self._places.get(box)
        return place.page if place else 0

    def show_box(self, box: ExperimentBox | None) -> None:
        """The lesson of the box in use."""
        if box is self._box:
            return
        self._follow(box)
        place = self._places.get(box) if box is not None else None
        self._show_panel(place is not None)
        if box is not None and place is not None:
            self.panel.show_lesson(place.lesson, place.page, box.answers, box.notes, box.code)
            if box.frame is not None:
                self.panel.show_metrics(box.specification.metrics.readings(box.frame))

    def _follow(self, box: ExperimentBox | None) -> None:
        if self._box is not None:
            self._box.updated.disconnect(self._updated)
        if box is not None:
            box.updated.connect(self._updated)
        self._box, self._awaited, self._latest = box, 0, None

    def _show_panel(self, shown: bool) -> None:
        """Without a lesson there is no empty white frame either."""
        self.panel.setVisible(shown)
        kind(self, "dock" if shown else "canvas")

    def focus_prediction(self) -> None:
        """Put the keyboard on this page's prediction, or the next there is."""
        self.panel.focus_prediction()

    def _updated(self, update: Update) -> None:
        self._latest = update
        if self._box not in self._places or not self.isVisible():
            return
        if update.frame is not None and not update.playing:
            self.panel.show_metrics(self._box.specification.metrics.readings(update.frame))
        if self._awaited and _is_over(self._awaited, update):
            self._awaited = 0
            self.panel.run_ended()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._latest is not None:  # what came while the lesson was away
            self._updated(self._latest)

    # --------------------------------------------------------------------------------- the learner

    def _setting(self, request: Request) -> None:
        """A link or a prediction wants the experiment in a state."""
        if self._box is not None:
            self._awaited = self._box.play_request(request, self.panel.waiting()) or self._awaited

    def _answered(self, id: str, value: Any) -> None:
        if self._box is not None:
            self._box.answers[id] = value
            self.changed.emit()

    def _noted(self, text: str) -> None:
        if self._box is not None:
            self._box.notes = text
            self.changed.emit()

    def _coded(self, id: str, code: str | None) -> None:
        if self._box is not None:
            self._box.set_cell_code(id, code)
            self.changed.emit()

    def _print(self, what: str, level: str) -> None:
        if self._box is not None:
            self.print_requested.emit(self._places[self._box].lesson, what, level)

    def _finished(self) -> None:
        if self._box is not None:
            pages = len(self._places[self._box].lesson.pages)
            self.services.book.read_page(self._box.experiment.id, pages - 1, pages)

    def _paged(self, page: int, pages: int) -> None:
        if self._box is not None:
            self._places[self._box].page = page
            self.services.book.read_page(self._box.experiment.id, page, pages)
            self.changed.emit()

    # ---------------------------------------------------------------------------------------- look

    def relook(self) -> None:
        self.fit(self.window().width(), self.window().height(), self._alone)

    def fit(self, width: int, height: int, alone: bool = False) -> None:
        """The width of the lesson for a window of this size; `alone` it may take all of it."""
        self._alone = alone
        px = look().px
        self.panel.set_compact(height < px(800))
        wide = px(404 if width >= px(1700) else 340)
        self.setMinimumWidth(wide)
        self.setMaximumWidth(px(LINE) if alone else wide)


def _is_over(number: int, update: Update) -> bool:
    """Whether the run of that number has ended, or another one took its place."""
    return update.begun > number or (update.begun == number and not update.playing)
