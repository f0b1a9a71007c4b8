"""The picture of attention under test: shown with any frame, and what it asks for noted down."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPoint, QRectF

from lab.core.simulation import Set
from lab.experiments.e17_attention.presets import OWN
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.view import View
from tests.desk import Frames, opened

FRAMES = Frames("attention")
SPECIFICATION, framed, shown = FRAMES.specification, FRAMES.framed, FRAMES.shown


def made_view(qtbot: Any) -> View:
    """The picture as large as at 1366 × 768 with the lesson open."""
    made = View()
    made.show_display(Display())
    return opened(made, qtbot, framed(text=OWN))


def values_of(found: list[tuple[Any, str]]) -> list[dict[str, Any]]:
    return [dict(action.values) for action, _gesture in found if isinstance(action, Set)]


def middle(rect: QRectF) -> QPoint:
    return rect.center().toPoint()
