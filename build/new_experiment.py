"""Begin a new experiment: its folder with the rooms every experiment has, and its lesson.

    python build/new_experiment.py 12 overfitting "Overfitting"

What it writes runs at once and is honest about being a beginning: the contract suite fails until the
experiment has its presets, challenge, break and lesson, so nothing half made can land.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

INIT = '''"""Experiment {number}: {title}."""

from lab.core.experiment import Experiment
from lab.core.text import N_

__all__ = ["EXPERIMENT"]

_HERE = "lab.experiments.{folder}"

EXPERIMENT = Experiment(
    id="{id}",
    number={number},
    chapter={chapter},
    title=N_("{title}"),
    question=N_("What does a learner want to know?"),
    minutes=12,
    specification=f"{{_HERE}}.specification:SPECIFICATION",
    view=f"{{_HERE}}.view:View",
    thumbnail=f"{{_HERE}}.thumbnail:paint",
)
'''

SIMULATION = '''"""What {title} computes. No Qt here, and no pictures: only numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import numpy as np

from lab.core.params import Label, Range
from lab.core.simulation import Metric
from lab.core.text import N_, _

__all__ = ["Frame", "Params", "Simulation"]


@dataclass(frozen=True, slots=True)
class Params:
    learning_rate: Annotated[float, Range(1e-4, 2.0, log=True), Label(N_("Learning rate"))] = 0.1


@dataclass(frozen=True, slots=True)
class Frame:
    step: int
    loss: float

    def metrics(self) -> Mapping[str, Metric]:
        return {{"step": self.step, "loss": self.loss}}

    def describe(self) -> str:
        return _("Step {{step}}: loss {{loss:.3g}}.").format(step=self.step, loss=self.loss)


class Simulation:
    done = False

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: tuple[Any, ...]) -> None:
        self._params, self._rng = params, rng
        self._loss = 1.0
        self.steps = 0

    def step(self) -> None:
        self._loss *= 1 - self._params.learning_rate
        self.steps += 1

    def snapshot(self) -> Frame:
        return Frame(self.steps, self._loss)

    def retune(self, params: Params) -> None:
        self._params = params

    def act(self, action: Any) -> Any:
        raise ValueError(f"there is no gesture {{type(action).__name__}} here")

    def save(self) -> dict[str, Any]:
        return {{"steps": self.steps, "loss": self._loss, "rng": self._rng.bit_generator.state}}

    def load(self, state: Mapping[str, Any]) -> None:
        self.steps, self._loss = state["steps"], state["loss"]
        self._rng.bit_generator.state = state["rng"]

    def offer(self, kind: str) -> None:
        return None
'''

SPECIFICATION = '''"""{title} as everyone but the eye sees it: controls, presets, challenges, breaks."""

from __future__ import annotations

from lab.core.experiment import Specification
from lab.experiments.{folder}.simulation import Params, Simulation

__all__ = ["SPECIFICATION"]

SPECIFICATION = Specification(
    params=Params,
    build=Simulation,
    presets=(),
    challenges=(),
    breaks=(),
    headline=("step", "loss"),
)
'''

VIEW = '''"""How {title} looks. It draws the frame it is given, in any order, and starts nothing."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from lab.core.text import _
from lab.experiments.{folder}.simulation import Frame
from widgets.canvas import Canvas

__all__ = ["View"]


class View(QWidget):
    acted = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._canvas = Canvas()
        self._canvas.set_titles(_("x"), _("y"), _("{title}"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._canvas)

    def show_frame(self, frame: Frame) -> None:
        self._canvas.set_description(frame.describe())

    def show_display(self, display: Any) -> None:
        return None

    def pictures(self) -> list[Any]:
        return [self._canvas]
'''

THUMBNAIL = '''"""The card of {title}, painted from the palette."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter

from widgets.colors import Palette

__all__ = ["paint"]


def paint(painter: QPainter, rect: QRectF, palette: Palette) -> None:
    """Paint the card's picture into `rect`."""
    painter.fillRect(rect, QColor(palette.sunken))
'''

LESSON = """# What does a learner want to know?

## What is it like?

An everyday picture of {title}.
"""


def main(words: list[str]) -> int:
    if len(words) != 3 or not words[0].isdigit() or not 1 <= int(words[0]) <= 25:
        print(__doc__, file=sys.stderr)
        return 2
    number, id, title = int(words[0]), words[1], words[2]
    folder = f"e{number:02d}_{id.replace('-', '_')}"
    chapter = 1 + sum(number > last for last in (8, 14, 16, 19))
    place = ROOT / "lab" / "experiments" / folder
    lesson = ROOT / "assets" / "lessons" / "en" / f"{number:02d}-{id}.md"
    if place.exists() or lesson.exists():
        print(f"{folder} is there already; nothing was written", file=sys.stderr)
        return 1
    facts = {"number": number, "id": id, "title": title, "folder": folder, "chapter": chapter}
    place.mkdir()
    for name, text in (
        ("__init__", INIT),
        ("simulation", SIMULATION),
        ("specification", SPECIFICATION),
        ("view", VIEW),
        ("thumbnail", THUMBNAIL),
    ):
        (place / f"{name}.py").write_text(text.format(**facts), "utf-8")
    lesson.write_text(LESSON.format(**facts), "utf-8")
    print(f"wrote lab/experiments/{folder} and assets/lessons/en/{lesson.name}; now make the contract suite pass")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
