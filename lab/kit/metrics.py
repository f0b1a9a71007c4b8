"""Metrics of a part of a frame, such as one head or the newest merge: rows over the part, not over the frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lab.core.metric import Family, Metric, Metrics

__all__ = ["of_part"]

F = TypeVar("F")
P = TypeVar("P")


def of_part(part: Callable[[F], P | None], *rows: Metric[P] | Family[P]) -> Family[F]:
    """The rows of a part as rows of its frame; a frame without that part, None, has none of them."""
    metrics = Metrics(*rows)
    return Family(
        lambda frame: {} if (found := part(frame)) is None else metrics.values(found),
        lambda frame, name: None if (found := part(frame)) is None else metrics.why(found, name),
        metrics.labels,
        metrics.digits,
    )
