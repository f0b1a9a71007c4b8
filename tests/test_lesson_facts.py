"""What the lessons say in words, held against the engine: facts that are no read-out of an experiment, and so no claim
that is checked by itself. Each test looks for its sentence first, so that it cannot outlive it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.paths import assets
from lab.engine.decoding.beam import beam_search
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.lm.reference import forward
from lab.engine.nets.initializers import initial_weight
from tests.asking import metrics_of

LESSONS = sorted((assets() / "lessons" / "en").glob("*.md"))


def sentence(name: str) -> str:
    """A lesson as one line of text."""
    (path,) = (path for path in LESSONS if path.stem.endswith(name))
    return " ".join(path.read_text("utf-8").split())


def steps_to_a_thousandth(rate_times_curvature: float) -> int:
    distance = 1.0
    for step in count():
        if abs(distance) <= 1e-3:
            return step
        distance *= 1 - rate_times_curvature
    raise AssertionError


def test_before_the_cliff_a_walk_gets_slower_little_by_little() -> None:
    text = sentence("gradient-descent")
    pattern = r"it needs (\d+) steps at \$\\eta\\lambda = 1.5\$, (\d+) at 1.8, (\d+) at 1.9, (\d+) at 1.98"
    found = re.search(pattern, text)
    assert found and "no gradual worsening" not in text
    assert [int(n) for n in found.groups()] == [steps_to_a_thousandth(x) for x in (1.5, 1.8, 1.9, 1.98)]
    assert steps_to_a_thousandth(1.0) == 1 and "With $\\eta = 1/\\lambda$ one step is enough" in text


def last_logits(layers: int, order: list[int], causal: bool = True) -> np.ndarray:
    config = LMConfig(11, context=8, d_model=16, n_heads=2, n_layers=layers, d_ff=24, positions="none", causal=causal)
    parameters = init_parameters(config, np.random.default_rng(4), np.float64)
    parameters.flat[:] *= 6  # trained weights are larger than the first ones
    return np.asarray(forward(parameters, np.array([[*order, 7]])).logits[0, -1])


def test_a_causal_mask_gives_the_order_away_from_the_second_layer_on() -> None:
    text = sentence("attention")
    assert "In a single layer, the last word finds the same whatever the order of the words before it." in text
    assert "From the second layer on it does not" in text
    assert "has to write the position of each word into its query and key" not in text
    assert "Without positions and without a mask, attention does not know the order of words." in text
    here, there = [1, 2, 3, 4, 5], [4, 1, 5, 3, 2]
    assert np.abs(last_logits(1, here) - last_logits(1, there)).max() < 1e-12
    assert np.abs(last_logits(2, here) - last_logits(2, there)).max() > 1e-3
    assert np.abs(last_logits(2, here, causal=False) - last_logits(2, there, causal=False)).max() < 1e-12


def test_a_point_is_dragged_as_the_lesson_says_straight_to_the_right() -> None:
    assert "You drag a single one straight to the right, from $x = 10$ to $x = 50$." in sentence("linear-regression")
    specification = find("linear-regression").load()
    (far,) = (breaking for breaking in specification.breaks if breaking.id == "far-right")
    setting = far.setting
    before = played(specification, replace(setting, actions=())).snapshot().sheet
    after = played(specification, setting).snapshot().sheet
    moved = np.flatnonzero((before.x != after.x) | (before.y != after.y))
    assert [(before.x[i], after.x[i]) for i in moved] == [(10.0, 50.0)]
    assert (before.y == after.y).all()


def test_no_text_calls_a_loss_of_zero_perfect_where_losses_go_below_it() -> None:
    for path in LESSONS:
        assert not re.search(r"(0|zero) is perfect", path.read_text("utf-8")), path.name
    assert "its heights may be below 0, which a loss made of misses never is" in sentence("gradient-descent")
    wells = metrics_of(played(find("gradient-descent").load(), Setting({"learning_rate": 0.1}, steps=200)).snapshot())
    assert wells["loss"] < 0


def test_the_perceptron_makes_its_last_correction_of_or_at_step_17_and_stops_after_a_quiet_round() -> None:
    assert "makes the last one; then a whole round of four rows is right" in sentence("single-neuron")
    specification = find("single-neuron").load()
    (preset,) = (preset for preset in specification.presets if preset.id == "or")
    runs = {n: played(specification, replace(preset.setting, steps=n)) for n in (16, 17, 25)}
    corrections = {n: metrics_of(run.snapshot())["corrections"] for n, run in runs.items()}
    assert corrections == {16: 8, 17: 9, 25: 9}
    assert runs[25].done and runs[25].steps == 21 == 17 + 4


def test_the_wrong_sums_of_the_voters_are_those_that_the_lesson_explains() -> None:
    text = sentence("single-neuron")
    assert "1.45 comes out when 0.4 is forgotten" in text and "tutorial" not in text
    first, *others = np.array([0.8, -0.5, 1.0]) * [0.5, -0.3, 1.2]
    assert sum(others) + 0.1 == pytest.approx(1.45)
    assert first - others[0] + others[1] + 0.1 == pytest.approx(1.55)


def test_xaviers_rule_is_the_one_of_the_engine() -> None:
    assert r"Xavier's rule, a variance of $2/(n_{\text{in}} + n_{\text{out}})$" in sentence("forward-pass")
    drawn = initial_weight("xavier", 300, 500, np.random.default_rng(0))
    assert drawn.var() == pytest.approx(2 / 800, rel=0.02)


def test_weight_decay_never_changes_the_sign_of_a_sum() -> None:
    assert "Weight decay does not help either" in sentence("activations")
    rng = np.random.default_rng(1)
    x, w, b = rng.normal(size=(50, 4)), rng.normal(size=4), -9.0
    before = x @ w + b
    for _ in range(1000):
        w, b = 0.99 * w, 0.99 * b
    assert (before < 0).all() and (x @ w + b < 0).all()


def test_most_emoji_take_four_bytes_or_more_and_the_star_three() -> None:
    assert "most emoji take four or more (⭐ takes three)" in sentence("tokenization")
    assert len("⭐".encode()) == len("✅".encode()) == 3 and len("🙂".encode()) == 4
    assert len("अ".encode()) == 3


def test_a_beam_usually_finds_likelier_text_than_greedy_choice_but_not_always() -> None:
    text = sentence("decoding")
    assert "It usually finds text that is likelier than the greedy one, though now and then it drops the" in text
    better = worse = 0
    for seed in range(600):
        tables: dict[tuple[int, ...], np.ndarray] = {}
        rng = np.random.default_rng(seed)

        def logs(path, tables=tables, rng=rng):
            if tuple(path) not in tables:
                z = 2 * rng.normal(size=4)
                tables[tuple(path)] = z - np.log(np.exp(z).sum())
            return tables[tuple(path)]

        greedy, wide = (beam_search(logs, [], width, 5).scores[0] for width in (1, 2))
        better, worse = better + (wide > greedy + 1e-12), worse + (wide < greedy - 1e-12)
    assert worse > 0 and better > 10 * worse


def test_checking_guesses_is_not_said_to_take_a_time_that_nobody_measured() -> None:
    text = sentence("decoding")
    assert "nearly five times" not in text and "A clock may say something else." in text
    assert "each new token looks at all keys and values so far" in text  # the cache makes it cheap, not free


def test_the_perceptron_is_not_called_the_oldest_rule() -> None:
    assert "oldest rule" not in sentence("glossary")


OLD_FASHIONED = re.compile(r"\b(dear|oftener|anew|affair|commonest|nought|whilst|parts it|square (to|on) the)\b")


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_lessons_are_written_in_the_english_that_pupils_speak(path) -> None:
    found = [m.group() for m in OLD_FASHIONED.finditer(path.read_text("utf-8"))]
    assert found == []
