"""The worker: one thread on which every simulation of every open box is stepped.

Each run has its turn of about 4 ms. Orders from the window (a moved slider, a gesture, pause) are read
before every step, or every fifth of a millisecond where steps are shorter, and end the turn, and that run's
next frame is published at once, so the window answers within one frame however busy the thread is. Nothing
sleeps in the loop: when no step is due, the thread waits for the next order.

Python runs one thread at a time. While the window draws, a simulation in plain Python would only stand in
its way, and be stood in the way of: so it waits until the window says that the frame is drawn. What drawing
costs is what training loses; so a run that goes as fast as it can is shown so often that it loses about a seventh;
and one whose frames all look alike, which their `pose()` tells where they have one, less often still.
"""

from __future__ import annotations

import queue
import sys
import threading
import time
from collections.abc import Callable

from lab.core.experiment import Challenge, Experiment
from lab.core.scene import Scene
from lab.runtime.budget import keep_within
from lab.runtime.run import Run

__all__ = ["FRAME", "Worker"]

FRAME = 1 / 60  # a frame is worth drawing at most this often
PATIENCE = 0.03  # seconds to wait for a frame to be drawn
BUDGET_SECONDS = 0.5  # between two looks at how much memory the past of all runs holds
PATIENT, EAGER = 0.005, 0.0002  # seconds after which a waiting thread gets the interpreter


class Worker:
    """The thread. `close()` ends it."""

    def __init__(self) -> None:
        self.frame_seconds = FRAME  # twice that saves battery
        self.patience = PATIENCE
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
            self._drawing[run] = time.perf_counter() + self.patience

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


def _nothing() -> None:
    """An order that only ends the present turn."""
