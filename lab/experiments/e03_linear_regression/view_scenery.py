"""What there is to draw for a frame, as plain values: points, lines, layers of the map, cells of the table.
Nothing here knows a widget's state, so the same frame always gives the same picture."""

from __future__ import annotations

import math

import numpy as np

from lab.core.numbers import show_number
from lab.core.text import _, current
from lab.experiments.e03_linear_regression.columns import COLUMN_NAMES, Column
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.settings import Display
from lab.experiments.e03_linear_regression.sheet import Sheet
from lab.experiments.e03_linear_regression.view_columns import Cell, Head
from lab.experiments.e03_linear_regression.view_ink import Cloud, Errors, PlainLine
from widgets.base.colors import DARK, Palette, mix
from widgets.canvas import layers
from widgets.plots.series import Line, Points
from widgets.surfaces import space
from widgets.surfaces.space_box import Box

__all__ = [
    "ENDS",
    "MARKERS",
    "box_of",
    "cells",
    "cloud",
    "errors",
    "grips",
    "handles",
    "heads",
    "in_sight",
    "lines",
    "map_layers",
    "residual_parts",
    "row_names",
    "sheets",
    "space_points",
    "strip_text",
    "weight_parts",
]

CATEGORY = {"best": 0, "raw": 2, "scaled": 3}
MARKERS = {"hand": "o", "best": "star", "normal": "", "raw": "s", "scaled": "d"}
DASHES = {"raw": (4.0, 2.4), "scaled": (6.0, 2.2, 1.4, 2.2)}
ENDS = (0.12, 0.46, 0.8)  # of the width of the picture, where the line is taken hold of
Pair = tuple[float, float]


def color_of(name: str, palette: Palette) -> str:
    """The colour of a road's line on paper."""
    return "ball" if name == "hand" else palette.categories[CATEGORY[name]] if name in CATEGORY else "text3"


def _map_color(name: str) -> str:
    """Its colour on a map, which is light on dark water in both themes."""
    return mix(DARK.categories[CATEGORY[name]], "#FFFFFF", 0.4)


# ---------------------------------------------------------------------------------------------- the points


def _styles(frame: RegressionFrame, palette: Palette) -> tuple[tuple[str, str], ...]:
    if len(np.unique(frame.sheet.group)) < 2:
        return (("text2", "o"),)
    return ("text2", "o"), (palette.categories[4], "t1"), (palette.categories[5], "s")


def shown(frame: RegressionFrame) -> np.ndarray:
    """Which points may be seen: those in the test drawer only once it was opened, [N]."""
    return frame.sheet.seen if not frame.drawer.times else np.ones(len(frame.sheet), dtype=bool)


def cloud(frame: RegressionFrame, palette: Palette) -> Cloud:
    """The points, those in a closed drawer far out of sight."""
    sheet = frame.sheet
    y = np.where(shown(frame), sheet.y, 1e300)
    bars = sheet.bar if frame.params.weighting == "bars" else None
    return Cloud(sheet.x, y, sheet.group, sheet.test, _styles(frame, palette), bars, frame.looking)


def lines(frame: RegressionFrame, display: Display, palette: Palette, ghost: int) -> list[PlainLine]:
    """Every line, the hand's on top. ghost: the point without which a best line is shown as well, or −1."""
    found: list[PlainLine] = []
    if not len(frame.sheet):
        return found
    columns = frame.columns
    for i, (slope, intercept) in enumerate(_other_way(frame)):
        x = frame.sheet.x[frame.solved.rows][frame.sheet.group[frame.solved.rows] == i]
        span = (float(x.min()), float(x.max())) if len(x) else None
        found.append(PlainLine(slope, intercept, "text3", (), 1.6, "", span))
    without = _without(frame, ghost)
    if without is not None and display.best:
        text = _("without point {number}").format(number=ghost + 1)
        found.append(PlainLine(float(without[0]), float(without[1]), "text3", (2.0, 2.0), 2.0, text))
    if frame.step and display.descent:
        for name in ("raw", "scaled"):
            one, text = columns[name], {"raw": _("raw"), "scaled": _("scaled")}[name]
            if math.isfinite(one.slopes[0] + one.bias):
                found.append(PlainLine(one.slopes[0], one.bias, color_of(name, palette), DASHES[name], 2.0, text))
    best = columns.get("best")
    if best is not None and display.best:
        found.append(PlainLine(best.slopes[0], best.bias, color_of("best", palette), (), 2.4, _("best")))
    mine = columns["hand"]
    return [*found, PlainLine(mine.slopes[0], mine.bias, "ball", (), 3.2, _("mine"))]


