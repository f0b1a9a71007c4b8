"""What every experiment promises in the real window: it fits, it answers, it can be reached, it leaves nothing."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QScrollBar, QWidget
from shiboken6 import delete

from lab.core import text
from lab.core.params import fields_of
from lab.core.scene import Scene
from lab.runtime.home import Home
from lab.runtime.track import Track
from lab.shell.app.appearance import show_settings
from lab.shell.app.window import MainWindow
from lab.shell.box.commands import BoxContext, box_menu
from lab.shell.box.sharing import page_of
from lab.shell.services import Services
from tests.asking import sentence_of
from tests.closing import until_gone
from tests.contract.fingerprints import fingerprint

LANGUAGES = ("en", "qps", "qps-rtl")
LONG_WORDS = os.environ.get("GLASSBOX_TEST_LANGUAGE", "en").startswith("qps")


@pytest.fixture
def window(qtbot, qapp, own_home: Path) -> Iterator[MainWindow]:
    made = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    yield made
    made.close()


@pytest.fixture
def open_box(window: MainWindow, qtbot, experiment) -> Callable[..., object]:
    def opened(scene: Scene | None = None):
        box = window.workspace.box(window.open_experiment(experiment, scene))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    return opened


def at(box, step: int) -> Callable[[], bool]:
    return lambda: box.update_shown.exact and box.update_shown.position == step and not box.update_shown.playing


def visible(root: QWidget, kind: type) -> list:
    return [w for w in root.findChildren(kind) if w.isVisibleTo(root)]


def test_everything_fits_at_1366_by_728_without_a_scroll_bar(window, open_box) -> None:
    box = open_box()
    assert window.size().width() == 1366
    assert window.size().height() == 728
    bars = [b for b in visible(box, QScrollBar) if b.isVisible() and b.maximum() > b.minimum()]
    if LONG_WORDS:  # words 40 % longer may scroll the column of controls, and nothing else
        bars = [b for b in bars if not box.controls.isAncestorOf(b)]
    assert [b.parent().parent().accessibleName() or type(b.parent().parent()).__name__ for b in bars] == []
    for part in (box.view, box.controls, box.runbar, box.side.challenge_button, box.side.break_button):
        assert box.rect().contains(part.geometry().translated(0, 0) if part.parent() is box else box.rect()), part


def test_every_preset_fits_too(window, open_box, qtbot) -> None:
    box = open_box()
    for preset in box.specification.presets:
        before = box.update_shown.scene
        box.play_preset(preset.id)
        qtbot.waitUntil(lambda b=before: box.update_shown.scene != b and box.update_shown.exact, timeout=60_000)
        qtbot.wait(40)
        bars = [b for b in visible(box.controls, QScrollBar) if b.isVisible() and b.maximum() > b.minimum()]
        assert not bars or LONG_WORDS, f"{preset.id}: the controls need a scroll bar"


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_fit_in_every_language(window, open_box, qapp, language: str) -> None:
    """Under +40 % long words and from right to left the window keeps its size and no button hides its text."""
    text.use(language)
    qapp.setLayoutDirection(
        Qt.LayoutDirection.RightToLeft if text.current().right_to_left else Qt.LayoutDirection.LeftToRight
    )
    box = open_box()
    assert window.width() == 1366, "long words must not widen the window"
    for button in visible(box.runbar, QAbstractButton) + visible(box.controls, QAbstractButton):
        if button.text() and button.width() < button.minimumSizeHint().width() - 2:
            raise AssertionError(f"'{button.text()}' needs {button.minimumSizeHint().width()}, has {button.width()}")


def test_run_step_scrub_and_start_over_by_mouse(open_box, qtbot) -> None:
    box = open_box()
    qtbot.mouseClick(box.runbar.step, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(at(box, 1))
    qtbot.mouseClick(box.runbar.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: box.update_shown.position >= 3, timeout=10_000)
    qtbot.mouseClick(box.runbar.run, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not box.update_shown.playing)
    head = box.update_shown.head
    box.runbar.scrubbed.emit(1)
    qtbot.waitUntil(at(box, 1))
    assert box.update_shown.head == head
    qtbot.mouseClick(box.runbar.start_over, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: box.update_shown.head == 0)


def test_the_common_keys_work(open_box, qtbot) -> None:
    box = open_box()
    box.setFocus()
    for key, step in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1)):
        qtbot.keyClick(box, key)
        qtbot.waitUntil(at(box, step))
    qtbot.keyClick(box, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: box.update_shown.position == 11 or box.update_shown.done)
    qtbot.keyClick(box, Qt.Key.Key_Home)
    qtbot.waitUntil(at(box, 0))
    qtbot.keyClick(box, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: box.update_shown.playing or box.update_shown.done or box.update_shown.position > 0)
    qtbot.keyClick(box, Qt.Key.Key_R)
    qtbot.keyClick(box, Qt.Key.Key_S)
    seed = 1 if box.specification.random else 0  # where nothing is random there is no other
    qtbot.waitUntil(lambda: box.update_shown.seed == seed)
    qtbot.keyClick(box, Qt.Key.Key_2)
    preset = box.specification.presets[1].setting
    qtbot.waitUntil(lambda: box.update_shown.seed == preset.seed and box.update_shown.position == preset.steps)


class _ShownWindows(QObject):
    """Windows that are shown, however shortly."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(type(watched).__name__)
        return False


