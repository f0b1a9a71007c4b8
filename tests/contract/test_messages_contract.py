"""What a box says covers nothing, takes nothing away, can be read to its end, and is about what is on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QScrollBar, QWidget

from lab.catalog import find
from lab.core.experiment import Challenge, Experiment, Setting
from lab.core.params import fields_of
from lab.core.text import _
from lab.runtime.home import Home
from lab.runtime.track import Track
from lab.shell.app.window import MainWindow
from lab.shell.box.box import ExperimentBox
from lab.shell.box.notice import Notice
from lab.shell.services import Services
from widgets.text.folded_label import FoldedLabel
from widgets.text.popover import Popover

LONG = 120_000  # milliseconds: a machine may have much else to do

MAY_GO = (QLabel, QScrollBar)  # the name of a slider, and the bar of what need not be scrolled any more


@pytest.fixture
def opened(qtbot, qapp, own_home: Path) -> Iterator[Callable[[Experiment], ExperimentBox]]:
    window = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()

    def made(experiment: Experiment) -> ExperimentBox:
        box = window.workspace.box(window.open_experiment(experiment))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    yield made
    window.close()


# ------------------------------------------------------------------------------------------- what is seen


def place(box: ExperimentBox, widget: QWidget) -> QRect:
    """Where a widget is in the box, as far as it can be seen."""
    return widget.visibleRegion().boundingRect().translated(widget.mapTo(box, widget.rect().topLeft()))


def parts(box: ExperimentBox) -> list[QWidget]:
    """The innermost visible widgets of the box that are no message: plots, pictures, read-outs, controls."""
    inner = [w for w in box.findChildren(QWidget) if w.isVisible() and not any(_visible_children(w))]
    return [w for w in inner if not box.notices.isAncestorOf(w) and w.width() > 1 and w.height() > 1]


def _visible_children(widget: QWidget) -> list[QWidget]:
    children = widget.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [child for child in children if child.isVisible()]


def faults(box: ExperimentBox) -> list[str]:
    """What is wrong with the message on screen."""
    QApplication.processEvents()
    return faults_as_it_stands(box)


def faults_as_it_stands(box: ExperimentBox) -> list[str]:
    """What the message covers, what it pushes out, what is cut off of itself."""
    note, row = box.notices.findChild(Notice), _rect(box, box.notices)
    whole = (box.view, box.side, box.runbar, box.notices)
    inside = [note, *(w for w in note.findChildren(QWidget) if w.isVisible())]
    return [
        *(f"covers {name(w)}" for w in parts(box) if place(box, w).intersects(row)),
        *(f"pushed out of the box: {name(w)}" for w in whole if not box.rect().contains(_rect(box, w))),
        *(f"cut off: {name(w)}" for w in inside if _cut(w)),
    ]


def _rect(box: ExperimentBox, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(box, widget.rect().topLeft()), widget.size())


def _cut(widget: QWidget) -> bool:
    seen, least = widget.visibleRegion().boundingRect(), widget.minimumSizeHint()
    narrow = isinstance(widget, QAbstractButton) and widget.width() < widget.sizeHint().width()
    return seen != widget.rect() or widget.height() < least.height() or narrow


def name(widget: QWidget) -> str:
    return f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()}".strip()


def label(box: ExperimentBox) -> FoldedLabel:
    found = box.notices.findChild(FoldedLabel, "notice-text")
    assert isinstance(found, FoldedLabel)
    return found


def said(box: ExperimentBox) -> str:
    return label(box).text() if box.notices.isVisible() else ""


def readable(box: ExperimentBox) -> str:
    """What can be read of the message: in its lines, or in the pop-over behind More."""
    lines = "".join(label(box).shown())
    more = box.notices.findChild(QAbstractButton, "more")
    assert more.isVisible() == label(box).folded
    if not more.isVisible():
        return lines
    more.click()
    (popover,) = (p for p in box.window().findChildren(Popover) if p.isVisible())
    whole = popover.findChild(QLabel, "whole-text")
    assert whole.height() >= whole.heightForWidth(whole.width())
    popover.close()
    return str(whole.text())


def close(box: ExperimentBox) -> None:
    box.notices.findChild(QAbstractButton, "close-note").click()


class Walk:
    """Leads a box from scene to scene, and waits until each is there."""

    def __init__(self, qtbot, box: ExperimentBox) -> None:
        self._qtbot, self.box, self._scene = qtbot, box, 0

    def play(self, setting: Setting, story: str = "", told_before: str = "") -> None:
        self.box.play_setting(setting, story)
        assert said(self.box) in ("", told_before), "told before it is there"
        self._arrive(setting)

    def begin(self, challenge: Challenge, setting: Setting) -> None:
        self.box.begin_challenge(challenge.id, setting)
        self._arrive(setting)

    def _arrive(self, setting: Setting) -> None:
        self._scene += 1
        self._qtbot.waitUntil(lambda: self._is_there(setting), timeout=LONG)

    def _is_there(self, setting: Setting) -> bool:
        update = self.box.update_shown
        diverged = self.box.specification.divergence(update.frame) is not None
        there = update.position >= setting.steps or update.done or diverged
        return bool(update.scene == self._scene and update.exact and not update.playing and there)

    def wait(self, until: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(until()), timeout=LONG)


def plain(text: str) -> str:
    return "".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


# ---------------------------------------------------------------------------------------------- the tests


def test_whatever_is_said_covers_nothing_can_be_read_and_ends_with_its_scene(qtbot, opened, experiment) -> None:
    """In one window, for it is slow to open: the first minute, every preset and break, every challenge, a failure."""
    walk = Walk(qtbot, opened(experiment))
    _first_minute(walk)
    _stories(walk)
    _room(walk)
    _challenges(walk)
    _other_data(walk)
    _word_of_the_run_and_failure(walk)


def _first_minute(walk: Walk) -> None:
    asked = _(walk.box.specification.first_drag)
    assert said(walk.box).startswith(asked) and faults(walk.box) == []
    assert plain(asked) in plain(readable(walk.box))
    walk.box.notices.skipped.emit()
    assert said(walk.box) == ""


def _stories(walk: Walk) -> None:
    box, specification, before = walk.box, walk.box.specification, ""
    told = [(preset.setting, preset.story, preset.id) for preset in specification.presets if preset.story]
    told += [(broken.setting, broken.expect, broken.id) for broken in specification.breaks]
    for setting, story, id in told:
        walk.play(setting, _(story), before)
        if label(box).lead == _("Diverged"):
            assert specification.divergence(box.frame) is not None and faults(box) == [], id
            assert box.notices.findChild(QAbstractButton, "remedy").isVisible()
            close(box)
        assert said(box) == _(story) and faults(box) == [], id
        assert plain(_(story)) in plain(readable(box)), id
        before = _(story)
    box.reset()
    assert said(box) == ""


def _room(walk: Walk) -> None:
    """What a message takes from the view hides no part of it."""
    for preset in walk.box.specification.presets:
        walk.play(replace(preset.setting, steps=min(5, preset.setting.steps)))
        QApplication.processEvents()
        alone = {id(w): name(w) for w in parts(walk.box) if type(w) not in MAY_GO}
        walk.box.notices.tell("Anything that there is to see.")
        QApplication.processEvents()
        beside = {id(w) for w in parts(walk.box)}
        assert [what for key, what in alone.items() if key not in beside] == [], preset.id
        walk.box.notices.tell("")
        QApplication.processEvents()


def _challenges(walk: Walk) -> None:
    box = walk.box
    for challenge in box.specification.challenges:
        walk.begin(challenge, challenge.setting)
        assert label(box).lead == _(challenge.title) and faults(box) == [], challenge.id
        for words in (_(challenge.text), box.update_shown.progress.text):
            assert plain(words) in plain(readable(box)), challenge.id
        for hint in challenge.hints:
            box.notices.findChild(QAbstractButton, "hint").click()
            for popover in box.window().findChildren(Popover):
                popover.close()
            assert plain(_(hint)) in plain(readable(box)) and faults(box) == [], challenge.id
        assert all(chip.isVisible() for chip in box.controls.presets.findChildren(QAbstractButton)), "to be tried"
        if challenge.needs:  # it cannot be met without its pack
            box.end_challenge()
            walk.wait(lambda: said(box) == "")
            continue
        walk.begin(challenge, challenge.solution)
        if label(box).lead == _("Diverged"):
            close(box)
        assert label(box).lead == _("Done: {title}").format(title=_(challenge.title)), challenge.id
        assert faults(box) == [], challenge.id
        box.end_challenge()
        walk.wait(lambda: said(box) == "")


def _other_data(walk: Walk) -> None:
    """Whatever starts a run again with another choice shows another thing, and the story of the first one ends."""
    box, specification = walk.box, walk.box.specification
    preset = next(preset for preset in specification.presets if preset.story)
    for field in fields_of(specification.params):
        if not (field.kind == "choice" and field.restarts):
            continue
        walk.play(preset.setting, _(preset.story))
        assert said(box) == _(preset.story)
        before = getattr(box.update_shown.params, field.name)
        gone = specification.unavailable(box.frame).get(field.name, ())
        other = next((choice for choice in field.choices if choice != before and choice not in gone), before)
        box.set_values({field.name: other})
        walk.wait(lambda f=field, o=other: getattr(box.update_shown.params, f.name) == o or box.update_shown.refused)
        took = getattr(box.update_shown.params, field.name) != before
        assert (said(box) == "") == took, field.name


def _word_of_the_run_and_failure(walk: Walk) -> None:
    box = walk.box
    box.notices.tell("")
    long = "What the scene does not hold is left out. " * 6
    box.notices.show_update(box.specification, replace(box.update_shown, notice=long))
    assert said(box) == long and faults(box) == []
    box.reset_all()
    box.run.ask_now(_sabotage)
    box.step(1)
    walk.wait(lambda: label(box).lead == _("This experiment stopped"))
    assert faults(box) == []


def _sabotage(track: Track) -> None:
    class Broken:
        def __init__(self, inner: object) -> None:
            self._inner = inner

        def __getattr__(self, name: str) -> object:
            return getattr(self._inner, name)

        def step(self) -> None:
            raise RuntimeError("sabotaged")

    track.__dict__["simulation"] = Broken(track.simulation)


# ------------------------------------------------------------------------------ this test can fail itself


@pytest.mark.parametrize("by", (0, 1))
def test_a_row_that_lies_over_the_picture_by_a_pixel_is_found(qtbot, opened, by) -> None:
    box = opened(find("training-loop"))
    assert faults(box) == []
    lowest = max((place(box, part) for part in parts(box) if box.view.isAncestorOf(part)), key=QRect.bottom)
    box.notices.move(box.notices.parentWidget().mapFrom(box, QPoint(lowest.left(), lowest.bottom() + 1 - by)))
    over = [fault for fault in faults_as_it_stands(box) if fault.startswith("covers")]
    assert bool(over) == bool(by)
