"""The window's figures: how soon it is there, how evenly it draws while a run goes flat out, how fast it answers.

Each part runs in a process of its own, as a learner's would: `python -m lab measure PART` prints JSON.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import lab
from lab.core.paths import itself

__all__ = ["figures"]

EXPERIMENT = "gradient-descent"
HEAVIEST = ("gradient-descent", "decision-boundaries", "tokenization", "linear-regression", "training-loop")
RESTART_SECONDS = 5.0  # after which each of them is started over
BEAT_MS = 16
SECONDS = 4.0


def figures(rounds: int = 3) -> dict[str, float | str]:
    """Start-up (the best and median of some rounds), evenness, answers, memory."""
    found: dict[str, float | str] = {}
    starts = [_child("start") for _ in range(rounds + 1)][1:]  # the first warms the file cache
    for name in starts[0]:
        values = sorted(start[name] for start in starts)
        found[f"window, {name}, median of {rounds}"] = values[len(values) // 2]
    for part in ("evenness", "answers", "memory", "restarts"):
        found |= {f"window, {name}": value for name, value in _child(part).items()}
    return found


def _child(part: str) -> dict[str, float]:
    root = str(Path(lab.__file__).resolve().parents[1])
    with tempfile.TemporaryDirectory(prefix="glassbox-") as home:
        settings = {**os.environ, "PYTHONPATH": root, "PYTHONSAFEPATH": "1", "GLASSBOX_HOME": home}
        settings["QT_QPA_PLATFORM"] = "offscreen"
        settings["GLASSBOX_BENCH_START"] = repr(time.monotonic())
        done = subprocess.run(itself("measure", part), capture_output=True, text=True, env=settings)
    if done.returncode:
        raise RuntimeError(f"measuring {part} failed: {done.stderr.strip()[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


# ----------------------------------------------------------------------------------- in the child


def _since_start() -> float:
    return time.monotonic() - float(os.environ["GLASSBOX_BENCH_START"])


def _window() -> tuple[Any, Any]:
    from lab.arguments import Call
    from lab.shell.app.start import prepare
    from lab.shell.app.window import MainWindow

    app, services = prepare(Call())
    window = MainWindow(services)
    window.begin(Call(fresh=True))
    window.resize(1366, 768)
    window.show()
    window.repaint()
    return app, window


def _until(app: Any, so: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        app.processEvents()


def _shows_rate(box: Any, rate: float) -> bool:
    """Whether the frame on screen was computed with this learning rate."""
    return bool(box.update_shown.params.learning_rate == rate)


def _open(app: Any, window: Any) -> Any:
    box = window.workspace.box(window.open_experiment(window.services.find(EXPERIMENT)))
    _until(app, lambda: box.frame is not None)
    window.repaint()
    return box


def start() -> dict[str, float]:
    """Seconds from the start of the process."""
    app, window = _window()
    first = _since_start()
    _open(app, window)
    return {"home page painted, s": first, "first experiment drawn, s": _since_start()}


@dataclass(frozen=True)
class _Stretch:
    """Some seconds of the window's life: its beats in ms, the share of a core its thread took, and steps/s made."""

    beats: list[float]
    core: float
    rate: float


def _stretch(app: Any, box: Any, task: Callable[[], None] | None = None) -> _Stretch:
    """Watch the window for `SECONDS`. The processor time of its thread hangs less on other programs than the beats."""
    before, cpu = box.run.ask_now(_where), time.thread_time()
    beats = _beat(app, SECONDS, task)
    cpu, after = time.thread_time() - cpu, box.run.ask_now(_where)
    seconds = after[1] - before[1]
    return _Stretch(beats, cpu / seconds, (after[0] - before[0]) / seconds)


def _where(track: Any) -> tuple[int, float]:
    return track.timeline.head, time.perf_counter()


def evenness() -> dict[str, float]:
    """The beat of the window while a run goes flat out, and what the run keeps of its speed."""
    app, window = _window()
    box = _open(app, window)
    idle = _stretch(app, box)
    alone = _headless_rate()
    box.run.set_speed(float("inf"))
    box.run.play()
    _until(app, lambda: box.playing)
    busy = _stretch(app, box)
    moving = _stretch(app, box, _Wiggle(box).move)
    found = {
        "beat idle p50, ms": _at(idle.beats, 0.5),
        "beat idle p99, ms": _at(idle.beats, 0.99),
        "beat running p50, ms": _at(busy.beats, 0.5),
        "beat running p99, ms": _at(busy.beats, 0.99),
        "beat running p99 / idle p99": _at(busy.beats, 0.99) / _at(idle.beats, 0.99),
        "beat with moving slider p99, ms": _at(moving.beats, 0.99),
        "core taken by the window, idle": idle.core,
        "core taken by the window, running": busy.core,
        "core taken by the window, slider moving": moving.core,
        "steps/s headless": alone,
        "steps/s kept while running": busy.rate / alone,
        "steps/s kept while a slider moves": moving.rate / alone,
    }
    _close(app, window)
    return found


