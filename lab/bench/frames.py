"""How many frames the window draws a second, and how long one step takes until it is drawn."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from lab.bench._window import DESK, at, child, close_box, open_box, pause, until, window

__all__ = ["PARTS", "figures"]

ASKED = (60, 75, 90, 120)  # steps a second
CHEAP = "loss-functions"  # a frame of it is drawn in some 2 ms
SECONDS = 3.0
STEPS = 20  # of each preset
SETTLED = 0.1  # seconds after a preset is chosen, and again when it is there
STUCK = 3.0  # seconds without a frame: there is nothing to step here, for want of a pack, say


def figures() -> dict[str, float | str]:
    """Frames a second at asked speeds and flat out, for every experiment; milliseconds of one step."""
    found: dict[str, float | str] = {}
    for part in ("frames-asked", "frames-flat-out", "one-step"):
        found |= {f"frames, {name}": value for name, value in child(part).items()}
    return found


# ----------------------------------------------------------------------------------- in the child


def _drawn(app: Any, box: Any) -> float:
    """Frames a second."""
    arrived: list[Any] = []
    box.bridge.arrived.connect(arrived.append)
    start = time.perf_counter()
    while time.perf_counter() - start < SECONDS and box.playing:
        app.processEvents()
        time.sleep(0.0005)
    return len(arrived) / (time.perf_counter() - start)


def asked() -> dict[str, float]:
    """At some speeds that a learner can set."""
    found = {}
    with window() as (app, main):
        box = open_box(app, main, CHEAP)
        for rate in ASKED:
            box.start_over()
            box.run.set_speed(rate)
            box.run.play()
            until(app, lambda: box.playing)
            pause(app, 0.5)
            found[f"a second, {rate} steps/s asked"] = _drawn(app, box)
            box.run.pause()
    return found


def flat_out() -> dict[str, float]:
    """At full speed, in a window of 1920 × 1080."""
    found = {}
    with window(DESK) as (app, main):
        for experiment in main.services.experiments():
            box = open_box(app, main, experiment.id)
            pause(app, 0.3)
            box.run.set_speed(float("inf"))
            box.run.play()
            pause(app, 0.2)
            if box.playing:
                found[f"a second, flat out, {experiment.id}"] = _drawn(app, box)
            close_box(app, main, box)
    return found


def one_step() -> dict[str, float]:
    """Milliseconds from an order to go one step to the painted picture, over all presets of an experiment: of the
    clock, and of the window's thread alone. Each experiment is told on the error output as soon as it is measured."""
    found: dict[str, float] = {}
    with window() as (app, main):
        for experiment in main.services.experiments():
            box = open_box(app, main, experiment.id)
            presets: dict[str, list[Step]] = {}
            for preset in experiment.load().presets:
                box.play_preset(preset.id)
                pause(app, SETTLED)
                with suppress(TimeoutError):
                    until(app, partial(_at_rest, box))
                pause(app, SETTLED)
                presets[preset.id] = _steps(app, box)
            close_box(app, main, box)
            times = [step for steps in presets.values() for step in steps]
            if times:
                found |= {f"one step {name}, {experiment.id}": value for name, value in summary(times).items()}
                print(experiment.id, told(presets), file=sys.stderr, flush=True)
    return found


Step = tuple[float, float]  # milliseconds: of the clock, of the window's thread


def summary(steps: Sequence[Step]) -> dict[str, float]:
    """Median and 99th percentile of some steps, for both clocks."""
    clock, thread = ([step[which] for step in steps] for which in (0, 1))
    return {
        "p50, ms": at(clock, 0.5),
        "p99, ms": at(clock, 0.99),
        "p50, ms of the window's thread": at(thread, 0.5),
        "p99, ms of the window's thread": at(thread, 0.99),
    }


def told(presets: dict[str, list[Step]]) -> str:
    """One line about an experiment: all its presets, and the one whose median is the longest."""
    every = [step for steps in presets.values() for step in steps]
    slowest = max((name for name in presets if presets[name]), key=lambda name: at([s[0] for s in presets[name]], 0.5))
    lines = []
    for name, steps in (("", every), (f", slowest preset {slowest}", presets[slowest])):
        p50, p99, own, most = summary(steps).values()
        lines.append(f"{name} {p50:.1f} / {p99:.1f} ms ({own:.1f} / {most:.1f} of the window's thread)")
    return "".join(lines).strip()


def _steps(app: Any, box: Any) -> list[Step]:
    from PySide6.QtCore import QEvent

    found = []
    for _ in range(STEPS):
        if box.update_shown.done:
            break
        start, spent, before = time.perf_counter(), time.thread_time(), box.update_shown.position
        box.run.step(1)
        if not _arrives(box, before):
            break
        app.sendPostedEvents(None, QEvent.Type.UpdateRequest)  # paint what has changed
        found.append(((time.perf_counter() - start) * 1000, (time.thread_time() - spent) * 1000))
    return found


def _arrives(box: Any, before: int) -> bool:
    """Wait, as the window does, for the frame of another step."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop, late = QEventLoop(), QTimer()
    late.setSingleShot(True)
    late.timeout.connect(loop.quit)
    late.start(round(STUCK * 1000))
    box.bridge.arrived.connect(loop.quit)
    while not _moved(box, before) and late.isActive():
        loop.exec()
    box.bridge.arrived.disconnect(loop.quit)
    return _moved(box, before)


def _at_rest(box: Any) -> bool:
    return not box.run.active


def _moved(box: Any, position: int) -> bool:
    """Whether the step is there itself, and not only the frame before it under its number."""
    shown = box.update_shown
    return bool(shown.exact and (shown.position != position or shown.done))


PARTS = {"frames-asked": asked, "frames-flat-out": flat_out, "one-step": one_step}
"""What `glassbox measure PART` measures, in a process of its own."""
