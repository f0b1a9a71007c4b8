"""What the tests of the widgets share: no screen, our letters and icons, and the light look to begin with."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication, QWidget

from widgets.icon import use_icons
from widgets.look import Look, apply_look, load_fonts

ASSETS = Path(__file__).resolve().parents[2] / "assets"


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application with our style, fonts and icons."""
    qapp.setStyle("Fusion")
    load_fonts(ASSETS / "fonts")
    use_icons(ASSETS / "icons")
    return qapp


@pytest.fixture(autouse=True)
def light(dressed: QApplication) -> QApplication:
    """Every test begins in the light theme at 100 %, without the widgets of the test before."""
    dressed.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(dressed, Look())
    return dressed


@pytest.fixture
def front(qtbot) -> Callable[[QWidget], QWidget]:
    """Show a widget as the active window, so that it can have the focus."""

    def bring(widget: QWidget) -> QWidget:
        qtbot.addWidget(widget)
        widget.show()
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow, timeout=2000)
        return widget

    return bring
