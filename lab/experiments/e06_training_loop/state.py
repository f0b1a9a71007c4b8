"""What the loop's variables hold, as plain values for saving, and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from lab.core.artifact import frozen
from lab.experiments.e06_training_loop.loop import Memory, Move

__all__ = ["memory_in", "memory_out"]


def memory_out(memory: Memory) -> dict[str, Any]:
    """Every variable by name; the last update as a list of five numbers."""
    values = {field.name: getattr(memory, field.name) for field in fields(Memory)}
    move = memory.move
    values["move"] = None if move is None else [move.w, move.b, move.gw, move.gb, move.rate]
    return values


def memory_in(values: Mapping[str, Any]) -> Memory:
    """The inverse of `memory_out`. Raises KeyError or TypeError when something is missing."""
    read = {field.name: frozen(values[field.name]) for field in fields(Memory)}
    if read["move"] is not None:
        read["move"] = Move(*(float(value) for value in values["move"]))
    return Memory(**read)
