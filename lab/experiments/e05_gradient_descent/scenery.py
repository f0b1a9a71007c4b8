"""What there is to draw for a frame, as plain values: layers for the map and the block, curves for the plots.
Nothing here knows a widget's state, so the same frame always gives the same picture."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e05_gradient_descent.ball import Ball
from lab.experiments.e05_gradient_descent.frame import DescentFrame
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES, Display
from widgets.base.colors import DARK, Palette, mix
from widgets.canvas import layers
from widgets.plots.series import Line, Points, Series

__all__ = [
    "START",
    "STYLES",
    "Style",
    "ball_of",
    "chart_color",
    "data_parts",
    "hill_layers",
    "loss_base",
    "loss_series",
    "quiet_handles",
    "rate_series",
    "slice_parts",
]

START = "start"
BALL = "ball "  # before the optimiser's name, in the name of a ball's handle
CREAM, LILAC, MINT = "#FFE3B8", "#D3C4FF", "#BFE9DA"  # next step, velocity, √v: light, on a dark casing
SHORTEST = 34.0  # pixels: a shorter arrow would not show its direction
LARGEST = 1e9  # times; a step that would have to be enlarged more is not drawn
PLAIN = 46.0  # pixels of an arrow that shows a direction only
SAME_WAY = math.cos(math.radians(10))  # directions nearer than that are one
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Style:
    """How an optimiser is told from the others: a colour of the palette, a shape and a dash."""

    category: int
    marker: str
    dash: tuple[float, ...]


STYLES: dict[str, Style] = {
    "sgd": Style(1, "o", ()),
    "momentum": Style(2, "d", (4, 2.4)),
    "nesterov": Style(0, "t1", (1.2, 2)),
    "rmsprop": Style(3, "s", (6, 2.2, 1.4, 2.2)),
    "adam": Style(4, "star", (9, 3)),
    "adamw": Style(5, "+", (3, 2, 1, 2, 1, 2)),
}
"""The shape, dash and colour of each optimiser, the same in every view."""


def chart_color(optimizer: str, palette: Palette) -> str:
    """Its colour on a plot."""
    return palette.categories[STYLES[optimizer].category]


@cache
def map_color(optimizer: str) -> str:
    """Its colour on a map, which is light on dark water in both themes."""
    return mix(DARK.categories[STYLES[optimizer].category], "#FFFFFF", 0.4)


def ball_of(handle: str) -> str | None:
    """The optimiser whose ball a handle moves, or None for the start."""
    return handle.removeprefix(BALL) if handle.startswith(BALL) else None


# -------------------------------------------------------------------------------- the map and the block


def hill_layers(frame: DescentFrame, display: Display, scale: Pair) -> list[layers.Layer]:
    """Everything that lies on the ground. scale: pixels for a unit of x and of y."""
    found: list[layers.Layer] = []
    order = [i for i in range(len(frame.balls)) if i != frame.highlighted] + [frame.highlighted]  # the lit one on top
    if display.trails:
        found += [_trail(frame, i) for i in order]
    if display.contours:
        found += [layers.Mark(x, y) for x, y in frame.terrain.minima]
    if display.arrows and frame.ball.goes is not None:
        found += _arrows(frame.ball, scale)
    found += [_ball(frame, i) for i in order if _somewhere(frame.balls[i])]
    return found + _handles(frame)


def _somewhere(ball: Ball) -> bool:
    return math.isfinite(ball.x) and math.isfinite(ball.y)


def _trail(frame: DescentFrame, number: int) -> layers.Trail:
    if number == frame.highlighted:
        return layers.Trail(frame.trail(number))
    name = frame.balls[number].optimizer
    return layers.Trail(frame.trail(number), map_color(name), STYLES[name].dash or (3, 3), "", width=1.9)


def _ball(frame: DescentFrame, number: int) -> layers.Ball:
    ball = frame.balls[number]
    if number == frame.highlighted:
        return layers.Ball(ball.x, ball.y, label=_("start") if START in quiet_handles(frame) else "")
    return layers.Ball(
        ball.x, ball.y, color=map_color(ball.optimizer), marker=STYLES[ball.optimizer].marker, highlighted=False
    )


def _handles(frame: DescentFrame) -> list[layers.Layer]:
    """The start, and every ball that has left it under its own name."""
    x, y = frame.start
    label = "" if START in quiet_handles(frame) else _("start")
    found: list[layers.Layer] = [layers.Handle(START, x, y, label)]
    moved = [ball for ball in frame.balls if _somewhere(ball) and (ball.x, ball.y) != (x, y)]
    return found + [layers.Handle(BALL + ball.optimizer, ball.x, ball.y) for ball in moved]


def quiet_handles(frame: DescentFrame) -> frozenset[str]:
    """The handles that need no ring: those of balls, and the start while the lit ball lies on it."""
    quiet = {BALL + ball.optimizer for ball in frame.balls}
    if (frame.ball.x, frame.ball.y) == frame.start:
        quiet.add(START)
    return frozenset(quiet)


def _arrows(ball: Ball, scale: Pair) -> list[layers.Layer]:
    """What moves the lit ball: the slope, what its optimiser remembers, and the step that comes of both."""
    move = ball.goes
    assert move is not None
    step = move.change
    if ball.optimizer in ("momentum", "nesterov"):
        pull = (-move.rate * move.slope[0], -move.rate * move.slope[1])
        parts = [
            (pull, "#FFFFFF", _("slope")),
            ((step[0] - pull[0], step[1] - pull[1]), LILAC, _("velocity")),
        ]
        found = [_part(ball, way, step, scale, color, label) for way, color, label in parts]
    else:
        ways = [((-ball.slope[0], -ball.slope[1]), "#FFFFFF", _("slope"))]
        if move.new_first is not None:
            ways.append(((-move.new_first[0], -move.new_first[1]), LILAC, "m"))
        found = [_direction(ball, way, step, scale, color, label) for way, color, label in ways]
        if move.new_second is not None:
            found += _root(ball, move.new_second, scale)
    found.append(_part(ball, step, step, scale, CREAM, _("next step")))
    return [arrow for arrow in found if arrow is not None]


def _part(ball: Ball, way: Pair, step: Pair, scale: Pair, color: str, label: str) -> layers.Arrow | None:
    """An arrow as long as it is, or, where the whole step is too short to see, enlarged with it."""
    whole, long = (math.hypot(v[0] * scale[0], v[1] * scale[1]) for v in (step, way))
    if not (SHORTEST / LARGEST < whole < math.inf and 0.05 * whole < long < math.inf):
        return None
    larger = max(1.0, SHORTEST / whole)
    if way is step and larger > 1.5:
        larger = float(f"{larger:.2g}")
        label = f"{label} ×{show_number(larger, 2)}"
    return layers.Arrow(ball.x, ball.y, way[0] * larger, way[1] * larger, color=color, label=label)


def _direction(ball: Ball, way: Pair, step: Pair, scale: Pair, color: str, label: str) -> layers.Arrow | None:
    """An arrow that only shows a direction, where that is not the direction of the step itself."""
    a, b = ((v[0] * scale[0], v[1] * scale[1]) for v in (way, step))
    long, whole = math.hypot(*a), math.hypot(*b)
    if not (0 < long < math.inf and 0 < whole < math.inf):
        return None
    if (a[0] * b[0] + a[1] * b[1]) / long / whole > SAME_WAY:
        return None
    return layers.Arrow(ball.x, ball.y, *way, color=color, label=label, length=PLAIN)


def _root(ball: Ball, second: Pair, scale: Pair) -> list[layers.Arrow | None]:
    """√v as two bars along the axes: which weight's steps are measured by a larger slope."""
    roots = [math.sqrt(v) if v > 0 else 0.0 for v in second]
    most = max(roots)
    if not 0 < most < math.inf:
        return []
    parts = [PLAIN * root / most for root in roots]
    bars = [(parts[0] / scale[0], 0.0), (0.0, parts[1] / scale[1])]
    words = ("√v", "") if roots[0] >= roots[1] else ("", "√v")
    return [
        layers.Arrow(ball.x, ball.y, *bar, color=MINT, label=word, dash=(2, 1.6))
        for bar, word, part in zip(bars, words, parts)
        if part > 2
    ]


