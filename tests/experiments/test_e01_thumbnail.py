"""What is ML, its card: the real table and the real line, quickly painted, without NumPy."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of
from lab.experiments.e01_what_is_ml import thumbnail
from widgets.base.colors import DARK, LIGHT


def painted(palette: object) -> QImage:
    image = QImage(196, 110, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 196, 110), palette)
    painter.end()
    return image


def test_the_card_shows_the_line_that_the_experiment_finds() -> None:
    best = frame_of(find("what-is-ml"), Setting({"data": "lemonade"})).best
    assert thumbnail.best_line() == (pytest.approx(best.slope), pytest.approx(best.intercept))


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_dots_of_the_line_have_the_colour_of_the_highlighted_thing(qapp: object, palette: object) -> None:
    slope, intercept = thumbnail.best_line()
    x = thumbnail.HANDLES[1]
    across = (x - thumbnail.X0) / (thumbnail.X1 - thumbnail.X0) * 196
    down = (thumbnail.Y1 - slope * x - intercept) / (thumbnail.Y1 - thumbnail.Y0) * 110
    assert painted(palette).pixelColor(round(across), round(down)).name().upper() == QColor(palette.ball).name().upper()


def test_painting_takes_less_than_three_milliseconds(qapp: object) -> None:
    painted(LIGHT)
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        painted(LIGHT)
        times.append(time.perf_counter() - begin)
    assert min(times) < 0.003


def test_importing_the_card_needs_neither_qt_nor_numpy() -> None:
    code = (
        "import sys, lab.experiments.e01_what_is_ml.thumbnail;"
        "sys.exit(any(m in sys.modules for m in ('PySide6', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
