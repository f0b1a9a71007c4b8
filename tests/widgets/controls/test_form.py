from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from widgets.base import words
from widgets.controls.chips import ChipRow
from widgets.controls.dropdown import Dropdown
from widgets.controls.form import Form, Item
from widgets.controls.form_rows import Row
from widgets.controls.number_field import NumberField
from widgets.controls.slider import Slider

ITEMS = (
    Item("rate", "float", "Learning rate", lo=1e-4, hi=2, log=True, default=0.05, hint="small is slow"),
    Item("momentum", "float", "Momentum", lo=0, hi=1, default=0.0, tip="How much of the last step is kept"),
    Item("width", "int", "Neurons", lo=1, hi=64, default=8, restarts=True),
    Item("shape", "choice", "Shape", choices=("map", "slice"), choice_labels=("Map", "Slice"), default="map"),
    Item("surface", "choice", "Landscape", choices=tuple("abcdef"), default="b"),
    Item("depth", "choice", "Layers", choices=(1, 2, 3), default=2),
    Item("arrow", "bool", "Show the next step", default=True),
    Item("kinds", "many", "Optimisers", choices=("sgd", "adam", "lion"), default=("sgd",)),
    Item("text", "text", "Sentence", default="hello"),
    Item("seed", "int", "Seed", lo=0, hi=99, default=1, more=True),
)


@pytest.fixture
def form(qtbot):
    made = Form(ITEMS)
    qtbot.addWidget(made)
    made.resize(272, made.heightForWidth(272))
    made.show()
    return made


@pytest.fixture
def heard(form):
    got = []
    form.changed.connect(lambda name, value: got.append((name, value)))
    form.released.connect(lambda name: got.append((name, "released")))
    form.refused.connect(lambda name, message: got.append((name, "refused", message)))
    return got


def row(form, name):
    return next(row for row in form.findChildren(Row) if row.item.name == name)


def texts(form, name):
    """What is to be read in the row of a setting."""
    return [label.text() for label in row(form, name).findChildren(QLabel) if label.isVisible()]


def field(form, name):
    return row(form, name).findChild(QLineEdit)


def click(qtbot, widget):
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(12, widget.height() // 2))


def test_a_form_shows_the_defaults(form):
    assert form.values() == {item.name: item.default for item in ITEMS}


def test_every_kind_keeps_what_the_program_sets_and_says_nothing(form, heard):
    values = {
        "rate": 0.5,
        "momentum": 0.9,
        "width": 3,
        "shape": "slice",
        "surface": "f",
        "depth": 3,
        "arrow": False,
        "kinds": ("sgd", "lion"),
        "text": "bye",
        "seed": 7,
    }
    form.set_values(values)
    assert form.values() == values and heard == []


def test_dragging_a_slider_changes_value_and_field_and_ends_once(qtbot, form, heard):
    slider = form.control("momentum")
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(0)), 13))
    for value in (0.2, 0.4):
        qtbot.mouseMove(slider, QPoint(round(slider.x_of(value)), 13))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton)
    assert [value for _name, value in heard] == [0.2, 0.4, "released"]
    assert field(form, "momentum").text() == "0.40"


def test_a_typed_number_moves_the_slider(qtbot, form, heard):
    box = field(form, "momentum")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "0.333")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert heard == [("momentum", 0.333), ("momentum", "released")]
    assert form.control("momentum").value() == 0.333


@pytest.mark.parametrize(
    ("name", "text"), [("momentum", "7"), ("momentum", "much"), ("width", "2.5"), ("rate", "0"), ("rate", "")]
)
def test_a_wrong_number_is_refused_with_a_reason_and_changes_nothing(qtbot, form, heard, name, text):
    before, box = form.value(name), field(form, name)
    box.setFocus()
    box.selectAll()
    qtbot.keyClick(box, Qt.Key.Key_Delete)
    qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    [(who, what, message)] = heard
    assert (who, what) == (name, "refused") and message
    assert form.value(name) == before and box.text() == text
    assert any(label.text() == message and label.isVisible() for label in row(form, name).findChildren(QLabel))


def test_after_a_refusal_the_slider_still_works_and_clears_the_error(qtbot, form, heard):
    before = texts(form, "momentum")
    box = field(form, "momentum")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "xyz")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert texts(form, "momentum") != before
    qtbot.keyClick(form.control("momentum"), Qt.Key.Key_Right)
    assert box.text() == "0.01" and not box.wrong and texts(form, "momentum") == before


def test_whole_numbers_come_as_integers(qtbot, form, heard):
    qtbot.keyClick(form.control("width"), Qt.Key.Key_Right)
    assert heard[0] == ("width", 9) and type(heard[0][1]) is int


def test_a_double_click_on_the_slider_brings_the_default_back(qtbot, form, heard):
    form.set_values({"momentum": 0.8})
    qtbot.mouseDClick(form.control("momentum"), Qt.MouseButton.LeftButton)
    assert heard == [("momentum", 0.0), ("momentum", "released")] and form.value("momentum") == 0


