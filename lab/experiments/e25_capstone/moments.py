"""The model through time: at some steps of a training it is kept how the model reads one piece of text, what it writes
and where its letters stand. The pictures are kept, and not the weights, so that a file stays small."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.lm.parameters import Parameters
from lab.engine.lm.reference import forwarding, losses
from lab.engine.text.embedding_map import fit_pca
from lab.engine.text.exchange import AnyTokenizer
from lab.experiments.e25_capstone.texts import Prepared
from lab.kit.arrays import freeze

__all__ = ["MOST", "VOWELS", "Album", "Moments", "places_of", "shown_letters", "thinned_out", "vowels_found"]

Ids = NDArray[np.integer[Any]]
Floats = NDArray[np.floating[Any]]
MOST = 20  # pictures; from then on one goes for each that comes
READ, LEAST = 24, 8  # tokens of the text that is read each time; of a prompt that can stand for it
LETTERS, FEW = 64, 8  # tokens on the map; single letters that are enough for one
VOWELS = "aeiou"
Kept = tuple[int, float, Floats, NDArray[Any], Floats, str]
FINE = 65_535  # shares of attention are kept as whole numbers of so many parts


def thinned_out(steps: Sequence[int]) -> int:
    """The place of the step that can be missed most easily: without it the largest ratio between neighbours stays
    least. The first and the last one always stay.

    Raises ValueError for fewer than three steps.
    """
    if len(steps) < 3:
        raise ValueError(f"of {len(steps)} steps none can be missed")
    ratios = [steps[k + 1] / steps[k - 1] for k in range(1, len(steps) - 1)]
    return 1 + int(np.argmin(ratios))


def vowels_found(names: Sequence[str], rows: Floats) -> tuple[int, int] | None:
    """How many vowels have another vowel as the letter nearest to them, and how many there are; None without two vowels
    and two other letters. Near is what has the largest cosine.

    names: of the rows.  rows: [K, C].
    """
    letters = [k for k, name in enumerate(names) if _is_letter(name)]
    vowel = np.array([names[k].lower() in VOWELS for k in letters], bool)
    if vowel.sum() < 2 or (~vowel).sum() < 2:
        return None
    chosen = _unit(rows[letters])
    cosines = chosen @ chosen.T
    np.fill_diagonal(cosines, -np.inf)
    return int(vowel[cosines.argmax(axis=1)][vowel].sum()), int(vowel.sum())


def places_of(rows: Floats) -> Floats:
    """Where letters stand on a map, [n, K, 2], for their embeddings [n, K, C] in n pictures.

    Only directions count: each embedding is brought to length 1, or how frequent a letter is would be all that is seen.
    All pictures are seen from the same side: along the two widest directions of the last one.
    """
    if not len(rows) or min(rows.shape[1:]) < 2 or not np.isfinite(rows).all():
        return np.zeros((*rows.shape[:2], 2))
    flat = _unit(rows)
    return fit_pca(flat[-1]).project(flat)


def _unit(rows: Floats) -> Floats:
    """Each row, [..., C], brought to length 1."""
    long = rows.astype(np.float64)
    return np.asarray(long / np.maximum(np.linalg.norm(long, axis=-1, keepdims=True), 1e-12))


def shown_letters(tokenizer: AnyTokenizer, learn: Ids) -> Ids:
    """The tokens on the map: the single letters, or all tokens where those are few; of many the most frequent ones."""
    counts = np.bincount(learn, minlength=tokenizer.size)
    single = [i for i in range(tokenizer.size) if counts[i] and _is_letter(tokenizer.decode([i]))]
    found = np.array(single if len(single) >= FEW else range(tokenizer.size), np.int64)
    return np.sort(found[np.argsort(-counts[found], kind="stable")[:LETTERS]])


def _is_letter(name: str) -> bool:
    return len(name) == 1 and name.isalpha()


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The pictures that are kept, n of them, the first one first.

    tokens: T of them, the text that is read each time.  letters: K of them, those on the map.  steps: [n].
    held_out: [n], in nats a token.  surprise: [n, T − 1], the loss at every token that is read but the first.
    attention: [n, L, H, T, T], from row to column, in parts of FINE.  places: [n, K, 2], where the letters stand.
    vowels: of each picture, how many have a vowel nearest, and how many there are.  texts: [n], what it wrote.
    """

    tokens: tuple[str, ...]
    letters: tuple[str, ...]
    steps: NDArray[Any]
    held_out: NDArray[Any]
    surprise: NDArray[Any]
    attention: NDArray[Any]
    places: NDArray[Any]
    vowels: tuple[tuple[int, int] | None, ...]
    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.steps)

    def at(self, step: int) -> int:
        """The number of the picture of a step: the last one that is not later, else the first; 0 stands for the last
        one, and −1 for none."""
        if not len(self) or step <= 0:
            return len(self) - 1
        return max(0, int(np.searchsorted(self.steps, step, side="right")) - 1)

    def head(self, number: int, layer: int, head: int) -> Floats:
        """How a head reads: [T, T], each row shares that sum to 1. layer, head: from 0."""
        return np.asarray(self.attention[number, layer, head] / FINE)


