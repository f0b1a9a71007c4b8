"""The dock area, driven through its public face and through real mouse and key events."""

from __future__ import annotations

import gc
import json
import weakref

import pytest
from PySide6.QtCore import QAbstractAnimation, QEvent, QObject, QPoint, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDockWidget,
    QLineEdit,
    QMenu,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from lab.shell.docks.drop import DropMark, side_of
from lab.shell.docks.empty import EmptyDocks
from lab.shell.docks.group import Floating
from lab.shell.docks.host import DockHost
from lab.shell.docks.input import DockInput
from lab.shell.docks.layout import Layout
from lab.shell.docks.tabs import fit_tabs
from widgets.base.colors import DARK
from widgets.base.look import apply_look, look

menus = pytest.mark.qt_log_ignore("does not support (raise|grabbing)", extend=True)
"""Opening a menu without a screen makes Qt complain; nothing else may."""


class Box(QWidget):
    """Stands in for an experiment: a text field, and a record of being shown and hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.field = QLineEdit(self)
        QVBoxLayout(self).addWidget(self.field)

    def showEvent(self, event: QEvent) -> None:
        self.seen.append("shown")

    def hideEvent(self, event: QEvent) -> None:
        self.seen.append("hidden")


@pytest.fixture
def host(qtbot):
    host = DockHost()
    DockInput(host)
    qtbot.addWidget(host)
    host.resize(1000, 640)
    host.show()
    qtbot.waitExposed(host)
    return host


def fill(host: DockHost, *keys: str) -> list[Box]:
    boxes = [Box() for _ in keys]
    for box, key in zip(boxes, keys):
        host.open(box, key, key.title())
    return boxes


def settle() -> None:
    """Let Qt lay out and delete what is due."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def left_of(host: DockHost, key: str) -> int:
    return host.box(key).mapTo(host, QPoint()).x()


def top_of(host: DockHost, key: str) -> int:
    return host.box(key).mapTo(host, QPoint()).y()


def together(host: DockHost) -> list[list[str]]:
    return [group.keys for group in host.groups()]


def tab_of(host: DockHost, key: str) -> QAbstractButton:
    return host.group_of(key).strip.tabs.tab(key)


def button(host: DockHost, key: str, name: str) -> QToolButton:
    return host.group_of(key).strip.buttons[name]


def middle(widget: QWidget) -> QPoint:
    return widget.mapToGlobal(widget.rect().center())


def drag(tab: QAbstractButton, to: QPoint, drop: bool = True) -> None:
    """Press a tab, move over to a screen position in steps, and let go there."""
    start = middle(tab)
    _mouse(tab, QEvent.Type.MouseButtonPress, start)
    for share in (0.2, 0.6, 1.0):
        _mouse(tab, QEvent.Type.MouseMove, start + (to - start) * share)
    if drop:
        _mouse(tab, QEvent.Type.MouseButtonRelease, to)


