"""A simulation with its past: gestures, undo, time travel. No threads here; the worker turns the crank.

A gesture made in the past starts a new timeline that shares the story so far; the old one is kept for undo.
Because everything random comes from the seed, any step can be computed again from the checkpoint before it.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import replace
from functools import partial
from typing import Any

from lab.core.experiment import Challenge, Experiment, Progress, Setting
from lab.core.headless import advance_many, apply_action, built, restarts
from lab.core.numbers import show_number
from lab.core.params import changed, checked, fields_of, plain, replaced
from lab.core.runs import RunRecord
from lab.core.scene import MAX_ACTIONS, Scene
from lab.core.simulation import Backward, Frame, Looking, Opening, Set, Simulation
from lab.core.text import _
from lab.runtime.history import History
from lab.runtime.plainly import reading_artifacts, reading_state, repeating
from lab.runtime.run_table import Change, RunTable, with_results
from lab.runtime.timeline import Timeline, is_data
from lab.runtime.undo import Undo, target

__all__ = ["FullError", "Track"]

CHECKPOINT_SECONDS = 0.05  # of computing between two checkpoints
MAX_UNDO = 100
PUT_AWAY = (2_000_000, 4_000_000)  # bytes of frames and of checkpoints of a story that is kept for undo only
MAX_GESTURES = MAX_ACTIONS // 2  # the other half is left for undo, which is a gesture, too


class FullError(ValueError):
    """No more gestures can be kept; the text says what to do."""


class Track:
    """One run of an experiment. Raises ParamError, or whatever the simulation raises."""

    def __init__(self, experiment: Experiment, scene: Scene) -> None:
        self.experiment = experiment
        self.specification = experiment.load()
        self.opening = scene
        self.challenge: Challenge | None = None
        self.revision = 0
        self.goal: int | None = None
        self._undo: list[Undo] = []
        self._redo: list[Undo] = []
        self._marks: tuple[list[tuple[int, Any]], int, tuple[int, ...]] = ([], 0, ())  # of a log so long
        self.runs = RunTable(scene.runs, scene.pinned)
        self.simulation: Simulation
        self.params: Any
        self.timeline: Timeline
        self.open(scene)

    # ---------------------------------------------------------------------------------- where we are

    @property
    def position(self) -> int:
        return self.simulation.steps

    @property
    def opening_something(self) -> bool:
        """Whether the simulation is still reading what it needs to be shown: `work()` goes on with it."""
        return isinstance(self.simulation, Opening) and self.simulation.opening

    @property
    def undo_sentence(self) -> str | None:
        return self._undo[-1].sentence if self._undo else None

    @property
    def redo_sentence(self) -> str | None:
        return self._redo[-1].sentence if self._redo else None

    @property
    def origins(self) -> tuple[str, ...]:
        """Where what was received comes from, while a control says that it is used."""
        used = any(getattr(self.params, f.name) == "received" for f in fields_of(type(self.params)))
        found = (artifact.origin or artifact.title for artifact in self.timeline.artifacts) if used else ()
        return tuple(dict.fromkeys(found))

    @property
    def marks(self) -> tuple[int, ...]:
        """The steps at which gestures were made."""
        log = self.timeline.log
        if self._marks[0] is not log or self._marks[1] != len(log):
            self._marks = (log, len(log), tuple(dict.fromkeys(step for step, _action in log)))
        return self._marks[2]

    def look_again(self) -> None:
        """Something outside of the run has changed, such as a model pack: a simulation that cares looks for it."""
        if isinstance(self.simulation, Looking):
            self.simulation.look_again()

    def snapshot(self) -> Frame:
        """The frame of this step; it is remembered."""
        frame = self.simulation.snapshot()
        self.timeline.history.add(frame.step, frame)
        return frame

    def progress(self, frame: Frame) -> Progress | None:
        """How the challenge stands, if one is on."""
        if self.challenge is None:
            return None
        return self.challenge.check(frame, self.params, tuple(self.timeline.log))

    # -------------------------------------------------------------------------------------- opening

    def open(self, scene: Scene, number: int = 0, run: int = 0) -> None:
        """Put the box into a scene, which is known by `number` from then on; run: that of the table it has back. What
        was there before can be had back with undo."""
        self.challenge = None
        params = checked(self.specification.params, scene.params)
        new = Timeline(params, scene.seed, scene.artifacts, list(scene.actions), scene=number, run=run)
        self._begin(new, _("Go back to run {n}").format(n=run) if run else _("Open another state"))
        if scene.state is not None:
            reading_state(self.simulation.load, lambda: built(self.specification, *self._origin), scene.state)
            self.params = self._params_at(scene.step)
            self.simulation.retune(self.params)
            new.head = self.position
            self._cursor = len(new.log)
            self._checkpoint()
        self.goal = scene.step if scene.step > self.position else None

    def _params_at(self, step: int) -> Any:
        params = self.timeline.initial
        for when, action in self.timeline.log:
            if when <= step and isinstance(action, Set):
                params = replaced(params, action.values)
        return params

    def _begin(self, timeline: Timeline, sentence: str, merge: str = "", keeps_page: bool = False) -> None:
        """Start a story; the one before is kept for undo. Nothing has changed when the simulation refuses."""
        origin = (timeline.initial, timeline.seed, timeline.artifacts)
        simulation = reading_artifacts(
            lambda sent: built(self.specification, timeline.initial, timeline.seed, sent), timeline.artifacts
        )
        if hasattr(self, "timeline"):
            self._end_run()
            self._keep_timeline(sentence, merge, keeps_page)
        self.timeline, self.simulation, self._origin = timeline, simulation, origin
        self.params = timeline.initial
        self._cursor = 0
        self._since = 0.0
        self.goal = None
        self.revision += 1
        self._checkpoint()
        self._apply_due()

    def start_over(self) -> None:
        """Step 0 with the present controls and data."""
        self._restart(_("Start over"), self.params)

    def reseed(self, seed: int) -> None:
        """Start over with other random numbers."""
        self._restart(_("Seed {seed}").format(seed=seed), self.params, seed=seed)

    def reset(self) -> None:
        """Every control to its default."""
        values = {f.name: f.default for f in fields_of(self.specification.params)}
        self.set(changed(self.params, replaced(self.params, values)), "")

    def reset_all(self) -> None:
        """As first opened."""
        artifacts = self.timeline.artifacts
        self.open(self.opening)
        self.timeline.artifacts = self.opening.artifacts or artifacts
        self.goal = self.opening.step or None

    def adopt(self, artifact: Any, values: dict[str, Any]) -> None:
        """Take an artifact from another experiment, and set the controls that make use of it."""
        kept = tuple(a for a in self.timeline.artifacts if a.kind != artifact.kind)
        new = Timeline(replaced(self.params, values), self.timeline.seed, (*kept, artifact))
        self._begin(new, _("Receive {title}").format(title=artifact.title))

    def _restart(
        self, sentence: str, params: Any, seed: int | None = None, merge: str = "", more: tuple[Any, ...] = ()
    ) -> None:
        """From step 0, with the data there are. more: gestures that come after those."""
        data = [(0, action) for _step, action in self.timeline.log if is_data(action)]
        data += [(0, action) for action in more]
        old = self.timeline
        seed = old.seed if seed is None else seed
        self._begin(Timeline(params, seed, old.artifacts, data, scene=old.scene), sentence, merge, keeps_page=True)

    # ------------------------------------------------------------------------------------- gestures

    def set(self, values: dict[str, Any], merge: str) -> None:
        """Change controls. Gestures with the same non-empty `merge` that follow each other are one for undo."""
        values = changed(self.params, replaced(self.params, values))
        if not values:
            return
        action = Set(values)
        if restarts(self.specification.params, values):
            self._restart(action.sentence(), replaced(self.params, values), merge=merge)
        else:
            self.act(action, merge)

    def act(self, action: Any, merge: str = "") -> None:
        """Apply a gesture here and now; if here is in the past, the future that was is kept for undo.

        A page that is turned is kept in the log like any gesture, and undo and redo pass over it. Raises FullError when
        no more can be saved, and what the simulation raises, which then changes nothing.
        """
        if self._cursor >= MAX_GESTURES:
            text = _("This experiment holds {n} gestures, and no more can be saved. “Reset all” makes room.")
            raise FullError(text.format(n=show_number(MAX_GESTURES)))
        self._note_rest()
        here = self.position
        params, inverse = apply_action(self.simulation, self.params, action)
        if self.position < here:
            self._begin_with(action, here, merge)
            return
        self.params = params
        self._leave_the_past()
        before = len(self.timeline.log)
        self._log(action, merge)
        if isinstance(action, Set) and not self._without_page(action).values:
            return
        self._redo.clear()
        if not (merge and self._undo and self._undo[-1].merge == merge):
            self._push(Undo(action.sentence(), merge, self.position, before, keeps_page=True))
        self._undo[-1].also(self._without_page(inverse), self.timeline)

    def _begin_with(self, action: Any, here: int, merge: str) -> None:
        """Data with which a run begins anew make another run, as a control that restarts does: steps of a log never go
        back. The run until `here` is worked out again from where it was last kept, and put away for undo."""
        self._load(here)
        self.goal = here
        self.run_to_goal()
        self._restart(action.sentence(), self.params, merge=merge, more=(action,))

    def _without_page(self, action: Any) -> Any:
        """The gesture, without the controls that say which page is seen: undo does not set them back."""
        if not isinstance(action, Set):
            return action
        pages = {f.name for f in fields_of(self.specification.params) if f.shows}
        return Set({name: value for name, value in action.values.items() if name not in pages})

    def _log(self, action: Any, merge: str) -> None:
        log = self.timeline.log
        entry = (self.position, action)
        last = log[-1][1] if merge and log and merge == self._merging and log[-1][0] == self.position else None
        if isinstance(last, Set) and isinstance(action, Set):
            log[-1] = (self.position, Set({**last.values, **action.values}))
        elif last is not None and target(last) == target(action):
            log[-1] = entry
        else:
            log.append(entry)
        self._merging = merge
        self._cursor = len(log)
        self.revision += 1

    _merging = ""

    def _leave_the_past(self) -> None:
        self.goal = None
        if self.position < self.timeline.head or self._cursor < len(self.timeline.log):
            self._end_run()
            self._keep_timeline(_("Continue from here"))
            self.timeline = self.timeline.until(self.position, self._cursor)

    def _keep_timeline(self, sentence: str, merge: str = "", keeps_page: bool = False) -> None:
        self._redo.clear()
        if merge and self._undo and self._undo[-1].merge == merge:
            return
        self._push(self._kept(sentence, merge, keeps_page))

    def _kept(self, sentence: str, merge: str, keeps_page: bool) -> Undo:
        """The present story, put away: of its past so much stays that it is soon there again."""
        self.timeline.history.hold(*PUT_AWAY)
        return Undo(sentence, merge, self.position, timeline=self.timeline, keeps_page=keeps_page)

    def _push(self, undo: Undo) -> None:
        self._undo.append(undo)
        del self._undo[:-MAX_UNDO]

    def undo(self) -> None:
        """Take the last gesture back; training goes on from here."""
        self._swap(self._undo, self._redo)

    def redo(self) -> None:
        """Do again what was taken back."""
        self._swap(self._redo, self._undo)

    def _swap(self, source: list[Undo], target: list[Undo]) -> None:
        if not source:
            return
        entry = source[-1]
        self._merging = ""
        if entry.change is not None:
            source.pop()
            target.append(Undo(entry.sentence, "", self.position, change=self.runs.apply(entry.change)))
            self.revision += 1
            return
        if entry.timeline is not None:
            source.pop()
            self._end_run()
            target.append(self._kept(entry.sentence, "", entry.keeps_page))
            self._return_to(entry.timeline, entry)
            return
        if self.position < self.timeline.head:
            self.goal = self.timeline.head
            self.run_to_goal()
        back = self._apply_all(entry)
        source.pop()
        target.append(back)

    def _apply_all(self, entry: Undo) -> Undo:
        """Apply the gestures that take something back, or do it again. Returns how to undo that."""
        back = Undo(entry.sentence, "", self.position, len(self.timeline.log), keeps_page=True)
        for action in entry.actions:
            self.params, inverse = apply_action(self.simulation, self.params, action)
            self._log(action, "")
            back.also(self._without_page(inverse), self.timeline)
        return back

    def _return_to(self, timeline: Timeline, entry: Undo) -> None:
        """Go on in a story that was put away."""
        pages = Set({f.name: getattr(self.params, f.name) for f in fields_of(type(self.params)) if f.shows})
        self.timeline = timeline
        self.timeline.history.hold()
        self._load(entry.position)
        self.goal = entry.position
        self.run_to_goal()
        self.revision += 1
        here = entry.keeps_page and self.at_the_end and self.position == timeline.head
        if here and changed(self.params, replaced(self.params, pages.values)):
            self.params, _inverse = apply_action(self.simulation, self.params, pages)
            self._log(pages, "")

    @property
    def put_away(self) -> tuple[tuple[float, History], ...]:
        """The pasts of the stories that are kept for undo and redo, each with when it was put away."""
        return tuple((u.kept_at, u.timeline.history) for u in (*self._undo, *self._redo) if u.timeline is not None)

    @property
    def pasts(self) -> tuple[History, ...]:
        """The past of this run, and those that are kept for undo and redo."""
        return (self.timeline.history, *(history for _when, history in self.put_away))

    def forget(self, history: History) -> None:
        """Give up the story with this past, and what could only be undone (or redone) after it."""
        for entries in (self._undo, self._redo):
            for i, entry in enumerate(entries):
                if entry.timeline is not None and entry.timeline.history is history:
                    del entries[: i + 1]
                    return

    # ----------------------------------------------------------------------------- the table of runs

    @property
    def run_number(self) -> int:
        """The number of the present run."""
        return self.timeline.run or self.runs.next_number

    def claim_number(self) -> None:
        """Give the present run its number, also before its first step."""
        self.timeline.run = self.timeline.run or self.runs.take_number()

    def run_record(self) -> RunRecord:
        """The present run as a row of the table: as it stands now, after its last step."""
        timeline, frame = self.timeline, self.end_frame()
        state = self.simulation.save() if timeline.slow and self.at_its_end else None
        run = replace(timeline.record(len(timeline.log), state), number=self.run_number)
        return self.runs.marked(run if frame is None else self._with_results(run, frame))

    def _with_results(self, run: RunRecord, frame: Frame) -> RunRecord:
        """A run with its numbers. frame: of its end, which at the last step stands in place of what was seen there
        later, after a control was changed for the next run."""
        frames = [seen for _step, seen in self.timeline.history.between(0, run.step - 1)]
        if not frames or frames[-1] is not frame:
            frames.append(frame)
        return with_results(run, self.specification, frame, frames)

    @property
    def at_its_end(self) -> bool:
        """Whether this is the last step, after the last gesture."""
        return self.position == self.timeline.head and self._cursor >= len(self.timeline.log)

    def end_frame(self) -> Frame | None:
        """The frame of the last step; of a simulation that gives none, the last that was seen."""
        if self.at_its_end:
            with contextlib.suppress(Exception):
                return self.simulation.snapshot()
        found = self.timeline.history.at(self.timeline.head)
        return found[1] if found is not None else None

    def _end_run(self) -> None:
        """Another run takes the place of this one, which becomes a row of the table if anything was done in it."""
        timeline = self.timeline
        by_hand = any(not (isinstance(a, Set) or is_data(a)) for _step, a in timeline.log) and not timeline.head
        if timeline.run or by_hand:
            self.claim_number()
            rest = timeline.rest_before_sets
            run = self.run_record() if rest is None else timeline.record(rest.gestures, rest.state)
            self.runs.keep(run if rest is None else self._with_results(run, rest.frame))

    def _note_rest(self) -> None:
        """A gesture is about to be made here: where that is after the last step, the run may end without it."""
        if self.at_its_end:
            self.timeline.note_rest(self.simulation.save)

    def change_table(self, sentence: str, change: Change) -> None:
        """Change the table of runs; undo takes it back."""
        self._redo.clear()
        self._push(Undo(sentence, "", self.position, change=self.runs.apply(change)))
        self._merging = ""
        self.revision += 1

    # ---------------------------------------------------------------------------------- time travel

    def go(self, step: int) -> None:
        """Aim for a step: `work()` gets there. Beyond the head it computes on."""
        self.goal = max(0, step)

    def backward(self, count: int) -> Any:
        """The gesture that takes so many units back, of a simulation that has one now; None: time does."""
        return self.simulation.backward(count) if isinstance(self.simulation, Backward) else None

    @property
    def can_go_back(self) -> bool:
        """Whether there is a step, or a unit, before this one."""
        return self.position > 0 or self.backward(1) is not None

    def go_back(self, count: int) -> None:
        """So many units back: through time, or as a gesture where time would lead elsewhere. Raises FullError."""
        action = self.backward(count)
        if action is None:
            self.go(max(0, self.position - count))
        else:
            self.act(action, "back")

    def rewind(self, step: int) -> None:
        """Go back to a step in a fresh simulation, for the present one may be broken. Raises what that raises."""
        origin = (self.timeline.initial, self.timeline.seed, self.timeline.artifacts)
        self.simulation, self._origin = built(self.specification, *origin), origin
        self._load(step)
        self.goal = step
        self.run_to_goal()
        self.snapshot()

    def work(self) -> None:
        """One piece of work: towards the goal if there is one, else one step on."""
        if self.goal is not None:
            if self.position > self.goal:
                self._load(self.goal)
            if self.position >= self.goal or self.simulation.done:
                self.goal = None
                return
        before, start = self.position, time.perf_counter()
        self.simulation.step()
        spent = time.perf_counter() - start
        self._since += spent
        if self.position != before:
            self._stepped(spent)
        if self.goal is not None and self.position >= self.goal:
            self.goal = None

    def sprint(self, count: int) -> None:
        """Up to `count` steps on, one after the other, with no look at the clock or the gestures in between.

        It ends with the step at which a run would stop by itself, or that was only a part of one. Only for a
        run that is where its gestures end: `at_the_end`.
        """
        before = self.simulation.steps
        start = time.perf_counter()
        whole = advance_many(self.simulation, count)
        spent = time.perf_counter() - start
        self._since += spent
        if self.simulation.steps != before:
            self._stepped(spent, whole)

    @property
    def at_the_end(self) -> bool:
        """True when there is no step to go to and no gesture ahead."""
        return self.goal is None and self._cursor >= len(self.timeline.log)

    def _stepped(self, spent: float, whole: bool = True) -> None:
        timeline = self.timeline
        if self.position > timeline.head:
            timeline.head = self.position
            self.claim_number()
            timeline.seconds += spent
            self.revision += 1
        self._apply_due()
        if whole and self._since >= CHECKPOINT_SECONDS:
            self._checkpoint()

    def run_to_goal(self) -> None:
        """Work until the goal is reached."""
        while self.goal is not None:
            self.work()

    def _apply_due(self) -> None:
        log = self.timeline.log
        while self._cursor < len(log) and log[self._cursor][0] <= self.position:
            action = log[self._cursor][1]
            made = repeating(partial(apply_action, self.simulation, self.params, action), self._cursor + 1)
            self.params = made[0]
            self._cursor += 1

    def _checkpoint(self) -> None:
        self._since = 0.0
        self.timeline.history.checkpoint(self.position, (self._cursor, self.params, self.simulation.save()))

    def _load(self, step: int) -> None:
        found = self.timeline.history.before(step)
        assert found is not None, "every timeline has a checkpoint at its first step"
        self._cursor, self.params, state = found[1]
        origin = (self.timeline.initial, self.timeline.seed, self.timeline.artifacts)
        if origin != self._origin:
            self.simulation, self._origin = built(self.specification, *origin), origin
        self.simulation.load(state)
        self.simulation.retune(self.params)
        self._since = 0.0
        self._apply_due()

    # -------------------------------------------------------------------------------------- sharing

    def scene(self) -> Scene:
        """The whole box as data; with the state itself when replay would take long."""
        timeline = self.timeline
        log = tuple(timeline.log[: self._cursor])
        return Scene(
            self.experiment.id,
            self.specification.version,
            plain(timeline.initial),
            timeline.seed,
            log,
            self.position,
            artifacts=timeline.artifacts,
            state=dict(self.simulation.save()) if self.timeline.slow else None,
            runs=tuple(run for run in self.runs.rows if run.number != self.run_number),
            pinned=self.runs.pinned.run if self.runs.pinned is not None else None,
        )

    def begin_challenge(self, challenge: Challenge, number: int = 0) -> None:
        """Set the stage of a challenge and watch it from now on. `number`: as in `open`."""
        self.open(Scene.of(self.experiment, challenge.setting), number)
        self.challenge = challenge

    def play_setting(self, setting: Setting, number: int = 0) -> None:
        """Put the box into a preset or break. `number`: as in `open`."""
        self.open(Scene.of(self.experiment, setting), number)
