"""Toy tasks that need a memory. To echo, a network must carry one symbol over a stretch of noise; to check
brackets, it must count: both are made to order, endless, and hard to the degree one asks for. To spell, it
must know what it has said so far."""

from collections.abc import Sequence

import numpy as np

from lab.engine.graph.operations import Array

__all__ = ["bracket_task", "echo_task", "one_hot", "spelling_task"]


def one_hot(symbols: Array, count: int) -> Array:
    """Whole numbers as rows with a single 1: [...] -> [..., count]. Raises ValueError for one outside."""
    symbols = np.asarray(symbols)
    if symbols.size and not 0 <= symbols.min() <= symbols.max() < count:
        raise ValueError(f"symbols: from {symbols.min()} to {symbols.max()}, needs 0 to {count - 1}")
    return np.eye(count)[symbols]


def echo_task(rng: np.random.Generator, n: int, delay: int, symbols: int = 4) -> tuple[Array, Array]:
    """Remember the first symbol, and say it after `delay` more steps of noise, when the bell rings.

    Returns x [n, delay + 1, symbols + 1], the symbols one-hot and the bell beside them, and the targets
    [n, delay + 1], −1 but at the end.
    Raises ValueError when delay is below 1 or there are fewer than 2 symbols.
    """
    if delay < 1 or symbols < 2:
        raise ValueError(f"delay, symbols: {delay} and {symbols}, need at least 1 and 2")
    shown = rng.integers(symbols, size=(n, delay + 1))
    x = np.concatenate([one_hot(shown, symbols), np.zeros((n, delay + 1, 1))], axis=2)
    x[:, -1, -1] = 1.0
    targets = np.full((n, delay + 1), -1)
    targets[:, -1] = shown[:, 0]
    return x, targets


def bracket_task(rng: np.random.Generator, n: int, length: int, deepest: int = 4) -> tuple[Array, Array]:
    """Read "(" and ")" and say after each how many are open, at most `deepest`.

    Returns x [n, length, 2], one-hot, and the targets [n, length], 0 to deepest.
    Raises ValueError when length or deepest is below 1.
    """
    if length < 1 or deepest < 1:
        raise ValueError(f"length, deepest: {length} and {deepest}, need at least 1")
    opens = np.zeros((n, length), dtype=int)
    depth = np.zeros(n, dtype=int)
    for t in range(length):
        opening = (rng.random(n) < 0.5) & (depth < deepest) | (depth == 0)
        depth = depth + np.where(opening, 1, -1)
        opens[:, t] = depth
    closing = np.diff(opens, axis=1, prepend=0) < 0
    return one_hot(closing.astype(int), 2), opens


def spelling_task(words: Sequence[str], alphabet: str) -> tuple[Array, Array]:
    """Say the next letter of every word, and after the last one that it ends.

    words: of letters of the alphabet, whose first character stands for both beginning and end.
    Returns x [n, longest + 1, letters], one-hot from the beginning mark on, and the targets [n, longest + 1],
    −1 behind the end.
    Raises ValueError when there are no words, or one holds a letter the alphabet does not.
    """
    if not words:
        raise ValueError("words: none given, needs at least one")
    place = {letter: i for i, letter in enumerate(alphabet)}
    unknown = sorted({letter for word in words for letter in word} - place.keys())
    if unknown:
        raise ValueError(f"words: hold {''.join(unknown)!r}, needs letters of {alphabet!r}")
    longest = max(len(word) for word in words)
    spelled = np.zeros((len(words), longest + 1), dtype=int)
    targets = np.full((len(words), longest + 1), -1)
    for row, word in enumerate(words):
        letters = [place[letter] for letter in word]
        spelled[row, 1 : len(word) + 1] = letters
        targets[row, : len(word) + 1] = [*letters, 0]
    return one_hot(spelled, len(alphabet)), targets
