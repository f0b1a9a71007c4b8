"""Tokens, and where they stand: chips in lines that break where the room ends and after every newline.

A token is shown as what it is, byte for byte: a space is a dot, a newline a hooked arrow, a tab an arrow, and
what cannot be printed has its number. So that nothing is mistaken for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Place", "Token", "flow", "flow_to_end", "visible"]

_SIGNS = {" ": "·", "\n": "⏎", "\t": "⇥", "\r": "␍", "\u00a0": "⍽"}


@dataclass(frozen=True, slots=True)
class Token:
    """One chip.

    value: 0..1, how deep its shade is; None: no shade.  note: a few characters below it, e.g. "31 %".
    color: a ground of its own instead of the shade, '#RRGGBB' or a palette name.  lit: the current one.
    faint: it stands back (a prompt, a casualty).  struck: it is crossed out.
    """

    text: str
    value: float | None = None
    note: str = ""
    color: str = ""
    highlighted: bool = False
    faint: bool = False
    struck: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a chip stands: its line, its left edge and its width in pixels."""

    line: int
    x: float
    width: float


def visible(text: str) -> str:
    """`text` with everything in it to be seen.

    >>> visible("to be\\n")
    'to·be⏎'
    """
    return "".join(_SIGNS.get(c) or (c if c.isprintable() else _number(c)) for c in text) or "∅"


def _number(c: str) -> str:
    return chr(0x2400 + ord(c)) if ord(c) < 0x20 else f"⟨{ord(c):X}⟩"


def flow(
    tokens: Sequence[Token],
    width: float,
    measure: Callable[[Token], float],
    gap: float,
    breaks: bool = True,
    start: Sequence[Place] = (),
) -> list[Place]:
    """Places for `tokens` in lines of `width` pixels. `start`: places of the first ones that are known already.

    `measure` gives the pixels of a chip; one wider than a line is cut to it. `breaks`: a token that ends in a
    newline ends its line.
    """
    places = list(start)
    line, x = 0, 0.0
    if places:
        last = places[-1]
        line, x = last.line, last.x + last.width + gap
        if breaks and tokens[len(places) - 1].text.endswith("\n"):
            line, x = line + 1, 0.0
    for token in tokens[len(places) :]:
        wide = min(measure(token), width)
        if x > 0 and x + wide > width:
            line, x = line + 1, 0.0
        places.append(Place(line, x, wide))
        x += wide + gap
        if breaks and token.text.endswith("\n"):
            line, x = line + 1, 0.0
    return places


def flow_to_end(
    tokens: Sequence[Token], width: float, measure: Callable[[Token], float], gap: float, breaks: bool = True
) -> list[Place]:
    """As `flow`, but the lines are filled from the last token on: the first line is the short one, not the last."""
    wide = [min(measure(token), width) for token in tokens]
    starts, room = list[int](), 0.0
    for number in range(len(tokens) - 1, -1, -1):
        ends = breaks and tokens[number].text.endswith("\n")
        if number == len(tokens) - 1:
            room = width - wide[number]
        elif ends or wide[number] + gap > room:
            starts.append(number + 1)
            room = width - wide[number]
        else:
            room -= gap + wide[number]
    places, line, x = list[Place](), 0, 0.0
    for number, size in enumerate(wide):
        if starts and number == starts[-1]:
            starts.pop()
            line, x = line + 1, 0.0
        places.append(Place(line, x, size))
        x += size + gap
    return places
