"""The workspace: the dock area with its boxes, the lesson beside it, and everything that concerns both.

It opens and closes boxes, keeps the lesson with the box in use, and writes the session a moment after
something changed.
"""

from __future__ import annotations

import logging
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QWidget

from lab.core.experiment import Experiment
from lab.core.scene import Scene, SceneError, from_json, to_json
from lab.core.text import _
from lab.runtime.run import Update
from lab.runtime.session import Box, Session
from lab.runtime.track import Track
from lab.shell.app.garbage import GarbageCollector
from lab.shell.app.heap import use_one_heap
from lab.shell.app.own_heap import OwnHeap
from lab.shell.app.spare import SpareMemory
from lab.shell.box.battery import BatterySaver
from lab.shell.box.box import ExperimentBox
from lab.shell.box.first_minute import FirstMinute
from lab.shell.docks.host import DockHost
from lab.shell.docks.input import DockInput
from lab.shell.lesson.side import LessonSide
from lab.shell.services import Services
from widgets.base.focus import without_rings
from widgets.base.look import Refreshing, look
from widgets.controls.edge_tab import EdgeTab

__all__ = ["Workspace"]

AUTOSAVE_MS, STREAM_MS = 1500, 6000  # after a change; while a run goes on, which changes all the time
OPENING_SECONDS = 0.4  # that a run gives way to the making of another box, at most
NARROW = 1180  # below this width at 100 % text the lesson is a tab at the edge
ALONE = 1016  # and below this one it takes the place of the experiment when it is opened
WIDE = 1780  # from this width on there is room for two experiments and the lesson


