"""The rows of the tables beside the graph: the paths with their products, and a layer with its outer product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from lab.core.records import dataclass
from lab.core.text import _, n_
from lab.engine.graph.operations import Array
from lab.experiments.e11_backpropagation.frame import MOST_PATHS, GraphFrame
from lab.experiments.e11_backpropagation.graphs import metric_name, numbers_of
from lab.experiments.e11_backpropagation.sheet import Cell, Row
from lab.experiments.e11_backpropagation.words import bracketed, short

__all__ = ["LayerNumbers", "layer_of", "layer_rows", "path_rows", "path_title", "ways"]

MOST_UNITS, MOST_INPUTS = 8, 12


def path_title(frame: GraphFrame) -> str:
    """What the list of paths is about."""
    name = frame.names[frame.selected]
    if not frame.scalar:
        return _("Paths need single numbers: choose “Numbers” above the graph.")
    if not frame.needs[frame.selected]:
        return _("{name} is a constant: nothing flows back to it.").format(name=name)
    count = frame.path_counts[frame.selected]
    paths = n_("{n} path", "{n} paths", count)
    return _("{paths} from {name} to {end}").format(paths=paths, name=name, end=frame.names[frame.goal])


def ways(frame: GraphFrame) -> tuple[tuple[int, ...], ...]:
    """The nodes along each path that is listed, in the order of the rows; also before anything is computed."""
    if frame.paths is not None:
        return tuple(path.nodes for path in frame.paths.paths)
    if not frame.scalar or not frame.needs[frame.selected]:
        return ()
    onward: dict[int, list[int]] = {}
    for edge in frame.to_goal.edges():
        if frame.path_counts[edge.target]:
            onward.setdefault(edge.source, []).append(edge.target)
    found: list[tuple[int, ...]] = []
    waiting: list[tuple[int, ...]] = [(frame.selected,)]
    while waiting and len(found) < MOST_PATHS:
        way = waiting.pop()
        if way[-1] == frame.goal:
            found.append(way)
        waiting.extend((*way, node) for node in reversed(onward.get(way[-1], [])))
    return tuple(found)


def _names_of(ways: Sequence[tuple[int, ...]], names: Sequence[str]) -> list[str]:
    """Each way by its nodes. Where all go the same way at their beginning or end, two nodes or more, these are left
    out: what is shown is what tells them apart."""
    first = min((len(way) for way in ways), default=0)
    begin, end = 1, 1
    if len(set(ways)) > 1:
        begin = next((n for n in range(first) if len({way[n] for way in ways}) > 1), first)
        end = next((n for n in range(first - begin) if len({way[-1 - n] for way in ways}) > 1), first - begin)
    begin, end = max(begin, 1), max(end, 1)
    told = []
    for way in ways:
        parts = [names[node] for node in way]
        if end > 2:
            parts[-end:-1] = ["…"]
        if begin > 2:
            parts[1:begin] = ["…"]
        told.append(" → ".join(parts))
    return told


def _in_letters(frame: GraphFrame) -> tuple[Row, ...]:
    """The paths before there are numbers: each local derivative by its rule."""
    rows = []
    found = ways(frame)
    for way, text in zip(found, _names_of(found, frame.names)):
        rules = []
        for before, after in pairwise(way):
            slot = frame.graph.nodes[after].operands.index(before)
            rule = frame.graph.slope_text(after, slot)
            rules.append(f"({rule})" if " " in rule else rule)
        rows.append(Row((Cell(text, right=False), Cell(" · ".join(rules) or "1", faint=True), Cell("= —"))))
    return tuple(rows)


def path_rows(frame: GraphFrame) -> tuple[Row, ...]:
    """Every path with the local derivatives along it and their product; at the end the sum."""
    paths = frame.paths
    if paths is None:
        return _in_letters(frame)
    hidden, rows = frame.is_blank(frame.selected), []
    told = _names_of([path.nodes for path in paths.paths], frame.names)
    for number, (path, way) in enumerate(zip(paths.paths, told), 1):
        factors = " · ".join(bracketed(factor) for factor in path.factors) or "1"
        metric = "" if hidden or number > 9 else f"path_{number}"
        product = "?" if hidden else short(path.product)
        result = Cell(f"= {product}", metric=metric, strong=True)
        rows.append(Row((Cell(way, right=False), Cell(factors, faint=True), result)))
    if paths.count > len(paths.paths):
        more = _("and {count} more").format(count=paths.count - len(paths.paths))
        rows.append(Row((Cell(more, right=False, faint=True), Cell(""), Cell("…"))))
    total = "?" if hidden else short(paths.total, 4)
    name, end = frame.names[frame.selected], frame.names[frame.goal]
    at_output = frame.goal == frame.graph.output
    what = Cell(_("sum") + (f" = dL/d{name}" if at_output else f" = ∂{end}/∂{name}"), right=False)
    result = Cell(f"= {total}", metric="path_sum", strong=True)
    rows.append(Row((what, Cell(_backward_result(frame) if at_output else "", faint=True), result), rule=True))
    if not at_output:
        rows.append(_through_row(frame, total, hidden))
    return tuple(rows)


def _backward_result(frame: GraphFrame) -> str:
    """What backward found, and whether it is the sum over the paths."""
    arrived, paths = frame.shown_gradient(frame.selected), frame.paths
    if arrived is None or paths is None:
        return _("backward: {gradient}").format(gradient=short(None))
    gradient = short(float(arrived), 4)
    if not frame.complete(frame.selected):
        return _("backward so far: {gradient}").format(gradient=gradient)
    agree = abs(float(arrived) - paths.total) <= 1e-9 * max(1.0, abs(paths.total))
    return _("backward: {gradient}").format(gradient=gradient) + (" ✓" if agree else " ✗")


def _through_row(frame: GraphFrame, total: str, hidden: bool) -> Row:
    """How much of the gradient comes through the node at which the paths end."""
    end, arrived = frame.names[frame.goal], frame.shown_gradient(frame.goal)
    factor = bracketed(None if arrived is None or not frame.complete(frame.goal) else float(arrived))
    share = "?" if hidden else short(frame.through, 4)
    what = Cell(_("blame through {end}").format(end=end), right=False)
    how = Cell(f"dL/d{end} · " + _("sum") + f" = {factor} · {total}", faint=True)
    return Row((what, how, Cell(f"= {share}", metric="path_through", strong=True)))


# --------------------------------------------------------------------------------------------- layers


@dataclass(frozen=True, slots=True, eq=False)
class LayerNumbers:
    """A layer of a network with all that belongs to it; nan for what is not known yet.

    gate: what turns z into a, "" for nothing.  before: [n_in], its inputs.  da, dz, db: [n_out].  dw: [n_in, n_out].
    """

    number: int
    gate: str
    before: Array
    da: Array
    dz: Array
    dw: Array
    db: Array


def layer_of(frame: GraphFrame, number: int) -> LayerNumbers:
    """The numbers of a layer, from either form of the network's graph."""
    n_in, n_out = frame.sizes[number - 1], frame.sizes[number]
    places = {name: i for i, name in enumerate(frame.names)}
    values = dict(zip(frame.names, frame.values))
    gradients = {name: frame.shown_gradient(i) for name, i in places.items()}
    last = f"a{number}" if f"a{number}" in places or f"a{number}[1]" in places else f"z{number}"
    return LayerNumbers(
        number,
        _gate(frame, number, places),
        numbers_of(values, "x" if number == 1 else f"a{number - 1}", n_in),
        numbers_of(gradients, last, n_out),
        numbers_of(gradients, f"z{number}", n_out),
        numbers_of(gradients, f"W{number}", n_in, n_out),
        numbers_of(gradients, f"b{number}", n_out),
    )


