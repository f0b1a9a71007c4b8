"""Pictures say what they show, in words made of the numbers that are painted."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from widgets.canvas.layers import Ball, Handle, Trail
from widgets.canvas.spoken import cell_words, curve_words, extremes, layer_words, matrix_words
from widgets.canvas.stage import Stage
from widgets.graphs.net_map import NetMap
from widgets.graphs.net_shape import BIAS, Link, NetShape
from widgets.graphs.node_graph import GraphLink, GraphNode, NodeGraph
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.tokens.arcs import Arcs
from widgets.tokens.head_grid import HeadGrid
from widgets.tokens.token_strip import Token, TokenStrip

VALUES = np.array([[0.25, -math.inf], [1.5, math.nan]])
NAMES = (("cat", "sat"), ("the", ""))


def test_a_cell_is_named_by_its_row_and_column() -> None:
    assert cell_words(VALUES, NAMES, 0, 0) == "cat, the: 0.250"
    assert cell_words(VALUES, NAMES, 0, 1) == "cat, column 2: hidden"
    assert cell_words(VALUES, NAMES, 1, 1) == "sat, column 2: —"
    assert (cell_words(VALUES, NAMES, 1, -1), cell_words(VALUES, NAMES, -1, 0)) == ("sat", "the")


def test_a_matrix_tells_its_size_its_ends_and_what_is_hidden() -> None:
    said = matrix_words(VALUES, NAMES)
    assert said == "2 rows, 2 columns. Largest: sat, the: 1.50. Smallest: cat, the: 0.250. Hidden: 1."
    assert matrix_words(np.full((1, 1), np.nan), ((), ())) == "1 rows, 1 columns."


def test_a_curve_tells_its_ends_and_its_lowest_point_between() -> None:
    x = np.arange(4.0)
    assert (
        curve_words("loss", x, np.array([2.0, 0.5, 1.0, 1.5])) == "loss: 2.00 at 0, lowest 0.500 at 1.00, 1.50 at 3.00."
    )
    assert curve_words("loss", x, np.array([2.0, 1.0, 0.5, np.nan])) == "loss: 2.00 at 0, 0.500 at 2.00."
    assert curve_words("loss", x, np.full(4, np.nan)) == "loss: no values."


def test_few_numbers_are_told_all_and_many_by_their_ends() -> None:
    assert extremes([("a", 1.0), ("b", np.nan)]) == "a: 1.00."
    assert extremes([(name, float(i)) for i, name in enumerate("abcde")]).startswith("5 values. Largest: e 4.00.")


def test_what_lies_over_a_picture_is_told_with_its_place() -> None:
    layers = (
        Ball(1.0, 2.0, label="start"),
        Handle("start", 1.0, 2.0),
        Trail(np.array([[0.0, 0.0], [3.0, 4.0]]), label="SGD"),
        Trail(np.zeros((1, 2))),
    )
    assert layer_words(layers, ("w", "b")) == "start: w 1.000, b 2.000. SGD ends at w 3.000, b 4.000."


def shown(front, made: QWidget) -> QWidget:
    made.resize(360, 240)
    front(made)
    made.setFocus()
    return made


def spoken(made: QWidget) -> tuple[str, str]:
    """What a screen reader gets as value and as description."""
    met = QAccessible.queryAccessibleInterface(made)
    return met.text(QAccessible.Text.Value), met.text(QAccessible.Text.Description)


def test_the_cross_hair_tells_its_place_and_what_is_read_there(front, qtbot) -> None:
    stage = Stage()
    stage.hovered.connect(lambda x, y: stage.set_readout(f"height {x + y:.1f}"))
    shown(front, stage)
    stage.set_description("A bowl.")
    stage.set_titles("w", "b", "Landscape")
    assert spoken(stage) == ("A bowl.", "w from 0 to 1.00, b from 0 to 1.00. A bowl.")
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    assert spoken(stage)[0] == "w 0.5000, b 0.5000. height 1.0"
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    assert spoken(stage)[0] == "w 0.5100, b 0.5000. height 1.0"
    qtbot.keyClick(stage, Qt.Key.Key_Escape)
    assert spoken(stage)[0] == "A bowl."


def test_a_handle_that_keys_move_tells_where_it_is(front, qtbot) -> None:
    stage = shown(front, Stage())
    stage.set_layers((Handle("start", 0.5, 0.5),))
    qtbot.keyClick(stage, Qt.Key.Key_Up)
    assert stage.told() == "start: x 0.5000, y 0.5100"
    qtbot.keyClick(stage, Qt.Key.Key_Return)
    qtbot.keyClick(stage, Qt.Key.Key_Up)
    assert stage.told().startswith("x 0.5000")


def test_frames_that_come_while_the_cursor_stands_say_nothing(front, qtbot) -> None:
    stage = shown(front, Stage())
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    before = stage.told()
    stage.set_readout("another height")
    stage.set_layers((Trail(np.zeros((2, 2))),))
    assert stage.told() == before


def test_moving_along_a_matrix_tells_the_cell(front, qtbot) -> None:
    matrix = Matrix()
    matrix.pressed.connect(matrix.set_highlighted)
    shown(front, matrix)
    matrix.set_values(VALUES, rows=NAMES[0], columns=NAMES[1])
    matrix.set_highlighted(0, 0)
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    assert spoken(matrix)[0] == "sat, the: 1.50"
    assert spoken(matrix)[1].endswith("Lit: sat, the: 1.50.")
    matrix.clearFocus()
    matrix.set_highlighted(0, 0)
    assert matrix.told() == "sat, the: 1.50", "what others do is not told"
    matrix.set_ghost("not yet")
    assert spoken(matrix)[1] == "not yet"


def test_moving_along_arcs_tells_who_looks_at_whom(front, qtbot) -> None:
    arcs = Arcs()
    arcs.pressed.connect(lambda row, column: arcs.set_highlighted(max(row, 0), column))
    shown(front, arcs)
    arcs.set_arcs(np.array([[1.0, 0.0], [0.25, 0.75]]), ("a", "b"))
    arcs.set_highlighted(0, 0)
    qtbot.keyClick(arcs, Qt.Key.Key_Right)
    assert arcs.told() == "a, b: 0"
    assert arcs.summary() == "2 tokens. a looks at: a 1.00; b 0."


def test_moving_along_heads_tells_which_and_what_was_done_to_it(front, qtbot) -> None:
    grid = HeadGrid()
    grid.pressed.connect(lambda row, column: grid.set_marks((row, column), {(0, 1)}))
    shown(front, grid)
    grid.set_titles("All heads", "layer", "head")
    grid.set_pictures(np.zeros((2, 2, 4, 4), np.uint8))
    grid.set_marks((0, 0), {(0, 1)})
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.told() == "layer 1, head 2, struck out"
    assert grid.summary() == "2 rows, 2 columns. Chosen: layer 1, head 2, struck out. Struck out: 1."


def test_the_cursor_of_a_strip_tells_the_token(front, qtbot) -> None:
    strip = TokenStrip(notes=True)
    strip.hovered.connect(lambda number: strip.set_readout("id 7" if number == 0 else ""))
    shown(front, strip)
    strip.set_tokens((Token("to "), Token("be", note="31 %")))
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert strip.told() == "2: be, 31 %"
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    assert strip.told() == "1: to·. id 7"
    assert strip.summary() == "2 tokens: to be"
    heard: list[int] = []
    strip.hovered.connect(heard.append)
    strip.clearFocus()
    assert heard == [-1], "nothing is pointed at from elsewhere"
    strip.set_tokens((Token("to"), Token("be")))
    assert strip.summary() == "2 tokens: to be"


def test_reading_along_curves_tells_every_value(front, qtbot) -> None:
    plot = shown(front, Plot())
    x = np.arange(3.0)
    plot.set_titles("step", "loss", "Loss")
    plot.set_series((Series("train", x, np.array([3.0, 2.0, 1.0])), Series("test", x, np.array([4.0, 3.0, 2.5]))))
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert spoken(plot)[0] == "step 2: train 1.00, test 2.50"
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert spoken(plot)[0] == "step 1: train 2.00, test 3.00"
    assert spoken(plot)[1].startswith("step – loss. train: 3.00 at 0, 1.00 at 2.00.")


def test_moving_along_bars_tells_name_and_height(front, qtbot) -> None:
    bars = shown(front, DragBars())
    bars.set_bars((Bar("cat", 0.5), Bar("dog", 0.25)))
    qtbot.keyClick(bars, Qt.Key.Key_Right)
    assert bars.told() == "dog: 0.25"
    assert bars.summary() == "cat: 0.500; dog: 0.250."


def test_the_cursor_of_a_network_tells_the_link_and_its_weight(front, qtbot) -> None:
    net = shown(front, NetMap())
    net.set_shape(NetShape((np.array([[0.5, -2.0]]),), (np.array([0.125]),), (), ("x1", "x2"), ("A",)))
    qtbot.keyClick(net, Qt.Key.Key_Right)
    assert net.told() == "From x1 to A: 0.500"
    qtbot.keyClick(net, Qt.Key.Key_Down)
    assert net.told() == "From x2 to A: −2.000"
    qtbot.keyClick(net, Qt.Key.Key_PageUp)
    assert net.told() == "From x2 to A: −1.900"
    assert net.link_words(Link(0, 0, BIAS)) == "Bias of A: 0.125"
    assert net.summary() == "Units by column: 2, 1. Strongest link: From x2 to A: −2.000."


def test_walking_a_graph_tells_the_node(front, qtbot) -> None:
    graph = shown(front, NodeGraph())
    graph.set_graph((GraphNode("a", "a", values=("2",), gradients=("−3",)), GraphNode("L", "L", "a²", ("4",), ("",))),
                    (GraphLink("a", "L"),))  # fmt: skip
    qtbot.keyClick(graph, Qt.Key.Key_Right)
    assert graph.told() == "a, 2, gradient −3"
    qtbot.keyClick(graph, Qt.Key.Key_Right)
    assert graph.told() == "L, a², 4"
    assert graph.summary() == "2 nodes. Chosen: L, a², 4."


@pytest.mark.parametrize("held", [1, 5])
def test_a_held_key_is_announced_once_where_it_rests(front, qtbot, monkeypatch, held: int) -> None:
    from widgets.base import accessible

    heard: list[str] = []
    monkeypatch.setattr(accessible, "announce", lambda _widget, text: heard.append(text))
    QAccessible.setActive(True)
    try:
        stage = shown(front, Stage())
        for _press in range(held):
            qtbot.keyClick(stage, Qt.Key.Key_Right)
        qtbot.waitUntil(lambda: bool(heard))
        assert heard == [stage.told()]
    finally:
        QAccessible.setActive(False)


def test_the_sentence_of_a_picture_waits_until_its_cursor_is_left(front, qtbot) -> None:
    """Screen readers read a changed description of what has the keyboard: all of it, at every place of the cursor."""
    stage = shown(front, Stage())
    stage.set_description("Step 1.")
    assert stage.accessibleDescription() == "Step 1."
    qtbot.keyClick(stage, Qt.Key.Key_Right)
    stage.set_description("Step 2.")
    assert stage.accessibleDescription() == "Step 1." and spoken(stage)[1].endswith("Step 2.")
    stage.clearFocus()
    assert stage.accessibleDescription() == "Step 2."
