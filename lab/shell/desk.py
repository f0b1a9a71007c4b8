"""What the window lays on the table when asked: palette, key sheet, menus, settings, numbers, open and save.

Each is its own small module and is imported when it is first used; the desk only knows who calls whom.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget

from lab.core.lesson import Lesson
from lab.core.scene import MAX_BYTES, Scene, SceneError, from_link, is_link, to_json, to_link
from lab.core.text import _
from lab.runtime.file_job import LARGE, FileJob, read_scene, why_unread
from lab.runtime.files import reason, write_atomically
from lab.runtime.packs import BROUGHT
from lab.runtime.track import Track
from lab.shell.box import ExperimentBox

if TYPE_CHECKING:
    from lab.shell.packs import PackSheet
    from lab.shell.reading import ReadingCard
    from lab.shell.why import Numbers
    from lab.shell.window import MainWindow

__all__ = ["Desk"]


class Desk(QObject):
    """Belongs to one window."""

    packs_changed = Signal()  # a model pack was added or removed

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._open: dict[str, QWidget] = {}

    # ------------------------------------------------------------------------------------------ boxes

    def attend(self, box: ExperimentBox) -> None:
        """Answer what a box asks for."""
        box.why_asked.connect(self._why)
        box.numbers_asked.connect(self._numbers)
        box.challenges_asked.connect(self._challenges)
        box.breaks_asked.connect(self._breaks)
        box.menu_asked.connect(self._box_menu)
        box.record_asked.connect(self._record)
        box.packs_asked.connect(self.show_packs)
        self.packs_changed.connect(box.look_again)  # what is open can use a new pack at once

    def _sender_box(self) -> ExperimentBox:
        box = self.sender()
        assert isinstance(box, ExperimentBox)
        return box

    def _why(self, metric: str) -> None:
        from lab.shell.why import WhyCard

        box = self._sender_box()
        card = self._opened("why", lambda: WhyCard(self._window))
        if box.frame is not None and card.show_metric(box.specification, box.frame, metric):
            card.open_at(box)

    def _numbers(self) -> None:
        from lab.shell.why import Numbers

        box = self._sender_box()
        panel = self._opened("numbers", self._make_numbers(Numbers))
        if box.frame is not None:
            panel.follow(box)
            panel.open_at(box)

    def _make_numbers(self, kind: type[Numbers]) -> Callable[[], QWidget]:
        def make() -> QWidget:
            panel = kind(self._window)
            panel.asked.connect(self._why_of_current)
            return panel

        return make

    def _why_of_current(self, metric: str) -> None:
        if self._window.box is not None:
            self._window.box.why_asked.emit(metric)

    def _challenges(self) -> None:
        box = self._sender_box()
        menu = self._menu("challenge", box.side.challenge_button)
        met = self._window.services.book.of(box.experiment.id).challenges
        for challenge in box.specification.challenges:
            sign = "✓ " if challenge.id in met else ""
            self._entry(menu, sign + _(challenge.title), _Call(box.begin_challenge, challenge.id), _(challenge.text))
        self._pop(menu, box.side.challenge_button)

    def _breaks(self) -> None:
        box = self._sender_box()
        menu = self._menu("break", box.side.break_button)
        for broken in box.specification.breaks:
            self._entry(menu, _(broken.label), _Call(box.play_break, broken.id), _(broken.expect))
        self._pop(menu, box.side.break_button)

    def _box_menu(self, at: QPoint) -> None:
        self._box_menu_for(self._sender_box()).popup(at)

    def _box_menu_for(self, box: ExperimentBox) -> QMenu:
        menu = self._menu("box", box)
        self._entry(menu, _("All numbers, and why  (W)"), box.numbers_asked.emit)
        self._entry(menu, _("Start over  (R)"), box.start_over)
        self._entry(menu, _("Reset the controls"), box.reset)
        self._entry(menu, _("Reset all: as first opened"), box.reset_all)
        menu.addSeparator()
        self._send_entries(menu, box)
        self._share_entries(menu, box)
        return menu

    def _send_entries(self, menu: QMenu, box: ExperimentBox) -> None:
        """Send to…: every kind of thing this experiment gives, to every experiment that takes it."""
        from lab.shell.sending import KIND_WORDS

        gives = box.specification.gives
        for kind in gives:
            for experiment in self._window.services.experiments():
                takes = experiment.load().takes
                if kind in takes and experiment is not box.experiment:
                    words = _("Send to {title}").format(title=_(experiment.title))
                    if len(set(gives) & set(takes)) > 1:
                        words = _("{send}: {what}").format(send=words, what=_(KIND_WORDS[kind]))
                    self._entry(menu, words, _Call(self._send, box, kind, experiment.id))

    def _send(self, box: ExperimentBox, artifact_kind: str, target: str) -> None:
        from lab.shell.sending import Sending

        Sending(self._window, box, artifact_kind, target).start()

    # ---------------------------------------------------------------------------------------- sharing

    def show_share_menu(self, box: ExperimentBox) -> None:
        """Copy, save and share what a box shows."""
        menu = self._menu("share", box)
        self._share_entries(menu, box)
        corner = box.mapToGlobal(box.rect().topRight())
        menu.popup(corner - QPoint(menu.sizeHint().width(), 0))

    def _share_entries(self, menu: QMenu, box: ExperimentBox) -> None:
        from lab.shell.sharing import Sharing

        sharing = Sharing(self, box)
        for words, deed in (
            (_("Copy picture"), sharing.copy_picture),
            (_("Save picture: PNG, SVG or PDF…"), sharing.save_picture),
            (_("Save the curves as a table (CSV)…"), sharing.save_table),
            (_("Save the last seconds as an animation (GIF)…"), sharing.save_animation),
        ):
            self._entry(menu, words, deed)
        menu.addSeparator()
        self._entry(menu, _("Copy link"), _Call(self._copy_link, box))
        self._entry(menu, _("Save as a file…  (Ctrl+S)"), _Call(self.save_box, box))

    def print_lesson(self, lesson: Lesson, what: str, level: str) -> None:
        """Write a lesson, its teacher's page or its answers as PDF."""
        from lab.shell.printing import print_lesson

        print_lesson(self, lesson, what, level)

    def _record(self, _on: bool) -> None:
        from lab.shell.sharing import Sharing

        Sharing(self, self._sender_box()).save_animation()

    def _copy_link(self, box: ExperimentBox) -> None:
        box.bridge.ask(Track.scene, _Call(self._link_ready, box))

    def _link_ready(self, box: ExperimentBox, answer: Scene | Exception) -> None:
        if isinstance(answer, Exception):
            self.tell("bad", _("No link"), str(answer))
            return
        QApplication.clipboard().setText(to_link(answer, box.specification))
        more = bool(answer.actions or answer.artifacts)
        text = _("Controls, seed and step are in it.")
        if more:
            text = _("It holds controls, seed and step only. Your gestures are not in it: save a file to keep them.")
        self.tell("info" if more else "good", _("Link copied"), text)

    def save_box(self, box: ExperimentBox) -> None:
        """Ask where, then write the `.glassbox` file."""
        box.bridge.ask(Track.scene, _Call(self._scene_ready, box))

    def _scene_ready(self, box: ExperimentBox, answer: Scene | Exception) -> None:
        if isinstance(answer, Exception):
            self.tell("bad", _("Not saved"), str(answer))
            return
        name = f"{box.experiment.id}.glassbox"
        path = self.ask_where(_("Save the experiment"), name, _("Glassbox files (*.glassbox)"))
        if path is not None:
            try:
                self.write(path, to_json(box.scene(answer), box.specification))
            except SceneError as error:
                self.tell("bad", _("Not saved"), str(error))

    def write(self, path: Path, data: bytes) -> bool:
        """Write a file the learner chose, and say how it went."""
        try:
            write_atomically(path, data)
        except OSError as error:
            text = _("{name} could not be written: {reason}. Nothing was changed; choose another place.")
            self.tell("bad", _("Not saved"), text.format(name=path.name, reason=reason(error)))
            return False
        self.tell("good", _("Saved"), path.name)
        return True

    def ask_where(self, title: str, name: str, kinds: str) -> Path | None:
        """A file to write, from the system's dialog; None when the learner changed their mind."""
        folder = self._window.services.classroom.save_folder
        start = str(Path(folder) / name) if folder else name
        chosen, _kind = QFileDialog.getSaveFileName(self._window, title, start, kinds)
        if not chosen:
            return None
        path = Path(chosen)
        return path if path.suffix else path.with_suffix(Path(name).suffix)

    # ---------------------------------------------------------------------------------------- opening

    def ask_open(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(
            self._window, _("Open an experiment"), "", _("Glassbox files (*.glassbox)")
        )
        if chosen:
            self.open_target(chosen)

    def ask_save(self) -> None:
        if self._window.box is not None:
            self.save_box(self._window.box)

    def open_target(self, target: str) -> bool:
        """Open a link or a file. False, with the reason on screen, when it cannot be; a large file is read aside."""
        find = self._window.services.find
        if is_link(target):
            try:
                return self._open_scene(from_link(target, find))
            except SceneError as error:
                self.tell("bad", _("Cannot be opened"), str(error))
                return False
        path = Path(target)
        if path.suffix.lower() in BROUGHT:
            self.show_packs().add(path)
            return True
        try:
            if LARGE < path.stat().st_size <= MAX_BYTES:
                self._reading().follow(FileJob(path, find))
                return True
            return self._open_scene(read_scene(path, find))
        except (OSError, ValueError) as error:
            self.tell("bad", _("Cannot be opened"), why_unread(path, error))
            return False

    def _reading(self) -> ReadingCard:
        from lab.shell.reading import ReadingCard

        card: ReadingCard = self._opened("reading", lambda: ReadingCard(self._window, self._was_read))
        return card

    def _was_read(self, job: FileJob) -> None:
        if job.scene is not None:
            self._open_scene(job.scene)
        elif job.error:
            self.tell("bad", _("Cannot be opened"), job.error)

    def _open_scene(self, scene: Scene) -> bool:
        experiment = self._window.services.find(scene.experiment)
        assert experiment is not None
        self._window.open_experiment(experiment, scene)
        if scene.newer:
            text = _(
                "It was made with a later version of the lab. Some of it may be missing here, and it is not saved over."
            )
            self.tell("warn", _("A newer file"), text)
        return True

    # ---------------------------------------------------------------------------------------- sheets

    def open_palette(self) -> None:
        from lab.shell.palette import Palette

        palette = self._opened("palette", lambda: Palette(self._window))
        palette.open()

    def show_keys(self) -> None:
        from lab.shell.sheets import KeySheet

        self._opened("keys", lambda: KeySheet(self._window)).open()

    def show_settings(self) -> None:
        from lab.shell.sheets import SettingsSheet

        self._opened("settings", lambda: SettingsSheet(self._window)).open()

    def show_packs(self) -> PackSheet:
        from lab.shell.packs import PackSheet

        def make() -> PackSheet:
            sheet = PackSheet(self._window)
            sheet.changed.connect(self.packs_changed)
            return sheet

        sheet: PackSheet = self._opened("packs", make)
        sheet.open()
        return sheet

    def show_about(self) -> None:
        from lab.shell.about import AboutSheet

        self._opened("about", lambda: AboutSheet(self._window)).open()

    def show_menu(self, beside: QWidget) -> None:
        """The window's own menu."""
        menu = self._menu("window", beside)
        for words, deed in (
            (_("Open a file…  (Ctrl+O)"), self.ask_open),
            (_("Save as a file…  (Ctrl+S)"), self.ask_save),
            (_("Settings  (Ctrl+,)"), self.show_settings),
            (_("Model packs…"), self.show_packs),
            (_("Keys  (F1)"), self.show_keys),
            (_("Save a report for the helpdesk…"), self.save_report),
            (_("About Glassbox"), self.show_about),
        ):
            self._entry(menu, words, deed)
        self._pop(menu, beside)

    def save_report(self) -> None:
        """The local log and versions, without names and file contents."""
        from lab.runtime.log import report
        from lab.shell.about import computer_facts

        path = self.ask_where(_("Save the report"), "glassbox-report.txt", _("Text (*.txt)"))
        if path is not None:
            self.write(path, report(self._window.services.home, computer_facts(self._window)).encode())

    # ------------------------------------------------------------------------------------------ words

    def tell(self, tone: str, word: str, text: str) -> None:
        """Say something in passing: a card at the foot of the window that stays until it is closed or replaced."""
        from lab.shell.toast import Toast

        logging.getLogger("lab").info("%s", word)
        toast = self._opened("toast", lambda: Toast(self._window))
        toast.say(tone, word, text)

    def hush(self) -> bool:
        """Put the card away (Esc). False when there was none."""
        toast = self._open.get("toast")
        if toast is None or not toast.isVisible():
            return False
        toast.hide()
        return True

    # ------------------------------------------------------------------------------------------ parts

    def _opened(self, name: str, make: Callable[[], Any]) -> Any:
        """The one widget of a name, made when first asked for."""
        if name not in self._open:
            self._open[name] = make()
        return self._open[name]

    def _menu(self, name: str, parent: QWidget) -> QMenu:
        old = self._open.pop(f"menu-{name}", None)
        if old is not None:
            old.deleteLater()
        menu = QMenu(parent)
        menu.setToolTipsVisible(True)
        self._open[f"menu-{name}"] = menu
        menu.destroyed.connect(_Forget(self._open, f"menu-{name}"))
        return menu

    @staticmethod
    def _entry(menu: QMenu, words: str, deed: Callable[[], object], tip: str = "") -> QAction:
        action = menu.addAction(words.replace("&", "&&"))
        action.setToolTip(tip)
        action.triggered.connect(_Quiet(deed))
        return action

    @staticmethod
    def _pop(menu: QMenu, beside: QWidget) -> None:
        right = beside.layoutDirection() == Qt.LayoutDirection.RightToLeft
        corner = beside.rect().bottomRight() if right else beside.rect().bottomLeft()
        menu.popup(beside.mapToGlobal(corner))


class _Call:
    """A deed with its first arguments."""

    def __init__(self, deed: Callable[..., object], *arguments: object) -> None:
        self._deed, self._arguments = deed, arguments

    def __call__(self, *more: object) -> None:
        self._deed(*self._arguments, *more)


class _Quiet:
    """A deed for a signal whose argument does not matter."""

    def __init__(self, deed: Callable[[], object]) -> None:
        self._deed = deed

    def __call__(self, *_arguments: object) -> None:
        self._deed()


class _Forget:
    """Take a name off the list when its widget is gone."""

    def __init__(self, names: dict[str, QWidget], name: str) -> None:
        self._names, self._name = names, name

    def __call__(self, *_arguments: object) -> None:
        self._names.pop(self._name, None)
