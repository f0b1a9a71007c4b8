"""Starts the program: fonts, look, language, one instance, the window; and ends it.

The home page is painted before NumPy, pyqtgraph or any simulation is imported; they follow a moment later,
while the learner is still looking.
"""

from __future__ import annotations

import logging
import sys
import traceback
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QLibraryInfo, QLocale, Qt, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from lab import catalog
from lab.arguments import Call, UsageError
from lab.core import text
from lab.core.paths import asset, program
from lab.runtime.classroom import Classroom, ClassroomError, find_classroom, read_classroom
from lab.runtime.home import Home
from lab.runtime.log import open_log
from lab.runtime.session import SessionStore
from lab.shell.app.appearance import show_settings
from lab.shell.app.application import Application, plain_target
from lab.shell.services import Services
from widgets.base import words
from widgets.base.accessible import use_interfaces
from widgets.base.icon import use_icons
from widgets.base.look import load_fonts
from widgets.text.formula import use_stored

__all__ = ["application", "prepare", "run"]


def application(kind: type[Application] = Application) -> QApplication:
    """The one QApplication, made on first use, of a kind, with our name, fonts and icons."""
    found = QApplication.instance()
    if isinstance(found, QApplication):
        return found
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = kind(sys.argv[:1])
    app.setApplicationName("glassbox")
    app.setApplicationDisplayName("Glassbox")
    app.setDesktopFileName("glassbox")
    app.setStyle("Fusion")
    use_interfaces()
    load_fonts(asset("fonts"))
    use_icons(asset("icons"))
    use_stored(asset("lessons/formulas.json"))
    app.setWindowIcon(QIcon(str(asset("icons/glassbox.svg"))))
    words.use(text._)
    return app


def prepare(call: Call) -> tuple[QApplication, Services]:
    """Everything before the window. Raises UsageError for a classroom file that cannot be used."""
    try:
        classroom = read_classroom(Path(call.classroom)) if call.classroom else find_classroom(program())
    except ClassroomError as error:
        raise UsageError(str(error)) from None
    _check_ids(classroom or Classroom())
    app = application()
    services = Services.start(Home(Path(call.data) if call.data else None), classroom or Classroom())
    settings, classroom = services.settings, services.classroom
    requested: dict[str, Any] = {
        "theme": call.theme or classroom.theme,
        "language": call.language or classroom.language,
        "text_size": call.text_size or classroom.text_size,
    }
    settings = replace(settings, **{name: value for name, value in requested.items() if value})
    services.settings = settings
    show_settings(app, settings)
    _translate_qt(app, settings.language)
    return app, services


def _check_ids(classroom: Classroom) -> None:
    """Raise UsageError for an experiment or language that is not there: a slip would leave the home page empty."""
    known = [experiment.id for experiment in catalog.experiments()]
    for key, ids in (("start", (classroom.start,) if classroom.start else ()), ("allowed", classroom.allowed)):
        for id in ids:
            if id not in known:
                raise UsageError(f"{classroom.file}: {key}: there is no experiment '{id}'; there is {', '.join(known)}")
    if classroom.start and classroom.allowed and classroom.start not in classroom.allowed:
        raise UsageError(f"{classroom.file}: start: '{classroom.start}' is not among the allowed experiments")
    if classroom.language:
        try:
            text.language(classroom.language)
        except ValueError as error:
            raise UsageError(f"{classroom.file}: language: {error}") from None


def _translate_qt(app: QApplication, language: str) -> None:
    """The few texts that are Qt's own, where Qt has the language."""
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(QLocale(language), "qtbase", "_", folder):
        app.installTranslator(translator)


def run(call: Call) -> int:
    """Open the window, or hand over to the one that is open; returns the exit code."""
    from lab.shell.app.instance import Instance

    try:
        app, services = prepare(call)
    except UsageError as error:
        _show_where_nobody_reads(str(error))
        raise
    instance = Instance(services.home)
    if not instance.first and instance.hand_over(plain_target(call.target)):
        return 0
    sys.excepthook = _log_exception
    from lab.shell.app.shutdown import ShutdownHandler
    from lab.shell.app.window import MainWindow

    services.sessions = SessionStore(services.home, instance.slot, instance.left)
    window = MainWindow(services)
    ShutdownHandler(app, window.expect_the_end, window.close)
    instance.requested.connect(window.open_target)
    if isinstance(app, Application):
        app.requested.connect(window.open_target)
    window.begin(replace(call, target=plain_target(call.target)))
    window.show()
    if instance.sentence:
        QTimer.singleShot(0, partial(window.explain_second_window, instance.sentence))
    window.save_monitor.settled.connect(instance.settle)
    QTimer.singleShot(0, instance.collect)
    QTimer.singleShot(0, partial(open_log, services.home))
    QTimer.singleShot(0, window.warm_up)
    code = app.exec()
    instance.close()
    return code


def _show_where_nobody_reads(message: str) -> None:
    """A program that was started from a menu has no terminal: what is wrong with a classroom file comes as a dialog."""
    if getattr(sys, "frozen", False) and not (sys.stderr and sys.stderr.isatty()):
        from PySide6.QtWidgets import QMessageBox

        if application().platformName() != "offscreen":
            QMessageBox.critical(None, "Glassbox", message)


def _log_exception(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error in the window's own code: it is written down, and the window lives on."""
    logging.getLogger("lab").error("%s", "".join(traceback.format_exception(kind, error, trace)))
    print(f"glassbox: {kind.__name__}: {error}", file=sys.stderr)
