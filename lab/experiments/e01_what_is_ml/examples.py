"""The examples a line is fitted to: pairs of a known and a wanted number, some of which are kept back. A data
set is a table that was measured or written, or it is made by a formula and random numbers; the new points
always come from where the seen ones came from, or they would prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass
from lab.core.text import N_
from lab.engine.basics.data import five_points
from lab.engine.basics.table import bundled
from lab.experiments.e01_what_is_ml.settings import Params
from lab.experiments.e01_what_is_ml.tables import LEMONADE, SEEN, SHOES
from lab.kit.arrays import freeze, read_only

__all__ = ["MAX_POINTS", "NEW", "Examples", "make_examples", "own_examples"]

Array = NDArray[np.float64]
Pair = tuple[float, float]
Extent = tuple[float, float, float, float]
NEW = 20
MAX_POINTS = 2000


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """x, y: [N], seen.  new_x, new_y: [M], kept back.  ask: one more point, for the guess, or None.

    names: of both columns, in full and short.  extent: x from, x to, y from, y to of the picture.
    source: where the numbers come from, in a sentence.  All arrays are read-only.
    """

    x: Array
    y: Array
    new_x: Array
    new_y: Array
    ask: Pair | None
    names: tuple[str, str, str, str]
    extent: Extent
    title: str
    source: str
    left_out: int = 0  # rows of the table that could not be used

    def __post_init__(self) -> None:
        shapes = [column.shape for column in (self.x, self.y, self.new_x, self.new_y)]
        if self.x.ndim != 1 or self.new_x.ndim != 1 or shapes[::2] != shapes[1::2]:
            raise ValueError(f"x, y, new_x, new_y: shapes {shapes}; x and y, and the new ones, need as many of both")

    @property
    def kept_back(self) -> int:
        """How many points were kept back, the one of the guess with them."""
        return int(self.new_x.size) + (self.ask is not None)

    def with_points(self, x: ArrayLike, y: ArrayLike) -> Examples:
        """The same data set after an edit of the seen points; the picture grows where one lies outside."""
        seen_x, seen_y = read_only(x), read_only(y)
        return replace(self, x=seen_x, y=seen_y, extent=grown(self.extent, seen_x, seen_y))


def grown(extent: Extent, x: Array, y: Array) -> Extent:
    """The extent widened, with some air, to hold every point."""
    x0, x1, y0, y1 = extent
    if x.size == 0 or (x.min() >= x0 and x.max() <= x1 and y.min() >= y0 and y.max() <= y1):
        return extent
    lo_x, hi_x = min(x0, float(x.min())), max(x1, float(x.max()))
    lo_y, hi_y = min(y0, float(y.min())), max(y1, float(y.max()))
    air_x, air_y = 0.05 * (hi_x - lo_x), 0.05 * (hi_y - lo_y)
    return (
        lo_x - air_x if lo_x < x0 else x0,
        hi_x + air_x if hi_x > x1 else x1,
        lo_y - air_y if lo_y < y0 else y0,
        hi_y + air_y if hi_y > y1 else y1,
    )


def make_examples(params: Params, rng: Generator) -> Examples:
    """The data set of these controls; whatever is random about it comes from `rng`."""
    makers: dict[str, Callable[[Params, Generator], Examples]] = {
        "lemonade": lambda _params, _rng: _lemonade(),
        "shoes": lambda _params, _rng: _shoes(),
        "crickets": lambda _params, rng: _crickets(rng),
        "five": lambda _params, rng: _five(rng),
        "battery": _battery,
        "luck": _luck,
        "ball": _ball,
        "plant": _plant,
        "own": lambda _params, _rng: own_examples(),
    }
    return makers[params.data](params, rng)


# ------------------------------------------------------------------------------------------------- tables


def _divided(rows: ArrayLike, names: tuple[str, str, str, str], extent: Extent, title: str, source: str) -> Examples:
    """Rows [N, 2] divided: the first SEEN to learn from, then the question, then the new points."""
    table = np.asarray(rows, dtype=np.float64)
    seen, ask, new = table[:SEEN], table[SEEN], table[SEEN + 1 :]
    question = (float(ask[0]), float(ask[1]))
    x, y, new_x, new_y = (read_only(part) for part in (seen[:, 0], seen[:, 1], new[:, 0], new[:, 1]))
    return Examples(x, y, new_x, new_y, question, names, extent, title, source)


def _lemonade() -> Examples:
    names = (N_("temperature (°C)"), N_("cups sold"), N_("°C"), N_("cups"))
    source = N_("Written for this lab: a lemonade stall on 31 days. The first ten days are the seen points.")
    return _divided(LEMONADE, names, (14.0, 36.0, 0.0, 100.0), N_("Lemonade sold by temperature"), source)


def _shoes() -> Examples:
    names = (N_("shoe size (EU)"), N_("height (cm)"), N_("size"), N_("height"))
    source = N_("Written for this lab: 31 people of a school. The first ten are the seen points.")
    return _divided(SHOES, names, (34.0, 48.0, 140.0, 200.0), N_("Height by shoe size"), source)


@cache
def _cricket_rows() -> Array:
    return freeze(bundled("crickets").numbers("temp", "rate"))


def _crickets(rng: Generator) -> Examples:
    """The table is in the order of two species, so it is shuffled before it is divided."""
    names = (N_("temperature (°C)"), N_("pulses per second"), N_("°C"), N_("pulses"))
    source = N_("Measured: 31 songs of tree crickets (crickets.csv). Ten of them, chosen by the seed, are seen.")
    rows = _cricket_rows()[rng.permutation(len(_cricket_rows()))]
    return _divided(rows, names, (15.0, 33.0, 30.0, 110.0), N_("Crickets' song by temperature"), source)


def _five(rng: Generator) -> Examples:
    seen = five_points()
    new_x = rng.uniform(0.5, 6.5, NEW)
    new_y = 2 * new_x + 0.15 * rng.normal(size=NEW)
    ask = (6.0, float(2 * 6.0 + 0.15 * rng.normal()))
    source = N_("The five points of the course. The new points are made here: y = 2·x and a little noise.")
    points = (read_only(seen.x), read_only(seen.y), read_only(new_x), read_only(new_y))
    return Examples(*points, ask, ("x", "y", "x", "y"), (0.0, 7.0, 0.0, 14.0), N_("Five points"), source)


def own_examples(title: str = "", names: tuple[str, str] = ("x", "y")) -> Examples:
    """An empty board."""
    source = N_("Your own points.")
    empty = read_only([])
    whole = (*names, *names)
    return Examples(
        empty, empty, empty, empty, None, whole, (0.0, 10.0, 0.0, 10.0), title or N_("My own points"), source
    )


# -------------------------------------------------------------------------------------- made by a formula


def _made(
    params: Params,
    rng: Generator,
    curve: Callable[[Array], Array],
    spread: float,
    between: Pair,
    ask: float,
    names: tuple[str, str, str, str],
    extent: Extent,
    texts: tuple[str, str],
) -> Examples:
    """Points about a curve: `params.n` seen ones, NEW new ones and the question, scattered by `spread`."""
    scatter = spread * params.noise
    x = np.sort(rng.uniform(*between, params.n))
    y = curve(x) + scatter * rng.normal(size=params.n)
    new_x = rng.uniform(*between, NEW)
    new_y = curve(new_x) + scatter * rng.normal(size=NEW)
    answer = float(curve(np.array([ask]))[0] + scatter * rng.normal())
    extent = grown(grown(extent, x, y), new_x, new_y)
    points = (read_only(x), read_only(y), read_only(new_x), read_only(new_y))
    return Examples(*points, (ask, answer), names, extent, *texts)


def _battery(params: Params, rng: Generator) -> Examples:
    names = (N_("hours in use"), N_("battery left (%)"), N_("hours"), N_("battery"))
    texts = (
        N_("Battery left by hours in use"),
        N_("Made here: 95 % at first, 8.5 % less for each hour, and noise."),
    )
    extent = (0.0, 10.0, 0.0, 110.0)
    return _made(params, rng, lambda x: 95 - 8.5 * x, 6.0, (0.5, 9.5), 6.5, names, extent, texts)


def _luck(params: Params, rng: Generator) -> Examples:
    names = (N_("house number"), N_("points in the test"), N_("house number"), N_("points"))
    texts = (
        N_("Points in a test by house number"),
        N_("Made here: 50 points and noise. The house number has nothing to do with it."),
    )
    extent = (0.0, 60.0, 0.0, 100.0)
    return _made(params, rng, lambda x: 50 + 0 * x, 16.0, (1.0, 59.0), 42.0, names, extent, texts)


def _ball(params: Params, rng: Generator) -> Examples:
    names = (N_("time (s)"), N_("height (m)"), N_("time"), N_("height"))
    texts = (
        N_("Height of a thrown ball by time"),
        N_("Made here: 1.5 + 19.6·t − 4.9·t² metres, and noise."),
    )
    extent = (0.0, 4.2, -3.0, 24.0)
    return _made(params, rng, lambda t: 1.5 + 19.6 * t - 4.9 * t * t, 0.7, (0.1, 4.0), 2.0, names, extent, texts)


def _plant(params: Params, rng: Generator) -> Examples:
    """The last of the seen heights lost its decimal point: it was written ten times too small."""
    names = (N_("day"), N_("height (cm)"), N_("day"), N_("height"))
    texts = (
        N_("Height of a bean plant by day"),
        N_("Made here: 2 cm at first, 0.9 cm more each day, and noise. One height was noted wrongly."),
    )
    extent = (0.0, 21.0, 0.0, 24.0)
    made = _made(params, rng, lambda x: 2 + 0.9 * x, 0.6, (1.0, 20.0), 15.0, names, extent, texts)
    wrong = made.y.copy()
    wrong[-1] /= 10
    return made.with_points(made.x, wrong)
