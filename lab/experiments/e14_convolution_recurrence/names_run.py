"""A network that learns to spell names, letter by letter, and makes up new ones. A step of the run is one step of Adam
on 32 names; every twenty steps it writes a dozen names of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.paths import assets
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.basics.optim import Adam
from lab.engine.nets.network import parameter_count
from lab.engine.nets.sequence_tasks import spelling_task
from lab.engine.nets.speller import Spelled, alphabet_of, read_word, spell, speller
from lab.engine.text.exchange import corpus_artifact, read_corpus
from lab.experiments.e14_convolution_recurrence.gestures import names_in
from lab.experiments.e14_convolution_recurrence.packed import Learner
from lab.experiments.e14_convolution_recurrence.settings import Params
from lab.kit.arrays import freeze_fields
from lab.kit.exchange import newest
from lab.kit.record import Past, Record

__all__ = ["EXAMPLE", "NamesPage", "NamesRun", "house_names"]

Array = NDArray[np.float64]
BATCH, HELD, CLIP = 32, 10, 5.0  # one name of ten is kept for the test
WRITTEN, EVERY, LONGEST = 12, 20, 12
LONG = 16  # letters; of longer names only the beginning is read
EXAMPLE = ("mercury", "venus", "earth", "mars", "jupiter", "saturn", "uranus", "neptune")


@dataclass(frozen=True, slots=True, eq=False)
class NamesPage:
    """The network after a step.

    written: names of its own.  known: which of them stand in the list.  names: how many there are.
    past: loss on what it learns from, loss on the names kept for the test.  units: of the state.
    """

    params: Params
    written: tuple[Spelled, ...]
    known: tuple[bool, ...]
    names: int
    alphabet: str
    past: Past
    now: tuple[float, ...]
    parameters: int
    title: str

    @property
    def unit(self) -> int:
        """The marked unit, from 0."""
        return min(self.params.unit, self.params.hidden) - 1


@lru_cache(maxsize=1)
def house_names() -> tuple[str, ...]:
    """The names that come with the program, in small letters."""
    text = (assets() / "data" / "names.txt").read_text("utf-8")
    return tuple(dict.fromkeys(name for line in text.split("\n") if (name := line.strip().lower()).isalpha()))


class NamesRun:
    """The network at work; only the simulation touches it."""

    def __init__(
        self, params: Params, rng: np.random.Generator, own: tuple[str, ...], artifacts: tuple[Artifact, ...]
    ) -> None:
        self._params, self._rng = params, rng
        self.title = ""
        if params.source == "received":
            found = newest(artifacts, "corpus", "source")
            words, self.title = names_in(read_corpus(found.data)[:40_000].replace(" ", "\n")), found.title
        else:
            words = (own or EXAMPLE) if params.source == "own" else house_names()
        self._words = tuple(dict.fromkeys(word[:LONG] for word in words))
        self._alphabet = alphabet_of(self._words)
        order = rng.permutation(len(self._words))
        held = order[: max(1, len(order) // HELD)]
        self._held = spelling_task([self._words[place] for place in held[:100]], self._alphabet)
        self._learned = np.sort(order[len(held) :])
        network = speller(params.cell, self._alphabet, params.hidden, rng)
        self._learner = Learner(network, Adam())
        self._seed = int(rng.integers(2**31))
        self._record, self._now = Record(np.empty((0, 2))), [network.loss(*self._held)] * 2
        self._set, self._at = frozenset(self._words), 0
        self._letters = self._drawn()

    def done(self) -> bool:
        return False

    def step(self, number: int) -> bool:
        """One step; True when it is complete."""
        self._record.add(number - 1, self._now)
        rows = self._rng.choice(self._learned, min(BATCH, len(self._learned)), replace=False)
        network = self._learner.network
        loss, grads, _run = network.gradients(*spelling_task([self._words[row] for row in rows], self._alphabet))
        self._learner.update(grads, self._params.learning_rate, CLIP)
        self._now, self._at = [loss, self._now[1]], number
        if number % EVERY == 0:
            self._now[1] = self._learner.network.loss(*self._held)
            self._letters = self._drawn()
        return True

    def retune(self, params: Params) -> None:
        """Another rate, or names at another temperature."""
        other = params.temperature != self._params.temperature
        self._params = params
        if other:
            self._letters = self._drawn()

    def _drawn(self) -> tuple[str, ...]:
        """Names of its own, as the network is now."""
        rng = np.random.default_rng((self._seed, self._at))
        network, heat = self._learner.network, self._params.temperature
        return tuple(spell(network, self._alphabet, rng, heat, LONGEST).word for _n in range(WRITTEN))

    def shown(self, step: int) -> NamesPage:
        """What is shown of a step: the names as they were drawn, read by the network as it is now."""
        network = self._learner.network
        written = tuple(freeze_fields(read_word(network, self._alphabet, word)) for word in self._letters)
        known = tuple(one.word in self._set for one in written)
        past = Past(self._record.rows, self._record.stride, step, tuple(self._now))
        count = parameter_count(network)
        return NamesPage(
            self._params, written, known, len(self._words), self._alphabet, past, tuple(self._now), count, self.title
        )

    def offer(self, kind: str, step: int) -> Artifact | None:
        """A hundred names of its own, as a text."""
        if kind != "corpus":
            return None
        rng = np.random.default_rng((self._seed, step, 1))
        made = (spell(self._learner.network, self._alphabet, rng, self._params.temperature) for _n in range(100))
        text = "\n".join(one.word for one in made if one.word) or "a"
        return corpus_artifact(text, _("Made-up names"), _("Convolution and recurrence, step {step}").format(step=step))

    def save(self) -> dict[str, Any]:
        return {
            "net": self._learner.save(),
            "now": list(self._now),
            "at": self._at,
            "letters": list(self._letters),
            "rows": self._record.rows,
            "stride": self._record.stride,
        }

    def load(self, saved: Mapping[str, Any], params: Params) -> None:
        """Back to what was saved. Raises ValueError when it is of another network."""
        self._params = params
        self._learner.load(saved["net"])
        self._now = [float(value) for value in saved["now"]]
        self._record = Record.load(saved["rows"], 2, int(saved["stride"]))
        self._at, letters = int(saved["at"]), tuple(str(word) for word in saved["letters"])
        if len(self._now) != 2 or not set("".join(letters)) <= set(self._alphabet):
            raise ValueError("state: of another list of names")
        self._letters = letters
