"""A view and the run behind it, without a window or a thread: what is done is answered at once."""

from __future__ import annotations

from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from lab.catalog import find
from lab.core.experiment import Experiment, Setting
from lab.core.headless import played
from lab.core.params import replaced
from lab.core.scene import Scene
from lab.core.simulation import Set
from lab.kit_qt.view import ExperimentView
from lab.runtime.track import Track
from tests.asking import metrics_of

__all__ = ["SIZE", "Desk", "Frames", "drop", "heard", "on_screen", "opened", "type_into"]

LEFT = Qt.MouseButton.LeftButton
SIZE = (702, 555)  # of a view in a window of 1366 by 768, with the lesson open

V = TypeVar("V", bound=ExperimentView[Any, Any])


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


class Frames:
    """The frames of an experiment, and views that draw them: no run answers what they ask for."""

    def __init__(self, id: str) -> None:
        self.specification = find(id).load()

    def framed(self, steps: int = 0, /, actions: tuple[Any, ...] = (), **values: Any) -> Any:
        """The frame after so many steps, with actions at the start."""
        setting = Setting(values, 0, tuple((0, action) for action in actions), steps)
        return played(self.specification, setting).snapshot()

    def shown(self, view: Any, steps: int = 0, /, actions: tuple[Any, ...] = (), **values: Any) -> Any:
        """The page that shows such a frame, laid out."""
        view.show_frame(self.framed(steps, actions, **values))
        QApplication.processEvents()
        return view.page(view.open_page())


def opened(view: V, qtbot: Any, frame: Any, size: tuple[int, int] = SIZE) -> V:
    """A view in front of all others, with a frame; those of the tests before are gone."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qtbot.addWidget(view)
    view.resize(*size)
    view.show()
    view.show_frame(frame)
    view.activateWindow()
    QApplication.processEvents()
    return view


def heard(view: Any) -> list[tuple[Any, str]]:
    """What is asked for, each with the gesture it belongs to, as the box hears it."""
    found: list[tuple[Any, str]] = []
    view.acted.connect(lambda action, gesture: found.append((action, gesture)))
    return found


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
