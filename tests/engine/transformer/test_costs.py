"""What transformers cost, against published figures."""

from dataclasses import replace

import pytest

from lab.engine.transformer.costs import Plan, budget, stage_costs

LLAMA_7B = Plan(32_000, 4096, 32, 11_008, 4096, matrices_ff=3)
MIXTRAL = Plan(32_000, 4096, 32, 14_336, 1024, matrices_ff=3, n_experts=8, n_active=2)
GPT2 = Plan(50_257, 768, 12, 3072, 768, n_positions=1024, tied_head=True, biases=True, norm_vectors=2)


def test_the_budget_of_llama_7b_is_its_6_74_billion():
    assert budget(LLAMA_7B)["total"] == 6_738_415_616


def test_the_budget_of_mixtral_holds_46_7_billion_and_uses_12_9_a_token():
    assert round(budget(MIXTRAL)["total"] / 1e9, 1) == 46.7
    assert round(budget(MIXTRAL, active=True)["total"] / 1e9, 1) == 12.9


def test_the_budget_of_gpt2_is_124_million_and_two_thirds_of_a_block_are_feed_forward():
    parts = budget(GPT2)
    assert parts["total"] == 124_439_808
    assert parts["feed-forward"] / (parts["feed-forward"] + parts["attention"]) == pytest.approx(2 / 3, abs=0.001)


def test_a_block_without_biases_counts_twelve_d_squared():
    plan = Plan(1, 64, 1, 256, 64)
    assert budget(plan)["attention"] + budget(plan)["feed-forward"] == 12 * 64**2


def test_twice_the_text_costs_attention_four_times_and_everything_else_twice():
    once, twice = stage_costs(GPT2, 512), stage_costs(GPT2, 1024)
    ratios = {stage: twice[stage] / once[stage] for stage in once}
    assert ratios == {"embedding": 2, "projections": 2, "attention": 4, "feed-forward": 2, "head": 1}


def test_the_work_of_a_short_text_is_its_length_times_the_numbers_in_the_blocks():
    costs, parts = stage_costs(replace(GPT2, biases=False), 1), budget(replace(GPT2, biases=False))
    assert costs["projections"] + costs["feed-forward"] == parts["attention"] + parts["feed-forward"]


def test_no_text_has_no_cost():
    with pytest.raises(ValueError, match="at least 1"):
        stage_costs(GPT2, 0)
