"""What a box says covers nothing, takes nothing away, can be read to its end, and is about what is on screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from lab.catalog import find
from lab.core.experiment import Experiment, Setting
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

LONG = 30_000  # ms, for a state that takes many steps


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


@pytest.fixture
def box(opened, experiment) -> ExperimentBox:
    return opened(experiment)


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


def arrived(box: ExperimentBox, scene: int, setting: Setting) -> bool:
    update = box.update_shown
    there = update.position >= setting.steps or update.done or box.specification.divergence(update.frame) is not None
    return bool(update.scene == scene and update.exact and not update.playing and there)


def plain(text: str) -> str:
    return "".join(text.replace("\N{NO-BREAK SPACE}", " ").split())


# --------------------------------------------------------------------------------------------- the tests


def test_the_first_minute_covers_nothing(qtbot, box, specification) -> None:
    assert said(box) == _(specification.first_drag)
    assert faults(box) == []
    assert plain(_(specification.first_drag)) in plain(readable(box))


def test_no_story_of_a_preset_or_of_a_break_covers_anything_and_each_ends_with_its_scene(qtbot, box, specification):
    box.notices.skipped.emit()  # the first minute
    told = [(p.setting, p.story, p.id) for p in specification.presets if p.story]
    told += [(b.setting, b.expect, b.id) for b in specification.breaks]
    before = ""
    for number, (setting, story, id) in enumerate(told, 1):
        box.play_setting(setting, _(story))
        assert said(box) in ("", before), f"{id}: told before it is there"
        qtbot.waitUntil(lambda n=number, s=setting: arrived(box, n, s), timeout=LONG)
        wanted = _(story)
        if said(box) != wanted:
            assert specification.divergence(box.frame) is not None and label(box).lead == _("Diverged"), id
            assert faults(box) == [], id
            assert box.notices.findChild(QAbstractButton, "remedy").isVisible()
            close(box)
        assert said(box) == wanted and faults(box) == [], id
        assert plain(wanted) in plain(readable(box)), id
        before = wanted
    box.reset()
    assert said(box) == ""


def test_what_a_message_takes_from_the_picture_hides_no_part_of_it(qtbot, box, specification) -> None:
    box.notices.skipped.emit()
    for number, preset in enumerate(specification.presets, 1):
        box.play_setting(replace(preset.setting, steps=min(5, preset.setting.steps)))
        qtbot.waitUntil(lambda n=number: box.update_shown.scene == n and box.update_shown.exact, timeout=LONG)
        QApplication.processEvents()
        alone = {id(w): name(w) for w in parts(box) if type(w) is not QLabel}  # the name of a slider may give way
        box.notices.tell("Anything that there is to see.")
        QApplication.processEvents()
        beside = {id(w) for w in parts(box)}
        assert [what for key, what in alone.items() if key not in beside] == [], preset.id
        box.notices.tell("")
        QApplication.processEvents()


def test_no_challenge_covers_anything_begun_or_done(qtbot, box, specification) -> None:
    box.notices.skipped.emit()
    scenes = count(1)
    for challenge in specification.challenges:
        for setting, word in ((challenge.setting, "{}"), (challenge.solution, _("Done: {title}"))):
            title = word.replace("{title}", _(challenge.title)).replace("{}", _(challenge.title))
            box.begin_challenge(challenge.id, setting)
            scene = next(scenes)
            qtbot.waitUntil(lambda n=scene, s=setting: arrived(box, n, s), timeout=LONG)
            if label(box).lead == _("Diverged"):
                close(box)
            assert label(box).lead == title, challenge.id
            assert faults(box) == [], challenge.id
            assert all(chip.isVisible() for chip in box.controls.presets.findChildren(QAbstractButton)), "to be tried"
            if word == "{}":
                assert plain(_(challenge.text)) in plain(readable(box)), challenge.id
                assert plain(box.update_shown.progress.text) in plain(readable(box)), challenge.id
                for _hint in challenge.hints:
                    box.notices.findChild(QAbstractButton, "hint").click()
                    for popover in box.window().findChildren(Popover):
                        popover.close()
                    assert faults(box) == [], challenge.id
                assert plain(_(challenge.hints[-1])) in plain(readable(box)), challenge.id
        box.end_challenge()
        qtbot.waitUntil(lambda: said(box) == "")


def test_a_failure_and_a_word_of_the_run_cover_nothing(qtbot, box, specification) -> None:
    box.notices.skipped.emit()
    update = replace(box.update_shown, notice="What the scene does not hold is left out. " * 6)
    box.notices.show_update(specification, update)
    assert said(box) == update.notice and faults(box) == []
    box.run.ask_now(_sabotage)
    box.step(1)
    qtbot.waitUntil(lambda: label(box).lead == _("This experiment stopped"))
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


def test_a_story_ends_with_other_data(qtbot, box, specification) -> None:
    """Whatever starts a run again with another text or choice shows another thing."""
    box.notices.skipped.emit()
    preset = next(p for p in specification.presets if p.story)
    for field in fields_of(specification.params):
        if not (field.kind == "choice" and field.restarts):
            continue
        box.play_preset(preset.id)
        qtbot.waitUntil(lambda: said(box) == _(preset.story), timeout=LONG)
        before = getattr(box.update_shown.params, field.name)
        gone = specification.unavailable(box.frame).get(field.name, ())
        others = [choice for choice in field.choices if choice != before and choice not in gone]
        for other in others[:1]:
            box.set_values({field.name: other})
            qtbot.waitUntil(lambda f=field, o=other: _changed(box, f.name, o), timeout=LONG)
            took = getattr(box.update_shown.params, field.name) == other
            assert (said(box) == "") == took, field.name


def _changed(box: ExperimentBox, field: str, value: object) -> bool:
    update = box.update_shown
    return bool(getattr(update.params, field) == value or update.refused)


# ------------------------------------------------------------------------------ this test can fail itself


@pytest.mark.parametrize("by", (0, 1))
def test_a_row_that_lies_over_the_picture_by_a_pixel_is_found(qtbot, opened, by) -> None:
    box = opened(find("training-loop"))
    assert faults(box) == []
    lowest = max((place(box, part) for part in parts(box) if box.view.isAncestorOf(part)), key=QRect.bottom)
    box.notices.move(box.notices.parentWidget().mapFrom(box, QPoint(lowest.left(), lowest.bottom() + 1 - by)))
    over = [fault for fault in faults_as_it_stands(box) if fault.startswith("covers")]
    assert bool(over) == bool(by)