def _other_way(frame: RegressionFrame) -> tuple[Pair, ...]:
    """The lines of the groups, where every one of them goes the other way than the line through all."""
    best, groups = frame.solved.best, frame.solved.groups
    against = best is not None and all(slope * best[0] < 0 for slope, _intercept in groups)
    return groups if against else ()


def _without(frame: RegressionFrame, point: int) -> np.ndarray | None:
    """The best weights without a point, [p]."""
    influence = frame.solved.influence
    row = frame.solved.row_of(point) if point >= 0 else None
    if influence is None or row is None or not np.isfinite(influence.without[row]).all():
        return None
    weights: np.ndarray = influence.without[row]
    return weights


def errors(frame: RegressionFrame, display: Display, palette: Palette) -> Errors:
    """The way from each point to the line whose errors are shown."""
    whose = display.errors_of
    feet = frame.sheet.y - frame.errors(whose)
    color = "ball" if whose == "mine" else color_of("best", palette)
    return Errors(display.errors, np.where(shown(frame), feet, np.nan), color)


def handles(frame: RegressionFrame) -> list[layers.Layer]:
    """Both ends of the hand's line and its middle, on the part of it that is in the picture."""
    _x0, _x1, y0, y1 = frame.sheet.sight
    w, b = frame.hand.tolist()
    air = 0.03 * (y1 - y0)
    start, stop = in_sight(frame)
    found: list[layers.Layer] = []
    for name, share in zip(("left", "middle", "right"), ENDS):
        x = start + share * (stop - start)
        found.append(layers.Handle(name, x, min(max(w * x + b, y0 + air), y1 - air)))
    return found


def in_sight(frame: RegressionFrame) -> Pair:
    """From which x to which the hand's line is in the picture; the whole width where it never is."""
    x0, x1, y0, y1 = frame.sheet.sight
    w, b = frame.hand.tolist()
    if abs(w) * (x1 - x0) < 1e-9 * (y1 - y0):
        return x0, x1
    enter, leave = sorted(((y0 - b) / w, (y1 - b) / w))
    start, stop = max(x0, enter), min(x1, leave)
    return (start, stop) if stop - start > 1e-6 * (x1 - x0) else (x0, x1)


# ------------------------------------------------------------------------------------------------- the box


def box_of(sheet: Sheet) -> Box:
    """The ranges of both features and of y."""
    x0, x1, z0, z1 = sheet.sight
    second = sheet.second
    if second is None or not len(second):
        return x0, x1, 0.0, 1.0, z0, z1
    low, high = float(second.min()), float(second.max())
    air = 0.12 * (high - low) or max(0.5, 0.1 * abs(high))
    return x0, x1, low - air, high + air, z0, z1


def space_points(frame: RegressionFrame) -> np.ndarray:
    """[N, 3]; those in a closed drawer nowhere."""
    sheet = frame.sheet
    second = np.zeros(len(sheet)) if sheet.second is None else sheet.second
    points = np.stack([sheet.x, second, np.where(shown(frame), sheet.y, np.nan)], axis=1)
    return points


