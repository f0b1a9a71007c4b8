"""Who raised a score: behind the last norm a score is a product with the stream, and the stream is a sum of what each
part wrote into it, so the score is a sum as well, over parts, over heads, over neurons.
"""

from __future__ import annotations

import numpy as np

from lab.core.records import dataclass
from lab.engine.inside.bench import Bench, Floats, Seen

__all__ = ["Contributions", "contributions", "neuron_contributions"]


@dataclass(frozen=True, slots=True)
class Contributions:
    """What each part gave to a score, or to the difference of two.

    embedding: what the token itself and its position gave.
    heads [L, H]; feed_forward [L].
    moved [L+1]: what was changed by hand, stream by stream.
    total: the score, and the sum of all.
    """

    embedding: float
    heads: Floats
    feed_forward: Floats
    moved: Floats
    total: float


def contributions(bench: Bench, seen: Seen, position: int, token: int, against: int | None = None) -> Contributions:
    """What each part gave to the score of a token after `position`, or to its lead over another token.

    seen: a pass with stream, heads and what was added kept.
    Raises ValueError when it has not, when the model is not a sum (`Bench.directions`), or residuals or norms were
    switched off.
    Source: Elhage et al., A Mathematical Framework for Transformer Circuits (2021).
    """
    if seen.stream is None or seen.heads is None or seen.added is None:
        raise ValueError("contributions need a pass with stream, heads and what was added kept")
    if seen.edits.without & {"residual", "norm"}:
        raise ValueError("contributions need the residuals and the norms")
    direction = _direction(bench, seen.stream[-1, position], token, against)
    streams, added = seen.stream[:, position].astype(float), seen.added[:, :, position].astype(float)
    n_layers = len(added)
    heads = np.stack(
        [
            np.einsum("hd,hdc,c->h", seen.heads[k, :, position], bench.head_writes(k), direction, optimize=True)
            for k in range(n_layers)
        ]
    )
    silent = np.array([not seen.edits.runs(k, "attention") for k in range(n_layers)])
    heads[silent] = 0.0
    moved = np.zeros(n_layers + 1)
    for k in range(n_layers + 1):
        if k and seen.edits.moves(k):
            moved[k] = (streams[k] - streams[k - 1] - added[k - 1].sum(axis=0)) @ direction
    return Contributions(
        float(streams[0] @ direction), heads, added[:, 1] @ direction, moved, float(streams[-1] @ direction)
    )


def neuron_contributions(
    bench: Bench, seen: Seen, layer: int, position: int, token: int, against: int | None = None
) -> Floats:
    """What each neuron of a feed-forward layer gave to the score of a token after `position`, [F].

    Their sum is the layer's contribution.  Raises ValueError as `contributions` does.
    """
    if seen.stream is None or seen.inner is None:
        raise ValueError("contributions of neurons need a pass with stream and activations kept")
    direction = _direction(bench, seen.stream[-1, position], token, against)
    return np.asarray(seen.inner[layer, position] * (bench.neuron_writes(layer) @ direction))


def _direction(bench: Bench, last: Floats, token: int, against: int | None) -> Floats:
    tokens = [token] if against is None else [token, against]
    rows = bench.directions(tokens, last).astype(float)
    return np.asarray(rows[0] if against is None else rows[0] - rows[1])
