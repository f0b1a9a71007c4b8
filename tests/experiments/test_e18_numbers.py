"""The transformer block, its numbers: the parameters of published models, sums that add up, parts switched off as they
were measured, places that hold what makes a difference, and the limits of its challenges."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import built, played
from lab.core.params import ParamError, checked
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.experiments.e18_transformer_block.cell import term_of
from lab.experiments.e18_transformer_block.settings import LONGEST, OPS, PARTS, Params
from lab.experiments.e18_transformer_block.texts import bundled, encoded, held_out, listed
from tests.asking import metrics_of

SPECIFICATION = find("transformer-block").load()


def framed(steps: int = 0, seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, (), steps)).snapshot()


def numbers(steps: int = 0, **values: Any) -> Any:
    return metrics_of(framed(steps, **values))


@pytest.mark.parametrize(
    ("shape", "total", "active"),
    [
        ("llama-7b", 6_738_415_616, 6_738_415_616),
        ("llama-3-8b", 8_030_261_248, 8_030_261_248),
        ("gpt-2", 124_439_808, 124_439_808),
        ("smollm2", 134_515_008, 134_515_008),
        ("mixtral", 46_702_792_704, 12_879_925_248),
    ],
)
def test_the_parameters_of_published_models_are_counted_to_the_last_one(shape, total, active) -> None:
    found = numbers(page="budget", shape=shape)
    assert (found["parameters"], found["active"]) == (total, active)


def test_olmoe_has_what_its_makers_say_but_for_the_norms_of_its_queries_and_keys() -> None:
    assert numbers(page="budget", shape="olmoe")["parameters"] + 16 * 2 * 2048 == 6_919_161_856


@pytest.mark.parametrize("model", ["shakespeare", "copier", "drafter"])
def test_the_budget_of_the_model_at_hand_is_what_it_has(model) -> None:
    page = framed(page="budget", shape="house", model=model).page
    assert page.counts["total"] == bundled(model).parameters.flat.size
    assert sum(count for kind, count in page.counts.items() if kind != "total") == page.counts["total"]


def test_two_thirds_of_a_block_are_its_feed_forward_layer() -> None:
    for width in (64, 768, 4096):
        assert numbers(page="budget", shape="own", width=width)["feed_forward_share"] == pytest.approx(2 / 3, abs=2e-3)


@pytest.mark.parametrize("model", ["shakespeare", "copier", "drafter", "random"])
@pytest.mark.parametrize("lead", [False, True])
@pytest.mark.parametrize("token", [0, 3])
def test_what_heads_and_layers_gave_adds_up_to_the_score(model, lead, token) -> None:
    page = framed(page="who", model=model, lead=lead, token=token).page
    assert page.embedding + page.heads.sum() + page.feed_forward.sum() == pytest.approx(page.total, abs=2e-5)


@pytest.mark.parametrize(
    ("off", "refused"), [("residual", True), ("norm", True), ("mask", False), ("positions", False)]
)
def test_without_residuals_or_norms_a_score_is_no_sum_and_the_page_says_so(off, refused) -> None:
    frame = framed(page="who", **{off: False})
    assert bool(frame.page.refused) == refused
    assert (metrics_of(frame)["score"] is None) == refused
    assert not refused or SPECIFICATION.describe(frame) == frame.page.refused


def test_the_last_row_of_the_lens_is_what_the_model_says() -> None:
    lens, block = framed(page="lens").page, framed().page
    assert (lens.guesses[-1][0], lens.shares[-1, 0]) == pytest.approx(block.guess)
    np.testing.assert_allclose(-np.log(lens.chance[-1, :-1]), block.loss, atol=1e-5)
    assert lens.rank[-1] == 1 and lens.chance.shape == (5, len(block.tokens))


def test_the_lens_without_norms_reads_the_stream_as_it_is() -> None:
    lens, block = framed(page="lens", norm=False).page, framed(norm=False).page
    np.testing.assert_allclose(-np.log(lens.chance[-1, :-1]), block.loss, atol=1e-4)


def test_an_untrained_model_is_hardly_surer_than_a_guess() -> None:
    assert 1 / 64 < numbers(model="random", page="lens")["final_chance"] < 0.06


@pytest.mark.parametrize("op", OPS)
@pytest.mark.parametrize(("layer", "token", "unit"), [(1, 1, 1), (3, 9, 100), (4, 14, 128)])
def test_the_arithmetic_of_a_number_gives_that_number(op, layer, token, unit) -> None:
    page = framed(op=op, layer=layer, token=token, unit=unit).page
    assert page.op == op and page.cell == pytest.approx(float(page.tensors[op][page.token, page.unit]))
    if op == "before":
        assert page.recipe is None
    else:
        term = term_of(page.recipe)
        assert term is not None and term.value == pytest.approx(page.cell, abs=1e-5 * max(1, abs(page.cell)))


def test_the_stream_is_what_came_in_plus_what_was_added() -> None:
    for layer in (1, 2, 3, 4):
        t = framed(layer=layer).page.tensors
        np.testing.assert_allclose(t["middle"], t["before"] + t["attention"], atol=1e-5)
        np.testing.assert_allclose(t["after"], t["middle"] + t["feed-forward"], atol=1e-5)


def test_without_residuals_a_half_replaces_the_stream() -> None:
    t = framed(residual=False).page.tensors
    np.testing.assert_array_equal(t["middle"], t["attention"])
    assert framed(residual=False, op="middle").page.recipe is None


def test_the_walk_comes_by_every_part_of_every_block_once() -> None:
    simulation = played(SPECIFICATION, Setting())
    seen = []
    while not simulation.done:
        simulation.step()
        page = simulation.snapshot().page
        seen.append((page.layer, page.op))
    assert seen == [(layer, op) for layer in range(4) for op in OPS]
    simulation.step()
    assert simulation.steps == len(seen)


def test_the_walk_of_a_model_without_feed_forward_layers_leaves_them_out() -> None:
    page = framed(model="copier", steps=9).page
    assert "inner" not in page.tensors and played(SPECIFICATION, Setting({"model": "copier"}, steps=99)).steps == 12


@pytest.mark.parametrize(("off", "gone"), [("attention", "heads"), ("feed_forward", "inner")])
def test_a_part_that_is_off_shows_no_numbers(off, gone) -> None:
    page = framed(**{off: False, "op": gone}).page
    assert gone not in page.tensors and page.op == "after" and math.isfinite(page.surprise)


def test_parts_are_switched_off_one_after_another() -> None:
    simulation = built(SPECIFICATION, checked(Params, {"topic": "parts"}), 0)
    measured = []
    while not simulation.done:
        before = simulation.steps
        while simulation.steps == before:
            simulation.step()
        losses = simulation.snapshot().page.losses
        measured.append(sum(math.isfinite(loss) for loss in losses.values()))
    assert measured == list(range(len(PARTS) + 1))
    page = simulation.snapshot().page
    assert all(loss > page.plain for loss in page.losses.values())


def test_the_small_models_that_learned_without_a_part_are_the_measured_ones() -> None:
    found = numbers(topic="parts")
    assert (found["learned_plain"], found["learned_no_mask"]) == (1.9134, 0.0709)
    assert "learned_no_attention" not in found


def test_what_a_model_is_judged_on_is_what_it_did_not_learn_from() -> None:
    windows = held_out(bundled("shakespeare"), "shakespeare")
    copied = held_out(bundled("copier"), "copier")
    assert windows.shape == (4, 65) and copied.shape == (4, 65)
    np.testing.assert_array_equal(copied[:, :32], copied[:, 32:64])


def test_the_patch_map_shows_where_the_letter_is_before_and_after_it_was_fetched() -> None:
    restored = framed(topic="patch", model="copier", steps=51).page.restored
    changed, last = [3, 10], 16
    for row in restored[:2]:
        assert row[changed].sum() == pytest.approx(1.0, abs=0.1)
        assert np.abs(np.delete(row, changed)).max() < 0.05
    assert restored[2, last] == pytest.approx(1.0, abs=1e-5) and np.abs(restored[2, :last]).max() < 1e-5


def test_the_patch_map_is_filled_place_by_place() -> None:
    for steps in (0, 1, 50, 51):
        page = framed(topic="patch", model="copier", steps=steps).page
        assert page.tried == steps == np.isfinite(page.restored).sum()
    assert framed(topic="patch", model="copier", steps=99).step == 51


def test_capitals_become_likelier_with_every_strength_and_unsteered_it_is_the_plain_pass() -> None:
    page = framed(6, topic="steer").page
    assert page.effects.tolist() == sorted(page.effects) and page.effects[2] < 0.05 and page.effects[-1] > 0.9
    assert all(name.isupper() for name in page.own) and page.size > 0
    plain = framed(text="the king is here, and he will speak").page
    assert page.surprises[2] == pytest.approx(plain.surprise, abs=1e-5)
    found = numbers(6, topic="steer")
    assert (found["plain_effect"], found["pushed_effect"]) == (page.effects[2], page.effects[4])


def test_strengths_are_tried_one_after_another_and_kept() -> None:
    for steps in (0, 1, 5, 6):
        run = played(SPECIFICATION, Setting({"topic": "steer"}, steps=steps))
        assert np.isfinite(run.snapshot().page.effects).sum() == steps and run.done == (steps == 6)
        again = played(SPECIFICATION, Setting({"topic": "steer"}))
        again.load(run.save())
        assert metrics_of(again.snapshot()) == metrics_of(run.snapshot())
    with pytest.raises(ValueError, match="strengths"):
        again.load(run.save() | {"part": [[0.0, 0.0]] * 7})


@pytest.mark.parametrize(("opposite", "nothing"), [("ROMEO", True), ("ROME", True), ("ROM", False)])
def test_two_lists_of_the_same_tokens_push_nowhere_and_it_says_so(opposite, nothing) -> None:
    frame = framed(6, topic="steer", wanted="ROMEO", opposite=opposite)
    assert ("nothing to push" in SPECIFICATION.describe(frame)) == nothing


@pytest.mark.parametrize(("texts", "count"), [("a", 1), (" | ", 6), ("a||b| ", 2), ("|".join("ab" * 6), 12),
                                              ("|".join("abc" * 5), 12)])  # fmt: skip
def test_a_list_is_parted_at_its_bars_and_has_at_most_twelve_texts(texts, count) -> None:
    assert len(listed("shakespeare", texts, False)) == count


def test_two_equal_texts_leave_nothing_to_restore() -> None:
    simulation = played(SPECIFICATION, Setting({"topic": "patch", "text": "To be", "other": "To be"}))
    assert simulation.done and "nothing" in SPECIFICATION.describe(simulation.snapshot())


def test_texts_of_other_lengths_are_laid_together_at_their_ends() -> None:
    page = framed(topic="patch", text="O Romeo, O Rom", other="Hamlet, O Ha").page
    assert len(page.tokens) == len(page.others) == 12 and "".join(page.others) == "".join(page.others[:])
    assert page.tokens[-1] == "m" and page.others[-1] == "a"


def test_a_text_is_cut_to_what_a_picture_holds_and_unknown_characters_are_left_out() -> None:
    model = bundled("shakespeare")
    assert len(encoded(model, "a" * LONGEST)) == len(encoded(model, "a" * (LONGEST + 1))) == LONGEST
    assert encoded(model, "a9b") == encoded(model, "ab") and encoded(model, "999") == (0,)
    assert encoded(bundled("copier"), "ABC") == encoded(bundled("copier"), "abc")


@pytest.mark.parametrize("page", ["block", "lens", "who", "budget"])
def test_a_text_of_one_letter_is_shown_on_every_page(page) -> None:
    frame = framed(page=page, text="a")
    assert SPECIFICATION.describe(frame) and all(v is None or v == v for v in metrics_of(frame).values())


def test_a_received_model_comes_to_the_bench() -> None:
    config = LMConfig(64, context=16, d_model=16, n_heads=2, n_layers=1, d_ff=8, norm="layer", norm_place="post")
    made = SavedLM(init_parameters(config, np.random.default_rng(1)), bundled("shakespeare").tokenizer)
    sent = Artifact("language-model", "mine", lm_to_data(made), "here")
    for page in ("block", "lens", "who", "budget"):
        simulation = built(SPECIFICATION, checked(Params, {"model": "received", "page": page}), 0, (sent,))
        assert simulation.snapshot().received and SPECIFICATION.describe(simulation.snapshot())
    with pytest.raises(ParamError):
        framed(model="received")


def test_a_saved_state_of_another_run_is_refused() -> None:
    walk, patch = (played(SPECIFICATION, Setting({"topic": topic}, steps=2)) for topic in ("walk", "patch"))
    with pytest.raises(ValueError, match="run"):
        walk.load(patch.save())
    state = patch.save()
    with pytest.raises(ValueError, match="map"):
        patch.load(state | {"part": np.zeros((1, 1))})
    patch.load(state)
    assert patch.steps == 2


# ----------------------------------------------------------------------------------------- challenges


def judge(goal: str, steps: int, **values: Any) -> str:
    challenge = SPECIFICATION.challenge(goal)
    frame = framed(steps, **{**challenge.setting.values, **values})
    progress = challenge.check(frame, frame.params, ())
    return "done" if progress.done else "failed" if progress.failed else "open"


@pytest.mark.parametrize(
    ("steps", "values", "says"),
    [
        (8, {"most": "residual", "least": "scale"}, "done"),
        (7, {"most": "residual", "least": "scale"}, "open"),
        (8, {"most": "feed-forward", "least": "scale"}, "failed"),
        (8, {"most": "residual", "least": "mask"}, "failed"),
        (8, {"most": "residual"}, "open"),
        (8, {"most": "residual", "least": "scale", "model": "drafter"}, "failed"),
        (0, {"topic": "walk"}, "failed"),
    ],
)
def test_both_guesses_have_to_be_those_that_were_measured(steps, values, says) -> None:
    assert judge("guess", steps, **values) == says


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"width": 768, "vocabulary": 50257}, "done"),
        ({"width": 768, "vocabulary": 52455}, "done"),
        ({"width": 768, "vocabulary": 52456}, "open"),
        ({"width": 768, "vocabulary": 49227}, "done"),
        ({"width": 768, "vocabulary": 49226}, "open"),
        ({"width": 768, "vocabulary": 50257, "blocks": 13}, "failed"),
        ({"shape": "gpt-2"}, "failed"),
        ({"page": "lens"}, "failed"),
    ],
)
def test_the_plan_has_to_be_within_a_hundredth(values, says) -> None:
    assert judge("size", 0, **values) == says


def test_the_breaks_break_and_the_whole_model_does_not() -> None:
    for trouble in SPECIFICATION.breaks:
        assert trouble.broken(played(SPECIFICATION, trouble.setting).snapshot())
        assert not trouble.broken(framed())
