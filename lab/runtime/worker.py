"""The worker: one thread on which every simulation of every open box is stepped.

Each run has its turn of about 4 ms. Orders from the window (a moved slider, a gesture, pause) are read
before every step, or every fifth of a millisecond where steps are shorter, and end the turn, and that run's
next frame is published at once, so the window answers within one frame however busy the thread is. Nothing
sleeps in the loop: when no step is due, the thread waits for the next order.

Python runs one thread at a time. While the window draws, a simulation in plain Python would only stand in
its way, and be stood in the way of: so it waits until the window says that the frame is drawn. What drawing
costs is what training loses; so a run that goes as fast as it can is shown so often that it loses a tenth;
and one whose frames all look alike, which their `pose()` tells where they have one, less often still.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from lab.core.experiment import Challenge, Experiment, Progress
from lab.core.params import ParamError
from lab.core.scene import Scene
from lab.core.simulation import Frame, Grained, Posed, diverges
from lab.core.text import _
from lab.runtime.budget import keep_within
from lab.runtime.mailbox import Mailbox
from lab.runtime.plainly import is_plain, lacks, plain_words, without_what_lacks
from lab.runtime.run_table import Pinned
from lab.runtime.track import FullError, Track

__all__ = ["MAX_SPEED", "Failure", "Run", "Update", "Worker"]

TURN = 0.004  # seconds a run may work before the next has its turn
FRAME = 1 / 60  # a frame is worth drawing at most this often
RARELY = 1 / 15  # … and a run at full speed is drawn at least that often
SHARE = 0.1  # of the time that drawing may take from a run at full speed
GLANCE = 0.0002  # seconds of steps between two looks at the orders
PATIENCE = 0.03  # seconds to wait for a frame to be drawn
MAX_SPEED = float("inf")
BUDGET_SECONDS = 0.5  # between two looks at how much memory the past of all runs holds
PATIENT, EAGER = 0.005, 0.0002  # seconds after which a waiting thread gets the interpreter
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Failure:
    """A simulation that raised: one line for the learner, and a report that can be copied."""

    message: str
    report: str
    step: int
    opened: bool = True  # False where the scene could not even be opened


@dataclass(frozen=True, slots=True)
class Update:
    """What the window learns of a run, at most once per display frame."""

    frame: Frame | None
    exact: bool  # False while the exact frame of a scrubbed-to step is still being computed
    playing: bool
    position: int
    head: int
    params: Any
    seed: int
    undo: str | None
    redo: str | None
    marks: tuple[int, ...]
    done: bool
    rate: float  # steps per second, measured
    revision: int  # changes whenever there is something to save
    challenge: str = ""
    progress: Progress | None = None
    failure: Failure | None = None
    refused: str = ""  # why the last order could not be carried out
    can_go_back: bool = False
    notice: str = ""  # what the learner should know: what the scene does not hold, or that no more gestures fit
    origins: tuple[str, ...] = ()  # of the artifacts in use: "Decision boundaries, step 200"
    begun: int = 0  # the number that `play` or `run_for` gave for the run begun last: with `playing` False it has ended
    scene: int = 0  # the number that came with the scene on screen, 0 for the one it was opened with
    run: int = 0  # the number of the present run in the table of runs
    table: int = 0  # changes whenever that table does
    pinned: Pinned | None = None  # the run whose curves stay in sight


class Run:
    """One box's place on the worker. Its methods may be called from any thread; they only leave an order."""

    def __init__(self, worker: Worker, experiment: Experiment, scene: Scene, ring: Callable[[], None]) -> None:
        self.experiment = experiment
        self.mailbox: Mailbox[Update] = Mailbox()
        self._worker = worker
        self._scene = scene
        self._ring = ring
        self.track: Track | None = None  # the worker's alone
        self.playing = False
        self.speed = experiment.load().steps_per_second
        self._due = 0.0
        self._published = 0.0
        self._failure: Failure | None = None
        self._refused = ""
        self._notice = ""
        self._was_diverged = False
        self._pieces: tuple[str, int] | None = None
        self._stop_at: int | None = None  # where playing pauses by itself
        self._numbers = itertools.count(1)
        self._begun = 0
        self._stride = 1  # steps that fit between two looks at the orders
        self._drawing = 0.0  # seconds that the window needs for a frame, of late
        self._pose: object = None  # what moves in the picture, as last published
        self._still = False
        self._rate = _Rate()

    # -------------------------------------------------------------------------------- from the window

    def play(self) -> int:
        """Run on. Returns the number that updates have as `begun` from then on."""
        number = next(self._numbers)
        self._worker.order(self, lambda: self._begin(number, None))
        return number

    def pause(self) -> None:
        self._worker.order(self, self._pause)

    def step(self, count: int = 1, granularity: str = "") -> None:
        """Pause, then that many steps forward (or back, for a negative count)."""
        self._worker.order(self, lambda: self._step(count, granularity))

    def run_for(self, count: int) -> int:
        """Run at the set speed and pause after that many steps. Returns a number as `play` does."""
        number = next(self._numbers)
        self._worker.order(self, lambda: self._begin(number, count))
        return number

    def go(self, step: int) -> None:
        """Pause and show a step: the nearest stored frame at once, the exact one when it is computed."""
        self._worker.order(self, lambda: self._go(step))

    def set_speed(self, steps_per_second: float) -> None:
        self._worker.order(self, lambda: self._set_speed(steps_per_second))

    def do(self, task: Callable[[Track], Any]) -> None:
        """Any change of the track: `run.do(lambda track: track.undo())`."""
        self._worker.order(self, lambda: self._do(task))

    def ask(self, question: Callable[[Track], T], reply: Callable[[T | Exception], None]) -> None:
        """Have something read off the track; `reply` is called on the worker's thread."""
        self._worker.order(self, lambda: self._answer(question, reply), quiet=True)

    def ask_now(self, question: Callable[[Track], T], seconds: float = 5.0) -> T:
        """As `ask`, waiting for the answer. Raises TimeoutError, or what the question raised."""
        answers: queue.SimpleQueue[T | Exception] = queue.SimpleQueue()
        self.ask(question, answers.put)
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError(_("The experiment did not answer in time.")) from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def drawn(self) -> None:
        """The window has drawn the last update: to be said after each, where `open` was told that it would be."""
        self._worker.order(self, self._drawn, quiet=True)

    def close(self) -> None:
        """Leave the worker; nothing more is published."""
        self._worker.leave(self)

    # --------------------------------------------------------------------------- on the worker's thread

    def _ready(self) -> Track:
        lacking = []
        while self.track is None:
            try:
                self.track = Track(self.experiment, self._scene)
            except ParamError as error:  # each time one choice more is at its default, so this ends
                self._scene, sentence = without_what_lacks(self.experiment.load(), self._scene, error)
                lacking.append(sentence)
        if lacking:
            self._notice = " ".join((lacks(), *lacking))
        return self.track

    def _begin(self, number: int, count: int | None) -> None:
        self._begun = number
        track = self._ready()
        self._pieces = None
        self._stop_at = None
        self.playing = not track.simulation.done
        self._due = time.perf_counter()
        self._failure = None
        if count is not None:
            self._stop_at = (track.goal if track.goal is not None else track.position) + count

    def _pause(self) -> None:
        self.playing = False
        self._pieces = None
        track = self._ready()
        track.goal = None

    def _set_speed(self, steps_per_second: float) -> None:
        self.speed = max(steps_per_second, 1e-3)
        self._due = time.perf_counter()

    def _step(self, count: int, granularity: str) -> None:
        track = self._ready()
        self.playing = False
        self._failure = None
        simulation = track.simulation
        if count < 0 and granularity and isinstance(simulation, Grained):
            track.go(max(0, simulation.boundary_before(granularity)))
        elif count < 0:
            self._do(lambda track: track.go_back(-count))
        elif granularity:
            self._pieces = (granularity, count)
        else:
            track.go(track.position + count)

    def _go(self, step: int) -> None:
        if self._failure is not None:
            self._come_back(step)
            return
        track = self._ready()
        self.playing = False
        self._pieces = None
        self._failure = None
        track.go(min(step, track.timeline.head))

    def _come_back(self, step: int) -> None:
        """After a failure: to a step, else to the beginning, else to the experiment as it is first opened."""
        self.playing, self._pieces, self._failure = False, None, None
        if self.track is not None:
            for goal in (min(step, self.track.timeline.head), 0):
                with contextlib.suppress(Exception):  # then from further back
                    self.track.rewind(goal)
                    return
        runs = self.track.runs.rows if self.track is not None else ()
        self._scene, self.track = Scene(self.experiment.id, runs=runs), None
        self._ready()

    def _do(self, task: Callable[[Track], Any]) -> None:
        track = self._ready()
        self._pieces = None
        self._refused = self._notice = ""
        self._failure = None
        try:
            task(track)
        except FullError as error:
            self._notice = str(error)
        except ValueError as error:  # a value that cannot be taken: said, and nothing is lost
            self._refused = plain_words(error)
        self._was_diverged = diverges(track.simulation)

    def _answer(self, question: Callable[[Track], T], reply: Callable[[T | Exception], None]) -> None:
        answer: T | Exception
        try:
            answer = question(self._ready())
        except Exception as error:
            answer = error
        reply(answer)

    @property
    def active(self) -> bool:
        """True while there is work to do without a further order."""
        if self.playing or self._pieces is not None:
            return True
        track = self.track
        return track is not None and (track.goal is not None or (track.opening_something and self._failure is None))

    def due(self, now: float) -> float:
        """Seconds until this run wants its next turn."""
        if self.playing and self.track is not None and self.track.goal is None and self.speed < MAX_SPEED:
            return max(0.0, self._due - now)
        return 0.0

    def turn(self, interrupted: Callable[[], bool]) -> None:
        """Work until the turn is over, something is ordered, or nothing is due; then publish if it is time."""
        track = self._ready()
        start = time.perf_counter()
        end = start + TURN
        done = 0
        now = start
        while now < end and not interrupted() and self.active and self.due(now) <= 0.0:
            before, then = track.position, now
            if self._flat_out and track.at_the_end:
                track.sprint(self._most(track))
            else:
                track.work()
            now = time.perf_counter()
            if track.position != before:
                done += track.position - before
                self._pace(track.position - before, now - then)
                self._stepped(track, now)
            elif track.goal is None and track.simulation.done:  # a step past the end, or it has become shorter
                self._rest()
        self._rate.count(done, now)
        pause = self._worker.frame_seconds
        slow = self.speed < 1 / pause  # then every step is shown, also to a window that is late
        if self._flat_out:
            pause = max(pause, RARELY if self._still else min(self._drawing / SHARE, RARELY))
        if not self.active or (now - self._published >= pause and not self.mailbox.full) or (slow and done):
            self.publish()

    @property
    def _flat_out(self) -> bool:
        return self.playing and self._pieces is None and self.speed == MAX_SPEED

    def _most(self, track: Track) -> int:
        """How many steps may be made before the next look at the orders."""
        return self._stride if self._stop_at is None else max(1, min(self._stride, self._stop_at - track.position))

    def _pace(self, steps: int, seconds: float) -> None:
        """Learn how many steps fit between two looks at the orders."""
        fitting = GLANCE * steps / seconds if seconds > 0 else 2.0 * self._stride
        self._stride = max(1, int(min(fitting, 2.0 * self._stride, 1000.0)))

    def _drawn(self) -> None:
        spent = min(time.perf_counter() - self._published, PATIENCE)
        self._drawing += 0.1 * (spent - self._drawing)
        self._worker.go_on(self)

    def _stepped(self, track: Track, now: float) -> None:
        if self.playing and track.goal is None:
            self._due = max(self._due + 1.0 / self.speed, now - 0.1) if self.speed < MAX_SPEED else now
        if self._pieces is not None:
            granularity, count = self._pieces
            simulation = track.simulation
            if not isinstance(simulation, Grained) or simulation.at_boundary(granularity):
                count -= 1
            self._pieces = (granularity, count) if count > 0 else None
        diverged = diverges(track.simulation)
        arrived = self._stop_at is not None and track.position >= self._stop_at
        if track.simulation.done or (diverged and not self._was_diverged) or (arrived and self.playing):
            self._rest()
        self._was_diverged = diverged

    def _rest(self) -> None:
        self.playing, self._pieces = False, None

    def fail(self, error: Exception) -> None:
        """A simulation raised: its box is paused and says so; all others go on."""
        self.playing = False
        self._pieces = None
        step = self.track.position if self.track is not None else 0
        if self.track is not None:
            self.track.goal = None
        self._failure = _failure(error, step, self.track is not None)
        self.publish()

    def publish(self) -> None:
        """Leave the latest frame in the mailbox, and ring when it was empty."""
        if self.mailbox.put(self._update()):
            self._ring()
            self._worker.wait_for(self)

    def _update(self) -> Update:
        self._published = time.perf_counter()
        track = self.track
        if track is None:
            nothing = Update(None, True, False, 0, 0, None, 0, None, None, (), True, 0.0, 0, failure=self._failure)
            return replace(nothing, begun=self._begun)
        frame, exact = None, True
        progress = None
        if self._failure is None:
            try:
                frame, exact = self._frame(track)
                self._look_at(frame)
                progress = track.progress(frame) if exact else None
            except Exception as error:
                self.playing = False
                self._failure = _failure(error, track.position)
        refused, self._refused = self._refused, ""
        return Update(
            frame,
            exact,
            self.playing or self._pieces is not None,
            track.position if exact or track.goal is None else track.goal,
            track.timeline.head,
            track.params,
            track.timeline.seed,
            track.undo_sentence,
            track.redo_sentence,
            track.marks,
            track.simulation.done,
            self._rate.per_second if self.playing else 0.0,
            track.revision,
            track.challenge.id if track.challenge else "",
            progress,
            self._failure,
            refused,
            track.can_go_back,
            self._notice,
            track.origins,
            self._begun,
            track.timeline.scene,
            track.run_number,
            track.runs.revision,
            track.runs.pinned,
        )

    def _look_at(self, frame: Frame) -> None:
        """Whether anything moves in the picture."""
        before, posed = self._pose, isinstance(frame, Posed)
        self._pose = frame.pose() if isinstance(frame, Posed) else None
        self._still = posed and self._pose == before

    def _frame(self, track: Track) -> tuple[Frame, bool]:
        if track.goal is not None and track.goal != track.position and not self.playing:
            found = track.timeline.history.at(track.goal)
            if found is not None:
                return found[1], found[0] == track.goal
        return track.snapshot(), True