def sheets(frame: RegressionFrame, display: Display, palette: Palette, ghost: int) -> list[space.Sheet]:
    """The planes: the best as a net, the hand's on top."""
    found: list[space.Sheet] = []
    without, best = _without(frame, ghost), frame.solved.best
    whose = display.errors_of if display.errors != "none" else ""
    if without is not None and display.best:
        a, b, c = without.tolist()
        found.append(space.Sheet(a, b, c, "text3", (2.0, 2.0), False, False))
    if best is not None and display.best:
        a, b, c = best.tolist()
        found.append(space.Sheet(a, b, c, color_of("best", palette), (), whose == "best", whose == "best"))
    a, b, c = frame.hand.tolist()
    mine = space.Sheet(a, b, c, "ball", (), whose == "mine", whose != "best")
    return [*found, mine]


def grips(frame: RegressionFrame) -> list[space.Grip]:
    """One grip for each number of the plane: at its right edge, at its far edge, in the middle."""
    x0, x1, y0, y1 = box_of(frame.sheet)[:4]
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    w, w2, b = frame.hand.tolist()
    places = (("w", x1, y, "w"), ("w2", x, y1, "w₂"), ("b", x, y, "b"))
    return [space.Grip(name, u, v, w * u + w2 * v + b, label) for name, u, v, label in places]


# ------------------------------------------------------------------------------------------------- the map


