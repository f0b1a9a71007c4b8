"""The loop itself: its eight lines as they are read, and its five cards as they are run. A card takes
what the variables hold and returns what they hold afterwards; in which order the cards are run is the
learner's business, and whether that order works is found out by running it.

The model is a straight line p = w·x + b, its loss the mean squared error. For one weight the gradient Xᵀ·d is a sum of
products. (Rumelhart, Hinton & Williams, 1986; Robbins & Monro, 1951, for learning from batches.)
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.kit.arrays import freeze
from lab.kit.state import from_state, to_state

__all__ = ["CARDS", "RIGHT_ORDER", "Memory", "Move", "code_lines", "fetched", "run_card"]

Array = NDArray[np.float64]
RIGHT_ORDER = ("forward", "loss", "zero", "backward", "update")


@dataclass(frozen=True, slots=True)
class Move:
    """One update: what w and b were, the slopes it used, and η."""

    w: float
    b: float
    gw: float
    gb: float
    rate: float


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """What the loop's variables hold. None: not defined yet.

    rows, x, y: the batch, [B].  p: predictions, [B].  d: slope of the loss along each prediction, [B].
    gw, gb: the gradient.  batches: how many batches are summed up in it.  p_of, d_of, g_of: from which pass p, d and
    the gradient come.  sound: whether the last update used the gradient of its own batch, and nothing else.
    """

    w: float = 0.0
    b: float = 0.0
    gw: float = 0.0
    gb: float = 0.0
    rows: NDArray[np.int64] | None = None
    x: Array | None = None
    y: Array | None = None
    p: Array | None = None
    loss: float | None = None
    d: Array | None = None
    batches: int = 0
    number: int = 0
    p_of: int = -1
    d_of: int = -1
    g_of: int = -1
    sound: bool = False
    move: Move | None = None

    @property
    def gradient_norm(self) -> float:
        """‖g‖."""
        return math.hypot(self.gw, self.gb)

    def save(self) -> dict[str, Any]:
        """Every variable by name; the last update as a list of five numbers."""
        values: dict[str, Any] = to_state(self)
        return values | {"move": None if self.move is None else list(astuple(self.move))}

    @staticmethod
    def load(values: Mapping[str, Any]) -> Memory:
        """The inverse of `save`. Raises KeyError, TypeError or ValueError when something does not fit."""
        move = None if values["move"] is None else Move(*(float(value) for value in values["move"]))
        return replace(from_state(Memory, {**values, "move": None}), move=move)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a card needs to know beside the variables."""

    rate: float
    batch_size: int
    mistake: str = "none"


def fetched(memory: Memory, rows: NDArray[np.int64], x: Array, y: Array, number: int) -> Memory:
    """The next batch is there: rows of the table, [B], their x and y, [B], and the number of the pass."""
    return replace(memory, rows=rows, x=x, y=y, number=number)


def _forward(memory: Memory, settings: Settings) -> Memory:
    """p ← w·x + b."""
    assert memory.x is not None
    p = memory.w * memory.x + memory.b  # [B]
    if settings.mistake == "size":  # the mistake: room for full batches only
        room = np.empty(settings.batch_size)
        room[:] = p
        p = room
    return replace(memory, p=freeze(p), p_of=memory.number)


def _loss(memory: Memory, settings: Settings) -> Memory:
    """loss ← mean (p − y)², and its slope along each p: d ← 2(p − y)/B."""
    if memory.p is None:
        raise NameError("name 'p' is not defined")
    assert memory.y is not None
    y = memory.y[:, None] if settings.mistake == "column" else memory.y
    miss = memory.p - y  # [B]; with y as a column [B, B]
    d = 2.0 * miss / miss.size
    return replace(memory, loss=float(np.mean(miss * miss)), d=freeze(d), d_of=memory.p_of)


def _zero(memory: Memory, _settings: Settings) -> Memory:
    """g ← 0."""
    return replace(memory, gw=0.0, gb=0.0, batches=0, g_of=-1)


def _backward(memory: Memory, _settings: Settings) -> Memory:
    """g ← g + (Σ x·d, Σ d): Xᵀ·d, and the same for the column of ones that belongs to b."""
    if memory.d is None:
        raise NameError("name 'd' is not defined")
    assert memory.x is not None
    gw = memory.gw + float(np.sum(memory.x * memory.d))
    gb = memory.gb + float(np.sum(memory.d))
    return replace(memory, gw=gw, gb=gb, batches=memory.batches + 1, g_of=memory.d_of)


def _update(memory: Memory, settings: Settings) -> Memory:
    """w ← w − η·gw, b ← b − η·gb."""
    move = Move(memory.w, memory.b, memory.gw, memory.gb, settings.rate)
    w, b = memory.w - settings.rate * memory.gw, memory.b - settings.rate * memory.gb
    sound = memory.batches == 1 and memory.g_of == memory.number
    return replace(memory, w=w, b=b, move=move, sound=sound)


CARDS: dict[str, Callable[[Memory, Settings], Memory]] = {
    "forward": _forward,
    "loss": _loss,
    "zero": _zero,
    "backward": _backward,
    "update": _update,
}
"""What each card does."""


def run_card(card: str, memory: Memory, rate: float, batch_size: int, mistake: str) -> Memory:
    """Run one card. Raises NameError or ValueError as Python and NumPy do when the card cannot be run."""
    with np.errstate(all="ignore"):
        return CARDS[card](memory, Settings(rate, batch_size, mistake))


def code_lines(
    order: tuple[str, ...], epochs: int, batch_size: int, rate: str, mistake: str
) -> tuple[tuple[str, str], ...]:
    """The eight lines, each with its id: "start", "epoch", "fetch" and the five cards in their order."""
    text = {
        "forward": "p[:] = w * x + b" if mistake == "size" else "p = w * x + b",
        "loss": "loss, d = mse(p, y[:, None])" if mistake == "column" else "loss, d = mse(p, y)",
        "zero": "gw, gb = 0.0, 0.0",
        "backward": "gw += (x*d).sum(); gb += d.sum()",
        "update": f"w -= {rate} * gw; b -= {rate} * gb",
    }
    head = (
        ("start", "w, b, gw, gb = 0.0, 0.0, 0.0, 0.0"),
        ("epoch", f"for epoch in range({epochs}):"),
        ("fetch", f"  for x, y in batches(data, {batch_size}):"),
    )
    return head + tuple((card, "    " + text[card]) for card in order)
