"""Attention, the picture: the pages and one head at work, driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QRectF, Qt, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QAbstractButton, QApplication

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e17_attention import thumbnail
from lab.experiments.e17_attention.arithmetic import score
from lab.experiments.e17_attention.gestures import Place
from lab.experiments.e17_attention.presets import ALL_JOINED, OWN
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.view import View
from lab.experiments.e17_attention.words import two
from lab.kit.numbers import subscript
from tests.asking import metrics_of
from tests.desk import heard
from tests.experiments.attention_hands import SPECIFICATION, framed, made_view, middle, shown, values_of
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.canvas.layers import Handle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: Any) -> View:
    return made_view(qtbot)


# -------------------------------------------------------------------------------------------- all pages


def test_before_anything_is_opened_a_screen_reader_hears_nought_per_cent(view: View) -> None:
    assert view.progress.value() == 0  # Qt begins at −1


def test_a_chip_opens_another_page_and_the_run_decides(view: View, qtbot: Any) -> None:
    found = heard(view)
    qtbot.mouseClick(view.chips.chip("scale"), LEFT)
    qtbot.mouseClick(view.chips.chip("heads"), LEFT)
    assert values_of(found) == [{"page": "scale"}, {"page": "heads", "source": "copier"}]
    assert view.chips.chosen_keys() == ("chain",)
    shown(view, page="scale")
    assert view.chips.chosen_keys() == ("scale",) and view.page("scale").isVisible()


@pytest.mark.parametrize("preset", SPECIFICATION.presets, ids=lambda p: p.id)
def test_every_preset_is_drawn_in_any_order_and_leaves_nothing_behind(view: View, preset: Any) -> None:
    frame = played(SPECIFICATION, preset.setting).snapshot()
    before = repr(metrics_of(frame))
    for one in (frame, framed(2, **preset.setting.values), framed(4, **preset.setting.values), frame):
        view.show_frame(one)
        assert not view.grab().isNull()
    assert repr(metrics_of(frame)) == before
    assert not [timer for timer in view.findChildren(QTimer) if timer.parent() is view]


@pytest.mark.parametrize(
    "values",
    [
        {"text": "one"},
        {"text": "a b c d e f g h"},
        {"mask": "blind"},
        {"temperature": 100.0},
        {"text": OWN, "scaled": False, "temperature": 0.01},
        {"source": "copier", "text": "x"},
        {"source": "copier", "page": "heads", "text": "x"},
        {"source": "shakespeare", "page": "heads", "text": "To be, or not to be: that is the question. " * 9},
        {"source": "minilm", "text": "word " * 300, "layer": 6},
        {"source": "minilm", "page": "heads", "text": "!"},
        {"page": "scale", "d_k": 1},
        {"page": "scale", "d_k": 512, "draw": 400},
        {"page": "heads"},
    ],
)
def test_extreme_states_can_be_drawn_in_both_themes_and_any_size(view: View, qapp: Any, values: dict[str, Any]) -> None:
    for steps in (0, ALL_JOINED):
        shown(view, steps, **values)
        assert not view.grab().isNull()
    apply_look(qapp, Look(palette=DARK, scale=1.5))
    for size in ((702, 555), (320, 300), (1300, 900)):
        view.resize(*size)
        QApplication.processEvents()
        assert not view.grab().isNull()


def test_what_is_exported_can_be_painted_anywhere(view: View) -> None:
    for values in ({"text": OWN}, {"source": "copier", "page": "heads"}, {"page": "scale"}, {"source": "copier"}):
        shown(view, ALL_JOINED, **values)
        for picture in view.pictures():
            image = QImage(640, 400, QImage.Format.Format_RGB32)
            painter = QPainter(image)
            picture.render_to(painter, QRectF(0, 0, 640, 400))
            painter.end()


def test_while_minilm_is_opened_a_bar_says_how_far(view: View) -> None:
    simulation = played(SPECIFICATION, Setting({"source": "minilm"}))
    simulation.step()
    view.show_frame(simulation.snapshot())
    assert view.progress.isVisible() and view.title.words() and not view.page("chain").strip.tokens()
    while simulation.opening:
        simulation.step()
    view.show_frame(simulation.snapshot())
    assert not view.progress.isVisible() and view.page("chain").arcs.isVisible()


def test_everything_pictured_says_what_it_shows(view: View) -> None:
    for values in ({"text": OWN}, {"source": "copier", "page": "heads"}, {"page": "scale"}):
        page = shown(view, **values)
        for picture in page.pictures():
            assert len(picture.description()) > 20, picture
            assert picture.accessibleName(), picture


# ---------------------------------------------------------------------------------------------- one head


def test_the_query_is_dragged_on_the_plane_and_one_drag_is_one_gesture(view: View, qtbot: Any) -> None:
    page, found = view.page("chain"), heard(view)
    x, y = page.plane.view().screen(1.6, 0.8)
    start = QPoint(round(x), round(y))
    qtbot.mousePress(page.plane, LEFT, pos=start)
    for by in (20, 40):
        qtbot.mouseMove(page.plane, start - QPoint(by, 0))
    qtbot.mouseRelease(page.plane, LEFT, pos=start - QPoint(40, 0))
    places = [action for action, _gesture in found if isinstance(action, Place)]
    assert places and {(p.kind, p.word, p.text) for p in places} == {("q", 4, OWN)}
    assert places[-1].x < 1.4 and abs(places[-1].y - 0.8) < 0.05
    assert len({gesture for _action, gesture in found}) == 1


def test_a_key_moves_by_the_arrow_keys(view: View, qtbot: Any) -> None:
    page, found = view.page("chain"), heard(view)
    page.plane.setFocus()
    qtbot.keyClick(page.plane, Qt.Key.Key_Right)
    places = [action for action, _gesture in found if isinstance(action, Place)]
    assert places and places[0].kind in "qk"


def test_a_dragged_word_of_a_reversed_text_is_the_right_one(view: View) -> None:
    page, found = shown(view, text=OWN, mask="none", reverse=True), heard(view)
    page.plane.dragged.emit("k5", 0.5, 0.5)  # read backwards, the sixth is "cat", the second as typed
    assert found[0][0] == Place("k", 1, 0.5, 0.5, OWN)


def test_a_press_on_a_token_lights_its_row_and_one_on_a_cell_the_cell(view: View, qtbot: Any) -> None:
    page, found = view.page("chain"), heard(view)
    qtbot.mouseClick(page.strip, LEFT, pos=middle(page.strip.place_of(1)))
    qtbot.mouseClick(page.matrix, LEFT, pos=middle(page.matrix.cell_rect(6, 2)))
    page.matrix.setFocus()
    qtbot.keyClick(page.matrix, Qt.Key.Key_Up)
    assert values_of(found) == [{"query": 2, "key": 0}, {"query": 7, "key": 3}, {"query": 4, "key": 2}]


def test_the_pointer_lights_the_same_cell_everywhere_and_writes_out_its_sum(view: View, qtbot: Any) -> None:
    page = view.page("chain")
    before = page.sum.words()
    qtbot.mouseMove(page.matrix, middle(page.matrix.cell_rect(2, 0)))
    assert page.stages.matrices["scores"].highlighted() == (2, 0) and page.stages.matrices["mix"].highlighted() == (
        2,
        -1,
    )
    assert page.sum.words().startswith("“slept” → “The”") and page.sum.words() != before
    qtbot.mouseMove(page.matrix, middle(page.matrix.cell_rect(0, 3)))
    assert "−∞" in page.sum.words()
    page.matrix.leaveEvent(QEvent(QEvent.Type.Leave))
    assert page.sum.words() == before


def test_a_press_on_a_small_matrix_shows_it_large(view: View, qtbot: Any) -> None:
    page, wanted = view.page("chain"), []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    qtbot.mouseClick(page.stages.captions["scores"], LEFT)
    assert wanted == [("large", "scores")]
    view.show_display(Display(large="scores"))
    assert np.array_equal(page.matrix.values(), framed(text=OWN).chain.scores)


def test_stages_that_are_still_to_come_show_no_numbers(view: View) -> None:
    page = shown(view, 1, text=OWN)
    assert "—" in page.readouts.readout("weight").text_shown()
    assert "v(cat)" not in page.mix.words()
    shown(view, 5, text=OWN)
    assert "= 0.85·v(cat)" in page.mix.words()


def test_a_read_out_asks_for_its_arithmetic(view: View, qtbot: Any) -> None:
    requested: list[str] = []
    view.requested.connect(requested.append)
    page = view.page("chain")
    qtbot.mouseClick(page.readouts.readout("entropy"), LEFT)
    page.matrix.setFocus()
    qtbot.keyClick(page.matrix, Qt.Key.Key_Return)
    assert requested == ["entropy", "weight"]


def test_the_plane_turns_to_what_is_found(view: View, qtbot: Any) -> None:
    page, wanted = view.page("chain"), []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    qtbot.mouseClick(page.sides.chip("finds"), LEFT)
    assert wanted == [("plane", "finds")]
    view.show_display(Display(plane="finds"))
    names = [getattr(layer, "name", "") for layer in page.plane.layers()]
    assert "v1" in names and "k1" not in names


# --------------------------------------------------------------------------------------------- at home


def test_the_card_is_painted_in_both_themes() -> None:
    assert sum(thumbnail.WEIGHTS) == pytest.approx(1.0)
    images = []
    for palette in (LIGHT, DARK):
        image = QImage(200, 112, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        thumbnail.paint(painter, QRectF(0, 0, 200, 112), palette)
        painter.end()
        images.append(image)
    assert images[0] != images[1]


def test_every_button_has_a_name(view: View) -> None:
    for values in ({"text": OWN}, {"source": "minilm", "page": "heads"}, {"page": "scale"}):
        shown(view, ALL_JOINED, **values)
        for button in view.findChildren(QAbstractButton):
            assert button.text() or button.accessibleName() or button.toolTip()


def test_a_vector_can_be_typed_and_rubbish_is_refused(view: View, qtbot: Any) -> None:
    page, found = view.page("chain"), heard(view)
    assert (page.fields.x_field.value(), page.fields.y_field.value()) == (1.6, 0.8)
    page.fields.x_field.selectAll()
    qtbot.keyClicks(page.fields.x_field, "-1/2")
    qtbot.keyClick(page.fields.x_field, Qt.Key.Key_Return)
    page.fields.y_field.selectAll()
    qtbot.keyClicks(page.fields.y_field, "two")
    qtbot.keyClick(page.fields.y_field, Qt.Key.Key_Return)
    assert [action for action, _g in found] == [Place("q", 4, -0.5, 0.8, OWN)] and page.fields.y_field.wrong
    qtbot.keyClick(page.fields.y_field, Qt.Key.Key_Escape)
    page.fields.x_field.set_value(1.6)
    qtbot.keyClick(page.fields.x_field, Qt.Key.Key_Up)
    assert found[-1][0] == Place("q", 4, 1.7, 0.8, OWN)


def test_the_fields_show_the_vector_that_was_touched_last(view: View) -> None:
    page = view.page("chain")
    page.plane.dragged.emit("k1", 0.25, -0.5)
    view.show_frame(framed(0, (Place("k", 1, 0.25, -0.5, OWN),), text=OWN))
    assert page.fields.handle() == "k1" and (page.fields.x_field.value(), page.fields.y_field.value()) == (0.25, -0.5)
    shown(view, text="other words")
    assert page.fields.handle() == "q1"


def test_a_cell_under_the_pointer_that_is_no_longer_there_is_not_spelled(view: View) -> None:
    shown(view, text="a b c d e f g h")
    page = view.page("chain")
    page.matrix.hovered.emit(7, 6)
    assert page.sum.words().startswith("“h” → “g”")
    shown(view, text="one two")
    assert page.sum.words().startswith(("“one” → ", "“two” → "))
    page.matrix.hovered.emit(1, 40)  # a number of the output, where there are more of them than tokens
    assert page.sum.words().startswith(("“one” → ", "“two” → "))


def test_of_many_products_the_largest_are_written_with_their_places_and_the_rest_summed(view: View) -> None:
    page = shown(view, source="shakespeare", layer=2, head=2)
    chain = framed(source="shakespeare", layer=2, head=2).chain
    assert chain is not None
    products = chain.q[chain.row] * chain.k[chain.column]
    first = int(np.argmax(np.abs(products)))
    spelled = page.sum.words()
    assert f"q·k = {two(float(products[first]))} (q{subscript(first + 1)}k{subscript(first + 1)}) + " in spelled
    assert f"({len(products) - 2} others) = " in spelled
    why = score(chain)
    assert why.value == pytest.approx(float(products.sum()))


def test_the_cell_under_the_pointer_is_also_on_the_plane_and_in_the_strip(view: View, qtbot: Any) -> None:
    page = shown(view, text=OWN)
    lit = [chip.highlighted for chip in page.strip.tokens()]
    row = 2 if not lit[2] else 1
    qtbot.mouseMove(page.matrix, middle(page.matrix.cell_rect(row, 0)))
    assert [i for i, chip in enumerate(page.strip.tokens()) if chip.highlighted] == [row]
    assert f"q{row}" in [layer.name for layer in page.plane.layers() if isinstance(layer, Handle)]
    page.matrix.hovered.emit(-1, -1)
    assert [chip.highlighted for chip in page.strip.tokens()] == lit


def test_where_there_is_little_room_the_names_of_the_stages_stay(view: View) -> None:
    page = shown(view, text=OWN)
    assert page.stages.matrices["scores"].isVisible()
    view.resize(680, 440)
    QApplication.processEvents()
    assert page.stages.matrices["scores"].isVisible(), "the view scrolls"
    page.set_space(440.0, False)
    QApplication.processEvents()
    assert not page.stages.matrices["scores"].isVisible()
    asked: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: asked.append((name, value)))
    caption = page.stages.captions["mix"]
    assert caption.isVisible()
    assert caption.height() >= 16
    caption.pressed.emit()
    assert asked == [("large", "mix")]
