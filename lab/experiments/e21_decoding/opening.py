"""Opening the models: those that come with the lab at once, SmolLM2 on a thread of its own, once for all runs."""

from __future__ import annotations

import threading
from collections.abc import Generator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.paths import asset
from lab.core.text import _
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_int8 import Int8Llama
from lab.engine.pretrained.smollm2 import CAPACITY
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.ngram_next import NGramNext, fit_ngram_next
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e21_decoding.models import BundledModel, FixedModel, LanguageModel, NGramModel, SmolLM2
from lab.experiments.e21_decoding.settings import Params, weights_of
from lab.kit.exchange import newest, outcome_names
from lab.runtime import packs
from lab.runtime.files import reason

__all__ = ["Opening", "bundled", "bundled_model", "open_model", "smollm2_path"]

ORDER, SMOOTHING = 5, 0.01
HELD_OUT = 0.1  # of the text, at its end: what the models were not trained on
MOST_LABELS = 64


@cache
def bundled_model(name: str) -> SavedLM:
    """The weights of a bundled model: "main" or "drafter"."""
    return load_lm(asset(f"models/shakespeare-{name}.npz"))


def bundled(name: str = "main") -> BundledModel:
    """A bundled model with a cache of its own."""
    return BundledModel(bundled_model(name))


@cache
def ngram_counts(order: int = ORDER) -> NGramNext:
    """The n-gram model of the same text that the bundled models were trained on."""
    text = asset("data/shakespeare.txt").read_text(encoding="utf-8")
    tokenizer = bundled_model("main").tokenizer
    assert isinstance(tokenizer, CharTokenizer)
    ids = tokenizer.encode_array(text[: round(len(text) * (1 - HELD_OUT))])
    return fit_ngram_next(ids, order, tokenizer.size, SMOOTHING)


def smollm2_path() -> Path | None:
    """Where the model pack lies, or None where it was not added."""
    return packs.find("smollm2")


def open_model(params: Params, artifacts: Sequence[Artifact]) -> LanguageModel | None:
    """The model that the controls ask for; None for SmolLM2, which takes a while: see `Opening`.

    Raises ParamError when the distribution to use was never received.
    """
    match params.model:
        case "house":
            return bundled()
        case "fivegram":
            return NGramModel(ngram_counts(), bundled())
        case "own":
            weights = weights_of(params.weights)
            return FixedModel(weights, [chr(ord("A") + i) for i in range(len(weights))])
        case "received":
            return _received(newest(artifacts, "distribution", "model").data)
        case _:
            return None


def _received(data: Mapping[str, Any]) -> FixedModel:
    """Raises ValueError for what is no distribution."""
    values = np.asarray(data.get("probabilities", ()), np.float64)
    if values.ndim != 1 or not len(values) >= 2 or not np.isfinite(values).all() or values.min() < 0:
        raise ValueError(_("The distribution lacks “{key}”.").format(key="probabilities"))
    if not values.sum() > 0:
        raise ValueError(_("Probabilities are numbers of at least 0, and not all of them 0."))
    return FixedModel(values / values.sum(), outcome_names(data.get("labels"), len(values), 24))


class Opening:
    """SmolLM2 being opened. Ask `model` until it is there; `error` says why it cannot be."""

    _lock = threading.Lock()
    _known: dict[Path, tuple[Int8Llama, BPETokenizer, int]] = {}

    def __init__(self, path: Path) -> None:
        self._path, self.error = path, ""
        self._thread = threading.Thread(target=self._work, name="open SmolLM2", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with self._lock:
                if self._path not in self._known:
                    stored = Int8Llama(self._path, packs.may_be_mapped(self._path))
                    vocabulary = stored.vocabulary()
                    self._known[self._path] = stored, vocabulary.tokenizer(), vocabulary.end
        except OSError as error:
            self.error = f"{self._path.name}: {reason(error)}"
        except MemoryError:
            self.error = _("{name} needs more memory than there is.").format(name=self._path.name)
        except ValueError as error:
            self.error = str(error)

    def model(self, seconds: float = 0.003) -> SmolLM2 | None:
        """The model, with a cache of its own; None while it is still being opened."""
        self._thread.join(seconds)
        if self._thread.is_alive() or self.error:
            return None
        stored, tokenizer, end = self._known[self._path]
        return SmolLM2(Llama(stored.config, stored.weights, min(CAPACITY, stored.config.context)), tokenizer, end)

    def now(self) -> SmolLM2:
        """Wait for the model. Raises ValueError saying why it cannot be."""
        while (model := self.model(1.0)) is None:
            if self.error:
                raise ValueError(self.error)
        return model

    def waiting(self) -> Generator[float, None, SmolLM2 | None]:
        """Rest until the model is there, or cannot be: None. Yields a share of the first half of all that is to do."""
        waited = 0
        while (model := self.model()) is None and not self.error:
            waited += 1
            yield 0.5 * waited / (waited + 100)  # nobody knows how long it takes
        return model
