"""Metrics of a part of a frame: there when the part is, with their arithmetic, labels and digits."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.arithmetic import given
from lab.core.metric import Metric, Metrics
from lab.kit.metrics import of_part


@dataclass(frozen=True, slots=True)
class Head:
    weight: float


@dataclass(frozen=True, slots=True)
class Frame:
    step: int
    head: Head | None = None


METRICS: Metrics[Frame] = Metrics(
    Metric("step", "step", lambda frame: frame.step),
    of_part(
        lambda frame: frame.head,
        Metric("weight", "its weight", lambda head: head.weight, lambda head: given("w", head.weight), 3),
        Metric("name", "its name", lambda head: "1·2"),
    ),
)


def test_the_rows_of_a_part_are_there_when_the_part_is() -> None:
    assert METRICS.values(Frame(4, Head(0.5))) == {"step": 4, "weight": 0.5, "name": "1·2"}
    assert METRICS.values(Frame(4)) == {"step": 4}


def test_a_part_has_its_arithmetic_its_labels_and_its_digits() -> None:
    frame = Frame(4, Head(0.5))
    assert METRICS.why(frame, "weight") == given("w", 0.5)
    assert METRICS.why(frame, "name") is None and METRICS.why(Frame(4), "weight") is None
    assert METRICS.labels == {"step": "step", "weight": "its weight", "name": "its name"}
    assert METRICS.digits == {"weight": 3}
