"""One voice: the most urgent thing, in a row of its own; what waits comes when the one before it is over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from lab.core.lesson.blocks import Request
from lab.shell.app.commands import set_text_size
from lab.shell.box.notice import NARROW, ROW, Notice, WholeText
from widgets.base.look import Look, apply_look, look
from widgets.text.folded_label import FoldedLabel
from widgets.text.popover import Popover


@pytest.fixture
def box(window, descent):
    """The gradient-descent hill, after its first minute."""
    made = descent()
    made.notices.skipped.emit()
    return made


def word(box) -> str:
    return box.notices.findChild(FoldedLabel, "notice-text").lead if box.notices.isVisible() else ""


def text(box) -> str:
    return box.notices.findChild(FoldedLabel, "notice-text").text() if box.notices.isVisible() else ""


def press(qtbot, box, name: str) -> None:
    button = box.notices.findChild(QAbstractButton, name)
    assert button.isVisible(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def at_rest(qtbot, box) -> None:
    qtbot.waitUntil(lambda: box.update_shown.exact and not box.update_shown.playing)


class Heights(QObject):
    """The heights that a part of a box takes, and whether a run went on when they changed."""

    def __init__(self, box, widget: QWidget) -> None:
        super().__init__(widget)
        self._box = box
        self.seen, self.playing = [widget.height()], [False]
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Resize and event.size().height() != self.seen[-1]:
            self.seen.append(event.size().height())
            self.playing.append(self._box.playing)
        return False


# ------------------------------------------------------------------------------------------ one at a time


def test_the_story_of_a_break_comes_back_when_its_divergence_is_dismissed(qtbot, box) -> None:
    box.play_break("nan")
    qtbot.waitUntil(lambda: word(box) == "Diverged", timeout=10_000)
    press(qtbot, box, "close-note")
    assert text(box) == box.specification.breaking("nan").expect
    press(qtbot, box, "close-note")
    assert not box.notices.isVisible()
    box.step(1)
    at_rest(qtbot, box)
    assert not box.notices.isVisible(), "what was dismissed stays away"


def test_a_divergence_that_was_dismissed_is_said_again_when_it_comes_again(qtbot, box) -> None:
    box.play_break("nan")
    qtbot.waitUntil(lambda: word(box) == "Diverged", timeout=10_000)
    press(qtbot, box, "close-note")
    box.start_over()
    qtbot.waitUntil(lambda: box.update_shown.head == 0)
    box.run.play()
    qtbot.waitUntil(lambda: word(box) == "Diverged", timeout=10_000)


def test_a_challenge_comes_before_a_story_and_what_the_run_says_too(qtbot, box) -> None:
    box.begin_challenge("ravine")
    title = box.specification.challenge("ravine").title
    qtbot.waitUntil(lambda: word(box) == title)
    box.notices.tell("A story.")
    update = replace(box.update_shown, notice="No more gestures fit.")
    box.notices.show_update(box.specification, update)
    assert word(box) == title
    for expected in ("Please note", "What to see", ""):
        press(qtbot, box, "close-note")
        assert word(box) == expected


def test_a_notice_that_was_dismissed_is_shown_when_it_comes_again_and_not_before(qtbot, box) -> None:
    said, silent = replace(box.update_shown, notice="Full."), replace(box.update_shown, notice="")
    box.notices.show_update(box.specification, said)
    press(qtbot, box, "close-note")
    box.notices.show_update(box.specification, said)
    assert text(box) == ""
    box.notices.show_update(box.specification, silent)
    box.notices.show_update(box.specification, said)
    assert text(box) == "Full."


def test_a_story_waits_for_the_run_that_was_predicted(qtbot, box) -> None:
    box.notices.tell("Afterwards.", None, 7)
    update = box.update_shown
    for begun, playing, expected in ((6, False, ""), (7, True, ""), (7, False, "Afterwards.")):
        box.notices.show_update(box.specification, replace(update, begun=begun, playing=playing))
        assert text(box) == expected, (begun, playing)


def test_a_hint_that_does_not_fit_is_read_in_a_pop_over(window, qtbot, box) -> None:
    box.begin_challenge("ravine")
    challenge = box.specification.challenge("ravine")
    qtbot.waitUntil(lambda: word(box) == challenge.title)
    press(qtbot, box, "hint")
    opened = [p for p in window.findChildren(Popover) if p.isVisible()]
    shown = (
        opened[0].findChild(QLabel, "whole-text").text()
        if opened
        else "\n".join(box.notices.findChild(FoldedLabel).shown())
    )
    assert challenge.hints[0] in shown and challenge.text in text(box)


# -------------------------------------------------------------------------------------------- its place


@pytest.mark.parametrize(("text", "has_lines"), [("", False), ("all of it " * 40, True)])
def test_all_of_a_note_keeps_the_height_of_its_lines_and_of_none(qtbot, text: str, has_lines: bool) -> None:
    whole = WholeText("What to see", text)
    qtbot.addWidget(whole)
    assert (whole.text.minimumHeight() > 0) is has_lines


def test_more_opens_all_of_a_long_text_and_a_short_one_has_no_more(window, qtbot, box) -> None:
    box.notices.tell("Short.")
    assert not box.notices.findChild(QAbstractButton, "more").isVisible()
    long = "A long story, which has much to tell of what is to be seen. " * 6
    box.notices.tell(long)
    QApplication.processEvents()
    label = box.notices.findChild(FoldedLabel, "notice-text")
    assert len(label.shown()) == 1 and label.shown()[0].endswith("…"), "a low window gives it one line"
    window.resize(1366, 768)
    QApplication.processEvents()
    assert len(label.shown()) == 2 and label.shown()[1].endswith("…")
    press(qtbot, box, "more")
    (popover,) = (p for p in window.findChildren(Popover) if p.isVisible())
    whole = popover.findChild(QLabel, "whole-text")
    assert whole.text() == long and whole.height() >= whole.heightForWidth(whole.width())
    qtbot.keyClick(popover, Qt.Key.Key_Escape)
    assert not popover.isVisible()


def test_from_preset_to_preset_and_through_a_challenge_the_picture_keeps_its_size(qtbot, box) -> None:
    told = [preset for preset in box.specification.presets if preset.story]
    box.play_preset(told[0].id)
    qtbot.waitUntil(lambda: text(box) == told[0].story)
    heights = Heights(box, box.view)
    for preset in told[1:]:
        box.play_preset(preset.id)
        qtbot.waitUntil(lambda preset=preset: text(box) == preset.story)
    QApplication.processEvents()
    assert len(heights.seen) == 1


def test_while_a_run_goes_on_and_back_and_forth_in_it_the_picture_keeps_its_size(qtbot, box) -> None:
    setting = box.specification.breaking("nan").setting
    box.play_setting(replace(setting, steps=0))
    qtbot.waitUntil(lambda: box.update_shown.scene == 1)
    before = Heights(box, box.view)
    box.run.play()
    qtbot.waitUntil(lambda: word(box) == "Diverged", timeout=10_000)
    assert not any(before.playing), "no room is taken before the run has ended"
    QApplication.processEvents()
    heights = Heights(box, box.view)
    end = box.update_shown.position
    for step in (end - 1, end, end - 1):
        box.run.go(step)
        qtbot.waitUntil(lambda step=step: box.update_shown.position == step and box.update_shown.exact)
        QApplication.processEvents()
        assert (text(box) != "") == (step == end)
    assert len(heights.seen) == 1
    box.start_over()
    qtbot.waitUntil(lambda: box.update_shown.head == 0)
    assert not box.notices.isVisible()


def test_a_challenge_keeps_its_height_however_it_goes(qtbot, box) -> None:
    box.begin_challenge("ravine")
    qtbot.waitUntil(lambda: word(box) != "")
    QApplication.processEvents()
    heights = Heights(box, box.notices)
    update = box.update_shown
    for line in ("1", "Much longer words about how far it is, in more than one line. " * 4, ""):
        progress = replace(update.progress, text=line)
        box.notices.show_update(box.specification, replace(update, progress=progress, playing=True))
        QApplication.processEvents()
    assert len(heights.seen) == 1


@pytest.mark.parametrize(("limit", "story", "challenge"), [(530, (1, 2), (2, 3)), (700, (2, 2), (3, 4))])
def test_where_there_is_little_height_it_takes_fewer_lines(window, qtbot, box, limit, story, challenge) -> None:
    words, around = box.notices.findChild(FoldedLabel, "notice-text"), box.notices.parentWidget()
    for short, expected in (("story", story), ("challenge", challenge)):
        if short == "story":
            box.notices.tell("Much to tell. " * 40)
        else:
            box.begin_challenge("ravine")
            qtbot.waitUntil(lambda: word(box) == box.specification.challenge("ravine").title)
        for less, lines in zip((1, 0), expected):
            for _again in range(2):  # higher windows have wider margins
                window.resize(1366, window.height() + limit - less - around.height())
                QApplication.processEvents()
            assert around.height() == limit - less
            assert words.height() == lines * words.fontMetrics().lineSpacing(), (short, less)


@pytest.mark.parametrize(("percent", "wide"), ((100, 1366), (150, 1366), (200, 1366), (200, 1100)))
def test_in_a_narrow_box_the_buttons_stand_below_the_words(window, qtbot, box, percent, wide) -> None:
    window.resize(wide, 728)
    box.begin_challenge("ravine")
    qtbot.waitUntil(lambda: word(box) != "")
    set_text_size(window, percent)
    QApplication.processEvents()
    words = box.notices.findChild(FoldedLabel, "notice-text")
    button = box.notices.findChild(QAbstractButton, "again")
    note = box.notices.findChild(Notice)
    below = button.mapTo(note, button.rect().topLeft()).y() >= words.geometry().bottom()
    assert below == (wide == 1100) == (box.notices.width() < look().px(520))
    assert note.height() >= note.minimumSizeHint().height() and note.rect().contains(note.childrenRect())
    assert words.width() > 180 and words.height() >= 2 * words.fontMetrics().lineSpacing()
    set_text_size(window, 100)


@pytest.mark.parametrize("width", (150, 250, 319, 320, 519, 520, 900))
def test_nothing_in_a_note_lies_over_anything_else_however_narrow_it_is(qtbot, width) -> None:
    note = Notice(form=NARROW if width < 520 else ROW)
    qtbot.addWidget(note)
    note.say("bad", "Diverged", "The loss became infinite. " * 9, (("a", "Set it", "primary"), ("b", "Rewind", "link")))
    note.resize(width, note.height_for(width))
    note.show()
    note.settle()
    shown = [w for w in note.findChildren(QWidget) if w.isVisible() and not isinstance(w.parent(), FoldedLabel)]
    leaves = [w for w in shown if not any(child in shown for child in w.findChildren(QWidget))]
    places = [QRect(w.mapTo(note, w.rect().topLeft()), w.size()) for w in leaves]
    assert all(note.rect().contains(place) for place in places)
    assert not any(a.intersects(b) for n, a in enumerate(places) for b in places[:n])
    assert note.findChild(FoldedLabel).width() >= 40


@pytest.mark.parametrize("words", (8, 14, 20, 26))
def test_at_every_width_and_text_size_a_note_comes_to_rest(qtbot, qapp, words) -> None:
    """Whether More is shown and what is left for the text hang on each other; a larger text changes both."""
    note = Notice()
    qtbot.addWidget(note)
    note.say("info", "What to see", "The loss became larger " * words)
    note.show()
    more, label = note.findChild(QAbstractButton, "more"), note.findChild(FoldedLabel)
    try:
        for width in range(400, 1500, 9):
            for scale in (1.5, 1.0):
                apply_look(qapp, Look(scale=scale))
                note.resize(width, note.height_for(width))
                note.settle()
                rest = label.width()
                note.settle()
                QApplication.processEvents()
                assert (label.width(), more.isVisible()) == (rest, label.folded), (width, scale)
    finally:
        apply_look(qapp, Look())


def test_what_is_gone_leaves_its_room_to_the_picture(qtbot, box) -> None:
    QApplication.processEvents()
    before = box.view.height()
    box.notices.tell("A story.")
    QApplication.processEvents()
    assert box.view.height() < before
    press(qtbot, box, "close-note")
    QApplication.processEvents()
    assert box.view.height() == before


# ------------------------------------------------------------------------------------------- the lesson


def test_a_link_to_a_preset_tells_its_story_unless_it_changes_something(qtbot, box) -> None:
    story = box.specification.preset("escape").story
    box.play_request(Request(preset="escape"))
    qtbot.waitUntil(lambda: text(box) == story)
    box.play_request(Request(preset="escape", values={"learning_rate": 0.001}))
    qtbot.waitUntil(lambda: box.update_shown.params.learning_rate == 0.001)
    assert text(box) == ""
    box.play_request(Request(preset="escape", seed=5))
    qtbot.waitUntil(lambda: box.update_shown.seed == 5)
    assert text(box) == ""


def test_a_prediction_is_explained_before_the_story_is_told(qtbot, box) -> None:
    story = box.specification.preset("escape").story
    box.play_request(Request(preset="escape", run=3), predicted=True)
    qtbot.waitUntil(lambda: box.update_shown.scene == 1)
    while box.playing or box.update_shown.position < 3:
        assert text(box) == ""
        qtbot.wait(5)
    qtbot.waitUntil(lambda: text(box) == story)
