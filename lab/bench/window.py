"""The window's figures: how soon it is there, how evenly it draws while a run goes flat out, how fast it answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from lab.bench._window import LAPTOP, at, beat, child, close_box, open_box, pause, since_start, until, window
from lab.core.records import dataclass

__all__ = ["PARTS", "figures"]

EXPERIMENT = "gradient-descent"
FLAT_OUT = (EXPERIMENT, "decision-boundaries", "linear-regression", "decoding")
SECONDS = 4.0
NEAR_SECONDS = 0.3  # between the pointer's coming and a press
WARM_SECONDS = 2.0


def figures(rounds: int = 5) -> dict[str, float | str]:
    """Start-up beside a bare window (medians of some rounds, in turn), evenness, answers."""
    found: dict[str, float | str] = {}
    parts = ("start", "click", "bare")
    starts = [{k: v for part in parts for k, v in child(part).items()} for _ in range(rounds + 1)]
    starts = starts[1:]  # the first warms the file cache
    for name in starts[0]:
        values = [start[name] for start in starts]
        found[f"window, {name}, median of {rounds}"] = at(values, 0.5)
        if not name.startswith("bare"):
            ratios = [start[name] / start["bare window painted, s"] for start in starts]
            found[f"window, {name.removesuffix(', s')} / bare window, median of {rounds}"] = at(ratios, 0.5)
    for part in ("evenness", "answers"):
        found |= {f"window, {name}": value for name, value in child(part).items()}
    return found


# ----------------------------------------------------------------------------------- in the child


def bare() -> dict[str, float]:
    """Seconds until an empty window of the same size is painted, by PySide6 alone."""
    from PySide6.QtWidgets import QApplication, QWidget

    app = QApplication([])
    empty = QWidget()
    empty.resize(*LAPTOP)
    empty.show()
    until(app, empty.windowHandle().isExposed)  # its first paint is a part of that
    return {"bare window painted, s": since_start()}


def start() -> dict[str, float]:
    """Seconds from the start of the process to the painted home page, and to an experiment opened at once."""
    with window() as (app, main):
        first = since_start()
        open_box(app, main, EXPERIMENT)
        return {"home page painted, s": first, "first experiment drawn, s": since_start()}


def click() -> dict[str, float]:
    """Seconds of the first opening when the home page has had time to import what it needs: the pointer comes to the
    card, as a hand does, a moment before it is pressed."""
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QEnterEvent

    with window() as (app, main):
        pieces = main.warm_up()
        until(app, lambda: pieces.done)
        pause(app, WARM_SECONDS)
        middle = QPointF(5.0, 5.0)
        app.sendEvent(main.home.chapters.cards[EXPERIMENT], QEnterEvent(middle, middle, middle))
        pause(app, NEAR_SECONDS)
        before = time.perf_counter()
        open_box(app, main, EXPERIMENT)
        return {"first experiment drawn by a later click, s": time.perf_counter() - before}


@dataclass(frozen=True)
class _Stretch:
    """Some seconds of the window's life: its beats in ms, the share of a core its thread took, and steps/s made."""

    beats: list[float]
    core: float
    rate: float


def _stretch(app: Any, box: Any, task: Callable[[], None] | None = None) -> _Stretch:
    """Watch the window for `SECONDS`. The processor time of its thread hangs less on other programs than the beats."""
    before, cpu = box.run.ask_now(_where), time.thread_time()
    beats = beat(app, SECONDS, task)
    cpu, after = time.thread_time() - cpu, box.run.ask_now(_where)
    seconds = after[1] - before[1]
    return _Stretch(beats, cpu / seconds, (after[0] - before[0]) / seconds)


def _where(track: Any) -> tuple[int, float]:
    return track.timeline.head, time.perf_counter()


def evenness() -> dict[str, float]:
    """The beat of the window while runs go flat out, and what each run keeps of its speed."""
    found: dict[str, float] = {}
    with window() as (app, main):
        for id in FLAT_OUT:
            box = open_box(app, main, id)
            pause(app, 1.5)
            found |= {f"{id}, {name}": value for name, value in _evenness(app, box).items()}
            if id == EXPERIMENT:
                moving = _stretch(app, box, _Wiggle(box).move)
                found[f"{id}, beat with moving slider p99, ms"] = at(moving.beats, 0.99)
                found[f"{id}, steps/s kept while a slider moves"] = moving.rate / _headless_rate(id)
            close_box(app, main, box)
    return found


