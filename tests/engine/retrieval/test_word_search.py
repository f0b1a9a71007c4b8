"""Search by words and by meaning: the formulas by hand, and the figures on the bundled questions, derived
anew.
"""

import math

import numpy as np
import pytest

from lab.engine.pretrained.passages import (
    load_passages,
    load_questions,
    passage_vectors,
    question_vectors,
)
from lab.engine.retrieval.fusion import reciprocal_ranks, z_scores, z_sum
from lab.engine.retrieval.metrics import found_at, mean_score, recall_at, reciprocal_rank
from lab.engine.retrieval.word_search import BM25, TFIDF, Dense, Words, ranking, token_shares, word_spans, words

DOCUMENTS = ["the cat sat", "the dog and the dog", "a bird", ""]


@pytest.fixture(scope="module")
def library():
    passages, questions = load_passages(), load_questions()
    places = {passage.id: k for k, passage in enumerate(passages)}
    golds = [[places[name] for name in question.gold] for question in questions]
    index = BM25(Words([passage.text for passage in passages]))
    return passages, questions, golds, index, Dense(passage_vectors()), question_vectors()


def test_words_are_runs_of_letters_and_digits():
    assert words("Mt. Fuji: 3,776 m") == ["mt", "fuji", "3", "776", "m"]
    assert words("snake_case São") == ["snake", "case", "são"]
    assert [("The Cat's cat"[a:b]) for a, b in word_spans("The Cat's cat", ["cat"])] == ["Cat", "cat"]


def test_bm25_is_its_formula():
    index = BM25(Words(DOCUMENTS), k1=1.5, b=0.75)
    n_dog, length, mean = 2, 5, (3 + 5 + 2 + 0) / 4
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    wanted = idf * n_dog * 2.5 / (n_dog + 1.5 * (0.25 + 0.75 * length / mean))
    assert index.scores("Dog!") == pytest.approx([0, wanted, 0, 0])
    assert index.scores("dog dog")[1] == pytest.approx(2 * wanted)
    assert index.scores("unicorn").tolist() == [0, 0, 0, 0]


def test_without_length_and_saturation_bm25_only_asks_whether_a_word_is_there():
    index = BM25(Words(DOCUMENTS), k1=0, b=0)
    the, dog = index.rarity("the"), index.rarity("dog")
    assert index.scores("the dog") == pytest.approx([the, the + dog, 0, 0]) and dog > the > 0


def test_tf_idf_is_the_cosine_of_weighed_counts():
    index = TFIDF(Words(DOCUMENTS))
    idf = {w: math.log(4 / n) + 1 for w, n in (("the", 2), ("cat", 1), ("sat", 1), ("dog", 1))}
    cat = np.array([idf["the"], idf["cat"], idf["sat"]])
    query = np.array([idf["the"], idf["cat"]])
    wanted = (query**2).sum() / np.linalg.norm(cat) / np.linalg.norm(query)
    assert index.scores("the cat unicorn")[0] == pytest.approx(wanted)
    assert index.scores("the cat sat")[0] == pytest.approx(1.0) and index.scores("unicorn").tolist() == [0] * 4


@pytest.mark.parametrize("index", [BM25(Words(DOCUMENTS)), TFIDF(Words(DOCUMENTS))])
def test_the_terms_of_a_score_sum_to_it(index):
    query = "the cat and the unicorn"
    for k in range(4):
        terms = index.terms(query, k)
        assert sum(term.contribution for term in terms) == pytest.approx(index.scores(query)[k])
        assert [t.contribution for t in terms] == sorted((t.contribution for t in terms), reverse=True)
    assert {term.word: term.count for term in index.terms(query, 1)} == {"and": 1, "the": 2}


def test_an_index_refuses_what_it_cannot_use():
    with pytest.raises(ValueError, match="documents: none"):
        Words([])
    for k1, b in ((-1, 0.5), (1, 1.5), (math.inf, 0.5), (math.nan, 0.5)):
        with pytest.raises(ValueError, match="k1, b"):
            BM25(Words(["a"]), k1, b)
    with pytest.raises(ValueError, match="lengths from 2 to 2, need 1"):
        Dense(np.full((1, 4), 1.0))
    with pytest.raises(ValueError, match=r"query: shape \(3,\), needs \(4,\)"):
        Dense(np.eye(4)).scores(np.ones(3))


def test_ranking_puts_the_best_first_and_of_equals_the_earlier():
    assert ranking(np.array([1.0, 3.0, 3.0, 2.0])).tolist() == [1, 2, 3, 0]


