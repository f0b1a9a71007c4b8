"""A view and its column of controls: side by side, or in a narrow box the column in a drawer at the edge.

The drawer lies over the view only while it is open, and it is opened by the learner alone: with its tab, which stays
in sight, or with the key. Esc closes it, and the keyboard is back where it was.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QStyle, QWidget
from shiboken6 import isValid

from lab.core.text import _
from lab.shell.box.side_panel import SidePanel
from widgets.base.layouts import hbox, vbox
from widgets.base.look import look
from widgets.controls.edge_tab import EdgeTab

__all__ = ["KEY", "Body"]

KEY = "F3"
NARROW = 860  # pixels of a box at 100 % text, below which the view would be too small beside its controls


class _Sheet(QWidget):
    """What the column stands on; as a drawer it has an edge."""

    edged = False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), look().color("surface"))
        if self.edged:
            painter.setPen(look().color("edge"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class Body(QWidget):
    """What stands above the run bar of a box. It is there first, and what it holds is made in it: a widget that is put
    into another meets the style sheet again, with all that is in it."""

    def __init__(self, box: QWidget) -> None:
        super().__init__(box)
        self.frame = _Sheet(self)
        self.is_drawer = False
        box.installEventFilter(self)

    def hold(self, view: QWidget, side: SidePanel) -> None:
        """Lay out a view that was made in here, and a column that was made in `frame`, once."""
        self.view, self.side = view, side
        self._inner = vbox(side, on=self.frame)
        self.tab = EdgeTab("panel-right-open", _("Controls"), KEY, self)
        self.tab.hide()
        self.tab.clicked.connect(self.toggle)
        self._row = hbox((view, 1), self.frame, on=self)
        self._before: QWidget | None = None  # what had the keyboard when the drawer was opened

    # ------------------------------------------------------------------------------------- the drawer

    @property
    def is_open(self) -> bool:
        """Whether the drawer lies open over the view."""
        return self.is_drawer and not self.frame.isHidden()

    def toggle(self) -> None:
        """Open the drawer and go into it, or close it; beside the view, only go to the controls."""
        if self.is_open:
            self.close_drawer()
            return
        self._before = QApplication.focusWidget()
        if self.is_drawer:
            self.frame.show()
            self.frame.raise_()
            self._show_state()
            self._place()
        first = self._first()
        if first is not None:
            first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def close_drawer(self) -> None:
        """Close the drawer; the keyboard goes back to where it was."""
        if not self.is_open:
            return
        inside = self.frame.isAncestorOf(QApplication.focusWidget() or self)
        self.frame.hide()
        self._show_state()
        before, self._before = self._before, None
        usable = before is not None and isValid(before) and before.isVisible()
        if inside:
            (before if usable and before is not None else self.tab).setFocus(Qt.FocusReason.OtherFocusReason)

    def anchor(self, button: QWidget) -> QWidget:
        """Where a menu of a button of the column opens: at its tab, while the drawer is closed."""
        return button if button.isVisible() else self.tab

    def _first(self) -> QWidget | None:
        """The first control that the Tab key reaches."""
        widget = self.frame.nextInFocusChain()
        while widget is not None and widget is not self.frame:
            may = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
            if self.frame.isAncestorOf(widget) and may and widget.isEnabled() and widget.isVisible():
                return widget
            widget = widget.nextInFocusChain()
        return None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc closes the drawer, whatever else it may mean elsewhere."""
        kinds = (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        asked = event.type() in kinds and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        if asked and self.is_open:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.close_drawer()
            return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------------------------------- look

    def fit(self, width: int, compact: bool) -> None:
        """Arrange for a box so wide, in pixels, in a low window or in a high one."""
        px = look().px
        drawer = width < px(NARROW)
        self.side.fit(compact)
        if drawer != self.is_drawer:
            self._turn(drawer)
        edge = px(8 if drawer else 16)
        self._row.setContentsMargins(px(16), px(8 if compact else 14), edge, px(6 if compact else 10))
        self._row.setSpacing(px(8 if drawer else 18))
        margin = px(12) if drawer else 0
        self._inner.setContentsMargins(margin, margin, margin, margin)
        self._place()

    def _turn(self, drawer: bool) -> None:
        """Take the column out of the row, or put it back."""
        self.is_drawer = drawer
        self.frame.edged = drawer
        out, back = (self.frame, self.tab) if drawer else (self.tab, self.frame)
        self._row.removeWidget(out)
        self._row.addWidget(back)
        self.frame.setVisible(not drawer)
        self.tab.setVisible(drawer)
        self._show_state()

    def _show_state(self) -> None:
        opened = self.is_open
        self.tab.setChecked(opened)
        self.tab.set_face("panel-right-close" if opened else "panel-right-open", _("Controls"), KEY)

    def _place(self) -> None:
        """The open drawer lies beside its tab, as high as there is room."""
        if not self.is_drawer:
            return
        right = self.width() - self.tab.width() - self._row.contentsMargins().right()
        wide = min(self.frame.sizeHint().width(), right)
        rect = QRect(right - wide, 0, wide, self.height())
        self.frame.setGeometry(QStyle.visualRect(self.layoutDirection(), self.rect(), rect))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()
