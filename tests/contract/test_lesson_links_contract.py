"""What a link of a lesson names is what is there afterwards, and a prediction is always explained."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from lab.core.experiment import Experiment, Setting
from lab.core.headless import played
from lab.core.lesson import load
from lab.core.lesson.blocks import Lesson
from lab.core.params import checked
from lab.core.scene import Scene
from lab.core.simulation import Set, diverges
from lab.core.text import _
from lab.runtime.home import Home
from lab.runtime.run import MAX_SPEED
from lab.runtime.track import Track
from lab.shell.app.window import MainWindow
from lab.shell.box.box import ExperimentBox
from lab.shell.box.notices import topic_of
from lab.shell.services import Services

FEW = 60  # steps that are made without a window
NAMES = {"preset": "preset", "break": "breaking", "challenge": "challenge", "seed": "seed", "run": "run"}


@pytest.fixture
def lesson(experiment: Experiment) -> Lesson:
    return load(experiment)


@pytest.fixture
def box(qtbot, qapp, own_home: Path, experiment: Experiment) -> Iterator[ExperimentBox]:
    window = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(window)
    window.resize(1366, 728)
    window.show()
    made = window.workspace.box(window.open_experiment(experiment, None))
    qtbot.waitUntil(lambda: made.frame is not None, timeout=10_000)
    made.notices.skipped.emit()  # the first minute
    yield made
    window.close()


def holds(params: Any, values: Any) -> bool:
    """Whether the controls have these values."""
    wanted = checked(type(params), values)
    return all(getattr(params, name) == getattr(wanted, name) for name in values)


def test_a_link_names_nothing_that_is_left_out(experiment, specification, lesson) -> None:
    for link, request in lesson.requests.items():
        named = dict(parse_qsl(link.partition("?")[2], keep_blank_values=True))
        for name, field in NAMES.items():
            if name in named:
                assert str(getattr(request, field)) == named.pop(name), link
        assert set(named) == set(request.values), link


def test_a_link_leads_to_its_values_and_its_step(experiment, specification, lesson) -> None:
    for link, request in lesson.requests.items():
        setting = request.setting(specification)
        overruled = [a for step, a in setting.actions if isinstance(a, Set) and set(a.values) & set(request.values)]
        assert not overruled, f"{link}: a gesture of its state changes what it sets"
        track = Track(experiment, Scene.of(experiment, Setting()))
        if request.pinned:
            track.play_setting(setting)
        else:
            track.set(dict(request.values), "")
        assert holds(track.params, request.values), link
        if request.pinned and 0 < setting.steps <= FEW:
            simulation = played(specification, setting)
            assert simulation.steps == setting.steps or simulation.done, link


def test_a_link_followed_in_the_window_leads_to_what_it_names(qtbot, box, lesson) -> None:
    for link, request in lesson.requests.items():
        before = box.update_shown
        number = box.play_request(request)
        qtbot.waitUntil(lambda before=before: box.update_shown is not before, timeout=10_000)
        if number:
            qtbot.waitUntil(lambda number=number: box.update_shown.begun == number, timeout=10_000)
        if request.challenge:
            qtbot.waitUntil(lambda request=request: box.update_shown.challenge == request.challenge)
        values = dict(request.setting(box.specification).values if request.pinned else request.values)
        qtbot.waitUntil(lambda values=values: holds(box.update_shown.params, values), timeout=10_000)
        assert holds(box.update_shown.params, request.values), link
        assert box.update_shown.refused == "" and box.update_shown.failure is None, link
        assert number or not (request.run or request.breaking), link
        box.run.pause()


def test_every_prediction_is_explained_when_its_steps_are_done(qtbot, box, lesson) -> None:
    box.run.set_speed(MAX_SPEED)  # so few updates come that a short run is over with the first
    panel = box.window().workspace.lesson.panel
    for number in range(len(lesson.pages)):
        panel.go(number)
        for card in panel.questions():
            request = card.question.request
            if request is None:
                continue
            qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)
            qtbot.waitUntil(lambda card=card: card.revealed, timeout=240_000)
            shown = box.update_shown
            assert not shown.playing and holds(shown.params, request.values), card.question.id
            diverged = diverges(box.run.ask_now(lambda track: track.simulation))
            assert shown.position == request.run or shown.done or diverged, card.question.id


def story_of(box: ExperimentBox) -> str:
    label = box.notices.findChild(QLabel, "notice-text")
    return label.text() if box.notices.isVisible() else ""


def rested(box: ExperimentBox) -> Callable[[], bool]:
    return lambda: box.update_shown.exact and not box.update_shown.playing


def test_a_story_stays_with_its_scene_and_ends_with_it(qtbot, box) -> None:
    told = [preset for preset in box.specification.presets if preset.story]
    for preset in told:
        box.play_preset(preset.id)
        qtbot.waitUntil(lambda: box.update_shown.scene > 0 and rested(box)(), timeout=10_000)
        qtbot.waitUntil(lambda preset=preset: story_of(box) == _(preset.story), timeout=10_000)
        box.step(1)
        qtbot.waitUntil(rested(box), timeout=10_000)
        assert story_of(box) == _(preset.story) or box.specification.divergence(box.frame), preset.id
        box.reset()
        assert story_of(box) == ""
    box.play_preset(told[0].id)
    qtbot.waitUntil(lambda: story_of(box) == _(told[0].story))
    box.undo()
    qtbot.waitUntil(lambda: story_of(box) == "", timeout=10_000)


def test_a_story_ends_with_a_challenge_and_does_not_come_back_after_it(qtbot, box) -> None:
    preset, challenge = next(p for p in box.specification.presets if p.story), box.specification.challenges[0]
    box.play_preset(preset.id)
    box.begin_challenge(challenge.id)
    qtbot.waitUntil(lambda: box.update_shown.challenge == challenge.id, timeout=10_000)
    box.end_challenge()
    qtbot.waitUntil(lambda: box.update_shown.challenge == "", timeout=10_000)
    assert story_of(box) == ""


def test_a_story_is_about_the_same_thing_as_long_as_its_setting_runs(experiment, specification) -> None:
    for item in (*specification.presets, *specification.breaks):
        track = Track(experiment, Scene.of(experiment, item.setting))
        first = topic_of(specification, track.params, track.snapshot())
        for _step in range(min(FEW, max(item.setting.steps, 3))):
            track.work()
            assert topic_of(specification, track.params, track.snapshot()) == first, item.id
