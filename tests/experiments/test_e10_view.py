"""The forward pass, the picture: four pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e10_forward_pass import thumbnail
from lab.experiments.e10_forward_pass.gestures import MovePoint, Pick, SetInput, SetWeight
from lab.experiments.e10_forward_pass.numbers import written
from lab.experiments.e10_forward_pass.settings import Display
from lab.experiments.e10_forward_pass.view import View
from tests.asking import metrics_of
from tests.desk import Frames, heard, opened
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.graphs.net_map import Link

FRAMES = Frames("forward-pass")
SPECIFICATION, framed, shown = FRAMES.specification, FRAMES.framed, FRAMES.shown
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: Any) -> View:
    made = View()
    made.show_display(Display())
    return opened(made, qtbot, framed())


def middle(rect: QRectF) -> QPoint:
    return rect.center().toPoint()


# -------------------------------------------------------------------------------------------- all pages


def test_a_chip_opens_another_page_and_the_run_decides(view: View, qtbot: Any) -> None:
    found = heard(view)
    for page in ("space", "signal", "shapes"):
        qtbot.mouseClick(view.chips.chip(page), LEFT)
    assert [dict(action.values) for action, _gesture in found] == [{"page": p} for p in ("space", "signal", "shapes")]
    assert view.chips.chosen_keys() == ("pass",)


EVERYTHING = (*SPECIFICATION.presets, *SPECIFICATION.breaks, *SPECIFICATION.challenges)


@pytest.mark.parametrize("item", EVERYTHING, ids=lambda item: item.id)
def test_every_setting_is_drawn_in_any_order_and_leaves_nothing_behind(view: View, item: Any) -> None:
    frame = played(SPECIFICATION, item.setting).snapshot()
    before = repr(metrics_of(frame))
    for one in (frame, framed(2, **item.setting.values), framed(4, **item.setting.values), frame):
        view.show_frame(one)
        assert not view.grab().isNull()
    assert repr(metrics_of(frame)) == before
    assert not [timer for timer in view.findChildren(QTimer) if timer.parent() is view]


@pytest.mark.parametrize(
    "values",
    [
        {"net": "sizes", "sizes": "1-1"},
        {"net": "sizes", "sizes": "64-64-64"},
        {"net": "sizes", "sizes": "2-1-1-1-1-1-1", "page": "space"},
        {"net": "sizes", "sizes": "2-64-1", "page": "space"},
        {"net": "sizes", "sizes": "64-1", "page": "shapes"},
        {"net": "sizes", "sizes": "3-4-2", "gain": 100.0},
        {"net": "sizes", "sizes": "3-4-2", "init": "zero", "page": "space"},
        {"net": "sizes", "sizes": "3-4-2", "mistake": "row"},
        {"net": "sizes", "sizes": "2-4-2", "mistake": "bias", "page": "space"},
        {"net": "xor", "flat": True, "page": "space"},
        {"net": "digits", "batch": 16, "keep": False},
        {"net": "digits", "flat": True, "page": "space"},
        {"page": "signal", "init": "zero"},
        {"page": "signal", "gain": 100.0, "depth": 50},
        {"page": "signal", "depth": 2, "activation": "sigmoid"},
    ],
)
def test_extreme_states_can_be_drawn_in_both_themes_and_any_size(view: View, qapp: Any, values: dict[str, Any]) -> None:
    for steps in (0, 1, 3):
        shown(view, steps, **values)
        assert not view.grab().isNull()
    apply_look(qapp, Look(palette=DARK, scale=1.5))
    for size in ((702, 555), (320, 300), (1300, 900)):
        view.resize(*size)
        QApplication.processEvents()
        assert not view.grab().isNull()
    for picture in view.pictures():
        image = QImage(300, 200, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 300, 200))
        painter.end()


# ---------------------------------------------------------------------------------------------- the pass


def test_an_input_is_dragged_on_the_graph(view: View, qtbot: Any) -> None:
    page, found = view.page("pass"), heard(view)
    spot = middle(page.net.places().tiles[0][0])
    qtbot.mousePress(page.net, LEFT, pos=spot)
    qtbot.mouseMove(page.net, spot - QPoint(0, 20))
    qtbot.mouseMove(page.net, spot - QPoint(0, 40))
    qtbot.mouseRelease(page.net, LEFT, pos=spot - QPoint(0, 40))
    assert [action for action, _gesture in found] == [SetInput(1, 0, 0.5), SetInput(1, 0, 1.0)]
    assert len({gesture for _action, gesture in found}) == 1 and found[0][1]


def test_a_link_is_dragged_and_a_tile_lights_its_unit_everywhere(view: View, qtbot: Any) -> None:
    page, found = view.page("pass"), heard(view)
    start = page.net.places().middle(0, 0, 0).toPoint()
    qtbot.mousePress(page.net, LEFT, pos=start)
    qtbot.mouseMove(page.net, start - QPoint(0, 40))
    qtbot.mouseRelease(page.net, LEFT, pos=start - QPoint(0, 40))
    qtbot.mouseClick(page.net, LEFT, pos=middle(page.net.places().tiles[1][1]))
    assert found[0][0] == SetWeight(0, 0, 0, 21.0)
    assert found[-1][0] == Pick(0, 1)
    shown(view, actions=(Pick(0, 1),))
    assert page.sums.highlighted() == (1, 1)
    assert page.weights.highlighted() == (-1, 1) and page.reads.highlighted() == (1, -1)
    assert page.sum.words().startswith("z = 0.00·(−20.0) + 1.00·(−20.0) + 30.0 = 10.0")


def test_a_bias_is_typed_with_a_comma_and_rubbish_is_not_taken(view: View, qtbot: Any) -> None:
    page, found = view.page("pass"), heard(view)
    qtbot.mouseDClick(page.net, LEFT, pos=middle(page.net.places().tiles[2][0]))
    assert page.net.field.isVisible()
    page.net.field.selectAll()
    qtbot.keyClicks(page.net.field, "so what")
    qtbot.keyClick(page.net.field, Qt.Key.Key_Return)
    assert not [action for action, _g in found if isinstance(action, SetWeight)] and page.net.field.wrong
    page.net.field.selectAll()
    qtbot.keyClicks(page.net.field, "-1,5")
    qtbot.keyClick(page.net.field, Qt.Key.Key_Return)
    assert found[-1][0] == SetWeight(1, 0, -1, -1.5)


def test_inputs_are_reached_and_changed_by_keyboard(view: View, qtbot: Any) -> None:
    page, found = view.page("pass"), heard(view)
    page.net.setFocus()
    qtbot.keyClick(page.net, Qt.Key.Key_Down)
    qtbot.keyClick(page.net, Qt.Key.Key_Left)
    qtbot.keyClick(page.net, Qt.Key.Key_Down)
    qtbot.keyClick(page.net, Qt.Key.Key_PageUp)
    assert found[-1][0] == SetInput(1, 1, 1.1)
    qtbot.keyClick(page.net, Qt.Key.Key_Return)
    assert page.net.field.isVisible() and page.net.field.value() == 1.0
    page.net.field.selectAll()
    qtbot.keyClicks(page.net.field, "1/2")
    qtbot.keyClick(page.net.field, Qt.Key.Key_Return)
    assert found[-1][0] == SetInput(1, 1, 0.5)


def test_pointing_at_a_cell_lights_row_and_column_and_writes_its_sum_without_touching_the_run(view: View) -> None:
    page, found = shown(view, net="sizes", sizes="2-3-1"), heard(view)
    shown(view, actions=(Pick(0, 0),), net="sizes", sizes="2-3-1")
    page.sums.hovered.emit(2, 1)
    assert (
        page.reads.highlighted() == (2, -1)
        and page.weights.highlighted() == (-1, 1)
        and page.bias.highlighted() == (0, 1)
    )
    frame = framed(actions=(Pick(0, 0),), net="sizes", sizes="2-3-1")
    assert f"{frame.net.weights[0][0, 1]:.2f}".replace("-", "−") in page.sum.words()
    page.sums.hovered.emit(-1, -1)
    assert page.reads.highlighted() == (1, -1) and not found


def test_a_pressed_cell_lights_example_and_unit_and_asks_on_a_second_press(view: View, qtbot: Any) -> None:
    page, found, requested = shown(view, net="sizes", sizes="2-3-2"), heard(view), []
    view.requested.connect(requested.append)
    qtbot.mouseClick(page.sums, LEFT, pos=middle(page.sums.cell_rect(3, 1)))
    assert [action for action, _g in found] == [Set({"row": 4}), Pick(1, 1)]
    qtbot.mouseDClick(page.says, LEFT, pos=middle(page.says.cell_rect(0, 0)))
    assert requested == ["a"]


def test_a_line_of_code_lights_its_layer(view: View, qtbot: Any) -> None:
    page, found = view.page("pass"), heard(view)
    place = next(i for i, line in enumerate(page.listing.lines()) if line.layer == 0)
    qtbot.mouseClick(page.listing, LEFT, pos=middle(page.listing.line_rect(place)))
    qtbot.keyClick(page.listing, Qt.Key.Key_Up)
    assert [action for action, _g in found] == [Pick(0, 0), Pick(0, 0)]


def test_what_is_not_worked_out_shows_a_dash(view: View) -> None:
    page = shown(view, 1, net="sizes", sizes="2-3-1")
    assert np.isnan(page.sums.values()[:, 1:]).all() and np.isfinite(page.sums.values()[:, 0]).all()
    assert page.listing.lines()[3].note == "—"


def test_one_layer_instead_of_three_is_told_in_the_code(view: View) -> None:
    page = shown(view, net="stack", flat=True)
    code = [line.code for line in page.listing.lines()]
    assert code[0] == "W1 = W1 @ W2 @ W3" and code[1] == "b1 = (b1 @ W2 + b2) @ W3 + b3"
    assert page.listing.lines()[2].note == "−3.70 = −3.70"
    wrong = shown(view, net="xor", flat=True).listing.lines()[2]
    assert wrong.wrong and "≠" in wrong.note


def test_the_factors_stand_beside_their_product_and_go_when_it_is_taken_back(view: View) -> None:
    page = shown(view, net="stack", flat=True)
    used = [matrix for matrix in page.product.factors if matrix.isVisible()]
    product = used[0].values() @ used[1].values() @ used[2].values()
    np.testing.assert_allclose(page.product.result.values(), product, atol=1e-12)
    np.testing.assert_allclose(page.weights.values(), product, atol=1e-12)
    assert len(used) == 3
    shown(view, net="stack")
    assert not page.product.isVisible()
    shown(view, net="sizes", sizes="2-2-2-2-2-2-1", flat=True)
    assert not page.product.isVisible()


def test_the_exact_number_stands_beside_the_pointer(view: View) -> None:
    page = view.page("pass")
    frame = framed()
    page.sums.hovered.emit(0, 0)
    page.net.highlighted_unit.emit(2, 0)
    value = float(frame.run.a[-1][frame.row, 0])
    assert page.net.toolTip().startswith(f"a₁ = {value:.6f}"[:10])


# ------------------------------------------------------------------------------------------ other pages


def test_a_point_is_dragged_on_the_plane_and_lands_elsewhere_on_the_other(view: View, qtbot: Any) -> None:
    page, found = shown(view, page="space"), heard(view)
    spot = QPointF(*page.before.view().screen(0.0, 0.0)).toPoint()
    qtbot.mouseClick(page.before, LEFT, pos=spot)
    assert [action for action, _g in found] == [Set({"row": 1})]
    spot = QPointF(*page.before.view().screen(1.0, 1.0)).toPoint()
    qtbot.mousePress(page.before, LEFT, pos=spot)
    qtbot.mouseMove(page.before, spot + QPoint(10, 10))
    qtbot.mouseRelease(page.before, LEFT, pos=spot + QPoint(10, 10))
    moves = [action for action, _g in found if isinstance(action, MovePoint)]
    assert moves and moves[-1].row == 3 and moves[-1].x > 1.0 > moves[-1].y
    assert not [action for action, _g in found[1:] if isinstance(action, Set)]


def test_a_fold_is_moved_beside_its_curve(view: View, qtbot: Any) -> None:
    values = SPECIFICATION.challenge("bump").setting.values
    page, found = shown(view, **values), heard(view)
    tile = middle(page.net.places().tiles[1][2])
    qtbot.mousePress(page.net, LEFT, pos=tile)
    qtbot.mouseMove(page.net, tile - QPoint(0, 40))
    qtbot.mouseRelease(page.net, LEFT, pos=tile - QPoint(0, 40))
    assert found[-1][0] == SetWeight(0, 2, -1, 1.0)


def test_the_way_to_the_layer_is_a_view_option(view: View) -> None:
    page, requested = shown(view, page="space"), []
    view.display_changed.connect(lambda name, value: requested.append((name, value)))
    page.morph.changed.emit(0.25)
    assert requested == [("morph", 0.25)]
    view.show_display(Display(morph=0.0))
    places = list(page.after.layers())
    assert {(ball.x, ball.y) for ball in places} == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_the_chips_of_the_signal_set_hes_rule(view: View, qtbot: Any) -> None:
    page, found = shown(view, page="signal"), heard(view)
    qtbot.mouseClick(page.tries.chip("twice"), LEFT)
    assert dict(found[0][0].values) == {"init": "he", "gain": 2.0}
    assert "as loud" in page.caption.words()
    assert "explodes" in shown(view, page="signal", gain=2.0).caption.words()
    assert "fades" in shown(view, page="signal", gain=0.5).caption.words()


def test_a_step_on_the_page_of_the_signal_is_a_layer(view: View) -> None:
    page = shown(view, 3, page="signal")
    assert np.isfinite(page.strip.values()[0, :4]).all() and np.isnan(page.strip.values()[0, 4:]).all()
    assert page.strip.highlighted() == (0, 3) and page.caption.words().startswith("Behind layer 3 of 20")
    frame = framed(3, page="signal")
    assert metrics_of(frame)["signal_last"] is None and metrics_of(frame)["heard"] == 3
    assert metrics_of(framed(20, page="signal"))["signal_last"] == metrics_of(framed(page="signal"))["signal_last"]


def test_pieces_that_do_not_fit_stand_apart_and_numpy_is_quoted(view: View, qtbot: Any) -> None:
    page, found = shown(view, net="sizes", sizes="3-4-4-2", page="shapes"), heard(view)
    assert [piece.so_far for piece in page.jigsaw.pieces()[1:]] == [16, 36, 46]
    close = page.jigsaw.piece_rect(1).left() - page.jigsaw.piece_rect(0).right()
    qtbot.mouseClick(page.mistakes.chip("turned"), LEFT)
    assert dict(found[-1][0].values) == {"mistake": "turned"}
    shown(view, net="sizes", sizes="3-4-4-2", page="shapes", mistake="turned")
    assert page.jigsaw.pieces()[1].wrong
    assert page.jigsaw.piece_rect(1).left() - page.jigsaw.piece_rect(0).right() > close + 20
    assert page.error.words().startswith("ValueError: matmul")
    qtbot.mouseClick(page.jigsaw, LEFT, pos=middle(page.jigsaw.piece_rect(2)))
    assert found[-1][0] == Pick(1, 0)


def test_the_picture_of_a_link_is_highlighted_by_keys(view: View, qtbot: Any) -> None:
    page, links = view.page("pass"), []
    page.net.chosen.connect(links.append)
    page.net.setFocus()
    qtbot.keyClick(page.net, Qt.Key.Key_Down)
    qtbot.keyClick(page.net, Qt.Key.Key_Right)
    assert links == [Link(0, 0, 0), Link(1, 0, 0)]
    assert not view.grab().isNull()


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_card_shows_its_highlighted_unit_in_both_themes(palette: Any) -> None:
    image = QImage(320, 180, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 320, 180), palette)
    painter.end()
    colors = {image.pixelColor(x, y).name().upper() for x in range(0, 320, 3) for y in range(0, 180, 3)}
    assert palette.ball.upper() in colors


def test_the_read_outs_follow_the_row_under_the_pointer(view: View, qtbot: Any) -> None:
    page = shown(view, 3)
    frame = framed(3)
    layer, unit = frame.selected
    z, lit = frame.run.z[layer][:, unit], frame.row
    other = next(row for row in range(len(z)) if abs(z[row] - z[lit]) > 1)
    before = page.readouts.readout("z").text_shown()
    qtbot.mouseMove(page.sums, page.sums.cell_rect(other, unit).center().toPoint())
    assert page.readouts.readout("z").text_shown() == written(float(z[other])) != before
    view.show_frame(frame)
    assert page.readouts.readout("z").text_shown() == written(float(z[other]))
    page.sums.hovered.emit(-1, -1)
    assert page.readouts.readout("z").text_shown() == before


def test_what_is_not_worked_out_yet_is_not_told_by_pointing_at_it(view: View) -> None:
    page = shown(view, 1)
    page.sums.hovered.emit(0, 1)
    assert page.readouts.readout("z").text_shown() == "—"


@pytest.mark.parametrize(
    ("cell", "shown_there"),
    [((1, 4), False), ((1, 2), True), ((1, 1), True)],  # the fifth unit is gone, the third is the last that is left
)
def test_a_cell_under_the_pointer_goes_with_the_unit_it_was_of(
    view: View, cell: tuple[int, int], shown_there: bool
) -> None:
    """The pointer rests, and the layer under it becomes smaller."""
    values = {"net": "sizes", "page": "pass"}
    page = shown(view, 0, (Pick(0, 0),), sizes="2-5-1", **values)
    page.sums.hovered.emit(*cell)
    page = shown(view, 0, (Pick(0, 0),), sizes="2-3-1", **values)
    frame = framed(0, (Pick(0, 0),), sizes="2-3-1", **values)
    row, unit = cell if shown_there else (frame.row, 0)
    assert page.sums.highlighted() == (row, unit)
    assert page.readouts.readout("z").text_shown() == written(float(frame.run.z[0][row, unit]))


def test_equal_colours_are_equal_numbers_on_one_colour_scale(view: View, qtbot: Any) -> None:
    """The 1.00 of an output is pale beside a weight of 20; without the switch both are as dark as can be."""
    chosen: list[tuple[str, object]] = []
    view.display_changed.connect(lambda name, value: chosen.append((name, value)))
    colors = {}
    for common in (True, False):
        view.show_display(Display(common=common))
        page = shown(view, 3)
        QApplication.processEvents()
        assert page.common.isChecked() == common
        colors[common] = [_corner(page.says, 1, 0), _corner(page.weights, 0, 0)]
    assert colors[False][0] == colors[False][1]
    assert colors[True][0] != colors[True][1]
    qtbot.mouseClick(page.common, LEFT)
    assert chosen == [("common", True)]


def _corner(matrix: Any, row: int, column: int) -> str:
    """The colour of a cell, near its corner, where no number stands."""
    spot = matrix.cell_rect(row, column)
    return str(matrix.grab().toImage().pixelColor(round(spot.right() - 7), round(spot.top() + 7)).name())
