"""What a pass through a model is made of, whatever model it is: the rows of one pass ask for it here."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.numbers import show_number
from lab.core.text import _

__all__ = ["Floats", "Inside", "products_of", "score_shares"]

Floats = NDArray[np.float64]


class Inside(Protocol):
    """One pass as the rows need it; blocks count from 0, and all is for the last token."""

    @property
    def ids(self) -> tuple[int, ...]:
        """The text."""
        ...

    @property
    def n_layers(self) -> int:
        """How many blocks there are."""
        ...

    @property
    def embedded(self) -> NDArray[Any]:
        """The stream before the first block, [C]."""
        ...

    @property
    def logits(self) -> NDArray[Any]:
        """The scores of the next token, [V]."""
        ...

    def after(self, block: int) -> NDArray[Any]:
        """The stream behind a block, [C]."""
        ...

    def products(self) -> dict[str, int]:
        """What one more token costs behind the others, itself included: "attention", "feed-forward", "head"."""
        ...

    def in_block(self) -> dict[str, int]:
        """The multiplications of each part of a block."""
        ...

    def name(self, part: str) -> str:
        """What a part is called here, "" for its usual name."""
        ...

    def shape(self, part: str) -> str:
        """What a part does, in words."""
        ...

    def values(self, block: int, part: str) -> Floats:
        """What a part gives, as one row."""
        ...

    def row(self, block: int, part: str, unit: int) -> Floats | None:
        """The weights of one number of a part; None where it has none."""
        ...

    def how(self, part: str) -> str:
        """How a number of a part comes about, "" for the usual way."""
        ...

    def terms(self, block: int, part: str, unit: int) -> tuple[list[tuple[str, str]], list[float]]:
        """The terms of a number, each with a name and its arithmetic."""
        ...


def products_of(letters: str, a: Floats, b: Floats) -> tuple[list[tuple[str, str]], list[float]]:
    """The products of two rows, each with a name and its arithmetic, and their values."""
    names = [
        (
            _("{letters}, {n}").format(letters=letters, n=i + 1),
            f"{show_number(float(x), 3)} × {show_number(float(y), 3)}",
        )
        for i, (x, y) in enumerate(zip(a, b, strict=True))
    ]
    return names, (a * b).tolist()


def score_shares(scores: Floats) -> list[tuple[str, str]]:
    """The name of each token whose score is in a softmax, and its power of e."""
    return [(_("token {n}").format(n=i + 1), f"e^{show_number(float(s), 3)}") for i, s in enumerate(scores)]
