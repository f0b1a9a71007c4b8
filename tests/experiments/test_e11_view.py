"""Backpropagation, the picture: it draws any frame in any order, and turns what the hand does into gestures."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import advance, played
from lab.core.simulation import Set
from lab.experiments.e11_backpropagation import thumbnail
from lab.experiments.e11_backpropagation.gestures import Accuse, Fill, Look, SetLeaf
from lab.experiments.e11_backpropagation.presets import MICROGRAD, NEURON
from lab.experiments.e11_backpropagation.settings import Display
from lab.experiments.e11_backpropagation.view import View
from tests.asking import metrics_of, sentence_of
from widgets.base.colors import DARK
from widgets.base.look import Look as Appearance
from widgets.base.look import apply_look

SPECIFICATION = find("backpropagation").load()
LEFT = Qt.MouseButton.LeftButton
COURSE = {"graph": "course", "learning_rate": 0.5}


class Hand:
    """Answers a view as the box does: every gesture is applied, and the new frame is shown."""

    def __init__(self, view: View, steps: int = 0, **values: Any) -> None:
        self.view, self.heard = view, []
        self.simulation = played(SPECIFICATION, Setting(values, steps=steps))
        view.acted.connect(self.hear)
        view.display_changed.connect(self.show)
        self.display = Display()
        view.show_frame(self.simulation.snapshot())
        QApplication.processEvents()

    def hear(self, action: Any, gesture: str) -> None:
        self.heard.append((action, gesture))
        if not isinstance(action, Set):
            self.simulation.act(action)
        self.view.show_frame(self.simulation.snapshot())

    def show(self, name: str, value: Any) -> None:
        self.display = Display(**{"page": self.display.page, "fold": self.display.fold, name: value})
        self.view.show_display(self.display)

    def step(self) -> None:
        advance(self.simulation)
        self.view.show_frame(self.simulation.snapshot())

    @property
    def metrics(self) -> Any:
        return metrics_of(self.simulation.snapshot())


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # the views of the tests before
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 552)
    made.set_compact(True)
    made.show_display(Display())
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    return made


def spot(view: View, name: str) -> QPoint:
    assert view.frame is not None
    return view.graph.node_box(str(view.frame.graph.find(name))).center().toPoint()


def drawn(view: View) -> int:
    """How many nodes are not folded away."""
    count = 0
    for key in view.graph.keys():
        with suppress(KeyError):
            view.graph.node_box(key)
            count += 1
    return count


# ------------------------------------------------------------------------------------------- drawing


def test_every_preset_break_and_challenge_is_drawn_at_many_steps_forward_and_back(view: View) -> None:
    items = (*SPECIFICATION.presets, *SPECIFICATION.breaks, *SPECIFICATION.challenges)
    for item in items:
        frames = []
        simulation = played(SPECIFICATION, Setting(item.setting.values, 0, item.setting.actions))
        for _ in range(25):
            frames.append(simulation.snapshot())
            if not simulation.done:
                advance(simulation)
        for page in ("paths", "check", "layers", "loss"):
            view.show_display(Display(page=page, fold=page != "loss"))
            for frame in (*frames[::6], frames[0], frames[-1]):
                view.show_frame(frame)
                view.grab()


def test_unknown_numbers_are_dashes_until_they_are_reached(view: View) -> None:
    hand = Hand(view)
    node = view.graph.node(str(view.frame.graph.find("a")))
    assert node.values == ("2",)
    assert node.gradients == ("—",)
    for _ in range(5):
        hand.step()
    assert view.graph.node(node.key).gradients == ("−3",)
    assert "−3" in view.step.text()


def test_paths_are_listed_in_letters_before_there_are_numbers(view: View) -> None:
    hand = Hand(view, 0, formula="d = a*b; d*d + a; a = 2; b = −3")
    sheet = view.page("paths").sheet
    assert sheet.text().splitlines() == ["a → d → v1 → L\tb · d · 1\t= —"] * 2 + ["a → L\t1\t= —"]
    for _ in range(3):
        hand.step()
    assert sheet.text().splitlines()[0] == "a → d → v1 → L\t(−3) · (−6) · 1\t= 18"
    QTest.keyClick(sheet, Qt.Key.Key_Down)
    assert len(view.graph.path()) == 4


def test_the_course_shows_its_layers_without_being_requested(view: View, qtbot: Any) -> None:
    hand = Hand(view, 19, **COURSE)
    page = view.page("layers")
    assert page.isVisible()
    qtbot.mouseClick(page.chips.chip("1"), LEFT)
    text = page.sheet.text()
    assert "dL/dW1" in text
    assert "−0.00356" in text
    assert hand.metrics["grad_W1_1_1"] == pytest.approx(-0.00356, abs=1e-5)


def test_a_network_of_numbers_is_folded_and_can_be_opened(view: View, qtbot: Any) -> None:
    Hand(view, 0, graph="net", detail="numbers")
    folded = drawn(view)
    key = view.graph.folded()[0]
    qtbot.mouseClick(view.graph, LEFT, pos=view.graph.node_box(key).topLeft().toPoint())
    assert drawn(view) > folded
    view.show_display(Display(fold=False))
    assert view.graph.folded() == ()
    view.show_display(Display(fold=True))
    assert drawn(view) == folded


def test_it_is_painted_on_paper_and_in_the_dark(view: View, qapp: QApplication) -> None:
    Hand(view, 11, formula=NEURON)
    for picture in view.pictures():
        image = QImage(900, 600, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 900, 600))
        painter.end()
        assert image.pixelColor(3, 3).name() == "#ffffff"
    light = view.grab().toImage()
    apply_look(qapp, Appearance(DARK))
    QApplication.processEvents()
    assert view.grab().toImage() != light


def test_small_and_large_windows_and_text_keep_the_graph(view: View, qapp: QApplication) -> None:
    Hand(view, 5)
    for size, scale in (((420, 300), 1.0), ((702, 552), 2.0), ((1500, 900), 1.0), ((702, 552), 1.5)):
        apply_look(qapp, Appearance(scale=scale))
        view.resize(*size)
        QApplication.processEvents()
        assert view.graph.height() >= 120
        view.grab()


# ---------------------------------------------------------------------------------------- the hand


def test_a_leaf_is_dragged_and_everything_follows_as_one_gesture(view: View, qtbot: Any) -> None:
    hand = Hand(view, 5)
    start = spot(view, "b")
    qtbot.mousePress(view.graph, LEFT, pos=start)
    for up in (10, 30, 40):
        qtbot.mouseMove(view.graph, start + QPoint(0, -up))
    qtbot.mouseRelease(view.graph, LEFT, pos=start + QPoint(0, -40))
    drags = [(a, g) for a, g in hand.heard if isinstance(a, SetLeaf)]
    assert drags[-1][0].value == pytest.approx(-2.5)
    assert drags[-1][0].start
    assert len({gesture for _a, gesture in drags}) == 1
    assert hand.metrics["grad_a"] == pytest.approx(-2.5)


def test_looking_at_a_node_shows_its_paths_and_pointing_lights_the_way(view: View, qtbot: Any) -> None:
    hand = Hand(view, 51, formula=MICROGRAD)
    qtbot.mouseClick(view.whole, LEFT)  # all of it in sight
    qtbot.mouseClick(view.graph, LEFT, pos=spot(view, "b"))
    assert hand.heard[-1][0] == Look("b")
    paths = view.page("paths")
    assert "from b to L" in paths.title.text()
    qtbot.mouseMove(paths.sheet, QPoint(30, 10))
    assert view.graph.path()[-1] == str(view.frame.graph.output)
    paths.sheet.setFocus()
    qtbot.keyClick(paths.sheet, Qt.Key.Key_Down)
    assert view.graph.path()
    with qtbot.waitSignal(view.requested) as requested:
        qtbot.keyClick(paths.sheet, Qt.Key.Key_Return)
    assert requested.args[0].startswith("path_")


def test_numbers_are_typed_in_every_way_people_write_them(view: View, qtbot: Any) -> None:
    hand = Hand(view, 5)
    for text, value in (("1/2", 0.5), ("0,25", 0.25), ("−4", -4.0), ("5e-1", 0.5)):
        qtbot.mouseClick(view.graph, LEFT, pos=spot(view, "a"))
        qtbot.keyClick(view.graph, Qt.Key.Key_Return)
        view.graph.editor.setText(text)
        qtbot.keyClick(view.graph.editor, Qt.Key.Key_Return)
        assert hand.metrics["value_a"] == value
        assert not view.graph.editor.isVisible()


@pytest.mark.parametrize("text", ["abc", "", "1/0", "💥", "9" * 400, "nan"])
def test_rubbish_is_refused_and_changes_nothing(view: View, qtbot: Any, text: str) -> None:
    hand = Hand(view, 5)
    qtbot.mouseClick(view.graph, LEFT, pos=spot(view, "a"))
    view.graph.edit()
    view.graph.editor.setText(text)
    qtbot.keyClick(view.graph.editor, Qt.Key.Key_Return)
    assert hand.metrics["value_a"] == 2.0
    assert view.graph.editor.wrong
    qtbot.keyClick(view.graph.editor, Qt.Key.Key_Escape)
    assert not view.graph.editor.isVisible()


def test_one_number_of_a_matrix_is_chosen_and_typed(view: View, qtbot: Any) -> None:
    hand = Hand(view, 19, **COURSE)
    box, zoom = view.graph.node_box(str(view.frame.graph.find("W1"))), view.graph.zoom_level()
    at = QPointF(box.right() - 14 * zoom, box.top() + (20 + 24) * zoom).toPoint()
    qtbot.mouseClick(view.graph, LEFT, pos=at)
    assert hand.heard[-1][0] == Look("W1[2,3]")
    view.graph.edit()
    assert view.graph.editor.text() == "−0.6"
    view.graph.editor.setText("0.6")
    qtbot.keyClick(view.graph.editor, Qt.Key.Key_Return)
    assert hand.metrics["value_W1_2_3"] == 0.6
    assert hand.metrics["looked_at"] == "W1[2,3]"


def test_blanks_are_filled_in_the_graph(view: View, qtbot: Any) -> None:
    challenge = SPECIFICATION.challenge("blanks")
    hand = Hand(view, 0, **challenge.setting.values)
    for name, value in (("a", "24"), ("b", "-16"), ("c", "-6")):
        qtbot.mouseClick(view.graph, LEFT, pos=spot(view, name))
        assert name in view.step.text()
        view.graph.edit()
        view.graph.editor.setText(value)
        qtbot.keyClick(view.graph.editor, Qt.Key.Key_Return)
    assert [a for a, _g in hand.heard if isinstance(a, Fill)] == [Fill("a", 24), Fill("b", -16), Fill("c", -6)]
    assert hand.metrics["blanks_right"] == 3
    assert "All 3 are right" in view.remark.text()


def test_a_saboteur_is_accused_by_button(view: View, qtbot: Any) -> None:
    hand = Hand(view, 8, formula=NEURON, puzzle="wrong1", puzzle_number=10)
    assert not view.accuse.isEnabled()  # a leaf has no rule
    qtbot.mouseClick(view.graph, LEFT, pos=spot(view, "L"))
    assert view.accuse.isEnabled()
    qtbot.mouseClick(view.accuse, LEFT)
    assert hand.heard[-1][0] == Accuse("L")
    assert "repaired" in view.remark.text()
    assert not view.accuse.isVisible()


def test_a_formula_is_laid_out_while_it_is_typed(view: View, qtbot: Any) -> None:
    hand = Hand(view)
    view.formula.setFocus()
    view.formula.clear()
    qtbot.keyClicks(view.formula, "a*b*c")
    written = [action.values["formula"] for action, _g in hand.heard if isinstance(action, Set)]
    assert written == ["a*b", "a*b*c"]  # what is not finished is left alone
    assert len({gesture for _a, gesture in hand.heard}) == 1
    qtbot.keyClick(view.formula, Qt.Key.Key_Return)
    assert not view.formula.wrong


@pytest.mark.parametrize("text", ["a*", "foo(2)", "((", "💥", "a = 3"])
def test_a_formula_that_cannot_be_read_stays_and_says_why(view: View, qtbot: Any, text: str) -> None:
    hand = Hand(view)
    view.formula.setFocus()
    view.formula.setText(text)
    view.formula.setModified(True)
    qtbot.keyClick(view.formula, Qt.Key.Key_Return)
    assert hand.heard == []
    assert view.formula.wrong
    assert view.formula.text() == text
    assert view.remark.text()
    qtbot.keyClick(view.formula, Qt.Key.Key_Escape)
    assert view.formula.text() == SPECIFICATION.params().formula
    assert view.remark.text() == ""


def test_a_right_click_on_a_node_offers_what_can_be_done_with_it(view: View, qtbot: Any) -> None:
    hand = Hand(view, 5)
    qtbot.mouseClick(view.graph, Qt.MouseButton.RightButton, pos=spot(view, "b"))
    menu = view.graph.findChild(QMenu)
    assert hand.heard[-1][0] == Look("b")
    assert [action.text() for action in menu.actions()] == ["Why this number", "Copy its numbers", "Type a number"]
    with qtbot.waitSignal(view.requested) as requested:
        menu.actions()[0].trigger()
    assert requested.args == ["grad_b"]
    menu.actions()[1].trigger()
    assert "dL/db = 2" in QApplication.clipboard().text()
    menu.close()
    qtbot.mouseDClick(view.graph, LEFT, pos=spot(view, "L"))
    qtbot.mouseClick(view.graph, Qt.MouseButton.RightButton, pos=QPoint(3, 3))  # beside the nodes: nothing


def test_the_nudge_is_dragged_along_the_u(view: View) -> None:
    hand = Hand(view, 11, formula=NEURON)
    view.show_display(Display(page="check"))
    view.page("check").plot.line_dragged.emit("h", 12.0)
    assert hand.heard[-1] == (Set({"h": 1e-12}), "h#0")


def test_matrices_and_numbers_are_chosen_above_the_graph(view: View) -> None:
    hand = Hand(view, 0, **COURSE)
    assert view.detail.isVisible()
    view.detail.chosen.emit("numbers")
    assert hand.heard[-1][0] == Set({"detail": "numbers"})
    Hand(view, 0)
    assert not view.detail.isVisible()


def test_a_page_is_chosen_and_a_missing_one_is_replaced(view: View, qtbot: Any) -> None:
    hand = Hand(view, 5)
    view.chips.chosen.emit("check")
    assert hand.display.page == "check"
    assert view.page("check").isVisible()
    view.chips.chosen.emit("layers")
    assert view.page("paths").isVisible()


def test_lines_ask_for_their_arithmetic(view: View, qtbot: Any) -> None:
    Hand(view, 5)
    line = next(line for line in view.step.lines if line.isVisible() and line.text().startswith("= "))
    with qtbot.waitSignal(view.requested) as requested:
        qtbot.mouseClick(line, LEFT)
    assert requested.args[0] in metrics_of(view.frame)


def test_every_word_fits_and_nothing_is_nameless(view: View) -> None:
    Hand(view, 19, **COURSE)
    for picture in view.pictures():
        assert picture.accessibleName()
        assert picture.description() == sentence_of(view.frame)
    assert [label for label in view.findChildren(QLabel) if label.isVisible() and label.width() > view.width()] == []


def test_the_thumbnail_paints_in_both_themes() -> None:
    from widgets.base.colors import LIGHT

    pictures = []
    for palette in (LIGHT, DARK):
        image = QImage(208, 117, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        thumbnail.paint(painter, QRectF(0, 0, 208, 117), palette)
        painter.end()
        pictures.append(image)
    assert pictures[0] != pictures[1]


def test_the_errors_of_the_u_are_errors_and_not_their_powers_of_ten(view: View) -> None:
    Hand(view, 11, formula=NEURON)
    view.show_display(Display(page="check"))
    check = played(SPECIFICATION, Setting({"formula": NEURON}, steps=11)).snapshot().check64
    assert check is not None
    head, rows = view.page("check").plot.to_table()
    column = head.index("float64")
    shown = [row[column] for row in rows if row[column] is not None]
    assert shown == pytest.approx(check.curve.errors.tolist())
    assert min(shown) >= 0
