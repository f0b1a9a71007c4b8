"""The most frequent pairs, found without looking at all of them."""

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from lab.engine.text.bpe_train import BPETrainer
from lab.engine.text.pair_ranking import PairRanking


def by_counting(counts):
    return sorted(counts, key=lambda pair: (-counts[pair], *pair))


def test_the_ranking_follows_counts_that_grow_fall_and_vanish():
    random, counts = Random(4), {}
    ranking = PairRanking(counts)
    for _ in range(3000):
        pair = (random.randrange(9), random.randrange(9))
        if random.random() < 0.5:
            counts[pair] = counts.get(pair, 0) + random.randrange(1, 4)
            ranking.grew(pair)
        elif counts.get(pair, 0) > 1:
            counts[pair] -= 1
        else:
            counts.pop(pair, None)
        if random.random() < 0.3:
            best = by_counting(counts)
            assert ranking.first(5) == best[:5]
            tied = [pair for pair in best if counts[pair] == counts[best[0]]]
            assert sorted(ranking.tied()) == sorted(tied)
            assert ranking.n_tied() == len(tied)
            assert ranking.best() == (best[0] if best else None)


def test_those_as_frequent_as_the_last_are_added_where_requested():
    counts = {(1, 1): 5, (2, 2): 3, (3, 3): 3, (4, 4): 3, (5, 5): 1}
    ranking = PairRanking(counts)
    for pair in counts:
        ranking.grew(pair)
    assert ranking.first(2) == [(1, 1), (2, 2)]
    assert ranking.first(2, with_ties=True) == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert ranking.first(9) == list(counts)


def test_where_there_is_no_pair_there_is_no_best():
    ranking = PairRanking({})
    assert ranking.first(3) == ranking.tied() == []
    assert ranking.best() is None
    assert ranking.n_tied() == 0


@pytest.mark.parametrize("tie", ["lowest", "earliest"])
def test_league_and_ties_stay_true_while_merges_are_made_chosen_and_taken_back(tie):
    random = Random(7)
    text = "she sells sea shells by the sea shore, and the shells she sells are sea shells " * 3
    trainer = BPETrainer(text, "none", tie=tie)
    for _ in range(200):
        chance = random.random()
        if chance < 0.35:
            trainer.undo()
        elif chance < 0.5 and trainer.n_pairs:
            row = random.choice(trainer.league(10))
            trainer.merge((row.left, row.right))
        else:
            trainer.merge()
        counts = Counter(pairwise(trainer.ids()))  # in the order of the text
        met = {pair: place for place, pair in enumerate(counts)}
        ranked = sorted(counts, key=lambda pair: (-counts[pair], pair if tie == "lowest" else met[pair]))
        assert [(row.left, row.right) for row in trainer.league(6)] == ranked[:6]
        assert trainer.ties() == sum(counts[pair] == counts[ranked[0]] for pair in ranked)
