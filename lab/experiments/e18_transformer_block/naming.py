"""The run of the page “Features”: a sparse dictionary learns from the streams of a text; where a feature speaks, and
whether the name that a learner gives it says so too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.engine.inside.dictionary import Dictionary, DictionaryTrainer, explained, start_dictionary
from lab.engine.lm.file import SavedLM
from lab.experiments.e18_transformer_block.frame import FeaturesPage, Floats, Found
from lab.experiments.e18_transformer_block.letters import COLUMNS, column_of
from lab.experiments.e18_transformer_block.probing import PIECE, streams_of
from lab.experiments.e18_transformer_block.settings import Params
from lab.experiments.e18_transformer_block.texts import letters_of_plays
from lab.kit.arrays import read_only

__all__ = ["ACTIVE", "FEATURES", "SHOWN", "STEPS", "UPDATES", "Naming", "says"]

FEATURES, ACTIVE = 512, 16  # of the dictionary, and how many may speak for a letter
UPDATES, STEPS = 10, 60  # of a step, and of a run
LEARNED, LOOKED = 128, 32  # pieces that are learned from, and as many to look at and to be tried on
SHOWN, MOST, TRIALS = 12, 6, 8  # features, places where one speaks most, and unseen places
ALIKE = 2  # features in the picture that speak most often at the same letter
COMMON, RARE = 0.4, 0.004  # features that speak more often or more rarely are not in the picture
AROUND = 48, 24  # letters before and after


def says(name: str, text: str) -> NDArray[np.bool_]:
    """At which of the N letters of a text one of the endings of a name ends, [N]; they are parted by |."""
    found = np.zeros(len(text), np.bool_)
    for ending in name.replace("␠", " ").replace("⏎", "\n").split("|"):
        pattern = re.escape(ending).replace(r"A\-Z", "[A-Z]").replace(r"a\-z", "[a-z]")
        if ending:
            found[[match.end(1) - 1 for match in re.finditer(f"(?=({pattern}))", text)]] = True
    return found


class Naming:
    """The dictionary at work.  at: the stream.  rng: of the run; draws how it starts, then every batch.

    Raises ParamError for a model that does not read letters.
    """

    def __init__(self, model: SavedLM, at: int, rng: np.random.Generator) -> None:
        piece = min(PIECE, model.config.context)
        length, looked = LEARNED * piece, LOOKED * piece
        text = letters_of_plays(model, length + looked)
        streams = np.ascontiguousarray(streams_of(model, text)[at])
        self._rng, self._streams = rng, streams
        self._texts = text[:looked], text[length:]  # to look at, and unseen
        self._looked = streams[:looked], streams[length:]
        self._columns = np.array([column_of(letter) for letter in self._texts[0]])
        self._trainer = DictionaryTrainer(start_dictionary(streams[:length], FEATURES, ACTIVE, rng), streams[:length])
        self._explained = [explained(self._trainer.dictionary, self._looked[1])]
        self._spoken: tuple[Floats, Floats] | None = None

    def done(self) -> bool:
        """Whether all updates are made."""
        return self._trainer.steps >= UPDATES * STEPS

    def step(self) -> bool:
        """One update; whether that ends a step."""
        self._trainer.step(self._rng)
        self._spoken = None
        if self._trainer.steps % UPDATES:
            return False
        self._explained.append(explained(self._trainer.dictionary, self._looked[1]))
        return True

    def shown(self, params: Params) -> FeaturesPage:
        """What is learned so far, and one feature looked at."""
        if self._spoken is None:
            one, two = (self._trainer.dictionary.features(stream) for stream in self._looked)
            self._spoken = one, two
        seen, unseen = self._spoken
        rates = (seen > 0).mean(axis=0)
        order = np.argsort(-rates, kind="stable")
        shown = _varied([int(k) for k in order if RARE <= rates[k] <= COMMON], seen > 0, self._columns)
        feature = params.feature - 1 if params.feature else (shown or [int(order[0])])[0]
        called = says(params.called, self._texts[1]) if params.called else None
        speaks = unseen[:, feature] > 0
        both = 0.0 if called is None else float((called & speaks).sum())
        return FeaturesPage(
            self._trainer.steps, read_only(np.array(self._explained)), tuple(k + 1 for k in shown),
            read_only(rates[shown]), read_only(self._by_letter(seen[:, shown] > 0)), feature + 1, float(rates[feature]),
            _most(self._texts[0], seen[:, feature]), _trials(self._texts[1], unseen[:, feature], called), params.called,
            None if called is None or not called.any() else both / float(called.sum()),
            None if called is None or not speaks.any() else both / float(speaks.sum()),
        )  # fmt: skip

    def _by_letter(self, speaks: NDArray[np.bool_]) -> Floats:
        """At how many of each letter features speak: [N, R] -> [R, columns]."""
        of = np.zeros((len(self._columns), len(COLUMNS)))
        of[np.arange(len(self._columns)), self._columns] = 1.0
        count = of.sum(axis=0)
        return np.where(count > 0, speaks.T @ of / np.maximum(count, 1.0), np.nan)

    def save(self) -> Any:
        """The dictionary, what its training remembers, and how well it did."""
        d, moments = self._trainer.dictionary, self._trainer.moments
        numbers = [np.array(values) for values in (d.reads, d.thresholds, d.writes)]
        kept = [[np.array(mean), np.array(square)] for mean, square in moments]
        return {"updates": self._trainer.steps, "numbers": numbers, "moments": kept, "explained": list(self._explained)}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go back to what was saved. Raises ValueError for a dictionary of another size."""
        trainer, updates = self._trainer, int(state["updates"])
        d = trainer.dictionary
        reads, thresholds, writes = (np.array(values, d.reads.dtype) for values in state["numbers"])
        if (reads.shape, thresholds.shape, writes.shape) != (d.reads.shape, d.thresholds.shape, d.writes.shape):
            raise ValueError(f"state: a dictionary of {reads.shape}, needs {d.reads.shape}")
        if len(state["explained"]) != updates // UPDATES + 1:
            raise ValueError(f"state: {len(state['explained'])} judgements of {updates} updates")
        trainer.dictionary, trainer.steps = Dictionary(reads, thresholds, writes, d.centre, d.active), updates
        for own, kept in zip(trainer.moments, state["moments"], strict=True):
            for values, saved in zip(own, kept, strict=True):
                values[...] = saved
        self._explained, self._spoken = [float(value) for value in state["explained"]], None


