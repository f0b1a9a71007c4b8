"""Asks a frame what its experiment says of it: the functions of the specification, found by where the frame is from."""

from __future__ import annotations

import sys
from collections.abc import Collection, Mapping

from lab import catalog
from lab.core.arithmetic import Term
from lab.core.experiment import Specification
from lab.core.metric import Value
from lab.core.simulation import Curve, Divergence, Frame, Limit

__all__ = [
    "curves_of",
    "divergence_of",
    "hidden_of",
    "limits_of",
    "metrics_of",
    "sentence_of",
    "specification_of",
    "unavailable_of",
    "unused_of",
    "why_of",
]


def specification_of(frame: Frame) -> Specification:
    """That of the experiment whose folder, or whose test module, the frame's class stands in."""
    module = type(frame).__module__
    for experiment in catalog.experiments():
        if module.startswith(experiment.specification.rpartition(".")[0] + "."):
            return experiment.load()
    found = sys.modules[module].SPECIFICATION
    assert isinstance(found, Specification)
    return found


def metrics_of(frame: Frame) -> dict[str, Value]:
    return specification_of(frame).metrics.values(frame)


def why_of(frame: Frame, name: str) -> Term | None:
    return specification_of(frame).metrics.why(frame, name)


def sentence_of(frame: Frame) -> str:
    return specification_of(frame).describe(frame)


def limits_of(frame: Frame) -> Mapping[str, Limit]:
    return specification_of(frame).limits(frame)


def unused_of(frame: Frame) -> Mapping[str, str]:
    return specification_of(frame).unused(frame)


def hidden_of(frame: Frame) -> frozenset[str]:
    return specification_of(frame).hidden(frame)


def unavailable_of(frame: Frame) -> Mapping[str, Collection[str]]:
    return specification_of(frame).unavailable(frame)


def divergence_of(frame: Frame) -> Divergence | None:
    return specification_of(frame).divergence(frame)


def curves_of(frame: Frame) -> tuple[Curve, ...]:
    return specification_of(frame).curves(frame)
