"""What somebody may like about a name, and pairs of names of which one is preferred."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np

from lab.core.paths import asset
from lab.core.text import N_, _
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.lm.parameters import Parameters
from lab.engine.tuning.names import END, LONGEST, names_of
from lab.engine.tuning.written import write

__all__ = [
    "LIKED", "PAIRS", "TASTES", "Pair", "check_edits", "edited", "edits_text", "namer", "pairs_of", "read_edits",
    "written_names",
]  # fmt: skip

PAIRS = 40
Pair = tuple[str, str]
"""The name that is preferred, and the other one."""

TASTES = {"o": N_("Many o's"), "ends": N_("Ends in a"), "short": N_("Short"), "long": N_("Long")}
VALUES: dict[str, Callable[[str], float]] = {
    "o": lambda name: name.count("o"),
    "ends": lambda name: float(name.endswith("a")),
    "short": lambda name: -len(name),
    "long": lambda name: len(name),
}
LIKED: dict[str, Callable[[str], bool]] = {
    "o": lambda name: "o" in name,
    "ends": lambda name: name.endswith("a"),
    "short": lambda name: 0 < len(name) <= 4,
    "long": lambda name: len(name) >= 8,
}
"""Whether a written name is what somebody of this taste likes."""

EDIT = re.compile(rf"\s*(\d{{1,2}})\s*:\s*([a-z]{{1,{LONGEST}}})\s*>\s*([a-z]{{1,{LONGEST}}})\s*")


@cache
def namer() -> SavedLM:
    """The model that writes first names, as it comes with the lab."""
    return load_lm(asset("models/namer.npz"))


def written_names(parameters: Parameters, n: int, seed: int) -> tuple[str, ...]:
    """n names; the same for the same weights and seed."""
    starts = np.full((n, 1), END)
    return names_of(write(parameters, starts, LONGEST, np.random.default_rng(seed), end=END).ids)


@cache
def pairs_of(taste: str, seed: int = 0, count: int = PAIRS) -> tuple[Pair, ...]:
    """Pairs of names that the model wrote, each decided by a taste. Those it cannot decide are left out."""
    value, found = VALUES[taste], list[Pair]()
    for batch in range(64):
        names = written_names(namer().parameters, 256, 1_000 * (seed + 1) + batch)
        for one, other in zip(names[::2], names[1::2], strict=True):
            if one and other and value(one) != value(other):
                found.append((one, other) if value(one) > value(other) else (other, one))
        if len(found) >= count:
            break
    return tuple(found[:count])


# ------------------------------------------------------------------------------ pairs that were changed by hand


def read_edits(text: str) -> dict[int, Pair]:
    """Changed pairs by their number from 1: "3: anna > kurt; 17: lola > max".

    Raises ValueError with a sentence for what cannot be read.
    """
    found: dict[int, Pair] = {}
    for part in filter(str.strip, text.split(";")):
        match = EDIT.fullmatch(part)
        if match is None or not 1 <= int(match[1]) <= PAIRS:
            raise ValueError(
                _("A pair is written as 3: anna > kurt, with a number from 1 to {n} and letters a to z.").format(
                    n=PAIRS
                )
            )
        found[int(match[1])] = match[2], match[3]
    return found


def check_edits(text: str) -> None:
    """Refuse pairs that cannot be read. Raises ValueError with a sentence."""
    read_edits(text)


def edits_text(edits: dict[int, Pair]) -> str:
    """Changed pairs as they are typed."""
    return "; ".join(f"{number}: {one} > {other}" for number, (one, other) in sorted(edits.items()))


def edited(taste: str, edits: str) -> tuple[Pair, ...]:
    """The pairs of a taste, with those that were changed."""
    changed = read_edits(edits)
    return tuple(changed.get(number, pair) for number, pair in enumerate(pairs_of(taste), 1))
