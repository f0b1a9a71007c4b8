"""The graph of computing nodes: folding, zoom, keys, dragging and typing; what stands in it was told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from widgets.gallery.pictures import node_graph
from widgets.graphs import node_sheet
from widgets.graphs.node_graph import Flow, GraphLink, GraphNode, NodeGraph

LEFT = Qt.MouseButton.LeftButton
NODES = (
    GraphNode("x", "x", "", ("1",), ("—",), kind="leaf", editable=True),
    GraphNode("w", "w", "", ("2",), ("—",), kind="leaf", editable=True, within="z"),
    GraphNode("p", "p", "×", ("2",), ("—",), within="z"),
    GraphNode("b", "b", "", ("3",), ("—",), kind="leaf", editable=True, within="z"),
    GraphNode("z", "z", "+", ("5",), ("—",)),
    GraphNode("L", "L", "σ", ("0.99",), ("1",), tint=1.0),
)
LINKS = tuple(GraphLink(*pair) for pair in (("x", "p"), ("w", "p"), ("p", "z"), ("b", "z"), ("z", "L"), ("x", "L")))


@pytest.fixture
def graph(qtbot, front) -> NodeGraph:
    made = NodeGraph()
    made.setAccessibleName("Graph")
    made.resize(700, 320)
    made.set_graph(NODES, LINKS)
    return front(made)


def middle(graph: NodeGraph, key: str) -> QPoint:
    return graph.node_box(key).center().toPoint()


def heard(signal) -> list[tuple]:
    found: list[tuple] = []
    signal.connect(lambda *args: found.append(args))
    return found


def test_everything_small_is_in_sight_and_readable(graph) -> None:
    for key in graph.keys():
        assert QRectF(graph.rect()).contains(graph.node_box(key))
    assert graph.zoom_level() >= 0.78
    assert graph.node_at(QPointF(middle(graph, "p"))) == "p"


def test_numbers_change_without_anything_moving(graph) -> None:
    before = {key: graph.node_box(key) for key in graph.keys()}
    graph.set_graph([replace(n, values=("−0.000123",), gradients=("7",)) for n in NODES], LINKS)
    assert {key: graph.node_box(key) for key in graph.keys()} == before


def test_folding_hides_what_leads_to_a_node_alone_and_keeps_the_links_to_it(graph, qtbot) -> None:
    graph.set_folded(("z",))
    assert graph.folded() == ("z",)
    with pytest.raises(KeyError):
        graph.node_box("p")
    assert {(link.source, link.target) for link in graph.drawn_links} == {("x", "z"), ("z", "L"), ("x", "L")}
    qtbot.mouseClick(graph, LEFT, pos=graph.node_box("z").topLeft().toPoint())
    assert graph.folded() == ()
    graph.node_box("p")


def test_what_happens_in_a_hidden_node_is_shown_at_the_one_that_hides_it(graph) -> None:
    graph.set_folded(("z",))
    plain = graph.grab().toImage()
    graph.set_highlighted("p", (Flow("x", "p", "+2", back=True),))
    assert graph.grab().toImage() != plain


def test_a_leaf_is_dragged_by_mouse_and_keys(graph, qtbot) -> None:
    scrubbed, let_go, chosen = heard(graph.scrubbed), heard(graph.let_go), heard(graph.selected)
    start = middle(graph, "x")
    qtbot.mousePress(graph, LEFT, pos=start)
    qtbot.mouseMove(graph, start + QPoint(0, -40))
    qtbot.mouseRelease(graph, LEFT, pos=start + QPoint(0, -40))
    assert chosen == [("x", 0)]
    assert scrubbed[-1] == ("x", 0, 5.0)
    assert len(let_go) == 1
    qtbot.keyClick(graph, Qt.Key.Key_PageUp)
    qtbot.keyClick(graph, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier)
    assert scrubbed[-2:] == [("x", 0, 1.0), ("x", 0, -0.1)]


def test_a_result_cannot_be_dragged(graph, qtbot) -> None:
    scrubbed = heard(graph.scrubbed)
    start = middle(graph, "L")
    qtbot.mousePress(graph, LEFT, pos=start)
    qtbot.mouseMove(graph, start + QPoint(0, -40))
    qtbot.mouseRelease(graph, LEFT, pos=start + QPoint(0, -40))
    assert scrubbed == []


def test_a_number_is_typed_and_rubbish_stays_until_it_is_right(graph, qtbot) -> None:
    typed = heard(graph.typed)
    qtbot.mouseClick(graph, LEFT, pos=middle(graph, "x"))
    qtbot.keyClick(graph, Qt.Key.Key_7)
    assert graph.editor.isVisible()
    qtbot.keyClicks(graph.editor, ",5")
    qtbot.keyClick(graph.editor, Qt.Key.Key_Return)
    assert typed == [("x", 0, "7,5")]
    assert not graph.editor.isVisible()
    graph.typed.connect(lambda *_: graph.refuse("no number"))
    qtbot.keyClick(graph, Qt.Key.Key_Return)
    qtbot.keyClicks(graph.editor, "abc")
    qtbot.keyClick(graph.editor, Qt.Key.Key_Return)
    assert graph.editor.isVisible()
    assert graph.editor.wrong
    qtbot.keyClick(graph.editor, Qt.Key.Key_Escape)
    assert not graph.editor.isVisible()
    assert graph.hasFocus()


def test_arrows_walk_and_enter_folds_or_opens(graph, qtbot) -> None:
    chosen, opened = heard(graph.selected), heard(graph.opened)
    qtbot.keyClick(graph, Qt.Key.Key_Right)
    for _ in range(8):
        qtbot.keyClick(graph, Qt.Key.Key_Right)
    assert chosen[-1] == ("L", 0)
    qtbot.keyClick(graph, Qt.Key.Key_Return)
    assert opened == [("L",)]
    qtbot.keyClick(graph, Qt.Key.Key_Left)
    assert chosen[-1] == ("z", 0)
    qtbot.keyClick(graph, Qt.Key.Key_Return)
    assert graph.folded() == ("z",)


def test_wheel_keys_and_ground_move_the_window_and_home_brings_it_back(graph, qtbot) -> None:
    home = graph.node_box("z")
    qtbot.keyClick(graph, Qt.Key.Key_Plus)
    assert graph.zoom_level() > 1
    spot = QPointF(350, 160)
    before = graph.node_box("z").center()
    graph.zoom(0.5, spot)
    assert (graph.node_box("z").center() - spot - (before - spot) * 0.5).manhattanLength() < 1e-6
    corner = QPoint(3, 3)
    qtbot.mousePress(graph, LEFT, pos=corner)
    qtbot.mouseMove(graph, corner + QPoint(30, 20))
    qtbot.mouseRelease(graph, LEFT, pos=corner + QPoint(30, 20))
    qtbot.keyClick(graph, Qt.Key.Key_Home)
    assert graph.node_box("z") == home
    qtbot.keyClick(graph, Qt.Key.Key_End)
    for key in graph.keys():
        assert QRectF(graph.rect()).contains(graph.node_box(key))


def test_a_large_graph_shows_the_highlighted_part_and_follows_it(graph) -> None:
    nodes = [GraphNode(f"n{i}", f"n{i}", "+") for i in range(60)]
    links = [GraphLink(f"n{i}", f"n{i + 1}") for i in range(59)]
    graph.set_graph(nodes, links)
    for key in ("n0", "n30", "n59", "n2"):
        graph.set_highlighted(key)
        assert QRectF(graph.rect()).contains(graph.node_box(key)), key
    graph.fit()
    assert QRectF(graph.rect()).contains(graph.node_box("n0").united(graph.node_box("n59")))


def test_the_numbers_of_a_matrix_are_told_apart(graph, qtbot) -> None:
    rows = ("1\t2\t3", "4\t5\t6")
    matrix = GraphNode("W", "W", "", rows, rows, columns=3, kind="leaf", editable=True)
    graph.set_graph([matrix, GraphNode("L", "L", "sum")], [GraphLink("W", "L")])
    chosen = heard(graph.selected)
    box, zoom = graph.node_box("W"), graph.zoom_level()
    qtbot.mouseClick(graph, LEFT, pos=QPointF(box.right() - 12, box.top() + (20 + 24) * zoom).toPoint())
    assert chosen[-1] == ("W", 5)
    qtbot.keyClick(graph, "[")
    assert chosen[-1] == ("W", 4)
    graph.edit()
    assert graph.editor.text() == "5"


def test_it_paints_on_paper_in_the_dark_and_from_right_to_left(graph, qapp) -> None:
    image = QImage(900, 500, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    graph.render_to(painter, QRectF(0, 0, 900, 500))
    painter.end()
    assert image.pixelColor(2, 2).name() == "#ffffff"
    box = graph.node_box("x")
    graph.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    QApplication.processEvents()
    assert graph.node_box("x") == box  # a computation runs from left to right in every language


def test_the_same_frame_is_painted_once(graph, monkeypatch) -> None:
    painted: list[str] = []
    real = node_sheet.paint_node
    monkeypatch.setattr(
        node_sheet, "paint_node", lambda on, node, *rest: (painted.append(node.key), real(on, node, *rest))
    )
    graph.grab()
    painted.clear()
    graph.set_graph(NODES, LINKS)
    graph.grab()
    assert painted == []
    graph.set_graph((replace(NODES[0], values=("4",)), *NODES[1:]), LINKS)
    graph.grab()
    assert painted == ["x"]


def test_the_gallery_has_one(qtbot) -> None:
    made = node_graph()
    qtbot.addWidget(made)
    assert made.keys() == ("a", "b", "d", "c", "L")


@pytest.mark.parametrize(("size", "least"), [((700, 250), 1.1), ((1150, 480), 1.6)])
def test_a_small_graph_grows_with_its_room(graph, size: tuple[int, int], least: float) -> None:
    graph.resize(*size)
    QApplication.processEvents()
    assert graph.zoom_level() >= least
    boxes = [graph.node_box(key) for key in graph.keys()]
    wide = max(box.right() for box in boxes) - min(box.left() for box in boxes)
    assert wide > 0.7 * graph.width()
    assert all(QRectF(graph.rect()).contains(box) for box in boxes)
