"""MiniLM for the experiments that search with it or look into it: opened in pieces, once for all."""

from __future__ import annotations

import weakref
from collections.abc import Generator

from lab.engine.pretrained.minilm import MiniLM, opening_minilm

__all__ = ["opened_encoder"]

_opened: weakref.WeakValueDictionary[str, MiniLM] = weakref.WeakValueDictionary()


def opened_encoder() -> Generator[float, None, MiniLM]:
    """MiniLM, opened in pieces where nobody has it open.

    Raises, at one of the pieces, ValueError or FileNotFoundError when it cannot be opened.
    """
    encoder = _opened.get("minilm")
    if encoder is None:
        encoder = yield from opening_minilm()
        _opened["minilm"] = encoder
    return encoder
