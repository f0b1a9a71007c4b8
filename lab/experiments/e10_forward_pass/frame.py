"""What is shown of one step: the network, what went in, and how far the pass has come. A frame never changes."""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.experiments.e10_forward_pass.forward import ForwardPass, outputs_of
from lab.experiments.e10_forward_pass.nets import BUMP_X, XOR_ROWS, Network
from lab.experiments.e10_forward_pass.settings import Params
from lab.experiments.e10_forward_pass.signal import SignalReport

__all__ = ["ForwardFrame"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ForwardFrame:
    """One step.

    net: as shown, with x of the whole supply.  run: the pass of the batch.  deep: before it was multiplied through,
    the same as net where it was not.  gap: by how much the multiplied outputs differ, None where a shape is wrong.
    pick: the unit picked by hand, layer −1 for none.  signal: of the third page, None on the others.
    """

    step: int
    params: Params
    net: Network
    run: ForwardPass
    deep: Network
    gap: float | None
    batch_gap: float | None
    pick: tuple[int, int]
    signal: SignalReport | None
    accuracy: float | None
    received: bool

    # ------------------------------------------------------------------------------------- the pass

    @property
    def ends(self) -> tuple[int, ...]:
        """The step at which each layer is complete."""
        return tuple(accumulate(len(b) for b in self.net.biases))

    @property
    def stops(self) -> tuple[int, ...]:
        """The step at which each layer of what is shown is complete: on the page of the signal every step is one."""
        return self.ends if self.signal is None else tuple(range(1, self.signal.depth + 1))

    @property
    def layers_passed(self) -> int:
        """How many layers the signal has gone through; at step 0 all are shown."""
        depth = self.signal.depth if self.signal is not None else 0
        return min(self.step, depth) or depth

    @property
    def total(self) -> int:
        """Steps until everything that is shown is worked out."""
        return self._units if self.signal is None else self.signal.depth

    @property
    def _units(self) -> int:
        """Steps of the whole pass; with a shape that does not fit, the one at which it fails."""
        failed = self.run.failed
        return self.ends[-1] if failed < 0 else ((0, *self.ends)[failed] + 1)

    @property
    def place(self) -> tuple[int, int]:
        """The unit of this step: layer and number, from 0."""
        step = min(self.step, self._units)
        if step == 0:
            return (len(self.net.biases) - 1 if self.run.failed < 0 else self.run.failed), 0
        layer = next(i for i, end in enumerate(self.ends) if step <= end)
        return layer, step - 1 - (0, *self.ends)[layer]

    @property
    def selected(self) -> tuple[int, int]:
        """The selected unit: the one picked by hand, else that of the step."""
        layer, unit = self.pick
        fits = 0 <= layer < len(self.net.biases) and 0 <= unit < len(self.net.biases[layer])
        return self.pick if fits else self.place

    @property
    def row(self) -> int:
        """The selected example, from 0."""
        return min(self.params.row, len(self.run.x)) - 1

    def known(self, layer: int, unit: int) -> bool:
        """Whether this unit has been worked out, and is still remembered. At step 0 all are shown."""
        if layer >= len(self.run.z):
            return False
        if not self.params.keep and layer < self.place[0] - 1:
            return False
        return self.step == 0 or (0, *self.ends)[layer] + unit < self.step

    def known_layer(self, layer: int) -> bool:
        """Whether all of a layer has been worked out."""
        return self.known(layer, len(self.net.biases[layer]) - 1)

    def activation_known(self, layer: int, unit: int) -> bool:
        """Whether the activation of a unit is known: its sum is, and for a softmax all sums beside it."""
        waits = layer == len(self.net.biases) - 1 and self.net.output == "softmax"
        return self.known_layer(layer) if waits else self.known(layer, unit)

    @property
    def failing(self) -> bool:
        """Whether this step is the one at which shapes do not fit."""
        return self.run.failed >= 0 and (self.step == 0 or self.step >= self._units)

    def value(self, layer: int, unit: int) -> float | None:
        """The activation of a unit for the selected example; layer −1 is the inputs. None when it is not known."""
        if layer < 0:
            return float(self.run.x[self.row, unit])
        return float(self.run.a[layer][self.row, unit]) if self.activation_known(layer, unit) else None

    # ------------------------------------------------------------------------------------ its numbers

    @property
    def last(self) -> int:
        """The last layer, from 0."""
        return len(self.net.biases) - 1

    @property
    def layer_parameters(self) -> list[int]:
        """How many weights and biases each layer has."""
        return [w.size + b.size for w, b in zip(self.net.weights, self.net.biases, strict=True)]

    @property
    def parameters(self) -> int:
        """How many numbers there are to learn."""
        return sum(self.layer_parameters)

    @property
    def kept(self) -> int | None:
        """How many numbers a pass keeps in memory; None with a shape that does not fit."""
        if self.run.failed >= 0:
            return None
        sizes, rows = self.net.sizes, len(self.run.x)
        return rows * (sizes[0] + 2 * sum(sizes[1:]) if self.params.keep else max(a + b for a, b in pairwise(sizes)))

    @property
    def classifies(self) -> bool:
        """Whether its outputs are classes, and the true ones are known."""
        return self.net.labels is not None and len(self.net.biases[self.last]) > 1

    def label(self) -> int | None:
        """The true class of the selected example."""
        return None if self.net.labels is None else int(self.net.labels[self.row])

    def guess(self) -> tuple[int, float] | tuple[None, None]:
        """The class of the largest output, and this output; None until it is known."""
        if not self.known_layer(self.last):
            return None, None
        outputs = self.run.a[self.last][self.row]
        return int(outputs.argmax()), float(outputs.max())

    @cached_property
    def xor(self) -> Array | None:
        """What comes out for the four rows of XOR, [4]; None for networks of another shape."""
        if self.run.failed >= 0 or self.net.sizes[0] != 2 or self.net.sizes[-1] != 1:
            return None
        return outputs_of(self.net, XOR_ROWS)[:, 0]

    @cached_property
    def line(self) -> Array | None:
        """What comes out along BUMP_X, [121]; None unless there are one input and one output."""
        if self.run.failed >= 0 or self.net.sizes[0] != 1 or self.net.sizes[-1] != 1:
            return None
        return outputs_of(self.net, BUMP_X[:, None])[:, 0]
