"""The window: top bar, home page or workspace, status line; and the keys that belong to all of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from lab.arguments import Call
from lab.core.experiment import CHAPTERS, Experiment
from lab.core.text import _
from lab.runtime.packs import BROUGHT
from lab.runtime.settings import TEXT_SIZES, Settings
from lab.shell.home import Gallery, HomePage
from lab.shell.keeping import Keeping
from lab.shell.resuming import Resuming
from lab.shell.services import Services
from lab.shell.status import StatusLine
from lab.shell.topbar import TopBar
from widgets.base.focus import FocusRing
from widgets.base.look import look
from widgets.base.stylesheet import kind

if TYPE_CHECKING:
    from lab.core.scene import Scene
    from lab.shell.box import ExperimentBox
    from lab.shell.desk import Desk
    from lab.shell.workspace import Workspace

__all__ = ["MainWindow"]

SMALLEST = (1024, 640)
STILL_HERE_MS = 20_000  # after this long a log-off was called off


class MainWindow(QMainWindow):
    """One window of the lab."""

    def __init__(self, services: Services) -> None:
        super().__init__()
        self.services = services
        self.presenting = False
        self._workspace: Workspace | None = None
        self._desk: Desk | None = None
        self._ended = False
        self.setWindowTitle("Glassbox")
        self.setAcceptDrops(True)
        self.topbar = TopBar()
        self.home = HomePage(services)
        self.resuming = Resuming(self)
        self.gallery = Gallery(services)
        self.gallery.hide()
        self.status = StatusLine()
        self.keeping = Keeping(services, self.home, self.status, self)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.home)
        self._bench = kind(QWidget(), "canvas")  # gallery and workspace side by side
        self._bench_row = QHBoxLayout(self._bench)
        self._bench_row.setContentsMargins(0, 0, 0, 0)
        self._bench_row.setSpacing(0)
        self._bench_row.addWidget(self.gallery)
        self._stack.addWidget(self._bench)
        whole = QWidget()
        kind(whole, "canvas")
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.topbar)
        column.addWidget(self._stack, 1)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self._focus_ring = FocusRing(self)
        self._connect()
        self._add_keys()
        self.resize(1366, 728)
        self.setMinimumSize(*SMALLEST)

    def _connect(self) -> None:
        bar = self.topbar
        bar.home_asked.connect(self.show_home)
        bar.search_asked.connect(self.open_palette)
        bar.text_size_asked.connect(self.next_text_size)
        bar.theme_asked.connect(self.toggle_theme)
        bar.present_asked.connect(self.toggle_present)
        bar.lesson_asked.connect(self.toggle_lesson)
        bar.keys_asked.connect(self.show_keys)
        bar.menu_asked.connect(self.show_menu)
        self.home.experiment_asked.connect(self.open_experiment)
        self.home.continue_asked.connect(self.continue_work)
        self.gallery.experiment_asked.connect(self.open_experiment)
        self.gallery.hide_requested.connect(self.toggle_gallery)

    def _add_keys(self) -> None:
        for keys, deed in (
            ("Ctrl+K", self.open_palette),
            ("F1", self.show_keys),
            ("F11", self.toggle_present),
            ("Ctrl+L", self.toggle_lesson),
            ("Ctrl+1", self.toggle_gallery),
            ("Ctrl+H", self.show_home),
            ("Ctrl+O", self.ask_open),
            ("Ctrl+S", self.ask_save),
            ("Ctrl+,", self.show_settings),
            ("Ctrl++", self.larger_text),
            ("Ctrl+=", self.larger_text),
            ("Ctrl+-", self.smaller_text),
            ("Ctrl+0", self.normal_text),
            ("Ctrl+Q", self.close),
            ("Ctrl+Z", self._undo),
            ("Ctrl+Y", self._redo),
            ("Ctrl+Shift+Z", self._redo),
        ):
            # Undo and redo belong to the window that is in front; everything else also works in a popped-out one.
            own = keys in ("Ctrl+Z", "Ctrl+Y", "Ctrl+Shift+Z")
            context = Qt.ShortcutContext.WindowShortcut if own else Qt.ShortcutContext.ApplicationShortcut
            QShortcut(QKeySequence(keys), self, deed, context=context)

    # ----------------------------------------------------------------------------- beginning, ending

    def begin(self, call: Call) -> None:
        """Choose what is seen first: a file, a classroom's experiment, or the home page with its question."""
        crashed = self.services.sessions.begin()
        room = self.services.classroom
        if call.target:
            QTimer.singleShot(0, _Later(self.open_target, call.target))
        elif room.start and (experiment := self.services.find(room.start)):
            QTimer.singleShot(0, _Later(self.open_experiment, experiment))
        if not room.restore:
            self.services.sessions.settle()
        elif not call.fresh and not room.start:
            self.resuming.offer(crashed, busy=bool(call.target))
        self.keeping.begin()

    def stand_beside(self, sentence: str) -> None:
        """Say that another window is open and why this one opened nevertheless."""
        self.home.note_about_window(sentence)
        if self._stack.currentWidget() is not self.home:
            self.desk.tell("info", _("Another window"), sentence)

    def warm_up(self) -> None:
        """After the first paint: import what experiments need, while the learner still looks."""
        QTimer.singleShot(30, _import_the_rest)

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
            from lab.shell.workspace import Workspace

            self._workspace = Workspace(self.services, self._bench)
            self._bench_row.addWidget(self._workspace, 1)
            self._workspace.current_changed.connect(self._current_changed)
            self._workspace.described.connect(self._described)
            self._workspace.saved.connect(self.keeping.show_saved)
            self._workspace.add_requested.connect(self.open_palette)
            self._workspace.picture_asked.connect(self.desk.show_share_menu)
            self._workspace.lesson.hide_requested.connect(self.toggle_lesson)
            self._workspace.lesson.word_asked.connect(self._word_asked)
            self._workspace.lesson.print_asked.connect(self.desk.print_lesson)
            self._workspace.lesson_changed.connect(self.topbar.show_lesson_state)
            self._workspace.left_out.connect(self._left_out)
            self._fit()
        return self._workspace

    @property
    def desk(self) -> Desk:
        """The dialogs, menus and cards of the window; made when first needed."""
        if self._desk is None:
            from lab.shell.desk import Desk

            self._desk = Desk(self)
        return self._desk

    @property
    def box(self) -> ExperimentBox | None:
        """The box in use, when the workspace is what is seen."""
        if self._workspace is None or self._stack.currentWidget() is not self._bench:
            return None
        return self._workspace.current

    def open_experiment(self, experiment: Experiment, scene: Scene | None = None) -> str:
        """Open an experiment in a new box."""
        key = self.workspace.open(experiment, scene)
        self.desk.attend(self.workspace.box(key))
        self.show_workspace()
        return key

    def continue_work(self) -> None:
        """The primary button of the home page: what is open, or what was opened last, or the first."""
        if self._workspace is not None and self._workspace.boxes:
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
            self.desk.open_target(target)

    def show_home(self) -> None:
        if self.presenting:  # the bar that leads away from the home page is hidden in Present mode
            self.toggle_present()
        self.home.refresh()
        self._stack.setCurrentWidget(self.home)
        self.topbar.show_place("", "")
        self.status.show_text("")
        self.home.setFocus()

    def show_workspace(self) -> None:
        self._stack.setCurrentWidget(self._bench)
        self._current_changed(self.workspace.current)

    def _current_changed(self, box: ExperimentBox | None) -> None:
        if self._stack.currentWidget() is not self._bench:
            return
        if box is None:
            self.topbar.show_place("", "")
            self.status.show_text("")
            return
        self.topbar.show_place(_(CHAPTERS[box.experiment.chapter - 1]), _(box.experiment.title))
        self.gallery.show_current(box.experiment)

    def _left_out(self, title: str, why: str) -> None:
        text = _("“{title}” cannot be saved as it is now: {why}. What was saved of it before is kept.")
        self.desk.tell("warn", _("Not saved"), text.format(title=title, why=why))

    def _word_asked(self, id: str) -> None:
        """A glossary word leads to the experiment that shows it."""
        from lab.core.glossary import read_glossary

        word = read_glossary().get(id)
        experiment = self.services.find(word.experiment) if word else None
        if experiment is not None:
            self.open_experiment(experiment)
        elif word is not None:
            self.desk.tell("info", word.word, word.meaning)

    def _described(self, text: str) -> None:
        box = self.box
        self.status.show_text(text, announce=box is not None and not box.playing)

    # ------------------------------------------------------------------------------------ panels, modes

    def toggle_lesson(self) -> None:
        if self._workspace is not None:
            self._workspace.show_lesson(not self._workspace.lesson_shown)

    def toggle_gallery(self) -> None:
        if self._stack.currentWidget() is self._bench:
            self.gallery.setVisible(self.gallery.isHidden())
        else:
            self.show_home()

    def toggle_present(self) -> None:
        """Present mode: one experiment, large and light, nothing else. F11 or Esc ends it."""
        if self.box is None and not self.presenting:
            return
        from lab.shell.app import show_settings
        from lab.shell.present import Presenting

        self.presenting = not self.presenting
        show_settings(_app(), self.services.settings, self.presenting)
        if self.presenting:
            self._present_state = Presenting(self)
        else:
            self._present_state.end()
        self._fit()

    # ---------------------------------------------------------------------------------------- settings

    def change_settings(self, settings: Settings) -> None:
        """Put settings into force and keep them."""
        from lab.shell.app import show_settings

        language = settings.language != self.services.settings.language
        self.services.change_settings(settings)
        show_settings(_app(), settings, self.presenting)
        if language:
            self.desk.tell("info", _("The language changes"), _("Open windows change it when the lab is opened again."))
        self._fit()

    def toggle_theme(self) -> None:
        dark = look().palette.name == "dark"
        self.change_settings(replace(self.services.settings, theme="light" if dark else "dark"))

    def set_text_size(self, percent: int) -> None:
        self.change_settings(replace(self.services.settings, text_size=percent))

    def next_text_size(self) -> None:
        """One size up; after the largest, the smallest."""
        larger = [size for size in TEXT_SIZES if size > self.services.settings.text_size]
        self.set_text_size(larger[0] if larger else TEXT_SIZES[0])

    def larger_text(self) -> None:
        larger = [size for size in TEXT_SIZES if size > self.services.settings.text_size]
        if larger:
            self.set_text_size(larger[0])

    def smaller_text(self) -> None:
        smaller = [size for size in TEXT_SIZES if size < self.services.settings.text_size]
        if smaller:
            self.set_text_size(smaller[-1])

    def normal_text(self) -> None:
        self.set_text_size(100)

    # -------------------------------------------------------------------------------- what the desk does

    def open_palette(self) -> None:
        self.desk.open_palette()

    def show_keys(self) -> None:
        self.desk.show_keys()

    def show_menu(self) -> None:
        self.desk.show_menu(self.topbar.menu)

    def show_settings(self) -> None:
        self.desk.show_settings()

    def ask_open(self) -> None:
        self.desk.ask_open()

    def ask_save(self) -> None:
        self.desk.ask_save()

    def _undo(self) -> None:
        if self.box is not None:
            self.box.undo()

    def _redo(self) -> None:
        if self.box is not None:
            self.box.redo()

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
        if event.key() == Qt.Key.Key_Escape and self._desk is not None and self._desk.hush():
            return
        if event.key() == Qt.Key.Key_Escape and self.presenting:
            self.toggle_present()
        elif event.key() == Qt.Key.Key_Period and self.presenting:
            self._present_state.toggle_blank()
        elif self.box is None or not self.box.press(event):
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        urls = event.mimeData().urls()
        ends = (".glassbox", *BROUGHT)
        if len(urls) == 1 and urls[0].isLocalFile() and Path(urls[0].toLocalFile()).suffix.lower() in ends:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        self.open_target(event.mimeData().urls()[0].toLocalFile())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Wide windows show the gallery; narrow ones keep their room for the experiment."""
        if self._workspace is not None:
            self._workspace.fit(self.width(), self.height())
            if self.presenting and self._workspace.lesson_shown:
                self._workspace.show_lesson(False)  # a wide window brings its lesson back, but not now
        wide = self.width() >= look().px(1700)
        if wide != getattr(self, "_wide", None):
            self._wide = wide
            self.gallery.setVisible(wide and not self.presenting)


class _Later:
    """A call with its arguments, for a timer."""

    def __init__(self, deed: Callable[..., object], *arguments: object) -> None:
        self._deed, self._arguments = deed, arguments

    def __call__(self) -> None:
        self._deed(*self._arguments)


def _app() -> QApplication:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    return app


def _import_the_rest() -> None:
    """What the first experiment would otherwise wait for."""
    try:
        for module in ("lab.shell.workspace", "widgets.plots.plot", "widgets.surfaces.terrain"):
            import_module(module)
    except ImportError as error:
        logging.getLogger("lab").error("the installation is incomplete: %s", error)