def test_a_check_box_is_pressed_anywhere_on_its_line(qtbot, form, heard):
    box = form.control("arrow")
    qtbot.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 5, box.height() // 2))
    assert heard == [("arrow", False), ("arrow", "released")]


def test_few_short_choices_are_chips_and_many_are_a_list(form):
    assert isinstance(form.control("shape"), ChipRow) and isinstance(form.control("surface"), Dropdown)


def test_a_chip_is_chosen_with_its_own_value(qtbot, form, heard):
    click(qtbot, form.control("depth").chip("3"))
    assert heard == [("depth", 3), ("depth", "released")] and form.value("depth") == 3


def test_a_list_is_chosen_by_key(qtbot, form, heard):
    qtbot.keyClick(form.control("surface"), Qt.Key.Key_Down)
    assert heard == [("surface", "c"), ("surface", "released")]


def test_several_choices_come_as_a_tuple_in_their_order(qtbot, form, heard):
    form.set_values({"kinds": ("lion",)})
    click(qtbot, form.control("kinds").chip("sgd"))
    assert heard[0] == ("kinds", ("sgd", "lion"))


def test_text_is_taken_on_enter_and_escape_brings_it_back(qtbot, form, heard):
    box = form.control("text")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "new words")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.text() == "hello" and heard == []
    box.selectAll()
    qtbot.keyClicks(box, "other")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert heard == [("text", "other"), ("text", "released")] and form.value("text") == "other"


def test_an_error_of_the_program_is_shown_until_the_next_change(qtbot, form):
    form.show_error("text", "The sentence is too long.")
    assert form.control("text").wrong and "The sentence is too long." in texts(form, "text")
    form.set_values({"text": "short"})
    form.show_error("text", "")
    assert not form.control("text").wrong and "The sentence is too long." not in texts(form, "text")


def test_an_error_stays_when_the_program_repeats_the_value(form):
    form.show_error("text", "The sentence is too long.")
    form.set_values({"text": form.value("text")})
    assert form.control("text").wrong


def test_what_was_typed_is_repeated_as_plain_text(qtbot, form):
    box = field(form, "momentum")
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, "<b>0.5</b>")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    error = next(label for label in row(form, "momentum").findChildren(QLabel) if "<b>0.5</b>" in label.text())
    assert error.textFormat() == Qt.TextFormat.PlainText


def test_what_is_seldom_needed_waits_behind_more(qtbot, form):
    assert "seed" not in form.names() and form.more.isVisible()
    qtbot.mouseClick(form.more, Qt.MouseButton.LeftButton)
    assert "seed" in form.names() and form.more.text() == "Less"
    qtbot.mouseClick(form.more, Qt.MouseButton.LeftButton)
    assert "seed" not in form.names() and form.more.text() == "More"


def test_only_the_settings_wanted_are_visible(form):
    form.set_visible(("rate", "arrow"))
    assert form.names() == ("rate", "arrow") and not form.more.isVisible()


def test_a_disabled_setting_says_why(form):
    form.set_enabled("momentum", False, "Adam has its own momentum.")
    assert not form.control("momentum").isEnabled()
    assert form.control("momentum").toolTip() == "Adam has its own momentum."
    form.set_enabled("momentum", True)
    assert form.control("momentum").isEnabled() and "kept" in form.control("momentum").toolTip()


def test_a_limit_takes_the_place_of_the_hint(form):
    hint = "small is slow"
    assert hint in texts(form, "rate")
    form.set_limit("rate", 0.5, "unstable above 0.5")
    assert hint not in texts(form, "rate") and "unstable above 0.5" in form.control("rate").accessibleDescription()
    form.set_limit("rate", None)
    assert hint in texts(form, "rate")


def test_everything_usable_has_a_name_and_the_restart_sign_is_said(form):
    form.set_opened(True)
    for kind in (Slider, NumberField, QLineEdit, Dropdown, QAbstractButton):
        for control in form.findChildren(kind):
            assert control.accessibleName() or control.text(), control
    assert "starts the run over" in form.control("width").accessibleDescription()


def test_tab_goes_through_all_settings_from_top_to_bottom(qtbot, form):
    field(form, "rate").setFocus()
    heights = []
    for _ in range(12):
        heights.append(form.focusWidget().mapTo(form, QPoint(0, 0)).y())
        form.focusNextChild()
    assert heights == sorted(heights) and len(set(heights)) > 8


