"""The page for own data: pasted, dropped and opened tables are shown before they are used, and refused with a
reason that keeps everything where it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from lab.engine.basics import table as tables
from tests.desk import drop
from widgets.pages.data_sheet import Chosen, DataSheet, Option, Role, Wanted, random_rows

ROLES = Role("x", "known"), Role("second", "second", none="none"), Role("kind", "kind", "first")
SPREADSHEET = "size;height;colour\n" + "".join(f"{i};{2 * i},5;red\n" for i in range(1, 13))


def take(chosen: Chosen) -> dict[str, object]:
    rows = chosen.table.numbers(chosen.columns["x"])[:, 0]
    if len(rows) > 100:
        raise ValueError("too many rows")
    return {"rows": rows.tolist(), "title": chosen.title, "option": chosen.option, **chosen.columns}


@pytest.fixture
def page(qtbot) -> DataSheet:
    wanted = Wanted(ROLES, take, lambda made: [f"{len(made['rows'])} rows used"], option=Option("keep some", 9))
    made = DataSheet(tables, wanted)
    qtbot.addWidget(made)
    made.resize(620, 480)
    made.show()
    return made


def test_a_pasted_spreadsheet_is_previewed_and_used(page: DataSheet, qtbot) -> None:
    page.begin(SPREADSHEET)
    assert page.preview.horizontalHeaderItem(2).text() == "colour\nwords"
    assert page.preview.item(0, 1).text() == "2.5"
    assert page.sentence.text() == "rows: 12"
    assert page.formats.delimiter.chosen_key() == ";" and page.formats.decimal.chosen_key() == ","
    assert page.tags.words() == ("12 rows used",)
    assert page.option.isChecked()
    with qtbot.waitSignal(page.closed), qtbot.waitSignal(page.taken) as caught:
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    assert caught.args[0]["x"] == "size" and caught.args[0]["second"] == "" and caught.args[0]["option"]


@pytest.mark.parametrize(
    ("text", "sentence", "row"),
    [
        ("a,b\n" + "1,2\n" * 8 + "9,x\n", "row 10, column 'b': 'x' is not a number", 10),
        ("a,b\n1,2\n3\n", "row 3 has 1 cell; the first row has 2: column 'b' is missing", 3),
        ("a,b\n1,2\n3,4,5\n", "there is no column for '5'", 3),
        ("a\n1\n", "2 columns are needed", 0),
    ],
)
def test_an_error_names_row_and_column_marks_the_line_and_loses_nothing(
    page: DataSheet, text: str, sentence: str, row: int
) -> None:
    page.begin(text)
    assert sentence in page.sentence.text()
    assert page.sentence.property("tone") == "bad"
    assert not page.use.isEnabled()
    assert page.text.toPlainText() == text
    marked = [highlighted.cursor.blockNumber() + 1 for highlighted in page.text.extraSelections()]
    assert marked == ([row] if row else [])


def test_what_the_caller_refuses_is_said_before_anything_is_used(page: DataSheet) -> None:
    page.begin("a,b\n" + "1,2\n" * 101)
    assert page.sentence.text() == "too many rows"
    assert not page.use.isEnabled()


def test_how_a_text_is_read_can_be_corrected(page: DataSheet) -> None:
    page.begin("1;2,5\n3;4,5\n")
    assert page.preview.item(0, 1).text() == "2.5"
    assert page.preview.rowCount() == 2
    page.formats.changed.emit("header", True)
    assert page.preview.rowCount() == 1
    assert page.preview.horizontalHeaderItem(1).text().startswith("2,5")
    page.formats.changed.emit("delimiter", "\t")
    assert not page.use.isEnabled()
    page.formats.changed.emit("delimiter", ";")
    assert page.use.isEnabled()


def test_missing_cells_are_painted_and_counted(page: DataSheet) -> None:
    page.begin("a,b\n1,2\n,4\n5,6\n")
    assert "missing cells: 1" in page.sentence.text()
    assert page.preview.horizontalHeaderItem(0).text() == "a\nnumbers, 1 missing"
    assert page.preview.item(1, 0).text() == "missing"
    assert page.option.isHidden(), "three rows are too few to keep some back"


def test_the_columns_chosen_stay_while_the_text_is_mended(page: DataSheet) -> None:
    page.begin("a,b,c\n1,2,3\n4,5,6\n")
    page.columns.selects["x"].set_chosen("c")
    page.text.appendPlainText("7,8,9")
    assert page.columns.chosen()["x"] == "c"


def test_a_file_is_read_under_its_name_in_any_usual_form(page: DataSheet, tmp_path: Path, qtbot) -> None:
    path = tmp_path / "Klasse 8b ü.csv"
    path.write_bytes("\ufeffgröße\ty\n1,5\t2\n3\t4\n".encode())
    page.read_file(str(path))
    assert page.sentence.text() == "Klasse 8b ü: rows: 2"
    assert "1,5" in page.text.toPlainText(), "and can be mended here"
    with qtbot.waitSignal(page.taken) as caught:
        page.use.click()
    assert caught.args[0]["title"] == "Klasse 8b ü" and caught.args[0]["rows"] == [1.5, 3.0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8", "latin-1"])
def test_a_spreadsheet_may_save_in_any_usual_encoding(page: DataSheet, tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "t.txt"
    path.write_bytes("größe\ty\n1\t2\n3\t4\n".encode(encoding))
    page.read_file(str(path))
    assert page.preview.horizontalHeaderItem(0).text().startswith("größe")


@pytest.mark.parametrize(("columns", "read"), [(200, True), (201, False)])
@pytest.mark.parametrize("way", ["paste", "file", "drop"])
def test_two_hundred_columns_are_read_and_more_are_answered_in_words(
    page: DataSheet, tmp_path: Path, columns: int, read: bool, way: str
) -> None:
    text = "\n".join(",".join(str(row + i) for i in range(columns)) for row in range(3))
    (tmp_path / "wide.csv").write_text(text)
    if way == "paste":
        page.begin(text)
    elif way == "file":
        page.read_file(str(tmp_path / "wide.csv"))
    else:
        picture = QWidget()
        page.listen(picture)
        drop(picture, file=tmp_path / "wide.csv")
    assert page.use.isEnabled() is read
    if not read:
        assert (
            page.sentence.text() == "the table has 201 columns; at most 200 are read" and not page.sentence.isHidden()
        )
        assert page.text.toPlainText() == text, "nothing is lost"


def test_a_file_that_is_too_large_is_not_read(page: DataSheet, tmp_path: Path) -> None:
    (tmp_path / "big.csv").write_bytes(b"1\n" * (tables.MAX_BYTES // 2 + 1))
    page.read_file(str(tmp_path / "big.csv"))
    assert page.sentence.text().startswith("big.csv has") and page.sentence.property("tone") == "bad"


def test_a_file_that_is_not_there_leaves_the_text_where_it_was(page: DataSheet, tmp_path: Path) -> None:
    page.begin("a,b\n1,2\n")
    page.read_file(str(tmp_path / "none.csv"))
    assert page.sentence.property("tone") == "bad"
    assert page.text.toPlainText() == "a,b\n1,2\n"


def test_a_long_file_is_used_without_being_laid_out(page: DataSheet, tmp_path: Path, qtbot) -> None:
    path = tmp_path / "long.csv"
    path.write_text("a,b\n" + "1,2.000000000000000\n" * 60 + "# " + "x" * 250_000 + ",5\n")
    page.read_file(str(path))
    qtbot.waitUntil(lambda: not page.work.running)
    assert page.text.toPlainText() == ""
    assert "row 62" in page.sentence.text()


@pytest.fixture
def picture(page: DataSheet, front) -> QWidget:
    made = front(QWidget())
    page.listen(made)
    return made


def test_what_is_pasted_or_dropped_on_a_picture_opens_the_page(
    page: DataSheet, picture: QWidget, tmp_path: Path, qtbot
) -> None:
    QGuiApplication.clipboard().setText("a\tb\n1\t2\n")
    with qtbot.waitSignal(page.opened):
        QTest.keyClick(picture, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert page.use.isEnabled()
    with qtbot.waitSignal(page.opened):
        assert drop(picture, text="a,b\n1,2\n3,4\n")
    assert page.preview.rowCount() == 2
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n5,6\n")
    with qtbot.waitSignal(page.opened):
        assert drop(picture, file=tmp_path / "t.csv")
    assert page.preview.rowCount() == 3
    assert not drop(picture, file=tmp_path / "work.glassbox"), "the window opens those"


def test_a_locked_page_takes_nothing_and_says_so(page: DataSheet, picture: QWidget, tmp_path: Path) -> None:
    page.set_locked(True)
    (tmp_path / "t.csv").write_text("a,b\n1,2\n")
    for bring in (lambda: page.begin("a,b\n1,2\n"), lambda: drop(picture, file=tmp_path / "t.csv"), page.begin):
        bring()
        assert "switched off" in page.sentence.text()
        assert not page.use.isEnabled() and not page.open.isEnabled()


def test_escape_leaves_the_page(page: DataSheet, qtbot) -> None:
    page.begin("a,b\n1,2\n")
    with qtbot.waitSignal(page.closed):
        QTest.keyClick(page.text, Qt.Key.Key_Escape)


def test_columns_that_suit_a_part_best_are_taken_first(qtbot) -> None:
    roles = Role("first", "x", "also"), Role("kind", "kind", "first"), Role("name", "name", "first", "none")
    page = DataSheet(tables, Wanted(roles, lambda chosen: dict(chosen.columns)))
    qtbot.addWidget(page)
    page.begin("who,size,sort,town\nAnn,1,red,Bern\nBob,2,blue,Rome\n")
    assert page.columns.chosen() == {"first": "size", "kind": "who", "name": "sort"}
    page.begin("1,2\n3,4\n")
    assert page.columns.chosen() == {"first": "column 1", "kind": "column 2", "name": ""}


def rows_of(count: int) -> str:
    return "a,b,c\n" + "".join(f"{n},{n % 7},{n % 2}\n" for n in range(count))


@pytest.fixture
def narrow(qtbot) -> DataSheet:
    """A page with room for 100 rows."""
    made = DataSheet(tables, Wanted(ROLES, take, most=100))
    qtbot.addWidget(made)
    made.show()
    return made


def test_a_table_that_just_fits_is_taken_whole(narrow: DataSheet) -> None:
    narrow.begin(rows_of(100))
    assert narrow.sample.isHidden() and narrow.use.isEnabled()


def test_of_a_table_with_one_row_too_many_a_random_sample_is_offered(narrow: DataSheet, qtbot) -> None:
    narrow.begin()
    narrow.bring(rows_of(101), "weights")
    assert not narrow.sample.isHidden() and narrow.sample.text() == "Take 100 rows at random"
    assert not narrow.sample.isChecked() and not narrow.use.isEnabled() and narrow.sentence.text() == "too many rows"
    narrow.sample.setChecked(True)
    assert narrow.tags.words() == ("100 of 101 rows, at random",)
    with qtbot.waitSignal(narrow.taken) as caught:
        qtbot.mouseClick(narrow.use, Qt.MouseButton.LeftButton)
    made = caught.args[0]
    assert made["title"] == "weights · 100 of 101 rows, at random"
    assert len(set(made["rows"])) == 100 and made["rows"] == sorted(made["rows"])


def test_a_sample_is_from_everywhere_and_the_same_each_time() -> None:
    table = tables.read_csv(rows_of(1000))
    drawn = [random_rows(table, 100).numbers("a")[:, 0].tolist() for _time in range(2)]
    assert drawn[0] == drawn[1]
    assert min(drawn[0]) < 100 and max(drawn[0]) > 900 and 350 < sum(drawn[0]) / 100 < 650


def test_another_table_is_asked_about_anew(narrow: DataSheet) -> None:
    narrow.begin(rows_of(101))
    narrow.sample.setChecked(True)
    narrow.bring(rows_of(102), "")
    assert not narrow.sample.isChecked() and not narrow.use.isEnabled()
    narrow.bring(rows_of(50), "")
    assert narrow.sample.isHidden() and narrow.use.isEnabled() and narrow.tags.words() == ()


BAD = "a,b\n" + "1,2\n" * 8 + "9,x\n3\n4,5\n"


def test_rows_that_cannot_be_read_are_left_out_on_request_and_that_is_said(page: DataSheet, qtbot) -> None:
    page.begin()
    page.bring(BAD, "weights")
    assert not page.forgive.isHidden() and not page.forgive.isChecked() and not page.use.isEnabled()
    page.forgive.setChecked(True)
    assert page.use.isEnabled() and page.sentence.text() == "weights: rows: 9"
    assert page.tags.words()[0] == "unreadable, left out: 2"
    with qtbot.waitSignal(page.taken) as caught:
        qtbot.mouseClick(page.use, Qt.MouseButton.LeftButton)
    assert caught.args[0]["rows"] == [1.0] * 8 + [4.0]
    assert caught.args[0]["title"] == "weights · unreadable, left out: 2"


def test_leaving_rows_out_can_be_taken_back_and_is_asked_again_for_another_text(page: DataSheet) -> None:
    page.begin(BAD)
    page.forgive.setChecked(True)
    page.forgive.setChecked(False)
    assert not page.use.isEnabled() and not page.forgive.isHidden()
    page.forgive.setChecked(True)
    page.bring(BAD, "other")
    assert not page.forgive.isChecked() and not page.use.isEnabled()
    page.bring("a,b\n1,2\n", "good")
    assert page.forgive.isHidden() and page.use.isEnabled()


def test_where_all_is_wrong_nothing_is_offered(page: DataSheet) -> None:
    page.begin("a\n1\n")
    assert page.forgive.isHidden() and not page.use.isEnabled()


def test_the_preview_shows_all_figures_of_a_number(page: DataSheet) -> None:
    page.begin("price,level,colour\n257483,1234567.5,red\n-60000,0.25,blue\n")
    shown = [[page.preview.item(row, column).text() for column in (0, 1)] for row in (0, 1)]
    assert shown == [["257\u202f483", "1\u202f234\u202f567.5"], ["−60\u202f000", "0.25"]]


@pytest.mark.parametrize(
    ("name", "whole"), [("a", True), ("Shoe size (EU)", True), ("x" * 22, True), ("x" * 60, False)]
)
def test_the_name_of_a_column_is_read_whole_where_there_is_room(page: DataSheet, name: str, whole: bool) -> None:
    page.begin(f"{name},b\n1,2\n3,4\n")
    select = page.columns.selects["x"]
    wide, words = select.sizeHint().width(), select.fontMetrics().horizontalAdvance(name)
    assert (words < wide) == whole
    assert wide < page.width() / 2, "a long name does not push the others off the page"