def test_opening_shows_no_window_of_its_own(window, open_box, qapp) -> None:
    """A part that is shown before it has a place is a window for a moment, and takes the keyboard away."""
    shown = _ShownWindows(window)
    qapp.installEventFilter(shown)
    open_box()
    qapp.removeEventFilter(shown)
    assert shown.seen == [] and window.isActiveWindow()


def test_undo_works_by_key_for_every_control(window, open_box, qtbot) -> None:
    box = open_box()
    first = fields_of(box.specification.params)[0]
    others = first.choices or ((not first.default,) if first.kind == "bool" else (first.lo, first.hi))
    box.set_values({first.name: next(value for value in others if value != first.default)})
    qtbot.waitUntil(lambda: box.update_shown.undo is not None)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: getattr(box.update_shown.params, first.name) == first.default)


def test_view_options_never_touch_the_run(open_box, qtbot) -> None:
    box = open_box()
    box.step(4)
    qtbot.waitUntil(lambda: at(box, 4)() or box.update_shown.done)
    before = box.run.ask_now(
        lambda track: (fingerprint(track.simulation.save()), track.params, len(track.timeline.log))
    )
    for field in fields_of(box.specification.display) if box.specification.display else ():
        for value in (not field.default,) if field.kind == "bool" else field.choices or (field.lo, field.hi):
            box.set_display(field.name, value)
            qtbot.wait(5)
            box.grab()
    after = box.run.ask_now(lambda track: (fingerprint(track.simulation.save()), track.params, len(track.timeline.log)))
    assert after == before


def test_a_view_draws_frames_in_any_order_and_starts_nothing(open_box, experiment, qtbot) -> None:
    box = open_box()
    box.step(5)
    qtbot.waitUntil(lambda: at(box, 5)() or box.update_shown.done)
    frames = box.run.ask_now(lambda track: [f for _step, f in track.timeline.history.between(0, 99)])
    view = experiment.load_view()()
    try:
        view.resize(700, 560)
        view.show()
        for frame in (*frames, *reversed(frames), frames[0]):
            view.show_frame(frame)
            view.grab()
        assert [t for t in view.findChildren(QTimer) if t.isActive() and t.interval() < 1000] == []
        assert view.pictures()
    finally:
        delete(view)  # by Qt: the window's collector might take a page apart twice


def test_every_preset_break_and_challenge_opens_in_the_window(open_box, qtbot) -> None:
    box = open_box()
    for preset in box.specification.presets:
        box.play_preset(preset.id)
        qtbot.waitUntil(
            lambda p=preset: box.update_shown.seed == p.setting.seed and box.update_shown.exact, timeout=10_000
        )
        assert box.update_shown.failure is None, preset.id
    for broken in box.specification.breaks:
        box.play_break(broken.id)
        qtbot.wait(60)
        assert box.update_shown.failure is None, broken.id
    box.run.pause()
    for challenge in box.specification.challenges:
        box.begin_challenge(challenge.id)
        qtbot.waitUntil(lambda c=challenge: box.update_shown.challenge == c.id)
        assert not box.notices.isHidden()
        box.end_challenge()
        qtbot.waitUntil(lambda: box.update_shown.challenge == "")


