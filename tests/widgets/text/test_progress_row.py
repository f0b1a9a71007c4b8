"""The row that says how far something is."""

from __future__ import annotations

from widgets.text.progress_row import ProgressRow as Waiting


def test_nothing_is_done_at_first_and_a_share_is_a_place_on_the_bar(qtbot) -> None:
    row = Waiting("Reading…")
    qtbot.addWidget(row)
    assert (row.bar.minimum(), row.bar.value()) == (0, 0), "a screen reader says the value: −1 is no part of anything"
    row.show_share(0.25)
    assert row.bar.value() == row.bar.maximum() / 4


def test_stop_is_said(qtbot) -> None:
    row = Waiting("Reading…")
    qtbot.addWidget(row)
    with qtbot.waitSignal(row.stopped):
        row.stop.click()