def _headless_rate() -> float:
    """Steps a second of the same state without a window, alone on the thread."""
    from lab import catalog
    from lab.core.experiment import Setting
    from lab.core.headless import played

    experiment = catalog.find(EXPERIMENT)
    assert experiment is not None
    best = 0.0
    for _ in range(3):
        simulation = played(experiment.load(), Setting())
        start, steps = time.perf_counter(), 0
        while time.perf_counter() - start < 1.0:
            for _ in range(50):
                simulation.step()
            steps += 50
        best = max(best, steps / (time.perf_counter() - start))
    return best


def _beat(app: Any, seconds: float, task: Callable[[], None] | None = None) -> list[float]:
    """The intervals, in ms, of a precise timer of 16 ms that repaints as a screen would."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    intervals: list[float] = []
    last = [time.perf_counter()]
    loop = QEventLoop()

    def tick() -> None:
        now = time.perf_counter()
        intervals.append((now - last[0]) * 1000)
        last[0] = now
        if task is not None:
            task()

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(BEAT_MS)
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
    timer.stop()
    return intervals[5:]


def _at(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


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


def answers() -> dict[str, float]:
    """From a moved slider to its own paint, and to the first frame computed with the new value."""
    app, window = _window()
    box = _open(app, window)
    box.run.set_speed(float("inf"))
    box.run.play()
    _until(app, lambda: box.playing)
    slider = _Wiggle(box)
    control = box.controls.form.control("learning_rate")
    paints, frames = [], []
    for _ in range(200):
        start = time.perf_counter()
        slider.move()
        control.repaint()
        paints.append((time.perf_counter() - start) * 1000)
        _until(app, partial(_shows_rate, box, slider.value))
        frames.append((time.perf_counter() - start) * 1000)
        _pause(app, 0.013)
    box.run.pause()
    openings = []
    for _ in range(5):
        start = time.perf_counter()
        other = _open(app, window)
        openings.append((time.perf_counter() - start) * 1000)
        window.workspace.docks.close(other.objectName())
        _pause(app, 0.05)
    found = {
        "slider to paint p50, ms": _at(paints, 0.5),
        "slider to paint p99, ms": _at(paints, 0.99),
        "slider to frame p50, ms": _at(frames, 0.5),
        "slider to frame p99, ms": _at(frames, 0.99),
        "opening an experiment p50, ms": _at(openings, 0.5),
    }
    _close(app, window)
    return found


def memory() -> dict[str, float]:
    """Resident megabytes with one experiment open, and what 20 openings and closings leave behind."""
    app, window = _window()
    _open(app, window)
    _pause(app, 1.0)
    resident = _resident()
    for _ in range(5):
        _open_and_close(app, window)
    before = _resident()
    for _ in range(20):
        _open_and_close(app, window)
    growth = _resident() - before
    found = {"resident with one experiment, MB": resident, "growth over 20 openings, MB": growth}
    _close(app, window)
    return found


def restarts() -> dict[str, float]:
    """Resident megabytes while the experiments that hold most go flat out, each started over every few seconds, for
    GLASSBOX_BENCH_MINUTES (2 without): after the first minute, the most of any minute since, and at the end."""
    app, window = _window()
    boxes = [window.workspace.box(window.open_experiment(window.services.find(id))) for id in HEAVIEST]
    for box in boxes:
        box.run.ask_now(lambda track: track.position, 20.0)
        box.run.set_speed(float("inf"))
        box.run.play()
    minutes: list[float] = []
    for _minute in range(max(2, int(os.environ.get("GLASSBOX_BENCH_MINUTES", "2")))):
        end = time.monotonic() + 60.0
        while time.monotonic() < end:
            _pause(app, RESTART_SECONDS / len(boxes))
            box = boxes.pop(0)
            boxes.append(box)
            box.start_over()
            box.run.play()
        minutes.append(_resident())
    from lab.runtime.budget import held_by

    held = boxes[0].run.ask_now(lambda _track: held_by([box.run.track for box in boxes]))
    _close(app, window)
    return {
        f"{len(HEAVIEST)} runs restarted flat out, resident after 1 minute, MB": minutes[0],
        f"… the most until minute {len(minutes)}, MB": max(minutes[1:]),
        f"… growth since the first minute at minute {len(minutes)}, MB": minutes[-1] - minutes[0],
        "… of which past and undo, MB": held / 1e6,
    }


def _open_and_close(app: Any, window: Any) -> None:
    box = _open(app, window)
    window.workspace.docks.close(box.objectName())
    _pause(app, 0.05)
    gc.collect()


def _pause(app: Any, seconds: float) -> None:
    from PySide6.QtCore import QEvent

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # no event loop runs here that would do it
        time.sleep(0.0005)


def _resident() -> float:
    """Resident memory in MB, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, AttributeError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _close(app: Any, window: Any) -> None:
    window.close()
    app.processEvents()


PARTS = {"start": start, "evenness": evenness, "answers": answers, "memory": memory, "restarts": restarts}
"""What `glassbox measure PART` measures, in a process of its own."""