class Workspace(Refreshing, QWidget):
    """Boxes in docks, and their lesson."""

    opened = Signal(object)  # a new ExperimentBox
    current_changed = Signal(object)  # the box in use, or None
    described = Signal(str)
    saved = Signal(bool)  # the session was written (or could not be)
    told = Signal(str, str, str)  # tone, word and text of what is to be said in passing
    left_out = Signal(str, str)  # the title of a box that cannot be written as it is now, and why
    add_requested = Signal()
    picture_requested = Signal(object)  # ExperimentBox
    send_requested = Signal(object)  # ExperimentBox
    runs_requested = Signal(object)  # ExperimentBox
    lesson_changed = Signal(bool)

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.modules = OwnHeap()
        use_one_heap()  # before the worker has its thread
        self.services = services
        self.docks = DockHost(self)
        DockInput(self.docks)
        self.lesson = LessonSide(services, self)
        self._layout = QHBoxLayout(self)
        self._layout.addWidget(self.docks, 1)
        self._layout.addWidget(self.lesson)
        self.tab = EdgeTab("book-open", _("Lesson"), "Ctrl+L", self)  # the lesson is never out of reach
        self.tab.hide()
        self.tab.clicked.connect(self._tab_pressed)
        self._layout.addWidget(self.tab)
        self._made, self._presenting = 0, False
        self._lesson_wanted, self._narrow, self._alone, self._crowded = True, False, False, False
        self._lesson_yields = False  # the lesson steps aside until it is asked for again, or there is room
        self._scenes: dict[str, Scene] = {}
        self._files: dict[str, bytes] = {}  # each box as it was last written
        self._unwritable: dict[str, str] = {}  # boxes that cannot be, and why: shown once
        self._undoing: dict[str, tuple[str | None, str | None, bool]] = {}  # what undo and redo would do, by box
        self._spare = SpareMemory(self._in_use)
        self._garbage = GarbageCollector(self.any_playing, self, self._spare.give_back)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._autosave)
        self.docks.current_changed.connect(self._current)
        self.docks.closing.connect(self._closing)
        self.docks.layout_changed.connect(self._something_changed)
        self.docks.layout_changed.connect(self._make_room)
        self.docks.maximised_changed.connect(self._make_room)
        self.docks.add_requested.connect(self.add_requested)
        self.docks.action.connect(self._strip_action)
        self.lesson.changed.connect(self._something_changed)
        self.relook()

    # -------------------------------------------------------------------------------------- boxes

    @property
    def boxes(self) -> list[ExperimentBox]:
        return [self.box(key) for key in self.docks.keys()]

    def box(self, key: str) -> ExperimentBox:
        box = self.docks.box(key)
        assert isinstance(box, ExperimentBox)
        return box

    @property
    def current(self) -> ExperimentBox | None:
        key = self.docks.current()
        if key is None or key not in self.docks.keys():  # a box that is closing is no longer there
            return None
        return self.box(key)

    def open(self, experiment: Experiment, scene: Scene | None = None, key: str = "", page: int = 0) -> str:
        """Open an experiment in a new box, in its documented state or in a scene; returns the box's key."""
        if not key or key in self.docks.keys():
            self._made += 1
            key = f"{experiment.id}#{self._made}"
            while key in self.docks.keys():
                self._made += 1
                key = f"{experiment.id}#{self._made}"
        scene = scene or Scene(experiment.id)
        if self.any_playing():
            self.services.worker.give_way(OPENING_SECONDS)
        for what_stays in (experiment.load, experiment.load_view):
            self.modules.run(what_stays)  # in a heap of its own: among parts of boxes it would hold their pages
        self._garbage.opening()
        self._spare.opening()
        with without_rings():
            self._make(experiment, scene, key, page)
        return key

    def _make(self, experiment: Experiment, scene: Scene, key: str, page: int) -> None:
        box = self._new_box(experiment, scene)
        self._scenes[key] = scene
        box.setObjectName(key)
        box.described.connect(partial(self._described, box))
        box.updated.connect(partial(self._updated, box))
        box.changed.connect(self._something_changed)
        box.challenge_met.connect(partial(self.services.book.met, experiment.id))
        self.lesson.add(box, page)
        twins = sum(other.experiment is experiment for other in self.boxes)
        title = _(experiment.title) + (f" ({twins + 1})" if twins else "")
        self.docks.open(box, key, title, _("Experiment {n}: {title}").format(n=experiment.number, title=title))
        self.services.book.opened(experiment.id)
        BatterySaver(box).idle.connect(partial(self._idle, box))
        box.notices.set_quiet(self._presenting)
        if FirstMinute.wanted(box):
            FirstMinute(box)
        self._spare.opened(box)
        self._garbage.opened()
        self.opened.emit(box)

    def _new_box(self, experiment: Experiment, scene: Scene) -> ExperimentBox:
        """A box, made where it will be; of one that cannot be made nothing stays there."""
        room = self.docks.room()
        there = set(room.children())
        try:
            return ExperimentBox(self.services, experiment, scene, room)
        except Exception:
            for part in set(room.children()) - there:
                part.deleteLater()
            raise

    def set_presenting(self, presenting: bool) -> None:
        """Whether a class looks on: the first minute is for who sits before the computer."""
        self._presenting = presenting
        for box in self.boxes:
            box.notices.set_quiet(presenting)

    def any_playing(self) -> bool:
        """Whether a run goes on in any box."""
        return any(box.playing for box in self.boxes)

    def _in_use(self) -> set[str]:
        return {box.experiment.id for box in self.boxes}

    def close_all(self) -> None:
        """Close every box; the session is not touched."""
        self._garbage.end()
        self.modules.end()
        for key in self.docks.keys():
            self.docks.close(key)
        self._timer.stop()

    def _closing(self, key: str) -> None:
        box = self.box(key)
        self.lesson.remove(box)
        box.shut()
        for kept in (self._scenes, self._files, self._unwritable):
            kept.pop(key, None)
        self._undoing.pop(key, None)
        self._spare.closed(box.experiment)
        others = [self.services, *vars(self.services).values()]
        self._garbage.closed(box, others, last=list(self.docks.keys()) == [key])
        self._something_changed()

    def _current(self, key: str) -> None:
        box = self.box(key) if key else None
        self.lesson.show_box(box)
        self._garbage.opened()
        self.current_changed.emit(box)
        if box is not None and box.frame is not None:
            self.described.emit(box.specification.describe(box.frame))

    def _described(self, box: ExperimentBox, text: str) -> None:
        if box is self.current:
            self.described.emit(text)

    def _updated(self, box: ExperimentBox, update: Update) -> None:
        key, undoing = box.objectName(), (update.undo, update.redo, update.pinned is not None)
        if self._undoing.get(key) != undoing and key in self.docks.keys():
            if key not in self._undoing:  # it is there: the others may go on
                self.services.worker.give_way(0)
            self._undoing[key] = undoing
            self.docks.set_actions_enabled(
                key,
                update.undo is not None,
                update.redo is not None,
                {
                    "undo": _("Undo: {what}").format(what=update.undo) if update.undo else _("Nothing to undo"),
                    "redo": _("Redo: {what}").format(what=update.redo) if update.redo else _("Nothing to redo"),
                    "pin": _("Unpin the run") if update.pinned is not None else _("Pin this run"),
                },
            )

    def _idle(self, box: ExperimentBox) -> None:
        text = _("Nothing has changed for ten minutes. Press Pause to save battery.")
        self.told.emit("warn", _(box.experiment.title), text)

    def _strip_action(self, key: str, name: str) -> None:
        box = self.box(key)
        if name == "undo":
            box.undo()
        elif name == "redo":
            box.redo()
        elif name == "picture":
            self.picture_requested.emit(box)
        elif name == "send":
            self.send_requested.emit(box)
        elif name == "runs":
            self.runs_requested.emit(box)
        elif name == "pin":
            box.toggle_pin()

    # ------------------------------------------------------------------------------------- session

    def _something_changed(self) -> None:
        if not self._timer.isActive():
            self._timer.start(STREAM_MS if self.any_playing() else AUTOSAVE_MS)

    def _autosave(self) -> None:
        """Ask every box for its scene; the last answer writes the session."""
        waiting = list(self.docks.keys())
        if not waiting:
            self._write()
        for key in tuple(waiting):
            box = self.box(key)
            box.bridge.ask(Track.scene, partial(self._collect, key, waiting))

    def _collect(self, key: str, waiting: list[str], answer: Scene | Exception) -> None:
        """One box's scene has come."""
        waiting.remove(key)
        if key in self.docks.keys():
            self._keep(key, answer)
        if not waiting:
            self._write()

    def _keep(self, key: str, answer: Scene | Exception) -> None:
        """A box's scene; of a run that gives none, the one before with what the learner wrote since."""
        if isinstance(answer, Exception):
            logging.getLogger("lab").warning("%s does not tell its state: %s", key, answer)
            answer = self._scenes[key]
        self._scenes[key] = self.box(key).scene(answer)

    def save_now(self) -> None:
        """Write the session before the window closes, waiting for each box a moment."""
        self._timer.stop()
        for key in self.docks.keys():
            box = self.box(key)
            try:
                answer: Scene | Exception = box.run.ask_now(Track.scene)
            except Exception as error:
                answer = error
            self._keep(key, answer)
        self._write()

    def session(self) -> Session:
        """What is open now, as of the scenes last collected."""
        files = {key: self._file_of(key) for key in self.docks.keys()}
        boxes = [Box(key, file, self.lesson.page_of(self.box(key))) for key, file in files.items() if file is not None]
        return Session(tuple(boxes), self.docks.save(), self.docks.current() or "")

    def _file_of(self, key: str) -> bytes | None:
        """A box as a file. One that cannot be written stays as it last was, a message says so, and the others
        are saved all the same."""
        box = self.box(key)
        try:
            self._files[key] = to_json(self._scenes[key], box.specification)
            self._unwritable.pop(key, None)
        except SceneError as error:
            why = str(error)
            if self._unwritable.get(key) != why:
                self._unwritable[key] = why
                logging.getLogger("lab").warning("%s is not in the session: %s", key, why)
                self.left_out.emit(_(box.experiment.title), why)
        return self._files.get(key)

    def _write(self) -> None:
        self.saved.emit(self.services.sessions.save(self.session()))

    def restore(self, session: Session) -> list[str]:
        """Open what was open. Returns what could not be, one sentence each."""
        problems = []
        for stored in session.boxes:
            try:
                scene = from_json(stored.scene, self.services.find)
                experiment = self.services.find(scene.experiment)
                assert experiment is not None
                self.open(experiment, scene, stored.key, stored.page)
            except (SceneError, ValueError) as error:
                problems.append(str(error))
        self.docks.restore(session.layout)
        if session.current in self.docks.keys():
            self.docks.select(session.current)
        return problems

    # ---------------------------------------------------------------------------------------- look

    def relook(self) -> None:
        px = look().px
        self._layout.setContentsMargins(px(12), px(12), px(12), px(8))
        self._layout.setSpacing(px(12))

    @property
    def lesson_shown(self) -> bool:
        return not self.lesson.isHidden()

    def show_lesson(self, shown: bool) -> None:
        """Show or hide the lesson. Where there is no room beside the experiment, it takes its place."""
        self._lesson_wanted, self._lesson_yields = shown, False
        self._arrange()

    def _tab_pressed(self) -> None:
        self.show_lesson(not self.lesson_shown)
        if self.lesson_shown:
            self.lesson.panel.setFocus()

    def fit(self, width: int, height: int) -> None:
        """Arrange for a window of this size: narrow ones begin with the experiment alone."""
        narrow, alone = (width < look().px(least) for least in (NARROW, ALONE))
        self.lesson.fit(width, height, alone)
        if (narrow, alone) != (self._narrow, self._alone):
            if narrow != self._narrow:
                self._lesson_wanted = not narrow
            self._narrow, self._alone = narrow, alone
            self._arrange()
        self._make_room()

    def _make_room(self, *_signal: object) -> None:
        """When a dock is made as big as can be, or several stand in a row, the lesson gives them its room."""
        row = sum(not group.floating for group in self.docks.groups()) > 1
        crowded = self.docks.maximised or (row and self.width() < look().px(WIDE))
        if crowded != self._crowded:
            self._crowded = self._lesson_yields = crowded
            self._arrange()

    def _arrange(self) -> None:
        shown = self._lesson_wanted and not self._lesson_yields
        had_focus = not shown and self.lesson.isAncestorOf(QApplication.focusWidget() or self)
        self.lesson.setVisible(shown)
        alone = shown and self._alone
        self.docks.setVisible(not alone)
        self.tab.setVisible(alone or (not shown and (self._narrow or self.docks.maximised)))
        self.tab.setChecked(alone)
        self.tab.set_face(*(("chart-line", _("Experiment")) if alone else ("book-open", _("Lesson"))), "Ctrl+L")
        if had_focus and self.current is not None:
            self.current.setFocus()
        self.lesson_changed.emit(shown)