def map_layers(frame: RegressionFrame, display: Display, scaled: bool) -> list[layers.Layer]:
    """Where the hand's line, the best line and the descents are among all lines."""
    found: list[layers.Layer] = []
    lens, p = frame.solved.lens, len(frame.hand)
    lossmap = frame.solved.maps[int(scaled)]

    def seen(theta: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            return theta @ lens.into.T if scaled else theta

    if frame.step and display.descent:
        for i, name in enumerate(("raw", "scaled")):
            now = frame.raw if name == "raw" else lens.raw(frame.scaled)
            trail = seen(np.vstack([frame.trail[:, i * p : (i + 1) * p], now]))[:, :2]
            found.append(layers.Trail(trail, _map_color(name), DASHES[name], "", width=2.0))
    if display.best and frame.solved.best is not None:
        found.append(layers.Mark(*lossmap.bottom, "minimum", "" if frame.step else _("best")))
    if frame.step and display.descent:
        for name in ("raw", "scaled"):
            x, y = seen(frame.raw if name == "raw" else lens.raw(frame.scaled))[:2].tolist()
            if math.isfinite(x + y):
                words = {"raw": _("raw"), "scaled": _("scaled")}[name]
                found.append(layers.Ball(x, y, None, _map_color(name), MARKERS[name], "", words, highlighted=False))
    x, y = seen(frame.hand)[:2].tolist()
    return [*found, layers.Ball(x, y, label=_("mine")), layers.Handle("hand", x, y)]


# ------------------------------------------------------------------------------------------- the residuals


def residual_parts(frame: RegressionFrame, display: Display, palette: Palette) -> tuple[list[Points], list[Line]]:
    """The errors of one line over x, or over what a plane predicts, and the zero line."""
    rows, sheet = frame.solved.rows, frame.sheet
    left = frame.errors(display.errors_of)[rows]
    along = sheet.y[rows] - left if frame.two else sheet.x[rows]
    color = palette.ball if display.errors_of == "mine" else color_of("best", palette)
    size = 8.0 if len(rows) < 200 else 5.0
    found = [Points(_("errors"), along, left, color, "o", size)]
    highlighted = frame.solved.row_of(frame.looking)
    if highlighted is not None:
        found.append(
            Points(
                _("point"),
                along[highlighted : highlighted + 1],
                left[highlighted : highlighted + 1],
                palette.text,
                "d",
                13.0,
            )
        )
    return found, [Line("zero", 0.0, False, palette.axis, (4, 3))]


# ----------------------------------------------------------------------------------------------- the table

WEIGHT_DIGITS = 10


def heads(palette: Palette) -> tuple[Head, ...]:
    """The columns, with the colour and marker of their lines."""
    return tuple(Head(_(text), color_of(name, palette), MARKERS[name]) for name, text in COLUMN_NAMES.items())


ROWS = {"few": (), "some": ("r2", "digits"), "all": ("rmse", "mae", "r2", "digits")}
"""What is compared besides the weights, by how much room there is."""


def _keys(frame: RegressionFrame, room: str) -> tuple[str, ...]:
    return (*(("w", "w2") if frame.two else ("w",)), "b", *ROWS[room])


def row_names(frame: RegressionFrame, room: str = "all") -> tuple[str, ...]:
    """What is compared."""
    names = {
        "w": "w",
        "w2": "w₂",
        "b": "b",
        "rmse": "RMSE",
        "mae": "MAE",
        "r2": "R²",
        "digits": _("right digits"),
    }
    return tuple(names[key] for key in _keys(frame, room))


def cells(frame: RegressionFrame, room: str = "all") -> tuple[tuple[Cell, ...], ...]:
    """The numbers, row by row."""
    return tuple(tuple(_cell(frame, name, i, key) for name in COLUMN_NAMES) for i, key in enumerate(_keys(frame, room)))


def _cell(frame: RegressionFrame, name: str, row: int, key: str) -> Cell:
    one = frame.columns.get(name)
    if one is None:
        return Cell("—")
    metric = key if name == "hand" else f"{name}_{key}"
    if key in ("w", "w2", "b"):
        return Cell(*weight_parts((*one.slopes, one.bias)[row], one.digits[row]), metric)
    if key == "digits":
        return Cell(show_number(one.least_digits), "", "")
    return Cell(show_number(_measured(one, key), 5), "", metric)


def _measured(one: Column, key: str) -> float | None:
    return {"rmse": one.rmse, "mae": one.mae, "r2": one.r2}[key]


def weight_parts(value: float, right: float) -> tuple[str, str]:
    """A weight with ten digits, cut where its right digits end. right: how many, nan if not known."""
    if not math.isfinite(value) or not 1e-4 <= abs(value) < 1e9:
        text = show_number(value, WEIGHT_DIGITS - 2)
    else:
        places = min(max(0, WEIGHT_DIGITS - 1 - math.floor(math.log10(abs(value)))), WEIGHT_DIGITS)
        text = f"{value:.{places}f}".replace("-", "−").replace(".", current().decimal_mark)
    if math.isnan(right):
        return text, ""
    cut, left = 0, math.floor(right)
    started = False
    for cut, letter in enumerate(text):
        started = started or letter in "123456789"
        if started and letter.isdigit():
            if left == 0:
                return text[:cut], text[cut:]
            left -= 1
        elif letter == "·":
            break
    return text, ""


# ----------------------------------------------------------------------------------------------- the strip


def strip_text(frame: RegressionFrame, point: int) -> str:
    """What is said of a point, or what there is to do."""
    sheet, found = frame.sheet, frame.solved
    if not 0 <= point < len(sheet):
        if not len(sheet):
            return _("No points yet. Click to add some, paste a table, or choose other points.")
        if frame.two:
            return _("Drag a ring to tilt the plane, the box to turn it. Press a point to see how hard it pulls.")
        return _("Drag the line or a point. Press a point to see how hard it pulls.")
    words = _("Point {number} ({x}, {y})").format(
        number=point + 1, x=show_number(float(sheet.x[point]), 4), y=show_number(float(sheet.y[point]), 4)
    )
    row, influence = found.row_of(point), found.influence
    if row is None or influence is None:
        return words + " · " + _("in the test drawer")
    parts = [words, _("leverage {h}").format(h=show_number(float(influence.leverage[row]), 3))]
    without = _without(frame, point)
    if without is None:
        parts.append(_("without it the slope is not defined"))
    else:
        best = found.best
        assert best is not None
        change = _("without it w: {before} → {after}")
        parts.append(change.format(before=show_number(float(best[0]), 4), after=show_number(float(without[0]), 4)))
    if frame.params.weighting == "bars":
        parts.append(_("counts {c} times").format(c=show_number(float(found.problem.counts[row]), 3)))
    return " · ".join(parts)
