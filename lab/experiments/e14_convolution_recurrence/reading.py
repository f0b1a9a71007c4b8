"""What two networks say of the learner's own drawing, and why: the pixels that count, and the smallest change that
makes it another digit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.nets.network import Network
from lab.engine.nets.saliency import input_gradient, nudge, occlusion_map
from lab.experiments.e14_convolution_recurrence.pictures import SIDE, shrunk
from lab.kit.arrays import freeze, freeze_fields

__all__ = ["Reading", "reading_of"]

Array = NDArray[np.float64]
Pixels = NDArray[np.signedinteger[Any]]
NUDGES, RATE = 12, 0.3  # few and long enough that a frame with all of them is soon there
ENOUGH = 0.5  # the probability at which the other digit is reached


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One drawing, read.

    small: [8, 8], what the networks get.  cnn, wide: [10], what they say.  covered: [8, 8], how much the CNN's
    probability falls when the patch around a pixel is covered.  slope: [8, 8], what a little more ink would do.
    changed: [8, 8], the drawing as another digit, None where that was not asked for.  nudges: small steps it took.
    reached: [10], what the CNN says of that.
    """

    small: Array
    cnn: Array
    wide: Array
    covered: Array
    slope: Array
    changed: Array | None
    nudges: int
    reached: Array

    @property
    def says(self) -> int:
        """The digit that the CNN finds the likeliest."""
        return int(self.cnn.argmax())

    @property
    def distance(self) -> float | None:
        """How far the changed picture is from the drawing."""
        return None if self.changed is None else float(np.linalg.norm(self.changed - self.small))


def reading_of(cnn: Network, wide: Network, pad: Array, pixels: Pixels, target: int, ask: bool) -> Reading:
    """Read a drawing [28, 28]. pixels: [64], how the networks get them.  ask: whether also to ask why."""
    small = shrunk(pad)
    x = small.reshape(-1)[pixels].reshape(1, 1, SIDE, SIDE)
    said = cnn.predict(x)[0]
    nothing = np.zeros((SIDE, SIDE))
    if not ask:
        return freeze_fields(Reading(small, said, wide.predict(x)[0], nothing, nothing.copy(), None, 0, said.copy()))
    label = int(said.argmax())
    covered = _in_place(occlusion_map(cnn, x, label), pixels)
    slope = _in_place(input_gradient(cnn, x, label)[0], pixels)
    moved, reached, nudges = x, said.copy(), 0
    while nudges < NUDGES and reached[target] < ENOUGH:
        found = nudge(cnn, moved, target, RATE)
        moved, reached, nudges = found.x, found.probabilities, nudges + 1
    changed = _in_place(moved[0, 0], pixels)
    return freeze_fields(Reading(small, said, wide.predict(x)[0], covered, slope, changed, nudges, freeze(reached)))


def _in_place(values: Array, pixels: Pixels) -> Array:
    """Values of pixels as the networks get them, each where it is in the drawing."""
    back = np.empty(SIDE * SIDE)
    back[pixels] = values.reshape(-1)
    return back.reshape(SIDE, SIDE)
