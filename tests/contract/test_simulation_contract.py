"""What every simulation promises: the same digits again, frames that never change, states that resume."""

from __future__ import annotations

import dataclasses
import gc
import json
import math
from dataclasses import replace
from functools import partial

import pytest

from lab.commands import json_ready
from lab.core.experiment import Setting
from lab.core.headless import advance, advance_many, built, played
from lab.core.lesson import load, missing
from lab.core.params import checked, fields_of, replaced
from lab.core.scene import Scene, from_json, packed, to_json, unpacked
from lab.core.simulation import ManySteps, Set, diverges
from lab.runtime.packs import pack
from lab.runtime.track import Track
from tests.asking import hidden_of, limits_of, metrics_of, sentence_of, unavailable_of, unused_of, why_of
from tests.contract.circles import circles_after, only_new_objects
from tests.contract.fingerprints import arrays, fingerprint

STEPS = 12


def settings_of(specification):
    """The default state and every preset, a few steps in."""
    yield "default", Setting(steps=STEPS)
    for preset in specification.presets:
        yield preset.id, replace(preset.setting, steps=min(preset.setting.steps or STEPS, 60))


def test_parameters_are_frozen_and_their_defaults_are_valid(specification) -> None:
    params = specification.params()
    for field in fields_of(specification.params):
        assert field.checked(getattr(params, field.name)) == getattr(params, field.name)
        assert field.label
        if field.kind in ("float", "int"):
            assert math.isfinite(field.lo)
            assert math.isfinite(field.hi)
        assert len(field.choice_labels) == len(field.choices)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(params, fields_of(specification.params)[0].name, 0)


def test_a_run_with_all_defaults_has_three_steps_or_more(specification) -> None:
    simulation = played(specification, Setting(steps=3))
    assert simulation.steps >= 3, (
        f"done after {simulation.steps} steps: Run, Step and the scrubber of a newly opened box need three to show "
        "anything; give the controls other defaults, or count smaller steps"
    )


def test_the_same_seed_gives_the_same_frames(specification) -> None:
    for name, setting in settings_of(specification):
        setting = replace(setting, seed=3)
        a, b = played(specification, setting), played(specification, setting)
        assert fingerprint(a.snapshot()) == fingerprint(b.snapshot()), name


def test_many_steps_in_one_go_are_the_same_steps(specification) -> None:
    for name, setting in settings_of(specification):
        one, many = played(specification, setting), played(specification, setting)
        if not isinstance(many, ManySteps):
            break
        for count in (1, 2, 7, 40):
            end, diverged = one.steps + count, diverges(one)
            while one.steps < end and not one.done and diverges(one) == diverged:
                one.step()
            assert advance_many(many, count)
            assert many.steps == one.steps, name
            assert fingerprint(many.snapshot()) == fingerprint(one.snapshot()), name
            assert fingerprint(many.save()) == fingerprint(one.save()), name


def test_frames_never_change(specification) -> None:
    for name, setting in settings_of(specification):
        simulation = played(specification, setting)
        frame = simulation.snapshot()
        before = fingerprint(frame)
        for _ in range(5):
            if not simulation.done:
                advance(simulation)
        state = simulation.save()
        simulation.load(state)
        if not simulation.done:
            advance(simulation)
        assert fingerprint(frame) == before, name
        assert not [a for a in arrays(frame) if a.flags.writeable], f"{name}: an array of the frame can be written"


def test_nothing_it_makes_waits_for_the_garbage_collector(experiment, specification) -> None:
    """The collector runs seldom, between two events of the window: until then a frame in a circle would stay."""

    def begun(setting: Setting) -> Track:
        track = Track(experiment, Scene.of(experiment, setting))
        track.run_to_goal()
        return track

    def goes_on(track: Track) -> None:
        for _ in range(20):
            if not track.simulation.done:
                track.work()
            metrics_of(track.snapshot())

    goes_on(begun(Setting(steps=STEPS)))  # modules that are loaded on the way are full of circles
    with only_new_objects():
        for name, setting in settings_of(specification):
            circles = circles_after(partial(begun, setting), goes_on)
            assert circles < 40, f"{name}: {circles} objects hold each other"


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.me = self