def test_shares_of_tokens_sum_to_the_cosine():
    rng = np.random.default_rng(0)
    states, query = rng.normal(size=(7, 5)), rng.normal(size=5)
    query /= np.linalg.norm(query)
    mean = states.mean(axis=0)
    assert token_shares(states, query).sum() == pytest.approx(mean @ query / np.linalg.norm(mean))
    with pytest.raises(ValueError, match="cancel out"):
        token_shares(np.zeros((2, 5)), query)
    with pytest.raises(ValueError, match=r"need \[T, d\] and \[d\]"):
        token_shares(states, query[:4])


def test_z_scores_have_no_mean_and_spread_one():
    z = z_scores(np.array([1.0, 2.0, 6.0]))
    assert z.mean() == pytest.approx(0) and z.std() == pytest.approx(1)
    assert z_scores(np.full(3, 7.0)).tolist() == [0, 0, 0]


def test_the_ends_of_the_hybrid_slider_are_the_two_searches():
    one, other = np.array([3.0, 1.0, 2.0]), np.array([0.1, 0.5, 0.2])
    assert ranking(z_sum(one, other, 0)).tolist() == ranking(one).tolist()
    assert ranking(z_sum(one, other, 1)).tolist() == ranking(other).tolist()
    for share, trouble in ((1.5, "share: 1.5"), (math.nan, "share: nan")):
        with pytest.raises(ValueError, match=trouble):
            z_sum(one, other, share)
    with pytest.raises(ValueError, match="need the same documents"):
        z_sum(one, other[:2])


def test_reciprocal_rank_fusion_counts_places_only():
    one, other = np.array([9.0, 5.0, 1.0]), np.array([0.3, 0.1, 0.2])
    fused = reciprocal_ranks([one, other])
    assert fused == pytest.approx([2 / 61, 1 / 62 + 1 / 63, 1 / 63 + 1 / 62])
    assert reciprocal_ranks([one * 1000, other]) == pytest.approx(fused)
    for scores, k in (([], 60), ([one, other[:2]], 60), ([one], 0)):
        with pytest.raises(ValueError, match=r"scores:|k:"):
            reciprocal_ranks(scores, k)


def test_recall_and_reciprocal_rank_by_hand():
    found = [4, 7, 1, 0]
    assert [recall_at(found, [7, 0], k) for k in (1, 2, 4, 9)] == [0, 0.5, 1, 1]
    assert not found_at(found, [7], 1) and found_at(found, [7], 2)
    assert reciprocal_rank(found, [0, 1]) == pytest.approx(1 / 3) and reciprocal_rank(found, [5]) == 0
    for gold, k in (([], 1), ([1], 0)):
        with pytest.raises(ValueError, match="need at least one of each"):
            recall_at(found, gold, k)
    with pytest.raises(ValueError, match="golds: no questions"):
        mean_score(lambda q: np.zeros(3), [], 1)


def test_the_bundled_library_is_whole(library):
    passages, questions, golds, *_ = library
    assert len(passages) == 298 and len(questions) == 60 and {p.id.split(":")[0] for p in passages} == {
        "country", "element",
    }  # fmt: skip
    for question, gold in zip(questions, golds):
        assert any(question.answer.lower() in passages[k].text.lower() for k in gold), question.text


def test_words_vectors_and_both_find_the_answers_as_measured(library):
    passages, questions, golds, index, dense, requested = library

    def by_words(q):
        return index.scores(questions[q].text)

    def by_meaning(q):
        return dense.scores(requested[q])

    def both(q):
        return z_sum(by_words(q), by_meaning(q))

    def fused(q):
        return reciprocal_ranks([by_words(q), by_meaning(q)])

    tf_idf = TFIDF(Words([passage.text for passage in passages]))

    def by_rarity(q):
        return tf_idf.scores(questions[q].text)

    for search, at_1, at_5, mrr in (  # questions of 60: 0.47 and 0.80, 0.68 and 0.87, 0.68 and 0.90 …
        (by_words, 28, 48, 0.595),
        (by_meaning, 41, 52, 0.761),
        (both, 41, 54, 0.773),
        (fused, 40, 53, 0.759),
        (by_rarity, 29, 45, 0.621),
    ):
        one, five = mean_score(search, golds, 1), mean_score(search, golds, 5)
        assert (one.found * 60, five.found * 60) == pytest.approx((at_1, at_5)), search.__name__
        assert one.reciprocal_rank == pytest.approx(mrr, abs=5e-4)
        assert five.recall <= five.found
