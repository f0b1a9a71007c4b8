"""Tokenization, the picture: it draws any frame in any order, and turns what the hand does into gestures."""

from __future__ import annotations

import time
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from lab.catalog import find
from lab.core.numbers import show_number
from lab.engine.text.exchange import read_tokenizer
from lab.experiments.e16_tokenization.gestures import SetText
from lab.experiments.e16_tokenization.page_learn import span_for
from lab.experiments.e16_tokenization.texts import SENTENCES
from lab.experiments.e16_tokenization.view import View
from tests.asking import why_of
from tests.desk import Desk, drop
from widgets.base.colors import DARK
from widgets.base.look import Look, apply_look

EXPERIMENT = find("tokenization")
SIZE = (702, 552)
LEFT = Qt.MouseButton.LeftButton


def preset(name: str) -> Any:
    return EXPERIMENT.load().preset(name).setting


def click(widget: Any, rect: QRectF) -> None:
    QTest.mouseMove(widget, rect.center().toPoint())
    QTest.mouseClick(widget, LEFT, pos=rect.center().toPoint())


def chip(strip: Any, number: int) -> QRectF:
    return strip.place_of(number)


# ------------------------------------------------------------------------------------------- the page Learn


def test_a_press_on_a_pair_merges_it_at_once_and_undo_takes_it_back(desk: Desk) -> None:
    league = desk.view.page("learn").league
    row = league.rows()[3]
    click(league, league.row_rect(3))
    assert desk.frame.token == row.left_token + row.right_token
    assert desk.frame.last.by_hand
    assert "your choice" in desk.view.title.words()
    assert desk.view.foot.readout("greedy_tokens").isVisible()
    desk.undo()
    assert desk.frame.merges == 0
    assert not desk.view.foot.readout("greedy_tokens").isVisible()


def test_the_league_works_by_keys(desk: Desk) -> None:
    league = desk.view.page("learn").league
    league.setFocus()
    wanted = league.rows()[2]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(league, key)
    assert desk.frame.token == wanted.left_token + wanted.right_token
    QTest.keyClick(league, Qt.Key.Key_Left)  # for the transport
    assert desk.frame.merges == 1


def test_dragging_the_line_makes_merges_and_takes_them_back_as_one_gesture(desk: Desk) -> None:
    curve = desk.view.page("learn").curve

    def at(merges: float) -> QPoint:
        view = curve.chart().view
        return QPointF(view.screen(merges, 0.5 * (view.y0 + view.y1))[0], view.top + 0.4 * view.height).toPoint()

    QTest.mousePress(curve.viewport(), LEFT, pos=at(0))
    seen = []
    for merges in (3, 8, 5, 9):
        QTest.mouseMove(curve.viewport(), at(merges))
        seen.append(desk.frame.merges)
    QTest.mouseRelease(curve.viewport(), LEFT, pos=at(9))
    assert seen == [3, 8, 5, 9]
    desk.undo()
    assert desk.frame.merges == 0


def test_the_line_moves_by_keys_and_stays_within_what_there_is(make: Any) -> None:
    desk = make(preset("course"))
    curve = desk.view.page("learn").curve
    curve.setFocus()
    QTest.keyClick(curve, Qt.Key.Key_Return)
    QTest.keyClick(curve, Qt.Key.Key_Right)
    before = desk.frame.merges
    for _press in range(8):
        QTest.keyClick(curve, Qt.Key.Key_Left)
    assert desk.frame.merges == 0 < before
    for _press in range(20):
        QTest.keyClick(curve, Qt.Key.Key_Right)
    assert desk.frame.n_tokens == 1


def test_the_line_goes_back_also_where_more_merges_were_requested_for_than_there_are_pairs(make: Any) -> None:
    desk = make(corpus="toy", merges=300)
    curve = desk.view.page("learn").curve
    assert desk.frame.n_tokens == 1
    curve.line_dragged.emit("merges", 2.0)
    curve.line_dropped.emit("merges", 2.0)
    assert desk.frame.merges == 2
    desk.view.page("learn").league.chosen.emit(1)
    assert desk.frame.merges == 3
    assert desk.frame.last.by_hand


