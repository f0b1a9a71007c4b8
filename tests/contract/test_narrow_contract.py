"""In narrow places and with large text nothing is lost: the main picture keeps its size and all of the page can be
scrolled to, the controls are in a drawer one press away, and so is the lesson."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab.core.params import fields_of
from lab.runtime.home import Home
from lab.shell.app.appearance import show_settings
from lab.shell.app.commands import set_text_size
from lab.shell.app.window import MainWindow
from lab.shell.box.first_minute import FILE as FIRST_MINUTE
from lab.shell.services import Services
from tests.contract.crowding import crowded, main_rect, page_of, rect_in
from widgets.text.readout import Readout

PICTURE = 280  # pixels of a main picture in its shorter side
LONG_WORDS = os.environ.get("GLASSBOX_TEST_LANGUAGE", "en").startswith("qps")
TIGHT = ("side by side at 1366", "text at 150 %")  # where words have the least room
TURNING = ("page", "view", "topic", "landscape")  # controls and view options that turn pages


@pytest.fixture
def window(qtbot, qapp, own_home: Path) -> Iterator[MainWindow]:
    services = Services.start(Home(own_home))
    services.home.write_json(FIRST_MINUTE, {"seen": True})
    made = MainWindow(services)
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    yield made
    made.close()


@pytest.fixture
def open_box(window: MainWindow, qtbot, experiment) -> Callable[[], object]:
    def opened():
        box = window.workspace.box(window.open_experiment(experiment))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    return opened


def settle() -> None:
    """Layouts answer each other a few times: a scroll bar comes, lines wrap."""
    for _round in range(15):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


# ------------------------------------------------------------------------------------------- the places


@contextmanager
def split(window: MainWindow, open_box, width: int, height: int, gallery: bool) -> Iterator[None]:
    window.resize(width, height)
    window.gallery.setVisible(gallery)
    first = window.workspace.docks.current()
    second = open_box().objectName()
    window.workspace.docks.split(second, "right")
    window.workspace.docks.select(first)
    yield
    window.workspace.docks.close(second)
    window.gallery.hide()
    window.resize(1366, 728)


@contextmanager
def floating(window: MainWindow, width: int, height: int) -> Iterator[None]:
    docks = window.workspace.docks
    key = docks.current()
    docks.float_out(key)
    docks.group_of(key).window().resize(width, height)
    yield
    docks.dock_back(key)


@contextmanager
def presented(window: MainWindow, qapp, width: int = 1366, height: int = 768, percent: int = 100) -> Iterator[None]:
    set_text_size(window, percent)
    window.toggle_present()
    settle()  # the screen of the tests is smaller than the one that is meant
    window.resize(width, height)
    yield
    window.toggle_present()
    window.resize(1366, 728)
    set_text_size(window, 100)
    show_settings(qapp, window.services.settings)


@contextmanager
def text_size(window: MainWindow, percent: int) -> Iterator[None]:
    set_text_size(window, percent)
    yield
    set_text_size(window, 100)


@pytest.fixture
def places(window: MainWindow, open_box, qapp) -> dict[str, Callable]:
    """Every narrow place, by its name; each puts the window there and back."""
    return {
        "side by side at 1366": lambda: split(window, open_box, 1366, 728, gallery=False),
        "side by side at 1920 beside the list": lambda: split(window, open_box, 1920, 1040, gallery=True),
        "a window of its own": lambda: floating(window, 760, 630),
        "presented": lambda: presented(window, qapp),
        "presented at 1280 × 720": lambda: presented(window, qapp, 1280, 720),
        "presented at 1024 × 768": lambda: presented(window, qapp, 1024, 768),
        "presented at 800 × 800, text at 150 %": lambda: presented(window, qapp, 800, 800, 150),
        **{f"text at {size} %": lambda size=size: text_size(window, size) for size in (125, 150, 200)},
    }


# ------------------------------------------------------------------------------------------- the faults


def faults_of(box) -> list[str]:
    """What of a box is covered, cut, too small or out of reach."""
    view, found = box.view, crowded(box.view)
    picture, page = main_rect(view), page_of(view)
    if min(picture.width(), picture.height()) < PICTURE:
        found.append(f"the main picture has {picture.width()}×{picture.height()}")
    if not page.rect().contains(picture) or page.width() > view.width():
        found.append(f"the main picture at {picture.getRect()} cannot be scrolled to in {page.rect().getRect()}")
    for readout in box.runbar.findChildren(Readout):
        if readout.isVisible() and readout.width() < readout.minimumSizeHint().width():
            found.append(f"{readout.accessibleName()} is cut in the run bar")
    if not (box.body.is_drawer or box.controls.isVisible()):
        found.append("there are no controls, and no drawer for them")
    if box.body.is_drawer and not (box.body.tab.isVisible() and box.rect().contains(rect_in(box.body.tab, box))):
        found.append("the drawer of the controls has no tab in sight")
    return found


def report(found: dict[str, list[str]]) -> str:
    """Faults by place, a line each."""
    return "\n".join(f"{place}: {fault}" for place, faults in found.items() for fault in faults)


def lesson_faults(window: MainWindow) -> list[str]:
    """The lesson is shown, or a button for it is in sight, and no button of the top bar lies over another."""
    found, tab = [], window.workspace.tab
    beside = window.workspace.lesson_shown or tab.isVisible()
    if not beside and not window.topbar.lesson.isVisible():
        found.append("there is no lesson, and no button for it")
    if window.topbar.isVisible():
        inside = [w for w in window.topbar.children() if isinstance(w, QWidget) and w.isVisible()]
        over = [pair for pair in combinations(inside, 2) if pair[0].geometry().intersects(pair[1].geometry())]
        found += [f"{a.accessibleName()} and {b.accessibleName()} overlap in the top bar" for a, b in over]
        if not all(window.topbar.rect().contains(w.geometry()) for w in inside):
            found.append("the top bar is cut")
    return found


def missed_in_drawer(box, qtbot) -> set[str]:
    """The controls that the Tab key does not reach after the drawer was opened by its key."""
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_F3)
    settle()
    controls = box.controls.form
    shown = {f.name for f in fields_of(box.specification.params) if _is_shown(controls, f.name)}
    reached: set[str] = set()
    first = QApplication.focusWidget()
    assert first is not None and box.side.isAncestorOf(first), "the keyboard is not in the drawer"
    for _round in range(120):
        focused = QApplication.focusWidget()
        if focused is None or not box.side.isAncestorOf(focused):
            break
        reached |= {name for name in shown if _holds(controls.control(name), focused)}
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    return shown - reached


def _is_shown(form, name: str) -> bool:
    control = form.control(name)
    return bool(control.isVisible() and control.isEnabled())


def _holds(control: QWidget, focused: QWidget) -> bool:
    row = control.parentWidget()
    return control is focused or control.isAncestorOf(focused) or (row is not None and row.isAncestorOf(focused))


# -------------------------------------------------------------------------------------------- the tests


def test_in_every_narrow_place_nothing_is_covered_cut_or_lost(window, open_box, places) -> None:
    box = open_box()
    found: dict[str, list[str]] = {}
    for name in TIGHT if LONG_WORDS else places:
        with places[name]():
            settle()
            if faults := faults_of(box) + lesson_faults(window):
                found[name] = faults
    assert not found, report(found)


def test_every_page_keeps_its_picture_side_by_side_and_with_large_text(window, open_box, places, qtbot) -> None:
    box = open_box()
    turning = [f for f in fields_of(box.specification.params) if f.name in TURNING]
    display = fields_of(box.specification.display) if box.specification.display else ()
    pages = [(f.name, value, box.set_display) for f in display if f.name in TURNING for value in f.choices]
    pages += [(f.name, value, lambda n, v: box.set_values({n: v})) for f in turning for value in f.choices]
    found: dict[str, list[str]] = {}
    for place in TIGHT:
        with places[place]():
            for name, value, choose in pages:
                choose(name, value)
                qtbot.waitUntil(lambda n=name, v=value: _chosen(box, n) == v, timeout=10_000)
                settle()
                if faults := faults_of(box):
                    found[f"{place}, {name}={value}"] = faults
    assert not found, report(found)


def _chosen(box, name: str) -> object:
    frame_params = getattr(box.frame, "params", None)
    return getattr(box.display, name, None) if hasattr(box.display, name) else getattr(frame_params, name, None)


def test_every_control_is_reached_through_the_drawer_by_keyboard(window, open_box, places, qtbot) -> None:
    box = open_box()
    with places["a window of its own"]():
        settle()
        assert box.body.is_drawer and not box.controls.isVisible()
        assert missed_in_drawer(box, qtbot) == set()
        seen = rect_in(box.body.frame, box)
        assert QRect(0, 0, box.width(), box.height()).contains(seen)
