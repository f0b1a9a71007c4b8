"""How surprised a model is by a text: each token with the probability that the model gave it, before it saw it."""

from __future__ import annotations

import math
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax
from lab.engine.basics.metrics import bits_per_byte, perplexity, surprisal
from lab.experiments.e24_evaluation.numbers_typed import typed
from lab.experiments.e24_evaluation.passages import known_text, opening_reader, readers, sent_model, sent_tuned
from lab.experiments.e24_evaluation.settings import Params
from lab.kit.arrays import freeze, read_only
from lab.kit.language_models import LanguageModel

__all__ = ["Read", "Reading", "ReadingPage"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What one model made of the text. tokens: [T], as text.  logs: [T], ln of the probability of each.  size: how many
    tokens it knows."""

    tokens: tuple[str, ...]
    logs: Array
    size: int

    @property
    def perplexity(self) -> float:
        found = perplexity(self.logs)
        return math.nan if found is None else found

    @property
    def bits(self) -> Array:
        """The surprise at each token."""
        return surprisal(self.logs, 2)


@dataclass(frozen=True, slots=True, eq=False)
class ReadingPage:
    """text: what is read, "" where only numbers were given.  found: by reader, in the order of reading.  names: who can
    read.  busy: who reads now, "" for nobody."""

    params: Params
    text: str
    found: tuple[tuple[str, Read], ...]
    names: tuple[str, ...]
    busy: str

    @property
    def given(self) -> bool:
        """Whether only probabilities were given."""
        return not self.text

    def of(self, name: str) -> Read | None:
        return dict(self.found).get(name)

    @property
    def shown(self) -> Read | None:
        """What the chosen reader made of it or, before it has read, the one that read last; None before anybody has."""
        if self.given or not self.found:
            return self.found[0][1] if self.given else None
        return self.of(self.params.reader) or self.found[-1][1]

    @property
    def who(self) -> str:
        """Whose surprise is shown; "" for nobody's."""
        if self.given or not self.found:
            return ""
        return self.params.reader if self.of(self.params.reader) is not None else self.found[-1][0]

    def per_byte(self, name: str) -> float | None:
        """Bits a byte of the text; None before it was read."""
        read = self.of(name)
        return None if read is None or self.given else bits_per_byte(read.logs, self.text)


class Reading:
    """The readers one after the other; only the simulation touches it."""

    def __init__(self, params: Params, _rng: np.random.Generator, artifacts: Sequence[Artifact]) -> None:
        self._artifacts, self._given = tuple(artifacts), params.passage == "numbers"
        if sent_tuned(artifacts) is None:
            sent_model(artifacts)  # raises for one that cannot read
        self._text = "" if self._given else known_text(params)
        self._names = () if self._given else readers(artifacts)
        self._found: dict[str, Read] = {}
        self._unit: Iterator[Read | None] | None = None

    @property
    def _busy(self) -> str:
        """Who is next, or at it."""
        return next((name for name in self._names if name not in self._found), "")

    def done(self) -> bool:
        return not self._busy

    def step(self, _number: int) -> bool:
        """A token; True when a reader has come to the end."""
        name = self._busy
        if self._unit is None:
            self._unit = _reading(name, self._artifacts, self._text)
        try:
            found = next(self._unit)
        except StopIteration:  # its pack cannot be opened
            self._names, self._unit = tuple(other for other in self._names if other != name), None
            return False
        if found is None:
            return False
        self._found[name], self._unit = found, None
        return True

    def retune(self, params: Params) -> None:
        """The text stays; only another reader is shown."""

    def shown(self, params: Params) -> ReadingPage:
        if self._given:
            logs = np.array(typed(params.logs))
            names = tuple(str(number) for number in range(1, len(logs) + 1))
            return ReadingPage(params, "", (("given", Read(names, freeze(logs), 0)),), (), "")
        busy = self._busy if self._unit is not None else ""
        return ReadingPage(params, self._text, tuple(self._found.items()), self._names, busy)

    def save(self) -> dict[str, Any]:
        return {
            "read": {
                name: {"tokens": list(r.tokens), "logs": r.logs, "size": r.size} for name, r in self._found.items()
            }
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for readers that are not here, or what they cannot have read."""
        found = {}
        for name, one in saved["read"].items():
            tokens, logs = tuple(map(str, one["tokens"])), read_only(one["logs"])
            if name not in (*self._names, "smollm2") or logs.shape != (len(tokens),) or not (logs <= 0).all():
                raise ValueError(f"state: {name[:20]!r} has not read {len(tokens)} tokens here")
            found[name] = Read(tokens, logs, int(one["size"]))
        if "smollm2" in found and "smollm2" not in self._names:  # read where its pack was
            self._names = (*self._names, "smollm2")
        self._found, self._unit = {name: found[name] for name in self._names if name in found}, None


def _reading(name: str, artifacts: Sequence[Artifact], text: str) -> Generator[Read | None, None, None]:
    """A reader is opened and reads, as `_read` does; nothing is given where it cannot be opened."""
    model = yield from opening_reader(name, artifacts)
    if model is not None:
        yield from _read(model, text)


def _read(model: LanguageModel, text: str) -> Iterator[Read | None]:
    """Let a model read; rests after every token, and gives what it made of it at the end. With nothing before it every
    token is as likely as any other."""
    ids = model.encode(text)[0]
    logs = [-math.log(model.size)]
    for at in range(1, len(ids)):
        for _share in model.reading(ids[max(0, at - model.most) : at]):
            yield None
        logs.append(float(np.asarray(log_softmax(model.scores))[ids[at]]))
        yield None
    yield Read(tuple(model.text(token) for token in ids), freeze(np.minimum(np.array(logs), 0.0)), model.size)
