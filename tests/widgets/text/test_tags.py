"""Tags say what was done to something; without one the row takes no room."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from widgets.text.tags import TagRow


def test_a_row_without_notes_is_hidden_and_notes_are_read_out(qtbot) -> None:
    room, row = QWidget(), TagRow()
    qtbot.addWidget(room)
    QVBoxLayout(room).addWidget(row)
    room.resize(300, 100)
    room.show()
    assert not row.isVisible()
    row.set_words(["3 rows left out", "standardised"])
    assert row.isVisible() and row.words() == ("3 rows left out", "standardised")
    tag = row.findChildren(QWidget)[0]
    assert tag.accessibleName() == tag.toolTip() == "3 rows left out"
    room.grab()
    row.set_words(["one"])
    assert row.words() == ("one",)
    row.set_words([])
    assert not row.isVisible() and row.words() == ()
