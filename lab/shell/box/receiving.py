"""How a receiver is set so that it uses what it was sent."""

from __future__ import annotations

from typing import Any

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.params import Field, fields_of

__all__ = ["received_by", "received_values"]


def received_by(specification: Specification, artifact: Artifact) -> dict[str, Any]:
    """The controls of a receiver for what it was sent: that it uses it, and what suits it."""
    return {**received_values(fields_of(specification.params)), **specification.suited(artifact)}


def received_values(fields: tuple[Field, ...]) -> dict[str, str]:
    """The controls that make a receiver use what it was sent: every choice that has "received" among its values."""
    return {f.name: "received" for f in fields if f.kind == "choice" and "received" in f.choices}
