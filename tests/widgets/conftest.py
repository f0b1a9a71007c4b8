"""What the tests of the widgets share, beyond what every test stands on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QApplication, QWidget

from widgets.base.look import Look, apply_look


@pytest.fixture(autouse=True)
def light(qapp: QApplication) -> QApplication:
    """Every test begins in the light theme at 100 %, without the widgets of the test before."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setCursorFlashTime(0)  # two pictures of one page are the same, whenever they are taken
    apply_look(qapp, Look())
    return qapp


@pytest.fixture
def front(qtbot) -> Callable[[QWidget], QWidget]:
    """Show a widget as the active window, so that it can have the focus."""

    def bring(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        QCursor.setPos(0, 0)  # wherever the test before left it, nothing is hovered over now
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow, timeout=2000)
        return widget

    return bring