def test_a_piece_that_is_pressed_shows_its_tree_and_a_node_its_own(make: Any) -> None:
    desk = make(preset("course"))
    strip, tree = desk.view.strip, desk.view.page("learn").tree
    assert [branch.token for branch in desk.frame.tree][:1] == [b"aaab"]
    assert len(tree.spots()) == 7
    click(strip, chip(strip, 1))
    assert desk.frame.tree[0].token == b"d"
    click(strip, chip(strip, 0))
    assert desk.params.token == -1
    half = next(spot for spot in tree.spots() if desk.frame.tree[spot.node].token == b"ab")
    click(tree, half.box)
    assert desk.frame.tree[0].token == b"ab"
    assert "“ab”" in desk.view.page("learn").tree_title.words()
    tree.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        QTest.keyClick(tree, key)
    assert desk.frame.tree[0].token in (b"a", b"b")


def test_before_the_first_merge_the_tree_shows_what_it_would_glue(desk: Desk) -> None:
    page = desk.view.page("learn")
    coming = desk.frame.next_tree()
    assert [branch.token for branch in coming] == [b"e ", b"e", b" "]
    assert page.tree_title.words() == "Next: “e·”"
    click(page.tree, page.tree.spots()[0].box)
    assert desk.params.token == -1
    assert "Not made yet" in page.tree.toolTip()
    click(page.tree, page.tree.spots()[1].box)
    assert desk.frame.tree[0].token == b"e"
    desk.go(1)
    root = page.tree.spots()[0].box
    QTest.mouseMove(page.tree, root.center().toPoint())
    assert page.tree.toolTip() and "Not made yet" not in page.tree.toolTip()


def test_a_tree_too_large_for_its_room_stays_inside_it(make: Any) -> None:
    desk = make(corpus="english", merges=400)
    tokenizer = read_tokenizer(desk.track.simulation.offer("tokenizer").data)
    longest = max(range(256, desk.frame.size), key=lambda i: len(tokenizer.token(i)))
    desk.track.set({"token": longest}, "")
    desk.show()
    tree = desk.view.page("learn").tree
    room = QRectF(tree.rect())
    boxes = [spot.box for spot in tree.spots()]
    assert boxes
    assert all(room.contains(box) for box in boxes)
    assert any(spot.more for spot in tree.spots())
    for number, box in enumerate(boxes):
        assert not any(box.intersects(other) for other in boxes[number + 1 :])


def test_of_a_token_wider_than_the_room_the_halves_are_seen_too(make: Any) -> None:
    desk = make(corpus="own", merges=13)
    desk.act(SetText("attention " * 10))
    assert len(desk.frame.tree[0].token) == 100
    tree = desk.view.page("learn").tree
    assert len(tree.spots()) >= 3
    assert all(QRectF(tree.rect()).contains(spot.box) for spot in tree.spots())


def test_the_tree_of_a_long_run_of_letters_never_stops_the_window(make: Any) -> None:
    """Its token has 200,000 pieces; measuring each of them stopped the window for seconds at every resize."""
    desk = make(corpus="own", merges=40)
    desk.act(SetText("ab" * 100_000))
    assert desk.frame.tree[0].leaves == 200_000
    before = time.process_time()
    desk.view.grab()
    desk.view.resize(desk.view.width() + 60, desk.view.height() + 20)
    desk.view.grab()
    assert time.process_time() - before < 1.0


def test_hovering_shows_id_bytes_and_merge_and_the_newest_is_highlighted(make: Any) -> None:
    desk = make(preset("course"))
    strip = desk.view.strip
    QTest.mouseMove(strip, chip(strip, 0).center().toPoint())
    assert strip.readout() == "id 258 · bytes 61 61 61 62 · merge 3"
    QTest.mouseMove(strip, chip(strip, 1).center().toPoint())
    assert strip.readout() == "id 100 · bytes 64"
    assert [token.highlighted for token in strip.tokens()] == [True, False, True, False, False]


