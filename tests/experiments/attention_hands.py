"""The picture of attention under test: shown with any frame, and what it asks for noted down."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRectF
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.presets import OWN
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.view import View

SPECIFICATION = find("attention").load()


def framed(steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> AttentionFrame:
    return played(SPECIFICATION, Setting(values, 0, tuple((0, action) for action in actions), steps)).snapshot()


def made_view(qtbot: Any, qapp: QApplication) -> View:
    """The picture as large as at 1366 × 768 with the lesson open."""
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 555)
    made.show_display(Display())
    made.show()
    made.show_frame(framed(text=OWN))
    made.activateWindow()
    QApplication.processEvents()
    return made


def shown(view: View, steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> Any:
    """The page that shows such a frame, laid out."""
    frame = framed(steps, actions, **values)
    view.show_frame(frame)
    QApplication.processEvents()
    return view.page(frame.params.page)


def heard(view: View) -> list[tuple[Any, str]]:
    """What is asked for, each with the gesture it belongs to, as the box hears it."""
    found: list[tuple[Any, str]] = []
    view.acted.connect(lambda action, gesture: found.append((action, gesture)))
    return found


def values_of(found: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    return [dict(action.values) for action, _gesture in found if isinstance(action, Set)]


def middle(rect: QRectF) -> QPoint:
    return rect.center().toPoint()
