"""What is shown of one step: the network, what went in, and how far the pass has come. A frame never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from lab.core.arithmetic import Term
from lab.core.metric import Value
from lab.core.simulation import Curve, Limit
from lab.core.text import _
from lab.experiments.e10_forward_pass.arithmetic import explain_metric
from lab.experiments.e10_forward_pass.checks import BUMP_X, bump
from lab.experiments.e10_forward_pass.nets import XOR_ROWS, XOR_TRUTH, Built
from lab.experiments.e10_forward_pass.passing import Passed, outputs_of, stuck_gates
from lab.experiments.e10_forward_pass.settings import Params
from lab.experiments.e10_forward_pass.signal import SignalReport
from lab.experiments.e10_forward_pass.words import described, not_shown, reasons_unused

__all__ = ["ForwardFrame"]

Array = NDArray[np.float64]
MOST_OUTPUTS = 10


@dataclass(frozen=True, eq=False)
class ForwardFrame:
    """One step.

    net: as shown, with x of the whole supply.  run: the pass of the batch.  deep: before it was multiplied through,
    the same as net where it was not.  gap: by how much the multiplied outputs differ, None where a shape is wrong.
    pick: the unit lit by hand, layer −1 for none.  signal: of the third page, None on the others.
    """

    step: int
    params: Params
    net: Built
    run: Passed
    deep: Built
    gap: float | None
    alone: float | None
    pick: tuple[int, int]
    signal: SignalReport | None
    accuracy: float | None
    received: bool

    # ------------------------------------------------------------------------------------- the relay

    @property
    def ends(self) -> tuple[int, ...]:
        """The step at which each layer is complete."""
        return tuple(accumulate(len(b) for b in self.net.biases))

    @property
    def stops(self) -> tuple[int, ...]:
        """The step at which each layer of what is shown is complete: on the page of the signal every step is one."""
        return self.ends if self.signal is None else tuple(range(1, self.signal.depth + 1))

    @property
    def heard(self) -> int:
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
    def lit(self) -> tuple[int, int]:
        """The unit that is looked at: the one picked by hand, else that of the step."""
        layer, unit = self.pick
        fits = 0 <= layer < len(self.net.biases) and 0 <= unit < len(self.net.biases[layer])
        return self.pick if fits else self.place

    @property
    def row(self) -> int:
        """The lit example, from 0."""
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

    def spoken(self, layer: int, unit: int) -> bool:
        """Whether it is known what this unit says: its sum, and for a softmax all sums beside it."""
        waits = layer == len(self.net.biases) - 1 and self.net.output == "softmax"
        return self.known_layer(layer) if waits else self.known(layer, unit)

    @property
    def failing(self) -> bool:
        """Whether this step is the one at which shapes do not fit."""
        return self.run.failed >= 0 and (self.step == 0 or self.step >= self._units)

    def value(self, layer: int, unit: int) -> float | None:
        """What a unit says to the lit example; layer −1 is the inputs. None when it is not known."""
        if layer < 0:
            return float(self.run.x[self.row, unit])
        return float(self.run.a[layer][self.row, unit]) if self.spoken(layer, unit) else None

    # ------------------------------------------------------------------------------------- read-outs

    def metrics(self) -> dict[str, Value]:
        """Every number on screen."""
        layer, unit = self.lit
        there = self.known(layer, unit)
        values: dict[str, Value] = {
            "step": self.step,
            "row": self.row + 1,
            "layer": layer + 1,
            "unit": unit + 1,
            "z": float(self.run.z[layer][self.row, unit]) if there else None,
            "a": self.value(layer, unit),
            "he": float(np.sqrt(2.0 / self.net.weights[layer].shape[0])),
        }
        return values | self._counts() | self._of_the_layers() | self._checks() | self._of_the_signal()

    def _counts(self) -> dict[str, Value]:
        counts = [w.size + b.size for w, b in zip(self.net.weights, self.net.biases, strict=True)]
        sizes, rows = self.net.sizes, len(self.run.x)
        widest = max(a + b for a, b in pairwise(sizes))
        values: dict[str, Value] = {f"params_{i}": count for i, count in enumerate(counts, 1)}
        values |= {"parameters": sum(counts), "bytes": 8 * sum(counts), "layers": len(counts), "batch": rows}
        kept = rows * (sizes[0] + 2 * sum(sizes[1:])) if self.params.keep else rows * widest
        values["kept"] = kept if self.run.failed < 0 else None
        values["error"] = self.run.error if self.failing else None
        return values

    def _of_the_layers(self) -> dict[str, Value]:
        values: dict[str, Value] = {"std_0": float(self.run.x.std())}
        for layer in range(len(self.net.biases)):
            known = self.known_layer(layer)
            values[f"std_{layer + 1}"] = float(self.run.a[layer].std()) if known else None
        last = len(self.net.biases) - 1
        for unit in range(min(len(self.net.biases[last]), MOST_OUTPUTS)):
            values[f"out_{unit + 1}"] = self.value(last, unit)
        return values

    def _checks(self) -> dict[str, Value]:
        values: dict[str, Value] = {"flat_gap": self.gap, "batch_gap": self.alone, "accuracy": self.accuracy}
        stuck = stuck_gates(self.net, self.run) if self.run.failed < 0 else None
        values["saturated"] = float(stuck.mean()) if stuck is not None else None
        table = self.xor
        if table is not None:
            values |= {f"xor_{i}": y for i, y in enumerate(table.tolist(), 1)}
            values["xor_right"] = int(((table > 0.5) == (XOR_TRUTH > 0.5)).sum())
            values["margin"] = float(np.where(XOR_TRUTH > 0.5, table - 0.5, 0.5 - table).min())
        if self.line is not None:
            values["bump_error"] = float(np.abs(self.line - bump(BUMP_X)).max())
        last = len(self.net.biases) - 1
        if self.net.labels is not None and len(self.net.biases[last]) > 1:
            values["truth"] = int(self.net.labels[self.row])
            known = self.known_layer(last)
            values["guess"] = int(self.run.a[last][self.row].argmax()) if known else None
            values["guess_p"] = float(self.run.a[last][self.row].max()) if known else None
        return values

    def _of_the_signal(self) -> dict[str, Value]:
        s = self.signal
        if s is None:
            return {}
        through = self.heard == s.depth
        return {
            "drawn": s.drawn,
            "heard": self.heard,
            "signal_first": float(s.std[1]),
            "signal_now": float(s.std[self.heard]),
            "signal_last": float(s.std[-1]) if through else None,
            "growth": s.growth if through else None,
            "signal_half": float(s.half[-1]),
            "signal_he": float(s.he[-1]),
            "signal_twice": float(s.twice[-1]),
        }

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

    def explain(self, name: str) -> Term | None:
        """The arithmetic of a read-out."""
        return explain_metric(self, name) if self.metrics().get(name) is not None else None

    # ------------------------------------------------------------------------------------------ words

    def describe(self) -> str:
        """The state in one or two sentences."""
        return described(self)

    def unused(self) -> dict[str, str]:
        """The controls without effect now, and why."""
        return reasons_unused(self)

    def hidden(self) -> frozenset[str]:
        """The controls of pages that are not open."""
        return not_shown(self)

    def unavailable(self) -> dict[str, tuple[str, ...]]:
        """A received network can only be chosen when one was received."""
        return {} if self.received else {"net": ("received",)}

    def limits(self) -> Mapping[str, Limit]:
        """How many examples there are."""
        rows, most = len(self.run.x), len(self.net.x)
        return {
            "batch": Limit(None, "", (1.0, float(max(2, most)))),
            "row": Limit(None, "", (1.0, float(max(2, rows)))),
        }

    def curves(self) -> tuple[Curve, ...]:
        """What is drawn as curves, as data."""
        s = self.signal
        if s is not None:
            layers = np.arange(s.depth + 1, dtype=np.float64)
            lines = {_("as set"): s.std, "He × ½": s.half, "He": s.he, "He × 2": s.twice}
            return tuple(Curve(name, _("layer"), "std", layers, y) for name, y in lines.items())
        if self.line is not None:
            return (Curve(_("output"), "x", "y", BUMP_X, self.line),)
        return ()
