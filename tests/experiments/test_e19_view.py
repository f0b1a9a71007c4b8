"""How language models work, the picture: seven pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.numbers import show_number
from lab.core.params import checked
from lab.core.simulation import Set
from lab.experiments.e19_next_token import page_ladder, thumbnail
from lab.experiments.e19_next_token.gestures import Bet, Go
from lab.experiments.e19_next_token.settings import PAGES, Display, Params
from lab.experiments.e19_next_token.view import View
from lab.kit import model_run
from lab.kit.gestures import Choose, Cut, Measure
from lab.kit_qt.token_tree import TokenTree, TreeNode
from tests.experiments.tiny_smollm2 import in_place_of_smollm2
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look

SPECIFICATION = find("next-token").load()
LEFT = Qt.MouseButton.LeftButton
SIZE = (702, 540)
TREE = ((10, Cut(18)), (20, Cut(20)))


def framed(steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, 0, actions, steps)).snapshot()


@pytest.fixture
def view(qtbot: Any, qapp: QApplication) -> View:
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    apply_look(qapp, Look())
    made = View()
    qtbot.addWidget(made)
    made.resize(*SIZE)
    made.show_display(Display())
    made.show()
    made.show_frame(framed(12))
    made.activateWindow()
    QApplication.processEvents()
    return made


def shown(view: View, steps: int = 0, actions: tuple[Any, ...] = (), /, **values: Any) -> Any:
    """The page that shows such a frame, laid out."""
    view.show_frame(framed(steps, actions, **values))
    QApplication.processEvents()
    return view.page(view.open_page())


def heard(view: View) -> list[Any]:
    found: list[Any] = []
    view.acted.connect(lambda action, _gesture: found.append(action))
    return found


def middle(rect: QRectF) -> QPoint:
    return rect.center().toPoint()


# The text, and the bars.


def test_a_press_on_a_bar_writes_its_token_and_one_on_its_number_asks_why(view: View, qtbot: Any) -> None:
    page, asked, why = shown(view), heard(view), list[str]()
    view.requested.connect(why.append)
    row = page.bars.row_rect(1)
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(30, middle(row).y()))
    assert asked == [Choose(view.frame.bars.rows[1].token)]
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(round(row.right()) - 90, middle(row).y()))
    assert why == ["p_2"] and len(asked) == 1


def test_others_open_and_close_again(view: View, qtbot: Any) -> None:
    page = shown(view)
    first = [bar.name for bar in page.bars.bars()]
    last = len(first) - 1
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(30, middle(page.bars.row_rect(last)).y()))
    second = page.bars.bars()
    assert second[0].gathered and second[0].before and second[0].name.startswith(f"{last} ")
    assert second[1].name not in first
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(30, middle(page.bars.row_rect(0)).y()))
    assert [bar.name for bar in page.bars.bars()] == first


def test_the_keys_choose_a_bar(view: View, qtbot: Any) -> None:
    page, asked = shown(view), heard(view)
    page.bars.setFocus()
    qtbot.keyClick(page.bars, Qt.Key.Key_Down)
    assert view.frame.bars.rows[1].text in page.bars.told()
    qtbot.keyClick(page.bars, Qt.Key.Key_Return)
    assert asked == [Choose(view.frame.bars.rows[1].token)]


def test_a_press_on_a_written_token_goes_back_and_one_on_the_prompt_does_not(view: View) -> None:
    shown(view, 5)
    asked = heard(view)
    view.strip.pressed.emit(3)
    view.strip.pressed.emit(18)
    assert asked == [Cut(18)]


def test_what_is_below_a_token_is_what_was_said_of_it(view: View) -> None:
    frame = framed(5)
    fact = frame.facts[18]
    bits, entropy = f"{fact.surprisal:.1f}", f"{fact.entropy:.1f}"
    wanted = {"probability": f"{100 * fact.p:.0f}", "rank": str(fact.rank), "surprisal": bits, "entropy": entropy}
    for notes, text in (wanted | {"none": ""}).items():
        view.show_frame(frame)
        view.show_display(Display(notes))
        assert view.strip.tokens()[18].note == text
    assert view.strip.tokens()[0].note == ""
    view.strip.hovered.emit(18)
    assert f"rank {fact.rank}" in view.strip.readout()
    view.strip.hovered.emit(0)
    assert "nothing was said" in view.strip.readout()


def test_a_text_of_ones_own_is_typed_into_the_picture(view: View, qtbot: Any) -> None:
    shown(view)
    asked = heard(view)
    qtbot.mouseClick(view.edit_button, LEFT)
    assert view.box.isVisible() and not view.strip.isVisible()
    assert view.box.edit.toPlainText() == view.frame.text
    view.box.edit.setPlainText("My\nlord")
    qtbot.keyClick(view.box.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert asked == [Set({"prompt": "My\\nlord"})]
    assert view.strip.isVisible() and not view.box.isVisible()
    qtbot.mouseClick(view.edit_button, LEFT)
    qtbot.keyClick(view.box.edit, Qt.Key.Key_Escape)
    assert len(asked) == 1 and view.strip.isVisible()


@pytest.mark.parametrize(
    ("values", "word"),
    [({"prompt": "2+2="}, "Left out"), ({"prompt": "a" * 301}, "1 token"), ({"prompt": "a" * 129}, "64")],
)
def test_what_has_to_be_said_of_the_text_is_said_and_goes_again(view: View, values: dict[str, Any], word: str) -> None:
    shown(view, **values)
    assert word in view.note.text() and view.note.isVisible()
    shown(view)
    assert not view.note.isVisible()


def test_a_missing_pack_has_a_message_and_a_way_on(view: View, qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_run, "smollm2_path", lambda: None)
    shown(view, model="smollm2")
    assert "model pack" in view.waiting.words.text() and view.waiting.isVisible()
    asked, packs = heard(view), list[bool]()
    view.packs_requested.connect(lambda: packs.append(True))
    qtbot.mouseClick(view.waiting.house, LEFT)
    qtbot.mouseClick(view.waiting.packs, LEFT)
    assert asked == [Set({"model": "house"})] and packs == [True]


# Branches.


def test_a_press_on_a_token_of_the_tree_goes_there(view: View, qtbot: Any) -> None:
    page, asked = shown(view, 30, TREE, page="branches"), heard(view)
    for node in (4, 12, -1):
        qtbot.mouseClick(page.tree, LEFT, pos=middle(page.tree.spot_of(node)))
    assert asked == [Go(4), Go(12), Go(-1)]


def test_keys_walk_in_the_tree(view: View, qtbot: Any) -> None:
    page, asked = shown(view, 30, TREE, page="branches"), heard(view)
    story = view.frame.story
    page.tree.setFocus()
    qtbot.keyClick(page.tree, Qt.Key.Key_Left)
    assert page.tree.told() == page.tree.words_of(story.nodes[story.here].parent)
    qtbot.keyClick(page.tree, Qt.Key.Key_Return)
    assert asked == [Go(story.nodes[story.here].parent)]


def test_branches_stand_in_rows_of_their_own_and_none_covers_another(view: View) -> None:
    page = shown(view, 30, TREE, page="branches")
    spots = [page.tree.spot_of(n) for n in range(len(page.tree.nodes()))]
    for i, one in enumerate(spots):
        assert not any(one.adjusted(1, 1, -1, -1).intersects(other) for other in spots[i + 1 :])
    assert len({round(spot.top()) for spot in spots}) == 3
    story = view.frame.story
    ends = {n: node.note for n, node in enumerate(page.tree.nodes()) if node.note}
    assert len(ends) == 3
    for n, note in ends.items():
        assert note == f"ln p = {show_number(story.log_probability(n), 3)}"


@pytest.mark.parametrize("deep", range(1, 24))
def test_a_branch_that_fits_is_in_sight_from_its_first_token_on(qtbot: Any, deep: int) -> None:
    tree = TokenTree()
    qtbot.addWidget(tree)
    tree.resize(702, 300)
    tree.set_tree([TreeNode("a", n - 1, 0.5, "a") for n in range(deep)], deep - 1, "My lord, ")
    assert tree.node_at(tree.spot_of(0).center()) == 0
    assert tree.node_at(tree.spot_of(deep - 1).center()) == deep - 1


def test_of_a_long_branch_the_end_of_the_text_is_in_sight(qtbot: Any) -> None:
    tree = TokenTree()
    qtbot.addWidget(tree)
    tree.resize(400, 200)
    tree.set_tree([TreeNode("a", n - 1, 0.5, "a") for n in range(200)], 199, "start")
    assert tree.spot_of(199).right() <= 400
    assert tree.node_at(QPointF(tree.spot_of(199).center())) == 199
    assert tree.node_at(QPointF(tree.spot_of(3).center())) == -2, "what is out of sight cannot be pressed"


def test_before_the_first_branch_the_picture_says_what_to_do(view: View) -> None:
    page = shown(view, page="branches")
    assert page.tree.nodes() == () and not page.tree.grab().isNull()
    assert page.tree.node_at(QPointF(page.tree.spot_of(-1).center())) == -1


# Ladder and game.


def test_the_window_counts_no_model_of_the_ladder_that_has_not_read(view: View, monkeypatch: Any) -> None:
    asked: list[str] = []
    counting = page_ladder.size_of
    monkeypatch.setattr(page_ladder, "size_of", lambda name: asked.append(name) or counting(name))
    shown(view, page="ladder")
    assert not asked, "it takes a fifth of a second for each"
    shown(view, 2, page="ladder")
    assert asked == ["unigram", "bigram"]


def test_the_ladder_has_a_row_for_every_model_and_a_press_looks_at_it(view: View, qtbot: Any) -> None:
    page, asked = shown(view, 2, page="ladder"), heard(view)
    rows = page.bars.bars()
    assert len(rows) == 8 and rows[0].full > rows[1].full > 0 and rows[2].full is None
    assert rows[2].texts[1] == "not read yet" and "pack" in rows[7].texts[1]
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(30, middle(page.bars.row_rect(1)).y()))
    qtbot.mouseClick(page.bars, LEFT, pos=QPoint(30, middle(page.bars.row_rect(2)).y()))  # it is on the ladder only
    assert asked == [Set({"model": "bigram", "page": "next"})]


def test_a_model_that_is_still_reading_says_how_far_it_is(view: View) -> None:
    simulation = built(SPECIFICATION, Params(page="ladder"), 0)
    for _piece in range(200):
        simulation.step()
    frame = simulation.snapshot()
    view.show_frame(frame)
    row = view.page("ladder").bars.bars()[len(frame.rungs)]
    assert 0 < frame.reading < 1
    assert row.texts[1] == f"reading, {round(100 * frame.reading)} %"
    assert view.page("ladder").bars.bars()[len(frame.rungs) + 1].texts[1] == "not read yet"


def test_letters_are_taken_and_bet_on(view: View, qtbot: Any) -> None:
    page, asked = shown(view, page="game"), heard(view)
    assert not page.bet.isEnabled()
    letters = [token.text for token in page.keys.tokens()]
    for letter in "abacd":  # the second a gives it back, the fourth letter finds room
        page.keys.pressed.emit(letters.index(letter))
    page.keys.pressed.emit(letters.index("e"))  # a fourth is not taken
    assert {token.text for token in page.keys.tokens() if token.highlighted} == {"b", "c", "d"}
    page.shares.chosen.emit("0.9")
    qtbot.mouseClick(page.bet, LEFT)
    qtbot.mouseClick(page.skip, LEFT)
    assert asked == [Bet("bcd", 0.9), Bet("", 0.0)]
    shown(view, 1, page="game")
    assert not any(token.highlighted for token in page.keys.tokens()) and not page.bet.isEnabled()


def test_the_game_shows_the_passage_and_whether_you_were_better(view: View) -> None:
    frame = framed(0, ((0, Bet("h", 0.99)),), page="game", passage=2)
    view.show_frame(frame)
    tokens = view.strip.tokens()
    lead = len(frame.game.lead)
    assert "".join(token.text for token in tokens) == frame.game.lead + "h"
    assert tokens[lead].color == "good_soft"
    assert len(view.page("game").plot.series()) == 3
    missed = framed(0, ((0, Bet("x", 0.99)),), page="game", passage=2)
    view.show_frame(missed)
    assert view.strip.tokens()[lead].color == "bad_soft"


def test_a_game_that_is_over_takes_no_bet(view: View) -> None:
    page = shown(view, 20, page="game")
    page.keys.pressed.emit(20)
    assert not page.bet.isEnabled() and not page.skip.isEnabled()


# Training, layers, pass.


def test_a_moment_of_the_training_can_be_used(view: View, qtbot: Any) -> None:
    page, asked = shown(view, page="training"), heard(view)
    assert len(page.list.stages()) == 8
    qtbot.mouseClick(page.list, LEFT, pos=middle(page.list.row_rect(2)))
    assert asked == [Set({"model": "small", "checkpoint": "100"})]


def test_a_column_of_the_lens_is_lit_by_a_press_and_by_keys(view: View, qtbot: Any) -> None:
    page, asked = shown(view, page="lens"), heard(view)
    qtbot.mouseClick(page.grid, LEFT, pos=middle(page.grid.column_rect(4)))
    shown(view, page="lens", column=5)
    page.grid.setFocus()
    qtbot.keyClick(page.grid, Qt.Key.Key_Right)
    qtbot.keyClick(page.grid, Qt.Key.Key_Return)
    assert asked == [Set({"column": 5}), Set({"column": 6})]
    assert [len(series.x) for series in page.plot.series()] == [5] * 4


def test_a_cell_says_its_layer_and_what_leads_there(view: View, qtbot: Any) -> None:
    page = shown(view, page="lens")
    column = page.grid.column_rect(4)
    qtbot.mouseMove(page.grid, QPoint(round(column.center().x()), 8))
    assert "layer 4" in page.grid.toolTip()
    qtbot.mouseMove(page.grid, QPoint(round(column.center().x()), page.grid.height() - 4))
    assert "after" in page.grid.toolTip() and "layer 4" not in page.grid.toolTip()


def test_rows_that_would_be_too_low_are_left_out_but_never_the_last(view: View, qtbot: Any) -> None:
    page = shown(view, page="lens")
    assert page.grid.layers_shown() == [4, 3, 2, 1, 0]
    grid = type(page.grid)()
    qtbot.addWidget(grid)
    grid.set_lens(view.frame.lens, "")
    grid.resize(400, 70)
    assert grid.layers_shown() == [4, 2, 0]


@pytest.mark.parametrize(
    ("high", "wanted"),
    [
        (24 + 31 * 15, list(range(30, -1, -1))),
        (24 + 13 * 15, [30, 29, 28, 27, 26, 25, 24, 20, 16, 12, 8, 4, 0]),
        (24 + 8 * 15, [30, 29, 28, 27, 21, 14, 7, 0]),
        (24 + 14 * 15, [30, 29, 28, 27, 26, 25, 24, 20, 16, 12, 8, 4, 0]),
        (24 + 8 * 15 - 1, [30, 25, 20, 15, 10, 5, 0]),
    ],
)
def test_of_a_deep_model_the_last_layers_are_shown_one_by_one(view: View, high: int, wanted: list[int]) -> None:
    page = shown(view, page="lens")
    tops = np.zeros((31, 1), np.int64)
    deep = replace(view.frame.lens, tops=tops, p=np.ones((31, 1)), last=np.ones((31, 1)), names={0: "a"}, column=0)
    page.grid.set_lens(deep, "")
    page.grid.setFixedHeight(high)
    page.grid.resize(400, high)
    assert page.grid.layers_shown() == wanted
    assert page.grid.cell_at(QPointF(200, 2)) == (0, 30)
    assert page.grid.cell_at(QPointF(200, high - 24 - 2)) == (0, wanted[-1])


def test_a_press_goes_nearer_and_a_name_leads_back(view: View, qtbot: Any) -> None:
    page, asked = shown(view, page="pass"), heard(view)
    for row in (0, 2):  # the text opens nothing, the first block does
        qtbot.mouseClick(page.list, LEFT, pos=middle(page.list.row_rect(row)))
    shown(view, page="pass", zoom=1)
    qtbot.mouseClick(page.list, LEFT, pos=middle(page.list.row_rect(8)))
    shown(view, page="pass", zoom=2)
    qtbot.mouseClick(page.list, LEFT, pos=middle(page.list.row_rect(0)))
    shown(view, page="pass", zoom=3)
    qtbot.mouseClick(page.list, LEFT, pos=middle(page.list.row_rect(1)))  # there is nothing nearer
    for name in ("3", "1", "0"):
        qtbot.mouseClick(page.crumbs.chip(name), LEFT)
    unit = int(framed(page="pass", zoom=2).picture.rows[0].key.removeprefix("unit"))
    assert asked == [
        Set({"zoom": 1, "block": 1}), Set({"zoom": 2, "part": "up"}), Set({"zoom": 3, "unit": unit}), Set({"zoom": 1}),
        Set({"zoom": 0}),
    ]  # fmt: skip


def test_the_pass_is_measured_by_a_button_and_then_shows_milliseconds(view: View, qtbot: Any) -> None:
    page, asked = shown(view, page="pass"), heard(view)
    qtbot.mouseClick(page.measure, LEFT)
    assert asked == [Measure()]
    shown(view, 0, ((0, Measure()),), page="pass")
    assert any("ms" in row.number for row in page.list.rows())


@pytest.mark.parametrize("page", ["lens", "pass"])
def test_a_table_of_counts_says_why_there_is_nothing_inside(view: View, page: str) -> None:
    made = shown(view, page=page, model="bigram")
    assert "no layers" in made.picture.summary()


# SmolLM2, by a tiny model of the same kind.


def test_a_real_model_is_waited_for_and_then_drawn_on_every_page(
    view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_place_of_smollm2(tmp_path, monkeypatch)
    simulation = built(SPECIFICATION, checked(Params, {"model": "smollm2", "prompt": "hello you"}), 0)
    view.show_frame(simulation.snapshot())
    assert view.waiting.isVisible() and not view.waiting.house.isVisible()
    while simulation.opening:
        simulation.step()
        view.show_frame(simulation.snapshot())
    assert not view.waiting.isVisible()
    for page in PAGES:
        simulation.retune(replace(simulation.params, page=page))
        view.show_frame(simulation.snapshot())
        assert not view.grab().isNull()
    assert "being read" in view.page("pass").picture.summary()
    while simulation.opening:
        simulation.step()
    view.show_frame(simulation.snapshot())
    assert "being read" not in view.page("pass").picture.summary() and not view.grab().isNull()
    simulation.retune(replace(simulation.params, page="lens"))
    view.show_frame(simulation.snapshot())
    grid = view.page("lens").grid
    assert grid.lens() is None and "being read" in grid.summary()
    while simulation.opening:
        simulation.step()
    view.show_frame(simulation.snapshot())
    assert grid.lens() is not None and not view.grab().isNull()


def test_the_signs_of_a_chat_are_seen(view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_place_of_smollm2(tmp_path, monkeypatch)
    shown(view, 1, model="smollm2", prompt="hi", chat=True)
    signs = [token for token in view.strip.tokens() if token.color == "sunken"]
    assert len(signs) == 5 and all("im_" in token.text for token in signs)


# The window.


@pytest.mark.parametrize("page", PAGES)
def test_the_chips_ask_for_pages(view: View, page: str) -> None:
    shown(view, page="next" if page != "next" else "lens")
    asked = heard(view)
    view.chips.chosen.emit(page)
    assert asked == [Set({"page": page})]


@pytest.mark.parametrize(
    "values", [{"page": page} for page in PAGES] + [{"page": "pass", "zoom": z} for z in (1, 2, 3)]
)
def test_the_picture_shows_the_frame_and_nothing_of_the_one_before(view: View, values: dict[str, Any]) -> None:
    shown(view, **values)
    first = view.grab().toImage()
    shown(view, 3, model="fivegram")
    shown(view, **values)
    assert view.grab().toImage() == first


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_another_look_draws_every_page_and_each_can_be_put_on_paper(
    view: View, qapp: QApplication, palette: Any
) -> None:
    try:
        apply_look(qapp, Look(palette, 1.5))
        for name in PAGES:
            page = shown(view, 8, page=name)
            assert not view.grab().isNull()
            for picture in page.pictures():
                image = QImage(600, 400, QImage.Format.Format_RGB32)
                image.fill(Qt.GlobalColor.black)
                painter = QPainter(image)
                picture.render_to(painter, QRectF(0, 0, 600, 400))
                painter.end()
                assert image.pixelColor(2, 2) == Qt.GlobalColor.white
    finally:
        apply_look(qapp, Look())


def test_the_card_is_painted_and_stays_inside() -> None:
    image = QImage(180, 120, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(10, 10, 160, 90), LIGHT)
    painter.end()
    colors = {image.pixelColor(x, y).name() for x in range(10, 170) for y in range(10, 100)}
    assert len(colors) > 20
    assert image.pixelColor(5, 50) == Qt.GlobalColor.magenta