def _evenness(app: Any, box: Any) -> dict[str, float]:
    idle = _stretch(app, box)
    alone = _headless_rate(box.experiment.id)
    box.run.set_speed(float("inf"))
    box.run.play()
    until(app, lambda: box.playing)
    busy = _stretch(app, box)
    return {
        "beat idle p50, ms": at(idle.beats, 0.5),
        "beat idle p99, ms": at(idle.beats, 0.99),
        "beat running p50, ms": at(busy.beats, 0.5),
        "beat running p99, ms": at(busy.beats, 0.99),
        "beat running p99 / idle p99": at(busy.beats, 0.99) / at(idle.beats, 0.99),
        "core taken by the window, idle": idle.core,
        "core taken by the window, running": busy.core,
        "steps/s headless": alone,
        "steps/s kept while running": busy.rate / alone,
    }


def _headless_rate(id: str) -> float:
    """Steps a second of the same state without a window, alone on the thread."""
    from lab import catalog
    from lab.core.experiment import Setting
    from lab.core.headless import advance_many, played

    experiment = catalog.find(id)
    assert experiment is not None
    best = 0.0
    for _ in range(3):
        simulation = played(experiment.load(), Setting())
        start, steps = time.perf_counter(), 0
        while time.perf_counter() - start < 1.0 and not simulation.done:
            advance_many(simulation, 50)  # as a run at full speed makes them
            steps += 50
        best = max(best, steps / (time.perf_counter() - start))
    return best


class _Wiggle:
    """Moves the learning-rate slider as a hand would: a little at every beat."""

    def __init__(self, box: Any) -> None:
        self._form = box.controls.form
        self._slider = self._form.control("learning_rate")
        self._n = 0
        self.value = 0.0

    def move(self) -> None:
        self._n += 1
        self.value = 0.02 + 0.0005 * (self._n % 200)
        self._slider.set_value(self.value)
        self._slider.changed.emit(self.value)


def _shows_rate(box: Any, rate: float) -> bool:
    """Whether the frame on screen was computed with this learning rate."""
    return bool(box.update_shown.params.learning_rate == rate)


def answers() -> dict[str, float]:
    """From a moved slider to its own paint, and to the first frame computed with the new value; second openings."""
    with window() as (app, main):
        box = open_box(app, main, EXPERIMENT)
        box.run.set_speed(float("inf"))
        box.run.play()
        until(app, lambda: box.playing)
        slider = _Wiggle(box)
        control = box.controls.form.control("learning_rate")
        paints, frames = [], []
        for _ in range(200):
            start = time.perf_counter()
            slider.move()
            control.repaint()
            paints.append((time.perf_counter() - start) * 1000)
            until(app, partial(_shows_rate, box, slider.value))
            frames.append((time.perf_counter() - start) * 1000)
            pause(app, 0.013)
        box.run.pause()
        found = {
            "slider to paint p50, ms": at(paints, 0.5),
            "slider to paint p99, ms": at(paints, 0.99),
            "slider to frame p50, ms": at(frames, 0.5),
            "slider to frame p99, ms": at(frames, 0.99),
        }
        return found | _second_openings(app, main)


def _second_openings(app: Any, main: Any) -> dict[str, float]:
    """How long each experiment takes to open when it was open before."""
    seconds = []
    for experiment in main.services.experiments():
        close_box(app, main, open_box(app, main, experiment.id))
        pause(app, 0.2)
        start = time.perf_counter()
        box = open_box(app, main, experiment.id)
        seconds.append((time.perf_counter() - start) * 1000)
        close_box(app, main, box)
    return {"opening the second time p50, ms": at(seconds, 0.5), "… the slowest, ms": max(seconds)}


PARTS = {"bare": bare, "start": start, "click": click, "evenness": evenness, "answers": answers}
"""What `glassbox measure PART` measures, in a process of its own."""
