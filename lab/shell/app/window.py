"""The window: top bar, home page or workspace, and status line. What it can do is the table in `commands`."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from lab.arguments import Call
from lab.core.experiment import CHAPTERS, Experiment
from lab.core.text import _
from lab.runtime.packs import BROUGHT
from lab.runtime.settings import Settings
from lab.shell.app.appearance import show_settings
from lab.shell.app.commands import WINDOW_COMMANDS
from lab.shell.app.home import Gallery, HomePage
from lab.shell.app.save_monitor import SaveMonitor
from lab.shell.app.session_restore import SessionRestore
from lab.shell.app.status import StatusLine
from lab.shell.app.topbar import TopBar
from lab.shell.app.warm_up import Piece, WarmUp
from lab.shell.command import add_keys, fill, new_menu, pop_up
from lab.shell.context import Dialogs
from lab.shell.dialogs.toast import Toast
from lab.shell.model_files import is_model
from lab.shell.services import Services
from widgets.base.focus import FocusRing, without_rings
from widgets.base.look import sheet_at_the_end
from widgets.base.stylesheet import kind

if TYPE_CHECKING:
    from lab.core.lesson.blocks import Lesson
    from lab.core.scene import Scene
    from lab.shell.app.present import Presenting
    from lab.shell.app.workspace import Workspace
    from lab.shell.box.box import ExperimentBox

__all__ = ["MainWindow"]

SMALLEST = (1024, 640)
RINGS_MS = 20  # after the window was made: it has been painted, and nobody has pressed a key yet
STILL_HERE_MS = 20_000  # after this long a log-off was called off


class MainWindow(QMainWindow):
    """One window of the lab; the `Context` of all that it opens."""

    def __init__(self, services: Services) -> None:
        with sheet_at_the_end(_app()):
            super().__init__()
            self._make(services)
        self._focus_ring = FocusRing(self, RINGS_MS)

    def _make(self, services: Services) -> None:
        self.services = services
        self.dialogs = Dialogs()
        self._workspace: Workspace | None = None
        self._warming: WarmUp | None = None
        self._present: Presenting | None = None
        self._ended = False
        self.setWindowTitle("Glassbox")
        self.setAcceptDrops(True)
        self.topbar = TopBar()
        self.home = HomePage(services)
        self.session_restore = SessionRestore(self, self.home)
        self.gallery = Gallery(services)
        self.gallery.hide()
        self.status = StatusLine()
        self.save_monitor = SaveMonitor(services, self.home, self.status, self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.home)
        self._work_area = kind(QWidget(), "canvas")  # gallery and workspace side by side
        self._work_row = QHBoxLayout(self._work_area)
        self._work_row.setContentsMargins(0, 0, 0, 0)
        self._work_row.setSpacing(0)
        self._work_row.addWidget(self.gallery)
        self._stack.addWidget(self._work_area)
        whole = QWidget()
        kind(whole, "canvas")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.topbar)
        column.addWidget(self._stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self._connect()
        self.resize(1366, 728)
        self.setMinimumSize(*SMALLEST)

    def _connect(self) -> None:
        self.topbar.requested.connect(self.run)
        self.home.experiment_requested.connect(self.open_experiment)
        self.home.experiment_near.connect(self._expect)
        self.home.continue_requested.connect(self.continue_work)
        self.gallery.experiment_requested.connect(self.open_experiment)
        self.gallery.experiment_near.connect(self._expect)
        self.gallery.hide_requested.connect(self.toggle_gallery)
        self.status.speaking.connect(self._speaking)
        keys = add_keys(self, WINDOW_COMMANDS.values(), Qt.ShortcutContext.ApplicationShortcut)
        keys.triggered.connect(self._key_pressed)

    def _key_pressed(self, action: QAction) -> None:
        self.run(action.data())

    @property
    def line(self) -> StatusLine:
        """The status line, in which something else may stand for a while."""
        return self.status

    def run(self, id: str) -> None:
        """Do what a command of the window does."""
        WINDOW_COMMANDS[id].run(self)

    # ----------------------------------------------------------------------------- beginning, ending

    def begin(self, call: Call) -> None:
        """Choose what is seen first: a file, a classroom's experiment, or the home page with its question."""
        crashed = self.services.sessions.begin()
        classroom = self.services.classroom
        if call.target:
            QTimer.singleShot(0, partial(self.open_target, call.target))
        elif classroom.start and (experiment := self.services.find(classroom.start)):
            QTimer.singleShot(0, partial(self.open_experiment, experiment))
        if not classroom.restore:
            self.services.sessions.settle()
        elif not call.fresh and not classroom.start:
            self.session_restore.offer(crashed, busy=bool(call.target))
        self.save_monitor.begin()
        self.home.setFocus()  # the first Enter starts; what is opened takes the keyboard itself

    def explain_second_window(self, sentence: str) -> None:
        """Say that another window is open and why this one opened nevertheless."""
        self.home.note("window", sentence)
        if self._stack.currentWidget() is not self.home:
            self.tell("info", _("Another window"), sentence)

    def warm_up(self) -> WarmUp:
        """After the first paint: import what experiments need, while the learner still looks."""
        self._warming = WarmUp(self.home.next_experiment(), self, self._import)
        return self._warming

    def _expect(self, experiment: Experiment) -> None:
        """Import what this one needs, so that a click finds it there. A run that goes on is not held up for it."""
        busy = self._workspace is not None and self._workspace.any_playing()
        if self._warming is not None and not busy:
            self._warming.expect(experiment)

    def _import(self, piece: Piece) -> None:
        if self._workspace is None:
            piece()
        else:
            self._workspace.modules.run(piece)

    def expect_the_end(self) -> None:
        """The system may end the lab at any moment now: what is open is written, and it has ended well."""
        self._save_now()
        self.services.sessions.end()
        QTimer.singleShot(STILL_HERE_MS, self._go_on)

    def _go_on(self) -> None:
        if not self._ended:
            self.services.sessions.mark()

    def _save_now(self) -> None:
        if self._workspace is not None:
            self._workspace.save_now()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._ended:
            self._save_now()
            self._ended = True
            if self._workspace is not None:
                self._workspace.close_all()
            self.services.sessions.end()
            self.services.home.retry()
            self.services.close()
        super().closeEvent(event)

    # ------------------------------------------------------------------------------------- what is open

    @property
    def workspace(self) -> Workspace:
        """Made when the first experiment is opened: it brings NumPy and the plots with it."""
        if self._workspace is None:
            from lab.shell.app.workspace import Workspace

            self._workspace = Workspace(self.services, self._work_area)
            self._work_row.addWidget(self._workspace, 1)
            self._workspace.opened.connect(self._opened)
            self._workspace.current_changed.connect(self._current_changed)
            self._workspace.described.connect(self._described)
            self._workspace.saved.connect(self.save_monitor.show_saved)
            self._workspace.add_requested.connect(partial(self.run, "palette"))
            self._workspace.picture_requested.connect(self._share)
            self._workspace.send_requested.connect(self._send)
            self._workspace.runs_requested.connect(self._runs)
            self._workspace.lesson.panel.hide_requested.connect(self.toggle_lesson)
            self._workspace.lesson.panel.word_requested.connect(self._word_requested)
            self._workspace.lesson.print_requested.connect(self._print_lesson)
            self._workspace.lesson_changed.connect(self.topbar.show_lesson_state)
            self._workspace.left_out.connect(self._left_out)
            self._workspace.told.connect(self.tell)
            self._fit()
        return self._workspace

    @property
    def boxes(self) -> list[ExperimentBox]:
        """Every open box."""
        return self._workspace.boxes if self._workspace is not None else []

    @property
    def box(self) -> ExperimentBox | None:
        """The box in use, when the workspace is what is seen."""
        if self._workspace is None or self._stack.currentWidget() is not self._work_area:
            return None
        return self._workspace.current

    def open_experiment(self, experiment: Experiment, scene: Scene | None = None) -> str:
        """Open an experiment in a new box."""
        with without_rings():
            key = self.workspace.open(experiment, scene)
            self.show_workspace()
        return key

    def continue_work(self) -> None:
        """The primary button of the home page: what is open, or what was opened last, or the first."""
        if self.boxes:
            self.show_workspace()
            return
        experiment = self.home.next_experiment()
        if experiment is not None:
            self.open_experiment(experiment)

    def open_target(self, target: str) -> None:
        """Open a link or a file; "" only brings the window to the front."""
        self.raise_()
        self.activateWindow()
        if target:
            from lab.shell.files import open_target

            open_target(self, target)

    def show_home(self) -> None:
        if self.presenting:  # the bar that leads away from the home page is hidden in Present mode
            self.toggle_present()
        self.home.refresh()
        self._stack.setCurrentWidget(self.home)
        self.topbar.show_place("", "")
        self.status.show_text("")
        self.home.setFocus()

    def show_workspace(self) -> None:
        self._stack.setCurrentWidget(self._work_area)
        self._current_changed(self.workspace.current)

    def _current_changed(self, box: ExperimentBox | None) -> None:
        if self._stack.currentWidget() is not self._work_area:
            return
        if box is None:
            self.topbar.show_place("", "")
            self.status.show_text("")
            return
        self.topbar.show_place(_(CHAPTERS[box.experiment.chapter - 1]), _(box.experiment.title))
        self.gallery.show_current(box.experiment)

    def _left_out(self, title: str, why: str) -> None:
        text = _("“{title}” cannot be saved as it is now: {why}. What was saved of it before is kept.")
        self.tell("warn", _("Not saved"), text.format(title=title, why=why))

    def _opened(self, box: ExperimentBox) -> None:
        """A box answers to its keys, menus and buttons, however it was opened."""
        from lab.shell.box.commands import BoxCommands

        BoxCommands(self, box)

    def _share(self, box: ExperimentBox) -> None:
        from lab.shell.box.commands import BoxContext, show_share_menu

        show_share_menu(BoxContext(self, box))

    def _send(self, box: ExperimentBox) -> None:
        from lab.shell.box.commands import BoxContext, show_send_menu

        show_send_menu(BoxContext(self, box))

    def _runs(self, box: ExperimentBox) -> None:
        from lab.shell.box.runs_card import show_runs

        show_runs(self, box)

    def _print_lesson(self, lesson: Lesson, what: str, level: str) -> None:
        from lab.shell.box.sharing import figure_of
        from lab.shell.files import save_lesson

        figure = figure_of(self.box) if what == "lesson" and self.box is not None else None
        save_lesson(self, lesson, what, level, figure)

    def _word_requested(self, id: str) -> None:
        """A glossary word leads to the experiment that shows it."""
        from lab.core.glossary import read_glossary

        word = read_glossary().get(id)
        experiment = self.services.find(word.experiment) if word else None
        if experiment is not None:
            self.open_experiment(experiment)
        elif word is not None:
            self.tell("info", word.word, word.meaning)

    def _described(self, text: str) -> None:
        box = self.box
        self.status.show_text(text, aloud=box is not None and not box.playing)

    # ------------------------------------------------------------------------------------ panels, modes

    def toggle_lesson(self) -> None:
        if self._workspace is not None:
            self._workspace.show_lesson(not self._workspace.lesson_shown)

    def toggle_gallery(self) -> None:
        if self._stack.currentWidget() is self._work_area:
            self.gallery.setVisible(self.gallery.isHidden())
        else:
            self.show_home()

    @property
    def presenting(self) -> bool:
        return self._present is not None

    def toggle_present(self) -> None:
        """Present mode: one experiment, large and light, nothing else. F11 or Esc ends it."""
        if self.box is None and not self.presenting:
            return
        from lab.shell.app.present import Presenting

        show_settings(_app(), self.services.settings, not self.presenting)
        before = self._present  # changed first: what follows resizes the window
        if before is None:
            self._present = Presenting(self, self.workspace, (self.topbar, self.status, self.gallery))
            self._present.begin()
            self._speaking(self.status.speaks)
        else:
            self._present = None
            before.end()
        self._fit()

    def change_settings(self, settings: Settings) -> None:
        """Put settings into force and keep them."""
        language = settings.language != self.services.settings.language
        self.services.change_settings(settings)
        show_settings(_app(), settings, self.presenting)
        if language:
            self.tell("info", _("The language changes"), _("Open windows change it when the lab is opened again."))
        self._fit()

    def show_menu(self) -> None:
        """The window's own menu, under its button."""
        menu = new_menu(self.topbar.menu)
        fill(menu, WINDOW_COMMANDS.values(), self)
        pop_up(menu, self.topbar.menu)

    def tell(self, tone: str, word: str, text: str) -> None:
        """Say something in passing: in the status line, until it is closed, replaced or read."""
        logging.getLogger("lab").info("%s", word)
        self.dialogs.get(Toast, self.line).say(tone, word, text)

    def _speaking(self, speaks: bool) -> None:
        """Present mode has the status line only while something is said in it."""
        if self.presenting:
            self.status.setVisible(speaks)

    # -------------------------------------------------------------------------------------- events

    def event(self, event: QEvent) -> bool:
        """In Present mode one Esc ends it: the docks' own Esc, back to normal size, has to wait."""
        asks = self.presenting and event.type() == QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A key that nothing with the keyboard wanted: the experiment in use may."""
        toast = self.dialogs.find(Toast)
        if event.key() == Qt.Key.Key_Escape and toast is not None and toast.isVisible():
            toast.hide()
        elif event.key() == Qt.Key.Key_Escape and self.presenting:
            self.toggle_present()
        elif event.key() == Qt.Key.Key_Period and self._present is not None:
            self._present.toggle_blank()
        elif not self._box_takes(event):
            super().keyPressEvent(event)

    def _box_takes(self, event: QKeyEvent) -> bool:
        if self.box is None:
            return False
        from lab.shell.box.commands import BoxContext, press

        return press(BoxContext(self, self.box), event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        if len(urls) != 1 or not urls[0].isLocalFile():
            return
        path = Path(urls[0].toLocalFile())
        if path.suffix.lower() in (".glassbox", *BROUGHT) or is_model(path):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_target(event.mimeData().urls()[0].toLocalFile())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Arrange what is open for the window's size."""
        if self._workspace is not None:
            self._workspace.fit(self.width(), self.height())
            if self.presenting and self._workspace.lesson_shown:
                self._workspace.show_lesson(False)  # a wide window brings its lesson back, but not now


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app
