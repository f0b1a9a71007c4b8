"""Edits of every kind, experiment by experiment, for the test of undo: what the hand does number i, and what of a run
it edits. What training changes as well, such as a weight that is dragged, is looked at where training stands still."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lab.core.simulation import Set
from lab.experiments.e01_what_is_ml import gestures as e01
from lab.experiments.e02_feature_scaling import gestures as e02
from lab.experiments.e03_linear_regression import gestures as e03
from lab.experiments.e04_loss_functions import gestures as e04
from lab.experiments.e05_gradient_descent import gestures as e05
from lab.experiments.e06_training_loop import gestures as e06
from lab.experiments.e07_single_neuron import gestures as e07
from lab.experiments.e09_decision_boundaries import gestures as e09
from lab.experiments.e10_forward_pass import gestures as e10
from lab.experiments.e11_backpropagation import gestures as e11
from lab.experiments.e12_overfitting import gestures as e12
from lab.experiments.e13_residual_connections import gestures as e13
from lab.experiments.e14_convolution_recurrence import gestures as e14
from lab.experiments.e15_embeddings import gestures as e15
from lab.experiments.e16_tokenization import gestures as e16
from lab.experiments.e17_attention import gestures as e17
from lab.experiments.e19_next_token import gestures as e19
from lab.experiments.e21_decoding import gestures as e21
from lab.experiments.e23_retrieval_agents import gestures as e23
from lab.experiments.e24_evaluation import gestures as e24
from lab.experiments.e25_capstone import gestures as e25
from lab.kit import gestures as kit

__all__ = ["HANDS", "Hand"]

OWN_WORDS = "the cat sat"


@dataclass(frozen=True)
class Hand:
    """edit: the gesture number i, for the controls.  edited: of a frame and a saved state, what gestures edit."""

    edit: Callable[[Any, int], Any]
    edited: Callable[[Any, Any], Any]
    values: tuple[tuple[str, Any], ...] = ()  # controls that are not at their defaults


def of_state(*names: str) -> Callable[[Any, Any], Any]:
    return lambda _frame, state: [state[name] for name in names]


def samples(move: Any, add: Any, remove: Any, i: int, x: float = 15.25, y: float = 22.5) -> Any:
    """Of four edits one adds, one takes away and two move the same one on. x, y: a place in the
    picture from where it goes right and down. The axes of some pictures are saved with the points, and only grow."""
    match i % 4:
        case 0:
            return add(x + i / 20, y - i / 20)
        case 1:
            return remove(i % 5)
    return move(i // 4 % 4, x + i / 30, y - i / 15)


def lemonade(params: Any, i: int) -> Any:
    data = params.data
    if i % 5 == 4:
        return e01.LockIn(i / 3, 1.0)
    return samples(
        lambda n, x, y: e01.MovePoint(data, n, x, y),
        lambda x, y: e01.AddPoint(data, x, y),
        lambda n: e01.RemovePoint(data, n),
        i,
    )


def scaling(params: Any, i: int) -> Any:
    if i % 2:
        return e02.MoveQuery(40.0 + i / 3, 50_000.0 + 7 * i)
    return e02.MoveRow(params.data, i % 5, 30.0 + i / 7, 41_000.0 + 11 * i)


def regression(params: Any, i: int) -> Any:
    data = params.data
    match i % 7:
        case 4:
            return e03.SetBar(data, i % 3, 0.5 + i / 9)
        case 5:
            return e03.Look(data, i % 3)
        case 6:
            return e03.SetSecond(data, 1, i / 3)
    return samples(
        lambda n, x, y: e03.MovePoint(data, n, x, y),
        lambda x, y: e03.AddPoint(data, x, y),
        lambda n: e03.RemovePoint(data, n),
        i,
    )


def losses(params: Any, i: int) -> Any:
    data = params.data
    if i % 5 == 4:
        return e04.Probe(i / 3, 1.0)
    return samples(
        lambda n, x, y: e04.MovePoint(data, n, x, y),
        lambda x, y: e04.AddPoint(data, x, y),
        lambda n: e04.RemovePoint(data, n),
        i,
    )


def balls(params: Any, i: int) -> Any:
    if i % 3 == 0:
        return Set({"learning_rate": 0.01 + i / 1000})
    return e05.Follow("sgd") if i % 3 == 1 else e05.Place("sgd", 0.5 + i / 99, -0.25)


def loop(params: Any, i: int) -> Any:
    if i % 5 == 4:
        cards = ("zero", "forward", "loss", "backward", "update")
        return e06.Order(cards if i % 2 else (cards[1], cards[0], *cards[2:]))
    return samples(
        lambda n, x, y: e06.MoveSample(params.data, n, x, y),
        lambda x, y: e06.AddSample(params.data, x, y),
        lambda n: e06.RemoveSample(params.data, n),
        i,
        -1.0,
        2.0,
    )


def neuron(params: Any, i: int) -> Any:
    data = params.data
    match i % 5:
        case 0:
            return e07.AddPoint(data, (1.5 + i / 40, 0.5), i % 2)
        case 1:
            return e07.MovePoint(data, i % 7, (0.5, i / 40))
        case 2:
            return e07.RemovePoint(data, i % 6)
        case 3:
            return e07.Flip(data, i % 4)
    return e07.Feed((1.0, i / 3))


def canvas(params: Any, i: int) -> Any:
    match i % 6:
        case 0 | 1:
            return e09.Paint(params.data, i + 1, 0, i // 6 % 4, (0.1 * i, 0.2, 0.3), (0.5, -0.1 * i, 0.7))
        case 2:
            return e09.Erase(params.data, i + 1, 0, 0.4, (0.3, -0.5), (0.2, 0.05 * i))
        case 3:
            return e09.SetWeight(0, i % 3, i % 2, 1.5 - i / 7)
        case 4:
            return e09.Ask(0.3 + i / 19, 0.1)
    return Set({"hidden": "4, 3" if i % 4 else "6, 6"})


def network(params: Any, i: int) -> Any:
    if i % 3 == 2:
        return Set({"row": 1 + i % 4, "page": ("pass", "shapes", "space")[i % 3]})
    return e10.SetInput(i % 2, i % 2, 1.0 + i / 7) if i % 3 else e10.SetWeight(i % 2, 0, i % 3 - 1, 0.7 - i / 9)


def graph(params: Any, i: int) -> Any:
    if i % 4 == 3:
        return e11.Look(("v1", "L")[i % 2])
    return e11.SetLeaf("formula " + params.formula, "abc"[i % 3], 0.5 + i / 7)


def curve(params: Any, i: int) -> Any:
    data = params.data
    return samples(
        lambda n, x, y: e12.MovePoint(data, n, x, y),
        lambda x, y: e12.AddPoint(data, x, y),
        lambda n: e12.RemovePoint(data, n),
        i,
        0.25,
        0.5,
    )


def blocks(_params: Any, i: int) -> Any:
    return e13.Rewire(("skip", "norm")[i % 2], (1 + i % 5, 6 + i % 5), (1, i % 3 - 1))


def drawing(_params: Any, i: int) -> Any:
    if i % 4 == 0:
        return e14.TakeDigit(i // 4)
    if i % 4 == 1:
        return Set({"kernel": f"-1 0 {1 + i}; -1 0 1; -1 0 1"})
    return e14.Paint("ink" if i % 4 == 2 else "set", (20 * i, 20 * i + 5), (0.5, i / 30))


def sentences(_params: Any, i: int) -> Any:
    """The last two lines are emptied one after the other, and others are written behind them."""
    match i % 5:
        case 0:
            return e15.EditLine(i % 4, f"the queen meets child {i}")
        case 1:
            return e15.EditLine(12, "" if i % 2 else "rice and fish")
        case 2:
            return e15.EditLine(13, "" if i % 4 else "a king alone")
        case 3:
            return e15.MoveWord("queen", i / 99, -i / 77)
    return Set({"window": 1 + i % 3})


def merges(params: Any, i: int) -> Any:
    if i % 3 == 2:
        return Set({"page": ("learn", "read", "compare")[i % 3]})
    return e16.Force(i, 101, 32) if i % 3 else e16.Jump(i % 7)


def heads(params: Any, i: int) -> Any:
    if i % 4 == 3:
        return Set({"page": ("chain", "heads", "scale")[i // 4 % 3]})
    if i == 12:
        return e17.TryAll(False)
    return e17.Place("qkv"[i % 3], i % 2, i / 7, 1.0, OWN_WORDS)


def branches(params: Any, i: int) -> Any:
    match i % 5:
        case 0:
            return kit.Choose(5 + i)
        case 4:
            return e19.Bet("abc"[: 1 + i % 3], 0.9)
        case 1:
            return Set({"temperature": 0.5 + i / 40})
        case 2:
            return Set({"page": ("next", "branches", "lens")[i // 4 % 3]})
    return e19.Go(i // 4 % 3 - 1)


def text(params: Any, i: int) -> Any:
    match i % 4:
        case 0:
            return kit.Choose(5 + i)
        case 1:
            return Set({"temperature": 0.5 + i / 10})
        case 2:
            return Set({"page": ("next", "samples", "cache")[i // 4 % 3]})
    return e21.Fork(3 + i % 4)


def cuts(params: Any, i: int) -> Any:
    match i % 4:
        case 0:
            return Set({"splitter": ("hand", "sentences")[i // 4 % 2]})
        case 1:
            return e23.SetText(f"The answer is {i}. " * (1 + i % 3), f"number {i}")
        case 2:
            return Set({"view": ("chunks", "search")[i // 4 % 2]})
    return e23.SetCuts(tuple(range(50, 900, 40 + i)))


def judging(params: Any, i: int) -> Any:
    return e24.Commit((i % 50) / 50)


def own_text(params: Any, i: int) -> Any:
    if i % 3 == 2:
        return Set({"temperature": 0.5 + i / 40})
    return e25.taken("the cat sat on the mat. " * (12 + i), f"text {i}")


HANDS = {
    "what-is-ml": Hand(lemonade, of_state("examples", "rule", "mine", "guess")),
    "feature-scaling": Hand(scaling, of_state("sheet", "query", "place")),
    "linear-regression": Hand(regression, lambda frame, state: (state["sheets"], frame.looking)),
    "loss-functions": Hand(losses, of_state("points", "probes")),
    "gradient-descent": Hand(balls, of_state("following")),
    "training-loop": Hand(loop, of_state("x", "y", "samples", "order")),
    "single-neuron": Hand(neuron, of_state("labels", "points", "about", "x", "row"), (("data", "blobs"),)),
    "decision-boundaries": Hand(canvas, lambda frame, _state: (frame.points, frame.ball)),
    "forward-pass": Hand(network, lambda frame, _state: (frame.deep.weights, frame.deep.biases, frame.deep.x)),
    "backpropagation": Hand(graph, lambda frame, state: (state["looked_at"], state["paths_to"], state["puzzle"])),
    "overfitting": Hand(curve, lambda _frame, state: state["part"]["sheet"]),
    "residual-connections": Hand(blocks, lambda _frame, state: [state["part"][name] for name in ("skip", "norm")]),
    "convolution-recurrence": Hand(
        drawing, lambda frame, state: (state["pad"], frame.page.kernel), (("topic", "picture"),)
    ),
    "embeddings": Hand(sentences, lambda _frame, state: state["part"]["lines"]),
    "tokenization": Hand(merges, lambda _frame, state: (state["forced"], state["own"], state["counts"][1])),
    "attention": Hand(
        heads, lambda frame, state: (frame.vectors, state["silent"], state["patched"]), (("text", OWN_WORDS),)
    ),
    "next-token": Hand(branches, lambda frame, state: (state["bets"], frame.given)),
    "decoding": Hand(text, lambda frame, state: (state["fork"], frame.given)),
    "retrieval-agents": Hand(cuts, lambda _frame, state: [state["part"][name] for name in ("cuts", "own")]),
    "evaluation": Hand(judging, lambda frame, state: (state["part"]["commit"], frame.page.committed)),
    "capstone": Hand(
        own_text, lambda _frame, state: state["own"], (("corpus", "own"), ("width", 16), ("context", 16), ("batch", 2))
    ),
}
"""By experiment: every one that takes gestures."""
