import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QColor
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from widgets.base.colors import DARK, LIGHT
from widgets.base.look import apply_look, look
from widgets.text.card import Card, CardGrid


class Picture:
    def __init__(self):
        self.rects = []

    def __call__(self, painter, rect):
        self.rects.append(QRectF(rect))
        painter.fillRect(rect, QColor("#123456"))


def grid_of(front, count, width, title="Gradient descent"):
    cards = [Card(f"k{n}", f"{n}  {title}", Picture(), f"{n}, {title}") for n in range(count)]
    grid = CardGrid(cards)
    grid.resize(width, grid.heightForWidth(width))
    return front(grid)


def test_the_picture_is_painted_16_to_9_and_kept(qtbot):
    picture = Picture()
    card = Card("hill", "5  Gradient descent", picture)
    qtbot.addWidget(card)
    card.resize(160, card.heightForWidth(160))
    card.show()
    card.grab()
    card.grab()
    assert picture.rects == [QRectF(0, 0, 160, 90)]
    assert card.grab().toImage().pixelColor(80, 40).name() == "#123456"


def test_a_new_look_paints_the_picture_anew(qtbot):
    picture = Picture()
    card = Card("hill", "5  Gradient descent", picture)
    qtbot.addWidget(card)
    card.resize(160, 160)
    card.grab()
    apply_look(QApplication.instance(), palette=DARK)
    card.grab()
    card.repaint_picture()
    card.grab()
    assert len(picture.rects) == 3


def colors(card):
    image = card.grab().toImage()
    return {image.pixelColor(x, y).name().upper() for x in range(card.width()) for y in range(card.height())}


def test_the_state_is_seen_and_heard(qtbot):
    card = Card("hill", "5  Gradient descent", Picture(), "5, Gradient descent")
    qtbot.addWidget(card)
    card.resize(196, card.heightForWidth(196))
    assert not {LIGHT.accent, LIGHT.good} & colors(card)
    card.set_state("Step 3 of 5", 0.6, current=True, name="5, Gradient descent, step 3 of 5")
    assert LIGHT.accent in colors(card)
    met = QAccessible.queryAccessibleInterface(card)
    assert met.role() == QAccessible.Role.Button
    assert met.text(QAccessible.Text.Name) == "5, Gradient descent, step 3 of 5"
    card.set_state("Done", 1.0)
    assert LIGHT.good in colors(card) and LIGHT.accent not in colors(card)


@pytest.mark.parametrize(("width", "columns"), [(1254, 6), (1100, 5), (384, 2), (200, 1), (1900, 6)])
def test_five_or_six_cards_stand_in_a_row(front, width, columns):
    assert grid_of(front, 8, width).columns() == columns


def test_all_cards_have_one_size_even_if_one_title_takes_two_lines(qtbot):
    cards = [
        Card("a", "1  Short", Picture()),
        Card("b", "2  A title that needs two lines in a card", Picture()),
    ]
    grid = CardGrid(cards, most=2)
    qtbot.addWidget(grid)
    grid.resize(400, grid.heightForWidth(400))
    grid.show()
    assert cards[0].size() == cards[1].size()
    assert (
        cards[0].height()
        == cards[0].heightForWidth(cards[0].width())
        == round(cards[0].width() * 9 / 16) + look().px(84)
    )


def test_a_press_enter_and_space_open(qtbot, front):
    grid = grid_of(front, 3, 700)
    opened = []
    grid.opened.connect(opened.append)
    first, second, third = grid.cards()
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    qtbot.keyClick(second, Qt.Key.Key_Return)
    qtbot.keyClick(third, Qt.Key.Key_Space)
    assert opened == ["k0", "k1", "k2"]


@pytest.mark.parametrize(
    ("start", "key", "end"),
    [
        (0, Qt.Key.Key_Right, 1),
        (1, Qt.Key.Key_Left, 0),
        (0, Qt.Key.Key_Down, 3),
        (4, Qt.Key.Key_Up, 1),
        (2, Qt.Key.Key_Down, 4),  # the last row is short
        (0, Qt.Key.Key_Left, 0),
        (4, Qt.Key.Key_Right, 4),
        (4, Qt.Key.Key_Down, 4),
    ],
)
def test_arrow_keys_go_from_card_to_card(qtbot, front, start, key, end):
    grid = grid_of(front, 5, 600)
    assert grid.columns() == 3
    grid.go_to(start)
    qtbot.keyClick(grid.cards()[start], key)
    assert grid.cards()[end].hasFocus()
    stops = [c.key for c in grid.cards() if c.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == [f"k{end}"]


def test_right_to_left_the_left_arrow_goes_on(qtbot, front):
    grid = grid_of(front, 3, 700)
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    grid.go_to(0)
    qtbot.keyClick(grid.cards()[0], Qt.Key.Key_Left)
    assert grid.cards()[1].hasFocus()


def test_up_and_down_go_from_chapter_to_chapter(qtbot, front):
    page = QWidget()
    column = QVBoxLayout(page)
    grids = [CardGrid([Card(f"{n}{m}", "Title", Picture()) for m in range(n)]) for n in (5, 2)]
    for grid in grids:
        column.addWidget(grid)
    page.resize(640, 900)
    front(page)
    CardGrid.stack(grids)
    assert grids[0].columns() == 3
    grids[0].go_to(4)
    qtbot.keyClick(grids[0].cards()[4], Qt.Key.Key_Down)
    assert grids[1].cards()[1].hasFocus()
    qtbot.keyClick(grids[1].cards()[1], Qt.Key.Key_Up)
    assert grids[0].cards()[4].hasFocus()


class Measured(Card):
    """How often its title was measured."""

    asked = 0

    def lines_needed(self, width):
        self.asked += 1
        return super().lines_needed(width)


def test_each_title_is_measured_once_for_a_width(qtbot):
    cards = [Measured(f"{i}", "A title" if i else "A title of many words", Picture()) for i in range(12)]
    grid = CardGrid(cards, most=6)
    qtbot.addWidget(grid)
    wide, narrow = grid.heightForWidth(1400), grid.heightForWidth(6 * 140)
    for card in cards:
        card.asked = 0
    for _round in range(3):
        assert grid.heightForWidth(1400) == wide and grid.heightForWidth(6 * 140) == narrow
    assert {card.asked for card in cards} == {0}, "a width is measured once, not for each card whenever Qt asks"
    apply_look(QApplication.instance(), scale=1.25)
    assert grid.heightForWidth(1400) > wide and cards[0].asked > 0
