"""The transformer block, the picture: its pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e18_transformer_block import thumbnail
from lab.experiments.e18_transformer_block.diagram import Places
from lab.experiments.e18_transformer_block.letters import COLUMNS
from lab.experiments.e18_transformer_block.page_budget import counted
from lab.experiments.e18_transformer_block.page_lens import ROW
from lab.experiments.e18_transformer_block.settings import OPS, PAGES
from lab.experiments.e18_transformer_block.view import View
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import look

SPECIFICATION = find("transformer-block").load()
LEFT = Qt.MouseButton.LeftButton
SIZE = (702, 555)  # of the view in a window of 1366 by 768


def framed(steps: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, (), steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    made = View()
    qtbot.addWidget(made)
    made.resize(*SIZE)
    made.show()
    made.show_frame(framed())
    made.activateWindow()
    QApplication.processEvents()
    return made


def shown(view: View, steps: int = 0, **values: Any) -> Any:
    """The page that shows such a frame, laid out."""
    view.show_frame(framed(steps, **values))
    QApplication.processEvents()
    return view.page(view.open_page())


def heard(view: View) -> list[Any]:
    acted: list[Any] = []
    view.acted.connect(lambda action, _gesture: acted.append(action))
    return acted


@pytest.mark.parametrize("name", PAGES)
def test_a_chip_asks_for_its_page_and_the_frame_opens_it(view, name) -> None:
    ask = view.turn(name)
    view.show_frame(framed(**dict(ask.values)))
    assert view.open_page() == name
    assert view.page(name).hint.words()


def test_the_four_views_of_one_pass_do_not_begin_it_anew(view) -> None:
    assert view.turn("lens") == Set({"page": "lens"}) and view.turn("budget") == Set({"page": "budget"})
    assert view.turn("patch") == Set({"topic": "patch"})
    shown(view, topic="patch")
    assert view.turn("lens") == Set({"topic": "walk", "page": "lens"})


def places(view: View) -> Places:
    diagram = view.page("block").diagram
    return Places.within(QRectF(diagram.rect()), look(), 4)


@pytest.mark.parametrize("op", OPS)
def test_a_press_on_a_part_opens_it(view, qtbot, op) -> None:
    acted = heard(view)
    qtbot.mouseClick(view.page("block").diagram, LEFT, pos=places(view).boxes[op].center().toPoint())
    assert acted == [Set({"op": op})]


@pytest.mark.parametrize("layer", [1, 4])
def test_a_press_on_a_block_of_the_stack_opens_it(view, qtbot, layer) -> None:
    acted = heard(view)
    qtbot.mouseClick(view.page("block").diagram, LEFT, pos=places(view).blocks[layer - 1].center().toPoint())
    assert acted == [Set({"layer": layer})]


def test_a_press_beside_all_parts_does_nothing(view, qtbot) -> None:
    acted = heard(view)
    box = places(view).boxes["before"]
    qtbot.mouseClick(view.page("block").diagram, LEFT, pos=QPointF(box.left() - 5, box.bottom() + 1).toPoint())
    assert acted == []


def test_keys_walk_along_the_stack_and_the_parts(view, qtbot) -> None:
    acted, diagram = heard(view), view.page("block").diagram
    diagram.setFocus()
    for _step in range(4):
        qtbot.keyClick(diagram, Qt.Key.Key_Right)
    qtbot.keyClick(diagram, Qt.Key.Key_Return)
    assert acted == [Set({"op": "before"})]
    for _step in range(99):
        qtbot.keyClick(diagram, Qt.Key.Key_Right)
    qtbot.keyClick(diagram, Qt.Key.Key_Return)
    assert acted[-1] == Set({"op": "after"})


def test_no_two_parts_of_the_diagram_overlap(view) -> None:
    for size in ((260, 130), (700, 230), (1400, 500)):
        found = Places.within(QRectF(0, 0, *size), look(), 12)
        boxes = [*found.boxes.values(), *found.blocks]
        assert all(QRectF(-1, -1, size[0] + 2, size[1] + 2).contains(box) for box in boxes)
        assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_a_cell_is_marked_by_a_press_and_explained_by_a_second(view) -> None:
    acted, asked, page = heard(view), list[str](), view.page("block")
    view.requested.connect(asked.append)
    page.matrix.pressed.emit(3, 7)
    page.matrix.requested.emit(3, 7)
    assert acted == [Set({"token": 4, "unit": 8})] * 2 and asked == ["cell"]


def test_opened_heads_show_where_the_marked_one_looks(view) -> None:
    page = shown(view, op="heads", unit=33)
    assert page.looks.isVisible() and not page.meter.isVisible()
    assert page.looks.values().shape == (14, 14)
    assert "2" in page.looks.accessibleName()  # 32 numbers a head: the 33rd is of the second
    page = shown(view, op="inner")
    assert page.meter.isVisible() and not page.looks.isVisible()


def test_the_last_block_stands_on_top_of_the_lens_and_a_press_follows_a_token(view) -> None:
    page, acted = shown(view, page="lens"), heard(view)
    frame = view.frame
    assert frame is not None and page.matrix.values()[0, -1] == frame.page.chance[-1, -1]
    page.matrix.pressed.emit(0, 2)
    page.matrix.pressed.emit(4, 2)
    assert acted == [Set({"layer": 4, "token": 3}), Set({"layer": 1, "token": 3})]
    page.matrix.hovered.emit(0, 2)
    page.matrix.hovered.emit(-1, -1)


def test_the_guesses_of_many_blocks_ask_for_room_for_every_row(view) -> None:
    page = framed(page="lens").page
    guesses = view.page("lens").guesses
    least = []
    for rows in (5, 31, 5):
        deep = replace(page, guesses=page.guesses[:1] * rows, shares=page.shares[[0] * rows], read=rows)
        guesses.show_lens(deep)
        least.append(guesses.minimumSizeHint().height())
    assert least[0] == least[2] == look().px(110) and least[1] >= 31 * look().px(ROW)


def test_a_token_of_the_strip_is_followed(view) -> None:
    page, acted = shown(view, page="who"), heard(view)
    page.strip.pressed.emit(4)
    page.strip.pressed.emit(-1)
    page.matrix.pressed.emit(0, 1)
    assert acted == [Set({"token": 5}), Set({"layer": 4})]
    assert page.matrix.values().shape == (4, 5)


def test_neurons_are_drawn_where_a_score_is_a_sum_and_there_are_any(view) -> None:
    page = shown(view, page="who")
    assert page.main_picture() == (page.matrix, page.bars) and len(page.bars.bars()) == 7
    for values in ({"residual": False}, {"model": "copier"}):
        page = shown(view, page="who", **values)
        assert page.main_picture() == (page.matrix,)


def test_a_place_of_the_patch_map_is_marked(view) -> None:
    page, acted = shown(view, 51, topic="patch", model="copier"), heard(view)
    page.matrix.pressed.emit(0, 16)
    page.matrix.pressed.emit(2, 0)
    assert acted == [Set({"layer": 2, "token": 17}), Set({"layer": 0, "token": 1})]


def test_bars_stand_for_what_is_measured_and_dashes_for_what_was_learned(view) -> None:
    bars = shown(view, 8, topic="parts").bars.bars()
    assert len(bars) == 8 and all(bar.text for bar in bars)
    assert bars[1].ghost == 2.556 and bars[3].ghost is None  # nothing was learned without attention
    assert [bool(bar.text) for bar in shown(view, 2, topic="parts").bars.bars()] == [True] * 2 + [False] * 6


def test_each_strength_has_a_bar_for_its_effect_and_one_for_its_price(view) -> None:
    page = shown(view, 3, topic="steer")
    assert [bool(bar.text) for bar in page.effects.bars()] == [True] * 3 + [False] * 3
    assert [bar.name for bar in page.surprises.bars()][:3] == ["×−2.0", "×−1.0", "×0"]
    full = shown(view, 6, topic="steer").effects.view()
    assert 1.0 < full.y1 < 1.1  # no chance is above 1
    assert page.main_picture() == (page.effects, page.surprises) and "A B C" in page.legend.words()


def test_experts_stand_in_rows_over_letters_and_a_press_on_a_row_asks_about_it(view) -> None:
    page, acted = shown(view, 2, topic="experts"), heard(view)
    assert page.takes.values().shape == (8, len(COLUMNS)) and page.shares.values().shape == (8, 3)
    assert [len(series.x) for series in page.losses.series()] == [3, 3]
    page.takes.pressed.emit(4, 0)
    page.shares.pressed.emit(7, 2)
    page.takes.pressed.emit(-1, -1)
    assert acted == [Set({"expert": 5}), Set({"expert": 8})]
    for matrix in (page.takes, page.shares):
        for place in ((0, 2), (7, 36), (7, 37), (-1, -1)):
            matrix.hovered.emit(*place)


def test_a_question_is_marked_where_its_cell_is_pressed_and_drawn_with_its_control(view) -> None:
    page, acted = shown(view, 2, topic="probes", model="drafter"), heard(view)
    assert page.matrix.values().shape == (6, 3) and len(page.plot.series()) == 2
    page.matrix.pressed.emit(4, 2)
    page.matrix.pressed.emit(-1, -1)
    assert acted == [Set({"question": "far", "layer": 2})]


def test_a_feature_is_asked_for_by_its_row_and_its_places_stand_below(view) -> None:
    page, acted = shown(view, 1, topic="features", model="drafter", called="e"), heard(view)
    frame = view.frame
    assert frame is not None and page.most.places() == frame.page.most and page.trials.places() == frame.page.trials
    page.takes.pressed.emit(2, 0)
    page.takes.pressed.emit(-1, -1)
    assert acted == [Set({"feature": frame.page.numbers[2]})]
    for place in ((0, 2), (0, 36), (0, 37), (-1, -1)):
        page.takes.hovered.emit(*place)


@pytest.mark.parametrize("topic", ["probes", "features"])
def test_a_page_about_letters_takes_a_model_of_letters_along(view, topic) -> None:
    view.show_frame(framed(model="copier"))
    assert view.turn(topic) == Set({"topic": topic, "model": "shakespeare"})
    view.show_frame(framed(model="drafter"))
    assert view.turn(topic) == Set({"topic": topic})


def test_the_title_names_what_is_looked_into(view) -> None:
    for values, title in (
        ({"model": "drafter"}, "Small Shakespeare"),
        ({"topic": "experts", "model": "drafter"}, "Two small models"),
        ({"page": "budget", "shape": "olmoe"}, "OLMoE-1B-7B"),
    ):
        shown(view, **values)
        assert view.title.words() == title


def test_the_moments_of_a_long_run_are_thinned_out(view) -> None:
    page = shown(view, topic="experts", experts=2)
    short = framed(topic="experts", experts=2).page
    for moments, columns in ((39, 39), (40, 40), (41, 40), (201, 40)):
        long = replace(short, dense=np.zeros(moments), mixture=np.zeros(moments), loads=np.full((moments, 2, 2), 0.5))
        page.show_page(long, None)
        assert page.shares.values().shape == (2, columns)


def test_the_dashes_of_the_budget_are_what_a_token_uses(view) -> None:
    mixtral = shown(view, page="budget", shape="mixtral").bars.bars()
    assert [bar.ghost is not None for bar in mixtral] == [False, False, True, False, False, False]
    llama = shown(view, page="budget").bars.bars()
    assert all(bar.ghost is None for bar in llama)
    assert len(llama) == 5  # it has neither learned positions nor a router


@pytest.mark.parametrize(
    ("count", "text"),
    [(999, "999"), (1000, "1.00 K"), (999_999, "1000 K"), (1_000_000, "1.00 M"), (6_738_415_616, "6.74 B")],
)
def test_a_count_is_written_to_three_digits(count, text) -> None:
    assert counted(count) == text


@pytest.mark.parametrize("name", PAGES)
def test_every_page_goes_onto_paper(view, name) -> None:
    shown(view, 4, **dict(view.turn(name).values))
    for picture in view.pictures():
        image = QImage(600, 400, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 600, 400))
        painter.end()
        assert any(image.pixelColor(x, y).value() < 250 for x in range(0, 600, 7) for y in range(0, 400, 7))


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_card_is_painted(qapp, palette) -> None:
    image = QImage(200, 120, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 200, 120), palette)
    painter.end()
    assert len({image.pixel(x, y) for x in range(0, 200, 5) for y in range(0, 120, 5)}) > 4
