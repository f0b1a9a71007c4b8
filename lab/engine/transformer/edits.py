"""What is changed in a trained transformer while it runs, in the same words for every model of the lab: parts that are
left out, heads that are silenced or given another output, vectors added to the stream or put in its place. Streams are
counted from the embedding: stream 0 is what the first block is given, stream k + 1 what stands behind block k.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass

__all__ = ["PARTS", "Edits"]

Floats = NDArray[np.floating[Any]]
PARTS = ("attention", "feed-forward")  # the two halves of a block
_LEFT_OUT = frozenset({"residual", "mask", "scale", "norm", "positions", *PARTS})


@dataclass(frozen=True, slots=True)
class Edits:
    """What is changed in a trained model while it runs; the default changes nothing.

    without: any of "residual", "mask", "scale", "norm", "positions", "attention", "feed-forward", in every layer.
    silent: (layer, head) of heads whose output is set to 0.
    patched: (layer, head) -> output [T, D], or [D] for every token, that replaces what the head found, from another
    text for instance.
    quiet: (layer, part of `PARTS`) of what adds nothing to the stream.
    added: stream -> vector [C], or [T, C], that is added to it.
    replaced: (stream, position) -> vector [C] that stands there instead, after what is added.
    Raises ValueError when a part is unknown.
    Source: Vig et al., Causal Mediation Analysis (2020); Meng et al., ROME (2022); Turner et al., Activation
    Addition (2023).
    """

    without: frozenset[str] = frozenset()
    silent: frozenset[tuple[int, int]] = frozenset()
    patched: Mapping[tuple[int, int], Floats] = field(default_factory=dict)
    quiet: frozenset[tuple[int, str]] = frozenset()
    added: Mapping[int, Floats] = field(default_factory=dict)
    replaced: Mapping[tuple[int, int], Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.without <= _LEFT_OUT:
            raise ValueError(f"without knows {sorted(_LEFT_OUT)}, got {sorted(self.without)}")
        unknown = {part for _, part in self.quiet} - set(PARTS)
        if unknown:
            raise ValueError(f"quiet knows {sorted(PARTS)}, got {sorted(unknown)}")

    def runs(self, layer: int, part: str) -> bool:
        """Whether a half of a block adds to the stream."""
        return part not in self.without and (layer, part) not in self.quiet

    def heads(self, layer: int) -> Mapping[int, Floats]:
        """What heads of a layer are given: head -> [T, D] or [D], or a single 0; one that is patched is not silent."""
        silent: dict[int, Floats] = {head: np.zeros(1) for at, head in self.silent if at == layer}
        return silent | {head: found for (at, head), found in self.patched.items() if at == layer}

    def moves(self, stream: int) -> bool:
        """Whether this stream is changed by hand."""
        return stream in self.added or any(at == stream for at, _ in self.replaced)

    def move(self, stream: int, x: Floats) -> Floats:
        """The stream x, [..., T, C], as it is changed; x itself is left as it is."""
        if not self.moves(stream):
            return x
        if stream in self.added:
            x = x + np.asarray(self.added[stream], x.dtype)
        else:
            x = x.copy()
        for (at, position), vector in self.replaced.items():
            if at == stream:
                x[..., position, :] = vector
        return x

    @property
    def first(self) -> int | None:
        """The first layer whose result may differ; 0 when a part is left out everywhere, None when nothing changes."""
        if self.without:
            return 0
        layers = [layer for layer, _ in (*self.silent, *self.patched, *self.quiet)]
        return min([*layers, *self.added, *(at for at, _ in self.replaced)], default=None)

    def check(self, n_layers: int, n_heads: int, length: int) -> None:
        """Raises ValueError when something is to be changed that a model, or its text, does not have."""
        layers = {layer for layer, _ in (*self.silent, *self.patched, *self.quiet)}
        heads = {head for _, head in (*self.silent, *self.patched)}
        streams = {*self.added, *(at for at, _ in self.replaced)}
        positions = {position for _, position in self.replaced}
        for name, asked, most in (
            ("layer", layers, n_layers - 1), ("head", heads, n_heads - 1),
            ("stream", streams, n_layers), ("position", positions, length - 1),
        ):  # fmt: skip
            for number in asked:
                if not 0 <= number <= most:
                    raise ValueError(f"{name} must be in 0 … {most}, got {number}")
