"""One box's place on the worker: its orders, its turns, and when a frame of it is worth drawing."""

from __future__ import annotations

import contextlib
import itertools
import queue
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from lab.core.experiment import Experiment, Progress
from lab.core.params import ParamError
from lab.core.records import dataclass
from lab.core.scene import Scene
from lab.core.simulation import Frame, Grained, Posed, diverges
from lab.core.text import _
from lab.runtime.frame_pace import FramePace
from lab.runtime.mailbox import Mailbox
from lab.runtime.plainly import is_plain, lacks, plain_words, without_what_lacks
from lab.runtime.run_table import Pinned
from lab.runtime.track import FullError, Track

__all__ = ["MAX_SPEED", "Failure", "Host", "Run", "Update"]

TURN = 0.004  # seconds a run may work before the next has its turn
GLANCE = 0.0002  # seconds of steps between two looks at the orders
MAX_SPEED = float("inf")
T = TypeVar("T")


class Host(Protocol):
    """What a run asks of the thread it is on."""

    frame_seconds: float  # a frame is worth drawing at most this often
    patience: float  # seconds to wait for a frame to be drawn

    def order(self, run: Run, task: Callable[[], None], quiet: bool = False) -> None: ...

    def leave(self, run: Run) -> None: ...

    def wait_for(self, run: Run) -> None: ...

    def go_on(self, run: Run) -> None: ...


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

    def __init__(self, worker: Host, experiment: Experiment, scene: Scene, ring: Callable[[], None]) -> None:
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
        self._drawing = 0.0  # seconds that the window works for a frame, of late
        self._lost = 0.0  # seconds that the run loses by it
        self._pose: object = None  # what moves in the picture, as last published
        self._still = False
        self._rate = _Rate()
        self._pace = FramePace()

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

    def drawn(self, seconds: float) -> None:
        """The window has drawn the last update: to be said after each, where `open` was told that it would be.

        seconds: what that cost its thread, without what was waited for.
        """
        self._worker.order(self, lambda: self._drawn(seconds), quiet=True)

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
                self._learn_stride(track.position - before, now - then)
                self._stepped(track, now)
            elif track.goal is None and track.simulation.done:  # a step past the end, or it has become shorter
                self._rest()
        self._rate.count(done, now)
        self._show_if_due(now, done)

    def _show_if_due(self, now: float, done: int) -> None:
        frame, step = self._worker.frame_seconds, 1 / self.speed
        if self._flat_out:
            frame = self._pace.at_full_speed(frame, self._drawing, self._lost, self._still)
        slow = step > frame  # then every step is shown, also to a window that is late
        if not self.active or (slow and done):
            self.publish()
        elif not self.mailbox.full and self._pace.is_due(now, frame, step):
            self._put()
            self._pace.drawn(now, frame)

    @property
    def _flat_out(self) -> bool:
        return self.playing and self._pieces is None and self.speed == MAX_SPEED

    def _most(self, track: Track) -> int:
        """How many steps may be made before the next look at the orders."""
        return self._stride if self._stop_at is None else max(1, min(self._stride, self._stop_at - track.position))

    def _learn_stride(self, steps: int, seconds: float) -> None:
        """Learn how many steps fit between two looks at the orders."""
        fitting = GLANCE * steps / seconds if seconds > 0 else 2.0 * self._stride
        self._stride = max(1, int(min(fitting, 2.0 * self._stride, 1000.0)))

    def _drawn(self, seconds: float) -> None:
        waited = time.perf_counter() - self._published if self.experiment.load().python_heavy else seconds
        self._drawing += 0.1 * (min(seconds, self._worker.patience) - self._drawing)
        self._lost += 0.1 * (min(waited, self._worker.patience) - self._lost)
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
        """Show the latest frame at once."""
        self._put()
        self._pace.drawn_unasked(self._published)

    def _put(self) -> None:
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


def _failure(error: Exception, step: int, opened: bool = True) -> Failure:
    words = plain_words(error)
    words = words if is_plain(error) else words[:1].upper() + words[1:]
    return Failure(words, "".join(traceback.format_exception(error)), step, opened)
