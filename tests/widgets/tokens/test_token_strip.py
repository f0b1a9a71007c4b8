"""A text as the tokens that a model reads: seen, pointed at, chosen, selected, turned."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap, QWheelEvent
from PySide6.QtWidgets import QApplication

from widgets.base.colors import DARK, LIGHT
from widgets.base.look import Look, apply_look
from widgets.tokens import chip_pixmaps
from widgets.tokens.token_flow import flow, flow_to_end, visible
from widgets.tokens.token_strip import Token, TokenStrip

LEFT = Qt.MouseButton.LeftButton
TEXT = "ROMEO:\nWhat light is it?\n"


@pytest.fixture
def strip(front):
    made = TokenStrip()
    made.set_title("Text")
    made.set_tokens([Token(c, n / len(TEXT)) for n, c in enumerate(TEXT)])
    made.resize(500, 110)
    front(made)
    made.setFocus()
    return made


def middle(strip, number):
    return strip.place_of(number).center().toPoint()


@pytest.mark.parametrize(
    ("text", "shown"),
    [("to be\n", "to·be⏎"), (" \t", "·⇥"), ("", "∅"), ("\x00", "␀"), ("\x7f", "⟨7F⟩"), ("über", "über")],
)
def test_nothing_in_a_token_is_invisible(text, shown):
    assert visible(text) == shown


def test_lines_break_where_the_room_ends_and_after_a_newline():
    tokens = [Token("a"), Token("b"), Token("c\n"), Token("d"), Token("e" * 99)]
    places = flow(tokens, 25.0, lambda token: 10.0 * len(token.text.strip()), 2.0)
    assert [place.line for place in places] == [0, 0, 1, 2, 3]
    assert places[4].width == 25.0  # cut to the line
    assert [p.line for p in flow(tokens[:4], 99.0, lambda token: 10.0, 2.0, breaks=False)] == [0, 0, 0, 0]


@pytest.mark.parametrize(("count", "lines"), [(0, []), (1, [0]), (4, [0] * 4), (5, [0, 1, 1, 1, 1])])
def test_filled_from_the_end_the_first_line_is_the_short_one(count, lines):
    places = flow_to_end([Token("a")] * count, 46.0, lambda _token: 10.0, 2.0)  # four fit, to the pixel
    assert [place.line for place in places] == lines
    assert [place.x for place in places[-4:]] == [0.0, 12.0, 24.0, 36.0][: len(places)]


def test_filled_from_the_end_a_newline_still_ends_its_line_and_a_long_chip_is_cut():
    tokens = [Token("a"), Token("b\n"), Token("\n"), Token("e" * 99), Token("c"), Token("d\n")]
    places = flow_to_end(tokens, 25.0, lambda token: 10.0 * max(1, len(token.text.strip())), 2.0)
    assert [place.line for place in places] == [0, 0, 1, 2, 3, 3]
    assert places[3].width == 25.0
    assert [p.line for p in flow_to_end(tokens[:3], 99.0, lambda _t: 10.0, 2.0, breaks=False)] == [0, 0, 0]


@pytest.mark.parametrize("more", range(6))
def test_one_line_that_is_filled_from_its_end_is_never_nearly_empty(strip, more):
    strip.resize(200, 33)
    strip.set_filled_from_end(True)
    strip.set_tokens([Token("a")] * 3)
    for count in (40 + more, 41 + more, 40 + more):  # more tokens, and fewer again
        strip.set_tokens([Token("a")] * count)
        seen = [n for n in range(count) if strip.rect().contains(middle(strip, n))]
        assert seen[-1] == count - 1 and len(seen) >= 7
        assert strip.place_of(count - 1).right() > 200 - 2 * strip.place_of(0).width()
    strip.set_filled_from_end(False)
    seen_now = [n for n in range(40 + more) if strip.rect().contains(middle(strip, n))]
    assert len(seen_now) == (40 + more - 1) % len(seen) + 1, "filled from the start the last line has what is left"


def test_what_is_added_goes_on_from_what_was_there(qtbot, strip):
    before = [strip.place_of(n) for n in range(len(TEXT))]
    strip.set_tokens([*strip.tokens(), Token("Y")])
    assert [strip.place_of(n) for n in range(len(TEXT))] == before
    assert strip.place_of(len(TEXT)).top() > before[-1].top()
    fresh = TokenStrip()
    qtbot.addWidget(fresh)
    fresh.resize(strip.size())
    fresh.set_tokens(strip.tokens())
    assert [fresh.place_of(n) for n in range(len(TEXT))] == before


def test_the_pointer_names_a_token_and_changes_nothing(qtbot, strip):
    heard, pressed = [], []
    strip.hovered.connect(heard.append)
    strip.pressed.connect(pressed.append)
    qtbot.mouseMove(strip, middle(strip, 3))
    qtbot.mouseMove(strip, middle(strip, 9))
    qtbot.mouseMove(strip, QPoint(490, 20))
    assert heard == [3, 9, -1] and pressed == [] and strip.selection() == (-1, -1)


def test_a_press_chooses_and_a_drag_selects(qtbot, strip):
    pressed, selected = [], []
    strip.pressed.connect(pressed.append)
    strip.selected.connect(lambda first, last: selected.append((first, last)))
    qtbot.mouseClick(strip, LEFT, pos=middle(strip, 4))
    assert pressed == [4] and selected == []
    qtbot.mousePress(strip, LEFT, pos=middle(strip, 5))
    for number in (3, 2):
        _drag(strip, middle(strip, number))
    qtbot.mouseRelease(strip, LEFT, pos=middle(strip, 2))
    assert selected[-1] == (2, 5) and strip.selection() == (2, 5) and pressed == [4]
    qtbot.mouseClick(strip, LEFT, pos=middle(strip, 1))
    assert selected[-1] == (-1, -1) and pressed == [4, 1]


def _drag(widget, at):
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(at), widget.mapToGlobal(QPointF(at)), Qt.MouseButton.NoButton,
                        LEFT, Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_keys_move_the_cursor_along_and_across_select_and_press(qtbot, strip):
    pressed = []
    strip.pressed.connect(pressed.append)
    qtbot.keyClick(strip, Qt.Key.Key_Home)
    qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert strip.cursor_at() == 1
    qtbot.keyClick(strip, Qt.Key.Key_Down)
    assert strip.cursor_at() == 8  # below it: the second of the second line
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert strip.selection() == (8, 10)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert pressed == [10]
    qtbot.keyClick(strip, Qt.Key.Key_Escape)
    assert strip.cursor_at() == -1 and strip.selection() == (-1, -1)


def test_keys_of_the_transport_are_left_alone(strip):
    for key in (Qt.Key.Key_Space, Qt.Key.Key_R):
        event = QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier)
        strip.keyPressEvent(event)
        assert not event.isAccepted()


def test_a_long_strip_shows_its_end_turns_with_the_wheel_and_follows_only_from_its_end(strip):
    strip.set_tokens([Token(c) for c in TEXT * 9])
    last = len(strip.tokens()) - 1
    assert strip.rect().contains(middle(strip, last)) and strip.place_of(0).bottom() < 0
    _wheel(strip, 120)
    before = strip.place_of(0).top()
    strip.set_tokens([*strip.tokens(), Token("\n"), Token("\n")])
    assert strip.place_of(0).top() == before
    for _ in range(20):
        _wheel(strip, -120)
    strip.set_tokens([*strip.tokens(), Token("a"), Token("\n"), Token("b")])
    assert strip.rect().contains(middle(strip, len(strip.tokens()) - 1))


def _wheel(widget, turned):
    at = QPointF(50, 50)
    event = QWheelEvent(at, widget.mapToGlobal(at), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
                        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(widget, event)


def test_fewer_tokens_take_the_cursor_and_the_selection_with_them(strip):
    strip.set_cursor(20)
    strip.select(18, 20)
    strip.set_tokens(strip.tokens()[:3])
    assert strip.cursor_at() == 2 and strip.selection() == (-1, -1)
    strip.set_tokens([])
    strip.set_empty("Nothing yet.")
    assert strip.lines() == 0 and strip.token_at(QPointF(10, 10)) == -1
    strip.grab()


@pytest.mark.parametrize("notes", [False, True])
def test_every_kind_of_chip_is_drawn_in_every_look(strip, qapp, notes):
    strip.set_notes(notes)
    strip.set_tokens(
        [
            Token("a", 0.0),
            Token("b", 1.0, "99 %"),
            Token(" c", highlighted=True),
            Token("d", faint=True),
            Token("e", struck=True),
            Token("\n", color="good"),
            Token("f", color="#123456"),
            Token("x" * 200),
            Token("g", 2.0),
            Token("", -1.0),
        ]
    )
    strip.set_readout("probability 0.5")
    strip.set_cursor(1)
    pictures = []
    for palette, scale in ((LIGHT, 1.0), (DARK, 1.0), (LIGHT, 1.5)):
        apply_look(qapp, Look(palette=palette, scale=scale))
        pictures.append(strip.grab().toImage())
    assert pictures[0] != pictures[1] != pictures[2]


def test_a_picture_for_a_file_is_white_and_holds_the_chips(strip, qapp):
    apply_look(qapp, Look(palette=DARK))
    image = QImage(500, 300, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    strip.render_to(painter, QRectF(0, 0, 500, 300))
    painter.end()
    assert image.pixelColor(1, 1) == Qt.GlobalColor.white
    assert len({image.pixelColor(x, 40).name() for x in range(500)}) > 5


def test_hundreds_of_chips_that_all_change_are_stamped_not_drawn(strip, monkeypatch):
    made = []
    monkeypatch.setattr(chip_pixmaps, "QPixmap", lambda *size: made.append(size) or QPixmap(*size))
    strip.resize(900, 700)
    tokens = [Token(c, n % 97 / 97) for n, c in enumerate(TEXT * 30)]
    strip.set_tokens(tokens)
    strip.grab()
    assert made
    made.clear()
    strip.set_tokens([replace(token, value=1 - token.value) for token in tokens])
    begun = time.perf_counter()
    strip.grab()
    print(f"{len(tokens)} chips: {1e3 * (time.perf_counter() - begun):.1f} ms")
    assert len(made) < 64


def test_a_strip_that_is_told_to_shows_its_start_and_stays_there(strip):
    strip.show_start()
    strip.set_tokens([Token(f"word {n}") for n in range(200)])
    strip.grab()
    assert strip.place_of(0).top() >= 0
    strip.set_tokens([Token(f"word {n}") for n in range(300)])
    strip.grab()
    assert strip.place_of(0).top() >= 0
