import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from widgets.base.look import apply_look
from widgets.text.flow_layout import FlowLayout


class Brick(QWidget):
    """Always as large as told."""

    def __init__(self, width, parent):
        super().__init__(parent)
        self._size = QSize(width, 20)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def sizeHint(self):
        return self._size

    def minimumSizeHint(self):
        return QSize(min(self._size.width(), 40), 20)


def wall(qtbot, widths, width, **kwargs):
    page = QWidget()
    qtbot.addWidget(page)
    layout = FlowLayout(page, gap=10, **kwargs)
    bricks = [Brick(w, page) for w in widths]
    for brick in bricks:
        layout.addWidget(brick)
    page.resize(width, 200)
    page.show()
    return page, layout, bricks


def places(bricks):
    return [(b.x(), b.y(), b.width()) for b in bricks]


def test_what_does_not_fit_goes_to_the_next_line(qtbot):
    _page, layout, bricks = wall(qtbot, (40, 40, 40), 100)
    assert places(bricks) == [(0, 0, 40), (50, 0, 40), (0, 30, 40)]
    assert layout.heightForWidth(100) == 50 and layout.heightForWidth(140) == 20


def test_lines_are_mirrored_where_text_runs_right_to_left(qtbot):
    page, _layout, bricks = wall(qtbot, (40, 30), 100)
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    page.layout().activate()
    assert places(bricks) == [(60, 0, 40), (20, 0, 30)]


def test_even_columns_are_as_many_as_fit_and_fill_the_width(qtbot):
    _page, _layout, bricks = wall(qtbot, (40, 30, 20), 110, even=True)
    assert places(bricks) == [(0, 0, 50), (60, 0, 50), (0, 30, 50)]


@pytest.mark.parametrize(("width", "columns"), [(50, 1), (210, 2), (320, 3), (900, 4)])
def test_columns_have_a_least_width_and_a_most_number(qtbot, width, columns):
    _page, layout, _bricks = wall(qtbot, (40,) * 5, width, even=True, least=100, most=4)
    assert layout.columns(width) == columns


def test_hidden_items_leave_no_hole(qtbot):
    page, _layout, bricks = wall(qtbot, (40, 40, 40), 200)
    bricks[0].hide()
    page.layout().activate()
    assert places(bricks[1:]) == [(0, 0, 40), (50, 0, 40)]


def test_something_wider_than_the_line_is_cut_to_it(qtbot):
    _page, _layout, bricks = wall(qtbot, (40, 300), 100)
    assert bricks[1].y() == 30 and bricks[1].width() == 100


def test_gaps_grow_with_the_text_size(qtbot):
    apply_look(QApplication.instance(), scale=2.0)
    _page, _layout, bricks = wall(qtbot, (40, 40), 100)
    assert bricks[1].x() == 60


def test_an_empty_wall_has_no_height(qtbot):
    _page, layout, _bricks = wall(qtbot, (), 100)
    assert layout.heightForWidth(100) == 0 and layout.itemAt(0) is None and layout.takeAt(3) is None