@pytest.mark.parametrize(("planted", "found"), [(0, 0), (1, 1), (39, 39), (40, 40)])
def test_circles_are_counted_whenever_they_were_made(planted: int, found: int) -> None:
    """Those that the work makes, and those that were there before it and are let go by it; others are not."""
    old = Knot()
    with only_new_objects():
        made_meanwhile = circles_after(object, lambda _one: [Knot() for _ in range(planted)])
        let_go = circles_after(lambda: [Knot() for _ in range(planted)], list.clear)
        kept = circles_after(lambda: [Knot() for _ in range(planted)], len)
        gc.collect()
        assert old.me is old
    assert made_meanwhile >= found and let_go >= found and kept == 0
    assert bool(made_meanwhile) == bool(let_go) == bool(planted)


def test_the_collector_looks_at_everything_again_afterwards() -> None:
    with pytest.raises(KeyError), only_new_objects():
        raise KeyError
    assert gc.get_freeze_count() == 0


def test_a_saved_state_resumes_bit_identically_also_through_a_file(specification) -> None:
    for name, setting in settings_of(specification):
        a = played(specification, setting)
        state = unpacked(json.loads(json.dumps(packed(a.save()))))
        params = checked(specification.params, setting.values)
        for action in (action for _step, action in setting.actions if isinstance(action, Set)):
            params = replaced(params, action.values)
        b = built(specification, checked(specification.params, setting.values), 99)
        b.load(state)
        b.retune(params)
        for simulation in (a, b):
            for _ in range(4):
                if not simulation.done:
                    advance(simulation)
        assert fingerprint(a.snapshot()) == fingerprint(b.snapshot()), name


def test_a_scene_file_replays_to_the_same_frame(experiment, specification) -> None:
    for name, setting in settings_of(specification):
        track = Track(experiment, Scene.of(experiment, setting))
        track.run_to_goal()
        scene = from_json(to_json(track.scene()), lambda id: experiment if id == experiment.id else None)
        again = Track(experiment, scene)
        again.run_to_goal()
        assert fingerprint(again.snapshot()) == fingerprint(track.snapshot()), name


def test_going_back_and_forth_shows_the_same_frames(experiment) -> None:
    track = Track(experiment, Scene(experiment.id, seed=1))
    seen = {}
    for step in range(STEPS + 1):
        track.go(step)
        track.run_to_goal()
        seen[step] = fingerprint(track.snapshot())
    for step in (3, STEPS, 0, 7):
        track.go(min(step, track.timeline.head))
        track.run_to_goal()
        assert fingerprint(track.snapshot()) == seen[track.position]


def test_every_control_can_be_changed_live_and_undone(experiment, specification) -> None:
    for field in fields_of(specification.params):
        track = Track(experiment, Scene(experiment.id))
        track.go(4)
        track.run_to_goal()
        before, position = track.params, track.position
        other = _another_value(field, getattr(before, field.name))
        if other == getattr(before, field.name):
            continue  # a text of which no other is known here
        try:
            track.set({field.name: other}, "")
        except ValueError:  # a combination that is refused with a sentence changes nothing
            assert (track.params, track.position) == (before, position), field.name
            continue
        if field.restarts:
            assert track.position == 0
        if field.shows:
            assert track.undo_sentence is None, f"{field.name} chooses a page: undo is not for it"
            continue
        track.undo()
        assert track.params == before, field.name
        assert track.position == position, field.name


def _another_value(field, value):
    if field.kind == "bool":
        return not value
    if field.kind == "choice":
        gone = {"received"}
        return next(c for c in field.choices if c != value and c not in gone)
    if field.kind == "many":
        return tuple(c for c in field.choices if c not in value)[:1] or field.choices[:1]
    if field.kind == "text":
        return value
    middle = (field.lo + field.hi) / 2 if not field.log else math.sqrt(field.lo * field.hi)
    other = middle if value != middle else field.lo
    return round(other) if field.kind == "int" else other


