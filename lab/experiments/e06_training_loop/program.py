"""The eight lines as a program that runs by itself: what a learner types into, and what it is lent.

It starts where the loop on screen started, with the same samples and the same random numbers. Unchanged, it ends at
the same w and b, digit for digit.
"""

from __future__ import annotations

import math
import re

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e06_training_loop.frame import LoopFrame
from lab.experiments.e06_training_loop.loop import code_lines

__all__ = ["REPORT", "Result", "lent", "program", "result_of", "sentences"]

_LENT = """import numpy as np

data = np.array({rows})
p = np.empty({batch_size})
_random = np.random.default_rng(0)
if {random}:
    _random.bit_generator.state = {random}


def batches(data, size):
    rows = {rows_of}
    for start in range(0, len(rows), size):
        yield data[rows[start : start + size]].T


def mse(p, y):
    miss = p - y
    return np.mean(miss * miss), 2.0 * miss / miss.size
"""
REPORT = """try:
    import numpy as _np

    _miss = w * data[:, 0] + b - data[:, 1]
    print(f"w = {float(w)!r}, b = {float(b)!r}, loss = {float(_np.mean(_miss * _miss))!r}")
except (NameError, TypeError, ValueError):
    pass
"""
"""Runs behind the learner's code: what it has made of w and b. Prints nothing where they are no numbers."""

_NUMBER = r"(-?(?:inf|nan|[\d.]+(?:e[+-]?\d+)?))"
_RESULT = re.compile(rf"^w = {_NUMBER}, b = {_NUMBER}, loss = {_NUMBER}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Result:
    """Where a program ended: the line, and its loss on all samples."""

    w: float
    b: float
    loss: float


def program(frame: LoopFrame) -> str:
    """The eight lines as they lie, ready to run. A line that is switched off is a remark."""
    params = frame.params
    rate = f"{params.learning_rate:.12g}"
    lines = []
    for id, text in code_lines(frame.order, params.epochs, params.batch_size, rate, params.mistake):
        off = id == "zero" and not params.zero_grad
        lines.append(re.sub(r"^(\s*)", r"\1# ", text) if off else text)
    return "\n".join(lines)


def lent(frame: LoopFrame) -> str:
    """What the program may use without defining it: np, data [N, 2], batches, mse, and room for p."""
    samples, params = frame.samples, frame.params
    rows = list(zip(samples.x.tolist(), samples.y.tolist()))
    rows_of = "_random.permutation(len(data))" if params.shuffle else "np.arange(len(data))"
    random = dict(frame.random_start) if frame.random_start else None
    return _LENT.format(rows=rows, batch_size=params.batch_size, random=random, rows_of=rows_of)


def result_of(printed: str) -> Result | None:
    """What `REPORT` printed; None where it printed nothing."""
    found = _RESULT.findall(printed)
    return Result(*(float(number) for number in found[-1])) if found else None


def sentences(result: Result, frame: LoopFrame) -> tuple[str, bool]:
    """Where the typed program and the loop on screen are, and whether that is the same line."""
    yours = _("Yours: w = {w}, b = {b}. Loss on all samples: {loss}.")
    m, n = frame.memory, frame.progress.passes
    said = yours.format(w=show_number(result.w), b=show_number(result.b), loss=show_number(result.loss))
    if not n:
        return said, False
    shown = _("On screen, after {n} updates: w = {w}, b = {b}.")
    same = math.isclose(result.w, m.w, rel_tol=1e-9) and math.isclose(result.b, m.b, rel_tol=1e-9)
    return f"{said} " + shown.format(n=n, w=show_number(m.w), b=show_number(m.b)) + (" ✓" if same else ""), same
