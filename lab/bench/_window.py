"""What the parts that measure the window share: a process of its own, a window, its event loop, its memory.

Each part runs in a process of its own, as a learner's would: `python -m lab measure PART` prints JSON.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lab
from lab.core.paths import itself

__all__ = ["at", "beat", "child", "close_box", "open_box", "pause", "resident", "since_start", "until", "window"]

BEAT_MS = 16
LAPTOP, DESK = (1366, 768), (1920, 1080)


def child(part: str) -> dict[str, float]:
    """One part, in a process of its own, with learner's files of its own."""
    import json  # here: what only this process needs is no part of the start that is measured
    import subprocess
    import tempfile

    root = str(Path(lab.__file__).resolve().parents[1])
    with tempfile.TemporaryDirectory(prefix="glassbox-") as home:
        settings = {**os.environ, "PYTHONPATH": root, "PYTHONSAFEPATH": "1", "GLASSBOX_HOME": home}
        settings.pop("PYTHONDONTWRITEBYTECODE", None)  # a learner's second start finds everything compiled
        settings["QT_QPA_PLATFORM"] = "offscreen"
        settings["GLASSBOX_BENCH_START"] = repr(time.monotonic())
        done = subprocess.run(itself("measure", part), capture_output=True, text=True, env=settings)
    if done.returncode:
        raise RuntimeError(f"measuring {part} failed: {done.stderr.strip()[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def since_start() -> float:
    """Seconds since this process was started."""
    return time.monotonic() - float(os.environ["GLASSBOX_BENCH_START"])


@contextmanager
def window(size: tuple[int, int] = LAPTOP) -> Iterator[tuple[Any, Any]]:
    """The application and its window, painted once."""
    from lab.arguments import Call
    from lab.shell.app.start import prepare
    from lab.shell.app.window import MainWindow

    app, services = prepare(Call())
    main = MainWindow(services)
    main.begin(Call(fresh=True))
    main.resize(*size)
    main.show()
    until(app, main.windowHandle().isExposed)  # its first paint is a part of that
    yield app, main
    main.close()
    app.processEvents()


def until(app: Any, so: Callable[[], bool], seconds: float = 20.0) -> None:
    """Let the window work until something is so. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")
        app.processEvents()


def pause(app: Any, seconds: float) -> None:
    """Let the window work for a while."""
    from PySide6.QtCore import QEvent

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        app.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # no event loop runs here that would do it
        time.sleep(0.0005)


def open_box(app: Any, main: Any, id: str) -> Any:
    """A box of an experiment whose first frame is painted."""
    box = main.workspace.box(main.open_experiment(main.services.find(id)))
    until(app, lambda: box.frame is not None, 60.0)
    main.repaint()
    return box


def close_box(app: Any, main: Any, box: Any) -> None:
    """Close a box and take apart what it was made of."""
    main.workspace.docks.close(box.objectName())
    pause(app, 0.05)
    gc.collect()


def beat(app: Any, seconds: float, task: Callable[[], None] | None = None) -> list[float]:
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


def at(values: list[float], share: float) -> float:
    """The value that this share of all lies below."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def resident() -> float:
    """Resident memory in MB, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, AttributeError):
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
