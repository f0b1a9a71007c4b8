"""Your own language model, the picture: driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e25_capstone import thumbnail
from lab.experiments.e25_capstone.gestures import TakeText
from lab.experiments.e25_capstone.view import View
from widgets.base.colors import DARK, LIGHT

SPECIFICATION = find("capstone").load()
LEFT = Qt.MouseButton.LeftButton
SMALL_RUN = {"corpus": "own", "width": 16, "context": 16, "batch": 4, "steps": 60}


def framed(steps: int = 0, /, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, (), steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 560)
    made.show()
    made.show_frame(framed(**SMALL_RUN))
    return made


def test_the_ladder_stands_beside_the_curves(view: View) -> None:
    frame = framed(60, **SMALL_RUN)
    view.show_frame(frame)
    series = {one.name: one for one in view.page("train").plot.series()}
    assert series["held-out loss"].y.tolist() == frame.page.judged[:, 2].tolist()
    levels = [one.y[0] for name, one in series.items() if "runs" in name or "pairs" in name or "single" in name]
    assert levels == [rung.loss for rung in frame.page.rungs]


def test_before_the_first_step_there_are_only_rivals(view: View) -> None:
    names = [one.name for one in view.page("train").plot.series() if len(one.x)]
    assert len(names) == 5 and "each batch" not in names


def test_samples_are_told_newest_first(view: View) -> None:
    frame = framed(60, **SMALL_RUN)
    view.show_frame(frame)
    told = view.page("train").stream.summary()
    assert told.startswith(f"60: {frame.page.samples[-1].text}")


def test_a_text_of_ones_own_is_pasted_and_used(view: View, qtbot: Any) -> None:
    heard: list[Any] = []
    view.acted.connect(lambda action, _gesture: heard.append(action))
    view.show_frame(framed())
    qtbot.mouseClick(view.page("train").text, LEFT)
    assert view.own.isVisible()
    view.own.text.setPlainText("too short")
    assert not view.own.use.isEnabled()
    view.own.text.setPlainText("all the birds sing. " * 30)
    qtbot.mouseClick(view.own.use, LEFT)
    assert heard == [Set({"corpus": "own"}), TakeText("all the birds sing. " * 30)]


@pytest.mark.parametrize("steps", [0, 60])
def test_the_pictures_can_be_exported(view: View, steps: int) -> None:
    view.show_frame(framed(steps, **SMALL_RUN))
    for picture in view.pictures():
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 600, 400))
        painter.end()
        colours = {image.pixel(x, y) for x in range(0, 600, 3) for y in range(0, 400, 3)}
        assert len(colours) > 3


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_card_is_painted(palette: Any) -> None:
    image = QImage(240, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 240, 120), palette)
    painter.end()
    assert len({image.pixel(x, y) for x in range(0, 240, 2) for y in range(0, 120, 2)}) > 4
