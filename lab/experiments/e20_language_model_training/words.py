"""The state of each stage in a sentence, its curves, and which controls it has."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lab.core.params import fields_of
from lab.core.simulation import Curve, Divergence
from lab.experiments.e20_language_model_training.frame import TrainingFrame
from lab.experiments.e20_language_model_training.settings import Params
from lab.experiments.e20_language_model_training.stages import kind_of

__all__ = ["curves", "describe", "divergence", "hidden", "unavailable", "unused"]

EVERY = frozenset(field.name for field in fields_of(Params)) - {"stage"}


def describe(frame: TrainingFrame) -> str:
    """The state in one or two sentences."""
    return kind_of(frame.page).sentence(frame.page)


def curves(frame: TrainingFrame) -> tuple[Curve, ...]:
    """What the open page draws."""
    return kind_of(frame.page).curves(frame.page)


def divergence(frame: TrainingFrame) -> Divergence | None:
    """Where a number has become no number."""
    return kind_of(frame.page).divergence(frame.page)


def hidden(frame: TrainingFrame) -> frozenset[str]:
    """The controls of the stages that are not open."""
    return EVERY - frozenset(kind_of(frame.page).controls)


def unused(frame: TrainingFrame) -> Mapping[str, str]:
    """The controls without effect now, and why."""
    return kind_of(frame.page).unused(frame.page)


def unavailable(frame: TrainingFrame) -> dict[str, Collection[str]]:
    """What cannot be chosen now."""
    gone: dict[str, Collection[str]] = {} if frame.received else {"source": ("received",)}
    return gone if frame.pack else gone | {"learner": ("smollm2",), "compared": ("smollm2",)}
