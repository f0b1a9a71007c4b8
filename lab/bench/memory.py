"""How much memory the window holds, and gives back: resident megabytes of processes of their own."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from typing import Any

from lab.bench._window import child, close_box, open_box, pause, resident, window

__all__ = ["PARTS", "figures"]

EXPERIMENT = "gradient-descent"
HEAVIEST = (EXPERIMENT, "decision-boundaries", "tokenization", "linear-regression", "training-loop")
RESTART_SECONDS = 5.0  # after which each of them is started over
SETTLED = 5.0  # seconds


def figures() -> dict[str, float | str]:
    """Settled memory of the home page, of one experiment and of all; what stays when all are closed; long runs."""
    found: dict[str, float | str] = {}
    for part in ("one-open", "all-open", "restarts"):
        found |= {f"memory, {name}": value for name, value in child(part).items()}
    return found


# ----------------------------------------------------------------------------------- in the child


def one_open() -> dict[str, float]:
    """The home page, one experiment, and what 20 openings and closings leave behind when all is quiet again."""
    with window() as (app, main):
        main.warm_up()
        pause(app, SETTLED)
        home = resident()
        box = open_box(app, main, EXPERIMENT)
        pause(app, SETTLED)
        one = resident()
        close_box(app, main, box)
        pause(app, SETTLED)
        before = resident()
        for _ in range(20):
            close_box(app, main, open_box(app, main, EXPERIMENT))
        pause(app, SETTLED)
        return {
            "home page, settled, MB": home,
            "one experiment, settled, MB": one,
            "growth over 20 openings, MB": resident() - before,
        }


def all_open() -> dict[str, float]:
    """Every experiment open and run once; what is left when all are closed and memory was given back, twice."""
    with window() as (app, main):
        main.warm_up()
        pause(app, SETTLED)
        home = resident()
        found: dict[str, float] = {}
        for number, name in enumerate(("all closed again", "a second round on top")):
            boxes = [_opened_and_run(app, main, experiment.id) for experiment in main.services.experiments()]
            pause(app, SETTLED)
            if number == 0:
                found[f"{len(boxes)} experiments open and run once, MB"] = resident()
                found |= _new_looks(app, main, len(boxes))
            before = found.get("all closed again, over home, MB", 0.0)
            for box in boxes:
                close_box(app, main, box)
            pause(app, SETTLED)
            found[f"{name}, over home, MB" if number == 0 else f"{name}, MB"] = resident() - home - before
        return found


def _opened_and_run(app: Any, main: Any, id: str) -> Any:
    box = open_box(app, main, id)
    box.run.step(1)
    pause(app, 0.3)
    return box


def _new_looks(app: Any, main: Any, boxes: int) -> dict[str, float]:
    """Processor seconds of the window's thread for another theme, and for larger text."""
    found = {}
    for name, change in (("theme", {"theme": "dark"}), ("text size", {"text_size": 125})):
        start = time.thread_time()
        main.change_settings(replace(main.services.settings, **change))
        app.processEvents()
        main.repaint()
        found[f"another {name}, {boxes} open, s of processor time"] = time.thread_time() - start
    return found


def restarts() -> dict[str, float]:
    """Resident megabytes while the experiments that hold most go flat out, each started over every few seconds, for
    GLASSBOX_BENCH_MINUTES (2 without): after the first minute, the most of any minute since, and at the end."""
    with window() as (app, main):
        boxes = [main.workspace.box(main.open_experiment(main.services.find(id))) for id in HEAVIEST]
        for box in boxes:
            box.run.ask_now(lambda track: track.position, 20.0)
            box.run.set_speed(float("inf"))
            box.run.play()
        minutes: list[float] = []
        for _minute in range(max(2, int(os.environ.get("GLASSBOX_BENCH_MINUTES", "2")))):
            end = time.monotonic() + 60.0
            while time.monotonic() < end:
                pause(app, RESTART_SECONDS / len(boxes))
                box = boxes.pop(0)
                boxes.append(box)
                box.start_over()
                box.run.play()
            minutes.append(resident())
        from lab.runtime.budget import held_by

        held = boxes[0].run.ask_now(lambda _track: held_by([box.run.track for box in boxes]))
        return {
            f"{len(HEAVIEST)} runs restarted flat out, resident after 1 minute, MB": minutes[0],
            f"… the most until minute {len(minutes)}, MB": max(minutes[1:]),
            f"… growth since the first minute at minute {len(minutes)}, MB": minutes[-1] - minutes[0],
            "… of which past and undo, MB": held / 1e6,
        }


PARTS = {"one-open": one_open, "all-open": all_open, "restarts": restarts}
"""What `glassbox measure PART` measures, in a process of its own."""
