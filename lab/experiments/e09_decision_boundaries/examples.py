"""The points at the start: generated shapes, four points of a truth table, a secret shape, the learner's own points,
and those of another experiment. Points on another scale are scaled to the canvas, and the scales are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.params import ParamError
from lab.core.records import dataclass
from lab.core.text import N_, _
from lab.engine.basics.data import CLASSIFICATION, Labelled, blobs, truth_table
from lab.experiments.e09_decision_boundaries.gestures import SetPoints
from lab.experiments.e09_decision_boundaries.painting import CLASSES, MAX_POINTS
from lab.experiments.e09_decision_boundaries.received import received_examples
from lab.experiments.e09_decision_boundaries.settings import Params
from lab.kit.naming import letters
from lab.kit.points import square_around

__all__ = [
    "AROUND",
    "DATA_NAMES",
    "CanvasInfo",
    "Examples",
    "Scale",
    "examples_for",
    "own_examples",
    "scaled_to_canvas",
]

Array = NDArray[np.float64]
Extent = tuple[float, float, float, float]
Scale = tuple[float, float]
"""How values of a column became places on the canvas: (value − middle) / unit."""
UNSCALED: Scale = (0.0, 1.0)
SIGNS = ("x₁", "x₂")

AROUND: Extent = (-2.6, 2.6, -2.6, 2.6)
CORNERS: Extent = (-0.75, 1.75, -0.75, 1.75)
ROOM = 2.0  # how far from the middle points of one's own may lie


@dataclass(frozen=True, slots=True)
class CanvasInfo:
    """What is known of the canvas beside its points. extent: what it shows.  names: of the two inputs.  classes:
    what each class is called, where somebody said so.  scales: see Scale.  secret: whether the test points are
    never shown."""

    extent: Extent = AROUND
    names: tuple[str, str] = ("x₁", "x₂")
    classes: tuple[str, ...] = ()
    title: str = ""
    scales: tuple[Scale, Scale] = (UNSCALED, UNSCALED)
    secret: bool = False

    @property
    def letters(self) -> dict[str, str]:
        """What stands for x₁ and x₂ where the data have names for them."""
        scaled = frozenset(sign for sign, scale in zip(SIGNS, self.scales) if scale != UNSCALED)
        return letters(dict(zip(SIGNS, self.names)), scaled)

    def class_name(self, number: int) -> str:
        """What a class is called: by the data, else by a letter."""
        return self.classes[number] if number < len(self.classes) else "ABCD"[number]

    @property
    def scaled(self) -> bool:
        """Whether the places are not the values that were brought."""
        return self.scales != (UNSCALED, UNSCALED)


@dataclass(frozen=True, eq=False, slots=True)
class Examples:
    """points: [N, 2], labels: [N], and the canvas they lie on."""

    points: Array
    labels: NDArray[np.int64]
    canvas_info: CanvasInfo = CanvasInfo()


def examples_for(params: Params, rng: np.random.Generator, artifacts: Sequence[Any]) -> Examples:
    """The points a run starts with. Raises ParamError for those that have to be received first."""
    match params.data:
        case "corners":
            return _made(truth_table("xor"), CORNERS)
        case "clouds":
            return _made(blobs(params.n, max(params.noise, 0.05) + 0.2, rng, CLASSES))
        case "blobs":
            return _made(blobs(params.n, params.noise + 0.4, rng))
        case "secret":
            points, labels = _secret(params.n, params.noise, rng)
            return Examples(points, labels, CanvasInfo(secret=True))
        case "empty" | "own":
            return _made(Labelled(np.zeros((0, 2)), np.zeros(0, np.int64)))
        case "received":
            return _received(artifacts)
        case _:
            return _made(CLASSIFICATION[params.data](params.n, params.noise, rng))


def _made(data: Labelled, extent: Extent = AROUND) -> Examples:
    return Examples(data.points, data.labels, CanvasInfo(extent))


def _secret(n: int, noise: float, rng: np.random.Generator) -> Labelled:
    """A shape nobody has seen: a leaning ring that is open on one side, around a core."""
    labels = np.arange(n) % 2
    angle, far = rng.uniform(0.25, 2 * np.pi - 0.25, n), rng.uniform(1.15, 1.9, n)
    core = 0.75 * np.sqrt(rng.uniform(0, 1, n))
    turn = rng.uniform(0, 2 * np.pi, n)
    ring = np.stack((far * np.cos(angle), far * np.sin(angle)), axis=1)
    out = (rng.random(n) < 0.4) * rng.uniform(0.3, 1.9, n)
    arm = np.stack((core * np.cos(turn) + out, core * np.sin(turn)), axis=1)
    arm[:, 1] *= np.where(arm[:, 0] > 0.75, 0.35, 1.0)
    points = np.where(labels[:, None] == 1, arm, ring) @ np.array([[0.8, -0.6], [0.6, 0.8]])
    return Labelled(points + noise * rng.normal(size=(n, 2)), labels)


def _received(artifacts: Sequence[Any]) -> Examples:
    for artifact in artifacts:
        if artifact.kind in ("points", "table", "network"):
            points, labels, names, classes = received_examples(artifact)
            if artifact.kind == "network":
                return Examples(points, labels, CanvasInfo(_extent(points), names, title=artifact.title))
            return scaled_to_canvas(points, labels, names, classes, artifact.title)
    raise ParamError("data", _("There are no received points yet: another experiment has to send some."))


def _extent(points: Array) -> Extent:
    return square_around(points, 0.7) if len(points) else AROUND


def own_examples(action: SetPoints) -> Examples:
    """Points of one's own. Raises ValueError when they do not fit each other or the canvas."""
    if not len(action.x) == len(action.y) == len(action.labels) <= MAX_POINTS:
        raise ValueError(
            _("points: {x} and {y} places, {labels} classes; needs as many of each, at most {most}").format(
                x=len(action.x), y=len(action.y), labels=len(action.labels), most=MAX_POINTS
            )
        )
    points = np.column_stack((action.x, action.y)).astype(np.float64).reshape(-1, 2)
    labels = np.array(action.labels, np.int64)
    if not (np.abs(points) <= 1e9).all() or not ((labels >= 0) & (labels < CLASSES)).all():
        raise ValueError(_("points: need numbers up to 10⁹ and classes from 0 to 3"))
    first, second = (*action.names[:2], "x₁", "x₂")[:2]
    return scaled_to_canvas(points, labels, (first, second), action.classes, action.title)


