"""An axis counts in the units of the data, also where the picture is drawn in others."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from widgets.base.look import Look
from widgets.canvas.axes import PLAIN, margins, numbers_below, numbers_beside, ticks, title_at
from widgets.canvas.canvas import Canvas
from widgets.canvas.viewport import Viewport


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


@pytest.mark.parametrize("scale", [1.0, 1.5])
@pytest.mark.parametrize("reach", [1.0, 200_000.0, 4_000_000.0])
def test_long_numbers_are_whole_and_beside_the_title(qapp: QApplication, scale: float, reach: float) -> None:
    now, home = Look(scale=scale), (-reach, reach, -reach, reach)
    edge = margins(home, ("x", "y", ""), now)
    view = Viewport(*home, left=edge.left, top=edge.top, width=300 * scale, height=200 * scale)
    below, beside = numbers_below(view, now), numbers_beside(view, now)
    assert all(spot.left() >= 0 and spot.right() <= view.left + view.width + edge.right for spot, _text in below)
    assert all(spot.left() >= 0 and spot.right() <= view.left for spot, _text in beside)
    title = title_at(view, now, beside)
    half = now.px(8)  # of its letters
    assert title - half >= 0 and title + half <= min(spot.left() for spot, _text in beside)
