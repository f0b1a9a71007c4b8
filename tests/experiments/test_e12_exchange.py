"""Overfitting: what it takes from other experiments, what it gives them, and how a run is kept."""

from __future__ import annotations

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked
from lab.engine.nets.exchange import network_artifact, network_form, read_network
from lab.engine.nets.network import mlp
from lab.experiments.e12_overfitting.gestures import Look, MovePoint
from lab.experiments.e12_overfitting.settings import Params
from lab.experiments.e12_overfitting.specification import SPECIFICATION
from tests.asking import unavailable_of

RNG = np.random.default_rng(0)


def run_of(*artifacts: Artifact, seed: int = 0, **values):
    return built(SPECIFICATION, checked(Params, values), seed, artifacts)


def sent(kind: str, **data) -> Artifact:
    return Artifact(kind, "sent", data)


def test_a_table_of_pairs_becomes_the_points() -> None:
    table = sent("table", x=np.arange(12.0), y=np.arange(12.0) ** 2, x_name="day", y_name="height")
    simulation = run_of(table, data="received", **SPECIFICATION.suited(table), degree=2)
    shown = simulation.snapshot().curve
    assert shown.sheet.names == ("day", "height") and shown.sheet.title == "sent"
    assert len(shown.sheet.x) + len(shown.sheet.hidden_x) == 12 and shown.fit.train < 1e-12
    assert simulation.snapshot().received == {"table"}


def test_of_a_wide_table_the_first_and_the_last_column_are_taken_and_rows_with_a_hole_left_out() -> None:
    values = np.column_stack((np.arange(5.0), np.ones(5), 2 * np.arange(5.0)))
    values[2, 0] = np.nan
    shown = run_of(sent("table", values=values, names=["a", "b", "c"]), data="received").snapshot().curve
    assert shown.sheet.names == ("a", "c") and shown.sheet.x.tolist() == [0, 1, 3, 4] and shown.sheet.left_out == 1


def test_what_the_linear_regression_gives_is_taken_whole() -> None:
    regression = find("linear-regression").load()
    table = played(regression, Setting({"data": "houses"})).offer("table")
    assert table is not None
    shown = run_of(table, data="received", degree=1).snapshot().curve
    assert shown.sheet.names[1] == "price in dollars" and shown.fit.train > 0


@pytest.mark.parametrize(
    "data",
    [{"x": np.arange(3.0)}, {"x": np.arange(3.0), "y": np.arange(4.0)}, {"values": np.zeros((3, 1))}, {"x": 1, "y": 2}],
)
def test_tables_that_do_not_fit_say_why(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"table|values|x"):
        run_of(sent("table", **data), data="received")


@pytest.mark.parametrize(
    "values", [{"data": "received"}, {"task": "net", "classes": "received"}], ids=["table", "points"]
)
def test_without_anything_received_it_says_what_to_send(values: dict[str, str]) -> None:
    with pytest.raises(ParamError, match="nothing was received yet"):
        run_of(**values)


def test_points_in_two_classes_go_to_the_networks_half_of_them_held_out() -> None:
    points = sent("points", x=100 * RNG.normal(size=(40, 2)) + 7, labels=np.arange(40.0) % 2)
    net = run_of(points, classes="received", **SPECIFICATION.suited(points)).snapshot().net
    assert len(net.x) == 20 == net.held_size
    assert abs(net.x).max() < 5, "brought to a spread of 1"


def test_what_the_painter_gives_is_taken_points_and_network() -> None:
    painter = played(find("decision-boundaries").load(), Setting({"data": "circle"}, steps=30))
    points, network = painter.offer("points"), painter.offer("network")
    assert points is not None and network is not None
    assert len(run_of(points, task="net", classes="received").snapshot().net.x) > 20
    taken = run_of(network, task="net", classes="received")
    form = read_network(network.data)
    seen = taken.snapshot().net
    plain = form.to_network().forward(seen.x).outputs[:, 0]
    assert seen.runner("plain").seen_loss == pytest.approx(
        np.mean(np.log1p(np.exp(-np.where(seen.labels == 1, plain, -plain))))
    ), "the four begin as the network that was sent"
    advance(taken)
    assert taken.snapshot().net.runner("plain").seen_loss < seen.runner("plain").seen_loss


@pytest.mark.parametrize(
    ("sizes", "head", "match"), [((2, 4, 3), "softmax", "more than two"), ((3, 4, 1), "logistic", "input")]
)
def test_a_network_that_does_not_fit_says_why(sizes: tuple[int, ...], head: str, match: str) -> None:
    form = network_form(mlp(sizes, RNG, "tanh", head))
    with pytest.raises(ValueError, match=match):
        run_of(network_artifact(form, "sent"), task="net", classes="received")


@pytest.mark.parametrize(("head", "outputs"), [("logistic", 1), ("mse", 1), ("softmax", 2)])
def test_a_network_without_points_says_the_classes_itself_and_a_fifth_are_turned_round(head: str, outputs: int) -> None:
    network = mlp((2, 5, outputs), np.random.default_rng(4), "tanh", head)
    net = run_of(network_artifact(network_form(network), "sent"), task="net", classes="received").snapshot().net
    sums = network.forward(net.x).outputs
    right = sums[:, 1] > sums[:, 0] if outputs == 2 else sums[:, 0] > (0.5 if head == "mse" else 0.0)
    assert np.array_equal(net.labels == 1, right != net.wrong) and net.wrong.sum() == 10
    assert net.runner("plain").held_right == 1.0, "it begins as its own truth"


