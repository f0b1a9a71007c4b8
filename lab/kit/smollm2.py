"""SmolLM2 for the experiments that ask it or look into it: its pack is found, and opened on a thread of its own, once
for all. Each run has a model with a cache of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.exchange import lm_from_data
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import Int8Llama
from lab.engine.pretrained.llama_parts import LlamaWeights
from lab.engine.pretrained.smollm2 import CAPACITY
from lab.engine.text.bpe import BPETokenizer
from lab.engine.tuning.on_base import OnBase, is_on_base, on_base_from_data, weights_on_base
from lab.runtime import packs
from lab.runtime.files import reason

__all__ = [
    "Opened", "Opener", "Opening", "opening_smollm2", "refused_adapters", "refused_tuned", "smollm2_path", "tuned_by",
    "tuned_in", "waiting_for",
]  # fmt: skip

Model = TypeVar("Model")
Found = TypeVar("Found", covariant=True)


def smollm2_path() -> Path | None:
    """Where the model pack lies, or None where it was not added."""
    return packs.find("smollm2")


@dataclass(frozen=True, slots=True)
class Opened:
    """What is in the pack. end: the token that ends a text.  tuned: adapters to put beside its weights."""

    stored: Int8Llama
    tokenizer: BPETokenizer
    end: int
    tuned: OnBase | None = None

    @property
    def weights(self) -> LlamaWeights:
        """All weights. Raises ValueError, in words, where adapters do not fit them."""
        stored = self.stored
        return stored.weights if self.tuned is None else weights_on_base(stored.config, stored.weights, self.tuned)

    def llama(self, capacity: int = CAPACITY) -> Llama:
        """The model with an empty cache of its own for so many tokens. Raises ValueError as `weights` does."""
        return Llama(self.stored.config, self.weights, min(capacity, self.stored.config.context))


class Opener(Protocol[Found]):
    """What a model can be waited for with."""

    @property
    def error(self) -> str:
        """Why it cannot be had; "" while nothing is wrong."""

    def model(self) -> Found | None:
        """The model; None while it is still being opened, or where it cannot be."""


class Opening(Generic[Model]):
    """A pack being opened. make: the model that is made of it, for one run, or ValueError in words. `error` says why it
    cannot be."""

    _lock = threading.Lock()
    _known: dict[Path, Opened] = {}

    def __init__(self, path: Path, make: Callable[[Opened], Model]) -> None:
        self._path, self._make, self._error = path, make, ""
        self._thread = threading.Thread(target=self._work, name="open SmolLM2", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._lock:
                if self._path not in self._known:
                    stored = Int8Llama(self._path, packs.may_be_mapped(self._path))
                    vocabulary = stored.vocabulary()
                    self._known[self._path] = Opened(stored, vocabulary.tokenizer(), vocabulary.end)
        except OSError as error:
            self._error = f"{self._path.name}: {reason(error)}"
        except MemoryError:
            self._error = _("{name} needs more memory than there is.").format(name=self._path.name)
        except ValueError as error:
            self._error = str(error)

    @property
    def error(self) -> str:
        """Why it cannot be opened; "" while nothing is wrong."""
        return self._error

    def model(self, seconds: float = 0.003) -> Model | None:
        """The model, made anew; None while the pack is still being opened, or where it cannot be."""
        self._thread.join(seconds)
        if self._thread.is_alive() or self._error:
            return None
        try:
            return self._make(self._known[self._path])
        except ValueError as error:
            self._error = str(error)
            return None

    def now(self) -> Model:
        """Wait for the model. Raises ValueError saying why it cannot be."""
        while (model := self.model(1.0)) is None:
            if self._error:
                raise ValueError(self._error)
        return model


def waiting_for(opening: Opener[Model]) -> Generator[float, None, Model | None]:
    """Rest until a model is there, or cannot be: then None is returned. Yields the share that is done, which nobody
    knows exactly."""
    waited = 0
    while (model := opening.model()) is None and not opening.error:
        waited += 1
        yield waited / (waited + 100)
    return model


def opening_smollm2(capacity: int, tuned: OnBase | None = None) -> Generator[float, None, tuple[Llama, BPETokenizer]]:
    """The engine's model, with a cache of its own for so many tokens, and its tokenizer; rests while it is opened.

    tuned: adapters to put beside its weights.
    Raises ValueError with a sentence when the pack is not there, cannot be opened, or the adapters do not fit.
    """
    path = smollm2_path()
    if path is None:
        raise ValueError(_("SmolLM2 is not on this computer: add its model pack."))
    opening = Opening(path, tuned_by(lambda opened: (opened.llama(capacity), opened.tokenizer), tuned))
    found = yield from waiting_for(opening)
    if found is None:
        raise ValueError(opening.error)
    return found


# ------------------------------------------------------------------------------------------------ tuned, and sent


def tuned_in(artifact: Artifact | None) -> OnBase | None:
    """The adapters of SmolLM2 that were sent; None for a model of the lab, and for nothing.

    Raises ValueError naming what is missing or does not fit.
    """
    return None if artifact is None or not is_on_base(artifact.data) else on_base_from_data(artifact.data)


def refused_tuned(artifact: Artifact) -> str:
    """Why SmolLM2 with the adapters that are being sent cannot be had here, in words; "" where it can, and for all else
    that is sent."""
    if artifact.kind != "language-model" or not is_on_base(artifact.data):
        return ""
    try:
        on_base_from_data(artifact.data)
    except ValueError as error:
        return str(error)
    return "" if smollm2_path() else _("It is SmolLM2 with adapters: add the model pack of SmolLM2 first.")


def refused_adapters(artifact: Artifact) -> str:
    """For a specification of where only models of the lab can be used: why adapters of SmolLM2 cannot; "" for all else
    that is sent."""
    if artifact.kind == "language-model" and is_on_base(artifact.data):
        try:
            lm_from_data(artifact.data)
        except ValueError as error:
            return str(error)
    return ""


def tuned_by(make: Callable[[Opened], Model], tuned: OnBase | None) -> Callable[[Opened], Model]:
    """What makes the model of a pack with adapters beside its weights; `make` itself where there are none."""
    return make if tuned is None else partial(_made, make, tuned)


def _made(make: Callable[[Opened], Model], tuned: OnBase, opened: Opened) -> Model:
    return make(replace(opened, tuned=tuned))
