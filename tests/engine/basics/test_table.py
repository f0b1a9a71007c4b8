"""Tables: what is guessed is what a person would guess, and what is wrong is named by row and column."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lab.engine.basics import table as tables
from lab.engine.basics import table_text
from lab.engine.basics.table import (
    BUNDLED,
    Format,
    TableError,
    bundled,
    digits,
    guess_format,
    left_out_words,
    read_csv,
    reading_csv,
)


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("a,b\n1,2\n3,4", Format(",", ".", True)),
        ("1,2\n3,4", Format(",", ".", False)),
        ("a;b\n1,5;2,5\n3;4", Format(";", ",", True)),
        ("1,5;2,5\n3,5;4,5", Format(";", ",", False)),
        ("a;b\n1.5;2.5", Format(";", ".", True)),
        ("x\ty\n1\t2", Format("\t", ".", True)),
        ("x\ty\n1,5\t2", Format("\t", ",", True)),
        ("x\n3\n4", Format(",", ".", True)),
        ('"last, first",age\n"Doe, Jo",3', Format(",", ".", True)),
        ("name,city\nAda,London", Format(",", ".", True)),
        ("5", Format(",", ".", False)),
    ],
)
def test_the_format_is_guessed_as_a_person_would(text: str, guess: Format) -> None:
    assert guess_format(text) == guess
    assert read_csv(text).read_as == guess if "\n" in text else True


def test_numbers_words_and_holes_are_told_apart() -> None:
    table = read_csv("city,size,note\nBern,1.5,\nRom,NA,x\nOslo,−2e3,x\n")
    assert table.names == ("city", "size", "note") and len(table) == 3
    np.testing.assert_array_equal(table.numbers(), [[1.5], [np.nan], [-2000.0]])
    assert table.column("note").words == ("", "x", "x")
    assert table.column("note").missing.tolist() == [True, False, False]
    assert table.column("note").codes().tolist() == [-1, 0, 0]
    assert table.column("city").categories == ("Bern", "Oslo", "Rom")
    assert len(table.without_missing("size")) == 2 and len(table.without_missing()) == 1
    assert table.where(np.array([2, 0])).column("city").words == ("Oslo", "Bern")


def test_what_is_left_out_is_told_with_the_reason() -> None:
    assert left_out_words(0) == ()
    assert left_out_words(1) == ("1 row left out: a cell is missing",)
    assert left_out_words(732, 200) == ("room for 200 rows: 732 left out",)


def test_decimal_commas_are_numbers() -> None:
    np.testing.assert_array_equal(read_csv("a;b\n1,5;2\n−0,5;,25").numbers("a", "b"), [[1.5, 2], [-0.5, 0.25]])


def test_a_guess_can_be_overruled() -> None:
    table = read_csv("1,2\n3,4", Format(header=True))
    assert table.names == ("1", "2") and len(table) == 1
    assert read_csv("year\n2001\n2002", words=("year",)).column("year").words == ("2001", "2002")


def test_columns_without_a_name_or_with_the_same_one_can_still_be_told_apart() -> None:
    assert read_csv("a,,a\n1,2,3", Format()).names == ("a", "column 2", "a (3)")
    assert read_csv("1,2\n3,4").names == ("column 1", "column 2")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the text is empty"),
        ("a,b\n", "no row below"),
        ("a,b\n1,2\n3\n", "row 3 has 1 cell; the first row has 2"),
        ("a,b\n1,2\n\n3,4,5\n", "row 4 has 3 cells"),
        ("a,b\n" + "1,2\n" * 9 + "1,abc\n", "row 11, column 'b': 'abc' is not a number"),
        ("a\n" + "1\n" * 9 + "1e999\n", "row 11, column 'a': the number is too large"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(text: str, sentence: str) -> None:
    with pytest.raises(TableError, match=sentence):
        read_csv(text, Format())


def test_a_table_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_text, "MAX_ROWS", 3)
    monkeypatch.setattr(table_text, "MAX_COLUMNS", 3)
    monkeypatch.setattr(tables, "MAX_BYTES", 30)
    for text, sentence in [
        ("1\n" * 4, "more than 3 rows"),
        ("1,2,3,4\n", "4 columns"),
        ("\n\n1,2,3,4,\n", "4 columns"),
        ("x" * 31, "31 characters"),
    ]:
        with pytest.raises(TableError, match=sentence):
            read_csv(text)
    for text, rows, columns in [("1\n\n" * 3, 3, 1), ("1,2,3,\n4,5,6,\n", 2, 3), ("a\n" + "x" * 28, 1, 1)]:
        table = read_csv(text)
        assert (len(table), len(table.columns)) == (rows, columns)


def test_reading_ends_at_the_first_row_beyond_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_text, "ROWS_AT_ONCE", 1)
    reading = reading_csv("a\n" + "1\n" * 1_000_000, Format())
    pieces = 0
    with pytest.raises(TableError, match="more than 100000 rows"):
        while True:
            next(reading)
            pieces += 1
    assert pieces == table_text.MAX_ROWS


def test_reading_in_pieces_says_how_far_it_is_and_gives_the_same_table() -> None:
    text = "a;b\n" + "1,5;x\n" * 5000
    reading, shares = reading_csv(text), []
    while True:
        try:
            shares.append(next(reading))
        except StopIteration as end:
            table = end.value
            break
    assert shares == sorted(shares) and shares[0] > 0 and shares[-1] == 1.0 and len(shares) > 5
    assert table.names == read_csv(text).names and len(table) == 5000


@pytest.mark.parametrize("cell", ["", "NA", "n/a", "NaN", "null", "None", "?", "-", " - "])
def test_a_cell_that_says_there_is_nothing_is_missing(cell: str) -> None:
    table = read_csv(f"a,b,c\n1,x,1\n2,y,2\n{cell},{cell},3\n")
    assert table.column("a").missing.tolist() == table.column("b").missing.tolist() == [False, False, True]
    assert table.column("b").words == ("x", "y", "")


@pytest.mark.parametrize("cell", ["--", "0", "−1", "_", "none of it"])
def test_a_cell_that_says_something_is_not_missing(cell: str) -> None:
    assert not read_csv(f"b\nx\n{cell}\n").column("b").missing.any()


@pytest.mark.parametrize(
    "text",
    [
        ",".join("x" * 300),
        '"' + "x" * 200_000,
        "a,b\n" + '"' + "x" * 140_000 + '",2\n',
        ",".join(f"column{i}" for i in range(40_000)),
        "x" * 150_000 + "\n1\n",
        "\0,\0\n",
        "",
    ],
    ids=["wide", "open quote", "long cell", "very wide", "long line", "nul", "empty"],
)
def test_any_text_has_a_guess_also_one_that_cannot_be_read(text: str) -> None:
    assert guess_format(text).delimiter in ",;\t"


def test_a_guess_looks_at_whole_lines_only() -> None:
    line = "1;2;3;4;5;6;7;8;" + "x" * 9_000 + ";9\n"
    assert guess_format(line * 20) == Format(";", ".", False)


def test_asking_for_a_wrong_column_names_the_right_ones() -> None:
    table = read_csv("a,b\n1,x\n2,y")
    with pytest.raises(ValueError, match="'c' is not among a, b"):
        table.column("c")
    with pytest.raises(ValueError, match="'b' holds words"):
        table.numbers("b")
    with pytest.raises(ValueError, match="'a' holds numbers"):
        table.column("a").codes()


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.text('ab01.,;\t\n"-e', max_size=60))
def test_no_text_raises_anything_but_a_table_error(text: str) -> None:
    try:
        table = read_csv(text)
    except TableError:
        return
    assert len(table) >= 1 and all(len(column.missing) == len(table) for column in table.columns)


@pytest.mark.parametrize(
    ("name", "rows", "numeric"),
    [
        ("crickets", 31, 2),
        ("houses", 932, 6),
        ("penguins", 344, 4),
        ("diabetes", 442, 11),
        ("iris", 150, 4),
        ("wine", 178, 13),
        ("breast_cancer", 569, 30),
    ],
)
def test_the_bundled_tables_have_the_rows_and_columns_they_should(name: str, rows: int, numeric: int) -> None:
    table = bundled(name)
    assert len(table) == rows and table.numbers().shape == (rows, numeric)
    if name != "penguins":
        assert np.isfinite(table.numbers()).all()


def test_classes_of_the_bundled_tables_are_words() -> None:
    assert bundled("iris").column("class").categories == ("setosa", "versicolor", "virginica")
    assert bundled("iris").column("class").words[0] == "setosa"
    assert bundled("breast_cancer").column("class").words.count("malignant") == 212
    assert bundled("penguins").column("sex").missing.sum() == 11
    with pytest.raises(ValueError, match="needs one of crickets"):
        bundled("boston")
    assert set(BUNDLED) == {"crickets", "houses", "penguins", "diabetes", "iris", "wine", "breast_cancer"}


def test_the_digits_are_pictures_from_0_to_1() -> None:
    pictures, labels = digits()
    assert pictures.shape == (1797, 8, 8) and pictures.min() == 0 and pictures.max() == 1
    assert np.bincount(labels).min() > 170


@pytest.mark.parametrize("line", ["9,x", "3", "3,4,5", "1e999,2"])
def test_a_row_unlike_the_others_is_refused_and_left_out_only_on_request(line) -> None:
    text = "a,b\n" + "1,2\n" * 8 + line + "\n7,8\n"
    with pytest.raises(tables.TableError) as caught:
        tables.read_csv(text, tables.Format())
    assert caught.value.rest and caught.value.row == 10
    table = tables.read_csv(text, tables.Format(forgiving=True))
    assert table.numbers("a", "b").tolist() == [[1.0, 2.0]] * 8 + [[7.0, 8.0]] and table.unread == 1


def test_good_rows_and_missing_cells_are_never_left_out() -> None:
    text = "a,b,kind\n1,2,cat\n,3,dog\n5,,\n"
    plain, forgiving = (tables.read_csv(text, tables.Format(forgiving=f)) for f in (False, True))
    assert len(plain) == len(forgiving) == 3 and forgiving.unread == plain.unread == 0
    assert forgiving.column("kind").words == ("cat", "dog", "")


def test_a_column_with_more_than_one_word_in_five_is_one_of_words_also_when_rows_may_go() -> None:
    four, five = ("a\n" + "1\n" * n + "x\n" for n in (3, 4))
    read = [tables.read_csv(text, tables.Format(forgiving=True)) for text in (four, five)]
    assert [len(table) for table in read] == [4, 4] and [table.unread for table in read] == [0, 1]


def test_where_no_row_can_be_read_that_is_said() -> None:
    with pytest.raises(tables.TableError, match="no row can be read") as caught:
        tables.read_csv("a,b\n1\n2\n", tables.Format(forgiving=True))
    assert not caught.value.rest