def scaled_to_canvas(
    points: Array, labels: NDArray[np.int64], names: tuple[str, str], classes: tuple[str, ...], title: str
) -> Examples:
    """Points on the scale of the canvas: as they are where they fit, else each column shifted and scaled."""
    if len(points) == 0:
        return Examples(points, labels, CanvasInfo(AROUND, names, classes, title))
    low, high = points.min(axis=0), points.max(axis=0)
    if (np.abs(points) <= AROUND[1]).all() and ((high - low) >= 1.0).all():
        return Examples(points, labels, CanvasInfo(AROUND, names, classes, title))
    first, second = (
        (float(f"{(a + b) / 2:.3g}"), float(f"{max((b - a) / (2 * ROOM), 1e-9):.3g}"))
        for a, b in zip(low.tolist(), high.tolist())
    )
    middle, unit = np.array([first, second]).T
    return Examples((points - middle) / unit, labels, CanvasInfo(AROUND, names, classes, title, (first, second)))


DATA_NAMES: dict[str, str] = {
    "circle": N_("circle"),
    "blobs": N_("two clouds"),
    "corners": N_("XOR, four points"),
    "xor": N_("XOR, four quarters"),
    "moons": N_("moons"),
    "spirals": N_("spirals"),
    "checkerboard": N_("checkerboard"),
    "smiley": N_("smiley"),
    "clouds": N_("four clouds"),
    "secret": N_("secret"),
    "empty": N_("empty canvas"),
    "own": N_("your own"),
    "received": N_("received"),
}
