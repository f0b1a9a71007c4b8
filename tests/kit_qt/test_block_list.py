"""Blocks of text below each other, and lines broken for a grid of letters."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from lab.kit_qt.block_list import Block, BlockList
from lab.kit_qt.letter_sheet import broken


@pytest.mark.parametrize(("columns", "rows"), [(9, 1), (8, 2), (5, 2), (4, 2)])
def test_lines_break_at_blanks(columns: int, rows: int) -> None:
    text = "abcd efgh"
    spans = broken(text, columns)
    assert len(spans) == rows and "".join(text[a:b] for a, b in spans) == text


def test_a_list_that_is_too_long_is_scrolled_to_what_the_keys_reach(qtbot) -> None:
    made = BlockList("list")
    qtbot.addWidget(made)
    made.resize(300, 150)
    made.show()
    made.set_blocks([Block(f"block {n}", "text " * 20) for n in range(9)])
    assert made.spot(8).top() > made.height()
    for _key in range(8):
        qtbot.keyClick(made, Qt.Key.Key_Down)
    assert made.spot(8).bottom() <= made.height() + 1