def test_ids_or_bytes_stand_below_each_piece_where_requested(make: Any) -> None:
    desk = make(preset("course"))
    desk.show_option("notes", "id")
    assert [token.note for token in desk.view.strip.tokens()] == ["258", "100", "258", "97", "99"]
    desk.show_option("notes", "hex")
    assert desk.view.strip.tokens()[1].note == "64"


def test_the_curve_tells_tokens_or_bytes_a_token(make: Any) -> None:
    desk = make(preset("course"))
    page = desk.view.page("learn")
    _heads, rows = page.curve.to_table()
    assert [row[1] for row in rows] == [11, 9, 7, 5]
    page.which.chip("carried").click()
    _heads, rows = page.curve.to_table()
    assert rows[-1][1] == pytest.approx(2.2)


def test_there_is_always_something_ahead_on_the_curve() -> None:
    assert [span_for(n) for n in (0, 9, 10, 27, 28, 256, 5000)] == [10, 10, 30, 30, 100, 300, 10_000]
    assert [span_for(n, 20_000) for n in (0, 90, 91)] == [100, 100, 300]


def test_the_line_says_what_it_is_for_until_it_has_been_used(desk: Desk) -> None:
    curve = desk.view.page("learn").curve
    assert "drag" in curve.lines()[0].label
    desk.go(2)
    assert curve.lines()[0].label == ""


def test_the_foot_tells_of_the_whole_training_text_until_another_is_to_be_read(make: Any) -> None:
    desk = make(corpus="shakespeare", merges=256)
    foot = desk.view.foot
    assert foot.readout("bytes_per_token").isVisible()
    assert foot.readout("bytes_per_token").text_shown() == show_number(desk.frame.n_bytes / desk.frame.n_tokens, 3)
    assert why_of(desk.frame, "tokens_per_word") is not None
    desk.track.set({"text": "the cat sat"}, "")
    desk.show()
    assert not foot.readout("bytes_per_token").isVisible()
    assert foot.readout("read_bytes_per_token").isVisible()


# ------------------------------------------------------------------------------------------- the other pages


def test_the_chips_open_the_pages_and_undo_passes_over_them(desk: Desk) -> None:
    desk.track.set({"merges": 3}, "")
    for page in ("read", "compare", "learn"):
        desk.view.chips.chip(page).click()
        assert desk.params.page == page
        assert desk.view.page(page).isVisible()
    desk.view.chips.chip("compare").click()
    desk.undo()
    assert (desk.params.page, desk.params.merges) == ("compare", 0)


def test_on_the_page_read_a_press_chooses_the_word_and_steps_climb(make: Any) -> None:
    desk = make(preset("encode"))
    desk.track.set({"text": "the station is international"}, "")
    desk.show()
    strip = desk.view.strip
    assert desk.frame.ladder.text == " international"
    click(strip, chip(strip, 1))
    assert desk.params.word == 2
    assert desk.frame.ladder.text == " station"
    desk.go(3)
    assert desk.frame.rung == 3
    assert "Rank" in desk.view.title.words()
    desk.view.page("read").readers.chip("own").click()
    assert desk.params.reader == "own"
    assert desk.frame.rung == 0


def test_a_word_that_no_merge_fits_says_why(make: Any) -> None:
    desk = make(page="read")
    ladder = desk.view.page("read").ladder
    assert "Nothing has been learned" in ladder.message()
    ladder.grab()
    desk.track.set({"merges": 50, "text": "q"}, "")
    desk.show()
    assert "stays in these pieces" in ladder.message()


def test_the_ladder_keeps_its_current_line_in_sight(make: Any) -> None:
    desk = make(preset("encode"))
    ladder = desk.view.page("read").ladder
    for step in range(14):
        desk.go(step)
        rows = ladder.rows_in_sight()
        assert step in rows
        assert rows[step].bottom() <= ladder.height() + 1
        ladder.grab()
    ladder.setFocus()
    QTest.keyClick(ladder, Qt.Key.Key_Up)
    ladder.grab()


