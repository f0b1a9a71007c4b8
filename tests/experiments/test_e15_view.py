"""Embeddings, the picture: six pages driven as a user would, by mouse and by key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication

from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.experiments.e15_embeddings import thumbnail
from lab.experiments.e15_embeddings.gestures import EditLine, MoveWord, SetOwn
from lab.experiments.e15_embeddings.page_map import bars_of
from lab.experiments.e15_embeddings.pair_list import PairList
from lab.experiments.e15_embeddings.tables import questions
from lab.experiments.e15_embeddings.view import View
from lab.kit_qt.word_map import Spots, WordMap
from tests.asking import metrics_of
from tests.desk import Frames, heard, opened
from tests.paints import Paints
from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.canvas.layers import Trail

FRAMES = Frames("embeddings")
SPECIFICATION, framed, shown = FRAMES.specification, FRAMES.framed, FRAMES.shown
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def view(qtbot: Any) -> View:
    return opened(View(), qtbot, framed(400))


def spot(main: WordMap, word: str) -> QPoint:
    return main.pixel_of(list(main.spots().names).index(word)).toPoint()


# The map of words.


def test_a_press_chooses_the_word_under_it_and_beside_all_words_none(view: View, qtbot: Any) -> None:
    page, found = shown(view, 400), heard(view)
    qtbot.mouseClick(page.main, LEFT, pos=spot(page.main, "child"))
    ((action, _gesture),) = found
    assert set(action.values) == {"word"}
    near = action.values["word"]
    far = page.main.pixel_of(list(page.main.spots().names).index(near)) - QPointF(spot(page.main, "child"))
    assert far.manhattanLength() < 30
    found.clear()
    qtbot.mouseClick(page.main, LEFT, pos=QPoint(6, page.main.height() // 2))
    assert found == []


def test_the_page_keys_walk_from_word_to_word(view: View, qtbot: Any) -> None:
    page, found = shown(view, 5, word="queen"), heard(view)
    names = list(page.main.spots().names)
    qtbot.keyClick(page.main, Qt.Key.Key_PageDown)
    qtbot.keyClick(page.main, Qt.Key.Key_PageUp)
    at = names.index("queen")
    assert [action.values["word"] for action, _g in found] == [names[at + 1], names[at - 1]]


def test_a_word_is_dragged_by_its_ring_as_one_gesture(view: View, qtbot: Any) -> None:
    page, found = shown(view, 400), heard(view)
    start = spot(page.main, "queen")
    qtbot.mousePress(page.main, LEFT, pos=start)
    for step in (20, 40):
        qtbot.mouseMove(page.main, start + QPoint(step, -step))
    qtbot.mouseRelease(page.main, LEFT, pos=start + QPoint(40, -40))
    moves = [action for action, _g in found]
    assert moves
    assert all(isinstance(action, MoveWord) and action.word == "queen" for action in moves)
    assert len({gesture for _action, gesture in found}) == 1
    assert page.main.view().data(*(start + QPoint(40, -40)).toTuple()) == pytest.approx((moves[-1].x, moves[-1].y))


def test_a_word_is_moved_by_the_keys_too(view: View, qtbot: Any) -> None:
    page, found = shown(view, 400), heard(view)
    page.main.setFocus()
    qtbot.keyClick(page.main, Qt.Key.Key_Return)  # from the cross-hair to the ring
    qtbot.keyClick(page.main, Qt.Key.Key_Right)
    x = page.main.spots().places[page.main.spots().focus][0]
    assert found[-1][0].word == "queen"
    assert found[-1][0].x > x


def test_the_pointer_reads_the_word_and_its_group(view: View) -> None:
    page = shown(view, topic="map")
    number = list(page.main.spots().names).index("violin")
    page.main.hovered.emit(*page.main.spots().places[number].tolist())
    assert page.main.readout() == "violin · music"
    page.main.unhovered.emit()
    assert page.main.readout() == ""


def test_names_never_lie_on_each_other(qtbot: Any) -> None:
    """Where a hundred words stand on one spot only as many are written as find room beside it."""
    made = WordMap()
    qtbot.addWidget(made)
    made.resize(300, 300)

    def ink(count: int) -> int:
        places = np.zeros((count, 2))
        made.set_spots(Spots([f"word{n}" for n in range(count)], ["word"] * count, places, [-1] * count))
        image = made.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        levels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
        return int((levels < 128).sum())

    assert ink(100) <= 4.5 * ink(1)


@pytest.mark.parametrize(("focus", "written"), [(0, True), (-1, False)])
def test_among_many_dots_the_chosen_one_has_its_name(qtbot: Any, focus: int, written: bool) -> None:
    made = WordMap()
    qtbot.addWidget(made)
    made.resize(300, 300)
    x, y = np.meshgrid(np.linspace(-1, 1, 30), np.linspace(-1, 1, 30))
    places = np.vstack([np.zeros((1, 2)), np.stack([x.ravel(), y.ravel()], axis=1)])

    def image(name: str) -> QImage:
        labels = [name] + [""] * 900
        made.set_spots(Spots([f"{n}" for n in range(901)], labels, places, [0] * 901, focus))
        return made.grab().toImage()

    assert (image("queen") != image("")) is written


@pytest.mark.parametrize(("trail", "left"), [(True, True), (False, False)])
def test_names_keep_clear_of_trails(qtbot: Any, trail: bool, left: bool) -> None:
    """Right of its dot is where a name stands, if no trail leads there."""
    made = WordMap()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.set_layers([Trail(np.array([[0.0, 0.0], [1.0, 0.0]]), "line", (), "")] if trail else [])
    images = []
    for name in ("queen", ""):
        made.set_spots(Spots("abc", [name, "", ""], np.array([[0.0, 0.0], [1.0, 1.0], [-1.0, -1.0]]), [-1] * 3))
        images.append(made.grab(QRect(0, 0, 145, 300)).toImage())
    assert (images[0] != images[1]) is left


def test_where_there_are_trails_every_name_finds_a_place(qtbot: Any) -> None:
    """Also in a corner that trails lead into: without them the name of a crowded dot is left out."""
    made = WordMap()
    qtbot.addWidget(made)
    made.resize(300, 300)
    places = np.array([[1.0, 1.0], [-1.0, -1.0], *[[1.0 + x, 1.0 + y] for x in (-0.08, 0.0) for y in (-0.08, 0.0)]])
    for trails, written in ((False, False), (True, True)):
        made.set_layers([Trail(places[:2], "line", (), "")] if trails else [])
        images = []
        for name in ("queen", ""):
            made.set_spots(Spots("abcdef", [name, *[""] * 5], places, [-1] * 6))
            images.append(made.grab().toImage())
        assert (images[0] != images[1]) is written


def test_the_window_of_what_drifts_grows_in_steps(qtbot: Any) -> None:
    made = WordMap()
    qtbot.addWidget(made)
    made.resize(400, 300)

    def reach(size: float) -> float:
        places = np.array([[size, 0.0], [0.0, -size]])
        made.set_spots(Spots("ab", "ab", places, [-1, -1], steady=True))
        return made.view().y1

    assert reach(1.0) == reach(1.02)
    assert reach(2.0) > reach(1.0)


# Learning.


def test_a_sentence_is_pressed_and_written_anew(view: View, qtbot: Any) -> None:
    page, found = shown(view, 10, word="soup"), heard(view)
    row = page.lines.spot(0).center().toPoint()
    qtbot.mouseClick(page.lines, LEFT, pos=row)
    number = page.lines.number_of(0)
    assert page.field.text() == framed().page.lines[number]
    page.field.selectAll()
    qtbot.keyClicks(page.field, "Soup warms  child")
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert [action for action, _g in found] == [EditLine(number, "soup warms child")]


def test_a_sentence_that_was_not_changed_asks_for_nothing(view: View, qtbot: Any) -> None:
    page, found = shown(view, 10), heard(view)
    page.field.setFocus()
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert found == []


def test_a_sentence_is_added(view: View, qtbot: Any) -> None:
    page, found = shown(view, 10), heard(view)
    qtbot.mouseClick(page.add, LEFT)
    qtbot.keyClicks(page.field, "prince rules land")
    qtbot.keyClick(page.field, Qt.Key.Key_Return)
    assert [action for action, _g in found] == [EditLine(14, "prince rules land")]


def test_sentences_with_the_word_stand_first(view: View) -> None:
    page = shown(view, 10, word="rice")
    lines = framed().page.lines
    first = [lines[page.lines.number_of(row)] for row in range(3)]
    assert all("rice" in line.split() for line in first)
    assert "rice" not in lines[page.lines.number_of(3)].split()


def test_a_neighbour_is_pressed_and_becomes_the_word(view: View, qtbot: Any) -> None:
    page, found = shown(view, 600), heard(view)
    qtbot.mouseClick(page.near, LEFT, pos=page.near.spot(0).center().toPoint())
    assert found[-1][0] == Set({"word": "king"})


# The map.


def test_a_neighbour_is_pressed_to_be_compared(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="map"), heard(view)
    qtbot.mouseClick(page.near, LEFT, pos=page.near.spot(2).center().toPoint())
    assert found[-1][0] == Set({"other": "elizabeth"})


def test_a_ring_put_down_at_a_word_makes_it_an_end_of_the_axis(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="map", projection="axis"), heard(view)
    start, end = spot(page.main, "woman"), spot(page.main, "stockholm")
    qtbot.mousePress(page.main, LEFT, pos=start)
    qtbot.mouseMove(page.main, end)
    qtbot.mouseRelease(page.main, LEFT, pos=end)
    assert found[-1][0] == Set({"axis_to": "stockholm"})


def test_cosines_take_the_place_of_the_list(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="map"), heard(view)
    qtbot.mouseClick(page.switch.chip("cosines"), LEFT)
    assert found[-1][0] == Set({"side": "cosines"})
    page = shown(view, topic="map", side="cosines")
    assert page.cosines.isVisible()
    page.cosines.pressed.emit(1, 2)
    assert found[-1][0] == Set({"word": "princess", "other": "king"})


def test_the_barcode_shows_the_numbers_of_both_words(view: View) -> None:
    page = shown(view, topic="map")
    assert page.barcode.values().shape == (2, 100)
    assert np.array_equal(page.barcode.values()[0], framed(topic="map").page.vector)
    assert shown(view, topic="map", other="zzz").barcode.values().shape == (1, 100)
    assert shown(view, topic="map", word="zzz", other="zzz").barcode.values().size == 0


@pytest.mark.parametrize(
    ("metric", "scores", "bars"),
    [
        ("cosine", [0.8, 0.4], [0.8, 0.4]),
        ("dot", [40.0, 10.0], [1.0, 0.25]),
        ("euclid", [2.0, 4.0], [1.0, 0.5]),
        ("dot", [], []),
    ],
)
def test_bars_are_longest_for_the_nearest(metric: str, scores: list[float], bars: list[float]) -> None:
    assert bars_of(scores, metric) == pytest.approx(bars)


# Analogy, direction, context, compact.


def test_a_ring_of_the_analogy_is_put_at_another_word(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="analogy"), heard(view)
    start, end = spot(page.main, "king"), spot(page.main, "daughter")
    qtbot.mousePress(page.main, LEFT, pos=start)
    qtbot.mouseMove(page.main, end)
    qtbot.mouseRelease(page.main, LEFT, pos=end)
    assert found[-1][0] == Set({"c": "daughter"})


def test_both_ways_of_answering_stand_below_each_other(view: View) -> None:
    page = shown(view, 40, topic="analogy")
    assert page.without.rows()[0].name == "queen"
    assert page.whole.rows()[0].name == "king"
    assert [row.shown for row in page.kinds.rows()] == ["18 · 15 / 20", "20 · 18 / 20"]


def test_a_kind_is_pressed_to_see_a_question_that_fails(view: View, qtbot: Any) -> None:
    page, found = shown(view, 200, topic="analogy"), heard(view)
    row = [kind.name for kind in framed(200, topic="analogy").page.relations].index("verb-person")
    page.kinds.pressed.emit(row)
    asked = found[-1][0].values
    answers = {c: answer for _r, a, b, c, answer in questions() if (a, b) == (asked["a"], asked["b"])}
    assert metrics_of(framed(topic="analogy", **asked))["answer"] != answers[asked["c"]]


def test_digits_stand_on_the_map_as_the_images_that_they_are(view: View) -> None:
    """The ink of a digit is where its pixels are dark, and no image lies on another."""
    page = shown(view, 40, topic="map", source="digits", projection="tsne", word="0 · 1")
    images = page.main.spots().images
    assert images.shape == (300, 8, 8)
    assert np.array_equal(images[0].ravel(), framed(topic="map", source="digits", word="0 · 1").page.vector)
    alone = Spots(["a", "b"], ["", ""], np.array([[-1.0, -1.0], [1.0, 1.0]]), [-1, -1], images=images[:2])
    page.main.set_spots(alone)
    seen = page.main.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    at = page.main.pixel_of(0)
    levels = np.array(
        [
            [seen.pixelColor(int(at.x() - 8.75 + 2.5 * i), int(at.y() - 8.75 + 2.5 * j)).lightness() for i in range(8)]
            for j in range(8)
        ]
    )
    assert np.corrcoef(levels.ravel(), images[0].ravel())[0, 1] < -0.8
    places = np.array([[-1.0, -1.0], [-0.99, -1.0], [1.0, 1.0]])
    over = Spots("abc", [""] * 3, places, [-1] * 3, images=images[:3])
    page.main.set_spots(over)
    one = page.main.grab().toImage()
    for changed, same in ((1, True), (2, False)):
        others = images[:3].copy()
        others[changed] = images[5]
        page.main.set_spots(replace(over, images=others))
        assert (page.main.grab().toImage() == one) is same  # none lies on another: the second is a dot
    assert shown(view, topic="map").main.spots().images is None


def test_steps_of_t_sne_paint_the_map_and_not_the_numbers_beside_it(view: View) -> None:
    run = played(SPECIFICATION, Setting({"topic": "map", "projection": "tsne", "word": "violin"}, steps=2))
    view.show_frame(run.snapshot())
    for _round in range(3):  # until all is laid out
        QApplication.processEvents()
    page = view.page("map")
    beside, main = Paints(page.barcode), Paints(page.main)
    run.step()
    view.show_frame(run.snapshot())
    QApplication.processEvents()
    assert (beside.count, main.count > 0) == (0, True)
    run.retune(replace(run.snapshot().params, word="rain"))
    view.show_frame(run.snapshot())
    QApplication.processEvents()
    assert beside.count > 0
    assert page.near.rows()[0].name == run.snapshot().page.near[0].word


def test_where_there_is_room_list_and_cosines_are_both_in_sight(view: View) -> None:
    page = shown(view, topic="map")
    assert (page.near.isVisible(), page.cosines.isVisible(), page.switch.isVisible()) == (True, False, True)
    view.resize(1100, 900)
    QApplication.processEvents()
    assert (page.near.isVisible(), page.cosines.isVisible(), page.switch.isVisible()) == (True, True, False)


def test_a_recall_is_pressed_to_be_explained_and_a_mere_list_is_not_pressed(view: View, qtbot: Any) -> None:
    page = shown(view, 20, topic="compact")
    asked: list[str] = []
    view.requested.connect(asked.append)
    qtbot.mouseClick(page.bars, LEFT, pos=page.bars.spot(2).center().toPoint())
    qtbot.mouseClick(page.last, LEFT, pos=page.last.spot(2).center().toPoint())
    assert asked == ["recall_int4"]


def test_an_unknown_word_leaves_an_empty_map_that_says_so(view: View) -> None:
    page = shown(view, topic="analogy", a="zzyzx")
    assert "“zzyzx”" in page.main.summary()
    assert len(page.main.spots().names) == 0


def test_the_lists_of_a_direction_are_coloured(view: View) -> None:
    page = shown(view, 5, topic="direction")
    tones = dict(zip(page.main.spots().names, page.main.spots().tones, strict=True))
    assert (tones["uncle"], tones["aunt"], tones["nurse"], tones["rain"]) == (0, 1, 2, -1)
    assert page.checks.lines()[0].value == pytest.approx(0.85)


LISTS = ("list_a", "list_b", "list_c")


def dragged_onto(page: Any, row: int, qtbot: Any, word: str) -> None:
    """Take a word by its ring, and let it go in the middle of a list; below the last list where there is none."""
    place = page.lists.spot(row).center().toPoint()
    place = page.main.mapFromGlobal(page.lists.mapToGlobal(place))
    qtbot.mousePress(page.main, LEFT, pos=spot(page.main, word))
    qtbot.mouseMove(page.main, place)
    assert page.lists.marked(row)
    qtbot.mouseRelease(page.main, LEFT, pos=place)


def test_a_word_is_dragged_onto_a_list_and_leaves_the_one_it_stood_on(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="direction", word="sister"), heard(view)
    before = [" ".join(words) for words in page.lists.lists()]
    dragged_onto(page, 2, qtbot, "sister")
    ((action, _gesture),) = found
    wanted = (before[0], " ".join(before[1].replace("sister", "").split()), before[2] + " sister")
    assert action == Set(dict(zip(LISTS, wanted)))
    after = shown(view, topic="direction", word="sister", **action.values)
    tones = dict(zip(after.main.spots().names, after.main.spots().tones, strict=True))
    assert tones["sister"] == 2


def test_a_word_that_is_dragged_onto_its_own_list_stays_there(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="direction", word="sister"), heard(view)
    dragged_onto(page, 1, qtbot, "sister")
    assert found == []


def test_a_word_that_is_let_go_beside_the_lists_goes_back_to_its_place(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="direction", word="sister"), heard(view)
    start = spot(page.main, "sister")
    qtbot.mousePress(page.main, LEFT, pos=start)
    qtbot.mouseMove(page.main, start - QPoint(60, 40))
    qtbot.mouseRelease(page.main, LEFT, pos=start - QPoint(60, 40))
    assert found == []
    x, y = page.main.handle_at("word")
    assert page.main.view().screen(x, y) == pytest.approx(page.main.pixel_of(page.main.spots().focus).toTuple())


def test_the_chosen_word_is_put_on_a_list_and_taken_away_by_keys(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="direction", word="rain", list_c="sun rain"), heard(view)
    page.lists.setFocus()
    qtbot.keyClick(page.lists, Qt.Key.Key_Return)
    for _row in range(2):
        qtbot.keyClick(page.lists, Qt.Key.Key_Down)
    qtbot.keyClick(page.lists, Qt.Key.Key_Return)
    first, second = (action.values for action, _g in found)
    assert (first["list_a"].split()[-1], first["list_c"]) == ("rain", "sun")
    assert (second["list_a"], second["list_c"]) == (" ".join(page.lists.lists()[0]), "sun")


def test_without_a_known_word_a_list_is_not_pressed(view: View, qtbot: Any) -> None:
    page, found = shown(view, topic="direction", word="zzyzx"), heard(view)
    qtbot.mouseClick(page.lists, LEFT, pos=page.lists.spot(1).center().toPoint())
    qtbot.keyClick(page.lists, Qt.Key.Key_Return)
    assert found == []
    assert page.main.layers() == ()


def test_the_way_through_the_layers_is_drawn(view: View) -> None:
    page = shown(view, 6, topic="context")
    assert [len(layer.points) for layer in page.main.layers()] == [7] * 5
    assert page.cosines.values().shape == (5, 5)
    assert shown(view, 1, topic="context", senses="alone").main.layers() == ()


def test_the_bars_of_cheaper_vectors_are_recalls(view: View) -> None:
    page = shown(view, 50, topic="compact")
    assert page.bars.rows()[0].bar == 1.0
    assert len(page.main.points()) == len(page.bars.rows()) == 7
    assert shown(view, 0, topic="compact").main.points() == ()


def test_the_pairs_of_a_step_take_the_place_of_the_sentences(view: View, qtbot: Any) -> None:
    page, found = shown(view, 30), heard(view)
    assert (page.lines.isVisible(), page.writing.isVisible(), page.pairs.isVisible()) == (True, True, False)
    qtbot.mouseClick(page.switch.chip("pairs"), LEFT)
    assert found[-1][0] == Set({"beside": "pairs"})
    page = shown(view, 30, beside="pairs")
    assert (page.lines.isVisible(), page.writing.isVisible(), page.pairs.isVisible()) == (False, False, True)
    assert page.pairs.pairs() == framed(30, beside="pairs").page.taught
    assert page.pairs in view.pictures() and page.lines not in view.pictures()


def test_a_pair_is_pressed_or_chosen_by_keys_for_its_word(view: View, qtbot: Any) -> None:
    page, found = shown(view, 30, beside="pairs"), heard(view)
    pairs = page.pairs.pairs()
    qtbot.mouseClick(page.pairs, LEFT, pos=page.pairs.spot(1).center().toPoint())
    page.pairs.setFocus()
    qtbot.keyClick(page.pairs, Qt.Key.Key_Up)
    qtbot.keyClick(page.pairs, Qt.Key.Key_Return)
    assert [action.values["word"] for action, _g in found] == [pairs[1].word, pairs[0].word]
    real, random = (f"{pairs[0].targets[n]} {show_number(pairs[0].beliefs[n], 2)}" for n in (0, 1))
    assert f"real neighbour {real}: to become 1" in page.pairs.tip((0, -1))
    assert random in page.pairs.tip((0, -1)).split("Random words")[1]
    assert "No step" in shown(view, 0, beside="pairs").pairs.summary()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5, 2.0])
def test_two_pairs_find_room_in_any_text_size(qtbot: Any, qapp: QApplication, scale: float) -> None:
    made = PairList()
    qtbot.addWidget(made)
    made.set_pairs(framed(30, beside="pairs").page.taught)
    apply_look(qapp, Look(scale=scale))
    made.resize(made.minimumSizeHint())
    least = made.count()
    made.resize(made.width(), made.height() - 1)
    counts = least, made.count()
    apply_look(qapp, Look())
    assert counts == (2, 1)


# The whole.


def test_a_chip_asks_for_its_page(view: View, qtbot: Any) -> None:
    found = heard(view)
    qtbot.mouseClick(view.chips.chip("analogy"), LEFT)
    assert found == [(Set({"topic": "analogy"}), "")]


@pytest.mark.parametrize(("topic", "control"), [("learn", {"corpus": "own"}), ("map", {"source": "own"})])
def test_an_own_text_comes_with_the_control_that_shows_it(view: View, topic: str, control: dict[str, str]) -> None:
    shown(view, topic=topic)
    found = heard(view)
    view.own_button.click()
    view.own.taken.emit(SetOwn("cat dog cow"))
    assert [action for action, _g in found] == [Set(control), SetOwn("cat dog cow")]


@pytest.mark.parametrize(("text", "said"), [("cat\ndog", "three words"), ("a 1 2\nb 1 x2\nc 2 3", "line 2, column 3")])
def test_a_text_that_no_page_can_use_is_refused_beside_it(view: View, text: str, said: str) -> None:
    view.own_button.click()
    view.own.text.setPlainText(text)
    taken: list[Any] = []
    view.own.taken.connect(taken.append)
    view.own.use.click()
    assert (said in view.own.sentence.text(), taken) == (True, [])


@pytest.mark.parametrize("topic", ["learn", "map", "analogy", "direction", "context", "compact"])
def test_what_is_exported_is_painted(view: View, topic: str) -> None:
    shown(view, 6, topic=topic)
    for picture in view.pictures():
        image = QImage(500, 400, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 500, 400))
        painter.end()
        levels = np.frombuffer(image.constBits(), np.uint8)
        assert len(np.unique(levels)) > 4


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_card_is_painted_in_both_themes(palette: Any, qapp: QApplication) -> None:
    image = QImage(160, 90, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 160, 90), palette)
    painter.end()
    assert len({image.pixel(x, y) for x in range(0, 160, 2) for y in range(0, 90, 2)}) > 4
