"""A network as plain values to be drawn: its weights, what every unit says where, and the address of each link."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

__all__ = ["BIAS", "Link", "NetShape"]

BIAS = -1  # the source of a link that is a bias


@dataclass(frozen=True, slots=True)
class Link:
    """Where a weight sits: which layer of links, into which unit, from which; BIAS for the unit's bias."""

    layer: int
    unit: int
    source: int


@dataclass(frozen=True, eq=False, slots=True)
class NetShape:
    """What is drawn. weights: one layer after the other, [n_out, n_in].  biases: [n_out].  maps: per column of
    tiles, the inputs first and the outputs last, [n, g, g], rows upwards.  inputs: their names.  outputs: their
    names.  belief: whether the outputs' maps are beliefs 0..1.  dead: per hidden column which units are.  values:
    per column what each unit says at the ball; () for none.  classes: the class of each output."""

    weights: tuple[np.ndarray, ...] = ()
    biases: tuple[np.ndarray, ...] = ()
    maps: tuple[np.ndarray, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    belief: bool = True
    dead: tuple[np.ndarray, ...] = ()
    values: tuple[np.ndarray, ...] = ()
    classes: tuple[int, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Tiles in each column."""
        return (len(self.inputs), *(len(bias) for bias in self.biases))

    def weight(self, link: Link) -> float:
        """The number of a link."""
        layer = self.biases[link.layer] if link.source == BIAS else self.weights[link.layer][link.unit]
        return float(layer[link.unit] if link.source == BIAS else layer[link.source])

    def holds(self, link: Link | None) -> bool:
        """Whether there is such a link."""
        return (
            link is not None
            and 0 <= link.layer < len(self.weights)
            and 0 <= link.unit < len(self.biases[link.layer])
            and link.source < self.weights[link.layer].shape[1]
        )
