"""A network as a picture: every tile and link where the hand finds it."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from widgets.base.look import look
from widgets.graphs.net_map import BIAS, Link, NetMap, NetShape
from widgets.graphs.net_paint import MOST_LINKS, NetLayout

LEFT = Qt.MouseButton.LeftButton


def net(*sizes: int) -> NetShape:
    rng = np.random.default_rng(0)
    weights = tuple(rng.normal(size=(b, a)) for a, b in pairwise(sizes))
    maps = tuple(rng.uniform(size=(n, 10, 10)).astype(np.float32) for n in sizes)
    return NetShape(
        weights,
        tuple(np.zeros(n) for n in sizes[1:]),
        maps,
        tuple(f"x{i}" for i in range(sizes[0])),
        ("",) * sizes[-1],
        dead=tuple(np.arange(n) == 0 for n in sizes[1:-1]),
        classes=tuple(range(sizes[-1])),
    )


@pytest.fixture
def picture(qtbot: Any) -> NetMap:
    made = NetMap()
    qtbot.addWidget(made)
    made.resize(340, 300)
    made.set_words("The network", "Weight")
    made.set_shape(net(2, 4, 3, 1))
    made.show()
    return made


@pytest.mark.parametrize("sizes", [(2, 1), (2, 4, 1), (7, 32, 32, 32, 32, 32, 32, 4), (1, 1, 1)])
def test_tiles_lie_side_by_side_in_the_room(sizes: tuple[int, ...]) -> None:
    room = QRectF(0, 0, 340, 300)
    places = NetLayout.of(room, sizes, look())
    boxes = [box for column in places.tiles for box in column]
    assert len(boxes) == sum(sizes) and all(room.adjusted(-1, -1, 1, 1).contains(box) for box in boxes)
    for i, one in enumerate(boxes):
        assert not any(one.intersects(other) for other in boxes[i + 1 :])


def test_every_link_of_a_small_network_is_found_at_its_middle(picture: NetMap) -> None:
    places, shape = picture.places(), picture.shape()
    found = set()
    for layer, weights in enumerate(shape.weights):
        for unit in range(weights.shape[0]):
            for source in range(weights.shape[1]):
                for share in (0.15, 0.3, 0.5, 0.7, 0.85):
                    x = places.right_of(layer) * (1 - share) + places.left_of(layer + 1) * share
                    y = places.heights[layer][source] * (1 - share) + places.heights[layer + 1][unit] * share
                    if picture.link_at(QPointF(x, y)) == Link(layer, unit, source):
                        found.add((layer, unit, source))
    assert len(found) == sum(weights.size for weights in shape.weights)
    assert picture.link_at(places.tiles[1][2].center()) == Link(0, 2, BIAS)
    assert picture.link_at(places.tiles[0][0].center()) is None and picture.link_at(QPointF(1, 1)) is None


def test_a_press_types_and_a_drag_scrubs(picture: NetMap) -> None:
    text: list[Any] = []
    picture.weight_set.connect(lambda link, value: text.append((link, value)))
    spot = picture.places().tiles[3][0].center().toPoint()
    QTest.mouseClick(picture, LEFT, pos=spot)
    assert picture.field.isVisible() and not text
    picture.field.setText("0,5")
    picture.field.setModified(True)
    QTest.keyClick(picture.field, Qt.Key.Key_Return)
    assert text == [(Link(2, 0, BIAS), 0.5)] and not picture.field.isVisible()
    QTest.mousePress(picture, LEFT, pos=spot)
    QTest.mouseMove(picture, spot + QPointF(0, 80).toPoint())
    QTest.mouseRelease(picture, LEFT, pos=spot)
    assert text[-1][1] == pytest.approx(-2.0) and not picture.field.isVisible()


def test_the_keys_go_through_all_links_and_come_round(picture: NetMap) -> None:
    picture.setFocus()
    seen = []
    picture.chosen.connect(seen.append)
    for _ in range(4 * 3 + 1):
        QTest.keyClick(picture, Qt.Key.Key_Down)
    assert len(set(seen)) == 12 and seen[-1] == seen[0] == Link(0, 0, 0)
    QTest.keyClick(picture, Qt.Key.Key_Right)
    assert seen[-1] == Link(1, 0, 0)


def test_another_shape_forgets_a_link_that_is_gone(picture: NetMap) -> None:
    picture.edit(Link(0, 3, 1))
    picture.set_shape(net(2, 2, 1))
    assert not picture.field.isVisible()
    QTest.keyClick(picture, Qt.Key.Key_Return)
    assert not picture.field.isVisible()
    picture.grab()


def test_a_large_network_is_drawn_by_its_strongest_links(picture: NetMap) -> None:
    large = net(2, 32, 32, 32, 32, 32, 32, 4)
    assert sum(weights.size for weights in large.weights) > 10 * MOST_LINKS
    picture.set_shape(large)
    assert not picture.grab().isNull()
    broken = NetShape(
        tuple(np.full_like(weights, np.nan) for weights in large.weights),
        tuple(np.full_like(bias, np.inf) for bias in large.biases),
        large.maps,
        large.inputs,
        large.outputs,
    )
    picture.set_shape(broken)
    assert not picture.grab().isNull()
