"""What is ML, own data: which rows of a table become points, and what is reported about the others."""

from __future__ import annotations

import pytest

from lab.engine.basics.table import read_csv
from lab.experiments.e01_what_is_ml.own_data import changes, table_of

ROWS = "\n".join(f"{i};{2 * i},5;red" for i in range(1, 13))
SPREADSHEET = "size;height;colour\n" + ROWS


def test_every_third_row_is_kept_back_on_request() -> None:
    table = read_csv(SPREADSHEET)
    kept = table_of(table, "size", "height", keep_back=True)
    assert kept.x == (1, 2, 4, 5, 7, 8, 10, 11)
    assert kept.new_x == (3, 6, 9, 12)
    assert kept.new_y == (6.5, 12.5, 18.5, 24.5)
    assert table_of(table, "size", "height", keep_back=False).new_x == ()


def test_rows_with_a_missing_cell_are_left_out() -> None:
    table = table_of(read_csv("a,b\n1,2\n3,\n5,6\n"), "a", "b", keep_back=False)
    assert (table.x, table.y) == ((1.0, 5.0), (2.0, 6.0))
    with pytest.raises(ValueError, match="both columns"):
        table_of(read_csv("a,b\n1,\n2,\n3,\n,4\n"), "a", "b", keep_back=False)


def test_too_many_rows_are_refused() -> None:
    text = "a,b\n" + "\n".join(f"{i},{i}" for i in range(2001))
    with pytest.raises(ValueError, match="2001 rows"):
        table_of(read_csv(text), "a", "b", keep_back=False)


def test_what_was_done_to_the_rows_is_told() -> None:
    table = table_of(read_csv("a,b\n" + "1,2\n" * 9 + "3,\n"), "a", "b", keep_back=True)
    assert changes(table.left_out, len(table.new_x)) == (
        "1 row left out: a cell is missing",
        "3 rows kept back as new points",
    )
    assert changes(0, 0) == ()
