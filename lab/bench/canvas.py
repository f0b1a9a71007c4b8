"""How long the pictures take: a turning surface, a map that is run over, a plot that grows.

Measured without a screen, in a process of its own (`python -m lab measure pictures` prints JSON), at the size
that the pictures have in a window of 1366 × 768. A frame is all of it: layout, NumPy, QPainter. Times are
in milliseconds, p50 the median and p99 what one frame in a hundred exceeds.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import lab
from lab.core.paths import itself

__all__ = ["PARTS", "figures", "heatmap", "map_frame", "map_ground", "plot", "surface"]

SIZE = (650, 420)
EXTENT = (-3.1, 3.1, -1.95, 1.95)


def figures() -> dict[str, float]:
    """Every figure of this module, from a process of its own."""
    root = str(Path(lab.__file__).resolve().parents[1])
    settings = {**os.environ, "PYTHONPATH": root, "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1"}
    settings["PYTHONSAFEPATH"] = "1"
    done = subprocess.run(itself("measure", "pictures"), capture_output=True, text=True, env=settings)
    if done.returncode:
        raise RuntimeError(f"measuring the canvases failed: {done.stderr.strip()[-400:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def surface(frames: int = 200) -> dict[str, float]:
    """A surface of 80 × 80 heights that turns by 3° a frame, and the NumPy part of it alone."""
    from widgets.surfaces.splat import Camera, splat
    from widgets.surfaces.surface import Surface

    widget = Surface()
    widget.set_titles("w₁", "w₂", "Loss", "loss")
    widget.set_heights(_heights(80), EXTENT)
    paint = _painter(widget)

    def turn(k: int) -> None:
        widget.set_camera(Camera(3.0 * k), quick=True)
        paint()

    whole = _times(turn, frames)
    block = widget.quick_block()
    alone = _times(lambda k: splat(block, Camera(3.0 * k), 480, 400, 300.0, 240, 200).picture(1, 2), frames)
    return _named("surface 80×80, turning", whole) | _named("surface 80×80, points only", alone)


def map_frame(frames: int = 300) -> dict[str, float]:
    """A map with six trails, six balls with labels, an arrow and a handle, one step more in every frame."""
    from widgets.base.colors import DASHES, LIGHT, MARKERS
    from widgets.canvas.layers import Arrow, Ball, Handle, Trail
    from widgets.surfaces.terrain import Terrain

    widget = Terrain()
    widget.set_heights(_heights(100), EXTENT)
    paint = _painter(widget)
    runs = [_run(0.02 + 0.03 * k, 400) for k in range(6)]

    def step(k: int) -> None:
        n = 100 + k % 300
        trails = [Trail(r[:n], LIGHT.categories[i], DASHES[i], MARKERS[i]) for i, r in enumerate(runs)]
        balls = [Ball(r[n - 1, 0], r[n - 1, 1], letter="ABCDEF"[i], label=f"run {i}") for i, r in enumerate(runs)]
        x, y = runs[0][n - 1]
        arrow, handle = Arrow(x, y, 0.3, 0.2, label="next step"), Handle("start", -2.5, -1.4, "start")
        widget.set_layers([*trails, *balls, arrow, handle])
        paint()

    return _named("map, frame with six runs", _times(step, frames))


def map_ground(frames: int = 60) -> dict[str, float]:
    """The ground of a map painted anew: colours, light, isolines, axes (after a zoom or new heights)."""
    from widgets.surfaces.terrain import Terrain

    widget = Terrain()
    widget.set_key("low", "high")
    widget.set_heights(_heights(100), EXTENT)
    paint = _painter(widget)

    def again(_: int) -> None:
        widget.refresh()
        paint()

    return _named("map, ground afresh", _times(again, frames))


def plot(frames: int = 200) -> dict[str, float]:
    """Six curves of 1,000 points: a point more each, and all of them other curves."""
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QWidget

    from widgets.base.colors import DASHES, LIGHT, MARKERS
    from widgets.plots.plot import Plot, Series

    widget = Plot()
    widget.resize(SIZE[0], 160)
    image = QImage(SIZE[0], 160, QImage.Format.Format_RGB32)
    rng = np.random.default_rng(0)
    x = np.arange(1200.0)
    curves = [3 * np.exp(-x / (60 + 50 * k)) + rng.normal(size=1200) * 0.02 for k in range(6)]

    def show(n: int, shift: float = 0.0) -> None:
        widget.set_series(
            [
                Series(f"run {k}", x[:n], y[:n] + shift, LIGHT.categories[k], DASHES[k], MARKERS[k])
                for k, y in enumerate(curves)
            ]
        )
        QWidget.render(widget.viewport(), image, QPoint())

    grows = _times(lambda k: show(1000 + k % 200), frames)
    changes = _times(lambda k: show(1000, 0.001 * k), max(20, frames // 4))
    return _named("plot 6×1,000 points, one more", grows) | _named("plot 6×1,000 points, all anew", changes)


def heatmap(frames: int = 200) -> dict[str, float]:
    """A field of 100 × 100 numbers, another one in every frame."""
    from widgets.canvas.heatmap import Heatmap

    widget = Heatmap(scale="classes")
    fields = [np.random.default_rng(k).random((100, 100), dtype=np.float32) for k in range(8)]
    widget.set_field(fields[0], EXTENT)
    paint = _painter(widget)

    def show(k: int) -> None:
        widget.set_field(fields[k % 8], EXTENT)
        paint()

    return _named("heat-map 100×100, another field", _times(show, frames))


def _heights(n: int) -> np.ndarray:
    """Two wells in a bowl. [n, n]"""
    x, y = np.meshgrid(np.linspace(*EXTENT[:2], n), np.linspace(*EXTENT[2:], n))
    bowl = 0.26 * (x**2 + 2.2 * y**2)
    return bowl - 1.9 * np.exp(-((x - 1.5) ** 2 + (y + 0.3) ** 2)) - np.exp(-((x + 1.4) ** 2 + (y - 0.7) ** 2))


def _run(rate: float, steps: int) -> np.ndarray:
    """A walk down a bowl with some noise. [steps, 2]"""
    noise = np.random.default_rng(round(rate * 1000)).normal(size=(steps, 2)) * 0.1
    points = np.empty((steps, 2))
    points[0] = -2.5, -1.4
    for k in range(1, steps):
        points[k] = points[k - 1] * (1 - rate) + noise[k] * 0.3
    return points


def _painter(widget: Any) -> Callable[[], None]:
    """A function that paints the widget once, at `SIZE`."""
    from PySide6.QtCore import QPoint
    from PySide6.QtGui import QImage

    widget.resize(*SIZE)
    image = QImage(*SIZE, QImage.Format.Format_RGB32)
    return lambda: widget.render(image, QPoint())


def _times(work: Callable[[int], object], frames: int) -> list[float]:
    """Milliseconds of every call, after ten for practice."""
    found = []
    for k in range(frames + 10):
        start = time.perf_counter()
        work(k)
        found.append((time.perf_counter() - start) * 1e3)
    return found[10:]


def _named(name: str, times: list[float]) -> dict[str, float]:
    p50, p99 = np.percentile(times, (50, 99)).tolist()
    return {f"canvas, {name}, p50, ms": round(p50, 3), f"canvas, {name}, p99, ms": round(p99, 3)}


def pictures() -> dict[str, float]:
    """Every picture, in this process."""
    from PySide6.QtWidgets import QApplication

    from lab.core.paths import assets
    from widgets.base.look import Look, apply_look, load_fonts

    app = QApplication([])
    load_fonts(assets() / "fonts")
    apply_look(app, Look())
    found: dict[str, float] = {}
    for measure in (surface, map_frame, map_ground, plot, heatmap):
        found |= measure()
    return found


PARTS = {"pictures": pictures}
