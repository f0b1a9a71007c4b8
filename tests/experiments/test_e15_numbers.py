"""Embeddings, the numbers: vectors that learn from company, maps, analogies, directions, a word in context, cheaper
vectors, what is brought by the learner and what goes to other experiments."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked
from lab.core.paths import asset
from lab.core.simulation import Set
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import LMConfig, init_parameters
from lab.engine.text.embedding import WordVectors, load_word_vectors
from lab.engine.text.embedding_exchange import embedding_artifact, read_embedding
from lab.engine.text.tokenizer import CharTokenizer
from lab.experiments.e15_embeddings.analogies import answer_both
from lab.experiments.e15_embeddings.compact import quantized
from lab.experiments.e15_embeddings.context import parted
from lab.experiments.e15_embeddings.corpora import MOST_LINES, MOST_WORDS, in_pieces
from lab.experiments.e15_embeddings.directions import held_out
from lab.experiments.e15_embeddings.gestures import EditLine, MoveWord, PutVector, SetOwn
from lab.experiments.e15_embeddings.near import hub_counts
from lab.experiments.e15_embeddings.tables import glove, questions
from tests.asking import divergence_of, hidden_of, metrics_of, sentence_of, unavailable_of, why_of


class Fake:
    """A tokenizer of three tokens, the last of them half a letter."""

    def __init__(self, ids: tuple[int, ...]) -> None:
        self._ids = ids

    @property
    def size(self) -> int:
        return 3

    def encode(self, text: str) -> list[int]:
        return list(self._ids)

    def decode(self, ids: Iterable[int]) -> str:
        return "".join(("a", " b", "�")[i] for i in ids)

    def token(self, token_id: int) -> bytes:
        return (b"a", b" b", b"\xc3")[token_id]


SPECIFICATION = find("embeddings").load()
VECTORS = load_word_vectors(asset("data/glove_10k_100d.npz"))


def run(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, tuple((0, action) for action in actions), steps))


def framed(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return run(steps, actions, seed, **values).snapshot()


def numbers(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, actions, seed, **values))


def received(*artifacts: Artifact, **values: Any) -> Any:
    params = checked(SPECIFICATION.params, {"topic": "map", "source": "received", **values})
    return built(SPECIFICATION, params, 0, artifacts)


# Learning from company.


@pytest.mark.parametrize("seed", range(3))
def test_words_of_one_company_come_together_and_others_do_not(seed: int) -> None:
    page = framed(1000, seed=seed).page
    assert page.cosine("queen", "king") > 0.9
    assert page.cosine("rice", "soup") > 0.9
    assert page.cosine("queen", "rice") < 0.3


def test_nothing_is_known_at_the_start() -> None:
    assert abs(framed().page.cosine("queen", "king")) < 0.5
    assert numbers()["loss"] is None


def test_with_one_number_every_cosine_is_one_or_minus_one() -> None:
    page = framed(200, width=1).page
    for word in page.words:
        assert abs(page.cosine("queen", word)) == pytest.approx(1.0)
    assert abs(framed(200, width=2).page.cosine("queen", "rice")) < 0.999
    assert page.places[:, 1].tolist() == [0.0] * len(page.words)


def test_without_steps_of_any_size_nothing_is_learned() -> None:
    assert np.array_equal(framed(50, learning_rate=0.0).page.vectors, framed(0).page.vectors)


def test_a_sentence_is_changed_and_changed_back_to_the_same_digits() -> None:
    simulation = run(300)
    before = simulation.snapshot().page
    back = simulation.act(EditLine(0, "king eats rice daily"))
    changed = simulation.snapshot().page
    assert "daily" in changed.words
    assert changed.lines[0] == "king eats rice daily"
    assert back == EditLine(0, "king rules land")
    simulation.act(back)
    after = simulation.snapshot().page
    assert (after.lines, after.words) == (before.lines, before.words)
    assert np.array_equal(after.vectors, before.vectors)
    assert np.array_equal(after.places, before.places)


def test_a_sentence_is_added_behind_the_last_and_taken_away_again() -> None:
    simulation = run()
    count = len(simulation.snapshot().page.lines)
    back = simulation.act(EditLine(count, "prince rules land"))
    assert simulation.snapshot().page.lines[count] == "prince rules land"
    simulation.act(back)
    assert len(simulation.snapshot().page.lines) == count


@pytest.mark.parametrize("at", [-1, MOST_LINES])
def test_there_is_no_line_before_the_first_and_none_behind_the_most(at: int) -> None:
    with pytest.raises(ValueError, match=f"needs 0 … {MOST_LINES - 1}"):
        run().act(EditLine(at, "king rules"))
    last = run()
    assert last.act(EditLine(MOST_LINES - 1, "king rules")) == EditLine(MOST_LINES - 1, "")
    assert len(last.snapshot().page.lines) == MOST_LINES


def test_the_last_two_lines_come_back_in_the_order_in_which_they_went() -> None:
    simulation = run(20)
    before = simulation.snapshot().page
    back = [simulation.act(EditLine(at, "")) for at in (12, 13)]
    assert len(simulation.snapshot().page.lines) == 12
    for action in reversed(back):
        simulation.act(action)
    after = simulation.snapshot().page
    assert (len(before.lines), after.lines) == (14, before.lines)
    assert np.array_equal(after.vectors, before.vectors)


def test_a_new_word_begins_the_same_whenever_it_comes() -> None:
    early, late = run(), run()
    early.act(EditLine(0, "king rules moon"))
    late.act(EditLine(3, "queen wears hat"))
    late.act(EditLine(0, "king rules moon"))
    rows = [one.snapshot().page for one in (early, late)]
    first, second = (page.vectors[page.at("moon")] for page in rows)
    assert np.array_equal(first, second)


def test_sentences_that_teach_nothing_are_refused_and_change_nothing() -> None:
    simulation = run(actions=(SetOwn("a b\nb c"),), corpus="own")
    assert simulation.snapshot().page.words == ("b", "a", "c")
    with pytest.raises(ValueError, match="three words"):
        simulation.act(EditLine(1, ""))
    assert simulation.snapshot().page.lines == ("a b", "b c")
    many = " ".join(f"w{n}" for n in range(MOST_WORDS + 1))
    with pytest.raises(ValueError, match=str(MOST_WORDS)):
        simulation.act(SetOwn(many))
    simulation.act(SetOwn(" ".join(f"w{n}" for n in range(MOST_WORDS))))
    assert len(simulation.snapshot().page.words) == MOST_WORDS


@pytest.mark.parametrize("stops", [(), ((1.0, 0.3),), ((9.1, 7.7), (-0.3, 1 / 3))])
def test_a_drag_ends_at_the_same_digits_whichever_way_it_took(stops: Any) -> None:
    """Only its end is kept in a file: on the way there a sentence is emptied, and the file is opened again."""
    straight, other = run(40), run(40)
    straight.act(MoveWord("queen", 0.1, -0.7))
    other.act(EditLine(13, ""))
    for x, y in stops:
        other.act(MoveWord("queen", x, y))
    again = run()
    again.load(other.save())
    again.act(EditLine(13, straight.snapshot().page.lines[13]))
    again.act(MoveWord("queen", 0.1, -0.7))
    assert np.array_equal(again.snapshot().page.vectors, straight.snapshot().page.vectors)


def test_the_pairs_of_a_step_have_its_loss_and_are_shown_where_they_are_looked_at() -> None:
    page = framed(300, beside="pairs", batch=5, negatives=4).page
    assert len(page.taught) == 5
    losses = [-math.log(p) for pair in page.taught for p in pair.beliefs[:1]]
    losses += [-math.log(1 - p) for pair in page.taught for p in pair.beliefs[1:]]
    assert page.loss == pytest.approx(sum(losses) / 5)
    assert all(any({pair.word, pair.targets[0]} <= set(line.split()) for line in page.lines) for pair in page.taught)
    assert framed(300).page.taught == framed(0, beside="pairs").page.taught == ()


def test_the_pairs_of_a_step_are_kept_with_a_file_and_while_sentences_change() -> None:
    simulation = run(20, beside="pairs")
    before = simulation.snapshot().page.taught
    simulation.act(EditLine(0, "moon rules sea"))
    again = run(beside="pairs")
    again.load(simulation.save())
    assert again.snapshot().page.taught == simulation.snapshot().page.taught == before != ()


def test_a_word_stands_where_it_was_dragged_until_the_next_step_pulls_it() -> None:
    simulation = run(500)
    before = simulation.snapshot().page
    back = simulation.act(MoveWord("queen", 3.0, -2.0))
    page = simulation.snapshot().page
    assert page.places[page.at("queen")] == pytest.approx([3.0, -2.0])
    others = [n for n, word in enumerate(page.words) if word != "queen"]
    assert np.array_equal(page.places[others], before.places[others])
    simulation.act(back)
    assert np.array_equal(simulation.snapshot().page.vectors, before.vectors)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (MoveWord("emu", 0.0, 0.0), "emu"),
        (MoveWord("queen", math.nan, 0.0), "place"),
        (MoveWord("queen", 1e7, 0.0), "place"),
        (PutVector("queen", (1.0,)), "16"),
        (PutVector("queen", (math.inf,) * 16), "finite"),
    ],
)
def test_a_word_cannot_be_put_nowhere(action: Any, said: str) -> None:
    simulation = run(10)
    before = simulation.snapshot().page.vectors
    with pytest.raises(ValueError, match=said):
        simulation.act(action)
    assert np.array_equal(simulation.snapshot().page.vectors, before)


def test_words_and_sentences_are_changed_on_the_page_of_learning_only() -> None:
    with pytest.raises(ValueError, match="Learn"):
        run(topic="map").act(MoveWord("queen", 0.0, 0.0))


def test_a_rate_far_too_large_is_told_and_stops_the_run() -> None:
    simulation = run(400, learning_rate=10.0)
    frame = simulation.snapshot()
    assert simulation.diverged
    assert simulation.done
    assert "ran away" in sentence_of(frame)
    found = divergence_of(frame)
    assert found is not None
    assert (found.step, found.remedy) == (frame.step, {"learning_rate": 0.05})
    assert np.isfinite(frame.page.places).all()
    assert divergence_of(framed(400, learning_rate=0.2)) is None


# The map.


def test_the_map_says_what_share_of_the_spread_it_shows() -> None:
    found = numbers(topic="map")
    assert found["share"] == pytest.approx(found["share_1"] + found["share_2"])
    rows = np.stack([VECTORS[word] for word in framed(topic="map").page.names[:299]]).astype(np.float64)
    variances = np.linalg.svd(rows - rows.mean(axis=0), compute_uv=False) ** 2
    assert found["share"] == pytest.approx(variances[:2].sum() / variances.sum())
    assert numbers(30, topic="map", projection="tsne")["share"] is None


def test_an_axis_of_ones_own_begins_at_one_word_and_ends_at_the_other() -> None:
    page = framed(topic="map", projection="axis", axis_from="paris", axis_to="tokyo").page
    start, end = (page.places[page.names.index(word)] for word in ("paris", "tokyo"))
    assert start[0] == pytest.approx(0.0, abs=1e-9)
    assert end[0] == pytest.approx(1.0)
    assert page.names[page.ends[0]] == "paris"


@pytest.mark.parametrize(("ends", "said"), [(("man", "man"), "two different"), (("man", "mannn"), "unknown")])
def test_an_axis_that_is_none_is_told_and_the_map_is_that_of_pca(ends: tuple[str, str], said: str) -> None:
    page = framed(topic="map", projection="axis", axis_from=ends[0], axis_to=ends[1]).page
    assert said in page.note
    assert np.array_equal(page.places[:299], framed(topic="map").page.places[:299])


@pytest.mark.parametrize("metric", ["cosine", "euclid", "dot"])
def test_neighbours_are_those_of_the_whole_table(metric: Any) -> None:
    page = framed(topic="map", word="bank", metric=metric, k=7).page
    assert list(page.near) == VECTORS.neighbours("bank", 7, metric)
    assert numbers(topic="map", word="bank", metric=metric, other=page.near[4].word)["rank"] == 5


def test_long_vectors_win_by_the_dot_product_and_not_by_the_angle() -> None:
    def length(metric: str) -> float:
        near = framed(topic="map", word="bank", metric=metric).page.near
        return float(np.mean([np.linalg.norm(VECTORS[one.word]) for one in near]))

    assert length("dot") > length("cosine")


def test_an_unknown_word_is_told_with_one_like_it() -> None:
    frame = framed(topic="map", word="queeen")
    assert "“queen”" in frame.page.note
    assert frame.page.focus == -1
    assert metrics_of(frame)["cosine"] is None
    assert "unknown" in sentence_of(frame)


def test_a_hub_stands_in_the_most_lists_of_neighbours() -> None:
    rows = np.array([[1.0, 0.0], [0.9, 0.1], [0.9, -0.1], [-1.0, 0.05]])
    assert hub_counts(rows, 1).tolist() == [2, 2, 0, 0]
    assert hub_counts(rows, 9).tolist() == [3, 3, 3, 3]
    frame = framed(topic="map")
    found = metrics_of(frame)
    again = metrics_of(framed(topic="map", word=found["hub"]))
    assert again["in_lists"] == found["hub_lists"] > 20
    assert metrics_of(framed(topic="map", word="likewise"))["in_lists"] is None  # it is not one of those on the map


def test_random_vectors_have_no_groups_and_real_ones_do() -> None:
    assert numbers(topic="map", source="random")["same_group"] < 0.15
    assert numbers(topic="map")["same_group"] > 0.85
    assert numbers(topic="map", source="digits")["same_group"] > 0.95


def test_t_sne_parts_the_digits_nobody_told_it() -> None:
    page = framed(250, topic="map", source="digits", projection="tsne").page
    groups = np.array(page.groups)
    far = np.linalg.norm(page.places[:, None] - page.places[None], axis=2)
    np.fill_diagonal(far, np.inf)
    assert (groups[far.argmin(axis=1)] == groups).mean() > 0.85
    assert numbers(250, topic="map", source="digits", projection="tsne")["divergence"] < 1.0


def test_sentences_that_mean_alike_are_near_though_they_share_no_word() -> None:
    cat = {"word": "The cat sleeps on the warm sofa.", "other": "A kitten is taking a nap."}
    found = numbers(1, topic="map", source="sentences", **cat)
    assert found["rank"] == 1
    assert found["cosine"] > 0.5


# What the learner brings.


def test_own_words_are_looked_up_and_unknown_ones_named() -> None:
    page = framed(actions=(SetOwn("cat dog\nRome Paris"),), topic="map", source="own").page
    assert page.names[:4] == ("cat", "dog", "rome", "paris")
    with pytest.raises(ValueError, match="“zzyzx”"):
        run(topic="map", source="own").act(SetOwn("cat dog\nzzyzx"))


def test_own_vectors_are_read_and_a_word_among_the_numbers_is_named_with_its_place() -> None:
    page = framed(actions=(SetOwn("a 1 0\nb 0 1\nc 0.5 0.5"),), topic="map", source="own", word="a").page
    assert page.width == 2
    assert page.near[0].word == "c"
    with pytest.raises(ValueError, match="line 2, column 3: “red”"):
        run(topic="map", source="own").act(SetOwn("a 1 0 2\nb 0 red 2\nc 1 1 2"))


def test_a_zero_vector_has_no_direction_and_is_nobodys_neighbour() -> None:
    text = SetOwn("a 1 0\nb 0 0\nc 1 1")
    found = numbers(actions=(text,), topic="map", source="own", word="a", other="b")
    assert found["cosine"] is None
    assert [near.word for near in framed(actions=(text,), topic="map", source="own", word="a").page.near] == ["c"]


def test_own_text_is_taken_back() -> None:
    simulation = run(topic="map", source="own")
    before = simulation.snapshot().page.names
    back = simulation.act(SetOwn("cat dog cow"))
    assert simulation.snapshot().page.names[:3] == ("cat", "dog", "cow")
    simulation.act(back)
    assert simulation.snapshot().page.names == before


# Analogies.


def test_the_famous_sum_needs_the_rule_that_forbids_its_own_words() -> None:
    assert numbers(topic="analogy")["answer"] == "queen"
    assert numbers(topic="analogy", exclude=False)["answer"] == "king"


@pytest.mark.parametrize("number", [0, 41, 120, 199])
def test_both_ways_of_answering_are_those_of_the_readable_engine(number: int) -> None:
    _relation, a, b, c, _answer = questions()[number]
    without, whole = answer_both(glove(), a, b, c, 5)
    for found, exclude in ((without, True), (whole, False)):
        wanted = VECTORS.analogy(a, b, c, 5, exclude)
        assert [near.word for near in found] == [near.word for near in wanted]
        assert [near.score for near in found] == pytest.approx([near.score for near in wanted], rel=1e-5)


def test_all_questions_are_counted_in_both_ways() -> None:
    simulation = run(300, topic="analogy")
    found = metrics_of(simulation.snapshot())
    assert simulation.steps == found["asked"] == 200
    right = sum(VECTORS.analogy(a, b, c, 1)[0].word == answer for _r, a, b, c, answer in questions())
    assert found["right_without"] == right
    assert found["right_with"] < found["right_without"]


def test_the_arrow_at_c_is_the_arrow_from_a_to_b() -> None:
    page = framed(topic="analogy").page
    a, b, c = (page.places[page.names.index(word)] for word in ("man", "woman", "king"))
    assert page.tip - c == pytest.approx(b - a)


def test_an_unknown_word_of_a_question_is_named() -> None:
    frame = framed(topic="analogy", c="kingg")
    assert "“kingg”" in sentence_of(frame)
    assert metrics_of(frame)["answer"] is None


# Directions.


def test_left_out_words_fall_on_their_side_where_lists_differ_and_as_often_not_where_they_do_not() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(20, 30)) + 2.0, rng.normal(size=(20, 30)) - 2.0
    assert held_out(a, b) == 1.0
    same = [held_out(rng.normal(size=(10, 50)), rng.normal(size=(10, 50))) for _ in range(40)]
    assert 0.4 < np.mean(same) < 0.6


def test_mixed_lists_do_no_better_than_a_coin() -> None:
    found = numbers(100, topic="direction")
    assert found["rounds"] == 100
    assert found["held_out"] > 0.8
    assert 0.4 < found["mixed"] < 0.6


def test_other_lists_begin_the_rounds_anew_and_a_short_one_is_told() -> None:
    simulation = run(20, topic="direction")
    params = checked(SPECIFICATION.params, {"topic": "direction", "list_a": "good great nice", "list_b": "bad poor"})
    simulation.retune(params)
    assert metrics_of(simulation.snapshot())["rounds"] == 0
    assert "two words" in framed(topic="direction", list_b="bad").page.note
    assert "“badddd”" in framed(topic="direction", list_b="bad badddd").page.note


# In context.


def test_the_senses_of_one_word_part_in_the_layers() -> None:
    start, end = (numbers(n, topic="context") for n in (1, 6))
    assert start["layer"] == 1
    assert end["parting"] > 0.05
    first = framed(6, topic="context").page
    assert first.same[0] - first.across[0] < 0.01
    assert run(9, topic="context").steps == 6


def test_after_the_last_layer_the_nearest_is_of_the_same_sense() -> None:
    page = framed(6, topic="context").page
    cosines = page.cosines - 2 * np.eye(len(page.texts))
    assert [page.senses[n] for n in cosines.argmax(axis=1)] == list(page.senses)


def test_a_sentence_without_the_word_is_named() -> None:
    simulation = run(1, topic="context", senses="the bank is old / no such word here")
    assert "no such word here" in simulation.snapshot().page.note
    assert simulation.done
    assert "two sentences" in framed(topic="context", senses="alone").page.note


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a b / c // d", (("a b", "c", "d"), (0, 0, 1))),
        (" / a // ", (("a",), (0,))),
        ("a / a // a", (("a",), (0,))),
    ],
)
def test_sentences_and_senses_are_parted_by_strokes(text: str, wanted: Any) -> None:
    assert parted(text) == wanted


# Cheaper vectors.


def test_fewer_bits_find_fewer_neighbours() -> None:
    found = numbers(100, topic="compact")
    assert found["recall_full"] == 1.0
    assert found["recall_int8"] > 0.99  # the file itself has 8 bits
    assert found["recall_int8"] > found["recall_int4"] > found["recall_binary"] > found["recall_first_25"]
    assert (found["bytes_full"], found["bytes_int8"], found["bytes_binary"]) == (400.0, 100.0, 12.5)


def test_numbers_are_rounded_to_even_levels() -> None:
    rows = np.array([[-1.0, 0.0, 0.26, 0.5, 1.0]], np.float32)
    assert quantized(rows, 1).tolist() == [[-1, 1, 1, 1, 1]]
    assert len(np.unique(quantized(np.linspace(-1, 1, 400, dtype=np.float32)[None], 4))) == 15
    assert quantized(rows, 32) is rows


# To and from other experiments.


def test_what_was_learned_is_received_by_the_map_to_the_same_cosines() -> None:
    simulation = run(600)
    sent = simulation.offer("embedding")
    assert sent is not None
    there = received(sent).snapshot()
    assert metrics_of(there)["cosine"] == pytest.approx(simulation.snapshot().page.cosine("queen", "king"), rel=1e-5)
    assert there.received
    assert read_embedding(sent.data).words == list(simulation.snapshot().page.words)
    assert simulation.offer("network") is None


def test_the_table_of_a_language_model_is_received() -> None:
    tokenizer = CharTokenizer("abc \n")
    config = LMConfig(vocab_size=tokenizer.size, n_layers=1, n_heads=1, d_model=8, context=8)
    model = SavedLM(init_parameters(config, np.random.default_rng(0)), tokenizer)
    page = received(Artifact("language-model", "mine", lm_to_data(model)), word="a", other="b").snapshot().page
    assert page.width == 8
    assert set(page.names) == {"a", "b", "c", "␣", "⏎"}


def test_a_tokenizer_that_was_received_cuts_the_sentences() -> None:
    tokenizer = find("tokenization").load()
    sent = played(tokenizer, Setting({"corpus": "toy"}, steps=3)).offer("tokenizer")
    assert sent is not None
    assert SPECIFICATION.suited(sent) == {"topic": "learn", "pieces": "received", "source": "glove"}
    params = checked(SPECIFICATION.params, SPECIFICATION.suited(sent))
    frame = built(SPECIFICATION, params, 0, (sent,)).snapshot()
    assert frame.tokenizer
    assert frame.page.lines[0].replace(" ", "").replace("␣", " ") == "king rules land"
    assert "k" in frame.page.words
    for topic in ("learn", "map"):  # also where another page is open
        with pytest.raises(ParamError, match="send a tokenizer"):
            run(pieces="received", topic=topic)
    assert unavailable_of(framed())["pieces"] == ("received",)
    assert "pieces" not in unavailable_of(frame)


def test_sentences_are_cut_into_letters() -> None:
    assert framed(pieces="letters").page.lines[0] == "k i n g r u l e s l a n d"
    assert set(framed(pieces="letters").page.words) == set("".join(framed().page.lines).replace(" ", ""))


@pytest.mark.parametrize(("ids", "wanted"), [((0, 1), "a ␣b"), ((2,), "<2>")])
def test_a_token_that_is_no_text_goes_by_its_number(ids: tuple[int, ...], wanted: str) -> None:
    tokenizer = Fake(ids)
    assert in_pieces(["anything"], "received", tokenizer) == (wanted,)


def test_nothing_received_is_said_before_anything_is_drawn() -> None:
    with pytest.raises(ParamError, match="nothing was received yet"):
        run(topic="map", source="received")


def test_a_map_is_given_on_as_it_is_shown() -> None:
    sent = run(topic="map", source="digits").offer("embedding")
    assert sent is not None
    assert len(read_embedding(sent.data).words) == 300
    assert run(topic="analogy").offer("embedding") is None


def test_the_places_of_a_map_are_given_as_points_in_the_group_of_the_chosen_word_or_not() -> None:
    simulation = run(topic="map", word="violin")
    page, sent = simulation.snapshot().page, simulation.offer("points")
    assert sent is not None
    known = [n for n, group in enumerate(page.groups) if group]
    assert len(known) < len(page.names)  # a neighbour that stands on the map without a group is left out
    assert np.array_equal(sent.data["x"], page.places[known])
    assert sent.data["labels"].tolist() == [int(page.groups[n] == "music") for n in known]
    assert sent.title == "“music” on the map of GloVe"


@pytest.mark.parametrize(
    "values",
    [{"topic": "learn"}, {"word": "zzyzx"}, {"word": "government"}, {"word": "violin", "projection": "tsne"}],
    ids=str,
)
def test_without_a_group_or_without_places_there_are_no_points(values: dict[str, Any]) -> None:
    simulation = run(**{"topic": "map", **values})
    assert simulation.offer("points") is None
    if "projection" in values:
        simulation.step()
        assert simulation.offer("points") is not None


def test_one_neuron_finds_the_countries_on_the_map_of_glove_and_none_among_random_vectors() -> None:
    """Two of a hundred numbers are enough to beat "it is no country", which is right of 279 words."""
    neuron = find("single-neuron").load()
    right = []
    for source in ("glove", "random"):
        sent = run(topic="map", source=source, word="france").offer("points")
        assert sent is not None
        receiver = built(neuron, checked(neuron.params, {"data": "received"}), 0, (sent,))
        for _step in range(3000):
            advance(receiver)
        right.append(metrics_of(receiver.snapshot())["right"])
    assert right[0] >= 289
    assert right[1] == 279


# Controls.


def test_each_page_shows_its_own_controls() -> None:
    hidden = {topic: hidden_of(framed(topic=topic)) for topic in ("learn", "map", "analogy", "direction", "compact")}
    assert "corpus" not in hidden["learn"]
    assert "source" in hidden["learn"]
    assert {"axis_from", "perplexity"} <= hidden["map"]
    assert "axis_from" not in hidden_of(framed(topic="map", projection="axis"))
    assert "perplexity" not in hidden_of(framed(topic="map", projection="tsne"))
    assert "a" not in hidden["analogy"]
    assert {name for name in ("side", "beside") if name in hidden["learn"]} == {"side"}
    assert {name for name in ("side", "beside") if name in hidden["map"]} == {"beside"}


def test_a_cosine_is_explained_by_its_parts() -> None:
    term = why_of(framed(100, width=2), "cosine")
    assert term is not None
    assert term.value == pytest.approx(numbers(100, width=2)["cosine"])
    assert len(term.lines()) > 3


def test_a_saved_state_holds_words_that_are_in_no_sentence_just_now() -> None:
    simulation = run(200)
    simulation.act(EditLine(12, "cook fills bowl"))
    other = built(SPECIFICATION, checked(SPECIFICATION.params, {}), 9)
    other.load(simulation.save())
    for one in (simulation, other):
        one.act(EditLine(12, "rice fills bowl"))
        advance(one)
    assert np.array_equal(simulation.snapshot().page.vectors, other.snapshot().page.vectors)


def test_a_damaged_state_is_refused() -> None:
    simulation = run(20)
    state = simulation.save()
    for name, value in (("words", ["x"]), ("middle", np.zeros((2, 2))), ("lines", [])):
        with pytest.raises(ValueError, match=r"."):
            run().load(state | {"part": state["part"] | {name: value}})
    with pytest.raises(ValueError, match="learn"):
        run(topic="map").load(state)


# The challenge.


def checked_company(actions: tuple[Any, ...], steps: int) -> Any:
    (challenge,) = SPECIFICATION.challenges
    simulation = run(steps, actions, **challenge.setting.values)
    params = checked(SPECIFICATION.params, challenge.setting.values)
    return challenge.check(simulation.snapshot(), params, tuple((0, action) for action in actions))


SOLUTION = tuple(action for _step, action in SPECIFICATION.challenges[0].solution.actions)


def test_the_queen_needs_all_2000_steps_and_better_company() -> None:
    assert checked_company(SOLUTION, 2000).done
    assert not checked_company(SOLUTION, 1999).done
    assert not checked_company((), 2000).done


def test_ten_changes_are_enough_and_eleven_too_many() -> None:
    more = tuple(EditLine(0, "king rules land") for _ in range(10 - len(SOLUTION)))
    assert checked_company(SOLUTION + more, 2000).done
    assert checked_company((*SOLUTION, *more, EditLine(0, "king rules land")), 2000).failed


def test_moving_the_queen_by_hand_does_not_count() -> None:
    assert checked_company((*SOLUTION, MoveWord("queen", 0.0, 0.0)), 2000).failed


def test_another_text_is_not_the_challenge() -> None:
    (challenge,) = SPECIFICATION.challenges
    params = checked(SPECIFICATION.params, {})
    assert challenge.check(framed(5), params, ((0, Set({"corpus": "toy"})),)).failed


def test_an_embedding_keeps_its_words_apart() -> None:
    table = WordVectors(["a", "b"], np.eye(2, dtype=np.float32))
    data = dict(embedding_artifact(table, "t").data) | {"words": ["a", "a"]}
    assert read_embedding(data).words == ["a", "a (2)"]
