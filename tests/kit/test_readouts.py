"""Numbered read-outs, and the read-outs of the page that is open."""

from __future__ import annotations

from dataclasses import dataclass

from lab.core.arithmetic import given
from lab.core.metric import Metric, Metrics
from lab.kit.readouts import Column, numbered, of_page


@dataclass(frozen=True, slots=True)
class Layers:
    loss: float
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Classes:
    loss: float
    p: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    step: int
    page: Layers | Classes | None


LAYERS: Metrics[Layers] = Metrics(
    Metric("loss", "loss", lambda page: page.loss, digits=3),
    numbered(4, Column("size", "units of layer {n}", lambda page: page.sizes), first=0),
)
CLASSES: Metrics[Classes] = Metrics(
    Metric("loss", "loss", lambda page: page.loss, lambda page: given("L", page.loss)),
    numbered(
        2,
        Column("z", "logit {n}", lambda page: [10 * p for p in page.p]),
        Column("p", "share {n}", lambda page: page.p, lambda page, i: given(f"p_{i + 1}", page.p[i])),
    ),
)
METRICS: Metrics[Frame] = Metrics(
    Metric("step", "step", lambda frame: frame.step),
    of_page(lambda frame: frame.page, {Layers: LAYERS, Classes: CLASSES}),
)


def test_columns_are_listed_row_after_row() -> None:
    shown = CLASSES.values(Classes(1.0, (0.25, 0.75)))
    assert list(shown.items()) == [("loss", 1.0), ("z_1", 2.5), ("p_1", 0.25), ("z_2", 7.5), ("p_2", 0.75)]
    assert LAYERS.values(Layers(1.0, (2, 3))) == {"loss": 1.0, "size_0": 2, "size_1": 3}


def test_the_number_stands_in_the_label() -> None:
    assert CLASSES.labels["p_2"] == "share 2" and LAYERS.labels["size_3"] == "units of layer 3"
    assert "p_3" not in CLASSES.labels and "size_4" not in LAYERS.labels


def test_a_number_has_the_arithmetic_of_its_column() -> None:
    frame = Classes(1.0, (0.25, 0.75))
    share = CLASSES.why(frame, "p_2")
    assert share is not None and (share.symbol, share.value) == ("p_2", 0.75)
    assert CLASSES.why(frame, "z_2") is None and CLASSES.why(frame, "p_3") is None


def test_the_read_outs_are_those_of_the_open_page() -> None:
    layers, classes = Frame(3, Layers(0.5, (2,))), Frame(4, Classes(0.7, (1.0,)))
    assert list(METRICS.values(layers)) == ["step", "loss", "size_0"]
    assert list(METRICS.values(classes)) == ["step", "loss", "z_1", "p_1"]
    assert METRICS.why(layers, "loss") is None and METRICS.why(classes, "loss") is not None
    assert METRICS.labels["size_0"] == "units of layer 0" and METRICS.digits == {"loss": 3}


def test_what_is_not_there_has_no_read_outs() -> None:
    assert METRICS.values(Frame(5, None)) == {"step": 5}
