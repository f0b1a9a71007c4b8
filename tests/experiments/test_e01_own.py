"""What is ML, own data: pasted text and files are read, shown before they are used, and refused with a
reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from lab.engine.table import read_csv
from lab.experiments.e01_what_is_ml.own_page import OwnPage, table_of

ROWS = "\n".join(f"{i};{2 * i},5;red" for i in range(1, 13))
SPREADSHEET = "size;height;colour\n" + ROWS


@pytest.fixture
def page(qtbot) -> OwnPage:
    made = OwnPage()
    qtbot.addWidget(made)
    made.resize(600, 460)
    made.show()
    return made


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


def test_a_pasted_spreadsheet_is_previewed_and_used(page: OwnPage, qtbot) -> None:
    page.begin(SPREADSHEET)
    assert page.preview.columnCount() == 3
    assert page.preview.horizontalHeaderItem(2).text() == "colour\nwords"
    assert page.preview.item(0, 1).text() == "2.5"
    assert "12 rows, cut at semicolons" in page.said.text()
    assert (page.x.chosen_key(), page.y.chosen_key()) == ("size", "height")
    assert page.keep.isChecked()
    with qtbot.waitSignal(page.closed), qtbot.waitSignal(page.taken) as caught:
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    taken = caught.args[0]
    assert (taken.x_name, taken.y_name, len(taken.x), len(taken.new_x)) == ("size", "height", 8, 4)


def test_what_cannot_be_read_is_named_by_row_and_column(page: OwnPage) -> None:
    page.begin("a,b\n1,2\n3,4\n5,6\n7,8\n9,x\n")
    assert "row 6, column 'b'" in page.said.text()
    assert page.said.property("tone") == "bad"
    assert not page.use.isEnabled()
    page.begin("a,b\n1,red\n2,blue\n")
    assert "two columns of numbers" in page.said.text()
    assert not page.use.isEnabled()
    page.begin("")
    assert page.said.text() == ""


def test_missing_cells_are_shown(page: OwnPage) -> None:
    page.begin("a,b\n1,2\n,4\n5,6\n")
    assert "1 cell is empty" in page.said.text()
    assert page.preview.item(1, 0).text() == "missing"
    assert not page.keep.isEnabled(), "three rows are too few to keep some back"


def test_a_file_is_read_under_its_name(page: OwnPage, tmp_path: Path, qtbot) -> None:
    path = tmp_path / "Klasse 8b ü.csv"
    path.write_bytes("\ufeffgröße,y\n1,2\n3,4\n".encode())
    page.read_file(str(path))
    assert "Klasse 8b ü: 2 rows" in page.said.text()
    with qtbot.waitSignal(page.taken) as caught:
        page.use.click()
    assert caught.args[0].title == "Klasse 8b ü"
    assert caught.args[0].x_name == "größe"
    page.read_file(str(tmp_path / "none.csv"))
    assert page.said.property("tone") == "bad"
