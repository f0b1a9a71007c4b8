"""A tiny model of SmolLM2's kind, for experiment 19: opened in pieces, as the large one is."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.engine.formats.gguf import GGUF
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.llama_gguf import float_weights
from lab.engine.pretrained.llama_vocabulary import gguf_vocabulary
from lab.kit import model_run
from lab.kit.language_models import SmolLM2
from tests.engine.pretrained_files import tiny_gguf

__all__ = ["Slowly", "in_place_of_smollm2", "tiny_llama"]


def tiny_model(folder: Path) -> SmolLM2:
    with GGUF(tiny_gguf(folder / "tiny.gguf")) as file:
        config, weights = float_weights(file)
        tokenizer = gguf_vocabulary(file).tokenizer()
    return SmolLM2(Llama(config, weights, 256), weights, tokenizer, tokenizer.specials["<|im_end|>"])


def tiny_llama(folder: Path) -> Llama:
    """The same weights in the engine."""
    with GGUF(tiny_gguf(folder / "tiny.gguf")) as file:
        return Llama(*float_weights(file), 256)


class Slowly:
    """A model that is opened in three pieces."""

    error = ""

    def __init__(self, model: SmolLM2) -> None:
        self.asked, self.found = 0, model

    def model(self) -> SmolLM2 | None:
        self.asked += 1
        return self.found.spare() if self.asked > 2 else None

    def now(self) -> SmolLM2:
        return self.found.spare()


def in_place_of_smollm2(folder: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    """The tiny model, in a pack that is there."""
    model = tiny_model(folder)
    monkeypatch.setattr(model_run, "smollm2_path", lambda: folder)
    monkeypatch.setattr(model_run, "opening_of", lambda _path, _make: Slowly(model))
    return model