def _gate(frame: GraphFrame, number: int, places: Mapping[str, int]) -> str:
    """The sign of the operation behind a layer's z."""
    node = places.get(f"a{number}", places.get(f"a{number}[1]", -1))
    operation = frame.graph.nodes[node].operation if node >= 0 else None
    return "" if operation is None else {"sigmoid": "σ"}.get(operation.name, operation.name)


def layer_rows(layer: LayerNumbers) -> tuple[Row, ...]:
    """The layer as a table: dL/dW stands where a row of aᵀ meets a column of dL/dz."""
    n, units = layer.number, min(len(layer.da), MOST_UNITS)
    inputs, digits = "x" if n == 1 else f"a{n - 1}", 3 if units < 4 else 2
    most = float(np.nanmax(np.abs(layer.dw))) if np.isfinite(layer.dw).any() else 0.0

    def line(name: str, how: str, values: Array, metric: str, rule: bool = False) -> Row:
        cells = [
            Cell(_number(v, digits), metric=metric_name(f"{metric}[{j + 1}]"))
            for j, v in enumerate(values[:units].tolist())
        ]
        return Row((Cell(name, right=False), Cell(how, faint=True), *cells), rule=rule)

    heads = [Cell(str(j + 1)) for j in range(units)]
    rows = [Row((Cell(_("unit"), right=False), Cell(""), *heads), head=True)]
    rows.append(line(f"dL/da{n}", "", layer.da, f"grad_a{n}"))
    rows.append(line(f"dL/dz{n}", f"dL/da{n} · {layer.gate}′" if layer.gate else "", layer.dz, f"grad_z{n}"))
    for i in range(min(len(layer.before), MOST_INPUTS)):
        tints = [float(v) / most if most and np.isfinite(v) else 0.0 for v in layer.dw[i, :units]]
        cells = [
            Cell(_number(float(v), digits), tint, metric_name(f"grad_W{n}[{i + 1},{j + 1}]"))
            for j, (v, tint) in enumerate(zip(layer.dw[i, :units].tolist(), tints))
        ]
        name = Cell(f"dL/dW{n}" if i == 0 else "", right=False)
        came_in = Cell(f"{inputs}[{i + 1}] = {_number(float(layer.before[i]), digits)}", faint=True)
        rows.append(Row((name, came_in, *cells), rule=i == 0))
    rows.append(line(f"dL/db{n}", f"dL/dz{n}", layer.db, f"grad_b{n}", rule=True))
    return tuple(rows)


def _number(value: float, digits: int = 3) -> str:
    return short(None if np.isnan(value) else value, digits)