class _Rate:
    """Steps per second over the last half second."""

    def __init__(self) -> None:
        self._since = time.perf_counter()
        self._steps = 0
        self.per_second = 0.0

    def count(self, steps: int, now: float) -> None:
        self._steps += steps
        if now - self._since >= 0.5:
            self.per_second = self._steps / (now - self._since)
            self._since, self._steps = now, 0


class Worker:
    """The thread. `close()` ends it."""

    def __init__(self) -> None:
        self.frame_seconds = FRAME  # twice that saves battery
        self._orders: queue.SimpleQueue[tuple[Run | None, Callable[[], None] | None, bool]] = queue.SimpleQueue()
        self._runs: list[Run] = []
        self._watched: set[Run] = set()  # those whose windows say when a frame is drawn
        self._drawing: dict[Run, float] = {}  # whose frame is being drawn, and until when to wait for it
        self._way = 0.0  # until when the window wants the interpreter for itself
        self._weighed = 0.0  # when the past of all runs was last weighed
        self._next = 0
        self._thread = threading.Thread(target=self._loop, name="lab-worker", daemon=True)
        self._thread.start()

    def open(self, experiment: Experiment, scene: Scene, ring: Callable[[], None], watched: bool = False) -> Run:
        """A new run, at its scene; `ring` is called on the worker's thread when there is something to take.

        watched: whoever takes it will say `drawn()` when it is on the screen.
        """
        run = Run(self, experiment, scene, ring)
        self.order(run, lambda: self._enter(run, watched))
        return run

    def give_way(self, seconds: float) -> None:
        """Carry out orders, but step no run for a while: the window has much to do. 0: go on."""
        self._way = time.perf_counter() + seconds if seconds > 0 else 0.0
        self._orders.put((None, _nothing, True))

    def order(self, run: Run, task: Callable[[], None], quiet: bool = False) -> None:
        """Have something done on the worker's thread, in order; then publish, unless `quiet`."""
        self._orders.put((run, task, quiet))

    def leave(self, run: Run) -> None:
        """Take a run off the thread."""
        self._orders.put((run, None, True))

    def close(self, seconds: float = 5.0) -> bool:
        """End the thread. False when it did not end in time."""
        self._orders.put((None, None, True))
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def challenge(self, run: Run, challenge: Challenge) -> None:
        run.do(lambda track: track.begin_challenge(challenge))

    # ------------------------------------------------------------------------------------ the thread

    def _loop(self) -> None:
        while self._obey():
            self._give_a_turn()
            self._keep_within_budget()

    def _keep_within_budget(self) -> None:
        now = time.perf_counter()
        if now - self._weighed >= BUDGET_SECONDS:
            self._weighed = now
            keep_within([run.track for run in self._runs if run.track is not None])

    def wait_for(self, run: Run) -> None:
        """On the worker's thread: a frame of this run is being drawn."""
        if run.playing and run in self._watched and run.experiment.load().python_heavy:
            self._drawing[run] = time.perf_counter() + PATIENCE

    def go_on(self, run: Run) -> None:
        """On the worker's thread: it is drawn."""
        self._drawing.pop(run, None)

    def _resting(self, now: float) -> float:
        """Seconds to leave the interpreter to the window."""
        until = max(self._drawing.values(), default=0.0)
        if until and until <= now:
            self._drawing.clear()
        return max(0.0, until - now, self._way - now)

    def _give_a_turn(self) -> None:
        """One run's turn, if any is due."""
        now = time.perf_counter()
        if self._resting(now):
            return
        active = [run for run in self._runs if run.active]
        ready = [run for run in active if run.due(now) <= 0.0]
        if ready:
            self._next += 1
            run = ready[self._next % len(ready)]
            self._be_polite(active)
            self._guarded(run, lambda: run.turn(self._interrupted))

    def _obey(self) -> bool:
        """Carry out every waiting order; wait for one when nothing is due. False: the thread should end."""
        timeout = self._idle_seconds()
        while True:
            try:
                run, task, quiet = self._orders.get(timeout=timeout) if timeout != 0.0 else self._orders.get_nowait()
            except queue.Empty:
                return True
            if run is None and task is None:
                return False
            if run is not None:
                self._carry_out(run, task, quiet)
            del run, task  # a waiting thread holds on to no run
            timeout = 0.0

    def _carry_out(self, run: Run, task: Callable[[], None] | None, quiet: bool) -> None:
        if task is None:
            if run in self._runs:
                self._runs.remove(run)
            self._watched.discard(run)
            self.go_on(run)
        elif (run in self._runs or run.track is None) and self._guarded(run, task) and not quiet:
            self._guarded(run, run.publish)

    def _idle_seconds(self) -> float | None:
        """How long there is nothing to do: None is for ever."""
        now = time.perf_counter()
        waits = [run.due(now) for run in self._runs if run.active]
        return max(min(waits), self._resting(now)) if waits else None

    def _interrupted(self) -> bool:
        return not self._orders.empty()

    def _enter(self, run: Run, watched: bool) -> None:
        self._runs.append(run)
        if watched:
            self._watched.add(run)
        run._ready()

    @staticmethod
    def _guarded(run: Run, task: Callable[[], None]) -> bool:
        try:
            task()
        except Exception as error:  # one broken experiment must not stop the others
            run.fail(error)
            return False
        return True

    @staticmethod
    def _be_polite(active: list[Run]) -> None:
        """A simulation in plain Python never lets go of the interpreter by itself; then switch more often."""
        heavy = any(run.experiment.load().python_heavy for run in active)
        wanted = EAGER if heavy else PATIENT
        if sys.getswitchinterval() != wanted:
            sys.setswitchinterval(wanted)


def _failure(error: Exception, step: int, opened: bool = True) -> Failure:
    words = plain_words(error)
    words = words if is_plain(error) else words[:1].upper() + words[1:]
    return Failure(words, "".join(traceback.format_exception(error)), step, opened)


def _nothing() -> None:
    """An order that only ends the present turn."""
