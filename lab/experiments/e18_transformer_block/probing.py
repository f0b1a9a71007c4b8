"""The run of the page “Probes”: for one question after another, and one place of the stream after another, a probe is
fitted on half of a text and tried on the other; and beside it one whose answers were shuffled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.inside.probes import fit_probe
from lab.engine.lm.file import SavedLM
from lab.engine.lm.reference import forward
from lab.engine.measuring.thresholds import area_under_roc
from lab.experiments.e18_transformer_block.frame import Floats, ProbesPage
from lab.experiments.e18_transformer_block.settings import QUESTIONS, Params
from lab.experiments.e18_transformer_block.texts import letters_of_plays
from lab.kit.arrays import read_only

__all__ = ["FAR", "Probing", "answers_of", "streams_of"]

WINDOWS, PIECE, AT_ONCE = 64, 64, 16  # pieces of text, their letters at most, and how many are read at a time
FAR = 20  # letters of a line
LONG = 4  # the letter of a word from which on it counts as long


def answers_of(text: str) -> dict[str, NDArray[np.bool_]]:
    """For each question the answers at the N letters of a text that has one letter before and one after: [N]."""
    letters = np.array(list(text))
    vowel, gap = np.isin(np.char.lower(letters), list("aeiou")), np.isin(letters, [" ", "\n"])
    word, line = np.zeros(len(letters), int), np.zeros(len(letters), int)
    for i, letter in enumerate(letters.tolist()):
        word[i] = word[i - 1] + 1 if i and letter.isalpha() else int(letter.isalpha())
        line[i] = 0 if letter == "\n" else line[i - 1] + 1 if i else 1
    found = {"next-vowel": vowel[2:], "long": word[1:-1] >= LONG, "word-ends": ~gap[1:-1] & gap[2:]}
    return found | {"before-vowel": vowel[:-2], "far": line[1:-1] > FAR, "vowel": vowel[1:-1]}


def streams_of(model: SavedLM, text: str) -> Floats:
    """The streams of a model over a text [L+1, N, C], read in pieces of at most `PIECE` letters, which divide it."""
    length = min(PIECE, model.config.context)
    ids = np.array(list(model.tokenizer.encode(text)), np.int64).reshape(-1, length)
    parts = []
    for start in range(0, len(ids), AT_ONCE):
        trace = forward(model.parameters, ids[start : start + AT_ONCE])
        streams = np.stack([trace.embedded, *(block.after for block in trace.blocks)])
        parts.append(streams.reshape(len(streams), -1, streams.shape[-1]))
    return np.concatenate(parts, axis=1)


class Probing:
    """The probes are fitted in order.  rng: shuffles answers; every place has its own shuffle.

    Raises ParamError for a model that does not read letters.
    """

    def __init__(self, model: SavedLM, rng: np.random.Generator) -> None:
        self._model = model
        self._text = letters_of_plays(model, WINDOWS * min(PIECE, model.config.context) + 2)
        self._answers = answers_of(self._text)
        self._streams: Floats | None = None
        self._order = rng.permutation(len(self._text) // 2 - 1)
        shape = len(QUESTIONS), model.config.n_layers + 1
        self._found, self._control = np.full(shape, np.nan), np.full(shape, np.nan)

    @property
    def _tried(self) -> int:
        return int(np.isfinite(self._control).sum())

    def done(self) -> bool:
        """Whether all probes are tried."""
        return self._tried == self._found.size

    def step(self) -> bool:
        """One probe; whether its control is tried as well."""
        question, at = divmod(self._tried, self._found.shape[1])
        stream, answers = self._read()[at], self._answers[tuple(QUESTIONS)[question]]
        half = len(answers) // 2
        if np.isnan(self._found[question, at]):
            self._found[question, at] = _tried(stream, answers, answers[:half])
            return False
        self._control[question, at] = _tried(stream, answers, answers[:half][self._order[:half]])
        return True

    def _read(self) -> Floats:
        if self._streams is None:
            self._streams = streams_of(self._model, self._text[1:-1])
        return self._streams

    def shown(self, params: Params) -> ProbesPage:
        """What is tried so far."""
        rates = np.array([self._answers[question].mean() for question in QUESTIONS])
        lit = list(QUESTIONS).index(params.question), min(params.layer, self._found.shape[1] - 1)
        tried = np.where(np.isfinite(self._control), self._found, np.nan)
        return ProbesPage(
            read_only(tried), read_only(self._control), read_only(rates), self._tried, lit, len(self._text) - 2
        )

    def save(self) -> Any:
        """What was found."""
        return {"found": np.array(self._found), "control": np.array(self._control)}

    def load(self, state: Any) -> None:
        """Go back to what was found. Raises ValueError for a model of another size."""
        found, control = (np.array(state[name], np.float64) for name in ("found", "control"))
        if found.shape != self._found.shape or control.shape != found.shape:
            raise ValueError(f"state: probes of {found.shape}, needs {self._found.shape}")
        self._found, self._control = found, control


def _tried(stream: Floats, answers: NDArray[np.bool_], learned: NDArray[np.bool_]) -> float:
    """The area under the ROC curve on the second half of a text, by a probe that learned such answers on the first."""
    half = len(learned)
    if not 0 < learned.sum() < half:
        return 0.5  # nothing can be learned from one kind of answer
    area = area_under_roc(answers[half:], fit_probe(stream[:half], learned).scores(stream[half:]))
    return 0.5 if area is None else float(area)