def _varied(order: Sequence[int], speaks: NDArray[np.bool_], columns: NDArray[np.integer[Any]]) -> list[int]:
    """The first `SHOWN` of some features, of which at most `ALIKE` speak most often at the same letter."""
    found, used = list[int](), Counter[int]()
    for feature in order:
        letter = int(np.bincount(columns[speaks[:, feature]]).argmax())
        if used[letter] < ALIKE:
            used[letter] += 1
            found.append(feature)
    return found[:SHOWN]


def _found(text: str, at: int, strength: float, called: bool | None) -> Found:
    before, after = AROUND
    return Found(text[max(0, at - before) : at], text[at], text[at + 1 : at + 1 + after], strength, called)


def _most(text: str, strength: Floats) -> tuple[Found, ...]:
    """Where a feature speaks most, the strongest first."""
    places = np.argsort(-strength, kind="stable")[:MOST]
    return tuple(_found(text, int(at), float(strength[at]), None) for at in places if strength[at] > 0)


def _trials(text: str, strength: Floats, called: NDArray[np.bool_] | None) -> tuple[Found, ...]:
    """Places all over a text, at half of which a feature speaks, in the order of the text."""
    places = list[int]()
    for kind in (np.flatnonzero(strength > 0), np.flatnonzero(strength <= 0)):
        spread = np.unique(np.linspace(0, max(0, len(kind) - 1), TRIALS // 2).round().astype(int))
        places += kind[spread].tolist() if len(kind) else []
    names = [None if called is None else bool(called[at]) for at in sorted(places)]
    return tuple(_found(text, at, float(strength[at]), name) for at, name in zip(sorted(places), names, strict=True))
