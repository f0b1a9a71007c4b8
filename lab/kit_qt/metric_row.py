"""Read-outs of metrics, each with its digits; a press on one asks for its arithmetic."""

from __future__ import annotations

from collections.abc import Mapping

from lab.core.metric import Value
from lab.core.numbers import exact, show_number
from widgets.text.readout import ReadoutRow

__all__ = ["show_metrics"]


def show_metrics(row: ReadoutRow, metrics: Mapping[str, Value], digits: Mapping[str, int]) -> None:
    """Fill a row. Texts stand as they are, a metric that is missing or None is a dash; copying gives all digits."""
    numbers = {name: value for name in digits if isinstance(value := metrics.get(name), int | float)}
    texts = {name: value for name in digits if isinstance(value := metrics.get(name), str)}
    shown = {name: show_number(value, digits[name]) for name, value in numbers.items()}
    row.set_values({**texts, **shown}, {name: exact(value) for name, value in numbers.items()})
