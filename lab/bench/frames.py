"""How many frames the window draws a second, and how long one step takes until it is drawn."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from lab.bench._window import DESK, at, child, close_box, open_box, pause, until, window

__all__ = ["PARTS", "figures"]

ASKED = (60, 75, 90, 120)  # steps a second
CHEAP = "loss-functions"  # a frame of it is drawn in some 2 ms
SECONDS = 3.0
STEPS = 40  # of each preset


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
    """Milliseconds from an order to go one step to the painted picture, over all presets of an experiment."""
    found = {}
    with window() as (app, main):
        for experiment in main.services.experiments():
            times: list[float] = []
            for preset in experiment.load().presets:
                box = open_box(app, main, experiment.id)
                box.play_preset(preset.id)
                pause(app, 0.3)
                times += _steps(app, main, box)
                close_box(app, main, box)
            if times:
                found[f"one step p50, ms, {experiment.id}"] = at(times, 0.5)
                found[f"one step p99, ms, {experiment.id}"] = at(times, 0.99)
    return found


def _steps(app: Any, main: Any, box: Any) -> list[float]:
    times = []
    for _ in range(STEPS):
        if box.update_shown.done:
            break
        start, before = time.perf_counter(), box.update_shown.position
        box.run.step(1)
        try:
            until(app, partial(_moved, box, before), 5.0)
        except TimeoutError:  # there is nothing to step here, for want of a pack, say
            break
        main.repaint()
        times.append((time.perf_counter() - start) * 1000)
    return times


def _moved(box: Any, position: int) -> bool:
    return bool(box.update_shown.position != position or box.update_shown.done)


PARTS = {"frames-asked": asked, "frames-flat-out": flat_out, "one-step": one_step}
"""What `glassbox measure PART` measures, in a process of its own."""