def test_few_points_become_clouds_and_many_are_divided() -> None:
    for n, seen, held in ((4, 50, 400), (7, 50, 400), (8, 4, 4)):
        points = sent("points", x=RNG.normal(size=(n, 2)), labels=np.arange(float(n)) % 2)
        net = run_of(points, task="net", classes="received").snapshot().net
        assert (len(net.x), net.held_size) == (seen, held)


def test_of_more_than_two_classes_the_first_stands_against_the_others() -> None:
    points = sent("points", x=RNG.normal(size=(40, 2)), labels=np.arange(40.0) % 4)
    net = run_of(points, task="net", classes="received").snapshot().net
    assert set(net.labels.tolist()) == {0, 1} and 5 < net.labels.sum() < 20


def test_what_was_sent_for_one_page_leaves_the_others_as_they_are() -> None:
    """The window sets every control that can say "received"."""
    table = sent("table", x=np.arange(12.0), y=np.arange(12.0))
    points = sent("points", x=RNG.normal(size=(40, 2)), labels=np.arange(40.0) % 2)
    both = {"data": "received", "classes": "received"}
    assert run_of(table, task="net", **both).snapshot().net.wrong.sum() == 10
    assert run_of(points, task="curve", **both).snapshot().curve.sheet.world == "sine"
    assert unavailable_of(run_of(points, task="curve", **both).snapshot()) == {}
    assert unavailable_of(run_of(points, task="net").snapshot()) == {"data": ("received",)}


def test_it_gives_its_points_but_never_those_under_the_lid() -> None:
    simulation = run_of(degree=3)
    table = simulation.offer("table")
    sheet = simulation.snapshot().curve.sheet
    assert table.data["x"].tolist() == sheet.x.tolist() and not set(table.data["x"]) & set(sheet.hidden_x)
    assert simulation.offer("points") is None and simulation.offer("network") is None
    assert run_of(data="own").offer("table") is None


def test_of_the_networks_it_gives_the_one_that_does_best_on_held_out_points() -> None:
    simulation = played(SPECIFICATION, Setting({"task": "net"}, 7, steps=30))
    net = simulation.snapshot().net
    form = read_network(simulation.offer("network").data, inputs=2)
    sums = form.to_network().forward(net.x).outputs[:, 0]
    loss = np.mean(np.log1p(np.exp(-np.where(net.labels == 1, sums, -sums))))
    assert loss == pytest.approx(net.best.seen_loss) and net.best.name != "plain"
    assert simulation.offer("points").data["labels"].tolist() == net.labels.tolist()
    assert simulation.offer("table") is None
    assert run_of(task="grok", modulus=7).offer("network") is None


def test_the_forward_pass_takes_the_network_it_gives() -> None:
    network = played(SPECIFICATION, Setting({"task": "net", "width": 4}, 7, steps=3)).offer("network")
    forward = find("forward-pass").load()
    values = dict(forward.suited(network))
    taken = built(forward, checked(forward.params, values), 0, (network,))
    assert taken.snapshot() is not None and "network" in forward.takes


# ---------------------------------------------------------------------------------------------- kept


@pytest.mark.parametrize(
    "values", [{}, {"regularizer": "lasso", "degree": 4}, {"task": "net"}, {"task": "grok", "modulus": 7}]
)
def test_going_back_and_on_again_leads_to_the_same_digits(values: dict[str, object]) -> None:
    simulation = played(SPECIFICATION, Setting(values, 3, steps=2))
    state = simulation.save()
    advance(simulation)
    then = SPECIFICATION.metrics.values(simulation.snapshot())
    for _ in range(2):
        simulation.load(state)
        assert simulation.steps == 2
        advance(simulation)
        assert SPECIFICATION.metrics.values(simulation.snapshot()) == then


def test_a_look_stays_in_what_is_saved() -> None:
    simulation = played(SPECIFICATION, Setting({}, 3, ((0, Look()), (0, MovePoint("sine", 0, 0.5, 0.5)))))
    other = run_of(seed=9)
    other.load(simulation.save())
    assert other.snapshot().curve.lid == simulation.snapshot().curve.lid
    assert other.snapshot().curve.moved == simulation.snapshot().curve.moved


@pytest.mark.parametrize(
    "damage",
    [
        lambda state: state["part"].pop("sheet"),
        lambda state: state["part"].update(redrawn=10**6),
        lambda state: state["params"].update(task="net"),
        lambda state: state.update(step=-1),
    ],
)
def test_a_damaged_state_is_refused(damage) -> None:
    state = played(SPECIFICATION, Setting({}, 3, steps=1)).save()
    damage(state)
    with pytest.raises(ValueError, match="state"):
        run_of().load(state)


def test_the_cells_of_another_table_are_refused() -> None:
    state = run_of(task="grok", modulus=7).save()
    with pytest.raises(ValueError, match="state"):
        run_of(task="grok", modulus=9).load({**state, "params": {**state["params"], "modulus": 9}})
