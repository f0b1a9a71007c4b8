"""Vectors that are learned in view, by skip-gram: a word has to tell its real neighbours from random words.

The two directions that the map shows are those of the widest spread. They are found anew after each step, and turned
so that the picture stays as it was as far as it can; between two steps a word that is dragged does not move the others.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.text.embedding import WordVectors, cosine
from lab.engine.text.embedding_exchange import embedding_artifact
from lab.engine.text.embedding_map import fit_pca
from lab.engine.text.embedding_train import Lesson, SkipGram, SkipGramPlan, start_skip_gram, teach
from lab.engine.text.tokenizer import Tokenizer
from lab.experiments.e15_embeddings.corpora import MOST_LINES, checked_lines, in_pieces, lines_of
from lab.experiments.e15_embeddings.gestures import Action, EditLine, MoveWord, PutVector
from lab.experiments.e15_embeddings.settings import CORPORA, Params
from lab.kit.arrays import read_only
from lab.kit.record import Past, Record

__all__ = ["FAR", "LearnPage", "Learning", "Taught"]

Floats = NDArray[np.float64]
FAR = 1e6  # nothing can be dragged farther
BEYOND = 1e12  # a number so large will never come back


@dataclass(frozen=True, slots=True)
class Taught:
    """One pair of the last step. word: in the middle.  targets: the real neighbour, then the random words that it had
    to be told from.  beliefs: how likely each was held to be a real neighbour before the step, 0..1."""

    word: str
    targets: tuple[str, ...]
    beliefs: tuple[float, ...]


@dataclass(frozen=True, slots=True, eq=False)
class LearnPage:
    """One step. lines: the sentences.  words: most frequent first.  vectors: [V, d].  places: [V, 2] on the map.
    share: how much of the spread the map shows.  past: the loss of each step.  lost: the step at which a number
    had run away.  taught: the pairs of the last step, where they are looked at.
    """

    params: Params
    title: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    vectors: Floats
    places: Floats
    share: float
    pairs: int
    loss: float | None
    past: Past
    lost: int | None
    taught: tuple[Taught, ...]

    def at(self, word: str) -> int:
        """The row of a word, −1 where it has none."""
        return self.words.index(word) if word in self.words else -1

    def cosine(self, one: str, other: str) -> float | None:
        """The cosine between two words; None where one of them has no vector or no direction."""
        i, j = self.at(one), self.at(other)
        if i < 0 or j < 0:
            return None
        found = cosine(self.vectors[i], self.vectors[j])
        return found if math.isfinite(found) else None


class Learning:
    """A text, and the vectors that are learned from it."""

    def __init__(self, params: Params, rng: np.random.Generator, own: str, tokenizer: Tokenizer | None = None) -> None:
        """Raises ValueError for a text that teaches nothing."""
        self._params, self._rng = params, rng
        self._salt = zlib.crc32(str(rng.bit_generator.state["state"]).encode())
        self._lines = in_pieces(lines_of(params.corpus, own), params.pieces, tokenizer)
        checked_lines(self._lines)
        self._state: SkipGram = start_skip_gram(self._lines, self._plan(), rng)
        self._spare: dict[str, tuple[Floats, Floats]] = {}  # vectors of words that stand in no sentence just now
        self._record = Record([[math.nan]])
        self._loss, self._lost = math.nan, None  # type: float, int | None
        self._taught: tuple[Taught, ...] = ()
        self._plane: Floats = np.zeros((2, params.width))
        self._centre: Floats = np.zeros(params.width)
        self._share = 0.0
        self._rest: dict[str, Floats] = {}  # the vectors after the last step, before anything was dragged
        self._look()

    def _plan(self) -> SkipGramPlan:
        p = self._params
        return SkipGramPlan(p.width, p.window, p.negatives)

    @property
    def lost(self) -> int | None:
        """The step at which a number had run away."""
        return self._lost

    def done(self) -> bool:
        return self._lost is not None

    def step(self, number: int) -> bool:
        """Learn from some pairs."""
        with np.errstate(over="ignore", invalid="ignore"):
            lesson = teach(self._state, self._params.batch, self._params.learning_rate, self._rng)
        self._loss, self._taught = lesson.loss, _taught(lesson, self._state.words)
        if not (math.isfinite(self._loss) and np.abs(self._state.middle).max() <= BEYOND):
            self._lost = number
        else:
            self._look()
        self._record.add(number, [self._loss])
        return True

    def _look(self) -> None:
        """Find the two widest directions, turned as the old ones were."""
        rows = self._state.middle
        k = min(2, *rows.shape)
        found = fit_pca(rows, k)
        plane = np.zeros((2, rows.shape[1]))
        plane[:k] = found.directions
        if self._plane.any() and k == 2:
            left, _sizes, right = np.linalg.svd(self._plane @ plane.T)
            plane = left @ right @ plane
        self._plane, self._centre = plane, np.asarray(found.mean, np.float64)
        self._share = float(found.shares.sum())
        self._rest = dict(zip(self._state.words, rows.copy())) | {w: middle for w, (middle, _n) in self._spare.items()}

    def retune(self, params: Params) -> None:
        """A live change."""
        before, self._params = self._params, params
        if (params.window, params.negatives) != (before.window, before.negatives):
            self._rebuild(self._lines)

    def _rebuild(self, lines: tuple[str, ...]) -> None:
        """Read other sentences, or with another plan. A word keeps its vectors, also while it is in no sentence."""
        known = self._spare | self._vectors_by_word()
        made = start_skip_gram(lines, self._plan(), np.random.default_rng(0))
        for row, word in enumerate(made.words):
            middle, near = known.pop(word) if word in known else self._first(word)
            made.middle[row], made.near[row] = middle, near
        self._lines, self._state, self._spare = lines, made, known  # the map turns with the next step, not before

    def _vectors_by_word(self) -> dict[str, tuple[Floats, Floats]]:
        s = self._state
        return {word: (s.middle[i].copy(), s.near[i].copy()) for i, word in enumerate(s.words)}

    def _first(self, word: str) -> tuple[Floats, Floats]:
        """The vectors that a new word starts with: they depend on nothing but the word and the seed."""
        rng, width = np.random.default_rng([self._salt, zlib.crc32(word.encode())]), self._params.width
        return (rng.random(width) - 0.5) / width, np.zeros(width)

    # ---------------------------------------------------------------------------------------- gestures

    def act(self, action: Action) -> Action:
        """A gesture; returns the one that takes it back. Raises ValueError for one that cannot be."""
        match action:
            case EditLine():
                return self._edit(action)
            case MoveWord(word, x, y):
                row = self._row(word)
                if not (abs(x) <= FAR and abs(y) <= FAR):
                    raise ValueError(f"place: ({x}, {y}), needs numbers within ±{FAR:g}")
                rest = self._rest[word] if word in self._rest else self._first(word)[0]
                place = (rest - self._centre) @ self._plane.T
                return self._put(row, rest + (np.array([x, y]) - place) @ self._plane)
            case PutVector(word, vector):
                found = np.array(vector, np.float64)
                if found.shape != (self._params.width,) or not np.isfinite(found).all():
                    raise ValueError(f"vector: needs {self._params.width} finite numbers")
                return self._put(self._row(word), found)
        raise ValueError(_("This cannot be done on the page “Learn”."))

    def _row(self, word: str) -> int:
        if word not in self._state.words:
            raise ValueError(_("No sentence has the word “{word}”.").format(word=word[:40]))
        return self._state.words.index(word)

    def _put(self, row: int, vector: Floats) -> PutVector:
        before = tuple(self._state.middle[row].tolist())
        self._state.middle[row] = vector
        return PutVector(self._state.words[row], before)

    def _edit(self, action: EditLine) -> EditLine:
        lines, text = list(self._lines), " ".join(str(action.text).lower().split())[:200]
        if not 0 <= action.at < MOST_LINES:
            raise ValueError(f"at: line {action.at}, needs 0 … {MOST_LINES - 1}")
        lines += [""] * (action.at + 1 - len(lines))  # of several that were emptied the last one may come back first
        before, lines[action.at] = lines[action.at], text
        while lines and not lines[-1]:
            lines.pop()
        checked_lines(lines)
        self._rebuild(tuple(lines))
        return EditLine(action.at, before)

    # ------------------------------------------------------------------------------------------ shown

    def shown(self, step: int) -> LearnPage:
        s = self._state
        return LearnPage(
            self._params,
            _(CORPORA[self._params.corpus]),
            self._lines,
            s.words,
            read_only(s.middle),
            read_only((s.middle - self._centre) @ self._plane.T),
            self._share,
            len(s.pairs),
            self._loss if math.isfinite(self._loss) else None,
            self._record.past(step, [self._loss]),
            self._lost,
            self._taught if self._params.beside == "pairs" else (),
        )

    def offer(self, kind: str) -> Artifact | None:
        """The words with their vectors as they are now."""
        if kind != "embedding" or self._lost is not None:
            return None
        title = _("{n} words of {text}").format(n=len(self._state.words), text=_(CORPORA[self._params.corpus]))
        return embedding_artifact(self._state.vectors(), title, _("Embeddings, learned"))

    # ------------------------------------------------------------------------------------------- kept

    def save(self) -> dict[str, Any]:
        s, spare = self._state, self._spare
        return {
            "lines": list(self._lines),
            "salt": self._salt,
            "words": list(s.words),
            "middle": s.middle.copy(),
            "near": s.near.copy(),
            "spare_words": list(spare),
            "spare": np.array([np.concatenate(pair) for pair in spare.values()]).reshape(
                len(spare), 2 * self._params.width
            ),
            "rest_words": list(self._rest),
            "rest": np.array(list(self._rest.values())),
            "plane": self._plane.copy(),
            "centre": self._centre.copy(),
            "share": self._share,
            "loss": self._loss,
            "lost": self._lost,
            "taught": [[one.word, list(one.targets), list(one.beliefs)] for one in self._taught],
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Raises ValueError for a state that does not fit."""
        lines, width = tuple(str(line) for line in saved["lines"]), params.width
        checked_lines(lines)
        self._params, self._salt = params, int(saved["salt"])
        made = start_skip_gram(lines, self._plan(), np.random.default_rng(0))
        if list(made.words) != list(saved["words"]):
            raise ValueError("state: the words are not those of the sentences")
        middle, near = (np.array(saved[name], np.float64) for name in ("middle", "near"))
        plane, centre = (np.array(saved[name], np.float64) for name in ("plane", "centre"))
        shapes = [middle.shape, near.shape, plane.shape, centre.shape]
        if shapes != [made.middle.shape, made.middle.shape, (2, width), (width,)]:
            raise ValueError(f"state: shapes {shapes} do not fit {len(made.words)} words of {width} numbers")
        spare = np.array(saved["spare"], np.float64).reshape(len(saved["spare_words"]), 2 * width)
        self._spare = {str(w): (row[:width], row[width:]) for w, row in zip(saved["spare_words"], spare)}
        rest = np.array(saved["rest"], np.float64).reshape(len(saved["rest_words"]), width)
        self._rest = {str(word): row for word, row in zip(saved["rest_words"], rest)}
        self._state = replace(made, middle=middle, near=near)
        self._lines, self._plane, self._centre = lines, plane, centre
        self._share, self._loss = float(saved["share"]), float(saved["loss"])
        self._lost = None if saved["lost"] is None else int(saved["lost"])
        self._taught = tuple(_read_taught(*row) for row in saved["taught"])
        self._record = Record.load(saved["rows"], 1, int(saved["stride"]))

    def vectors(self) -> WordVectors:
        """The words with their vectors as they are now."""
        return self._state.vectors()


def _taught(lesson: Lesson, words: tuple[str, ...]) -> tuple[Taught, ...]:
    """A step in words. A random word that was the real neighbour is left out: it taught nothing."""
    rows = zip(lesson.middle.tolist(), lesson.targets.tolist(), lesson.counts.tolist(), lesson.beliefs.tolist())
    return tuple(
        Taught(
            words[middle],
            tuple(words[target] for target, count in zip(targets, counts) if count),
            tuple(belief for belief, count in zip(beliefs, counts) if count),
        )
        for middle, targets, counts, beliefs in rows
    )


def _read_taught(word: str, targets: list[str], beliefs: list[float]) -> Taught:
    """A row of a saved state. Raises ValueError for one that does not fit."""
    if len(targets) != len(beliefs) or not targets:
        raise ValueError(f"state: {len(beliefs)} beliefs for {len(targets)} words of a pair")
    return Taught(str(word), tuple(map(str, targets)), tuple(map(float, beliefs)))
