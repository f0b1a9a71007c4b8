"""The map of what leads to what."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from widgets.graphs.node_map import MapNode, NodeMap

NODES = [MapNode("a", "1  First", 1.0, "1, First, done"), MapNode("b", "2  Second", 0.5), MapNode("c", "3  Third")]
PAIRS = [("a", "b"), ("a", "c"), ("b", "c")]


def made(qtbot) -> NodeMap:
    nodemap = NodeMap(NODES, PAIRS)
    qtbot.addWidget(nodemap)
    nodemap.resize(700, nodemap.sizeHint().height())
    nodemap.show()
    return nodemap


def button(nodemap: NodeMap, key: str) -> QPushButton:
    return next(each for each in nodemap.findChildren(QPushButton) if each.node.key == key)


def test_later_things_stand_further_along(qtbot) -> None:
    nodemap = made(qtbot)
    lefts = [button(nodemap, key).x() for key in "abc"]
    assert lefts == sorted(set(lefts))


def test_a_press_opens_and_the_arrows_go_along(qtbot) -> None:
    nodemap = made(qtbot)
    with qtbot.waitSignal(nodemap.opened) as opened:
        qtbot.mouseClick(button(nodemap, "b"), Qt.MouseButton.LeftButton)
    assert opened.args == ["b"]
    button(nodemap, "a").setFocus()
    qtbot.keyClick(button(nodemap, "a"), Qt.Key.Key_Right)
    with qtbot.waitSignal(nodemap.opened) as opened:
        qtbot.keyClick(nodemap.focusWidget(), Qt.Key.Key_Return)
    assert opened.args == ["b"]


def test_names_are_said_and_nothing_overlaps(qtbot) -> None:
    nodemap = made(qtbot)
    assert button(nodemap, "a").accessibleName() == "1, First, done"
    boxes = [button(nodemap, key).geometry() for key in "abc"]
    assert not any(one.intersects(two) for i, one in enumerate(boxes) for two in boxes[:i])
    nodemap.grab()


def test_a_way_past_a_column_runs_between_its_nodes(qtbot) -> None:
    nodes = [MapNode(key, key) for key in "abcdef"]
    pairs = [("a", "b"), ("a", "c"), ("b", "d"), ("c", "e"), ("d", "f"), ("c", "f")]
    nodemap = NodeMap(nodes, pairs)
    qtbot.addWidget(nodemap)
    nodemap.resize(900, nodemap.sizeHint().height())
    nodemap.show()
    for earlier, later in pairs:
        way = nodemap.way(earlier, later)
        others = [button(nodemap, key).geometry() for key in "abcdef" if key not in (earlier, later)]
        points = [way.pointAtPercent(share / 200).toPoint() for share in range(201)]
        assert not any(box.contains(point) for box in others for point in points), (earlier, later)
