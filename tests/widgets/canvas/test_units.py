"""An axis counts in the units of the data, also where the picture is drawn in others."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from widgets.base.look import Look
from widgets.canvas.axes import PLAIN, margins, ticks
from widgets.canvas.canvas import Canvas


def test_ticks_stand_where_the_data_are_round() -> None:
    assert ticks(-2.0, 2.0, 5) == [(-2.0, "−2"), (-1.0, "−1"), (0.0, "0"), (1.0, "1"), (2.0, "2")]
    found = ticks(-2.0, 2.0, 5, (170.0, 8.0))
    assert [text for _place, text in found] == ["160", "170", "180"]
    for place, text in found:
        assert 170.0 + 8.0 * place == pytest.approx(float(text))


def test_a_canvas_makes_room_for_the_numbers_that_it_shows(qapp: QApplication) -> None:
    home, titles = (-2.0, 2.0, -2.0, 2.0), ("", "", "")
    assert margins(home, titles, Look(), (120_000.0, 9_000.0)).left > margins(home, titles, Look()).left


def test_a_unit_has_a_size(qtbot) -> None:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    assert canvas.units() == (PLAIN, PLAIN)
    canvas.set_units((3.0, 0.5))
    assert canvas.units() == ((3.0, 0.5), PLAIN)
    with pytest.raises(ValueError, match="above 0"):
        canvas.set_units(PLAIN, (0.0, 0.0))
