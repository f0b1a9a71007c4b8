"""Attention, the numbers: against plain NumPy, against the text books, and against what was measured."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.experiments.e17_attention.frame import AttentionFrame
from lab.experiments.e17_attention.gestures import Patch, Place, Silence
from lab.experiments.e17_attention.own_words import initial_vector
from lab.experiments.e17_attention.presets import ALL_JOINED, ALL_STAGES, OWN
from lab.experiments.e17_attention.roles import pictures_of, role_scores
from lab.experiments.e17_attention.scaling import Draws
from lab.experiments.e17_attention.tour import PATTERNS, stops
from tests.asking import metrics_of, why_of

SPECIFICATION = find("attention").load()


def frame_of(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> AttentionFrame:
    return played(SPECIFICATION, Setting(values, seed, tuple((0, action) for action in actions), steps)).snapshot()


def preset(id: str) -> AttentionFrame:
    return played(SPECIFICATION, SPECIFICATION.preset(id).setting).snapshot()


# ------------------------------------------------------------------------------------- one head by hand


def test_a_sum_that_is_zero_but_for_rounding_is_shown_as_zero() -> None:
    frame = frame_of(ALL_STAGES, text=OWN, query=5, key=5)  # 1.6 · 0.6 − 0.8 · 1.2
    assert frame.chain is not None and frame.chain.scores[4, 4] != 0.0
    assert metrics_of(frame)["score"] == metrics_of(frame)["scaled"] == 0.0
    written = [line.numbers for name in ("score", "weight") for line in why_of(frame, name).lines()]  # type: ignore[union-attr]
    assert not [numbers for numbers in written if "10⁻" in numbers]


def test_the_chain_is_that_of_a_few_lines_of_numpy() -> None:
    frame = frame_of(ALL_STAGES, text=OWN)
    q, k, v = (np.array([initial_vector(word, kind) for word in OWN.split()]) for kind in "qkv")
    scores = q @ k.T
    masked = np.where(np.tri(7, dtype=bool), scores / math.sqrt(2), -np.inf)
    powers = np.exp(masked - masked.max(axis=1, keepdims=True))
    weights = powers / powers.sum(axis=1, keepdims=True)
    c = frame.chain
    assert c is not None
    for ours, theirs in ((c.scores, scores), (c.masked, masked), (c.weights, weights), (c.out, weights @ v)):
        assert np.allclose(ours, theirs, atol=1e-12)
    metrics = metrics_of(frame)
    assert metrics["query_word"] == "it" and metrics["top_word"] == "cat"
    assert metrics["score"] == pytest.approx(1.6 * 1.8 + 0.8 * 0.6) and metrics["row_sum"] == pytest.approx(1.0)
    assert metrics["entropy"] == pytest.approx(-sum(p * math.log2(p) for p in weights[4] if p > 0))


def test_under_the_mask_the_first_row_is_one_and_no_weight_lies_above_the_diagonal() -> None:
    for source in ("own", "copier", "shakespeare"):
        weights = frame_of(ALL_STAGES, source=source).chain.weights
        assert weights[0, 0] == 1.0 and weights[0, 1:].sum() == 0.0
        assert np.triu(weights, 1).sum() == 0.0 and np.allclose(weights.sum(axis=1), 1.0)


def test_a_row_that_may_look_nowhere_has_weights_of_zero_and_not_of_nan() -> None:
    metrics = metrics_of(frame_of(ALL_STAGES, mask="blind"))
    assert metrics["row_sum"] == 0.0 and metrics["entropy"] == 0.0 and metrics["out_length"] == 0.0
    assert metrics["masked"] == -math.inf and metrics["weight"] == 0.0 and metrics["even"] is None


def test_without_positions_the_order_of_words_changes_nothing_but_the_order() -> None:
    there, back = (frame_of(ALL_STAGES, text=OWN, mask="none", reverse=reverse) for reverse in (False, True))
    assert there.chain.tokens == back.chain.tokens[::-1]
    assert np.allclose(there.chain.out, back.chain.out[::-1], atol=1e-12)
    assert np.allclose(there.chain.weights, back.chain.weights[::-1, ::-1], atol=1e-12)


def test_queries_of_zero_listen_to_all_alike_and_cold_ones_to_one() -> None:
    even, cold = metrics_of(preset("uniform")), metrics_of(preset("saturated"))
    assert even["entropy"] == pytest.approx(math.log2(7)) == even["even"]
    assert even["room"] == pytest.approx(6 / 7)
    assert cold["top_weight"] > 0.9999 and cold["room"] < 1e-6


def test_a_compass_answers_between_its_points() -> None:
    metrics = metrics_of(preset("lookup"))
    assert metrics["top_word"] == "east" and metrics["weight_2"] > metrics["weight_1"] > 5 * metrics["weight_3"]
    assert metrics["out_1"] > metrics["out_2"] > 0


def test_temperature_and_scaling_divide_the_scores() -> None:
    kinds: tuple[dict[str, Any], ...] = ({}, {"temperature": 2.0}, {"scaled": False})
    plain, hot, raw = (metrics_of(frame_of(5, text=OWN, **kind)) for kind in kinds)
    assert plain["divisor"] == pytest.approx(math.sqrt(2)) and raw["divisor"] == 1.0
    assert hot["scaled"] == pytest.approx(plain["scaled"] / 2) and raw["scaled"] == raw["score"]
    assert raw["top_weight"] > plain["top_weight"] > hot["top_weight"]


def test_a_dragged_key_moves_its_column_alone_and_can_be_taken_back() -> None:
    simulation = played(SPECIFICATION, Setting({"text": OWN}))
    before = simulation.snapshot().chain
    inverse = simulation.act(Place("k", 1, -1.0, 2.0, OWN))
    after = simulation.snapshot().chain
    changed = ~np.isclose(before.scores, after.scores).all(axis=0)
    assert changed.tolist() == [j == 1 for j in range(7)]
    simulation.act(inverse)
    assert np.array_equal(simulation.snapshot().chain.weights, before.weights)


def test_the_same_word_has_the_same_vectors_wherever_it_stands() -> None:
    chain = frame_of(5, text="frog moon frog star", mask="none").chain
    assert np.array_equal(chain.q[0], chain.q[2]) and np.allclose(chain.out[0], chain.out[2])
    assert initial_vector("frog", "k") != initial_vector("moon", "k")


# ----------------------------------------------------------------------------------------- the root of d


@pytest.mark.parametrize(
    ("width", "kind", "std", "largest", "entropy", "gini"),
    [
        (64, "raw", 8.05, 0.861, 0.52, 0.197),
        (64, "scaled", 1.01, 0.317, 2.78, 0.807),
        (512, "raw", 22.6, 0.955, 0.16, 0.065),
        (512, "scaled", 1.0, 0.32, 2.77, 0.805),
    ],
)
def test_ten_keys_by_chance_as_a_mean_over_many_draws(
    width: int, kind: str, std: float, largest: float, entropy: float, gini: float
) -> None:
    found = [getattr(Draws(seed).report(width, 1), kind) for seed in range(10)]  # 4,000 queries
    means = [np.mean([getattr(one, name) for one in found]) for name in ("std", "largest", "entropy", "gini")]
    assert means[0] == pytest.approx(std, rel=0.02)
    assert means[1] == pytest.approx(largest, abs=0.012)
    assert means[2] == pytest.approx(entropy, abs=0.03)
    assert means[3] == pytest.approx(gini, abs=0.012)


def test_the_course_preset_shows_the_example_of_the_course() -> None:
    metrics = metrics_of(preset("course"))
    wanted = {"std_raw": 8.05, "largest_raw": 0.861, "entropy_raw": 0.52, "room_raw": 0.197}
    wanted |= {"std_scaled": 1.01, "largest_scaled": 0.317, "entropy_scaled": 2.78, "room_scaled": 0.807}
    for name, value in wanted.items():
        assert metrics[name] == pytest.approx(value, rel=0.02), name
    assert metrics["even"] == pytest.approx(3.32, abs=0.005)


def test_the_draws_of_a_width_are_the_first_numbers_of_the_wider_ones() -> None:
    draws = Draws(3)
    one, two = draws.report(1, 5), draws.report(2, 5)
    assert np.array_equal(one.one_raw, one.one_scaled)
    assert np.allclose(two.one_scaled * math.sqrt(2), two.one_raw)
    assert 0.99 < one.counts_raw.sum() <= 1.0 and two.weights_raw.sum() == pytest.approx(1.0)


# ------------------------------------------------------------------------------------------ trained heads


def test_the_copier_has_heads_for_the_letter_before_and_for_induction() -> None:
    metrics = metrics_of(preset("induction"))
    assert metrics["best_previous"] > 0.9 and metrics["best_previous_head"].startswith("1·")
    assert metrics["best_induction"] > 0.9 and metrics["best_induction_head"].startswith("2·")
    assert metrics["next_word"] == "x" and metrics["next_p"] > 0.99


@pytest.mark.parametrize("seed", range(4))
def test_it_copies_any_text_that_repeats(seed: int) -> None:
    letters = "".join(np.random.default_rng(seed).permutation(list("abcdefghijklmnopqrstuvwxyz"))[:14])
    metrics = metrics_of(frame_of(source="copier", text=letters + letters[:6]))
    assert metrics["next_word"] == letters[6] and metrics["next_p"] > 0.9
    assert metrics["best_induction"] > 0.8


def test_no_single_head_carries_the_copying_but_two_together_do() -> None:
    every = [(layer, head) for layer in range(2) for head in range(4)]
    alone = [metrics_of(frame_of(0, (Silence(*head, True),), source="copier"))["usual_p"] for head in every]
    assert min(alone) > 0.99
    both = metrics_of(frame_of(0, (Silence(0, 1, True), Silence(0, 2, True)), source="copier"))
    assert both["usual_p"] < 0.01 and both["usual_before"] > 0.99 and both["changed"] > 0.9
    copies = tuple(Silence(1, head, True) for head in range(4))
    assert metrics_of(frame_of(0, copies[:3], source="copier"))["usual_p"] > 0.9
    assert metrics_of(frame_of(0, copies, source="copier"))["usual_p"] < 0.1


def test_the_shakespeare_model_has_no_induction_head() -> None:
    assert metrics_of(frame_of(source="shakespeare", text="qzkxmwjqzkxmwjqzk"))["best_induction"] < 0.5


def test_a_patched_head_tells_what_it_tells_about_the_other_text() -> None:
    values = {"source": "copier", "text": "abcdefabcdefab", "other": "abxdefabxdefab"}
    plain = metrics_of(frame_of(**values))
    patches = tuple(Patch(1, head, True) for head in range(4))
    patched = metrics_of(frame_of(0, patches, **values))
    assert plain["next_word"] == "c" and patched["next_word"] == "x"
    same = metrics_of(frame_of(0, patches, **{**values, "other": values["text"]}))
    assert same["next_p"] == pytest.approx(plain["next_p"], abs=1e-5)
    short = metrics_of(frame_of(0, patches, **{**values, "other": "xab"}))
    assert short["patched"] == 4


def test_the_sentence_about_the_animal_in_minilm() -> None:
    metrics = metrics_of(preset("coreference"))
    assert metrics["query_word"] == "it" and metrics["top_word"] == "animal"
    assert metrics["top_weight"] == pytest.approx(0.688, abs=0.01)
    assert metrics["first_share"] == pytest.approx(0.44, abs=0.06)  # [CLS] takes nearly half of all weight
    assert metrics["layers"] == 6 and metrics["heads"] == 12


def test_what_is_worked_out_for_one_head_is_what_the_model_did() -> None:
    for source in ("copier", "shakespeare", "minilm"):
        frame = frame_of(ALL_JOINED, source=source, layer=2, head=3)
        assert np.abs(frame.chain.weights - frame.reading.weights[1, 2]).max() < 1e-5
        split = frame.chain.split
        assert np.allclose(split.q[2], frame.chain.q[frame.chain.row], atol=1e-4)
        assert np.allclose(split.found[2], frame.chain.out[frame.chain.row], atol=1e-4)


def test_the_heads_of_the_tour_do_what_they_are_shown_for() -> None:
    assert {stop.pattern for stop in stops()} == set(PATTERNS)
    text = "The old man sat by the door, for the old man was tired, very tired."
    frame = frame_of(ALL_JOINED, source="minilm", text=text)
    roles = {"previous token": "previous", "next token": "next", "same word": "same", "punctuation": "punctuation"}
    roles["rest on [CLS]"] = "first"
    for stop in stops():
        if role := roles.get(stop.pattern):
            score = frame.reading.roles[role]
            assert (score > score[stop.layer, stop.head]).sum() < 6, stop  # of 72


def test_silencing_a_head_of_minilm_moves_its_answer_a_little() -> None:
    moved = metrics_of(frame_of(ALL_JOINED, (Silence(0, 2, True),), source="minilm"))["changed"]
    assert 0 < moved < 0.5


def test_roles_and_pictures_of_heads_made_by_hand() -> None:
    before = np.eye(6, k=-1)
    before[0, 0] = 1.0
    ids = np.array([1, 2, 3, 1, 2, 3])
    weights = np.stack([before, np.eye(6), np.eye(6, k=-2) + np.eye(6)])
    scores = role_scores(weights, ids, list("a,.a,."))
    assert scores["previous"][0] == 1.0 and scores["self"][1] == 1.0 and scores["induction"][2] > 0.9
    assert role_scores(np.eye(6)[None], ids, list("a,.a,."))["punctuation"][0] == 0.0
    pictures = pictures_of(np.random.default_rng(0).random((1, 2, 70, 70), np.float32))
    assert pictures.shape == (2, 1, 2, 24, 24) and pictures[0].max() == 255
    assert pictures_of(np.ones((1, 1, 3, 3), np.float32))[1, 0, 0, :, 0].max() == 0


# ------------------------------------------------------------------------------------------ texts and edges


@pytest.mark.parametrize(
    ("source", "text", "tokens"),
    [
        ("own", "one", 1),
        ("own", "a b c d e f g h i j", 8),
        ("copier", "ABC def!", 7),
        ("copier", "12345", 1),
        ("copier", "x" * 300, 64),
        ("shakespeare", "é", 1),
        ("minilm", "", 15),
        ("minilm", "word " * 400, 256),
        ("minilm", "!", 3),
    ],
)
def test_any_text_can_be_read(source: str, text: str, tokens: int) -> None:
    frame = frame_of(ALL_JOINED, source=source, text=text)
    assert len(frame.chain.tokens) == tokens == frame.chain.weights.shape[0]
    assert np.isfinite(frame.chain.weights).all()


def test_a_layer_a_head_or_a_token_that_is_not_there_is_the_last() -> None:
    chain = frame_of(source="copier", layer=9, head=9, query=99, key=99).chain
    assert (chain.layer, chain.head, chain.row) == (1, 3, 16)


def test_stages_are_not_known_before_they_are_worked_out() -> None:
    known = {"score": 1, "scaled": 2, "masked": 3, "weight": 4, "row_sum": 4}
    for step in range(1, ALL_STAGES + 1):
        metrics = metrics_of(frame_of(step, text=OWN))
        for name, since in known.items():
            assert (metrics[name] is not None) == (step >= since), (step, name)
    assert metrics_of(frame_of(0, text=OWN))["weight"] is not None


def test_every_stage_of_a_wide_head_can_be_explained() -> None:
    frame = preset("coreference")
    for name in ("score", "scaled", "weight", "row_sum", "entropy", "room", "out_1", "even", "divisor"):
        term = why_of(frame, name)
        assert term is not None and term.value == pytest.approx(metrics_of(frame)[name], rel=1e-9), name
        assert len(" ".join(line.symbols for line in term.lines())) < 700, name
