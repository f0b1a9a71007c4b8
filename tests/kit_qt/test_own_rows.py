"""Where a table is too long for an experiment, a random sample of it is offered, and taken."""

from __future__ import annotations

import pytest

from lab.catalog import find
from widgets.pages.own_sheet import OwnSheet

ROOM = {
    "what-is-ml": 2000,
    "feature-scaling": 600,
    "linear-regression": 5000,
    "loss-functions": 200,
    "training-loop": 1000,
    "single-neuron": 2000,
}


def rows_of(count: int) -> str:
    return "a,b,c\n" + "".join(f"{n},{n % 7},{n % 2}\n" for n in range(count))


@pytest.mark.parametrize("id", ROOM)
def test_one_row_too_many_is_answered_with_a_sample(qtbot, qapp, id) -> None:
    view = find(id).load_view()()
    qtbot.addWidget(view)
    sheet = view.findChild(OwnSheet)
    sheet.begin()
    sheet.bring(rows_of(ROOM[id]), "")
    qtbot.waitUntil(lambda: sheet.use.isEnabled(), timeout=10_000)
    assert sheet.sample.isHidden()
    sheet.bring(rows_of(ROOM[id] + 1), "")
    qtbot.waitUntil(lambda: not sheet.sample.isHidden(), timeout=10_000)
    assert not sheet.use.isEnabled()
    sheet.sample.setChecked(True)
    assert sheet.use.isEnabled(), sheet.sentence.text()
    assert f"{ROOM[id]} of {ROOM[id] + 1} rows, at random" in sheet.tags.words()