def test_four_ways_to_cut_a_text_with_their_numbers(make: Any) -> None:
    desk = make(preset("scripts"))
    rows = desk.view.page("compare").rows
    assert rows["characters"].numbers["tokens"].text() == "67"
    assert rows["gpt2"].numbers["size"].text() == "50\u202f257"
    assert any(token.struck for token in rows["words"].strip.tokens())
    assert not any(token.struck for token in rows["own"].strip.tokens())
    rows["gpt2"].numbers["per_word"].click()
    assert desk.requested == ["gpt2_per_word"]
    assert why_of(desk.frame, "gpt2_per_word") is not None


def test_a_language_that_is_pressed_is_read(make: Any) -> None:
    desk = make(preset("scripts"))
    meters = desk.view.page("compare").meters
    row = meters.row_rect(6)
    QTest.mouseClick(meters, LEFT, pos=QPoint(int(row.left() + 30), int(row.center().y())))
    assert desk.params.text == SENTENCES["hindi"]
    times = meters.cell_rect(6, "times_gpt2")
    QTest.mouseClick(meters, LEFT, pos=times.center().toPoint())
    assert desk.requested == ["times_hindi_gpt2"]
    meters.setFocus()
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(meters, key)
    assert desk.params.text == SENTENCES["arabic"]


# ------------------------------------------------------------------------------------------- light, own text


def test_the_light_is_green_on_bytes_and_red_where_something_is_lost(make: Any) -> None:
    desk = make(text="Fürth 🙂")
    light = desk.view.light
    assert light.is_green()
    desk.track.set({"unit": "character"}, "")
    desk.show()
    assert not light.is_green()
    assert "2 characters lost" in light.accessibleName()
    assert "ü🙂" in light.toolTip()
    for page in ("read", "compare"):
        desk.view.chips.chip(page).click()
        assert light.isVisible()


def test_a_text_of_ones_own_is_written_learned_from_and_taken_back(desk: Desk) -> None:
    desk.view.own_button.click()
    sheet = desk.view.own
    assert sheet.isVisible()
    QTest.keyClicks(sheet.text, "banana bandana")
    assert "14 characters" in sheet.sentence.text()
    sheet.use.click()
    assert desk.params.corpus == "own"
    assert desk.frame.n_bytes == 14
    assert desk.view.strip.isVisible()
    desk.track.start_over()
    desk.show()
    assert desk.frame.n_bytes == 14
    desk.undo()
    desk.undo()
    assert desk.frame.n_bytes == 13


def test_a_dropped_file_opens_the_page_and_one_too_large_says_so(desk: Desk, tmp_path: Any) -> None:
    (tmp_path / "poem.txt").write_text("la la la", "utf-8")
    assert drop(desk.view, file=tmp_path / "poem.txt")
    desk.view.own.use.click()
    assert desk.frame.title == "poem"
    (tmp_path / "huge.txt").write_text("x" * 300_000, "utf-8")
    drop(desk.view, file=tmp_path / "huge.txt")
    assert "at most 200000" in desk.view.own.sentence.text()
    assert not desk.view.own.use.isEnabled()
    QTest.keyClick(desk.view.own, Qt.Key.Key_Escape)
    assert desk.view.strip.isVisible()


@pytest.mark.parametrize("text", ["", "\u202e\u0000\u200f", "🙂" * 300, "ا" * 500, "a" * 2000, "\n" * 40])
def test_no_text_breaks_a_page(make: Any, text: str) -> None:
    desk = make(text=text, merges=5)
    for page in ("learn", "read", "compare"):
        desk.track.set({"page": page}, "")
        desk.show()
        desk.view.grab()
    desk.track.set({"corpus": "own", "unit": "character"}, "")
    desk.show()
    desk.view.grab()


# ------------------------------------------------------------------------------------------- the window


