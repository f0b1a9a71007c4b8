"""The tabs of a dock: one button to a box, as wide as its title while there is room.

When room is short the longest titles are cut first; when even short tabs do not fit, the last ones move into
a menu behind ▾, but never the tab in use. A tab is pressed to select it, middle-clicked to close it, and
dragged to move it; the keys are those of any row of tabs: arrows, Home, End. Only the tab in use is a stop of
the Tab key, so that crossing a strip of ten boxes takes one key press, not ten.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QApplication, QPushButton, QSizePolicy, QStyle, QWidget

from lab.core.records import dataclass
from lab.core.text import _
from lab.shell.command import add_entry, new_menu, pop_up
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton, plain

__all__ = ["TabButton", "TabName", "TabRow", "fit_tabs"]

WIDEST, NARROWEST = 280, 120  # px at 100 %


@dataclass(frozen=True, slots=True)
class TabName:
    """What a tab shows and says: the box's key, its title, and its name for a screen reader."""

    key: str
    title: str
    accessible: str = ""


def fit_tabs(natural: Sequence[int], room: int, least: int, more: int, current: int) -> list[int]:
    """The widths of tabs that would like to be `natural` wide, in `room`; all in pixels.

    The widest give way first, none below `least`. If that is not enough, tabs are left out from the end
    (width 0) and `more` is kept free for the button that lists them; the tab `current` always stays.
    """
    shortest = [min(width, least) for width in natural]
    if sum(shortest) <= room:
        caps = range(max(natural, default=0), least, -1)
        cap = next((c for c in caps if sum(min(width, c) for width in natural) <= room), least)
        return [min(width, cap) for width in natural]
    room -= more
    shown, used = {current}, shortest[current]
    for i, width in enumerate(shortest):
        if i != current and used + width > room:
            break
        if i != current:
            used += width
        shown.add(i)
    kept = sorted(shown)
    widths = dict(zip(kept, fit_tabs([natural[i] for i in kept], max(room, used), least, 0, 0)))
    return [widths.get(i, 0) for i in range(len(natural))]


