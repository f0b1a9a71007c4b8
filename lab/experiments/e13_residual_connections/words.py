"""The state of each page in a sentence, and its curves as data."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.simulation import Curve
from lab.core.text import _, n_
from lab.experiments.e13_residual_connections.edge_map import DEPTHS, MapPage, rows_of
from lab.experiments.e13_residual_connections.frame import ResidualFrame
from lab.experiments.e13_residual_connections.landscape import LEARNING, SIDE, LandscapePage, hollows
from lab.experiments.e13_residual_connections.metrics import dies_at
from lab.experiments.e13_residual_connections.settings import ACTIVATIONS, NORMS, Params
from lab.experiments.e13_residual_connections.training import EXAM_GATES, ExamPage, FourPage, StackPage

__all__ = ["build_name", "curves", "describe", "verdict", "way_names"]


def way_names() -> tuple[str, str, str, str]:
    """What the four ways are called, in the order of WAYS."""
    return _("neither"), _("skips only"), _("norms only"), _("skips and norms")


def build_name(params: Params) -> str:
    """How a stack is built, in a few words."""
    norm = _(NORMS[params.norm])
    if params.skip and params.norm != "none":
        return _("skips and {norm}").format(norm=norm)
    if params.norm != "none":
        return _("{norm}, no skips").format(norm=norm)
    return _("skips, no norm") if params.skip else _("no skips, no norm")


def describe(frame: ResidualFrame) -> str:
    """The state in one or two sentences."""
    match frame.page:
        case StackPage() as page:
            return _stack(page)
        case FourPage() as page:
            return _four(page)
        case ExamPage() as page:
            return _exam(page)
        case LandscapePage() as page:
            return _landscape(page)
        case MapPage() as page:
            return _map(page)


def _stack(page: StackPage) -> str:
    if page.lost is not None:
        return _("A weight was no number any more after step {step}.").format(step=page.lost)
    found = page.signals
    head = _("A stack of {blocks}, {build}.").format(
        blocks=n_("{n} block", "{n} blocks", found.blocks), build=build_name(page.params)
    )
    numbers = {"first": found.gradient[0], "last": found.gradient[-1], "spread": found.spread[-1], "loss": page.loss}
    shown = {name: show_number(float(value), 2) for name, value in numbers.items()}
    text = _("Gradient of the first block {first}, of the last {last}; spread coming out {spread}; loss {loss}.")
    return f"{head} {text.format(**shown)}"


def verdict(page: StackPage) -> str:
    """Where the stack dies, or that it lives, in a sentence."""
    if not page.signals.gradient.any():
        return _("No block gets any gradient, so none of them learns.")
    what, block = dies_at(page.signals)
    values = {"n": block, "last": page.signals.blocks}
    if what == "signal":
        grown = not page.signals.spread[block or 0] < page.signals.spread[0]
        if grown:
            return _("The signal explodes: at block {n} it is over a million times larger.").format(**values)
        return _("The signal fades: at block {n} less than a millionth of it is left.").format(**values)
    if what == "gradient":
        text = _("The gradient fades: at block {n} less than a millionth of it is left.")
        return text.format(**values)
    ratio = page.signals.ratio
    if ratio is None or not 1e-3 < ratio < 1e3:
        return _("Signal and gradient arrive, but very unevenly.")
    return _("Signal and gradient reach every block.")


def _four(page: FourPage) -> str:
    parts = ", ".join(f"{name} {show_number(loss, 3)}" for name, loss in zip(way_names(), page.losses, strict=True))
    return _("The same first weights, built four ways. Loss: {parts}.").format(parts=parts)


def _exam(page: ExamPage) -> str:
    names = (_(ACTIVATIONS[gate]) for gate in EXAM_GATES)
    parts = ", ".join(f"{name} {show_number(loss, 3)}" for name, loss in zip(names, page.losses, strict=True))
    return _("Three gates, 50 blocks each, {build}. Loss: {parts}.").format(build=build_name(page.params), parts=parts)


def _landscape(page: LandscapePage) -> str:
    if page.lost is not None:
        return _("A stack ran away while it learned, so there is no landscape around it.")
    plain, skip = (show_number(loss, 2) for loss in page.centres)
    if page.pieces < LEARNING:
        text = _("Both stacks learn first, {n} of {all} pieces. Loss without skips {plain}, with skips {skip}.")
        return text.format(n=page.pieces, all=LEARNING, plain=plain, skip=skip)
    if not page.whole:
        text = _("The loss around both, row {n} of {all}. In the middle: {plain} without skips, {skip} with skips.")
        return text.format(n=page.rows, all=SIDE, plain=plain, skip=skip)
    counts = {"plain": hollows(page.heights[0]), "skip": hollows(page.heights[1])}
    text = _("Around the stack without skips the loss has {plain} hollows, around the one with skips {skip}.")
    return text.format(**counts)


def _map(page: MapPage) -> str:
    if not page.cells:
        return _("Run: every cell becomes a training of its own, of up to 100 steps.")
    text = _("Of {cells} short runs {trained} trained.").format(trained=page.trained, cells=page.cells)
    if page.edge is not None:
        edge = show_number(page.edge, 3)
        text += " " + _("At {edge} times the first weights the gradient keeps its size.").format(edge=edge)
    return text


# ----------------------------------------------------------------------------------------- the curves


def curves(frame: ResidualFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    match frame.page:
        case StackPage() as page:
            return _blocks(page)
        case FourPage() as page:
            return _losses(page, way_names())
        case ExamPage() as page:
            return _losses(page, tuple(_(ACTIVATIONS[gate]) for gate in EXAM_GATES))
        case LandscapePage() as page:
            names = _("without skips"), _("with skips")
            places = np.linspace(-0.5, 0.5, SIDE)
            middles = (heights[SIDE // 2] for heights in page.heights)
            return tuple(Curve(n, _("first direction"), _("loss"), places, h) for n, h in zip(names, middles))
        case MapPage() as page:
            depths, rows = np.array(DEPTHS, np.float64), rows_of(page.params)
            return tuple(
                Curve(show_number(value, 3), _("blocks"), _("loss"), depths, losses)
                for value, losses in zip(rows, page.losses, strict=True)
            )


def _blocks(page: StackPage) -> tuple[Curve, ...]:
    found, block, size = page.signals, _("block"), _("gradient")
    numbers = np.arange(1.0, found.blocks + 1)
    drawn = [
        Curve(_("spread"), block, _("spread"), np.arange(found.blocks + 1.0), found.spread),
        Curve(_("gradient of the weights"), block, size, numbers, found.gradient),
        Curve(_("over the skip"), block, size, numbers, found.over_skip),
        Curve(_("through F"), block, size, numbers, found.through),
        Curve(_("loss"), _("step"), _("loss"), page.past.steps, page.past.column(0)),
    ]
    if page.paths is not None:
        counts = np.arange(float(len(page.paths.sizes)))
        drawn.append(Curve(_("ways through so many blocks"), _("blocks"), size, counts, page.paths.sizes))
    return tuple(drawn)


def _losses(page: FourPage | ExamPage, names: tuple[str, ...]) -> tuple[Curve, ...]:
    steps = page.past.steps
    return tuple(Curve(name, _("step"), _("loss"), steps, page.past.column(i)) for i, name in enumerate(names))
