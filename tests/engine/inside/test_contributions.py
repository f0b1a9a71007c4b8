"""A score is the sum of what each part gave to it."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.inside.bench import Keep, look
from lab.engine.inside.contributions import contributions, neuron_contributions
from lab.engine.inside.house import HouseBench
from lab.engine.transformer.edits import Edits
from tests.engine.inside.twins import CONFIG, IDS, parameters, twins

PLANS = [{}, {"norm": "layer", "positions": "learned"}, {"norm": "none"}, {"feed_forward": "none"}]
BENCHES = [*twins(), *(HouseBench(parameters(replace(CONFIG, **plan))) for plan in PLANS[1:])]
EVERY = pytest.mark.parametrize("bench", BENCHES, ids=["house", "llama", "layer norm", "no norm", "no feed-forward"])
EDITS = [
    Edits(),
    Edits(silent=frozenset({(1, 2)}), quiet=frozenset({(0, "feed-forward"), (3, "attention")})),
    Edits(added={2: np.arange(24) / 24, 0: np.ones(24)}, replaced={(3, 6): np.ones(24)}),
    Edits(frozenset({"attention", "positions"})),
    Edits(frozenset({"feed-forward", "mask"})),
]


@EVERY
@pytest.mark.parametrize("edits", EDITS)
def test_contributions_add_up_to_the_score(bench, edits):
    seen = look(bench, IDS, edits)
    for position, token in ((6, 4), (2, 22)):
        found = contributions(bench, seen, position, token)
        total = found.embedding + found.heads.sum() + found.feed_forward.sum() + found.moved.sum()
        size = 1.0 + np.abs(found.heads).sum() + np.abs(found.feed_forward).sum() + np.abs(found.moved).sum()
        assert abs(total - found.total) < 1e-5 * size
        assert found.total == pytest.approx(float(seen.logits[position, token]), abs=1e-5 * size)


@EVERY
def test_the_lead_over_another_token_is_the_difference_of_two_scores(bench):
    seen = look(bench, IDS)
    lead, one, two = (contributions(bench, seen, 6, *tokens) for tokens in ((4, 9), (4,), (9,)))
    np.testing.assert_allclose(lead.heads, one.heads - two.heads, atol=1e-6)
    assert lead.total == pytest.approx(one.total - two.total, abs=1e-5)


@EVERY
def test_the_neurons_of_a_layer_add_up_to_its_contribution(bench):
    seen = look(bench, IDS)
    for layer in (0, 3):
        neurons = neuron_contributions(bench, seen, layer, 6, 4)
        assert neurons.shape == (bench.sizes.d_ff,)
        assert neurons.sum() == pytest.approx(contributions(bench, seen, 6, 4).feed_forward[layer], abs=1e-4)


def test_only_what_was_moved_by_hand_counts_as_moved():
    bench = BENCHES[0]
    assert not contributions(bench, look(bench, IDS), 6, 4).moved.any()
    moved = contributions(bench, look(bench, IDS, Edits(added={2: np.ones(24)})), 6, 4).moved
    assert moved[2] != 0.0 and not moved[[0, 1, 3, 4]].any()


@pytest.mark.parametrize("plan", [{"norm_place": "post"}, {"residual": False}, {"biases": True}])
def test_a_model_that_is_no_sum_is_refused(plan):
    bench = HouseBench(parameters(replace(CONFIG, **plan)))
    with pytest.raises(ValueError, match="sum"):
        contributions(bench, look(bench, IDS), 6, 4)


def test_what_was_not_kept_or_is_no_sum_any_more_is_refused():
    bench = BENCHES[0]
    with pytest.raises(ValueError, match="kept"):
        contributions(bench, look(bench, IDS, keep=Keep()), 6, 4)
    with pytest.raises(ValueError, match="kept"):
        neuron_contributions(bench, look(bench, IDS, keep=Keep()), 0, 6, 4)
    with pytest.raises(ValueError, match="residuals"):
        contributions(bench, look(bench, IDS, Edits(frozenset({"residual"}))), 6, 4)
