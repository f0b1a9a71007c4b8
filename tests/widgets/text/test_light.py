"""A light with a sign and words."""

from __future__ import annotations

import pytest

from widgets.text.light import Light, Verdict


@pytest.mark.parametrize("tone", ["good", "warn", "bad", ""])
def test_every_tone_looks_different_and_is_said(qtbot, tone: str) -> None:
    made = Light()
    qtbot.addWidget(made)
    made.resize(200, 60)
    pictures = {}
    for each in ("good", "warn", "bad", ""):
        made.show_verdict(Verdict(each, "It is so."))
        pictures[each] = made.grab().toImage()
    assert made.accessibleName() == "It is so."
    assert [other for other, picture in pictures.items() if picture == pictures[tone]] == [tone]


def test_more_words_need_more_height(qtbot) -> None:
    made = Light()
    qtbot.addWidget(made)
    made.show_verdict(Verdict("good", "Short."))
    short = made.heightForWidth(180)
    made.show_verdict(Verdict("good", "This is a sentence of many words, for which one line is not enough. " * 2))
    assert made.heightForWidth(180) > short and made.heightForWidth(180) > made.heightForWidth(600)
