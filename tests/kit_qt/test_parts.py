"""Small parts that views share."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from lab.kit.numbers import show_short, typed_number
from lab.kit_qt.metric_row import show_metrics
from lab.kit_qt.places import rounded_place
from lab.kit_qt.typed_point import TypedPoint
from lab.kit_qt.typed_row import TypedRow
from widgets.controls.buttons import IconButton
from widgets.controls.number_field import NumberField
from widgets.text.readout import ReadoutRow


def test_a_place_put_by_hand_has_digits_for_a_thousandth_of_the_picture():
    assert rounded_place(1.23456, 123.456, (0.0, 10.0, 0.0, 1000.0)) == (1.23, 123.0)


def test_a_row_of_metrics_shows_digits_texts_and_dashes_and_copies_every_digit(qtbot):
    row = ReadoutRow(("loss", "state", "missing"))
    qtbot.addWidget(row)
    show_metrics(row, {"loss": 0.123456, "state": "ready"}, {"loss": 3, "state": 3, "missing": 3})
    assert [row.readout(name).text_shown() for name in ("loss", "state", "missing")] == ["0.123", "ready", "—"]
    assert row.readout("loss").toolTip().endswith("0.123456")


class Numbers(TypedRow):
    """Two numbers."""

    def __init__(self):
        fields = NumberField(typed_number, show_short), NumberField(typed_number, show_short)
        super().__init__(("x", "y"), fields, IconButton("x", "Close"))
        self.heard = []

    def typed(self, value):
        self.heard.append(value)


def test_a_row_to_type_in_opens_hidden_and_closes_with_escape(qtbot):
    row = Numbers()
    qtbot.addWidget(row)
    assert row.isHidden()
    row.show()
    row.fields[1].insert("2.5")
    row.fields[1].setModified(True)
    QTest.keyClick(row.fields[1], Qt.Key.Key_Return)
    assert row.heard == [2.5]
    QTest.keyClick(row, Qt.Key.Key_Escape)
    assert row.isHidden()


def test_the_numbers_of_a_point_are_shown_while_there_is_such_a_point(qtbot):
    row = TypedPoint()
    qtbot.addWidget(row)
    x, y = np.array([1.0, 2.0]), np.array([3.0, 4.5])
    row.open(1, x, y)
    assert not row.isHidden() and (row.x_field.value(), row.y_field.value()) == (2.0, 4.5)
    heard = []
    row.changed.connect(lambda *changed: heard.append(changed))
    row.y_field.selectAll()
    QTest.keyClicks(row.y_field, "7")
    QTest.keyClick(row.y_field, Qt.Key.Key_Return)
    assert heard == [(1, 2.0, 7.0)]
    row.show_points(x, y)
    assert not row.isHidden()
    row.show_points(x[:1], y[:1])  # just outside
    assert row.isHidden() and row.number == -1
