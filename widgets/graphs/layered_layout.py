"""A graph drawn in layers, from left to right: who comes in which column, in which order, and how high.

Four steps, after Sugiyama, Tagawa and Toda (1981). Every box stands one column before the first that needs it.
Links that pass over columns get a small place in each, so that they bend around boxes and not under them.
Within the columns the order is settled by sweeps: each box goes to the mean place of those it is linked to,
and the order with the fewest crossings is kept. At last the heights: each box is drawn towards those it is
linked to, as far as the order leaves room; long links are drawn tightest, so that they are straight. No Qt here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

__all__ = ["Box", "Placed", "layered"]

SWEEPS, PULLS = 12, 16
ROUTE_HEIGHT = 8.0  # what a link takes up in a column it passes
ALONG, BESIDE = 8.0, 1.0  # how strongly a long link, and any other, is drawn straight
Link = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Box:
    """A thing to place, by its size."""

    key: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Placed:
    """centres: of each box, x and y from the upper left corner.  routes: for each link the places it passes
    between its two boxes.  columns: the keys by column and row."""

    centres: Mapping[str, tuple[float, float]]
    routes: tuple[tuple[tuple[float, float], ...], ...]
    columns: tuple[tuple[str, ...], ...]
    width: float
    height: float


@dataclass(slots=True)
class _Grid:
    """Boxes and the bends of long links, by column; `before` and `after` say what each is joined to."""

    columns: list[list[str]]
    heights: dict[str, float]
    before: dict[str, list[str]] = field(default_factory=dict)
    after: dict[str, list[str]] = field(default_factory=dict)
    bends: list[list[str]] = field(default_factory=list)  # of each link

    def join(self, one: str, other: str) -> None:
        self.after[one].append(other)
        self.before[other].append(one)


def layered(boxes: Sequence[Box], links: Sequence[Link], gap_x: float = 28.0, gap_y: float = 10.0) -> Placed:
    """Places for boxes, given in an order in which every link leads on.

    links: pairs of keys, from and to; several between the same two are allowed.
    Raises ValueError when a link leads back or to a key that is not there.
    """
    column = _columns(boxes, links)
    grid = _grid(boxes, links, column)
    _order(grid)
    heights = _heights(grid, gap_y)
    return _placed(boxes, grid, heights, gap_x)


def _columns(boxes: Sequence[Box], links: Sequence[Link]) -> dict[str, int]:
    """Each box as far to the right as those after it allow."""
    place = {box.key: i for i, box in enumerate(boxes)}
    onward: dict[str, list[str]] = {box.key: [] for box in boxes}
    for one, other in links:
        if one not in place or other not in place or place[one] >= place[other]:
            raise ValueError(f"links: {one!r} to {other!r} does not lead from an earlier box to a later one")
        onward[one].append(other)
    to_go: dict[str, int] = {}
    for box in reversed(boxes):
        to_go[box.key] = max((to_go[key] + 1 for key in onward[box.key]), default=0)
    most = max(to_go.values(), default=0)
    return {key: most - left for key, left in to_go.items()}


def _grid(boxes: Sequence[Box], links: Sequence[Link], column: Mapping[str, int]) -> _Grid:
    grid = _Grid([[] for _ in range(max(column.values(), default=-1) + 1)], {box.key: box.height for box in boxes})
    for box in boxes:
        grid.before[box.key], grid.after[box.key] = [], []
    for number, (one, other) in enumerate(links):
        last, bends = one, []
        for between in range(column[one] + 1, column[other]):
            bend = f"{number}\0{between}"
            grid.before[bend], grid.after[bend], grid.heights[bend] = [], [], ROUTE_HEIGHT
            grid.join(last, bend)
            bends.append(bend)
            last = bend
        grid.join(last, other)
        grid.bends.append(bends)
    _first_order(grid, boxes, column)
    return grid


def _first_order(grid: _Grid, boxes: Sequence[Box], column: Mapping[str, int]) -> None:
    """As a reader would write it: from the last box back, operands in their order."""
    seen: set[str] = set()
    for box in reversed(boxes):
        waiting = [(box.key, column[box.key])]
        while waiting:
            key, place = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            grid.columns[place].append(key)
            earlier = reversed(grid.before[key])
            waiting.extend((before, place - 1 if "\0" in before else column[before]) for before in earlier)


# ----------------------------------------------------------------------------------------------- order


def _order(grid: _Grid) -> None:
    """Sweeps to and fro; the best order seen is kept."""
    best, least = [list(column) for column in grid.columns], _crossings(grid)
    for sweep in range(SWEEPS):
        if least == 0:
            break
        forth = sweep % 2 == 0
        for i in range(1, len(grid.columns)):
            at = i if forth else len(grid.columns) - 1 - i
            _sort(grid, at, grid.before if forth else grid.after, at + (-1 if forth else 1))
        count = _crossings(grid)
        if count < least:
            best, least = [list(column) for column in grid.columns], count
    grid.columns = best


def _sort(grid: _Grid, at: int, joined: Mapping[str, list[str]], beside: int) -> None:
    place = {key: i for i, key in enumerate(grid.columns[beside])}
    old = {key: i for i, key in enumerate(grid.columns[at])}

    def mean(key: str) -> float:
        found = [place[other] for other in joined[key] if other in place]
        return sum(found) / len(found) if found else old[key] * len(place) / max(1, len(old))

    grid.columns[at].sort(key=lambda key: (mean(key), old[key]))


def _crossings(grid: _Grid) -> int:
    """How many pairs of links cross, column by column."""
    count = 0
    for left, right in pairwise(grid.columns):
        place = {key: i for i, key in enumerate(right)}
        ends = [end for key in left for end in sorted(place[other] for other in grid.after[key] if other in place)]
        seen: list[int] = []
        for end in ends:
            count += sum(1 for before in seen if before > end)
            seen.append(end)
    return count


# --------------------------------------------------------------------------------------------- heights


def _heights(grid: _Grid, gap: float) -> dict[str, float]:
    """The middle of each box and bend: near the mean of what it is joined to, in order, never touching."""
    heights: dict[str, float] = {}
    for column in grid.columns:
        y = 0.0
        for key in column:
            heights[key] = y + grid.heights[key] / 2
            y += grid.heights[key] + gap
        middle = (y - gap) / 2
        for key in column:
            heights[key] -= middle
    for pull in range(PULLS):
        back = pull % 2 == 1
        order = range(len(grid.columns))
        for i in reversed(order) if back else order:
            _pull(grid, grid.columns[i], heights, gap, both=pull >= PULLS - 4, back=back)
    return heights


def _pull(grid: _Grid, column: list[str], heights: dict[str, float], gap: float, both: bool, back: bool) -> None:
    """Move one column towards its neighbours: the nearest heights that keep order and distance."""
    wanted, weights, shift = [], [], 0.0
    for i, key in enumerate(column):
        if i:
            shift += (grid.heights[column[i - 1]] + grid.heights[key]) / 2 + gap
        joined = grid.before[key] + grid.after[key] if both else (grid.after if back else grid.before)[key]
        pulls = [(heights[other], ALONG if "\0" in key and "\0" in other else BESIDE) for other in joined]
        weight = sum(w for _y, w in pulls)
        wanted.append((sum(y * w for y, w in pulls) / weight if pulls else heights[key]) - shift)
        weights.append(weight or 0.1)
    for key, y, offset in zip(column, _rising(wanted, weights), _shifts(grid, column, gap)):
        heights[key] = y + offset


def _shifts(grid: _Grid, column: list[str], gap: float) -> list[float]:
    shifts = [0.0]
    for above, below in pairwise(column):
        shifts.append(shifts[-1] + (grid.heights[above] + grid.heights[below]) / 2 + gap)
    return shifts


def _rising(wanted: Sequence[float], weights: Sequence[float]) -> list[float]:
    """The rising row of numbers nearest to `wanted`: neighbours in the wrong order are pooled to their mean."""
    pools: list[tuple[float, float, int]] = []  # mean, weight, how many
    for value, weight in zip(wanted, weights):
        pool = (value, weight, 1)
        while pools and pools[-1][0] > pool[0]:
            mean, heavy, many = pools.pop()
            total = heavy + pool[1]
            pool = ((mean * heavy + pool[0] * pool[1]) / total, total, many + pool[2])
        pools.append(pool)
    return [mean for mean, _weight, many in pools for _ in range(many)]


def _placed(boxes: Sequence[Box], grid: _Grid, heights: Mapping[str, float], gap: float) -> Placed:
    wide = {box.key: box.width for box in boxes}
    top = min((heights[key] - grid.heights[key] / 2 for key in heights), default=0.0)
    bottom = max((heights[key] + grid.heights[key] / 2 for key in heights), default=0.0)
    places: dict[str, tuple[float, float]] = {}
    x = 0.0
    for column in grid.columns:
        width = max((wide.get(key, 0.0) for key in column), default=0.0)
        for key in column:
            places[key] = (x + width / 2, heights[key] - top)
        x += width + gap
    routes = tuple(tuple(places[bend] for bend in bends) for bends in grid.bends)
    centres = {box.key: places[box.key] for box in boxes}
    columns = tuple(tuple(key for key in column if key in wide) for column in grid.columns)
    return Placed(centres, routes, columns, max(0.0, x - gap), bottom - top)
