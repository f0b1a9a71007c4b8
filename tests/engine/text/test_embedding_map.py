"""Maps of high dimensions and what they leave out."""

import json
from pathlib import Path

import numpy as np
import pytest

from lab.engine.text.embedding import load_word_vectors
from lab.engine.text.embedding_map import affinities, fit_pca, ruler, start_tsne, tsne_step

DATA = Path(__file__).parents[3] / "assets/data"


@pytest.fixture(scope="module")
def four_groups():
    """Twenty words from each of four groups, and which group each is from."""
    words = load_word_vectors(DATA / "glove_10k_100d.npz")
    groups = list(json.loads((DATA / "concepts.json").read_text("utf-8")).values())[:4]
    return np.array([words[w] for group in groups for w in group.split()]), np.repeat(np.arange(4), 20)


def own_group(places, labels):
    """The share of words whose nearest word on the map is of their own group."""
    distances = ((places[:, None] - places[None]) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return (labels[distances.argmin(axis=1)] == labels).mean()


def test_pca_finds_the_axis_a_cloud_was_stretched_along():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(500, 3)) * [0.1, 5.0, 1.0] + [7.0, 0.0, 0.0]
    pca = fit_pca(rows, 3)
    np.testing.assert_allclose(pca.directions[0], [0.0, 1.0, 0.0], atol=0.02)
    np.testing.assert_allclose(pca.variances, rows.var(axis=0, ddof=1)[[1, 2, 0]], rtol=0.02)
    assert pca.shares.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(np.cov(pca.project(rows).T), np.diag(pca.variances), atol=1e-10)


def test_the_shares_say_how_much_of_the_words_the_picture_shows(four_groups):
    rows, _ = four_groups
    assert [round(float(s), 2) for s in fit_pca(rows, 4).shares] == [0.24, 0.10, 0.08, 0.05]


def test_the_same_cloud_gives_the_same_picture_however_its_rows_are_ordered(four_groups):
    rows, _ = four_groups
    order = np.random.default_rng(0).permutation(len(rows))
    np.testing.assert_allclose(fit_pca(rows).project(rows), fit_pca(rows[order]).project(rows), atol=1e-4)


def test_a_cloud_without_width_shows_nothing():
    pca = fit_pca(np.ones((5, 3)))
    np.testing.assert_array_equal(pca.shares, 0.0)
    assert np.isfinite(pca.project(np.ones((2, 3)))).all()


def test_a_ruler_reads_0_at_its_start_and_1_at_its_end():
    start, end = np.array([1.0, 1.0]), np.array([3.0, 1.0])
    np.testing.assert_allclose(ruler(np.array([[1, 5], [3, -2], [2, 0], [5, 1]]), start, end), [0, 1, 0.5, 2])
    with pytest.raises(ValueError, match="differ"):
        ruler(np.ones((2, 2)), start, start)


def test_affinities_are_symmetric_sum_to_one_and_have_the_perplexity_requested_for():
    rows = np.random.default_rng(0).normal(size=(60, 5))
    p = affinities(rows, 12.0)
    np.testing.assert_allclose(p, p.T)
    assert p.sum() == pytest.approx(1.0)
    near = ((rows[0] - rows) ** 2).sum(axis=1).argsort()
    assert p[0, near[1]] > p[0, near[30]]


def test_the_gradient_of_the_map_is_that_of_finite_differences():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(12, 4))
    state = start_tsne(rows, rng, 4.0)
    state.places[...] = rng.normal(size=(12, 2))

    def divergence(places):
        state.places[...] = places
        return tsne_step(state, 0.0)[1]

    at = state.places.copy()
    h = 1e-5
    late = type(state)(at.copy(), state.speeds, state.gains, state.affinities, 1_000)
    moved = tsne_step(late, 1e-6)[0].speeds / -1e-6
    gain = np.maximum(np.where(np.sign(moved) == 0, 0.8, 1.2), 0.01)  # speeds were zero: every gain grows
    for place in [(0, 0), (5, 1), (11, 0)]:
        shifted = at.copy()
        shifted[place] += h
        above = divergence(shifted)
        shifted[place] -= 2 * h
        below = divergence(shifted)
        assert moved[place] / gain[place] == pytest.approx((above - below) / (2 * h), rel=1e-4)


def test_tsne_keeps_the_four_groups_together(four_groups):
    rows, labels = four_groups
    state = start_tsne(rows, np.random.default_rng(0), 15.0)
    losses = []
    for _ in range(300):
        state, loss = tsne_step(state)
        losses.append(loss)
    assert losses[-1] < 0.5 * losses[0]
    assert own_group(state.places, labels) > 0.75


@pytest.mark.parametrize(
    "call",
    [
        lambda: fit_pca(np.ones((1, 3))),
        lambda: fit_pca(np.ones((4, 3)), 4),
        lambda: affinities(np.ones((5, 2)), 5.0),
        lambda: affinities(np.ones((5, 2)), 1.0),
    ],
)
def test_what_cannot_be_drawn_is_refused(call):
    with pytest.raises(ValueError):
        call()
