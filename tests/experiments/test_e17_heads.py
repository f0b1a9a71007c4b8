"""Attention, all heads and the root of d: driven as a user would, by mouse and by key."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtWidgets import QApplication, QMenu

from lab.experiments.e17_attention.gestures import Patch, Silence
from lab.experiments.e17_attention.presets import ALL_JOINED
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.view import View
from tests.desk import heard
from tests.experiments.attention_hands import framed, made_view, middle, shown, values_of
from widgets.base.look import Look, apply_look

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: Any) -> View:
    return made_view(qtbot)


# ---------------------------------------------------------------------------------------------- all heads


def test_a_head_is_opened_alone_silenced_and_patched(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, source="copier", page="heads", layer=2, head=2)
    found, wanted = heard(view), []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    qtbot.mouseClick(page.grid, LEFT, pos=middle(page.grid.place_rect(0, 2)))
    assert values_of(found) == [{"layer": 1, "head": 3}]
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_Delete)
    qtbot.mouseClick(page.head_actions.chip("silence"), LEFT)
    qtbot.mouseClick(page.head_actions.chip("patch"), LEFT)
    assert [action for action, _g in found[1:]] == [Silence(1, 1, True), Silence(1, 1, True), Patch(1, 1, True)]
    assert not page.head_actions.chosen_keys()  # until the run says so
    qtbot.mouseDClick(page.grid, LEFT, pos=middle(page.grid.place_rect(1, 1)))
    assert ("solo", True) in wanted
    view.show_display(Display(solo=True))
    assert not page.grid.isVisible() and page.arcs.isVisible()


def menu_of(page: Any, at: tuple[int, int], reason: QContextMenuEvent.Reason) -> QMenu:
    """The menu that is asked for at a head, or by its key."""
    spot = middle(page.grid.place_rect(*at))
    QApplication.sendEvent(page.grid, QContextMenuEvent(reason, spot, page.grid.mapToGlobal(spot)))
    return page.findChildren(QMenu)[-1]


def test_the_right_button_opens_a_menu_and_silences_nothing(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, source="copier", page="heads", layer=2, head=2)
    found, requested = heard(view), []
    view.requested.connect(requested.append)
    menu = menu_of(page, (0, 1), QContextMenuEvent.Reason.Mouse)
    assert values_of(found) == [{"layer": 1, "head": 2}] and len(found) == 1
    why, silence, patch, alone, roles, weights = [entry for entry in menu.actions() if not entry.isSeparator()]
    why.trigger()
    silence.trigger()
    patch.trigger()
    assert requested == ["weight"] and [a for a, _g in found[1:]] == [Silence(0, 1, True), Patch(0, 1, True)]
    wanted: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    alone.trigger()
    assert wanted == [("solo", True)]
    roles.trigger()
    assert len(QGuiApplication.clipboard().text().splitlines()) == 7
    weights.trigger()
    lines = [line.split("\t") for line in QGuiApplication.clipboard().text().splitlines()]
    assert lines[0][1:] == list("qzkxmwjqzkxmwjqzk") and [line[0] for line in lines[1:]] == lines[0][1:]
    assert sum(float(number) for number in lines[-1][1:]) == pytest.approx(1.0, abs=1e-5)
    menu.close()


def test_the_menu_key_opens_the_menu_of_the_chosen_head(view: View) -> None:
    page = shown(view, ALL_JOINED, (Silence(1, 1, True),), source="minilm", page="heads", layer=2, head=2)
    found = heard(view)
    menu = menu_of(page, (4, 4), QContextMenuEvent.Reason.Keyboard)
    words = [entry.text() for entry in menu.actions()]
    assert values_of(found) == [{"layer": 2, "head": 2}]
    assert "Let head 2·2 speak" in words and not any("Patch" in text for text in words)
    menu.close()


def test_where_text_is_large_roles_take_turns_with_the_arcs_and_the_tour_stays(
    view: View, qapp: Any, qtbot: Any
) -> None:
    view.resize(702, 640)
    page = shown(view, ALL_JOINED, source="minilm", page="heads", layer=4, head=2)
    assert page.roles.isVisible() and page.tour.isVisible() and not page.drawn.chip("roles").isVisible()
    apply_look(qapp, Look(scale=1.5))
    view.resize(720, 400)
    for _round in range(6):
        QApplication.processEvents()
    assert page.arcs.isVisible() and page.tour.isVisible() and not page.roles.isVisible()
    assert not page.drawn.chip("next").isVisible(), "the tour takes no turns: the view scrolls"
    assert page.arcs.height() >= view.PICTURE
    wanted: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    qtbot.mouseClick(page.drawn.chip("roles"), LEFT)
    assert wanted == [("drawn", "roles")]
    for drawn, part in (("roles", page.roles), ("matrix", page.matrix), ("arcs", page.arcs)):
        view.show_display(Display(drawn=drawn))
        QApplication.processEvents()
        assert part.isVisible() and page.tour.isVisible() and page.drawn.chosen_keys() == (drawn,)
    apply_look(qapp, Look())
    view.resize(702, 640)
    for _round in range(6):
        QApplication.processEvents()
    assert page.roles.isVisible() and page.arcs.isVisible() and page.tour.isVisible()


@pytest.mark.parametrize("height", [512, 559, 561])
def test_on_a_small_screen_the_heads_have_the_room_of_the_roles_which_a_chip_brings(view: View, height: int) -> None:
    view.resize(702, height)
    page = shown(view, ALL_JOINED, source="copier", page="heads", layer=2, head=2)
    small = height < 560
    assert page.drawn.chip("roles").isVisible() == small
    assert page.roles.isVisible() != small
    assert page.next.isVisible() and page.arcs.isVisible() and not page.drawn.chip("next").isVisible()
    view.show_display(Display(drawn="roles"))
    QApplication.processEvents()
    assert page.roles.isVisible() and page.next.isVisible()
    assert page.arcs.isVisible() != small
    assert page.drawn.chosen_keys() == (("roles",) if small else ("arcs",))


def test_silenced_heads_are_struck_out_and_the_bars_react(view: View) -> None:
    off = (Silence(0, 1, True), Silence(0, 2, True))
    page = shown(view, ALL_JOINED, off, source="copier", page="heads", layer=1, head=2)
    assert page.head_actions.chosen_keys() == ("silence",)
    expected = page.next.shown()
    x = expected.labels.index("x")
    assert expected.before[x] > 0.99 and expected.p[x] < 0.01
    assert "1·2, 1·3" in page.note.words()


def test_a_role_opens_the_head_that_does_it_most(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, source="copier", page="heads")
    found = heard(view)
    qtbot.mouseClick(page.roles, LEFT, pos=middle(page.roles.spot(0)))
    page.roles.setFocus()
    for _ in range(5):
        qtbot.keyClick(page.roles, Qt.Key.Key_Down)
    qtbot.keyClick(page.roles, Qt.Key.Key_Return)
    assert values_of(found) == [{"layer": 1, "head": 3}, {"layer": 2, "head": 2}]


def test_the_tour_of_minilm_opens_its_heads_and_says_what_was_measured(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, source="minilm", page="heads", layer=5, head=6)
    assert "84 %" in page.tour.sentence.words() and "Here: 89 %" in page.tour.sentence.words()
    assert page.tour.chips.chosen_keys() == ("5·6",)
    found = heard(view)
    qtbot.mouseClick(page.tour.chips.chip("4·2"), LEFT)
    assert values_of(found) == [{"layer": 4, "head": 2, "query": 10, "key": 3}]  # the cell from "it" to "animal"
    assert page.tour.chips.chosen_keys() == ("5·6",)  # until the run says so
    assert not page.head_actions.chip("patch").isEnabled() and page.head_actions.chip("silence").isEnabled()


def test_the_first_token_can_be_hidden_and_nothing_is_counted_anew(view: View) -> None:
    page = shown(view, ALL_JOINED, source="minilm", page="heads", layer=5, head=6)
    view.show_display(Display(hide_first=True, drawn="matrix"))
    frame = framed(ALL_JOINED, source="minilm", page="heads", layer=5, head=6)
    values = page.matrix.values()
    assert values[:, 0].max() == 0.0 and np.array_equal(values[:, 1:], frame.reading.weights[4, 5][:, 1:])


def test_a_piece_of_the_split_opens_its_head(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, source="copier", page="heads")
    found = heard(view)
    qtbot.mouseClick(page.split, LEFT, pos=middle(page.split.piece_rect(3)))
    assert values_of(found) == [{"head": 4}]


def test_arcs_are_pressed_at_both_sides(view: View, qtbot: Any) -> None:
    page = shown(view, ALL_JOINED, source="copier", page="heads")
    found = heard(view)
    qtbot.mouseClick(page.arcs, LEFT, pos=(page.arcs.place_of(3) - QPointF(15, 0)).toPoint())
    qtbot.mouseClick(page.arcs, LEFT, pos=(page.arcs.place_of(5, True) + QPointF(15, 0)).toPoint())
    assert values_of(found) == [{"query": 4, "key": 0}, {"query": 17, "key": 6}]


# ------------------------------------------------------------------------------------------------- √d


def test_the_width_is_dragged_in_the_curve(view: View) -> None:
    page, found = shown(view, page="scale"), heard(view)
    page.curve.line_dragged.emit("width", 9.0)
    page.curve.line_dragged.emit("width", 99.0)
    page.curve.line_dragged.emit("width", -3.0)
    assert values_of(found) == [{"d_k": 512}, {"d_k": 512}, {"d_k": 1}]
    assert {gesture for _action, gesture in found} == {"width"}


def test_both_rows_of_ten_weights_add_up(view: View) -> None:
    page = shown(view, page="scale", d_k=512)
    for matrix in page.weights.values():
        assert matrix.values().shape == (1, 10) and matrix.values().sum() == pytest.approx(1.0)
    assert page.weights["raw"].values().max() > page.weights["scaled"].values().max()


# ------------------------------------------------------------------------------------------- what stays


def test_a_head_alone_takes_all_the_room_and_a_button_brings_the_others_back(view: View, qtbot: Any) -> None:
    view.resize(702, 640)
    page = shown(view, page="heads", source="shakespeare")
    beside = page.arcs.width()
    assert not page.all_heads.isVisible()
    wanted: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    view.show_display(Display(solo=True))
    QApplication.processEvents()
    assert page.arcs.width() > 1.8 * beside
    assert not page.grid.isVisible()
    assert page.all_heads.isVisible()
    page.all_heads.click()
    assert wanted == [("solo", False)]
    view.show_display(Display())
    QApplication.processEvents()
    assert page.grid.isVisible()
    assert page.roles.isVisible()
    assert not page.all_heads.isVisible()


def test_a_patch_names_the_text_it_took_and_what_is_expected_now(view: View) -> None:
    page = shown(view, actions=(Patch(1, 1, True),), page="heads", source="copier", other="bcdbcdbc")
    assert "with what it said of “bcdbcdbc”" in page.note.words()
    page = shown(view, actions=(Patch(1, 1, True),), page="heads", source="copier")
    assert "“bdfhjlnbdfhjlnbdf”" in page.note.words()


def test_silence_says_the_answer(view: View) -> None:
    page = shown(view, page="heads", source="shakespeare")
    assert "Press a head" in page.note.words()
    page = shown(view, actions=(Silence(0, 0, True),), page="heads", source="shakespeare")
    expected = framed(actions=(Silence(0, 0, True),), page="heads", source="shakespeare").expected
    assert expected is not None
    assert "Press a head" not in page.note.words()
    assert "Silenced: 1·1." in page.note.words()
    assert f"expects “{expected.labels[expected.likeliest]}”: " in page.note.words()


def test_an_answer_that_changed_is_told_with_the_one_before(view: View) -> None:
    actions = tuple(Silence(0, head, True) for head in range(8))
    page = shown(view, actions=actions, page="heads", source="copier")
    expected = framed(actions=actions, page="heads", source="copier").expected
    assert expected is not None
    assert expected.likeliest != expected.usual
    assert f"before, “{expected.labels[expected.usual]}”: " in page.note.words()