class Album:
    """Pictures in the making, for the training of a model."""

    def __init__(self, text: Prepared, prompt: Sequence[int], context: int) -> None:
        """prompt: the tokens that samples begin with; where they are few, the first ones of what judges are read."""
        room = min(READ, context)
        chosen = list(prompt) if len(prompt) >= LEAST else text.windows[0].tolist()
        self._ids: Ids = freeze(np.array(chosen[:room], np.int64))
        self._tokenizer: AnyTokenizer = text.tokenizer
        self._letters: Ids = shown_letters(text.tokenizer, text.learn)
        self._kept: list[Kept] = []
        self._shown: Moments | None = None

    def __len__(self) -> int:
        return len(self._kept)

    def taking(self, number: int, parameters: Parameters, held_out: float, text: str) -> Iterator[None]:
        """Take the picture of step `number`, a block of the model at a time."""
        reading = forwarding(parameters, self._ids[None, :])
        while True:
            try:
                next(reading)
            except StopIteration as end:
                trace = end.value
                break
            yield
        surprise = losses(trace, np.roll(self._ids, -1)[None, :])[0, :-1]
        heads = [block.attention.attention.weights[0] for block in trace.blocks]
        shares = np.round(np.stack(heads) * FINE).astype(np.uint16)
        rows = parameters["embedding"][self._letters].astype(np.float32)
        self._kept.append((number, held_out, surprise.astype(np.float32), shares, rows, text))
        if len(self._kept) > MOST:
            del self._kept[thinned_out([one[0] for one in self._kept])]
        self._shown = None

    def moments(self) -> Moments:
        """The pictures that are there; the same object until there is another one."""
        if self._shown is None:
            self._shown = self._together()
        return self._shown

    def _together(self) -> Moments:
        steps, held_out, surprise, attention, rows = self._columns()
        letters = self._names(self._letters)
        vowels = tuple(vowels_found(letters, one) for one in rows)
        return Moments(
            self._names(self._ids), letters, steps, held_out, surprise, attention, freeze(places_of(rows)), vowels,
            tuple(one[5] for one in self._kept),
        )  # fmt: skip

    def _names(self, ids: Ids) -> tuple[str, ...]:
        return tuple(self._tokenizer.decode([int(one)]) for one in ids)

    def _columns(self) -> tuple[NDArray[Any], ...]:
        """What is kept, by kind: steps, held-out losses, surprise, attention, embeddings."""
        kept = self._kept
        large = [np.stack([one[k] for one in kept]) if kept else np.zeros((0, 0, 0)) for k in (2, 3, 4)]
        first = [np.array([one[0] for one in kept], np.int64), np.array([one[1] for one in kept], np.float64)]
        return tuple(freeze(array) for array in (*first, *large))

    # ------------------------------------------------------------------------------------------- state

    def save(self) -> dict[str, Any]:
        """All that cannot be worked out again."""
        arrays = dict(zip(("steps", "held_out", "surprise", "attention", "rows"), self._columns(), strict=True))
        return {"ids": self._ids, "letters": self._letters, "texts": [one[5] for one in self._kept]} | arrays

    def load(self, saved: Mapping[str, Any], parameters: Parameters) -> None:
        """Back to what was saved; {} is of a file from before there were pictures. Raises ValueError when it is of
        another model."""
        self._kept, self._shown = [], None
        if not saved:
            return
        plan = parameters.config
        ids, letters = (np.asarray(saved[name], np.int64) for name in ("ids", "letters"))
        steps = np.asarray(saved["steps"], np.int64)
        n, t, k = len(steps), len(ids), len(letters)
        shapes = {
            "held_out": (n,), "surprise": (n, t - 1), "attention": (n, plan.n_layers, plan.n_heads, t, t),
            "rows": (n, k, plan.d_model),
        }  # fmt: skip
        arrays = {name: np.asarray(saved[name]) for name in shapes}
        known = all(0 <= number < plan.vocab_size for number in (*ids.tolist(), *letters.tolist()))
        fits = not n or all(array.shape == shapes[name] for name, array in arrays.items())
        if not (known and fits and 1 < t <= plan.context and n <= MOST and len(saved["texts"]) == n):
            raise ValueError("state: the pictures are of another model")
        self._ids, self._letters = freeze(ids), letters
        self._kept = [
            (int(steps[i]), float(arrays["held_out"][i]), arrays["surprise"][i].astype(np.float32),
             arrays["attention"][i].astype(np.uint16), arrays["rows"][i].astype(np.float32), str(saved["texts"][i]))
            for i in range(n)
        ]  # fmt: skip