def test_the_picture_of_every_preset_can_be_copied(open_box, qtbot) -> None:
    box = open_box()
    for preset in box.specification.presets:
        box.play_preset(preset.id)
        qtbot.waitUntil(lambda p=preset: box.update_shown.seed == p.setting.seed and box.update_shown.exact)
        assert not page_of(box).image(0.2).isNull(), preset.id


def test_everything_that_can_have_the_keyboard_has_a_name_for_screen_readers(window, open_box) -> None:
    open_box()
    nameless = [
        f"{type(w).__name__} in {type(w.parent()).__name__}"
        for w in visible(window, QWidget)
        if w.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(w, QAbstractScrollArea)
        and not (w.accessibleName() or getattr(w, "text", lambda: "")() or w.toolTip())
    ]
    assert nameless == []


def test_tab_reaches_every_control_and_comes_round(window, open_box, qtbot) -> None:
    box = open_box()
    wanted = {w for w in visible(box, QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isEnabled()}
    seen: set[QWidget] = set()
    window.activateWindow()
    box.setFocus()
    for _ in range(400):
        focused = QApplication.focusWidget() or window
        if focused in seen and len(seen) > 20 and focused is box:
            break
        seen.add(focused)
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    missed = {w for w in wanted - seen if not _in_a_group(w, seen)}
    assert not missed, sorted(f"{type(w).__name__} {w.accessibleName()}" for w in missed)


def _in_a_group(widget: QWidget, seen: set[QWidget]) -> bool:
    """Arrow keys go on inside a row of chips once Tab is in it."""
    return (
        isinstance(widget, QAbstractButton)
        and widget.group() is not None
        and bool(seen & set(widget.group().buttons()))
    )


def test_nothing_stays_when_a_box_is_closed(window, open_box, qtbot) -> None:
    def open_and_close() -> list[weakref.ref]:
        box = open_box()
        box.step(2)
        qtbot.waitUntil(lambda: at(box, 2)() or box.update_shown.done)
        refs = [weakref.ref(box), weakref.ref(box.view), weakref.ref(box.run), weakref.ref(box.bridge)]
        window.workspace.docks.close(box.objectName())
        return refs

    open_and_close()
    refs = open_and_close()
    until_gone(refs, qtbot)


def test_the_same_experiment_can_be_open_twice_and_each_is_its_own(window, open_box, qtbot) -> None:
    one, two = open_box(), open_box()
    with qtbot.waitSignal(one.updated, check_params_cb=lambda update: update.position == 3 or update.done):
        one.step(3)
    assert two.update_shown.position == 0
    assert one.objectName() != two.objectName()


def test_a_broken_simulation_stays_in_its_box(window, open_box, qtbot) -> None:
    broken = open_box()
    broken.run.ask_now(_sabotage)
    broken.step(1)
    qtbot.waitUntil(lambda: broken.update_shown.failure is not None)
    assert "sabotaged" in broken.notices.findChild(QLabel, "notice-text").text()
    sound = open_box()
    sound.step(1)
    qtbot.waitUntil(lambda: at(sound, 1)() or sound.update_shown.done)


def _sabotage(track: Track) -> None:
    class Broken:
        def __init__(self, inner: object) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        def step(self) -> None:
            raise RuntimeError("sabotaged")

    track.simulation = Broken(track.simulation)  # type: ignore[assignment]


def test_present_mode_shows_one_experiment_large_and_light_and_ends(window, open_box, qapp, qtbot) -> None:
    from widgets.base.look import look

    box = open_box()
    window.toggle_present()
    assert look().palette.name == "light"
    assert look().scale >= 1.5
    assert window.topbar.isHidden()
    box.step(1)
    qtbot.waitUntil(lambda: at(box, 1)() or box.update_shown.done)
    window.toggle_present()
    assert not window.topbar.isHidden()
    show_settings(qapp, window.services.settings)


def test_every_menu_entry_does_something(window, open_box) -> None:
    box = open_box()
    menu = box_menu(BoxContext(window, box))
    actions = [a for a in menu.actions() if isinstance(a, QAction) and not a.isSeparator()]
    assert len(actions) >= 8
    assert all(a.text() for a in actions)
    menu.close()


def test_the_description_is_in_the_status_line(window, open_box, qtbot) -> None:
    box = open_box()
    qtbot.waitUntil(lambda: window.status.text == sentence_of(box.frame))
    assert isinstance(box, QObject)
