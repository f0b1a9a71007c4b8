"""Gradient descent, its card: the picture is the real landscape and a real walk, and quickly painted."""

import subprocess
import sys
import time

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import frame_of
from lab.engine.basics.landscape import SURFACES
from lab.experiments.e05_gradient_descent import thumbnail
from widgets.base.colors import DARK, LIGHT


def painted(palette: object) -> QImage:
    image = QImage(196, 110, QImage.Format.Format_ARGB32_Premultiplied)
    painter = QPainter(image)
    thumbnail.paint(painter, QRectF(0, 0, 196, 110), palette)
    painter.end()
    return image


def test_the_card_shows_the_landscape_of_the_experiment() -> None:
    surface = SURFACES["wells"]
    for x, y in ((0.3, 0.4), (-2.6, -1.2), (1.5, -0.35)):
        assert thumbnail.height(x, y) == pytest.approx(float(surface.value(x, y)), rel=1e-12)
    frame = frame_of(find("gradient-descent"), Setting({"optimizers": ("sgd",)}, steps=6))
    assert frame.trail(0).tolist() == [pytest.approx(place, rel=1e-9) for place in thumbnail.walk()]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_ball_has_the_colour_of_the_theme(qapp: object, palette: object) -> None:
    x, y = thumbnail.walk()[-1]
    at = round((x + 3.1) / 6.2 * 196), round((1.95 - y) / 3.9 * 110)
    assert painted(palette).pixelColor(*at).name().upper() == QColor(palette.ball).name().upper()


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
        "import sys, lab.experiments.e05_gradient_descent.thumbnail;"
        "sys.exit(any(m in sys.modules for m in ('PySide6', 'numpy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
