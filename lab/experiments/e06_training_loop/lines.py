"""The program of a frame: each line as code, with what its variables hold at this moment."""

from __future__ import annotations

import numpy as np

from lab.core.numbers import show_number
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.listing import CodeLine
from lab.experiments.e06_training_loop.loop import RIGHT_ORDER, code_lines

__all__ = ["lines_of", "listed"]

ASKS = {"loss": "loss", "backward": "gradient_w", "update": "w", "epoch": "epoch_loss"}
SHOWN = 3  # numbers of an array that are written out


def lines_of(frame: LoopFrame, rushing: bool = False) -> list[CodeLine]:
    """The eight lines. rushing: too fast to follow, so the light rests on the loop as a whole."""
    params = frame.params
    rate = f"{frame.rate:.4g}"
    code = code_lines(frame.order, params.epochs, params.batch_size, rate, params.mistake)
    highlighted = "epoch" if rushing else frame.card
    return [_line(frame, id, text, highlighted) for id, text in code]


def _line(frame: LoopFrame, id: str, text: str, highlighted: str) -> CodeLine:
    failed = frame.crash is not None and frame.crash.card == id
    off = id == "zero" and not frame.params.zero_grad
    value = frame.crash.text if failed and frame.crash else _("switched off") if off else _value(frame, id)
    return CodeLine(
        id,
        text,
        value,
        highlighted=highlighted == id,
        stale=_stale(frame, id),
        off=off,
        failed=failed,
        card=id in RIGHT_ORDER,
        asks=ASKS.get(id, ""),
    )


def _stale(frame: LoopFrame, id: str) -> bool:
    """Whether a value is still that of an earlier batch."""
    m = frame.memory
    made = {"forward": m.p_of, "loss": m.d_of, "backward": m.g_of}
    return id in made and made[id] != m.number


def _value(frame: LoopFrame, id: str) -> str:
    m = frame.memory
    match id:
        case "epoch":
            return f"epoch = {frame.epoch_now - 1}" if frame.epoch_now else ""
        case "fetch":
            return "" if m.x is None or m.y is None else f"x {listed(m.x)}   y {listed(m.y)}"
        case "forward":
            return "" if m.p is None else f"p {listed(m.p)}"
        case "loss":
            return "" if m.loss is None or m.d is None else f"loss = {_n(m.loss)}   d {listed(m.d)}"
        case "zero":
            return "gw = 0, gb = 0" if frame.card == "zero" else ""
        case "backward":
            return _gradient(frame)
        case "update":
            return f"w = {_n(m.w)}, b = {_n(m.b)}" if m.move is not None else ""
    return ""


def _gradient(frame: LoopFrame) -> str:
    m = frame.memory
    if not m.batches:
        return ""
    text = f"gw = {_n(m.gw)}, gb = {_n(m.gb)}, ‖g‖ = {_n(m.gradient_norm)}"
    return text if m.batches == 1 else f"{text} · " + _("sum of {n} batches").format(n=m.batches)


def listed(values: np.ndarray) -> str:
    """The shape of an array and its first numbers: "[8] 0.13, −0.52, …"."""
    shape = "[" + ", ".join(str(size) for size in values.shape) + "]"
    first = ", ".join(show_number(float(value), 2) for value in values.ravel()[:SHOWN])
    return f"{shape} {first}" + (", …" if values.size > SHOWN else "")


def _n(value: float) -> str:
    return show_number(value, 3)
