"""A view and the run behind it, without a window or a thread: what is done is answered at once."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lab.core.experiment import Experiment
from lab.core.params import replaced
from lab.core.scene import Scene
from lab.core.simulation import Set
from lab.runtime.track import Track
from tests.asking import metrics_of

__all__ = ["Desk", "drop", "on_screen", "type_into"]

LEFT = Qt.MouseButton.LeftButton


class Desk:
    """What the shell does for a view, as short as it can be said. `setting`: of a preset, instead of `params`."""

    def __init__(self, view: Any, experiment: Experiment, setting: Any = None, **params: object) -> None:
        self.view, self.experiment, self.requested = view, experiment, []
        self.display = experiment.load().display()
        scene = Scene.of(experiment, setting) if setting else Scene(experiment.id, params=params)
        self.track = Track(experiment, scene)
        self.track.run_to_goal()
        view.acted.connect(self.act)
        view.display_changed.connect(self.show_option)
        view.requested.connect(self.requested.append)
        view.show_display(self.display)
        self.show()

    def show(self) -> None:
        self.view.show_frame(self.frame)

    def act(self, action: object, merge: str = "") -> None:
        if isinstance(action, Set):
            self.track.set(dict(action.values), merge)
        else:
            self.track.act(action, merge)
        self.show()

    def show_option(self, name: str, value: object) -> None:
        self.display = replaced(self.display, {name: value})
        self.view.show_display(self.display)

    def go(self, step: int) -> None:
        self.track.go(step)
        self.track.run_to_goal()
        self.show()

    def undo(self) -> None:
        self.track.undo()
        self.show()

    @property
    def frame(self) -> Any:
        return self.track.snapshot()

    @property
    def params(self) -> Any:
        return self.track.params

    @property
    def metrics(self) -> Any:
        return metrics_of(self.frame)

    def drag(self, canvas: QWidget, start: QPoint, end: QPoint) -> None:
        QTest.mousePress(canvas, LEFT, pos=start)
        for share in (0.3, 0.6, 1.0):
            QTest.mouseMove(canvas, start * (1 - share) + end * share)
        QTest.mouseRelease(canvas, LEFT, pos=end)


def on_screen(canvas: Any, x: float, y: float) -> QPoint:
    """The pixel of a data point."""
    across, down = canvas.view().screen(x, y)
    return QPoint(round(across), round(down))


def type_into(field: Any, typed: str) -> None:
    """Write into a field in place of what stands there, and press Enter."""
    field.setFocus()
    field.selectAll()
    field.insert(typed)  # QTest can only type Latin letters
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)


def drop(target: QWidget, text: str = "", file: object = "") -> bool:
    """Drag a text or a file onto a widget and let it go there, as the window system does. Whether it was taken."""
    data = QMimeData()
    if text:
        data.setText(text)
    if file:
        data.setUrls([QUrl.fromLocalFile(str(file))])
    how = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    enters = QDragEnterEvent(QPoint(9, 9), *how)
    enters.ignore()
    QApplication.sendEvent(target, enters)
    if not enters.isAccepted():
        QApplication.sendEvent(target, QDragLeaveEvent())
        return False
    lands = QDropEvent(QPointF(9, 9), *how)
    QApplication.sendEvent(target, lands)
    return lands.isAccepted()
