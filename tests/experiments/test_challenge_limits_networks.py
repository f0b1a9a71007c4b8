"""Every limit and every condition of every challenge, from both sides: just inside passes, just outside does not.

Each case begins at the solution that the challenge names and changes one thing: what the frame says, a control, or what
is in the log. So a limit that is moved, or a condition that is dropped, is noticed here. Experiments 7 to 21.
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace as Made
from typing import Any

import numpy as np
import pytest

from lab.engine.lm.lenses import Source
from lab.experiments.e07_single_neuron.gestures import Flip, SetNeuron
from lab.experiments.e16_tokenization.gestures import SetText
from lab.experiments.e17_attention.gestures import Place as PlaceWord
from lab.experiments.e17_attention.reading import Next
from tests.asking import metrics_of
from tests.challenges import Altered, Of, judged, numbers, solved

# ------------------------------------------------------------------------------------------- single neuron

START = (1.0, -1.0, 0.0)


def gates(last: float) -> tuple[tuple[int, Any], ...]:
    """AND, OR and, with a margin that is asked for, NAND."""
    bias = 1.0 + last * 2**0.5  # the rows (0, 1) and (1, 0) lie (bias − 1)/√2 away from x₁ + x₂ = bias
    built = (("and", (1.0, 1.0), -1.5), ("or", (1.0, 1.0), -0.5), ("nand", (-1.0, -1.0), bias))
    return tuple((0, SetNeuron(gate, w, b, i, START)) for i, (gate, w, b) in enumerate(built, 1))


def test_three_gates() -> None:
    goal = "single-neuron/gates"
    assert judged(goal, log=gates(0.1001)) == "done" and judged(goal, log=gates(0.0999)) == "open"
    for missing in range(3):
        left = tuple(entry for i, entry in enumerate(gates(0.2)) if i != missing)
        assert judged(goal, log=left) == "open"
    assert judged(goal, step=1) == "failed" and judged(goal, also=(Flip("nand", 0),)) == "failed"
    late = ((1, gates(0.2)[0][1]), *gates(0.2)[1:])
    assert judged(goal, log=late) == "failed"


def test_the_widest_street() -> None:
    goal = "single-neuron/street"
    assert judged(goal, margin=0.35) == "done"
    assert judged(goal, margin=0.3499) == "open"
    assert judged(goal, margin=None) == "open"
    assert judged(goal, params={"data": "or"}) == "failed" and judged(goal, also=(Flip("and", 0),)) == "failed"


@pytest.mark.parametrize(("tries", "most", "found"), [(5, 3, "done"), (4, 3, "open"), (5, 2, "open"), (50, 3, "done")])
def test_the_ceiling(tries: int, most: int, found: str) -> None:
    assert judged("single-neuron/ceiling", tries=Made(count=tries, best=most)) == found


def test_the_ceiling_of_xor() -> None:
    goal = "single-neuron/ceiling"
    assert judged(goal, params={"data": "or"}) == "failed"
    assert judged(goal, examples=Of(lambda f: Altered(f.examples, whole=False))) == "failed"
    assert judged(goal, examples=Of(lambda f: Altered(f.examples, name="OR"))) == "failed"


# --------------------------------------------------------------------------------------------- activations


@pytest.mark.parametrize("which", [1, 2, 3])
def test_seventy_twenty_ten(which: int) -> None:
    goal, wanted = "activations/shares", (0.7, 0.2, 0.1)
    shares = {f"p_{i}": share for i, share in enumerate(wanted, 1)}
    for off, found in ((0.00999, "done"), (-0.00999, "done"), (0.01001, "open"), (-0.01001, "open")):
        moved = shares | {f"p_{which}": wanted[which - 1] + off}
        assert judged(goal, metrics=numbers(**moved)) == found


def test_seventy_twenty_ten_by_three_bars() -> None:
    goal = "activations/shares"
    assert judged(goal, params={"topic": "depth"}) == "failed"
    assert judged(goal, metrics=numbers(p_4=0.0)) == "failed"
    assert judged(goal, params={"temperature": 1.01}) == "open" and judged(goal, params={"infinite": True}) == "open"


@pytest.mark.parametrize(
    ("first", "found"), [(0.001001, "done"), (0.001, "open"), (999.9, "done"), (1000.0, "open"), (np.inf, "open")]
)
def test_heard_through_twenty_layers(first: float, found: str) -> None:
    assert judged("activations/deep", metrics=numbers(first_gradient=first)) == found
    assert judged("activations/deep", params={"layers": 19}) == "failed"
    assert judged("activations/deep", params={"topic": "softmax"}) == "failed"


# ------------------------------------------------------------------------------------- decision boundaries


def fenced(monkeypatch: pytest.MonkeyPatch, share: float) -> None:
    from lab.experiments.e09_decision_boundaries import challenges

    monkeypatch.setattr(challenges, "hidden_accuracy", lambda _frame, _data: share)


@pytest.mark.parametrize(
    ("share", "units", "found"), [(0.97, 3, "done"), (0.969, 3, "open"), (1.0, 4, "open"), (0.97, 1, "done")]
)
def test_the_circle(monkeypatch: pytest.MonkeyPatch, share: float, units: int, found: str) -> None:
    fenced(monkeypatch, share)
    assert judged("decision-boundaries/circle", units=units) == found
    assert judged("decision-boundaries/circle", params={"data": "moons"}) == "failed"
    assert judged("decision-boundaries/circle", params={"features": ("x1", "x2", "x1_squared")}) == "failed"


@pytest.mark.parametrize(
    ("share", "step", "found"),
    [(0.95, 6000, "done"), (0.949, 6000, "open"), (1.0, 6001, "failed"), (0.949, 6001, "failed"), (0.95, 0, "done")],
)
def test_the_spirals(monkeypatch: pytest.MonkeyPatch, share: float, step: int, found: str) -> None:
    fenced(monkeypatch, share)
    assert judged("decision-boundaries/spiral", step=step) == found
    assert judged("decision-boundaries/spiral", params={"data": "circle"}) == "failed"


def test_a_lost_network_knows_nothing_of_hidden_points() -> None:
    assert judged("decision-boundaries/circle", lost=5) == "open"
    assert judged("decision-boundaries/circle", classes=3) == "open"


# -------------------------------------------------------------------------------------------- forward pass


def test_nine_numbers() -> None:
    goal = "forward-pass/xor"
    assert judged(goal, metrics=numbers(margin=0.4)) == "done"
    assert judged(goal, metrics=numbers(margin=0.3999)) == "open"
    for change in ({"sizes": "2-3-1"}, {"net": "digits"}, {"flat": True}, {"mistake": "bias"}):
        assert judged(goal, params=change) == "failed", change
    for gate in ("hidden", "output"):
        assert judged(goal, net=Of(lambda f, gate=gate: Altered(f.net, **{gate: "tanh"}))) == "failed"


def test_a_bump() -> None:
    goal = "forward-pass/bump"
    assert judged(goal, metrics=numbers(bump_error=0.1)) == "done"
    assert judged(goal, metrics=numbers(bump_error=0.1001)) == "open"
    assert judged(goal, line=None) == "failed" and judged(goal, params={"flat": True}) == "failed"
    for gate, other in (("hidden", "tanh"), ("output", "sigmoid")):
        assert judged(goal, net=Of(lambda f, g=gate, o=other: Altered(f.net, **{g: o}))) == "failed"


# ---------------------------------------------------------------------------------------- backpropagation


def test_blanks_are_all_filled() -> None:
    goal = "backpropagation/blanks"
    assert judged(goal, is_blank=lambda i: False) == "done"
    first = solved(*goal.split("/"))[1].blanks[0]
    assert judged(goal, is_blank=lambda i: i == first) == "open"
    assert judged(goal, blanks=()) == "open"


@pytest.mark.parametrize(("goal", "most"), [("backpropagation/saboteur", 1), ("backpropagation/ring", 3)])
def test_wrong_rules_with_few_misses(goal: str, most: int) -> None:
    def misses(n: int) -> Of:
        return Of(lambda f: Altered(f.puzzle, misses=n))

    assert judged(goal, puzzle=misses(most)) == "done" and judged(goal, puzzle=misses(most + 1)) == "failed"
    assert judged(goal, puzzle=Of(lambda f: Altered(f.puzzle, solved=False))) == "open"


@pytest.mark.parametrize(
    ("loss", "at", "now", "found"),
    [
        (0.99e-5, 5, 5, "done"), (1.01e-5, 5, 5, "open"), (0.99e-5, 6, 6, "failed"), (0.99e-5, 5, 6, "done"),
        (1.01e-5, 5, 6, "failed"), (1e-5, 1, 1, "open"),
    ],
)  # fmt: skip
def test_five_updates(loss: float, at: int, now: int, found: str) -> None:
    rows = np.array([[0.0, 0.01], [float(at), loss]])
    assert judged("backpropagation/fall", losses=rows, round=now) == found


def test_five_updates_with_true_gradients() -> None:
    assert judged("backpropagation/fall", params={"bugs": ("transpose",)}) == "open"


# ------------------------------------------------------------------------------- convolution and recurrence


@pytest.mark.parametrize(
    ("upright", "level", "found"),
    [(0.5, 0.1, "done"), (0.4999, 0.1, "open"), (0.1, 0.0, "done"), (0.0999, 0.0, "open"), (0.0, 0.0, "open")],
)
def test_deaf_to_level_bars(upright: float, level: float, found: str) -> None:
    goal = "convolution-recurrence/upright"
    assert judged(goal, page=Of(lambda frame: replace(frame.page, upright=upright, level=level))) == found


def test_deaf_to_level_bars_with_nine_weights() -> None:
    goal = "convolution-recurrence/upright"
    wide = Of(lambda frame: replace(frame.page, kernel=np.ones((1, 3))))
    assert judged(goal, page=wide) == "failed"
    assert judged(goal, page=None) == "failed"


@pytest.mark.parametrize(
    ("right", "measured", "step", "found"),
    [
        (0.95, 600, 600, "done"),
        (0.9499, 600, 599, "open"),
        (0.9499, 600, 600, "failed"),
        (0.95, 610, 610, "failed"),
        (0.95, 0, 0, "open"),
    ],
)
def test_twenty_steps_back(right: float, measured: int, step: int, found: str) -> None:
    page = Of(lambda frame: replace(frame.page, now=(0.0, right, 0.0), measured=measured))
    assert judged("convolution-recurrence/recall", page=page, step=step) == found


@pytest.mark.parametrize(("change", "found"), [({"length": 20}, "done"), ({"length": 19}, "failed")])
def test_twenty_steps_and_no_fewer(change: dict[str, Any], found: str) -> None:
    assert judged("convolution-recurrence/recall", params=change) == found
    assert judged("convolution-recurrence/recall", params={"task": "brackets"}) == "failed"


# -------------------------------------------------------------------------------------------- tokenization


@pytest.mark.parametrize(
    ("letters", "tokens", "merges", "found"),
    [
        (200, 1, 30, "done"), (201, 1, 8, "failed"), (90, 2, 8, "open"), (90, 1, 31, "failed"), (90, 2, 30, "open"),
    ],
)  # fmt: skip
def test_one_token(letters: int, tokens: int, merges: int, found: str) -> None:
    log = ((0, SetText("too long " * 99)), (0, SetText("x" * letters)))  # the last text counts
    own = Of(lambda f: Altered(f.own, tokens=tokens))
    assert judged("tokenization/attention", log=log, own=own, merges=merges) == found


def test_one_token_by_a_text() -> None:
    goal = "tokenization/attention"
    assert judged(goal, log=()) == "open" and judged(goal, by_hand=1) == "failed"
    assert judged(goal, params={"corpus": "shakespeare"}) == "failed"
    assert judged(goal, params={"text": "attentions"}) == "open" and judged(goal, params={"page": "read"}) == "open"


@pytest.mark.parametrize(
    ("tokens", "merges", "found"), [(9, 2, "done"), (10, 2, "open"), (9, 1, "open"), (9, 3, "failed"), (8, 2, "done")]
)
def test_better_than_greed(tokens: int, merges: int, found: str) -> None:
    assert judged("tokenization/greedy", n_tokens=tokens, merges=merges) == found


@pytest.mark.parametrize("change", [{"corpus": "own"}, {"pre_split": False}, {"unit": "character"}], ids=str)
def test_better_than_greed_on_these_words(change: dict[str, Any]) -> None:
    assert judged("tokenization/greedy", params=change) == "failed"


# ----------------------------------------------------------------------------------------------- attention


@pytest.mark.parametrize(
    ("top", "second", "found"),
    [(0.8, 0.05, "done"), (0.7999, 0.05, "open"), (0.8, 0.0501, "open"), (1.0, 0.0, "done")],
)
def test_who_it_is(top: float, second: float, found: str) -> None:
    def chain(frame: Any) -> Any:
        weights = np.zeros_like(frame.chain.weights)
        weights[frame.chain.tokens.index("it"), :2] = top, second
        return Altered(frame.chain, weights=weights)

    assert judged("attention/keys", chain=Of(chain)) == found


def test_who_it_is_by_keys_alone() -> None:
    goal, text = "attention/keys", solved("attention", "keys")[2].text
    others = ({"source": "copier"}, {"text": "the dog"}, {"scaled": False}, {"temperature": 0.9}, {"mask": "none"})
    for change in others:
        assert judged(goal, params=change) == "failed", change
    assert judged(goal, params={"mask": "causal"}) == "done"
    assert judged(goal, also=(PlaceWord("q", 0, 1.0, 1.0, text),)) == "failed"
    assert judged(goal, also=(PlaceWord("k", 0, 1.0, 1.0, text),)) == "done"


def induction(score: float, most: float) -> dict[str, Of]:
    def reading(frame: Any) -> Any:
        roles = {**frame.reading.roles, "induction": frame.reading.roles["induction"].copy()}
        roles["induction"][frame.chain.layer, frame.chain.head] = score
        return Altered(frame.reading, roles=roles, best=lambda _role: (None, most))

    return {"reading": Of(reading)}


@pytest.mark.parametrize(
    ("score", "most", "found"),
    [(0.85, 0.9, "done"), (0.8499, 0.9, "open"), (0.85, 0.8499, "open"), (0.9, 0.85, "done")],
)
def test_an_induction_head(score: float, most: float, found: str) -> None:
    assert judged("attention/induction", **induction(score, most)) == found


def test_an_induction_head_in_a_text_of_ones_own() -> None:
    from lab.experiments.e17_attention.texts import EXAMPLES

    goal = "attention/induction"
    assert judged(goal, params={"source": "own"}) == "failed" and judged(goal, reading=None) == "failed"
    for text in ("", EXAMPLES["copier"]):
        assert judged(goal, params={"text": text}) == "open"


@pytest.mark.parametrize(
    ("before", "now", "silent", "found"),
    [
        (0.9, 0.4999, 2, "done"), (0.8999, 0.1, 2, "failed"), (0.9, 0.5, 2, "open"), (0.99, 0.1, 3, "failed"),
        (0.99, 0.1, 1, "done"),
    ],
)  # fmt: skip
def test_stopped_copying(before: float, now: float, silent: int, found: str) -> None:
    expected = Next(("x",), np.array([now]), np.array([before]))
    assert judged("attention/copying", expected=expected, silent=tuple(range(silent))) == found


def test_stopped_copying_by_silence_alone() -> None:
    goal = "attention/copying"
    for change in ({"source": "own"}, {"scaled": False}, {"mask": "none"}):
        assert judged(goal, params=change) == "failed", change
    assert judged(goal, patched=((0, 1),)) == "failed"
    assert judged(goal, expected=None) == "failed"


def brought(share: float, score: float, kind: str = "head") -> Of:
    return Of(lambda frame: Altered(frame.qk, brought=lambda: (Source(kind), share * score), score=score))


@pytest.mark.parametrize(
    ("share", "score", "found"),
    [(0.7, 30.0, "done"), (0.6999, 30.0, "open"), (0.71, 29.99, "open"), (0.9, -30.0, "open"), (0.9, 40.0, "done")],
)
def test_one_head_brings_the_score(share: float, score: float, found: str) -> None:
    goal = "attention/composition"
    assert judged(goal, qk=brought(share, score)) == found
    assert judged(goal, qk=brought(share, score, "token")) == "open"


def test_one_head_brings_the_score_in_the_copier_under_its_lens() -> None:
    goal = "attention/composition"
    assert judged(goal, params={"source": "shakespeare"}) == "failed"
    assert judged(goal, qk=None) == judged(goal, chain=None) == "failed"


@pytest.mark.parametrize(
    ("weight", "share", "found"),
    [(0.5, 0.15, "done"), (0.4999, 0.15, "open"), (0.5, 0.1501, "open"), (0.9, 0.0, "done")],
)
def test_much_weight_and_nothing_told(weight: float, share: float, found: str) -> None:
    def lens(frame: Any) -> Any:
        shares = np.zeros(len(frame.chain.tokens))
        shares[frame.chain.column] = share
        return Altered(frame.ov, shares=shares)

    chain = Of(lambda frame: Altered(frame.chain, weight=weight))
    assert judged("attention/hollow", chain=chain, ov=Of(lens)) == found


def test_much_weight_and_nothing_told_is_judged_under_its_lens() -> None:
    assert judged("attention/hollow", ov=None) == judged("attention/hollow", chain=None) == "failed"


# ------------------------------------------------------------------------------------------------ decoding


@pytest.mark.parametrize(
    ("kept", "mass", "found"),
    [
        (5, 0.8801, "done"), (5, 0.8799, "open"), (5, 0.9199, "done"), (5, 0.9201, "open"), (6, 0.9, "open"),
        (1, 0.9, "done"), (0, 0.0, "open"),
    ],
)  # fmt: skip
def test_nine_tenths_with_five(kept: int, mass: float, found: str) -> None:
    assert judged("decoding/mass", bars=Of(lambda f: Altered(f.bars, kept=kept, kept_mass=mass))) == found


def test_nine_tenths_of_this_prompt() -> None:
    goal = "decoding/mass"
    for change in ({"prompt": "What is thy "}, {"model": "fivegram"}):
        assert judged(goal, params=change) == "failed", change
    assert judged(goal, written="a") == "failed" and judged(goal, bars=None) == "open"


def test_how_far_ahead() -> None:
    goal = "decoding/gamma"
    best_gamma = metrics_of(solved(*goal.split("/"))[1])["best_gamma"]
    for off, found in ((-2, "open"), (-1, "done"), (0, "done"), (1, "done"), (2, "open")):
        assert judged(goal, params={"gamma": best_gamma + off}) == found
    assert judged(goal, params={"alpha": 0.71}) == "failed" and judged(goal, params={"cost": 0.06}) == "failed"


@pytest.mark.parametrize(("vote", "found"), [(0.65, "done"), (0.6499, "open"), (None, "open")])
def test_wiser_together(vote: float | None, found: str) -> None:
    read = {"one_right": 0.4, "majority_right": vote}
    assert judged("decoding/vote", metrics=numbers(**read)) == found


def test_a_vote_is_of_tries_that_were_not_made_easier() -> None:
    for change in (
        {"temperature": 0.9}, {"top_p": 0.99}, {"top_k": 3}, {"penalty": 1.1}, {"weights": "1, 2"},
        {"model": "house"}, {"page": "next"},
    ):  # fmt: skip
        assert judged("decoding/vote", params=change) == "failed", change
    assert judged("decoding/vote", params={"tries": 16}) == "done"
