"""A sum as bars, of which each begins where the one above ends."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from widgets.plots.waterfall import SHOWN, Summand, Waterfall


@pytest.fixture
def fall(front) -> Waterfall:
    made = Waterfall(lambda value: f"<{value:g}>")
    made.resize(320, 240)
    front(made)
    return made


def parts(count: int) -> list[Summand]:
    return [Summand(f"part {n}", float(n), f"the {n}th") for n in range(1, count + 1)]


@pytest.mark.parametrize("count", [1, SHOWN, SHOWN + 1, SHOWN + 2, 30])
def test_rows_add_up_and_what_has_no_row_of_its_own_is_one(fall, count: int) -> None:
    fall.show_sum(parts(count), "a sum", "all")
    *rows, whole = fall.rows()
    assert whole.name == "all" and whole.value == sum(range(1, count + 1)) == sum(row.value for row in rows)
    assert len(rows) == (count if count <= SHOWN + 1 else SHOWN + 1)
    assert (rows[-1].name == f"{count - SHOWN} others") == (count > SHOWN + 1)


def test_a_press_names_a_summand_and_the_rest_is_not_pressed(fall, qtbot) -> None:
    fall.show_sum(parts(12), "a sum", "all")
    found: list[int] = []
    fall.pressed.connect(found.append)
    for row in (2, SHOWN, SHOWN + 1):
        qtbot.mouseClick(fall, Qt.MouseButton.LeftButton, pos=fall.spot(row).center().toPoint())
    assert found == [2]
    fall.setFocus()
    QTest.keyClick(fall, Qt.Key.Key_Down)
    QTest.keyClick(fall, Qt.Key.Key_Return)
    assert found == [2, 3]


def test_a_row_is_said_with_its_number_as_it_is_written(fall) -> None:
    fall.show_sum(parts(2), "a sum", "all")
    assert fall.row_words(1) == "part 2: <2>. the 2th" and fall.summary() == "part 1: <1>; part 2: <2>; all: <3>."
