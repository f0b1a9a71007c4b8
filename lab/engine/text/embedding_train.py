"""Word vectors learned in view. Skip-gram slides a window over sentences; the word in the middle has to tell its
real neighbours from words drawn at random (negatives). Both have vectors, one for being in the middle and one for
being a neighbour, and each lesson moves only those it mentions: together what keeps company, apart what does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.basics.activations import sigmoid, softplus
from lab.engine.text.embedding import WordVectors

__all__ = ["Lesson", "SkipGram", "SkipGramPlan", "pair_loss", "pairs_of", "start_skip_gram", "teach", "train_pairs"]

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SkipGramPlan:
    """window: how far neighbours may stand; negatives: random words for each real one; width: of the vectors;
    smoothing: the power that makes rare words likelier negatives; fewest: rarer words are left out.

    Raises ValueError when a number is out of range.
    Source: Mikolov et al., Distributed Representations of Words and Phrases (2013).
    """

    width: int = 16
    window: int = 2
    negatives: int = 5
    smoothing: float = 0.75
    fewest: int = 1

    def __post_init__(self) -> None:
        if min(self.width, self.window, self.negatives, self.fewest) < 1 or self.smoothing < 0:
            raise ValueError(f"a plan needs width, window, negatives, fewest ≥ 1 and smoothing ≥ 0, got {self}")


@dataclass(frozen=True)
class SkipGram:
    """A training in progress: words; middle and near, their two vectors, [V, d], changed in place; pairs [M, 2] of
    (middle word, neighbour); chances [V], how likely each word is drawn as a negative.
    """

    plan: SkipGramPlan
    words: tuple[str, ...]
    middle: Floats
    near: Floats
    pairs: Ids
    chances: Floats

    def vectors(self) -> WordVectors:
        """The words with the vectors they have in the middle, as they are now."""
        return WordVectors(self.words, self.middle.copy())


def pairs_of(sentences: Sequence[Sequence[int]], window: int) -> Ids:
    """Every (word, neighbour) with at most `window` steps between them, within a sentence: [M, 2]."""
    pairs = [
        (sentence[i], sentence[j])
        for sentence in sentences
        for i in range(len(sentence))
        for j in range(max(0, i - window), min(len(sentence), i + window + 1))
        if i != j
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


def start_skip_gram(sentences: Sequence[str], plan: SkipGramPlan, rng: np.random.Generator) -> SkipGram:
    """Reads sentences (words parted by blanks) and starts with small random vectors; most frequent words first.

    Raises ValueError when no word has a neighbour.
    """
    texts = [sentence.split() for sentence in sentences]
    counts = Counter(word for text in texts for word in text)
    words = tuple(word for word, n in counts.most_common() if n >= plan.fewest)
    ids = {word: i for i, word in enumerate(words)}
    pairs = pairs_of([[ids[word] for word in text if word in ids] for text in texts], plan.window)
    if not len(pairs):
        raise ValueError(f"sentences need a word with a neighbour, got {len(sentences)} with {len(words)} words")
    chances = np.array([counts[word] for word in words], np.float64) ** plan.smoothing
    middle = (rng.random((len(words), plan.width)) - 0.5) / plan.width
    return SkipGram(plan, words, middle, np.zeros_like(middle), pairs, chances / chances.sum())


def pair_loss(middle: Floats, near: Floats, negatives: Floats) -> float:
    """-log σ(m·n) - Σ log σ(-m·w) for one middle word, [d], its neighbour, [d], and negatives, [K, d], in nats."""
    return float(softplus(-(middle @ near)) + softplus(negatives @ middle).sum())


@dataclass(frozen=True, slots=True)
class Lesson:
    """What one step taught. middle: [B] words.  targets: [B, 1 + K], the real neighbour first, then the negatives.
    counts: [B, 1 + K], False for a negative that is the real neighbour and teaches nothing.  beliefs: [B, 1 + K], how
    likely each target was held to be a real neighbour before the step, σ(m·n).  loss: mean over B, before the step.
    """

    middle: Ids
    targets: Ids
    counts: NDArray[np.bool_]
    beliefs: Floats
    loss: float


def teach(state: SkipGram, batch: int, learning_rate: float, rng: np.random.Generator) -> Lesson:
    """One step, in place: `batch` random pairs with their negatives; returns what was taught.

    A negative that happens to be the real neighbour teaches nothing and is left out.
    Raises ValueError when batch < 1.
    """
    if batch < 1:
        raise ValueError(f"batch must be at least 1, got {batch}")
    chosen = state.pairs[rng.integers(0, len(state.pairs), batch)]
    negatives = rng.choice(len(state.words), (batch, state.plan.negatives), p=state.chances)
    targets = np.concatenate([chosen[:, 1:], negatives], axis=1)  # [B, 1 + K], the real one first
    real = np.zeros(targets.shape)
    real[:, 0] = 1.0
    counts = (real == 1.0) | (targets != chosen[:, 1:])
    m, n = state.middle[chosen[:, 0]], state.near[targets]  # [B, d], [B, 1 + K, d]
    scores = np.einsum("bd,bkd->bk", m, n)
    losses = softplus(np.where(real == 1.0, -scores, scores)) * counts
    beliefs = sigmoid(scores)
    slope = (beliefs - real) * counts  # of the loss by the score
    d_middle = np.einsum("bk,bkd->bd", slope, n)
    d_near = slope[:, :, None] * m[:, None, :]
    np.subtract.at(state.middle, chosen[:, 0], learning_rate * d_middle)
    np.subtract.at(state.near, targets, learning_rate * d_near)
    return Lesson(chosen[:, 0], targets, counts, np.asarray(beliefs), float(losses.sum() / batch))


def train_pairs(state: SkipGram, batch: int, learning_rate: float, rng: np.random.Generator) -> float:
    """The same step; returns only the loss."""
    return teach(state, batch, learning_rate, rng).loss
