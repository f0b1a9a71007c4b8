"""Every head taken out in three ways: each change is that of a plain pass with this head edited, for both engines."""

import numpy as np
import pytest

from lab.engine.inside.bench import Keep, look
from lab.engine.inside.head_sweep import HeadSweep, aligned, score_of
from lab.engine.transformer.edits import Edits
from tests.engine.inside.twins import IDS, twins

DONOR = [4, 4, 9, 1, 12]


def swept(bench, way, **others):
    sweep = HeadSweep(bench, IDS, way, DONOR if way == "patch" else (), **others)
    shares = list(sweep.working())
    assert shares == sorted(shares) and shares[0] >= 0 and shares[-1] < 1
    return sweep


@pytest.mark.parametrize("way", ["zero", "mean", "patch"])
def test_each_change_is_that_of_a_pass_with_the_head_taken_out(way):
    house, llama = twins()
    sweep = swept(house, way)
    base, donor = look(house, IDS), look(house, DONOR)
    assert sweep.token == int(np.argmax(base.logits[-1]))
    for layer in range(4):
        for head in range(3):
            found = base.heads[layer, head]
            put = {"zero": 0 * found, "mean": 0 * found + found.mean(axis=0), "patch": found.copy()}[way]
            if way == "patch":
                put[2:] = donor.heads[layer, head]
            logits = look(house, IDS, Edits(patched={(layer, head): put})).logits[-1]
            wanted = score_of(logits, sweep.token) - score_of(base.logits[-1], sweep.token)
            assert sweep.changes[layer, head] == pytest.approx(wanted, abs=1e-5)
    assert np.abs(sweep.changes).max() > 1e-3
    np.testing.assert_allclose(swept(llama, way).changes, sweep.changes, atol=2e-4)


def test_a_head_that_is_silent_already_changes_nothing_and_stays_silent_for_all_others():
    for bench in twins():
        edits = Edits(silent=frozenset({(1, 2)}))
        sweep = swept(bench, "mean", edits=edits, token=5)
        assert sweep.changes[1, 2] == pytest.approx(0.0, abs=1e-6)
        logits = look(bench, IDS, edits, Keep(stream=False)).logits[-1]
        assert sweep.score == pytest.approx(score_of(logits, 5), abs=1e-5)
        both = Edits(silent=frozenset({(1, 2), (3, 0)}))
        wanted = score_of(look(bench, IDS, both, Keep(stream=False)).logits[-1], 5) - sweep.score
        assert swept(bench, "zero", edits=edits, token=5).changes[3, 0] == pytest.approx(wanted, abs=1e-5)


def test_the_map_fills_up_from_the_last_layer_and_can_be_left_at_any_time():
    house, _llama = twins()
    sweep = HeadSweep(house, IDS, "zero")
    work, seen = sweep.working(), []
    for share in work:
        known = np.isfinite(sweep.changes)
        if known.sum() == 4:
            assert known[3].all() and known[2].tolist() == [True, False, False]
            seen.append(share)
            break
    work.close()
    assert seen and np.isfinite(sweep.changes).sum() == 4


def test_a_shift_of_all_scores_is_no_change_and_texts_are_laid_together_at_their_ends():
    logits = np.array([1.0, 2.0, 6.0])
    assert score_of(logits, 2) == 3.0 == score_of(logits + 7.0, 2)
    here, there = np.arange(4.0)[:, None], 10 + np.arange(2.0)[:, None]
    assert aligned(here, there)[:, 0].tolist() == [0.0, 1.0, 10.0, 11.0]
    assert aligned(there, here)[:, 0].tolist() == [2.0, 3.0]


def test_an_unknown_way_and_a_missing_donor_are_refused():
    house, _llama = twins()
    with pytest.raises(ValueError, match="way must be one of"):
        HeadSweep(house, IDS, "half")  # a way that there is not
    with pytest.raises(ValueError, match="a donor text is needed"):
        HeadSweep(house, IDS, "patch")