# ------------------------------------------------------------------------------------------- the plots


def loss_series(frame: DescentFrame, display: Display, palette: Palette) -> list[Series]:
    """The loss of every ball at every step; above the lowest possible one where the axis is logarithmic."""
    steps, base = frame.past.steps, loss_base(frame, display)
    found = []
    for i, ball in enumerate(frame.balls):
        style = STYLES[ball.optimizer]
        losses = frame.losses(i) - base
        width = 2.4 if i == frame.highlighted else 2.0
        name, color = _(OPTIMIZER_NAMES[ball.optimizer]), chart_color(ball.optimizer, palette)
        found.append(Series(name, steps, losses, color, style.dash, style.marker, width))
    return found


def loss_base(frame: DescentFrame, display: Display) -> float:
    """What is subtracted from the losses on a logarithmic axis: the lowest possible one, if known."""
    lowest = frame.terrain.lowest
    return lowest if display.log_loss and lowest is not None else 0.0


def rate_series(frame: DescentFrame, palette: Palette) -> list[Series]:
    """η at every step."""
    return [Series("η", frame.past.steps, frame.rates, palette.accent, (), "", 2.0)]


def slice_parts(frame: DescentFrame, palette: Palette) -> tuple[list[Series], list[Points], list[Line]]:
    """The cut down the slope: the ground, the tangent under the ball, the ball, and where the step leads."""
    cut, ball = frame.slice, frame.ball
    ground = Series(_("loss"), cut.t, cut.loss, palette.axis, (), "", 2.4)
    if ball.diverged is not None:
        return [ground], [], []
    reach = 0.18 * (cut.t[-1] - cut.t[0])
    near = np.array([-reach, reach])
    tangent = Series(_("slope"), near, ball.loss - ball.steepness * near, palette.accent, (4, 3), "", 1.8)
    here = Points(_("ball"), np.array([0.0]), np.array([ball.loss]), palette.ball, "o", 20.0)
    if ball.goes is None:
        return [ground, tangent], [here], []
    step = ball.goes.change
    t = step[0] * cut.direction[0] + step[1] * cut.direction[1]
    lines = [Line("next", t, True, palette.text2, (4, 3), _("next step"))] if abs(t) > 1e-12 else []
    return [ground, tangent], [here], lines


def data_parts(frame: DescentFrame, palette: Palette) -> tuple[list[Series], list[Points]]:
    """The table and the line each ball stands for, with the best line behind them."""
    table = frame.terrain.table
    if table is None:
        return [], []
    measured = table.x * table.spread + table.center
    ends = np.array([measured.min(), measured.max()])
    cloud = Points(_(table.y_name), measured, table.y, palette.text3, "o", 6.0)
    found = []
    for x, y in frame.terrain.minima[:1]:
        slope, intercept = table.as_measured(x, y)
        found.append(Series(_("best line"), ends, slope * ends + intercept, palette.text3, (2, 2), "", 1.6))
    for i, ball in enumerate(frame.balls):
        if not _somewhere(ball):
            continue
        slope, intercept = table.as_measured(ball.x, ball.y)
        style = STYLES[ball.optimizer]
        name, color = _(OPTIMIZER_NAMES[ball.optimizer]), chart_color(ball.optimizer, palette)
        width = 2.6 if i == frame.highlighted else 2.0
        found.append(Series(name, ends, slope * ends + intercept, color, style.dash, style.marker, width))
    return found, [cloud]
