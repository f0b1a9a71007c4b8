"""A sentence on one line: dots where it does not fit, and the whole where the pointer asks."""

from widgets.oneline import OneLine


def test_what_does_not_fit_is_dots_and_the_whole_is_in_the_tooltip(qtbot):
    line = OneLine("A sentence that is much too long for so little room")
    qtbot.addWidget(line)
    line.resize(120, 20)
    line.show()
    assert line.shown().endswith("…")
    assert line.toolTip() == line.text()
    line.resize(900, 20)
    assert line.shown() == line.text()
    assert line.toolTip() == ""
    assert line.minimumSizeHint().width() == 0


def test_another_sentence_is_another_tooltip(qtbot):
    line = OneLine("Short")
    qtbot.addWidget(line)
    line.resize(60, 20)
    line.show()
    line.say("Not so short any more")
    assert line.toolTip() == "Not so short any more"
    line.say("Short")
    assert line.toolTip() == ""
    assert not line.grab().toImage().isNull()
