"""How good a model is, in numbers: right and wrong answers counted and divided in the ways that have names,
and how surprised a language model is by a text. A rate whose divisor is zero does not exist and is None,
never quietly 0 or 1: "of the items it called positive, how many were?" has no answer when it called none."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lab.core.records import dataclass

__all__ = [
    "Counts",
    "accuracy",
    "bits_per_byte",
    "confusion_matrix",
    "counts_at",
    "entropy",
    "macro_f1",
    "per_class",
    "perplexity",
    "surprisal",
]

Array = NDArray[np.float64]
Integers = NDArray[np.int64]


def _rate(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Counts:
    """The four kinds of answer to a yes-or-no question, and the rates made of them; None where 0/0.

    tp, fp: said yes, and it was so, or was not.  fn, tn: said no, and it was yes, or was no.
    """

    tp: int
    fp: int
    fn: int
    tn: int

    @property
    def accuracy(self) -> float | None:
        """The share of right answers."""
        return _rate(self.tp + self.tn, self.tp + self.fp + self.fn + self.tn)

    @property
    def precision(self) -> float | None:
        """Of what it called positive, the share that was."""
        return _rate(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        """Of what was positive, the share it found; also sensitivity, or the true-positive rate."""
        return _rate(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> float | None:
        """Of what was negative, the share it left alone."""
        return _rate(self.tn, self.tn + self.fp)

    @property
    def false_positive_rate(self) -> float | None:
        """Of what was negative, the share it called positive."""
        return _rate(self.fp, self.fp + self.tn)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall, 2tp/(2tp + fp + fn): low when either of them is."""
        return _rate(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    def cost(self, false_positive: float = 1.0, false_negative: float = 1.0) -> float:
        """What the wrong answers cost together.

        false_positive, false_negative: the price of one.
        """
        return false_positive * self.fp + false_negative * self.fn


def _labels(name: str, values: ArrayLike) -> Integers:
    labels = np.asarray(values)
    if labels.shape == (0,):  # of no label there is no kind
        return np.zeros(0, np.int64)
    if labels.ndim != 1 or not (np.issubdtype(labels.dtype, np.integer) or labels.dtype == bool):
        raise ValueError(f"{name}: shape {labels.shape} of {labels.dtype}, needs a row of whole numbers")
    return labels.astype(np.int64)


def counts_at(truth: ArrayLike, scores: ArrayLike, threshold: float) -> Counts:
    """The four counts when every score of at least the threshold is called positive.

    truth: [N], 0 or 1.  scores: [N].  Raises ValueError when shapes differ or truth is not 0 or 1.
    """
    true, values = _labels("truth", truth), np.asarray(scores, np.float64)
    if values.shape != true.shape or not np.isin(true, (0, 1)).all():
        raise ValueError(f"truth and scores: shapes {true.shape}, {values.shape}, need [N] of 0 and 1, and [N]")
    positive = values >= threshold
    tp, fp = int((positive & (true == 1)).sum()), int((positive & (true == 0)).sum())
    return Counts(tp, fp, int((true == 1).sum()) - tp, int((true == 0).sum()) - fp)


def confusion_matrix(truth: ArrayLike, predicted: ArrayLike, classes: int | None = None) -> Integers:
    """How often each class was taken for each: rows are the truth, columns what was said.

    truth, predicted: [N], from 0.  classes: how many there are; as many as occur when not given.
    Returns [classes, classes].  Raises ValueError when shapes differ or a label is out of range.
    """
    true, sentence = _labels("truth", truth), _labels("predicted", predicted)
    if true.shape != sentence.shape:
        raise ValueError(f"predicted: {len(sentence)} labels, needs {len(true)} as the truth has")
    most = int(max(true.max(initial=-1), sentence.max(initial=-1))) + 1
    size = most if classes is None else classes
    if most > size or min(true.min(initial=0), sentence.min(initial=0)) < 0:
        raise ValueError(f"truth and predicted: labels up to {most - 1}, need 0 to {size - 1}")
    return np.bincount(true * size + sentence, minlength=size * size).reshape(size, size)


def per_class(confusion: ArrayLike) -> tuple[Counts, ...]:
    """Each class against all others.

    confusion: [C, C], rows the truth.  Returns the counts of each class.
    """
    matrix = np.asarray(confusion)
    total = int(matrix.sum())
    right, sentence, true = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    return tuple(
        Counts(int(tp), int(p - tp), int(t - tp), total - int(p + t - tp)) for tp, p, t in zip(right, sentence, true)
    )


def accuracy(truth: ArrayLike, predicted: ArrayLike) -> float | None:
    """The share of labels that agree, None of no labels.

    truth, predicted: [N].  Raises ValueError when shapes differ.
    """
    true, sentence = _labels("truth", truth), _labels("predicted", predicted)
    if true.shape != sentence.shape:
        raise ValueError(f"predicted: {len(sentence)} labels, needs {len(true)} as the truth has")
    return _rate(int((true == sentence).sum()), len(true))


def macro_f1(confusion: ArrayLike) -> float | None:
    """The mean F1 of the classes, each counting the same however rare; None if a class has none.

    confusion: [C, C], rows the truth.
    """
    scores = [counts.f1 for counts in per_class(confusion)]
    known = [score for score in scores if score is not None]
    return sum(known) / len(known) if known and len(known) == len(scores) else None


# Language models.


def surprisal(log_probabilities: ArrayLike, base: float = math.e) -> Array:
    """How surprising each token was, −log p: in nats, or in bits with base 2.

    log_probabilities: natural logarithms, any shape.  Returns that shape.
    """
    return np.asarray(np.asarray(log_probabilities, np.float64) / -math.log(base))


def perplexity(log_probabilities: ArrayLike) -> float | None:
    """Among how many equally likely tokens the model seems to have chosen, e^(mean surprisal).

    log_probabilities: natural logarithms of what was given to each true token.  Returns None for no tokens.
    Not comparable between tokenizers; bits_per_byte is.
    """
    values = np.asarray(log_probabilities, np.float64)
    with np.errstate(over="ignore"):
        return float(np.exp(-values.mean())) if values.size else None


def bits_per_byte(log_probabilities: ArrayLike, text: str | bytes) -> float | None:
    """How many bits the model needs for each byte of the text, whatever its tokenizer; None of an empty text.

    log_probabilities: natural logarithms, of all tokens of the text.  text: the text, counted in UTF-8.
    """
    size = len(text.encode("utf-8") if isinstance(text, str) else text)
    return _rate(float(surprisal(log_probabilities, 2).sum()), size)


def entropy(probabilities: ArrayLike, base: float = math.e, axis: int = -1) -> Array:
    """How undecided a distribution is, −Σ p·log p: 0 when one outcome is sure, log C when C are equal.

    probabilities: summing to 1 along the axis.  base: e for nats, 2 for bits.  Returns the shape without the
    axis.
    """
    p = np.asarray(probabilities, np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where(p > 0, -p * np.log(p), 0.0)
    return np.asarray(terms.sum(axis=axis) / math.log(base))
