"""A forward pass, unit by unit. A step works out the next unit for every example of the batch; controls,
weights and inputs can be changed at any time, and the pass is worked out anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.params import ParamError, plain
from lab.core.text import _
from lab.engine.nets.exchange import LIMIT, NetworkForm, network_artifact, read_network
from lab.experiments.e10_forward_pass.digits import digit_net
from lab.experiments.e10_forward_pass.forward import forward, outputs_of
from lab.experiments.e10_forward_pass.frame import ForwardFrame
from lab.experiments.e10_forward_pass.gestures import BIAS, Gesture, MovePoint, Pick, SetInput, SetWeight
from lab.experiments.e10_forward_pass.gestures import LIMIT as GESTURE_LIMIT
from lab.experiments.e10_forward_pass.nets import InputEdits, WeightEdits, base_key, chosen, edited, misfit, multiplied
from lab.experiments.e10_forward_pass.settings import NETS, Params
from lab.experiments.e10_forward_pass.signal import SignalReport, signal_report
from lab.kit.arrays import freeze_fields
from lab.kit.state import read_run, reading_state

__all__ = ["ForwardSimulation", "build"]

NO_PICK = (-1, -1)


def build(params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> ForwardSimulation:
    """A pass at its start. Raises ParamError when a network has to be received first, ValueError for a damaged one."""
    return ForwardSimulation(params, rng, artifacts)


class ForwardSimulation:
    """The network as it is, and how far the pass has come."""

    def __init__(self, params: Params, rng: np.random.Generator, artifacts: Sequence[Any] = ()) -> None:
        self.steps = 0
        self._params = params
        self._seed = int(rng.integers(2**31))
        networks = [artifact for artifact in artifacts if artifact.kind == "network"]
        self._received: NetworkForm | None = read_network(networks[-1].data) if networks else None
        self._weights: dict[str, WeightEdits] = {}
        self._inputs: dict[str, InputEdits] = {}
        self._pick = NO_PICK
        self._signal: tuple[object, SignalReport] | None = None
        self._rebuild()

    # --------------------------------------------------------------------------------- the network

    def _rebuild(self) -> None:
        """Everything but the place in the pass, from the controls and the edits."""
        p = self._params
        key = base_key(p)
        base = chosen(p, self._seed, self._received)
        self._deep = edited(base, self._weights.get(key, {}), self._inputs.get(key, {}))
        net, x = self._deep, self._deep.x[: p.batch]
        self._gap = self._batch_gap = None
        if p.mistake == "none":
            flat = multiplied(net)
            with np.errstate(all="ignore"):
                out = outputs_of(net, x)
                self._gap = float(np.abs(outputs_of(flat, x) - out).max())
                self._batch_gap = max(
                    float(np.abs(outputs_of(net, row[None]) - out[i]).max()) for i, row in enumerate(x)
                )
            net = flat if p.flat else net
        self._net = misfit(net, p.mistake)
        self._run = forward(self._net, x)
        for part in (self._net, self._deep, self._run):
            freeze_fields(part)

    @property
    def _total(self) -> int:
        return self.snapshot().total

    @property
    def done(self) -> bool:
        """When every unit is worked out, or a shape does not fit."""
        return self.steps >= self._total

    def step(self) -> None:
        """Work out the next unit; it is then the selected one."""
        if not self.done:
            self.steps += 1
            self._pick = NO_PICK

    def at_boundary(self, name: str) -> bool:
        """Whether the last step ended a "layer" or the whole pass ("all"); every step ends a "neuron"."""
        if name == "layer":
            return self.done or self.steps in (0, *self.snapshot().stops)
        return self.done if name == "all" else True

    def boundary_before(self, name: str) -> int:
        """The step at which the unit, layer or pass before this place ended."""
        if name == "all":
            return 0
        if name == "layer":
            return max((end for end in (0, *self.snapshot().stops) if end < self.steps), default=0)
        return max(0, self.steps - 1)

    # ------------------------------------------------------------------------------ shown, changed

    def snapshot(self) -> ForwardFrame:
        """What is shown now; nothing in it will ever change."""
        p, report = self._params, None
        if p.page == "signal":
            gate = "relu" if p.activation == "built" else p.activation
            key = (p.depth, p.init, p.gain, gate)
            if self._signal is None or self._signal[0] != key:
                self._signal = key, signal_report(self._seed, *key)
            report = self._signal[1]
        accuracy = digit_net().accuracy if p.net == "digits" and not self._weights.get("digits") else None
        return ForwardFrame(
            self.steps, p, self._net, self._run, self._deep, self._gap, self._batch_gap, self._pick, report,
            accuracy, self._received is not None,
        )  # fmt: skip

    def retune(self, params: Params) -> None:
        """A live change of any control. Raises ParamError for a network that was not received."""
        before, self._params = self._params, params
        try:
            self._rebuild()
        except ParamError:
            self._params = before
            raise

    def act(self, action: Gesture) -> Gesture:
        """A gesture. Returns the one that takes it back. Raises ValueError for one that cannot be."""
        match action:
            case SetWeight(layer, unit, source, value):
                inverse: Gesture = SetWeight(layer, unit, source, self._weight(layer, unit, source))
                self._weights.setdefault(base_key(self._params), {})[layer, unit, source] = value
            case SetInput(row, place, value):
                rows, inputs = self._deep.x.shape
                if not (0 <= row < rows and 0 <= place < inputs):
                    raise ValueError(_("there is no input {n} of example {row}").format(n=place + 1, row=row + 1))
                inverse = SetInput(row, place, float(self._deep.x[row, place]))
                self._inputs.setdefault(base_key(self._params), {})[row, place] = value
            case MovePoint(row, x, y):
                if self._deep.x.shape[1] != 2 or not 0 <= row < len(self._deep.x):
                    raise ValueError(_("there is no example {row} of two inputs").format(row=row + 1))
                inverse = MovePoint(row, *self._deep.x[row].tolist())
                self._inputs.setdefault(base_key(self._params), {}).update({(row, 0): x, (row, 1): y})
            case Pick(layer, unit):
                inverse, self._pick = Pick(*self._pick), (layer, unit)
                return inverse
            case _:
                raise ValueError(f"there is no gesture {type(action).__name__} here")
        self._rebuild()
        return inverse

    def _weight(self, layer: int, unit: int, source: int) -> float:
        net = self._deep
        if self._params.flat and len(net.weights) > 1:
            raise ValueError(_("a multiplied layer has no weights of its own: switch off “Multiply through” first"))
        if not (0 <= layer < len(net.weights) and 0 <= unit < len(net.biases[layer])):
            raise ValueError(_("there is no unit {unit} in layer {layer}").format(unit=unit + 1, layer=layer + 1))
        if not BIAS <= source < net.weights[layer].shape[0]:
            raise ValueError(_("the unit has no weight {n}").format(n=source + 1))
        found = net.biases[layer][unit] if source == BIAS else net.weights[layer][source, unit]
        return float(np.clip(found, -GESTURE_LIMIT, GESTURE_LIMIT))

    # --------------------------------------------------------------------------------- kept, given

    def save(self) -> dict[str, Any]:
        """Everything; the network is built again."""
        return {
            "step": self.steps,
            "params": plain(self._params),
            "seed": self._seed,
            "pick": list(self._pick),
            "weights": {key: [[*at, v] for at, v in found.items()] for key, found in self._weights.items()},
            "inputs": {key: [[*at, v] for at, v in found.items()] for key, found in self._inputs.items()},
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError when the state is damaged."""
        with reading_state():
            step, params = read_run(Params, state)
            seed, pick = int(state["seed"]), tuple(int(v) for v in state["pick"])
            weights = {
                str(key): {(int(at), int(u), int(s)): float(v) for at, u, s, v in found}
                for key, found in state["weights"].items()
            }
            inputs = {
                str(key): {(int(row), int(place)): float(v) for row, place, v in found}
                for key, found in state["inputs"].items()
            }
        if len(pick) != 2:
            raise ValueError(f"state: pick {pick}, needs a layer and a unit")
        if seed != self._seed:
            self._seed, self._signal = seed, None
        self._params, self.steps, self._pick = params, step, (pick[0], pick[1])
        self._weights, self._inputs = weights, inputs
        try:
            self._rebuild()
        except IndexError as error:
            raise ValueError(f"state: an edit does not fit the network: {error}") from None

    def offer(self, kind: str) -> Artifact | None:
        """The network with its examples."""
        net = self._deep
        if kind != "network" or not all((np.abs(a) <= LIMIT).all() for a in (*net.weights, *net.biases)):
            return None
        if net.output == "relu":
            return None  # no output of the common form clips at 0
        output = "identity" if net.output == "linear" else net.output
        labels = net.labels.astype(np.float64) if net.labels is not None else None
        x = net.x.copy() if labels is not None else None
        weights = tuple(np.ascontiguousarray(w.T) for w in net.weights)
        form = NetworkForm(weights, net.biases, net.hidden, output, x, labels)
        return network_artifact(form, _(NETS[self._params.net]), _("Forward pass"))
