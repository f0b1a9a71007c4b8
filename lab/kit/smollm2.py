"""SmolLM2 for the experiments that ask it or look into it: its pack is found, and opened on a thread of its own, once
for all. Each run has a model with a cache of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from lab.core.text import _
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import Int8Llama
from lab.engine.pretrained.smollm2 import CAPACITY
from lab.engine.text.bpe import BPETokenizer
from lab.runtime import packs
from lab.runtime.files import reason

__all__ = ["Opened", "Opener", "Opening", "opening_smollm2", "smollm2_path", "waiting_for"]

Model = TypeVar("Model")
Found = TypeVar("Found", covariant=True)


def smollm2_path() -> Path | None:
    """Where the model pack lies, or None where it was not added."""
    return packs.find("smollm2")


@dataclass(frozen=True, slots=True)
class Opened:
    """What is in the pack. end: the token that ends a text."""

    stored: Int8Llama
    tokenizer: BPETokenizer
    end: int

    def llama(self, capacity: int = CAPACITY) -> Llama:
        """The model with an empty cache of its own for so many tokens."""
        return Llama(self.stored.config, self.stored.weights, min(capacity, self.stored.config.context))


class Opener(Protocol[Found]):
    """What a model can be waited for with."""

    @property
    def error(self) -> str:
        """Why it cannot be had; "" while nothing is wrong."""

    def model(self) -> Found | None:
        """The model; None while it is still being opened, or where it cannot be."""


class Opening(Generic[Model]):
    """A pack being opened. make: the model that is made of it, for one run. `error` says why it cannot be."""

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
        return None if self._thread.is_alive() or self._error else self._make(self._known[self._path])

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


def opening_smollm2(capacity: int) -> Generator[float, None, tuple[Llama, BPETokenizer]]:
    """The engine's model, with a cache of its own for so many tokens, and its tokenizer; rests while it is opened.

    Raises ValueError with a sentence when the pack is not there, or cannot be opened.
    """
    path = smollm2_path()
    if path is None:
        raise ValueError(_("SmolLM2 is not on this computer: add its model pack."))
    opening = Opening(path, lambda opened: (opened.llama(capacity), opened.tokenizer))
    found = yield from waiting_for(opening)
    if found is None:
        raise ValueError(opening.error)
    return found