def test_where_only_one_of_them_fits_a_switch_turns_from_the_text_to_the_languages(make: Any) -> None:
    desk = make(preset("scripts"))
    page = desk.view.page("compare")
    desk.view.resize(702, 552)
    QApplication.processEvents()
    assert page.meters.isVisible()
    assert not page.switch.isVisible()
    desk.view.resize(702, 440)
    QApplication.processEvents()
    assert page.switch.isVisible()
    assert not page.meters.isVisible()
    for row in page.rows.values():
        assert not row.strip.isVisible() or row.strip.height() >= 32
    page.switch.chip("languages").click()
    assert page.meters.isVisible()
    assert not page.heads.isVisible()
    desk.view.chips.chip("learn").click()
    assert not page.switch.isVisible()


def test_ranks_for_which_there_is_no_room_are_in_the_tooltip(make: Any) -> None:
    desk = make(preset("encode"))
    ladder = desk.view.page("read").ladder
    QTest.mouseMove(ladder, QPoint(200, 10))
    message = ladder.toolTip()
    assert "i + n: 3" in message
    assert message.count(":") == 13


def test_before_the_first_frame_nothing_is_called_missing(qtbot: Any) -> None:
    view = View()
    qtbot.addWidget(view)
    view.resize(*SIZE)
    view.show()
    assert view.title.words() == "Counting the pairs…"
    assert not view.light.isVisible()
    view.grab()


@pytest.mark.parametrize("size", [(702, 552), (1040, 800), (480, 380), (300, 260), (420, 900)])
@pytest.mark.parametrize("page", ["learn", "read", "compare"])
def test_every_size_is_drawn_and_nothing_pushes_the_view_wider(make: Any, size: Any, page: str) -> None:
    desk = make(text="the cat sat", merges=30, page=page)
    desk.view.resize(*size)
    QApplication.processEvents()
    desk.view.grab()
    assert desk.view.size().width() == size[0]
    assert desk.view.size().height() == size[1]


def test_it_is_drawn_in_the_dark_and_in_large_letters(make: Any, qapp: QApplication) -> None:
    desk = make(preset("scripts"))
    try:
        for look in (Look(DARK), Look(scale=1.5)):
            apply_look(qapp, look)
            for page in ("learn", "read", "compare"):
                desk.track.set({"page": page}, "")
                desk.show()
                desk.view.grab()
    finally:
        apply_look(qapp, Look())


@pytest.mark.parametrize("page", ["learn", "read", "compare"])
def test_every_picture_can_be_exported(make: Any, page: str) -> None:
    desk = make(text="the cat sat", merges=30, page=page)
    for picture in desk.view.pictures():
        image = QImage(500, 320, QImage.Format.Format_RGB32)
        image.fill(0xFFFFFF)
        painter = QPainter(image)
        picture.render_to(painter, QRectF(0, 0, 500, 320))
        painter.end()
        colors = {image.pixel(x, y) for x in range(0, 500, 7) for y in range(0, 320, 3)}
        assert len(colors) > 2, type(picture).__name__


def test_frames_are_drawn_in_any_order(desk: Desk) -> None:
    frames = []
    for step in (0, 5, 20):
        desk.go(step)
        frames.append(desk.frame)
    for frame in (*reversed(frames), *frames):
        desk.view.show_frame(frame)
        desk.view.grab()
        assert desk.view.title.words()


def test_a_frame_is_drawn_in_a_few_milliseconds(desk: Desk) -> None:
    frames = []
    for step in range(30):
        desk.go(step)
        frames.append(desk.frame)
    desk.view.playing = True
    started = time.perf_counter()
    for frame in frames:
        desk.view.show_frame(frame)
        desk.view.repaint()
    print(f"{1000 * (time.perf_counter() - started) / len(frames):.1f} ms a frame")


# ------------------------------------------------------------------------------------------- back


def slide(desk: Desk, merges: int) -> None:
    """Drag the line of the curve to so many merges."""
    curve = desk.view.page("learn").curve
    curve.line_dragged.emit("merges", float(merges))
    curve.line_dropped.emit("merges", float(merges))


