"""Logits as a learner writes them, and the classes they stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lab.core.numbers import exact, parse_number
from lab.core.text import N_, _

__all__ = [
    "CLASS_NAMES",
    "LEAST_CLASSES",
    "MOST_CLASSES",
    "NAME_LENGTH",
    "parse_names",
    "parse_scores",
    "write_names",
    "write_scores",
]

LEAST_CLASSES, MOST_CLASSES = 2, 12
LARGEST = 1e6
NAME_LENGTH = 24
CLASS_NAMES = (
    N_("cat"),
    N_("dog"),
    N_("bird"),
    N_("fish"),
    N_("horse"),
    N_("mouse"),
    N_("sheep"),
    N_("frog"),
    N_("bee"),
    N_("owl"),
    N_("fox"),
    N_("bear"),
)
"""What the classes are called, unless another experiment sent names of its own."""


def parse_scores(text: str) -> tuple[float, ...]:
    """The logits in a text such as "2.0, 1.0, 0.1", "2,0; 1,0; 0,1" or "2 1 1/10".

    Blanks and semicolons part them, and so does a comma with a blank behind it; any other comma is a decimal
    mark, unless there are too many for that. Raises ValueError naming the part that is no number, or when
    there are fewer than 2 or more than 12, or one lies beyond ±10⁶.
    """
    found = [parse_number(part).value for part in _parts(text)]
    if not LEAST_CLASSES <= len(found) <= MOST_CLASSES:
        raise ValueError(
            _("There must be {least} to {most} logits, got {count}. Write them like 2.0, 1.0, 0.1.").format(
                least=LEAST_CLASSES, most=MOST_CLASSES, count=len(found)
            )
        )
    for value in found:
        if abs(value) > LARGEST:
            raise ValueError(_("Logits go from −1000000 to 1000000, got {value}.").format(value=exact(value)))
    return tuple(found)


def _parts(text: str) -> list[str]:
    parts = []
    for word in re.split(r"[;\s]+", text.strip().strip("[](){}")):
        bare = word.strip(",")
        several = bare.count(",") > 1 or ("," in bare and "." in bare)  # 2,1,0.1: no decimal commas these
        parts += [part for part in (bare.split(",") if several else [bare]) if part]
    return parts


def write_scores(values: Sequence[float]) -> str:
    """Logits as `parse_scores` reads them, to four decimals."""
    return ", ".join(f"{round(value, 4) + 0.0:.10g}" for value in values)


def parse_names(text: str) -> tuple[str, ...]:
    """The names of classes in a text such as "tea, coffee, milk"; none in an empty one. Semicolons part them too,
    and then a name may hold a comma. Raises ValueError when there are more than 12, or one is too long."""
    parts = [part.strip() for part in text.split(";" if ";" in text else ",")]
    names = tuple(part for part in parts if part)
    if len(names) > MOST_CLASSES:
        message = _("There are names for at most {most} classes, got {count}.")
        raise ValueError(message.format(most=MOST_CLASSES, count=len(names)))
    long = next((name for name in names if len(name) > NAME_LENGTH), "")
    if long:
        raise ValueError(_("“{name}” is too long: at most {most} letters.").format(name=long, most=NAME_LENGTH))
    return names


def write_names(names: Sequence[str]) -> str:
    """Names as `parse_names` reads them, cut where they are too long; an empty one becomes its number."""
    plain = [" ".join(name.replace(";", ",").split())[:NAME_LENGTH] or str(i) for i, name in enumerate(names, 1)]
    return "; ".join(plain) + (";" if len(plain) == 1 else "")
