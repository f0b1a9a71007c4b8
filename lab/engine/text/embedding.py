"""Words as directions. An embedding is a table with a row for each word; looking a word up costs no multiplication,
and only the rows that were looked up learn. Words that keep the same company end up pointing the same way, so
likeness can be measured by the angle between rows, and some relations become steps: king - man + woman lands near
queen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = [
    "Neighbour",
    "WordVectors",
    "cosine",
    "cosine_matrix",
    "load_word_vectors",
    "lookup",
    "lookup_backward",
    "table_bytes",
]

Floats = NDArray[np.floating[Any]]
Ids = NDArray[np.integer[Any]]
Metric = Literal["cosine", "euclid", "dot"]


def lookup(table: Floats, ids: Ids) -> Floats:
    """The rows of a table, [V, d], at ids of any shape: [..., d]. One-hot vectors times the table, without either.

    Raises ValueError when an id is outside the table.
    """
    if ids.size and (ids.min() < 0 or ids.max() >= len(table)):
        raise ValueError(f"ids must be in 0 … {len(table) - 1}, got {ids.min()} … {ids.max()}")
    return table[ids]


def lookup_backward(shape: tuple[int, int], ids: Ids, d_out: Floats) -> Floats:
    """The gradient of the table, [V, d], from that of the rows, [..., d]: rows that were not looked up get none."""
    gradient = np.zeros(shape, d_out.dtype)
    np.add.at(gradient, ids, d_out)  # a row looked up twice collects twice
    return gradient


def table_bytes(vocab_size: int, width: int, bytes_per_number: int = 4) -> int:
    """The memory of a table; GPT-2's, 50,257 × 768 in float32, is 154.4 MB."""
    return vocab_size * width * bytes_per_number


def cosine(a: Floats, b: Floats) -> float:
    """The cosine of the angle between two vectors; nan when one of them is zero and has no direction."""
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / lengths if lengths > 0.0 else float("nan")


def cosine_matrix(rows: Floats) -> Floats:
    """All cosines between rows, [N, d] -> [N, N]; nan for zero rows."""
    lengths = np.linalg.norm(rows, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((rows @ rows.T) / np.outer(lengths, lengths))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A word and its score: a cosine or a product (higher is nearer), or a distance (lower is nearer)."""

    word: str
    score: float


@dataclass(frozen=True)
class WordVectors:
    """Words and their vectors.

    words: [N], each once; vectors: [N, d].
    Raises ValueError when the numbers differ or a word is repeated.
    """

    words: Sequence[str]
    vectors: Floats
    _places: dict[str, int] = field(init=False, repr=False, compare=False)
    _lengths: Floats = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        places = {word: i for i, word in enumerate(self.words)}
        if len(places) != len(self.words) or self.vectors.ndim != 2 or len(self.vectors) != len(places):
            raise ValueError(
                f"words must be different and as many as vectors, got {len(self.words)} words, "
                f"{len(places)} different, and vectors of shape {self.vectors.shape}"
            )
        object.__setattr__(self, "_places", places)
        object.__setattr__(self, "_lengths", np.linalg.norm(self.vectors, axis=1))

    def __contains__(self, word: str) -> bool:
        return word in self._places

    def __getitem__(self, word: str) -> Floats:
        return np.asarray(self.vectors[self.place(word)])

    def place(self, word: str) -> int:
        """The row of a word. Raises ValueError when it has none."""
        if word not in self._places:
            raise ValueError(f"the word {word!r} has no vector among {len(self.words)}")
        return self._places[word]

    def nearest(
        self, vector: Floats, k: int = 10, metric: Metric = "cosine", exclude: Sequence[str] = ()
    ) -> list[Neighbour]:
        """The k words nearest to a vector, [d], nearest first; of equals the earlier word.

        metric: "cosine" of the angle, "euclid"ean distance, or "dot" product, which long vectors win.
        exclude: words that do not count. Under "cosine" zero vectors have no direction and do not count.
        Raises ValueError when k < 1, the width differs, or metric is unknown.
        """
        if k < 1 or vector.shape != self.vectors.shape[1:] or metric not in get_args(Metric):
            raise ValueError(
                f"nearest needs k ≥ 1, a vector of {self.vectors.shape[1]} and a metric of {get_args(Metric)}, "
                f"got {k}, {vector.shape}, {metric!r}"
            )
        if metric == "euclid":
            scores = np.linalg.norm(self.vectors - vector, axis=1)
        else:
            scores = self.vectors @ vector  # [N, d] @ [d]
        if metric == "cosine":
            lengths = self._lengths * np.linalg.norm(vector)
            scores = np.where(lengths > 0, scores / np.where(lengths > 0, lengths, 1.0), np.nan)
        far = np.where(np.isnan(scores), np.inf, scores if metric == "euclid" else -scores).astype(np.float64)
        far[[self.place(word) for word in exclude]] = np.inf
        order = np.argsort(far, kind="stable")[:k]
        return [Neighbour(self.words[i], float(scores[i])) for i in order if np.isfinite(far[i])]

    def neighbours(self, word: str, k: int = 10, metric: Metric = "cosine") -> list[Neighbour]:
        """The k words nearest to a word, itself left out. Raises ValueError as `nearest` does, or for a stranger."""
        return self.nearest(self[word], k, metric, exclude=[word])

    def analogy(self, a: str, b: str, c: str, k: int = 5, exclude_inputs: bool = True) -> list[Neighbour]:
        """a is to b as c is to …: the words nearest to b - a + c, by cosine, of rows brought to length 1.

        exclude_inputs: without this usual trick the answer is mostly c or b itself.
        Raises ValueError when a word has no vector, or one without a direction.
        Source: Mikolov, Yih, Zweig, Linguistic Regularities in Continuous Space Word Representations (2013).
        """
        rows = [self[word] for word in (a, b, c)]
        lengths = [float(np.linalg.norm(row)) for row in rows]
        if min(lengths) == 0.0:
            raise ValueError(f"{a!r}, {b!r}, {c!r} need vectors with a direction, got lengths {lengths}")
        start, end, other = (row / length for row, length in zip(rows, lengths, strict=True))
        return self.nearest(end - start + other, k, exclude=[a, b, c] if exclude_inputs else ())


def load_word_vectors(path: Path) -> WordVectors:
    """Vectors from the lab's file: `words`, UTF-8 bytes with a newline between; `q` int8 rows; `scale` of each row.

    Raises ValueError when a part is missing or does not fit.
    """
    with np.load(path, allow_pickle=False) as archive:
        missing = {"words", "q", "scale"} - set(archive.files)
        if missing:
            raise ValueError(f"{path.name} lacks {sorted(missing)}")
        words = archive["words"].tobytes().decode().split("\n")
        return WordVectors(words, archive["q"] * archive["scale"].astype(np.float32)[:, None])
