"""Backpropagation, the tables: paths to any node, what is complete and what is not yet, columns that fit."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetricsF

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.scene import Scene, from_json, to_json
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.gestures import Aim, Look
from lab.experiments.e11_backpropagation.presets import MICROGRAD, REUSED
from lab.experiments.e11_backpropagation.settings import Display
from lab.experiments.e11_backpropagation.sheet import ARROWS, Cell, Row, Sheet
from lab.experiments.e11_backpropagation.tables import layer_of, layer_rows, path_rows, path_title
from lab.experiments.e11_backpropagation.view import View
from tests.asking import metrics_of, why_of
from widgets.base.look import look

EXPERIMENT = find("backpropagation")
SPECIFICATION = EXPERIMENT.load()
TWICE = "d = a*b; e = d + a; e*d; a = 2; b = −3"


def framed(steps: int = 0, *actions: Any, **values: Any) -> GraphFrame:
    return played(SPECIFICATION, Setting(values, 0, tuple((0, action) for action in actions), steps)).snapshot()


# ------------------------------------------------------------------------------------ where paths end


def test_paths_may_end_at_any_node_on_the_way() -> None:
    frame = framed(6, Aim("e"), formula=TWICE)
    metrics = metrics_of(frame)
    assert path_title(frame) == "2 paths from a to e"
    assert (metrics["paths"], metrics["paths_to"]) == (2, "e")
    assert metrics["path_sum"] == pytest.approx(-3 + 1)  # e = a·b + a
    assert metrics["path_through"] == pytest.approx(metrics["grad_e"] * -2)  # type: ignore[operator]
    assert metrics["path_through"] == pytest.approx(12)  # half of the blame; the other comes through d alone
    assert metrics_of(framed(7, formula=TWICE))["grad_a"] == pytest.approx(24)


def test_blame_through_a_cut_adds_up_to_the_whole_gradient() -> None:
    """Every way from a to L of micrograd's example enters through one of the nodes that use a."""
    through_d = metrics_of(framed(51, Aim("d"), formula=MICROGRAD))
    assert through_d["path_sum"] == 2.0
    term = why_of(framed(51, Aim("d"), formula=MICROGRAD), "path_through")
    assert term is not None
    assert term.value == pytest.approx(through_d["path_through"])


def test_where_no_path_leads_there_they_end_at_the_output() -> None:
    frame = framed(6, Aim("d"), Look("e"), formula=TWICE)
    assert path_title(frame) == "1 path from e to L"
    assert metrics_of(frame)["path_through"] is None


def test_the_end_is_a_gesture_that_is_undone_and_saved() -> None:
    simulation = played(SPECIFICATION, Setting({"formula": TWICE}))
    back = simulation.act(Aim("e"))
    assert back == Aim("L")
    again = played(SPECIFICATION, Setting({"formula": TWICE}))
    again.load(simulation.save())
    assert metrics_of(again.snapshot())["paths_to"] == "e"
    simulation.act(back)
    assert metrics_of(simulation.snapshot())["paths_to"] == "L"
    assert simulation.act(Aim("a")) is None  # a leaf is no end
    assert simulation.act(Aim("nothing")) is None
    setting = Setting({"formula": TWICE}, 0, ((0, Aim("e")),), 4)
    scene = from_json(to_json(Scene.of(EXPERIMENT, setting)), lambda _id: EXPERIMENT)
    assert [action for _step, action in scene.actions] == [Aim("e")]


def test_paths_need_only_the_values_on_the_way() -> None:
    assert metrics_of(framed(1, Aim("d"), formula=TWICE))["path_sum"] == -3
    assert metrics_of(framed(1, formula=TWICE))["path_sum"] is None


@pytest.fixture
def view(qtbot: Any) -> View:
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 552)
    made.show_display(Display())
    made.show()
    return made


def hold(view: View, steps: int, **values: Any) -> list[Any]:
    simulation = played(SPECIFICATION, Setting(values, steps=steps))
    heard: list[Any] = []

    def hear(action: Any, gesture: str) -> None:
        heard.append((action, gesture))
        simulation.act(action)
        view.show_frame(simulation.snapshot())

    view.acted.connect(hear)
    view.show_frame(simulation.snapshot())
    return heard


