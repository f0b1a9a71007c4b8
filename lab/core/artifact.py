"""Artifacts: what one experiment can send to another.

An artifact is immutable, knows where it came from, and is named by a hash of its content, so the same
network sent twice is the same artifact. The kinds are few and their data plain, so that every experiment
speaks the same language: points, table, network, picture-network, tokenizer, embedding, corpus, language-model,
distribution, loss-surface.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from lab.core.records import dataclass

__all__ = ["KINDS", "Artifact", "frozen"]

KINDS = (
    "points",
    "table",
    "network",
    "picture-network",
    "tokenizer",
    "embedding",
    "corpus",
    "language-model",
    "distribution",
    "loss-surface",
)

MAX_NAME = 200


@dataclass(frozen=True)
class Artifact:
    """Data of one kind: arrays, numbers and texts by name. Long names are cut to 200 characters.

    Raises ValueError for an unknown kind.
    """

    kind: str
    title: str
    data: Mapping[str, Any]
    origin: str = ""  # "Gradient descent, step 40"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {self.kind[:60]!r}")
        for name in ("title", "origin"):
            text = getattr(self, name)
            object.__setattr__(self, name, text if len(text) <= MAX_NAME else text[: MAX_NAME - 1] + "…")
        object.__setattr__(self, "data", {name: frozen(value) for name, value in self.data.items()})

    @cached_property
    def id(self) -> str:
        """Sixteen hexadecimal digits of the content's SHA-256."""
        digest = hashlib.sha256(self.kind.encode())
        for name in sorted(self.data):
            value = self.data[name]
            digest.update(name.encode() + b"\0")
            if isinstance(value, np.ndarray):
                digest.update(f"{value.dtype.str}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
            else:
                digest.update(json.dumps(value, sort_keys=True, default=str).encode())
        return digest.hexdigest()[:16]


def frozen(value: Any) -> Any:
    """An array as a read-only array (copied when it could still be written elsewhere), anything else as it is."""
    if isinstance(value, np.ndarray) and value.flags.writeable:
        value = value.copy()
        value.flags.writeable = False
    return value
