"""How far back the blame reaches. The gradient goes from the last step of a sequence to the first and is multiplied
once a step; how large it still is at each of them says how far a network can learn to remember."""

from dataclasses import replace

import numpy as np

from lab.engine.graph.operations import Array
from lab.engine.nets.recurrent import Recurrent, SequenceRun, State

__all__ = ["blame_sizes", "spectral_radius", "state_gradients"]


def spectral_radius(matrix: Array) -> float:
    """The size of the largest eigenvalue of a square matrix: what it multiplies by in the long run."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def state_gradients(layer: Recurrent, run: SequenceRun, final: State) -> Array:
    """The gradient of the whole state after every step, when something is asked of the last one only.

    run: a pass over [N, T, n_in].  final: the gradient of its final state, one [N, H] for each of its parts.
    Returns [T, N, parts · H]. In the LSTM it holds both ways back, over h and over c.
    Source: Werbos, Backpropagation through time, 1990.
    """
    steps, state = run.x.shape[1], final
    nothing = np.zeros((len(run.x), 1, layer.n_hidden), dtype=run.outputs.dtype)
    found = np.empty((steps, len(run.x), len(final) * layer.n_hidden), dtype=run.outputs.dtype)
    for t in reversed(range(steps)):
        found[t] = np.concatenate(state, axis=1)
        one = replace(
            run,
            outputs=run.outputs[:, t : t + 1],
            x=run.x[:, t : t + 1],
            before=run.before[t : t + 1],
            kept=run.kept[t : t + 1],
        )
        state = layer.run_back(nothing, one, state).initial
    return found


def blame_sizes(gradients: Array) -> Array:
    """How long the gradient is at every step, the mean over the examples: [T, N, S] -> [T]."""
    return np.asarray(np.linalg.norm(gradients, axis=2).mean(axis=1))
