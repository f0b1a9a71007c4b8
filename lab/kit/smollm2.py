"""SmolLM2 for the experiments that look into it: its pack is found, and opened on a thread of its own, once for all."""

from __future__ import annotations

import threading
from collections.abc import Generator
from pathlib import Path

from lab.core.text import _
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import Int8Llama
from lab.engine.text.bpe import BPETokenizer
from lab.runtime import packs
from lab.runtime.files import reason

__all__ = ["opening_smollm2", "smollm2_path"]

Parts = tuple[Int8Llama, BPETokenizer]


def smollm2_path() -> Path | None:
    """Where the model pack lies, or None where it was not added."""
    return packs.find("smollm2")


class _Opening:
    """The parts of a file that is being opened; `error` says why they cannot be had."""

    _lock = threading.Lock()
    _known: dict[Path, Parts] = {}

    def __init__(self, path: Path) -> None:
        self._path, self.error = path, ""
        self._thread = threading.Thread(target=self._work, name="open SmolLM2", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._lock:
                if self._path not in self._known:
                    stored = Int8Llama(self._path, packs.may_be_mapped(self._path))
                    self._known[self._path] = stored, stored.vocabulary().tokenizer()
        except OSError as error:
            self.error = f"{self._path.name}: {reason(error)}"
        except MemoryError:
            self.error = _("{name} needs more memory than there is.").format(name=self._path.name)
        except ValueError as error:
            self.error = str(error)

    def parts(self, seconds: float) -> Parts | None:
        """The parts; None while they are still being read."""
        self._thread.join(seconds)
        return None if self._thread.is_alive() or self.error else self._known[self._path]


def opening_smollm2(capacity: int) -> Generator[float, None, tuple[Llama, BPETokenizer]]:
    """The model, with a cache of its own for so many tokens, and its tokenizer; rests while it is being opened, and
    yields the share that is done, which nobody knows exactly.

    Raises ValueError with a sentence when the pack is not there, or cannot be opened.
    """
    path = smollm2_path()
    if path is None:
        raise ValueError(_("SmolLM2 is not on this computer: add its model pack."))
    opening, waited = _Opening(path), 0
    while (parts := opening.parts(0.003)) is None:
        if opening.error:
            raise ValueError(opening.error)
        waited += 1
        yield waited / (waited + 100)
    stored, tokenizer = parts
    return Llama(stored.config, stored.weights, capacity), tokenizer
