"""The run bar in a narrow box: what has no room in it stands in a second row, one press away."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab.core import text
from lab.shell.box.run_bar import RunBar

NARROW, WIDE = 460, 1400  # pixels


@pytest.fixture
def bar(qtbot, window) -> Iterator[RunBar]:
    around = QWidget()  # which makes it as narrow as it likes, as a dock does
    qtbot.addWidget(around)
    made = RunBar(window.services.find("gradient-descent").load(), around)
    around.resize(WIDE, 300)
    made.resize(WIDE, 60)
    around.show()
    around.activateWindow()
    qtbot.waitUntil(around.isActiveWindow)
    yield made


def resized(bar: RunBar, width: int) -> None:
    bar.resize(width, bar.height())
    for _round in range(5):
        QApplication.processEvents()


def useful(bar: RunBar) -> list[QWidget]:
    """What a learner uses and reads in the bar, apart from what is always there."""
    return [bar.speed, *bar.readouts.values(), bar.seed, bar.new_seed, bar.record, bar.start_over]


def overlaps(bar: RunBar) -> list[str]:
    shown = [part for part in (*useful(bar), bar.run, bar.back, bar.step, bar.scrubber, bar.more) if part.isVisible()]
    places = [(part, part.rect().translated(part.mapTo(bar, part.rect().topLeft()))) for part in shown]
    found = [f"{a} {b}" for i, (a, one) in enumerate(places) for b, other in places[:i] if one.intersects(other)]
    return found + [f"{part} is cut" for part, place in places if not bar.rect().contains(place)]


def test_a_wide_bar_has_one_row_and_no_button_for_more(bar) -> None:
    assert bar.more.isHidden() and bar.height() == 60
    assert all(part.isVisible() for part in useful(bar))


def test_the_button_comes_with_the_first_thing_that_has_no_room(bar) -> None:
    for width in range(WIDE, NARROW, -20):
        resized(bar, width)
        gone = [part for part in useful(bar) if part.isHidden()]
        assert bar.more.isVisible() is bool(gone), width
        assert overlaps(bar) == [], width
    assert gone


@pytest.mark.parametrize("language", ("en", "qps-rtl"))
def test_what_has_no_room_comes_back_in_a_second_row(bar, qtbot, language: str) -> None:
    text.use(language)
    resized(bar, NARROW)
    gone = [part for part in useful(bar) if part.isHidden()]
    assert bar.seed in gone and bar.record in gone
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    resized(bar, NARROW)
    assert all(part.isVisible() for part in useful(bar))
    assert bar.height() > 60 and overlaps(bar) == []
    assert bar.seed.mapTo(bar, bar.seed.rect().topLeft()).y() > bar.run.geometry().bottom()
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    resized(bar, NARROW)
    assert bar.height() == 60 and [part for part in useful(bar) if part.isHidden()] == gone


def test_a_wider_bar_takes_all_back_into_its_row_in_order(bar, qtbot) -> None:
    def order() -> list[int]:
        return [part.mapTo(bar, part.rect().topLeft()).x() for part in useful(bar)[:-1]]

    before = order()
    resized(bar, NARROW)
    qtbot.mouseClick(bar.more, Qt.MouseButton.LeftButton)
    resized(bar, NARROW)
    resized(bar, WIDE)
    assert bar.height() == 60 and bar.more.isHidden()
    assert order() == before


def test_by_keyboard_the_second_row_follows_its_button(bar, qtbot) -> None:
    resized(bar, NARROW)
    bar.more.setFocus()
    qtbot.keyClick(bar.more, Qt.Key.Key_Return)
    resized(bar, NARROW)
    reached = []
    for _round in range(12):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        reached.append(QApplication.focusWidget())
        if QApplication.focusWidget() is bar.run:
            break
    stops = (bar.start_over, bar.speed, *bar.readouts.values(), bar.seed, bar.new_seed, bar.record)
    below = [part for part in stops if part.mapTo(bar, part.rect().topLeft()).y() > bar.run.geometry().bottom()]
    assert below and reached[: len(below)] == below
    with qtbot.waitSignal(bar.seed_changed):
        bar.seed.setFocus()
        bar.seed.selectAll()
        qtbot.keyClicks(bar.seed, "5")
        qtbot.keyClick(bar.seed, Qt.Key.Key_Return)