def _mouse(widget: QWidget, kind: QEvent.Type, at: QPoint) -> None:
    up = kind == QEvent.Type.MouseButtonRelease
    event = QMouseEvent(
        kind,
        QPointF(widget.mapFromGlobal(at)),
        QPointF(at),
        Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton,
        Qt.MouseButton.NoButton if up else Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


# Opening, closing, going from box to box


def test_the_room_of_the_next_box_is_where_it_will_be(host):
    room = host.room()
    assert host.room() is room and not host.keys() and not host.groups(), "asking opens nothing"
    first, second = Box(), Box()
    first.setParent(room)
    host.open(first, "a", "A")
    assert first.parentWidget() is room and host.group_of("a").room is room
    assert host.findChild(QDockWidget, host.group_of("a").name) is not None, "a saved layout finds it by its name"
    second.setParent(host.room())
    host.open(second, "b", "B")
    assert second.parentWidget() is room and together(host) == [["a", "b"]]
    host.close("a")
    host.close("b")
    settle()
    third = Box()
    host.open(third, "c", "C")  # made elsewhere, it goes there all the same
    assert third.parentWidget() is host.group_of("c").room and third.isVisible()


def test_a_new_box_is_a_tab_in_front_of_the_others(host):
    fill(host, "hill", "loss")
    assert host.keys() == ["hill", "loss"]
    assert host.current() == "loss"
    assert together(host) == [["hill", "loss"]]
    assert host.box("loss").isVisible() and not host.box("hill").isVisible()


def test_a_box_behind_a_tab_gets_a_hide_event_and_a_show_event_when_it_comes_back(host):
    hill, _loss = fill(host, "hill", "loss")
    assert hill.seen[-1] == "hidden"
    host.focus("hill")
    assert hill.seen[-1] == "shown"


def test_a_box_is_laid_out_to_fill_its_dock(host):
    fill(host, "hill")
    settle()
    assert host.box("hill").width() == 1000 - 2
    assert host.box("hill").height() == 640 - 2 - 42


def test_a_key_names_one_box_only(host):
    fill(host, "hill")
    with pytest.raises(ValueError, match="hill"):
        host.open(Box(), "hill", "Again")
    with pytest.raises(ValueError, match="''"):
        host.open(Box(), "", "Nameless")


@pytest.mark.parametrize("method", ["focus", "box", "close", "float_out", "dock_back", "maximise"])
def test_an_unknown_key_is_refused_by_name(host, method):
    fill(host, "hill")
    with pytest.raises(ValueError, match=r"hill.*'hall'"):
        getattr(host, method)("hall")


def test_the_owner_is_requested_to_save_while_the_box_still_exists(host):
    fill(host, "hill", "loss")
    saved = []
    host.closing.connect(lambda key: saved.append((key, host.box(key).isVisible())))
    host.close("loss")
    assert saved == [("loss", True)]
    assert host.keys() == ["hill"] and host.current() == "hill"


def test_closing_a_box_brings_its_neighbour_to_the_front(host):
    fill(host, "a", "b", "c")
    host.focus("b")
    host.close("b")
    assert host.current() == "c"
    host.close("c")
    assert host.current() == "a"


def test_the_current_box_is_announced_once_for_each_change(host):
    heard = []
    host.current_changed.connect(heard.append)
    fill(host, "a", "b")
    host.focus("a")
    host.focus("a")
    host.float_out("b")
    host.close("b")
    host.close("a")
    assert heard == ["a", "b", "a", "b", "a", ""]


def test_without_boxes_one_line_and_one_button_are_shown(host, qtbot):
    empty = host.findChild(EmptyDocks)
    assert empty.isVisible()
    fill(host, "hill")
    assert not empty.isVisible()
    host.close("hill")
    settle()
    assert empty.isVisible() and empty.size() == host.size()
    with qtbot.waitSignal(host.add_requested):
        qtbot.mouseClick(empty.findChild(QAbstractButton), Qt.MouseButton.LeftButton)


def test_next_and_previous_go_round_the_tabs(host):
    fill(host, "a", "b", "c")
    host.next_tab()
    assert host.current() == "a"
    host.next_tab(-1)
    assert host.current() == "c"


def test_the_keyboard_goes_to_what_had_it_in_the_box(host, qtbot):
    hill, loss = fill(host, "hill", "loss")
    loss.field.setFocus()
    host.focus("hill")
    assert hill.hasFocus()
    host.focus("loss")
    assert loss.field.hasFocus()
    host.split("loss", "right")
    assert loss.field.hasFocus()


def test_working_in_another_dock_makes_its_box_the_current_one(host):
    hill, _loss = fill(host, "hill", "loss")
    host.split("loss", "right")
    assert host.current() == "loss"
    hill.field.setFocus()
    assert host.current() == "hill"
    assert [group.strip.tabs.tab(group.current).highlighted for group in host.groups()] == [True, False]


def test_a_press_on_the_empty_part_of_a_box_makes_it_the_current_one(host, qtbot):
    hill, _loss = fill(host, "hill", "loss")
    host.split("loss", "right")
    qtbot.mouseClick(hill, Qt.MouseButton.LeftButton, pos=QPoint(5, hill.height() - 5))
    assert host.current() == "hill"


# Arranging


def test_split_right_halves_the_room_and_keeps_left_to_right(host):
    fill(host, "a", "b")
    host.split("b", "right")
    settle()
    assert left_of(host, "a") < left_of(host, "b")
    assert abs(host.box("a").width() - host.box("b").width()) <= 2
    assert host.box("a").isVisible() and host.box("b").isVisible()


def test_split_below_halves_the_room_and_keeps_top_to_bottom(host):
    fill(host, "a", "b")
    host.split("b", "below")
    settle()
    assert top_of(host, "a") < top_of(host, "b")
    assert abs(host.box("a").height() - host.box("b").height()) <= 2


def test_a_split_leaves_the_size_of_other_docks_alone(host):
    host.resize(1400, 640)
    fill(host, "a", "b", "c")
    host.split("b", "right")
    settle()
    before = host.group_of("a").width()
    host.tab("c", "b")
    host.split("c", "right")
    settle()
    assert abs(host.group_of("a").width() - before) <= 2
    assert abs(host.box("b").width() - host.box("c").width()) <= 2


def test_splitting_a_box_that_is_alone_changes_nothing(host):
    fill(host, "a")
    host.split("a", "right")
    assert together(host) == [["a"]]
    with pytest.raises(ValueError, match="'left'"):
        host.split("a", "left")


def test_boxes_can_be_brought_together_again(host):
    fill(host, "a", "b")
    host.split("b", "right")
    host.tab("b", "a")
    settle()
    assert together(host) == [["a", "b"]]
    assert host.box("b").width() == 1000 - 2
    assert len(host.findChildren(QDockWidget)) == 1


def test_a_large_box_does_not_push_the_window_wider(host):
    for key in "abc":
        box = Box()
        box.setMinimumWidth(800)
        host.open(box, key, key)
        host.split(key, "right")
    settle()
    assert host.width() == 1000


def test_maximised_one_dock_has_all_the_room_until_escape(host, qtbot):
    a, b = fill(host, "a", "b")
    host.split("b", "right")
    settle()
    widths = a.width(), b.width()
    heard = []
    host.maximised_changed.connect(heard.append)
    b.field.setFocus()
    host.maximise("b")
    settle()
    assert b.width() == 1000 - 2 and a.seen[-1] == "hidden"
    qtbot.keyClick(b.field, Qt.Key.Key_Escape)
    settle()
    assert (a.width(), b.width()) == widths
    assert heard == [True, False]
    assert not host.is_maximised("b")
    assert host.current() == "b" and b.field.hasFocus()


def test_what_needs_the_other_docks_ends_maximising(host):
    fill(host, "a", "b", "c")
    host.split("b", "right")
    for biggest, act in (
        ("b", lambda: host.focus("a")),
        ("b", lambda: host.close("b")),
        ("c", lambda: host.split("c", "below")),
    ):
        host.maximise(biggest)
        act()
        settle()
        assert not host.is_maximised("a") and not host.is_maximised("c")
        assert all(group.isVisible() for group in host.groups())


def test_a_box_opened_while_one_is_maximised_joins_it(host):
    fill(host, "a", "b")
    host.split("b", "right")
    host.maximise("a")
    fill(host, "c")
    assert together(host) == [["a", "c"], ["b"]]
    assert host.is_maximised("c")


# Windows of their own


def test_popped_out_a_box_is_a_window_with_our_strip(host):
    fill(host, "a", "b")
    host.float_out("b")
    window = host.box("b").window()
    assert isinstance(window, Floating) and window.isWindow() and window.isVisible()
    assert window.windowFlags() & Qt.WindowType.WindowType_Mask == Qt.WindowType.Window
    assert window.windowTitle() == "B"
    assert not window.windowFlags() & Qt.WindowType.FramelessWindowHint
    assert tab_of(host, "b").isVisible()
    assert button(host, "b", "float").accessibleName() == "Put back"


def test_put_back_it_returns_to_the_dock_it_came_from(host):
    fill(host, "a", "b", "c")
    host.split("c", "right")
    host.focus("a")
    host.split("b", "below")
    host.tab("b", "c")
    host.float_out("b")
    host.focus("a")
    host.dock_back("b")
    assert sorted(map(sorted, together(host))) == [["a"], ["b", "c"]]
    settle()
    assert not [w for w in QApplication.topLevelWidgets() if isinstance(w, Floating)]


def test_the_close_button_of_the_frame_puts_the_box_back_where_it_was(host):
    fill(host, "a", "b", "c")
    host.float_out("b")
    host.box("b").window().close()
    settle()
    assert together(host) == [["a", "b", "c"]] and host.box("b").isVisible()


def test_the_close_button_of_the_strip_closes_the_box(host, qtbot):
    fill(host, "a", "b")
    host.float_out("b")
    with qtbot.waitSignal(host.closing) as caught:
        qtbot.mouseClick(button(host, "b", "close"), Qt.MouseButton.LeftButton)
    assert caught.args == ["b"] and host.keys() == ["a"]


def test_a_window_goes_with_the_main_window(host):
    fill(host, "a", "b")
    host.float_out("b")
    host.hide()
    window = host.box("b").window()
    assert window.close() and not window.isVisible()
    assert host.group_of("b").floating  # so a layout saved at the end still has it in its window


def test_new_boxes_open_in_the_main_window_even_when_a_window_is_in_use(host):
    fill(host, "a", "b")
    host.float_out("b")
    fill(host, "c")
    assert together(host) == [["a", "c"], ["b"]]
    assert not host.group_of("b").strip.tabs.findChildren(QToolButton)[0].isVisible()


def test_when_every_box_has_its_own_window_the_docks_say_so_and_take_boxes_back(host):
    fill(host, "a")
    host.float_out("a")
    assert host.findChild(EmptyDocks).isVisible()
    host.dock_back("a")
    settle()
    assert host.box("a").width() == 1000 - 2
    assert not host.findChild(EmptyDocks).isVisible()


def test_a_window_is_placed_where_all_of_it_can_be_seen(host, qapp):
    fill(host, "a", "b")
    state = host.save()
    host.float_out("b")
    state = host.save()
    state["groups"][-1]["window"] = [-4000, 9000, 20000, 20]
    assert host.restore(state)
    assert qapp.primaryScreen().availableGeometry().contains(host.box("b").window().geometry())


# The strip: look and hands


def test_qts_own_tab_bars_and_title_bars_are_never_there(host):
    fill(host, "a", "b", "c")
    host.split("b", "right")
    settle()
    assert not host.findChildren(QTabBar)
    for dock in host.findChildren(QDockWidget):
        assert dock.titleBarWidget().height() == 0
        assert dock.widget().height() == dock.height()


def test_every_strip_shows_all_boxes_of_its_group_and_underlines_the_one_in_front(host):
    fill(host, "a", "b", "c")
    host.split("c", "right")
    tabs = [tab_of(host, key) for key in "ab"]
    assert [tab.text() for tab in tabs] == ["A", "B"]
    assert [tab.isChecked() for tab in tabs] == [False, True]
    tab = tabs[1]
    line = tab.grab().toImage().pixelColor(tab.width() // 2, tab.height() - 2)
    assert line == look().color("edge")  # the keys act in the other dock
    host.focus("b")
    assert tab.grab().toImage().pixelColor(tab.width() // 2, tab.height() - 2) == look().color("accent")


def test_the_strip_is_42_px_high_and_grows_with_the_text(host, qapp):
    fill(host, "a")
    strip = host.group_of("a").strip
    assert strip.height() == 42 and tab_of(host, "a").height() >= 41
    apply_look(qapp, scale=1.5)
    settle()
    assert strip.height() == 63 and tab_of(host, "a").height() >= 62
    assert button(host, "a", "close").iconSize() == QSize(27, 27)


def test_a_click_on_a_tab_selects_it_and_a_middle_click_closes_it(host, qtbot):
    a, _b = fill(host, "a", "b")
    qtbot.mouseClick(tab_of(host, "a"), Qt.MouseButton.LeftButton)
    assert host.current() == "a" and a.hasFocus()
    qtbot.mouseClick(tab_of(host, "b"), Qt.MouseButton.MiddleButton)
    assert host.keys() == ["a"]


def test_arrow_keys_walk_along_the_tabs_and_stay_there(host, qtbot):
    fill(host, "a", "b", "c")
    tab_of(host, "c").setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(tab_of(host, "c"), Qt.Key.Key_Right)
    assert host.current() == "a" and tab_of(host, "a").hasFocus()
    qtbot.keyClick(tab_of(host, "a"), Qt.Key.Key_End)
    assert host.current() == "c"
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    qtbot.keyClick(tab_of(host, "c"), Qt.Key.Key_Right)
    assert host.current() == "b"
    assert [tab_of(host, key).focusPolicy() == Qt.FocusPolicy.TabFocus for key in "abc"] == [False, True, False]


@pytest.mark.parametrize(
    ("key", "modifier", "expected"),
    [
        (Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier, "a"),
        (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, "b"),
    ],
)
def test_ctrl_tab_goes_to_the_next_tab(host, qtbot, key, modifier, expected):
    boxes = fill(host, "a", "b", "c")
    qtbot.keyClick(boxes[2].field, key, modifier)
    assert host.current() == expected


def test_ctrl_w_closes_in_the_main_window_and_in_a_window(host, qtbot):
    _a, b, c = fill(host, "a", "b", "c")
    host.float_out("b")
    qtbot.waitUntil(b.window().isActiveWindow)
    qtbot.keyClick(b.field, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert host.keys() == ["a", "c"]
    host.activateWindow()
    qtbot.waitUntil(host.isActiveWindow)
    qtbot.keyClick(c.field, Qt.Key.Key_W, Qt.KeyboardModifier.ControlModifier)
    assert host.keys() == ["a"]


def test_pop_out_and_maximise_have_keys_that_go_both_ways(host, qtbot):
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    _a, b = fill(host, "a", "b")
    qtbot.keyClick(b.field, Qt.Key.Key_M, both)
    assert host.is_maximised("b")
    qtbot.keyClick(b.field, Qt.Key.Key_M, both)
    assert not host.is_maximised("b")
    qtbot.keyClick(b.field, Qt.Key.Key_O, both)
    assert host.group_of("b").floating
    qtbot.waitUntil(b.window().isActiveWindow)
    qtbot.keyClick(b.field, Qt.Key.Key_O, both)
    assert not host.group_of("b").floating


def test_undo_redo_and_picture_are_handed_to_the_owner(host, qtbot):
    fill(host, "a", "b")
    heard = []
    host.action.connect(lambda key, name: heard.append((key, name)))
    assert not button(host, "b", "undo").isEnabled() and not button(host, "b", "redo").isEnabled()
    host.set_actions_enabled("b", undo=True, redo=True, tips={"undo": "Undo learning rate"})
    for name in ("undo", "redo", "picture"):
        qtbot.mouseClick(button(host, "b", name), Qt.MouseButton.LeftButton)
    assert heard == [("b", "undo"), ("b", "redo"), ("b", "picture")]
    assert button(host, "b", "undo").toolTip() == "Undo learning rate  (Ctrl+Z)"
    host.focus("a")
    assert not button(host, "a", "undo").isEnabled()
    assert button(host, "a", "undo").toolTip() == "Undo  (Ctrl+Z)"


def test_their_keys_work_in_a_window_too(host, qtbot):
    _a, b = fill(host, "a", "b")
    heard = []
    host.action.connect(lambda key, name: heard.append((key, name)))
    qtbot.keyClick(b.field, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    host.float_out("b")
    qtbot.waitUntil(b.window().isActiveWindow)
    for key in (Qt.Key.Key_Z, Qt.Key.Key_Y):
        qtbot.keyClick(b, key, Qt.KeyboardModifier.ControlModifier)
    assert heard == [("b", "picture"), ("b", "undo"), ("b", "redo")]


def test_a_running_box_that_reports_the_same_again_costs_no_work(host, monkeypatch):
    fill(host, "a")
    host.set_actions_enabled("a", undo=True, tips={"undo": "Undo step size"})
    shown = []
    monkeypatch.setattr(host.group_of("a").strip, "show_tabs", lambda *args: shown.append(args))
    for _ in range(3):
        host.set_actions_enabled("a", undo=True, tips={"undo": "Undo step size"})
    assert not shown
    host.set_actions_enabled("a", undo=False)
    assert len(shown) == 1


def test_every_button_has_a_name_and_a_tooltip_with_its_key(host):
    fill(host, "a", "b")
    host.float_out("b")
    for group in host.groups():
        for shown in group.strip.findChildren(QAbstractButton):
            assert shown.accessibleName()
        tips = {name: shown.toolTip() for name, shown in group.strip.buttons.items()}
        assert tips["close"] == "Close  (Ctrl+W)"
        assert tips["float"] == ("Put back" if group.floating else "Pop out") + "  (Ctrl+Shift+O)"
        assert all("(" in tip for tip in tips.values())


def test_a_tab_is_read_with_its_accessible_name_and_place(host):
    host.open(Box(), "hill#2", "Hill", "5, Gradient descent hill")
    assert tab_of(host, "hill#2").accessibleName() == "5, Gradient descent hill"
    assert tab_of(host, "hill#2").accessibleDescription() == "Tab 1 of 1"
    assert host.box("hill#2").accessibleName() == "5, Gradient descent hill"


def test_a_title_is_shown_everywhere(host):
    host.open(Box(), "a", "R&D on hills")
    assert tab_of(host, "a").text() == "R&&D on hills"
    assert host.box("a").accessibleName() == "R&D on hills"
    host.float_out("a")
    assert host.box("a").window().windowTitle() == "R&D on hills"


@menus
def test_the_menu_of_a_tab_has_every_verb_and_acts_on_that_tab(host, qtbot):
    fill(host, "a", "b")
    strip = host.group_of("a").strip
    strip.show_menu("a", QPoint())
    menu = strip.findChild(QMenu)
    words = [action.text().split("\t")[0] for action in menu.actions() if not action.isSeparator()]
    assert words == ["Split right", "Split below", "Pop out", "Maximise", "Close", "Close others"]
    menu.actions()[0].trigger()
    menu.close()
    assert together(host) == [["b"], ["a"]]


@menus
def test_verbs_that_make_no_sense_are_grey(host):
    fill(host, "a")
    strip = host.group_of("a").strip
    strip.show_menu("a", QPoint())
    menu = strip.findChild(QMenu)
    grey = [action.text() for action in menu.actions() if not action.isEnabled() and not action.isSeparator()]
    menu.close()
    assert grey == ["Split right", "Split below", "Close others"]


def test_close_others_leaves_other_docks_alone(host):
    fill(host, "a", "b", "c", "d")
    host.split("d", "right")
    host.close_others("b")
    assert together(host) == [["b"], ["d"]]


def test_in_a_narrow_dock_the_middle_buttons_fold_into_one(host):
    fill(host, "a", "b")
    host.resize(400, 400)
    settle()
    shown = [name for name, shown in button_map(host, "b").items() if shown.isVisible()]
    assert shown == ["close"]
    assert tab_of(host, "b").isVisible()
    host.resize(1000, 640)
    settle()
    assert all(shown.isVisible() for shown in button_map(host, "b").values())


def button_map(host: DockHost, key: str) -> dict[str, QToolButton]:
    return host.group_of(key).strip.buttons


# Many tabs


def test_tabs_that_fit_have_the_width_they_ask_for():
    assert fit_tabs([100, 200], 300, 96, 32, 0) == [100, 200]


def test_short_of_room_the_widest_tabs_give_way_first():
    assert fit_tabs([100, 200, 300], 500, 96, 32, 0) == [100, 200, 200]
    assert fit_tabs([100, 300, 300], 400, 96, 32, 0) == [100, 150, 150]


def test_tabs_beyond_the_room_are_left_out_but_never_the_one_in_use():
    widths = fit_tabs([120] * 10, 420, 96, 32, 7)
    assert [i for i, width in enumerate(widths) if width] == [0, 1, 2, 7]
    assert sum(widths) <= 420 - 32
    assert fit_tabs([120, 120], 60, 96, 32, 1) == [0, 96]
    assert fit_tabs([], 60, 96, 32, 0) == []


def test_a_title_without_room_is_cut_and_told_in_full_by_the_tooltip(host):
    host.resize(700, 400)
    for i in range(4):
        host.open(Box(), f"k{i}", f"A rather long title of an experiment, number {i}")
    settle()
    tab = tab_of(host, "k0")
    assert tab.text().endswith("…") and tab.toolTip().endswith("number 0")
    assert QFontMetrics(look().font("body", 600)).horizontalAdvance(tab.text()) <= tab.width() - 28


@menus
def test_tabs_that_do_not_fit_are_in_a_menu(host, qtbot):
    host.resize(600, 400)
    for i in range(12):
        host.open(Box(), f"k{i}", f"Experiment number {i}")
    settle()
    tabs = host.group_of("k0").strip.tabs
    assert not tab_of(host, "k8").isVisible() and tab_of(host, "k11").isVisible()
    shown = [tab.geometry() for tab in (tab_of(host, f"k{i}") for i in range(12)) if tab.isVisible()]
    assert all(tabs.rect().contains(rect) for rect in shown)
    more = next(found for found in tabs.findChildren(QToolButton) if found.accessibleName() == "All tabs")
    qtbot.mouseClick(more, Qt.MouseButton.LeftButton)
    menu = tabs.findChild(QMenu)
    assert [action.isChecked() for action in menu.actions()] == [False] * 11 + [True]
    menu.actions()[8].trigger()
    menu.close()
    assert host.current() == "k8" and tab_of(host, "k8").isVisible()


def test_tabs_run_from_right_to_left_where_the_language_does(host):
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    fill(host, "a", "b")
    settle()
    assert tab_of(host, "a").x() > tab_of(host, "b").x()
    assert button(host, "a", "close").mapTo(host, QPoint()).x() < 60


# Dragging


@pytest.mark.parametrize(
    ("at", "side"),
    [
        ((500, 300), "tab"),
        ((40, 300), "left"),
        ((960, 300), "right"),
        ((500, 40), "above"),
        ((500, 580), "below"),
        ((100, 580), "below"),  # the nearest edge by share of the side, not by pixels
    ],
)
def test_the_nearest_edge_within_a_quarter_decides_where_a_drop_goes(at, side):
    assert side_of(QSize(1000, 600), QPoint(*at)) == side


@pytest.mark.parametrize(
    ("x", "y", "before"),
    [(0.95, 0.5, "ab"), (0.05, 0.5, "ba"), (0.5, 0.95, "ab"), (0.5, 0.2, "ba")],
)
def test_a_tab_dragged_to_an_edge_of_its_dock_splits_it(host, x, y, before):
    fill(host, "a", "b")
    group = host.group_of("a")
    drag(tab_of(host, "b"), group.mapToGlobal(QPoint(int(x * group.width()), int(y * group.height()))))
    settle()
    measure = left_of if y == 0.5 else top_of
    first, second = before
    assert measure(host, first) < measure(host, second)
    assert together(host) == [["a"], ["b"]]
    size = QWidget.width if y == 0.5 else QWidget.height
    assert abs(size(host.box("a")) - size(host.box("b"))) <= 2


def test_a_tab_dragged_onto_another_dock_joins_it(host):
    fill(host, "a", "b", "c")
    host.split("c", "right")
    settle()
    drag(tab_of(host, "a"), middle(host.group_of("c")))
    assert together(host) == [["b"], ["c", "a"]]
    assert host.current() == "a"


def test_a_tab_dragged_along_its_strip_changes_its_place(host):
    fill(host, "a", "b", "c")
    settle()
    tab = tab_of(host, "a")
    drag(tab_of(host, "c"), tab.mapToGlobal(QPoint(2, 20)))
    assert together(host) == [["c", "a", "b"]]
    assert host.current() == "c"


def test_a_tab_dragged_out_gets_a_window_and_dragged_back_a_place_among_the_tabs(host):
    fill(host, "a", "b")
    host.move(0, 0)
    drag(tab_of(host, "b"), host.mapToGlobal(QPoint(host.width() + 200, 300)))
    assert host.group_of("b").floating
    settle()
    drag(tab_of(host, "b"), tab_of(host, "a").mapToGlobal(QPoint(2, 20)))
    settle()
    assert together(host) == [["b", "a"]]


def test_while_dragging_a_mark_shows_the_drop_and_escape_calls_it_off(host, qtbot):
    fill(host, "a", "b")
    group, tab = host.group_of("b"), tab_of(host, "b")
    drag(tab, group.mapToGlobal(QPoint(group.width() - 10, group.height() // 2)), drop=False)
    mark = host.findChild(DropMark)
    assert mark.isVisible() and mark.geometry().left() == group.width() // 2
    qtbot.keyClick(tab, Qt.Key.Key_Escape)
    settle()
    assert together(host) == [["a", "b"]]
    assert not host.findChildren(DropMark)
    assert host.box("b").hasFocus()


def test_a_small_slip_of_the_hand_is_no_drag(host):
    fill(host, "a", "b")
    tab = tab_of(host, "b")
    drag(tab, middle(tab) + QPoint(QApplication.startDragDistance() - 2, 0))
    assert together(host) == [["a", "b"]] and host.current() == "b"


# Saving and restoring


def arrange(host: DockHost) -> dict:
    fill(host, "a", "b", "c", "d")
    host.split("b", "right")
    host.focus("c")
    host.split("c", "below")
    host.float_out("d")
    host.focus("a")
    settle()
    return json.loads(json.dumps(host.save()))


def test_an_arrangement_comes_back_in_a_new_window(host, qtbot):
    state = arrange(host)
    sizes = {key: host.box(key).size() for key in "abcd"}
    other = DockHost()
    DockInput(other)
    qtbot.addWidget(other)
    other.resize(1000, 640)
    fill(other, "d", "c", "b", "a")
    assert other.restore(state)
    other.show()
    qtbot.waitExposed(other)
    settle()
    assert sorted(map(sorted, together(other))) == sorted(map(sorted, together(host)))
    assert other.group_of("d").floating
    assert {key: other.box(key).size() for key in "abcd"} == sizes
    assert other.current() == "a"
    assert all(other.box(key).isVisible() for key in "abcd")


def test_restoring_twice_and_in_place_gives_the_same(host):
    state = arrange(host)
    sizes = {key: host.box(key).size() for key in "abcd"}
    for _ in range(2):
        assert host.restore(state)
        settle()
        assert {key: host.box(key).size() for key in "abcd"} == sizes
        assert json.loads(json.dumps(host.save())) == state


def test_boxes_that_are_gone_are_left_out_and_new_ones_join(host):
    state = arrange(host)
    for key in "bd":
        host.close(key)
    fill(host, "new")
    assert host.restore(state)
    settle()
    assert sorted(map(sorted, together(host))) == [["a", "new"], ["c"]]
    assert all(group.isVisible() for group in host.groups())


def test_a_maximised_dock_is_maximised_again(host):
    fill(host, "a", "b")
    host.split("b", "right")
    settle()
    width = host.box("a").width()
    host.maximise("b")
    state = host.save()
    heard = []
    host.current_changed.connect(heard.append)
    assert host.restore(state)
    assert not heard
    settle()
    assert host.is_maximised("b") and not host.box("a").isVisible()
    host.show_all()
    settle()
    assert abs(host.box("a").width() - width) <= 2


def spoilt(state: dict, **changes: object) -> dict:
    return {**state, **changes}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda s: {},
        lambda s: None,
        lambda s: [],
        lambda s: spoilt(s, version=99),
        lambda s: spoilt(s, qt="not base64!"),
        lambda s: spoilt(s, qt="AAAA"),
        lambda s: spoilt(s, groups=[{"name": "x"}]),
        lambda s: spoilt(s, groups=[7]),
        lambda s: spoilt(s, groups=s["groups"] * 2),
        lambda s: spoilt(s, groups=[{**s["groups"][0], "window": [1, 2]}]),
        lambda s: spoilt(s, current=None),
    ],
)
def test_a_state_that_cannot_be_read_gives_all_boxes_as_tabs(host, spoil):
    state = arrange(host)
    assert host.restore(spoil(state)) is False
    settle()
    assert [sorted(keys) for keys in together(host)] == [["a", "b", "c", "d"]]
    assert host.box(host.current()).isVisible()
    assert len(host.findChildren(QDockWidget)) == 1


def test_a_layout_is_the_same_after_a_journey_through_json():
    state = {
        "version": 1,
        "groups": [
            {"name": "g", "keys": ["a", "b"], "current": "b"},
            {"name": "h", "keys": ["c"], "current": "c", "window": [1, 2, 300, 400]},
        ],
        "current": "c",
        "maximised": False,
        "qt": "AAEC",
    }
    assert Layout.from_dict(state, "abc").to_dict() == state
    fewer = Layout.from_dict(state, "a")
    assert [group.keys for group in fewer.groups] == [("a",)]
    assert fewer.groups[0].current == "a"


# Nothing left behind


def count(host: DockHost) -> tuple[int, int]:
    """Objects below the host, without the finished animations that Qt deletes when it is idle; all widgets."""
    ours = [found for found in host.findChildren(QObject) if not isinstance(found, QAbstractAnimation)]
    return len(ours), len(QApplication.allWidgets())


def test_opening_and_closing_twenty_boxes_leaves_nothing(host):
    fill(host, "stays")
    for _ in range(2):  # the first turn fills caches and is not counted
        settle()
        gc.collect()
        before = count(host)
        gone = []
        for i in range(20):
            box = Box()
            gone.append(weakref.ref(box))
            host.open(box, f"k{i}", f"Box {i}")
            host.set_actions_enabled(f"k{i}", undo=True)
            del box
        host.split("k3", "right")
        host.float_out("k4")
        host.maximise("k5")
        for i in range(20):
            host.close(f"k{i}")
        settle()
        gc.collect()
        assert [ref() for ref in gone if ref() is not None] == []
    assert count(host) == before


def test_a_deleted_host_leaves_no_listener_behind(qtbot, qapp):
    host = DockHost()
    DockInput(host)
    host.show()
    fill(host, "a", "b")
    host.float_out("b")
    gone = weakref.ref(host)
    host.deleteLater()
    del host
    settle()
    gc.collect()
    assert gone() is None
    field = QLineEdit()
    qtbot.addWidget(field)
    field.show()
    field.setFocus()
    assert not [w for w in qapp.topLevelWidgets() if isinstance(w, Floating)]


def test_the_docks_keep_no_timer_running(host):
    fill(host, "a", "b")
    host.float_out("b")
    settle()
    assert not [timer for timer in host.findChildren(QTimer) if timer.isActive()]


def test_another_theme_repaints_the_cards(host, qapp):
    fill(host, "a")
    settle()
    apply_look(qapp, palette=DARK)
    settle()
    picture = host.grab().toImage()
    assert picture.pixelColor(500, 20) == look().color("sunken")
    assert picture.pixelColor(500, 400) == look().color("surface")
    assert picture.pixelColor(1, 1) == look().color("canvas")
