"""What every test stands on: an offscreen screen, an empty home, the lab's look, and no thread left behind."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import pytest  # noqa: E402  (the screen is chosen first)
from hypothesis import settings  # noqa: E402

from tests.watchdog import WatchedApplication, is_watched, long_turns, pytest_terminal_summary  # noqa: E402

__all__ = ["long_turns", "pytest_terminal_summary"]

WINDOWS = 12  # tests that left something set aside, until what they left is taken apart: some 10 MB each
COLLECT_FROM = 150_000  # new objects since the last collection


def pytest_addoption(parser: pytest.Parser) -> None:
    message = "only the tests that the change touches, or those of the experiment ID"
    parser.addoption("--fast", nargs="?", const="", default=None, metavar="ID", help=message)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`--fast` leaves out what the change, or the experiment, does not touch."""
    wanted = config.getoption("--fast")
    if wanted is None:
        return
    from tests.fast import changed_files, choice_for

    try:
        choice = choice_for([] if wanted else changed_files(), wanted)
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    left_out = [item for item in items if item.nodeid not in choice]
    items[:] = [item for item in items if item.nodeid in choice]
    config.hook.pytest_deselected(items=left_out)


_windows = 0  # tests that left something set aside since the last collection


def pytest_sessionstart() -> None:
    """No collection in the middle of a call of Qt: it could take a window of an earlier test apart there."""
    gc.disable()


def pytest_runtest_logfinish() -> None:
    """Between two tests nothing of Qt is on the stack: what an earlier test left is taken apart here, also what its
    window had set aside."""
    global _windows
    _windows += gc.get_freeze_count() > 0
    if gc.get_count()[0] > COLLECT_FROM or _windows >= WINDOWS:
        from PySide6.QtCore import QCoreApplication, QEvent

        if QCoreApplication.instance() is not None:
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        _windows = 0
        gc.unfreeze()
        gc.collect()


settings.register_profile("lab", deadline=None, max_examples=60, derandomize=True)
settings.load_profile("lab")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has learner's files of its own, empty at first."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("GLASSBOX_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def no_thread_stays() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    ours = [t for t in threading.enumerate() if t not in before and t.name.startswith("lab-")]
    for thread in ours:  # one that was told to end may still be in its last piece of work
        thread.join(20)
    left = [t.name for t in ours if t.is_alive()]
    assert not left, f"threads still running: {left}"


LANGUAGE = os.environ.get("GLASSBOX_TEST_LANGUAGE", "en")  # "qps-rtl": long words, right to left


@pytest.fixture(autouse=True)
def chosen_language() -> Iterator[None]:
    """A test may change the language; the next one begins with the chosen one again."""
    from lab.core import text

    if text.current().code != LANGUAGE:
        text.use(LANGUAGE)
    yield
    if text.current().code != LANGUAGE:
        text.use(LANGUAGE)


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    from PySide6.QtWidgets import QApplication

    return QApplication


@pytest.fixture(scope="session")
def qapp(request: pytest.FixtureRequest):
    """The application as the program makes it: fonts, icons, look; watched where a test of the session asks for it."""
    from PySide6.QtCore import QStandardPaths

    from lab.shell.app.application import Application
    from lab.shell.app.start import application
    from widgets.base.look import Look, apply_look

    QStandardPaths.setTestModeEnabled(True)
    app = application(WatchedApplication if any(map(is_watched, request.session.items)) else Application)
    app.setLayoutDirection(direction())
    apply_look(app, Look())
    yield app


def direction():
    """The direction of the chosen language."""
    from PySide6.QtCore import Qt

    right = LANGUAGE.endswith("rtl")
    return Qt.LayoutDirection.RightToLeft if right else Qt.LayoutDirection.LeftToRight


@pytest.fixture(autouse=True)
def collector_stays_off() -> Iterator[None]:
    """Left on by one test, it would take windows apart in the middle of a call of Qt in those that follow."""
    yield
    on = gc.isenabled()
    gc.disable()
    assert not on, "the garbage collector was left on"


@pytest.fixture(autouse=True)
def same_look_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test may change the look or the direction; the next one begins with the default."""
    yield
    if "qapp" not in request.fixturenames:
        return
    from PySide6.QtWidgets import QApplication

    from widgets.base.look import Look, apply_look, look

    app = QApplication.instance()
    if isinstance(app, QApplication):
        if app.layoutDirection() != direction():
            app.setLayoutDirection(direction())
        if look() != Look():
            apply_look(app, Look())
