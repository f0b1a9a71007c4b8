"""Metrics of a part of a frame, there when the part is, and metrics that are numbered."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.arithmetic import given
from lab.core.metric import Metric, Metrics
from lab.kit.metrics import Column, if_open, numbered, of_part


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


# ------------------------------------------------------------------------------------------- numbered


CLASSES: Metrics[tuple[float, ...]] = Metrics(
    numbered(
        2,
        Column("z", "logit {n}", lambda shares: [10 * p for p in shares]),
        Column("p", "share {n}", lambda shares: shares, lambda shares, i: given(f"p_{i + 1}", shares[i])),
    )
)


def test_columns_are_listed_row_after_row() -> None:
    assert list(CLASSES.values((0.25, 0.75)).items()) == [("z_1", 2.5), ("p_1", 0.25), ("z_2", 7.5), ("p_2", 0.75)]
    from_0: Metrics[tuple[int, ...]] = Metrics(numbered(3, Column("size", "units", lambda sizes: sizes), first=0))
    assert from_0.values((2, 3)) == {"size_0": 2, "size_1": 3}


def test_the_number_stands_in_the_label() -> None:
    assert CLASSES.labels == {"z_1": "logit 1", "z_2": "logit 2", "p_1": "share 1", "p_2": "share 2"}


def test_a_number_has_the_arithmetic_of_its_column() -> None:
    assert CLASSES.why((0.25, 0.75), "p_2") == given("p_2", 0.75)
    assert CLASSES.why((0.25, 0.75), "z_2") is None and CLASSES.why((0.25, 0.75), "p_3") is None


def test_a_name_and_a_label_say_where_the_number_stands() -> None:
    weights = numbered(
        2, Column("w{n}", "weight w{n}", lambda frame: (5.0, 6.0), digits=3), first=0, mark=lambda n: "₀₁"[n]
    )
    assert weights.values(object()) == {"w0": 5.0, "w1": 6.0}
    assert weights.labels == {"w0": "weight w₀", "w1": "weight w₁"} and weights.digits == {"w0": 3, "w1": 3}


@dataclass(frozen=True, slots=True)
class Opened:
    page: object


def test_the_open_page_has_its_rows_and_the_others_have_none() -> None:
    metrics: Metrics[Opened] = Metrics(
        of_part(if_open(Head), Metric("weight", "its weight", lambda head: head.weight)),
        of_part(if_open(Frame), Metric("step", "step", lambda frame: frame.step)),
    )
    assert metrics.values(Opened(Head(0.5))) == {"weight": 0.5}
    assert metrics.values(Opened(Frame(4))) == {"step": 4}
    assert metrics.values(Opened(None)) == {}
