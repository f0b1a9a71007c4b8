"""How each gate is drawn: a colour of the palette and a dash. Kin share a colour, ReLU and leaky ReLU, GELU and its
tanh form, and differ in the dash; so eight curves stay within six colours."""

from __future__ import annotations

from lab.core.records import dataclass
from lab.core.text import N_
from widgets.base.colors import DASHES, MARKERS, Palette

__all__ = ["SHORT_NAMES", "STYLES", "Style"]


@dataclass(frozen=True, slots=True)
class Style:
    """A place in the palette, and a dash."""

    category: int
    dash: tuple[float, ...] = ()

    def color(self, palette: Palette) -> str:
        return palette.categories[self.category]

    @property
    def marker(self) -> str:
        return MARKERS[self.category]


STYLES = {
    "sigmoid": Style(0),
    "tanh": Style(3, DASHES[3]),
    "relu": Style(1),
    "leaky_relu": Style(1, DASHES[1]),
    "elu": Style(4, DASHES[4]),
    "silu": Style(5),
    "gelu": Style(2),
    "gelu_tanh": Style(2, DASHES[2]),
}

SHORT_NAMES = {
    "sigmoid": N_("Sigmoid"),
    "tanh": "tanh",
    "relu": "ReLU",
    "leaky_relu": N_("Leaky"),
    "elu": "ELU",
    "silu": "SiLU",
    "gelu": "GELU",
    "gelu_tanh": N_("GELU tanh"),
}
"""Names for chips and for the ends of curves."""