def back(desk: Desk, count: int = 1) -> int:
    """Press Back; the merges there are then."""
    desk.track.go_back(count)
    desk.track.run_to_goal()
    desk.show()
    return int(desk.frame.merges)


def test_back_is_one_merge_however_the_merges_were_made(desk: Desk) -> None:
    desk.go(5)
    slide(desk, 60)
    assert [back(desk), back(desk, 10)] == [59, 49]
    desk.go(desk.track.position + 2)
    assert [back(desk), back(desk), back(desk)] == [50, 49, 48]
    slide(desk, 5)
    assert back(desk) == 4
    desk.track.set({"merges": 20}, "")
    desk.show()
    before = desk.frame.merges
    desk.view.page("learn").league.chosen.emit(1)
    assert desk.frame.merges == before + 1
    assert [back(desk), back(desk)] == [before, before - 1]


def test_back_is_possible_as_long_as_there_is_a_merge_at_the_first_step_too(make: Any) -> None:
    desk = make(corpus="toy")
    assert not desk.track.can_go_back
    slide(desk, 2)
    assert desk.track.position == 0
    assert desk.track.can_go_back
    assert [back(desk), back(desk)] == [1, 0]
    assert not desk.track.can_go_back
    desk.undo()
    assert desk.frame.merges == 2


def test_back_through_steps_alone_is_no_gesture_and_keeps_what_comes_after(desk: Desk) -> None:
    desk.go(5)
    assert back(desk) == 4
    assert desk.track.timeline.head == 5
    assert not desk.track.timeline.log


def test_a_saved_run_goes_back_by_one_merge_too(desk: Desk) -> None:
    desk.go(5)
    slide(desk, 60)
    simulation = desk.track.simulation
    simulation.load(simulation.save())
    assert back(desk) == 59


def test_what_is_said_of_a_piece_follows_it_through_undo(make: Any) -> None:
    desk = make(preset("course"))
    strip = desk.view.strip
    QTest.mouseMove(strip, chip(strip, 0).center().toPoint())
    assert strip.readout().startswith("id 258")
    desk.go(0)
    assert strip.readout() == "id 97 · bytes 61"


def test_the_lines_of_a_word_grow_with_their_room_and_all_stay_in_sight(make: Any) -> None:
    desk = make(preset("encode"))
    ladder = desk.view.page("read").ladder
    for size, share in (((702, 512), 0.7), ((1156, 814), 0.9)):
        desk.view.resize(*size)
        QApplication.processEvents()
        rows = ladder.rows_in_sight()
        assert max(row.bottom() for row in rows.values()) <= ladder.height() + 1
        assert sum(row.height() for row in rows.values()) > share * ladder.height()


def test_the_pairs_fill_their_room_however_few_they_are(make: Any) -> None:
    desk = make(preset("course"))
    league = desk.view.page("learn").league
    desk.view.resize(1156, 814)
    QApplication.processEvents()
    bottom = league.row_rect(league.shown() - 1).bottom()
    assert 0.5 * league.height() < bottom <= league.height() + 1


def test_the_shades_have_a_key_in_the_colours_of_the_chips(make: Any) -> None:
    """A token of so many bytes has on the strip the colour that the key gives to that number."""
    desk = make(preset("shakespeare"))
    key, strip = desk.view.shades, desk.view.strip
    assert key.isVisible() and "10" in key.accessibleName() and len(key.colors()) == 10
    picture = strip.grab().toImage()
    sizes = set()
    for number, piece in enumerate(desk.frame.strip.pieces[:40]):
        spot, size = chip(strip, number).toRect(), len(piece.token)
        if spot.bottom() > strip.height() or strip.tokens()[number].highlighted:
            continue
        found, meant = picture.pixelColor(spot.left() + 4, spot.top() + 4), QColor(key.colors()[size - 1])
        near = (abs(a - b) <= 9 for a, b in zip(found.getRgb(), meant.getRgb()))  # chips come in 32 shades
        assert size == 1 or all(near), (size, found.name(), meant.name())
        sizes.add(size)
    assert len(sizes) >= 2
