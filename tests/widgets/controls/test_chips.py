import pytest
from PySide6.QtCore import Qt

from widgets.controls.chips import ChipRow, Segmented


@pytest.fixture
def make(front):
    def made(*args, **kwargs):
        row = ChipRow(*args, **kwargs)
        row.resize(400, 40)
        front(row)
        row.heard = []
        row.chosen.connect(row.heard.append)
        return row

    return made


def press(qtbot, row, key):
    qtbot.mouseClick(row.chip(key), Qt.MouseButton.LeftButton)


def test_one_is_always_chosen(qtbot, make):
    row = make(("map", "3d", "slice"), ("Map", "3-D", "Slice"))
    assert row.chosen_keys() == ("map",)
    press(qtbot, row, "slice")
    press(qtbot, row, "slice")
    assert row.chosen_keys() == ("slice",) and row.heard == ["slice", "slice"]


def test_arrow_keys_choose_the_neighbour_and_tab_stops_once(qtbot, make):
    row = make(("map", "3d", "slice"))
    row.chip("map").setFocus()
    qtbot.keyClick(row.chip("map"), Qt.Key.Key_Right)
    assert row.chosen_keys() == ("3d",) and row.heard == ["3d"] and row.chip("3d").hasFocus()
    stops = [key for key in ("map", "3d", "slice") if row.chip(key).focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert stops == ["3d"]


def test_several_can_be_chosen_and_none(qtbot, make):
    row = make(("sgd", "adam", "lion"), mode="many")
    press(qtbot, row, "lion")
    press(qtbot, row, "sgd")
    assert row.chosen_keys() == ("sgd", "lion")
    press(qtbot, row, "sgd")
    press(qtbot, row, "lion")
    assert row.chosen_keys() == ()


def test_arrow_keys_only_move_among_several(qtbot, make):
    row = make(("sgd", "adam"), mode="many")
    row.chip("sgd").setFocus()
    qtbot.keyClick(row.chip("sgd"), Qt.Key.Key_Right)
    assert row.chip("adam").hasFocus() and row.chosen_keys() == () and row.heard == []
    qtbot.keyClick(row.chip("adam"), Qt.Key.Key_Space)
    assert row.chosen_keys() == ("adam",)


def test_a_preset_counts_each_time_and_does_not_stay_down(qtbot, make):
    row = make(("small", "large"), mode="press")
    press(qtbot, row, "large")
    press(qtbot, row, "large")
    assert row.heard == ["large", "large"] and row.chosen_keys() == ()


@pytest.mark.parametrize(("mode", "keys"), [("one", "b"), ("many", ("a", "b"))])
def test_what_the_program_chooses_is_not_announced(make, mode, keys):
    row = make(("a", "b", "c"), mode=mode)
    row.set_chosen(keys)
    assert set(row.chosen_keys()) == set(keys) and row.heard == []


def test_other_chips_take_the_place_of_the_old(qtbot, make):
    row = make(("a", "b"))
    row.set_chips(("x", "y", "z"))
    assert row.chosen_keys() == ("x",)
    press(qtbot, row, "z")
    assert row.heard == ["z"]


def test_unknown_keys_and_modes_are_refused(make):
    with pytest.raises(ValueError, match="'q'"):
        make(("a", "b")).set_chosen("q")
    with pytest.raises(ValueError, match="mode"):
        make(("a",), mode="two")


def test_chips_are_targets_of_28_pixels(make):
    assert make(("a", "b")).chip("a").height() == 28


def test_segments_stay_on_one_line(qtbot):
    row = Segmented(("Map", "3-D", "Slice"))
    qtbot.addWidget(row)
    row.show()
    assert row.height() == 28 and row.width() >= sum(
        row.chip(key).sizeHint().width() for key in ("Map", "3-D", "Slice")
    )


def test_hovering_chooses_nothing(qtbot, make):
    row = make(("a", "b"))
    qtbot.mouseMove(row.chip("b"))
    assert row.chosen_keys() == ("a",) and row.heard == []


def test_chips_by_other_words_are_the_same_chips(qtbot, make):
    row = make(("a", "b"), ("A", "B"))
    press(qtbot, row, "b")
    chips, wide = [row.chip(key) for key in "ab"], row.chip("b").sizeHint().width()
    row.set_labels(("cat & dog", "a pony with a name"))
    assert [row.chip(key) for key in "ab"] == chips and row.chosen_keys() == ("b",)
    assert row.chip("a").words() == "cat & dog" and row.chip("b").sizeHint().width() > wide
