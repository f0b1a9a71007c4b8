"""The numbers of a pass as they are laid out in matrices: what is not known yet is no number, and long rows have no
names."""

from __future__ import annotations

import numpy as np

from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.kit.numbers import subscript

__all__ = ["columns_of", "known_only", "names", "shape_text"]

MANY_NAMES = 12  # rows or columns that still have names


def columns_of(frame: ForwardFrame, sizes: tuple[int, ...]) -> tuple[np.ndarray, ...]:
    """The activation of each unit for the selected example, nan where it is not known."""
    columns = [frame.run.x[frame.row]]
    for layer, size in enumerate(sizes[1:]):
        values = [frame.value(layer, unit) for unit in range(size)]
        columns.append(np.array([np.nan if value is None else value for value in values]))
    return tuple(columns)


def known_only(frame: ForwardFrame, values: np.ndarray, layer: int, says: bool = False) -> np.ndarray:
    """The numbers of the units that are known, nan for the others. says: their activations, else their sums."""
    known = frame.activation_known if says else frame.known
    gone = [not known(layer, unit) for unit in range(len(frame.net.biases[layer]))]
    if not any(gone) or len(gone) != values.shape[1]:
        return values
    shown = values.copy()
    shown[:, gone] = np.nan
    return shown


def names(letter: str, count: int) -> tuple[str, ...]:
    """x₁, x₂ …, or plain numbers without a letter; none where there would be too many."""
    if count > MANY_NAMES:
        return ()
    return tuple(f"{letter}{subscript(i + 1)}" if letter else str(i + 1) for i in range(count))


def shape_text(values: np.ndarray) -> str:
    """A shape as NumPy writes it: (4, 2) or (2,)."""
    return "(" + ", ".join(str(n) for n in values.shape) + (",)" if values.ndim == 1 else ")")