class TabButton(Refreshing, QPushButton):
    """One tab. Its row emits what is done with it; it decides nothing itself."""

    def __init__(self, row: TabRow, name: TabName) -> None:
        super().__init__(row)
        self._row, self.name = row, name
        self.highlighted = True  # False: the keys act in another dock at the moment
        self._pressed_at: QPoint | None = None
        self._dragging = False
        self.setCheckable(True)
        kind(self, "tab")
        self.pressed.connect(self._pick)

    def relook(self) -> None:
        self.fit(self.width())

    def rename(self, name: TabName, place: str) -> None:
        self.name = name
        self.setAccessibleName(name.accessible or name.title)
        self.setAccessibleDescription(place)

    def fit(self, width: int) -> None:
        """Show as much of the title as `width` pixels hold; what is cut is in the tooltip."""
        metrics = self._metrics()
        whole = self.name.title
        text = metrics.elidedText(whole, Qt.TextElideMode.ElideRight, width - 2 * look().px(14))
        self.setText(plain(text))
        self.setToolTip("" if text == whole else whole)

    def sizeHint(self) -> QSize:
        wanted = self._metrics().horizontalAdvance(self.name.title) + 2 * look().px(14) + 2
        return QSize(min(wanted, look().px(WIDEST)), look().px(42))

    def minimumSizeHint(self) -> QSize:
        return QSize(min(self.sizeHint().width(), look().px(NARROWEST)), look().px(42))

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(look().font("body", 600))  # as bold as when in use: picking a tab moves no other

    def nextCheckState(self) -> None:
        """The row says which tab is in use; a click alone does not toggle it."""

    def _pick(self) -> None:
        self._row.picked.emit(self.name.key)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton:
            event.accept()
            return
        self._pressed_at = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed_at is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        way = (event.position().toPoint() - self._pressed_at).manhattanLength()
        if not self._dragging and way >= QApplication.startDragDistance():
            self._dragging = True
            self.setDown(False)
            self.setFocus(Qt.FocusReason.MouseFocusReason)  # so that Esc ends the drag
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._dragging:
            self._row.dragged.emit(self.name.key, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.MiddleButton and self.rect().contains(event.position().toPoint()):
            self._row.closed.emit(self.name.key)
        elif self._dragging:
            self._end_drag(event.globalPosition().toPoint(), True)
        else:
            self._pressed_at = None
            super().mouseReleaseEvent(event)

    def _end_drag(self, at: QPoint, kept: bool) -> None:
        self._dragging, self._pressed_at = False, None
        self.unsetCursor()
        self._row.dropped.emit(self.name.key, at, kept)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and self._dragging:
            event.accept()  # Esc is ours for a while, whatever else it may mean
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self._dragging:
            if key == Qt.Key.Key_Escape:
                self._end_drag(QPoint(), False)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            self._row.step(self.name.key, key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._pick()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        at = self.mapToGlobal(QPoint(0, self.height())) if by_key else event.globalPos()
        self._row.menu_requested.emit(self.name.key, at)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.isChecked() and not self.highlighted:
            painter = QPainter(self)
            painter.fillRect(0, self.height() - 3, self.width(), 3, look().color("edge"))
            painter.end()


class TabRow(Refreshing, QWidget):
    """The tabs of one dock, the ▾ menu of those that do not fit, and the + that asks for another box."""

    picked = Signal(str)
    closed = Signal(str)
    menu_requested = Signal(str, QPoint)
    dragged = Signal(str, QPoint)
    dropped = Signal(str, QPoint, bool)  # key, where, kept: False when Esc ended the drag
    add_requested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._tabs: list[TabButton] = []
        self._current = ""
        self._add = IconButton("plus", _("Open an experiment"), parent=self)
        self._add.clicked.connect(self.add_requested)
        self._more = IconButton("chevron-down", _("All tabs"), parent=self)
        self._more.clicked.connect(self._list_all)
        for button in (self._add, self._more):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the experiment
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_tabs(self, names: Sequence[TabName], current: str) -> None:
        """Show these tabs in this order, with `current` in use; buttons of boxes that stay are kept."""
        old = {tab.name.key: tab for tab in self._tabs}
        self._tabs = [old.pop(name.key) if name.key in old else TabButton(self, name) for name in names]
        for tab in old.values():
            tab.hide()
            tab.deleteLater()
        if self._tabs:  # where the row stands: what is made later comes last of the window
            QWidget.setTabOrder(self._add, self._tabs[0])
        for i, (tab, name) in enumerate(zip(self._tabs, names)):
            tab.rename(name, _("Tab {n} of {total}").format(n=i + 1, total=len(names)))
            tab.setChecked(name.key == current)
            policy = Qt.FocusPolicy.TabFocus if name.key == current else Qt.FocusPolicy.NoFocus
            tab.setFocusPolicy(policy)
            if i:
                QWidget.setTabOrder(self._tabs[i - 1], tab)
        if self._tabs:
            QWidget.setTabOrder(self._tabs[-1], self._more)
            QWidget.setTabOrder(self._more, self._add)
        self._current = current
        self._arrange()

    def show_state(self, highlighted: bool, can_add: bool) -> None:
        """`highlighted`: the keys act on this dock; `can_add`: show the +."""
        self._add.setVisible(can_add)
        for tab in self._tabs:
            tab.highlighted = highlighted
            tab.update()
        self._arrange()

    def tab(self, key: str) -> TabButton:
        """The button of a box. Raises ValueError when the row has none."""
        for tab in self._tabs:
            if tab.name.key == key:
                return tab
        raise ValueError(f"no tab '{key}'; there is {', '.join(tab.name.key for tab in self._tabs)}")

    def has_focus(self) -> bool:
        return any(tab.hasFocus() for tab in self._tabs)

    def insertion(self, x: int) -> int:
        """The place among all tabs that one dropped at `x` (pixels in this row) would take."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for i, tab in enumerate(self._tabs):
            middle = tab.geometry().center().x()
            if tab.isVisible() and (middle < x if rtl else middle > x):
                return i
        return len(self._tabs)

    def edge(self, index: int) -> int:
        """The x of the gap before the tab at `index`, for the mark that shows where a tab would drop."""
        rtl = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        shown = [tab.geometry() for tab in self._tabs[:index] if tab.isVisible()]
        if not shown:
            return self.width() if rtl else 0
        return shown[-1].left() if rtl else shown[-1].right() + 1

    def sizeHint(self) -> QSize:
        wanted = sum(tab.sizeHint().width() for tab in self._tabs) + look().px(36)
        return QSize(wanted, look().px(42))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(NARROWEST + 2 * 32), look().px(42))

    def relook(self) -> None:
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _arrange(self) -> None:
        px, high = look().px, self.height()
        side = px(32)
        room = self.width() - (side + px(4) if self._add.isVisibleTo(self) else 0)
        keys = [tab.name.key for tab in self._tabs]
        current = keys.index(self._current) if self._current in keys else 0
        widths = fit_tabs([tab.sizeHint().width() for tab in self._tabs], room, px(NARROWEST), side, current)
        x = 0
        for tab, width in zip(self._tabs, widths):
            tab.setVisible(width > 0)
            if width:
                self._put(tab, x, width, 0)
                tab.fit(width)
                x += width
        self._more.setVisible(0 in widths)
        if 0 in widths:
            self._put(self._more, x, side, (high - side) // 2)
            x += side
        self._put(self._add, x + px(4), side, (high - side) // 2)

    def _put(self, widget: QWidget, x: int, width: int, y: int) -> None:
        rect = QRect(x, y, width, self.height() - 2 * y)
        widget.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), rect))

    def step(self, key: str, pressed: Qt.Key) -> None:
        """An arrow, Home or End was pressed on a tab: another one is picked."""
        keys = [tab.name.key for tab in self._tabs]
        at = keys.index(key)
        forward = Qt.Key.Key_Right
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            forward = Qt.Key.Key_Left
        to = (at + (1 if pressed == forward else -1)) % len(keys)
        if pressed in (Qt.Key.Key_Home, Qt.Key.Key_End):
            to = 0 if pressed == Qt.Key.Key_Home else len(keys) - 1
        self.picked.emit(keys[to])

    def _list_all(self) -> None:
        menu = new_menu(self)
        for tab in self._tabs:
            action = add_entry(menu, tab.name.title, partial(self.picked.emit, tab.name.key))
            action.setCheckable(True)
            action.setChecked(tab.isChecked())
        pop_up(menu, self._more)
