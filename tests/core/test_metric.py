"""A metric is one row: its name, label and digits, its value of a frame, and its arithmetic."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from lab.core.arithmetic import given
from lab.core.metric import Family, Metric, Metrics, agreeing, only


@dataclass(frozen=True, slots=True)
class Frame:
    step: int
    loss: float | None
    nodes: tuple[float, ...] = ()


METRICS: Metrics[Frame] = Metrics(
    Metric("step", "step", lambda frame: frame.step),
    Metric("loss", "the loss", lambda frame: frame.loss, why=lambda frame: given("L", frame.loss or 0.0), digits=3),
    Family(
        lambda frame: {f"node_{i}": value for i, value in enumerate(frame.nodes)},
        why=lambda frame, name: given(name, frame.nodes[int(name[5:])]),
        labels={"node_0": "first node"},
        digits={"node_0": 2},
    ),
)


def test_the_read_outs_come_in_the_order_of_the_rows() -> None:
    assert list(METRICS.values(Frame(3, 0.5, (1.0, 2.0))).items()) == [
        ("step", 3), ("loss", 0.5), ("node_0", 1.0), ("node_1", 2.0),
    ]  # fmt: skip


def test_readings_are_the_same_values_each_worked_out_when_it_is_asked_for() -> None:
    asked = []

    def loss(frame: Frame) -> float | None:
        asked.append("loss")
        return frame.loss

    metrics: Metrics[Frame] = Metrics(
        Metric("step", "step", lambda frame: frame.step),
        Metric("loss", "loss", loss),
        Family(lambda frame: {f"node_{i}": value for i, value in enumerate(frame.nodes)}),
    )
    frame = Frame(3, 0.5, (1.0, 2.0))
    found = metrics.readings(frame)
    assert found["step"] == 3 and found.get("node_1") == 2.0 and found.get("node_2") is None and "node_9" not in found
    asked.clear()
    assert found["step"] == 3 and asked == []
    assert found["loss"] == 0.5 and asked == ["loss"]
    assert dict(found) == metrics.values(frame) and len(found) == 4
    with pytest.raises(KeyError):
        found["nothing"]


def test_one_read_out_can_be_requested_for_alone() -> None:
    frame = Frame(3, 0.5, (1.0, 2.0))
    assert METRICS.value(frame, "loss") == 0.5 and METRICS.value(frame, "node_1") == 2.0
    with pytest.raises(KeyError, match="node_2"):
        METRICS.value(frame, "node_2")


def test_only_what_is_wanted_is_computed() -> None:
    computed: list[str] = []

    def counted(name: str) -> Metric[Frame]:
        return Metric(name, name, lambda frame: computed.append(name) or frame.step)

    metrics = Metrics(counted("a"), counted("b"), Family(lambda frame: {"c": computed.append("c") or 3}))
    frame = Frame(1, None)
    assert metrics.some(frame, ("b",)) == {"b": 1} and computed == ["b"]
    assert metrics.some(frame, ()) == {} and computed == ["b"]
    assert metrics.some(frame, ("c", "nobody", "a")) == {"c": 3, "nobody": None, "a": 1}


def test_only_a_finite_number_counts_as_one() -> None:
    numbers = [METRICS.number(Frame(0, loss), "loss") for loss in (0.0, None, math.inf, math.nan, -1e300)]
    assert numbers == [0.0, None, None, None, -1e300]


def test_a_number_has_its_arithmetic_and_a_count_has_none() -> None:
    frame = Frame(3, 0.5, (1.0, 2.0))
    loss, node = METRICS.why(frame, "loss"), METRICS.why(frame, "node_1")
    assert loss is not None and loss.value == 0.5 and node is not None and node.value == 2.0
    assert METRICS.why(frame, "step") is None and METRICS.why(frame, "nobody") is None


def test_what_is_not_computed_has_no_arithmetic_and_what_is_infinite_has() -> None:
    lost = METRICS.why(Frame(0, math.inf), "loss")
    assert METRICS.why(Frame(0, None), "loss") is None and lost is not None and lost.value == math.inf


def test_labels_and_digits_stand_in_the_row() -> None:
    assert METRICS.labels == {"step": "step", "loss": "the loss", "node_0": "first node"}
    assert METRICS.digits == {"loss": 3, "node_0": 2}


def test_some_read_outs_are_there_only_where_a_frame_has_what_they_are_of() -> None:
    mean: Metric[Frame] = Metric("mean", "the mean", lambda frame: sum(frame.nodes) / len(frame.nodes), digits=2)
    metrics = Metrics(only(lambda frame: bool(frame.nodes), mean))
    assert metrics.values(Frame(0, None)) == {} and metrics.values(Frame(0, None, (1.0, 2.0))) == {"mean": 1.5}
    assert (metrics.labels, metrics.digits) == ({"mean": "the mean"}, {"mean": 2})
    assert metrics.why(Frame(0, None, (1.0, 2.0)), "mean") is None and metrics.why(Frame(0, None), "mean") is None


def test_arithmetic_that_comes_to_another_number_is_not_shown() -> None:
    why = agreeing(lambda frame: frame.loss, lambda frame: given("L", 0.5))
    assert why(Frame(0, 0.5 + 1e-13)) is not None and why(Frame(0, 0.6)) is None and why(Frame(0, None)) is None
