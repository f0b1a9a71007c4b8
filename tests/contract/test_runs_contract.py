"""What every experiment promises of its runs: each is a row, comes back bit for bit, and stays in sight when pinned."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.core.params import fields_of
from lab.core.scene import Scene, from_json, to_json
from lab.core.text import _
from lab.runtime.home import Home
from lab.runtime.run_orders import all_runs, restore_run, shown_runs
from lab.runtime.track import Track
from lab.shell.app.window import MainWindow
from lab.shell.box.runs_card import RunsCard, show_runs
from lab.shell.services import Services
from tests.asking import hidden_of, unused_of
from tests.closing import until_gone
from tests.contract.fingerprints import fingerprint

STEPS = 6


@pytest.fixture
def window(qtbot, qapp, own_home: Path) -> Iterator[MainWindow]:
    made = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(made)
    made.resize(1366, 728)
    made.show()
    yield made
    made.close()


@pytest.fixture
def open_box(window: MainWindow, qtbot, experiment) -> Callable[..., Any]:
    def opened(scene=None):
        box = window.workspace.box(window.open_experiment(experiment, scene))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    return opened


def one_change(specification, params, frame) -> dict[str, Any]:
    """Another value of the first control that has an effect now."""
    idle = {*unused_of(frame), *hidden_of(frame)}
    fields = [f for f in fields_of(specification.params) if not f.shows and f.name not in idle]
    order = {"float": 0, "bool": 1, "choice": 2, "int": 3}
    field = min((f for f in fields if f.kind in order), key=lambda f: order[f.kind])
    now = getattr(params, field.name)
    match field.kind:
        case "float":
            values = [field.checked(field.lo + (field.hi - field.lo) * 0.3), field.hi]
        case "int":
            values = [now + 1 if now < field.hi else now - 1]
        case "bool":
            values = [not now]
        case _:
            values = [choice for choice in field.choices if choice not in ("received", "own")]
    return {field.name: next(value for value in values if value != now)}


def walk(box, qtbot) -> None:
    """Steps from where it is, as a learner makes them."""
    box.step(STEPS)
    qtbot.waitUntil(lambda: box.update_shown.position >= STEPS or box.update_shown.done, timeout=10_000)
    qtbot.waitUntil(lambda: box.update_shown.exact and not box.update_shown.playing)


def ran_twice(box, qtbot) -> dict[str, Any]:
    """Run, pin, change one thing, run again. Returns what was changed."""
    walk(box, qtbot)
    box.toggle_pin()
    qtbot.waitUntil(lambda: box.update_shown.pinned is not None)
    change = one_change(box.specification, box.update_shown.params, box.frame)
    box.set_values(change)
    box.start_over()
    qtbot.waitUntil(lambda: box.update_shown.head == 0)
    walk(box, qtbot)
    return change


def test_two_runs_are_two_rows_with_the_right_difference(open_box, qtbot) -> None:
    box = open_box()
    (name,) = ran_twice(box, qtbot)
    shown = box.run.ask_now(shown_runs)
    field = next(f for f in fields_of(box.specification.params) if f.name == name)
    before, after = (getattr(box.specification.params(), name), getattr(box.update_shown.params, name))
    assert [row.run.number for row in shown.rows] == [1, 2]
    assert shown.rows[1].changed == f"{_(field.label)} {field.show(before)} → {field.show(after)}"
    assert [one.what for one in shown.comparison.differences] == [_(field.label)]


def test_a_row_brings_back_the_run_bit_for_bit_and_undo_leads_out_again(open_box, qtbot) -> None:
    box = open_box()
    walk(box, qtbot)
    first = fingerprint(box.frame)
    box.reseed(3)
    qtbot.waitUntil(lambda: box.update_shown.head == 0 and box.update_shown.seed == 3)
    walk(box, qtbot)
    second = fingerprint(box.frame)
    box.go_back_to(1)
    qtbot.waitUntil(lambda: box.update_shown.run == 1 and box.update_shown.exact and box.update_shown.head > 0)
    qtbot.waitUntil(lambda: fingerprint(box.frame) == first)
    box.undo()
    qtbot.waitUntil(lambda: box.update_shown.run == 2 and fingerprint(box.frame) == second)


def test_a_pinned_run_is_seen_or_it_is_said_why_not_and_what_differs(window, open_box, qtbot) -> None:
    box = open_box()
    assert box.pinned_line.isHidden()
    ran_twice(box, qtbot)
    ghosts = box.pinned.ghosts
    differing = _("Pinned: run {n}. Now different: {change}").split("{change}")[0].format(n=box.update_shown.run - 1)
    qtbot.waitUntil(lambda: differing in box.pinned_line.text)
    assert box.pinned_line.isVisible() and not box.pinned_line.careful
    assert (ghosts.count > 0) != bool(ghosts.why_none)
    show_runs(window, box)
    card = window.dialogs.get(RunsCard, window)
    qtbot.waitUntil(lambda: card.differing.rowCount() == 1)
    assert bool(ghosts.why_none) == (ghosts.why_none in card.comparison_text and bool(ghosts.why_none))
    card.close()
    undone = 0
    while box.update_shown.pinned is not None:  # the pin is somewhere among what can be undone
        undone += 1
        sentence = box.update_shown.undo
        box.undo()
        qtbot.waitUntil(lambda s=sentence: box.update_shown.undo != s or box.update_shown.pinned is None)
    assert 1 <= undone <= 4
    assert ghosts.count == 0
    qtbot.waitUntil(box.pinned_line.isHidden)


def test_runs_and_ghosts_are_there_again_when_the_box_is_opened_again(window, open_box, qtbot) -> None:
    box = open_box()
    ran_twice(box, qtbot)
    seen = box.pinned.ghosts.count
    data = to_json(box.scene(box.run.ask_now(Track.scene)), box.specification)
    again = open_box(from_json(data, window.services.find))
    qtbot.waitUntil(lambda: again.update_shown.exact and again.update_shown.head >= box.update_shown.head)
    qtbot.waitUntil(
        lambda: again.pinned.ghosts.why_none != _("Run {n} is being computed again.").format(n=1), timeout=10_000
    )
    assert again.pinned.ghosts.count == seen
    rows = [(run.number, run.step, dict(run.results)) for run in box.run.ask_now(all_runs)]
    assert [(run.number, run.step, dict(run.results)) for run in again.run.ask_now(all_runs)] == rows


def test_a_row_of_a_file_leads_to_the_digits_it_had(experiment) -> None:
    track = Track(experiment, from_json(to_json(_walked(experiment).scene()), lambda _id: experiment))
    track.run_to_goal()
    restore_run(track, 1)
    track.run_to_goal()
    assert fingerprint(track.snapshot()) == fingerprint(_first(experiment))


def _first(experiment):
    track = Track(experiment, Scene(experiment.id))
    _go(track)
    return track.snapshot()


def _walked(experiment) -> Track:
    track = Track(experiment, Scene(experiment.id))
    _go(track)
    track.reseed(5)
    _go(track)
    return track


def _go(track: Track) -> None:
    while track.opening_something:
        track.work()
    track.go(STEPS)
    track.run_to_goal()
    track.snapshot()


def test_nothing_stays_of_a_pinned_box_that_is_closed(window, open_box, qtbot) -> None:
    def open_and_close() -> list[weakref.ref]:
        box = open_box()
        walk(box, qtbot)
        box.toggle_pin()
        qtbot.waitUntil(lambda: box.update_shown.pinned is not None)
        show_runs(window, box)
        refs = [weakref.ref(thing) for thing in (box, box.view, box.run, box.bridge, box.pinned, box.pinned.ghosts)]
        window.workspace.docks.close(box.objectName())
        return refs

    open_and_close()
    refs = open_and_close()
    until_gone(refs, qtbot)
