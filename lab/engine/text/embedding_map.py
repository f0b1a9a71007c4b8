"""High dimensions on paper. PCA turns the cloud so that its widest directions lie flat, and says what share of the
width the picture shows; a ruler between two words measures one direction of the reader's own choice; t-SNE keeps
neighbours together and gives up distances. None of them shows everything, so each comes with its measure.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["PCA", "TSNE", "affinities", "fit_pca", "ruler", "start_tsne", "tsne_step"]

Floats = NDArray[np.floating[Any]]
EXAGGERATED_STEPS = 100


@dataclass(frozen=True, slots=True)
class PCA:
    """mean [d]; directions [k, d] of length 1, widest first; variances [k]; shares [k] of the whole variance."""

    mean: Floats
    directions: Floats
    variances: Floats
    shares: Floats

    def project(self, rows: Floats) -> Floats:
        """Where rows, [N, d], lie on the picture: [N, k]."""
        return np.asarray((rows - self.mean) @ self.directions.T)


def fit_pca(rows: Floats, k: int = 2) -> PCA:
    """The k widest directions of a cloud, [N, d]; each is turned so that its largest entry is positive.

    A cloud without any width has shares 0.
    Raises ValueError when there are fewer than two rows or k is not in 1 … min(N, d).
    Source: Pearson (1901); computed by the SVD of the centred rows.
    """
    if rows.ndim != 2 or len(rows) < 2 or not 1 <= k <= min(rows.shape):
        raise ValueError(f"rows must be at least 2 and k in 1 … {min(rows.shape)}, got shape {rows.shape} and k={k}")
    mean = rows.mean(axis=0)
    _, widths, directions = np.linalg.svd(rows - mean, full_matrices=False)
    directions = directions[:k]
    signs = np.sign(directions[np.arange(k), np.abs(directions).argmax(axis=1)])
    variances = widths**2 / (len(rows) - 1)
    total = variances.sum()
    shares = variances[:k] / total if total > 0 else np.zeros(k)
    return PCA(mean, directions * signs[:, None], variances[:k], shares)


def ruler(rows: Floats, start: Floats, end: Floats) -> Floats:
    """Where rows, [N, d], stand on the line from start (0) to end (1): [N].

    Raises ValueError when start and end are the same.
    """
    line = end - start
    length = float(line @ line)
    if length == 0.0:
        raise ValueError("start and end of the ruler must differ")
    return np.asarray((rows - start) @ line / length)


@dataclass(frozen=True, slots=True)
class TSNE:
    """A map in the making: places [N, 2], their speeds, each place's own gain, and the steps made."""

    places: Floats
    speeds: Floats
    gains: Floats
    affinities: Floats
    step: int


def affinities(rows: Floats, perplexity: float) -> Floats:
    """How much each pair of rows are neighbours, [N, N], symmetric, summing to 1.

    Each row looks around with a Gaussian as wide as gives it `perplexity` neighbours, found by bisection.
    Raises ValueError unless 1 < perplexity < N.
    Source: van der Maaten, Hinton, Visualizing Data using t-SNE (2008).
    """
    n = len(rows)
    if not 1.0 < perplexity < n:
        raise ValueError(f"perplexity must be between 1 and the {n} rows, got {perplexity}")
    squares = (rows**2).sum(axis=1)
    distances = np.maximum(squares[:, None] + squares[None, :] - 2 * rows @ rows.T, 0.0)
    np.fill_diagonal(distances, np.inf)
    distances -= distances.min(axis=1, keepdims=True)  # the nearest counts as 0: nothing underflows
    low, high = np.full((n, 1), 1e-12), np.full((n, 1), 1e12)
    for _ in range(60):
        precision = np.sqrt(low * high)
        p = np.exp(-distances * precision)
        p /= p.sum(axis=1, keepdims=True)
        entropy = -(p * np.log(p, where=p > 0, out=np.zeros_like(p))).sum(axis=1, keepdims=True)
        wide = entropy > np.log(perplexity)
        low, high = np.where(wide, precision, low), np.where(wide, high, precision)
    return np.asarray((p + p.T) / (2 * n))


def start_tsne(rows: Floats, rng: np.random.Generator, perplexity: float = 20.0) -> TSNE:
    """A map before its first step: all places near the middle."""
    places = rng.normal(0, 1e-4, (len(rows), 2))
    return TSNE(places, np.zeros_like(places), np.ones_like(places), affinities(rows, perplexity), 0)


def tsne_step(state: TSNE, learning_rate: float = 100.0) -> tuple[TSNE, float]:
    """One step downhill on the divergence between neighbourhoods; returns the new map and the divergence in nats.

    For the first hundred steps attraction is four times as strong, so that groups find together.
    """
    places, p = state.places, state.affinities
    early = state.step < EXAGGERATED_STEPS
    squares = (places**2).sum(axis=1)
    closeness = 1.0 / (1.0 + np.maximum(squares[:, None] + squares[None, :] - 2 * places @ places.T, 0.0))
    np.fill_diagonal(closeness, 0.0)
    q = np.maximum(closeness / closeness.sum(), 1e-12)
    pull = ((4.0 if early else 1.0) * p - q) * closeness
    gradient = 4.0 * (pull.sum(axis=1, keepdims=True) * places - pull @ places)  # [N, 2]
    same = np.sign(gradient) == np.sign(state.speeds)
    gains = np.maximum(np.where(same, state.gains * 0.8, state.gains + 0.2), 0.01)
    speeds = (0.5 if early else 0.8) * state.speeds - learning_rate * gains * gradient
    moved = places + speeds
    divergence = float((p * np.log(np.maximum(p, 1e-12) / q)).sum())
    return TSNE(moved - moved.mean(axis=0), speeds, gains, p, state.step + 1), divergence