def test_six_numbers_a_choice_and_the_presets_fit_beside_the_smallest_window(qtbot):
    items = [Item(f"n{i}", "float", f"Number {i}", default=0.5) for i in range(6)]
    items.append(
        Item(
            "surface",
            "choice",
            "Landscape",
            choices=("Two valleys", "Round bowl", "Saddle"),
            default="Saddle",
        )
    )
    form = Form(items)
    form.compact = True
    presets = ChipRow(("Too small", "Just right", "Too large", "Escape a valley"), mode="press", even=True)
    column = QWidget()
    qtbot.addWidget(column)
    lines = QVBoxLayout(column)
    lines.setContentsMargins(0, 0, 0, 0)
    lines.addWidget(form)
    lines.addWidget(QLabel("Try"))
    lines.addWidget(presets)
    assert column.heightForWidth(236) <= 520
    assert column.minimumSizeHint().width() <= 236


def test_the_compact_form_has_no_hints(form):
    tall = form.sizeHint().height()
    form.compact = True
    assert "small is slow" not in texts(form, "rate") and form.sizeHint().height() < tall


def test_a_form_in_a_scroll_area_is_as_high_as_it_needs(qtbot):
    form = Form(ITEMS)
    area = QScrollArea()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(form)
    area.resize(280, 200)
    area.show()
    assert form.height() >= form.heightForWidth(form.width())


def test_unknown_names_and_values_are_refused_by_name(form):
    with pytest.raises(ValueError, match="nothing"):
        form.set_values({"nothing": 1})
    with pytest.raises(ValueError, match="surface"):
        form.set_values({"surface": "z"})
    with pytest.raises(ValueError, match="'arrow'"):
        form.set_limit("arrow", 1, "")
    with pytest.raises(ValueError, match="'arrow'"):
        form.set_unavailable("arrow", ("x",))
    with pytest.raises(ValueError, match="kind"):
        Form([Item("x", "color", "X")])
    with pytest.raises(ValueError, match="twice"):
        Form([ITEMS[0], ITEMS[0]])


def test_the_words_of_the_form_can_be_translated(qtbot, monkeypatch):
    monkeypatch.setattr(words, "_translate", {"More": "Mehr"}.get)
    form = Form([Item("seed", "bool", "Seed", more=True)])
    qtbot.addWidget(form)
    assert form.more.text() == "Mehr"


def test_the_caller_may_read_and_write_the_numbers_himself(qtbot):
    form = Form([Item("p", "float", "Share", default=0.5)], show=lambda item, value: f"{value:.0%}")
    qtbot.addWidget(form)
    assert field(form, "p").text() == "50%"


def test_a_choice_can_be_left_out_for_now_and_the_value_in_force_stays(qtbot) -> None:
    items = [Item("where", "choice", "Where", choices=("here", "there", "received"), default="here")]
    for labels in ((), ("a rather long label for here", "another one for there", "what was received elsewhere")):
        form = Form([replace(items[0], choice_labels=labels)])
        qtbot.addWidget(form)
        form.set_unavailable("where", ("received",))
        form.set_values({"where": "there"})
        form.set_unavailable("where", ("there", "received"))
        assert form.value("where") == "there"
        form.set_values({"where": "received"})
        assert form.value("where") == "received"


def test_what_was_refused_is_forgotten_on_request_and_when_the_value_changes(form) -> None:
    labels = form.findChildren(QLabel)
    said = lambda: [label.text() for label in labels if label.text().endswith(" is wrong")]  # noqa: E731
    for forget in (form.forget_errors, lambda: form.set_values({"rate": 0.5, "text": "other"})):
        for name in ("rate", "text"):
            form.show_error(name, f"{name} is wrong")
        assert said() == ["rate is wrong", "text is wrong"]
        form.set_values(form.values())
        assert form.control("text").wrong, "the same again is no news"
        forget()
        assert not form.control("text").wrong
        assert said() == []


def test_a_long_text_that_is_refused_stays_whole_and_escape_brings_the_one_in_force(form: Form) -> None:
    field, heard = form.control("text"), []
    form.changed.connect(lambda name, value: heard.append((name, len(value))))
    long = "x" * 50_000
    field.setFocus()
    field.selectAll()
    field.insert(long)
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert heard == [("text", 50_000)]
    form.set_values({"text": "hello"})  # what is in force is still this
    form.show_error("text", "It has 50000 characters.")
    assert field.text() == long
    assert field.wrong
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "hello"
    assert not field.wrong


def test_a_refusal_of_what_was_not_typed_leaves_the_text_in_force(form: Form) -> None:
    field = form.control("text")
    field.setFocus()
    field.selectAll()
    field.insert("other")
    field.setModified(True)
    QTest.keyClick(field, Qt.Key.Key_Return)
    form.set_values({"text": "other"})  # taken
    form.set_values({"text": "short"})  # by undo
    form.show_error("text", "Something else is wrong.")
    assert field.text() == "short"


def test_making_a_form_shows_no_window_of_its_own(qtbot, qapp) -> None:
    shown: list[QWidget] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    made = Form(ITEMS)
    qapp.removeEventFilter(watch)
    qtbot.addWidget(made)
    assert shown == []
