"""A network that was received, made four times as deep in place: behind each of its hidden layers come three new
blocks of the same width, with new weights. Its own layers are left as they are. One without a hidden layer gets the
blocks before its only sum."""

from __future__ import annotations

import numpy as np

from lab.core.artifact import Artifact
from lab.core.text import _
from lab.engine.graph.operations import Array
from lab.engine.nets.exchange import HEADS, NetworkForm, read_network
from lab.engine.nets.fast_activations import GATES
from lab.engine.nets.layers import Dense, dense
from lab.experiments.e13_residual_connections.settings import MOST_BLOCKS, Params, scheme_for
from lab.experiments.e13_residual_connections.stacks import EXAMPLES, Ground

__all__ = ["DEEPER", "deepened"]

DEEPER = 4
WIDEST = 128
OTHERWISE = "tanh"  # the gate of new blocks where the network has none


def deepened(artifact: Artifact, params: Params, rng: np.random.Generator) -> Ground:
    """The network of an artifact with its examples, deepened. Raises ValueError with a sentence for one that does not
    fit."""
    form = read_network(artifact.data)
    _check(form)
    gate = form.hidden if len(form.sizes) > 2 else OTHERWISE
    widths = form.sizes[1:-1] or form.sizes[:1]
    times = min(DEEPER, (MOST_BLOCKS + 1) // len(widths))
    scheme = scheme_for(gate, params.scheme)
    own = [Dense(w.T.copy(), b.copy()) for w, b in zip(form.weights, form.biases, strict=True)]
    first = own[:-1] or [Dense(np.eye(widths[0]), np.zeros(widths[0]))]
    sums: list[Dense] = []
    for one, width in zip(first, widths, strict=True):
        sums += [one, *(dense(width, width, rng, scheme, params.gain) for _block in range(times - 1))]
    sums.append(own[-1])
    x, y = _examples(form, rng)
    head = HEADS.get(form.output, "mse")
    start = gate if len(own) > 1 else "linear"
    kept = frozenset(range(0, len(sums) - 1, times)) if len(own) > 1 else frozenset[int]()
    title = artifact.title or _("a network")
    return Ground(tuple(sums), gate, start, head, x, y, title, kept | {len(sums) - 1})


def _check(form: NetworkForm) -> None:
    widest = max(form.sizes[1:-1] or form.sizes[:1])
    if widest > WIDEST:
        text = _("The network has layers of up to {n} units; at most {most} fit here.")
        raise ValueError(text.format(n=widest, most=WIDEST))
    if form.hidden not in GATES and len(form.sizes) > 2:
        raise ValueError(f"hidden: {form.hidden!r}, needs one of {', '.join(GATES)}")


def _examples(form: NetworkForm, rng: np.random.Generator) -> tuple[Array, Array]:
    """Its examples, 256 of them at most; without any, random inputs with the network's own answers."""
    network = form.to_network()
    if form.x is None or form.labels is None:
        x = rng.normal(size=(EXAMPLES, form.sizes[0]))
        return x, network.predict(x) if network.head == "mse" else network.classify(x)
    chosen = np.sort(rng.permutation(len(form.x))[:EXAMPLES])
    x, y = form.x[chosen], np.asarray(form.labels)[chosen]
    if network.head == "mse":
        return x, y if form.sizes[-1] == 1 else network.predict(x)
    return x, y.astype(np.int64)
