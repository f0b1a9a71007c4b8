"""What is near what, and how words of a table are laid out in two numbers: PCA, an axis of one's own, or t-SNE."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.embedding import Metric, Neighbour, WordVectors, cosine_matrix
from lab.engine.text.embedding_map import PCA, fit_pca, ruler

__all__ = [
    "Layout",
    "axis_layout",
    "flat",
    "hub_counts",
    "neighbours",
    "nothing_known",
    "pca_layout",
    "rank_of",
    "same_group",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Places on a map. places: [N, 2].  shares: of the spread along each of the two directions; () where a picture
    keeps no distances.  titles: of the two axes."""

    places: Floats
    shares: tuple[float, ...]
    titles: tuple[str, str]


def flat(rows: Floats) -> PCA:
    """The two widest directions of some rows, [N, d]; one where there is but one."""
    return fit_pca(rows, min(2, *rows.shape))


def pca_layout(fitted: PCA, rows: Floats) -> Layout:
    """Rows, [N, d], in two directions that were fitted before."""
    found = fitted.project(rows)
    places = np.zeros((len(rows), 2))
    places[:, : found.shape[1]] = found
    shares = tuple(float(share) for share in fitted.shares)
    return Layout(places, shares, (_("component 1"), _("component 2")))


def axis_layout(base: Floats, rows: Floats, start: Floats, end: Floats, names: tuple[str, str]) -> Layout:
    """Rows, [N, d], along the way from one vector (0) to another (1), and across it in the widest direction of the
    rest, in the same unit. base: the rows that this direction and the shares are of.

    Raises ValueError when start and end are the same.
    """
    line = end - start
    length = math.sqrt(float(line @ line))
    x = ruler(rows, start, end)
    unit = line / length
    rest = base - np.outer(base @ unit, unit)
    across = fit_pca(rest, 1)
    y = across.project(rows - np.outer(rows @ unit, unit))[:, 0] / length
    whole = float(((base - base.mean(axis=0)) ** 2).sum()) / (len(base) - 1)
    along = float(np.var(base @ unit, ddof=1))
    shares = (along / whole, float(across.variances[0]) / whole) if whole > 0 else (0.0, 0.0)
    titles = (_("from “{a}” (0) to “{b}” (1)").format(a=names[0], b=names[1]), _("widest direction of the rest"))
    return Layout(np.stack((x, y), axis=1), shares, titles)


def neighbours(table: WordVectors, word: str, k: int, metric: Metric) -> list[Neighbour]:
    """The k nearest of a word, itself left out. Under "cosine" a zero vector has none."""
    return table.neighbours(word, k, metric)


def rank_of(table: WordVectors, word: str, other: str, metric: Metric) -> int | None:
    """Which of the neighbours of a word another one is, from 1; None where it is none."""
    found = [near.word for near in table.neighbours(word, len(table.words), metric)]
    return found.index(other) + 1 if other in found else None


def hub_counts(rows: Floats, k: int) -> NDArray[np.int64]:
    """In how many lists of the k nearest, by cosine, each of some rows, [N, d], stands: [N]. Their mean is k; in
    many dimensions a few rows, the hubs, stand in far more."""
    k = min(k, len(rows) - 1)
    cosines = np.nan_to_num(cosine_matrix(rows), nan=-2.0)
    np.fill_diagonal(cosines, -3.0)
    nearest = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return np.bincount(nearest.ravel(), minlength=len(rows))


def same_group(rows: Floats, groups: Sequence[str]) -> float | None:
    """How many of some words, by their share, have their nearest among them in the same group; None without groups."""
    known = [i for i, group in enumerate(groups) if group]
    if len(known) < 3:
        return None
    cosines = np.nan_to_num(cosine_matrix(rows[known]), nan=-2.0)
    np.fill_diagonal(cosines, -3.0)
    nearest = cosines.argmax(axis=1)
    return float(np.mean([groups[known[i]] == groups[known[j]] for i, j in enumerate(nearest)]))


def nothing_known(table: WordVectors, word: str) -> str:
    """What is said of a word without a vector, with one like it that has one."""
    said = _("“{word}” has no vector here: it is unknown.").format(word=word[:40])
    first = [known for known in table.words if known[:1] == word[:1].lower()]
    close = difflib.get_close_matches(word.lower(), first, 1)
    return said + (" " + _("Did you mean “{close}”?").format(close=close[0]) if close else "")
