"""A network with its numbers in it: tiles, strips, and the hand on inputs."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor

from widgets.base.colors import DARK, LIGHT
from widgets.canvas.colormap import diverging_lut
from widgets.graphs.net_shape import BIAS, Link, NetShape
from widgets.graphs.value_net import INPUTS, ValueNet, number_color

LEFT = Qt.MouseButton.LeftButton


def shape(*sizes: int) -> NetShape:
    rng = np.random.default_rng(0)
    weights = tuple(rng.normal(size=(n_out, n_in)) for n_in, n_out in itertools.pairwise(sizes))
    return NetShape(weights, tuple(np.zeros(n) for n in sizes[1:]), (), tuple(f"x{i}" for i in range(sizes[0])))


@pytest.fixture
def net(qtbot: Any) -> ValueNet:
    made = ValueNet()
    qtbot.addWidget(made)
    made.resize(380, 240)
    made.set_shape(shape(2, 3, 1))
    made.set_values((np.array([0.5, -1.0]), np.array([0.1, np.nan, 2000.0]), np.array([np.nan])), (1, 0))
    made.show()
    return made


def test_an_input_is_a_link_of_its_own_and_a_press_picks(net: ValueNet, qtbot: Any) -> None:
    picked, set_to = [], []
    net.picked.connect(lambda column, unit: picked.append((column, unit)))
    net.weight_set.connect(lambda link, value: set_to.append((link, value)))
    spot = net.places().tiles[0][1].center().toPoint()
    assert net.link_at(spot.toPointF()) == Link(INPUTS, 1, BIAS)
    qtbot.mouseClick(net, LEFT, pos=spot)
    qtbot.mouseClick(net, LEFT, pos=net.places().tiles[1][2].center().toPoint())
    assert picked == [(0, 1), (1, 2)] and not set_to
    qtbot.mousePress(net, LEFT, pos=spot)
    qtbot.mouseMove(net, spot + QPoint(0, 40))
    qtbot.mouseRelease(net, LEFT, pos=spot + QPoint(0, 40))
    assert set_to == [(Link(INPUTS, 1, BIAS), -2.0)]


def test_a_double_click_types_the_value_of_an_input(net: ValueNet, qtbot: Any) -> None:
    set_to: list[Any] = []
    net.weight_set.connect(lambda link, value: set_to.append((link, value)))
    qtbot.mouseDClick(net, LEFT, pos=net.places().tiles[0][0].center().toPoint())
    assert net.field.isVisible() and net.field.value() == 0.5
    net.field.selectAll()
    qtbot.keyClicks(net.field, "3")
    qtbot.keyClick(net.field, Qt.Key.Key_Return)
    assert set_to == [(Link(INPUTS, 0, BIAS), 3.0)]
    assert net.shape().sizes == (2, 3, 1)


def test_many_units_become_a_strip_within_the_picture(net: ValueNet) -> None:
    net.set_shape(shape(64, 32, 10))
    net.set_values((np.ones(64), np.ones(32), np.full(10, np.nan)), (2, 3))
    boxes = net.places().tiles[0]
    assert len(boxes) == 64 and boxes[0].top() >= 0 and boxes[-1].bottom() <= net.height()
    assert all(one.bottom() <= other.top() for one, other in itertools.pairwise(boxes))
    assert not net.grab().isNull()


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_a_number_can_be_read_on_every_tile(palette: Any) -> None:
    """WCAG 2 asks for a contrast of 4.5 : 1."""
    for red, green, blue, _alpha in diverging_lut(palette).tolist():
        tile = QColor(red, green, blue)
        assert contrast(tile, number_color(tile)) >= 4.5, tile.name()


def contrast(one: QColor, other: QColor) -> float:
    low, high = sorted(luminance(color) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def luminance(color: QColor) -> float:
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
