"""How a network travels from one experiment to another: one form, plain arrays and names, so that the painter,
the forward pass, the graph inspector and a single neuron all mean the same thing by "network".

    layers         L, how many weighted sums there are; hidden layers are L − 1
    weights1 … L   [n_out, n_in] float64, one row for each unit
    bias1 … L      [n_out] float64
    hidden         the gate behind every sum but the last, one of `activations.ACTIVATIONS`
    output         what is done with the last sum: sigmoid, softmax, tanh, step or identity
    x, labels      examples to show it with, [n, d] and [n]; both or neither
    loss           what it was trained by, or nothing

A network that reads pictures has kernels before its sums, and its own kind of artifact, "picture-network":

    convolutions         C, how many layers of kernels
    kernels1 … C         [n_out, n_in, k, k], a ReLU behind each
    kernel_bias1 … C     [n_out]
    pool                 the side of the windows whose largest entry goes on, behind the last of them
    pictures, answers    examples to show it with, [n, n_in, H, W] and [n]
    layers …             the sums behind it, as above, for what is left of a picture, flattened

Whatever arrives may come from a stranger's file: `read_network` believes nothing and names what is wrong."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.basics.activations import ACTIVATIONS
from lab.engine.nets.convolution_layers import Convolution, MaxPool
from lab.engine.nets.layers import Activate, Dense, Flatten, Layer
from lab.engine.nets.network import Head, Network
from lab.engine.nets.resize import dense_layers

__all__ = [
    "LOSSES",
    "MAX_EXAMPLES",
    "MAX_LAYERS",
    "MAX_NUMBERS",
    "OUTPUTS",
    "NetworkForm",
    "PictureForm",
    "network_artifact",
    "network_form",
    "picture_artifact",
    "picture_form",
    "read_network",
    "read_picture_network",
]

Array = NDArray[np.float64]

OUTPUTS = ("sigmoid", "softmax", "tanh", "step", "identity")
LOSSES = ("", "cross-entropy", "mse")
MAX_LAYERS = 64
MAX_NUMBERS = 1_000_000
"""So many weights and biases a network may have."""
MAX_EXAMPLES = 10_000
LIMIT = 1e12
"""No number may be larger: what follows must be able to multiply and add."""
HEADS: dict[str, Head] = {"sigmoid": "logistic", "softmax": "softmax"}


@dataclass(frozen=True, slots=True, eq=False)
class NetworkForm:
    """A network on its way, checked when it is made.

    weights: one a layer, [n_out, n_in].  biases: [n_out].  x: [n, d] or None.  labels: [n] or None.
    hidden, output, loss: names, see above.
    Raises ValueError naming the entry that does not fit, as it is called in an artifact.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    hidden: str
    output: str
    x: Array | None = None
    labels: Array | NDArray[np.int64] | None = None
    loss: str = ""

    def __post_init__(self) -> None:
        _check_names(self)
        _check_sums(self)
        _check_examples(self)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Inputs, hidden units per layer, outputs."""
        return (self.weights[0].shape[1], *(len(bias) for bias in self.biases))

    def to_network(self) -> Network:
        """The network to be read. Its head is logistic for a sigmoid, softmax for a softmax, else mse: the sums
        are the same, and a tanh or a step behind the last one is left to whoever reads them."""
        layers: list[Layer] = []
        for weight, bias in zip(self.weights, self.biases, strict=True):
            layers += [Dense(weight.T.copy(), bias.copy()), Activate(self.hidden)]
        return Network(tuple(layers[:-1]), HEADS.get(self.output, "mse"))


def network_form(
    network: Network, x: Array | None = None, labels: Array | None = None, loss: str = "", hidden: str = "linear"
) -> NetworkForm:
    """The form of a dense network.

    hidden: its gate's name where it has no hidden layer to tell it.
    Raises ValueError when it has other layers, more than one kind of gate, or one behind its last sum.
    """
    sums = dense_layers(network)
    gates = {layer.name for layer in network.layers if isinstance(layer, Activate)} or {hidden}
    if len(gates) > 1:
        raise ValueError(f"network: has gates {', '.join(sorted(gates))}, needs one kind for all layers")
    if not isinstance(network.layers[-1], Dense):
        raise ValueError("network: ends with a gate, needs a weighted sum at its end")
    outputs = {"logistic": "sigmoid", "softmax": "softmax", "mse": "identity"}
    weights = tuple(np.asarray(layer.weight.T, np.float64) for layer in sums)
    biases = tuple(np.asarray(layer.bias, np.float64) for layer in sums)
    return NetworkForm(weights, biases, gates.pop(), outputs[network.head], x, labels, loss)


def network_artifact(form: NetworkForm, title: str, origin: str = "") -> Artifact:
    """The network as an artifact, to be put on the shelf or sent."""
    data: dict[str, Any] = {"layers": len(form.weights), "hidden": form.hidden, "output": form.output}
    for place, (weight, bias) in enumerate(zip(form.weights, form.biases, strict=True), 1):
        data |= {f"weights{place}": np.ascontiguousarray(weight), f"bias{place}": np.ascontiguousarray(bias)}
    if form.x is not None and form.labels is not None:
        data |= {"x": form.x, "labels": form.labels}
    if form.loss:
        data["loss"] = form.loss
    return Artifact("network", title, data, origin)


def read_network(data: Mapping[str, Any], inputs: int | None = None) -> NetworkForm:
    """The network in an artifact's data.

    inputs: how many the reader has; any number when None.
    Raises ValueError naming the entry that is missing, too large or does not fit.
    """
    layers = _entry(data, "layers")
    if isinstance(layers, bool) or not isinstance(layers, int | np.integer) or not 1 <= layers <= MAX_LAYERS:
        raise ValueError(f"layers: {_short(layers)}, needs a whole number from 1 to {MAX_LAYERS}")
    weights = tuple(_numbers(data, f"weights{place}", 2) for place in range(1, int(layers) + 1))
    biases = tuple(_numbers(data, f"bias{place}", 1) for place in range(1, int(layers) + 1))
    x = _numbers(data, "x", 2) if "x" in data else None
    labels = _numbers(data, "labels", 1) if "labels" in data else None
    hidden, output = _entry(data, "hidden"), _entry(data, "output")
    form = NetworkForm(weights, biases, hidden, output, x, labels, data.get("loss", ""))
    if inputs is not None and form.sizes[0] != inputs:
        raise ValueError(f"weights1: shape {weights[0].shape}, needs (n_out, {inputs}): {inputs} inputs")
    return form


def _entry(data: Mapping[str, Any], name: str) -> Any:
    if name not in data:
        raise ValueError(f"{name}: is missing")
    return data[name]


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else text[:37] + "..."


def _numbers(data: Mapping[str, Any], name: str, dimensions: int) -> Array:
    """An entry as a float64 array of its own. Size is looked at before anything is copied."""
    value = _entry(data, name)
    if not isinstance(value, np.ndarray) or value.dtype.kind not in "biuf":
        raise ValueError(f"{name}: {_short(value)}, needs an array of numbers")
    if value.ndim != dimensions or not 1 <= value.size <= MAX_NUMBERS:
        raise ValueError(f"{name}: shape {value.shape}, needs {dimensions} axes and 1 to {MAX_NUMBERS} numbers")
    return np.array(value, np.float64)


def _check_names(form: NetworkForm) -> None:
    for name, value, known in (
        ("hidden", form.hidden, tuple(ACTIVATIONS)),
        ("output", form.output, OUTPUTS),
        ("loss", form.loss, LOSSES),
    ):
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"{name}: {_short(value)}, needs one of {', '.join(filter(None, known))}")


def _check_sums(form: NetworkForm) -> None:
    if not 1 <= len(form.weights) <= MAX_LAYERS or len(form.weights) != len(form.biases):
        raise ValueError(f"layers: {len(form.weights)} weights, {len(form.biases)} biases, need 1 to {MAX_LAYERS}")
    for place, (weight, bias) in enumerate(zip(form.weights, form.biases, strict=True), 1):
        _check_finite(f"weights{place}", weight)
        _check_finite(f"bias{place}", bias)
        if weight.ndim != 2 or bias.shape != weight.shape[:1] or not weight.size:
            raise ValueError(
                f"bias{place}: shape {bias.shape}, needs one for each row of weights{place} {weight.shape}"
            )
    for place, (before, after) in enumerate(pairwise(form.weights), 2):
        if after.shape[1] != before.shape[0]:
            raise ValueError(
                f"weights{place}: shape {after.shape}, needs (n_out, {before.shape[0]}), as many as before"
            )
    if sum(a.size for a in (*form.weights, *form.biases)) > MAX_NUMBERS:
        raise ValueError(f"layers: more than {MAX_NUMBERS} weights and biases")
    outputs = len(form.biases[-1])
    if (form.output == "softmax") != (outputs > 1) and form.output in HEADS:
        raise ValueError(f"output: {form.output} with {outputs} outputs; a sigmoid needs 1, a softmax at least 2")


def _check_examples(form: NetworkForm) -> None:
    if (form.x is None) != (form.labels is None):
        raise ValueError("labels: x and labels, needs both or neither")
    if form.x is None or form.labels is None:
        return
    width = form.weights[0].shape[1]
    if form.x.ndim != 2 or form.x.shape[1] != width or not 1 <= len(form.x) <= MAX_EXAMPLES:
        raise ValueError(f"x: shape {form.x.shape}, needs (n, {width}) with n from 1 to {MAX_EXAMPLES}")
    _check_finite("x", form.x)
    if form.labels.shape != form.x.shape[:1]:
        raise ValueError(f"labels: shape {form.labels.shape}, needs ({len(form.x)},), one for each row of x")
    _check_finite("labels", form.labels)
    classes = max(2, len(form.biases[-1]))
    if form.output != "identity" and not np.isin(form.labels, np.arange(classes)).all():
        raise ValueError(f"labels: need whole numbers from 0 to {classes - 1}")


def _check_finite(name: str, values: Array | NDArray[np.int64]) -> None:
    if not (np.abs(values) <= LIMIT).all():  # also refuses what is not a number
        raise ValueError(f"{name}: needs finite numbers between −10¹² and 10¹²")


@dataclass(frozen=True, slots=True, eq=False)
class PictureForm:
    """A network that reads pictures on its way, checked when it is made.

    kernels: one a layer, [n_out, n_in, k, k].  biases: [n_out].  pool: side of the windows behind them.
    sums: what stands behind, with as many inputs as are left of a picture.  pictures: [n, n_in, H, W].  answers: [n].
    Raises ValueError naming the entry that does not fit, as it is called in an artifact.
    """

    kernels: tuple[Array, ...]
    biases: tuple[Array, ...]
    pool: int
    sums: NetworkForm
    pictures: Array
    answers: Array | NDArray[np.int64]

    def __post_init__(self) -> None:
        channels, *side = self.pictures.shape[1:]
        for place, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True), 1):
            _check_finite(f"kernels{place}", kernel)
            _check_finite(f"kernel_bias{place}", bias)
            if kernel.shape[1] != channels or bias.shape != kernel.shape[:1] or min(side) < max(kernel.shape[2:]):
                raise ValueError(f"kernels{place}: shape {kernel.shape}, needs {channels} inputs, to fit into {side}")
            channels, side = kernel.shape[0], [n - k + 1 for n, k in zip(side, kernel.shape[2:], strict=True)]
        if not 1 <= self.pool <= min(side):
            raise ValueError(f"pool: {self.pool}, needs 1 to {min(side)}")
        left = channels * int(np.prod([n // self.pool for n in side]))
        if left != self.sums.sizes[0]:
            raise ValueError(f"weights1: {self.sums.sizes[0]} inputs, needs {left}: so much is left of a picture")
        _check_finite("pictures", self.pictures)
        if self.answers.shape != self.pictures.shape[:1] or len(self.answers) > MAX_EXAMPLES:
            raise ValueError(
                f"answers: shape {self.answers.shape}, needs one for each of at most {MAX_EXAMPLES} pictures"
            )
        if not np.isin(self.answers, np.arange(self.sums.sizes[-1])).all():
            raise ValueError(f"answers: need whole numbers from 0 to {self.sums.sizes[-1] - 1}")

    def to_network(self) -> Network:
        """The network to be read."""
        layers: list[Layer] = []
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            layers += [Convolution(kernel, bias), Activate("relu")]
        behind = self.sums.to_network()
        return Network((*layers, MaxPool(self.pool), Flatten(), *behind.layers), behind.head)


def picture_form(network: Network, pictures: Array, answers: Array | NDArray[np.int64]) -> PictureForm:
    """The form of convolutions with a ReLU each, one MaxPool and dense layers behind it, as `digit_cnn` makes them.

    Raises ValueError where it has other layers.
    """
    layers = list(network.layers)
    kernels = []
    while len(layers) > 1 and isinstance(layers[0], Convolution) and isinstance(layers[1], Activate):
        kernels.append(layers[0])
        layers = layers[2:]
    plain = all((layer.stride, layer.padding, layer.dilation) == (1, 0, 1) for layer in kernels)
    if not plain or len(layers) < 3 or not isinstance(layers[0], MaxPool) or not isinstance(layers[1], Flatten):
        raise ValueError("network: needs plain convolutions with a ReLU each, a MaxPool, a Flatten and dense layers")
    sums = network_form(Network(tuple(layers[2:]), network.head), loss="cross-entropy", hidden="relu")
    weights, biases = tuple(layer.weight for layer in kernels), tuple(layer.bias for layer in kernels)
    return PictureForm(weights, biases, layers[0].kernel, sums, pictures, answers)


def picture_artifact(form: PictureForm, title: str, origin: str = "") -> Artifact:
    """The network as an artifact, to be put on the shelf or sent."""
    data = {**network_artifact(form.sums, title).data, "convolutions": len(form.kernels), "pool": form.pool}
    for place, (kernel, bias) in enumerate(zip(form.kernels, form.biases, strict=True), 1):
        data |= {f"kernels{place}": np.ascontiguousarray(kernel), f"kernel_bias{place}": np.ascontiguousarray(bias)}
    return Artifact("picture-network", title, {**data, "pictures": form.pictures, "answers": form.answers}, origin)


def read_picture_network(data: Mapping[str, Any]) -> PictureForm:
    """The network in an artifact's data. Raises ValueError naming the entry that is missing or does not fit."""
    count, pool = _whole(data, "convolutions"), _whole(data, "pool")
    kernels = tuple(_numbers(data, f"kernels{place}", 4) for place in range(1, count + 1))
    biases = tuple(_numbers(data, f"kernel_bias{place}", 1) for place in range(1, count + 1))
    sums = read_network({name: value for name, value in data.items() if name not in ("x", "labels")})
    return PictureForm(kernels, biases, pool, sums, _numbers(data, "pictures", 4), _numbers(data, "answers", 1))


def _whole(data: Mapping[str, Any], name: str) -> int:
    value = _entry(data, name)
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or not 1 <= value <= MAX_LAYERS:
        raise ValueError(f"{name}: {_short(value)}, needs a whole number from 1 to {MAX_LAYERS}")
    return int(value)