def test_metrics_are_plain_numbers_with_names_and_a_description(specification) -> None:
    for name, setting in settings_of(specification):
        frame = played(specification, setting).snapshot()
        metrics = metrics_of(frame)
        assert metrics, name
        json.dumps(json_ready(dict(metrics)), allow_nan=False)
        for metric, value in metrics.items():
            assert value is None or isinstance(value, (int, float, str)), metric
        strangers = set(specification.headline) - set(metrics)
        assert not strangers, f"the run bar is to show {strangers}, which are no metrics"
        described = sentence_of(frame)
        assert 10 < len(described) < 400, described
        assert described[0].isupper(), described


def test_every_explained_number_is_what_is_shown(specification) -> None:
    explained = 0
    for name, setting in settings_of(specification):
        frame = played(specification, setting).snapshot()
        for metric, value in metrics_of(frame).items():
            term = why_of(frame, metric)
            if term is not None and isinstance(value, (int, float)) and math.isfinite(value):
                assert term.value == pytest.approx(value, rel=1e-9, abs=1e-12), f"{name}: {metric}"
                assert term.lines() or not term.operator
                explained += 1
    assert explained, "no number of this experiment can be explained"


def test_marks_and_unused_controls_name_controls_that_exist(specification) -> None:
    known = {f.name: f for f in fields_of(specification.params)}
    for _name, setting in settings_of(specification):
        frame = played(specification, setting).snapshot()
        assert set(limits_of(frame)) <= set(known)
        assert set(unused_of(frame)) <= set(known)
        options = {f.name for f in fields_of(specification.display)} if specification.display else set()
        assert hidden_of(frame) <= set(known) | options
        assert not hidden_of(frame) & set(unused_of(frame)), "what is not shown needs no reason for being grey"
        assert not hidden_of(frame) & set(known) & options, "a name that could be either"
        assert all(reason for reason in unused_of(frame).values())
        for control, choices in unavailable_of(frame).items():
            assert set(choices) <= set(known[control].choices)


def test_there_are_three_to_nine_presets_a_challenge_and_a_break(specification) -> None:
    assert 3 <= len(specification.presets) <= 9, "what can be tried is three to nine chips"
    assert "course" in [p.id for p in specification.presets], "the course's own state is the preset called course"
    assert specification.challenges, "a checked challenge is missing"
    assert specification.breaks, "a way to break it is missing"
    for items in (specification.presets, specification.challenges, specification.breaks):
        assert len({item.id for item in items}) == len(items)


def test_every_break_still_breaks(specification) -> None:
    for broken in specification.breaks:
        frame = played(specification, broken.setting).snapshot()
        assert broken.broken(frame), f"{broken.id} does not fail any more"
        assert broken.expect


def test_every_challenge_can_be_met_whatever_the_seed_and_is_not_met_at_the_start(specification) -> None:
    for challenge in specification.challenges:
        start = played(specification, challenge.setting)
        params = checked(specification.params, challenge.setting.values)
        begun = challenge.check(start.snapshot(), params, challenge.setting.actions)
        assert not begun.done, challenge.id
        if challenge.needs:  # no test has a pack: what was measured with it is judged in the experiment's own tests
            assert not begun.failed and pack(challenge.needs).title in begun.text, challenge.id
            continue
        for seed in range(5):
            solution = replace(challenge.solution, seed=seed)
            frame = played(specification, solution).snapshot()
            params = checked(specification.params, solution.values)
            for _step, action in solution.actions:
                if isinstance(action, Set):
                    params = replaced(params, action.values)
            progress = challenge.check(frame, params, solution.actions)
            assert progress.done, f"{challenge.id}, seed {seed}: {progress.text}"


def test_there_is_a_complete_lesson(experiment) -> None:
    lesson = load(experiment)
    assert not missing(lesson), f"the lesson lacks {', '.join(missing(lesson))}"
    assert lesson.title
    assert 4 <= len(lesson.pages) <= 9, f"a lesson has four to nine pages, this one {len(lesson.pages)}"