def test_a_click_with_shift_and_the_list_choose_where_paths_end(view: View, qtbot: Any) -> None:
    heard = hold(view, 6, formula=TWICE)
    assert view.frame is not None
    box = view.graph.node_box(str(view.frame.graph.find("e")))
    qtbot.mouseClick(view.graph, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, box.center().toPoint())
    assert heard[-1][0] == Aim("e")
    page = view.page("paths")
    assert page.end.chosen_key() == "e"
    assert "∂e/∂a" in page.sheet.text()
    page.end.setFocus()
    qtbot.keyClick(page.end, Qt.Key.Key_Down)
    assert heard[-1][0] == Aim("d")
    assert heard[-1][1] != heard[-2][1]  # each is undone by itself
    view.graph.select(str(view.frame.graph.find("e")))
    assert page.end.isHidden()  # there is but one way it could go


# ---------------------------------------------------------------------------------- not yet complete


def test_a_gradient_that_is_still_arriving_is_not_called_wrong() -> None:
    half, whole = framed(4, formula=REUSED), framed(5, formula=REUSED)
    assert path_rows(half)[-1].cells[1].text == "backward so far: 1"
    assert path_rows(whole)[-1].cells[1].text == "backward: 7 ✓"
    assert path_rows(framed(5, formula=REUSED, bugs=["assign"]))[-1].cells[1].text == "backward: 3 ✗"


def test_complete_is_what_has_got_all_that_this_pass_brings() -> None:
    simulation = played(SPECIFICATION, Setting({"formula": TWICE}))
    ends = played(SPECIFICATION, Setting({"formula": TWICE}, steps=7)).snapshot()
    for _ in range(7):
        frame = simulation.snapshot()
        for i, gradient in enumerate(frame.gradients):
            if gradient is not None and frame.complete(i) and frame.forward_done:
                assert float(gradient) == float(ends.gradients[i])  # type: ignore[arg-type]
        advance(simulation)


# ------------------------------------------------------------------------------------------- columns


def test_numbers_of_a_layer_are_never_cut_short(view: View) -> None:
    hold(view, 19, graph="course", learning_rate=0.5, bugs=["transpose"])
    sheet = view.page("layers").sheet
    view.grab()
    for row in sheet.rows():
        for cell, wide in zip(row.cells, [wide for _n, wide in sheet.columns_in_sight()]):
            font = look().font("caption", 650 if cell.strong else 500)
            assert QFontMetricsF(font).horizontalAdvance(cell.text) <= wide - look().px(8)


def test_columns_that_do_not_fit_are_brought_into_sight(qtbot: Any) -> None:
    sheet = Sheet()
    qtbot.addWidget(sheet)
    sheet.resize(300, 100)
    head = Row(tuple(Cell(text) for text in ("unit", "", *"12345678")), head=True)
    sheet.set_rows((head, Row(tuple(Cell(text) for text in ("dL/dW1", "x", *["−0.00712"] * 8)))), whole=True)
    sheet.show()
    sheet.grab()
    assert [n for n, _wide in sheet.columns_in_sight()][:3] == [0, 1, 2]
    for _ in range(12):
        qtbot.keyClick(sheet, Qt.Key.Key_Right)
        sheet.grab()
    assert sheet.columns_in_sight()[-1][0] == 9
    before = sheet.columns_in_sight()
    arrows = sum(wide for _n, wide in before[:2]) - look().px(ARROWS)
    qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(round(arrows) + 6, 8))
    assert sheet.columns_in_sight()[2][0] == before[2][0] - 1
    for _ in range(12):
        qtbot.keyClick(sheet, Qt.Key.Key_Left)
    assert [n for n, _wide in sheet.columns_in_sight()][:3] == [0, 1, 2]


def test_the_slope_of_a_layer_is_that_of_its_own_gate() -> None:
    rows = layer_rows(layer_of(framed(19, graph="course"), 1))
    assert rows[2].cells[1].text == "dL/da1 · σ′"


LONG = "d = a*b; e = d + a; f = e*c; g = f + c; g*c; a = 2; b = 3; c = 1"


@pytest.mark.parametrize("steps", [0, 11])
def test_paths_that_end_alike_are_told_apart_by_what_differs(steps: int) -> None:
    """What all of them pass at their end is left out, so that no row has to be cut where it differs."""
    rows = [row.cells[0].text for row in path_rows(framed(steps, formula=LONG))]
    assert rows[:2] == ["a → d → … → L", "a → … → L"] or rows[:2] == ["a → … → L", "a → d → … → L"]
    alone = [row.cells[0].text for row in path_rows(framed(steps, Look("b"), formula=LONG))]
    assert alone[0] == "b → d → e → f → g → L"  # a single one is written out
