"""How language models work, the numbers: what is said of every token, the tree of texts, the ladder, the game, the same
text through training, the lens, and the pass down to one product."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked
from lab.core.scene import packed, unpacked
from lab.engine.basics.activations import log_softmax, softmax
from lab.engine.lm.exchange import lm_to_data
from lab.engine.lm.reference import forward, logit_lens
from lab.engine.text.exchange import corpus_artifact
from lab.experiments.e19_next_token.bars import page_of_bars, tempered
from lab.experiments.e19_next_token.challenges import READER
from lab.experiments.e19_next_token.game import ROUNDS, alphabet, answer, lead_of
from lab.experiments.e19_next_token.gestures import Bet, Go
from lab.experiments.e19_next_token.ladder import Rung, judged_text, reading_rung
from lab.experiments.e19_next_token.presets import repeats
from lab.experiments.e19_next_token.settings import PARTS, Params
from lab.kit import model_run
from lab.kit.branching import Fact, Story
from lab.kit.gestures import Choose, Cut, Measure
from lab.kit.language_models import (
    CountModel,
    HouseModel,
    SmolLM2,
    counted,
    house_lm,
    letters_of,
    shakespeare,
)
from lab.kit.lens import Lens, reading_lens
from tests.asking import curves_of, hidden_of, metrics_of, sentence_of, unavailable_of, unused_of, why_of
from tests.experiments.tiny_smollm2 import Slowly, in_place_of_smollm2, tiny_llama

SPECIFICATION = find("next-token").load()
COURSE = "To be, or not to"


def run(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return played(SPECIFICATION, Setting(values, seed, actions, steps))


def framed(steps: int = 0, actions: tuple[Any, ...] = (), seed: int = 0, **values: Any) -> Any:
    return run(steps, actions, seed, **values).snapshot()


def numbers(steps: int = 0, actions: tuple[Any, ...] = (), **values: Any) -> dict[str, Any]:
    return metrics_of(framed(steps, actions, **values))


def token(letter: str) -> int:
    letters = letters_of(house_lm("main"))
    assert letters is not None
    return letters.encode(letter)[0]


# Bars, and what is said of a token.


def test_the_bars_are_what_the_readable_model_says() -> None:
    ids = np.array([token(c) for c in COURSE])
    wanted = softmax(forward(house_lm("main").parameters, ids[None]).logits[0, -1].astype(np.float64))
    rows = framed().bars.rows
    assert [row.p for row in rows] == pytest.approx(sorted(wanted.tolist(), reverse=True), abs=1e-5)
    assert math.fsum(row.p for row in rows) == pytest.approx(1.0)


def test_every_token_of_the_prompt_has_what_the_model_said_of_it_and_the_first_has_nothing() -> None:
    frame = framed()
    ids = np.array([token(c) for c in COURSE])
    logs = log_softmax(forward(house_lm("main").parameters, ids[None]).logits[0].astype(np.float64))
    assert frame.facts[0] is None
    for at, fact in enumerate(frame.facts[1:], 1):
        assert fact.p == pytest.approx(math.exp(logs[at - 1, ids[at]]), rel=1e-3)
        assert fact.rank == 1 + int((logs[at - 1] > logs[at - 1, ids[at]]).sum())


@pytest.mark.parametrize(("p", "bits"), [(1.0, 0.0), (0.5, 1.0), (0.25, 2.0), (0.0, math.inf)])
def test_surprisal_counts_halvings(p: float, bits: float) -> None:
    assert Fact(p, 1, 0.0).surprisal == bits


def test_numbers_of_a_text_follow_from_its_tokens() -> None:
    frame = framed(30)
    found, ps = metrics_of(frame), [fact.p for fact in frame.written]
    assert found["log_p"] == pytest.approx(math.fsum(map(math.log, ps)))
    assert found["mean_surprisal"] == pytest.approx(-math.fsum(map(math.log2, ps)) / 30)
    assert found["perplexity"] == pytest.approx(2 ** found["mean_surprisal"])
    assert found["last_nats"] == pytest.approx(found["last_surprisal"] * math.log(2))
    for name in ("last_surprisal", "last_nats", "mean_surprisal", "perplexity", "log_p"):
        assert why_of(frame, name).value == pytest.approx(found[name])


def test_all_there_is_no_room_for_stands_together_and_nothing_is_lost() -> None:
    bars = framed().bars
    for most, first in ((3, 0), (12, 0), (12, 11), (64, 0), (12, 60)):
        rows = page_of_bars(bars, most, first)
        assert len(rows) <= most
        assert sum(row.members for row in rows) == 64
        assert math.fsum(row.p for row in rows) == pytest.approx(1.0)
        assert math.fsum(row.drawn for row in rows) == pytest.approx(1.0)
    assert all(row.token >= 0 for row in page_of_bars(bars, 64))
    assert page_of_bars(bars, 63)[-1].members == 2


def test_at_temperature_0_the_likeliest_has_all_and_the_first_of_equals() -> None:
    assert tempered(np.array([1.0, 3.0, 3.0]), 0.0).tolist() == [0.0, 1.0, 0.0]
    assert tempered(np.array([0.0, 1.0]), 1.0) == pytest.approx(softmax(np.array([0.0, 1.0])))
    assert framed(20, temperature=0.0, seed=1).text == framed(20, temperature=0.0, seed=2).text
    assert framed(20, seed=1).text != framed(20, seed=2).text


def test_what_the_model_cannot_read_is_left_out_and_named() -> None:
    frame = framed(prompt="2+2=")
    assert frame.unknown == "2+=" and len(frame.story.ids) == 1


def test_a_long_text_keeps_its_end_and_says_how_much_is_out_of_sight() -> None:
    assert framed(prompt="a" * 300).left_out == 0
    assert framed(prompt="a" * 301).left_out == 1
    assert framed(prompt="a" * 128).unseen == 0
    assert framed(prompt="a" * 129).unseen == 64


def test_a_text_ends_where_there_is_no_more_room() -> None:
    simulation = run(300, prompt="a" * 300, model="unigram")
    assert simulation.done and simulation.snapshot().full
    assert not run(299, prompt="a" * 300, model="unigram").done


@pytest.mark.parametrize(("model", "order"), [("unigram", 1), ("bigram", 2), ("fivegram", 5)])
def test_a_table_of_counts_says_what_it_counted(model: str, order: int) -> None:
    ids = [token(c) for c in COURSE]
    seen = shakespeare()[0].count(COURSE[len(COURSE) - order + 1 :] + "e") if order > 1 else shakespeare()[0].count("e")
    table = counted(order)
    code = sum(token(c) * 64**i for i, c in enumerate(reversed(COURSE[len(COURSE) - order + 1 :] + "e")))
    assert int(table.counts[np.searchsorted(table.codes, code)]) == seen
    p = next(row.p for row in framed(model=model).bars.rows if row.text == "e")
    assert p == pytest.approx(float(CountModel(order).next(ids)[token("e")]))


def test_untrained_weights_are_as_undecided_as_64_letters_alike() -> None:
    found = numbers(model="small", checkpoint="0")
    assert 5.9 < found["entropy"] <= 6.0
    assert found["entropy_nats"] == pytest.approx(math.log(64), abs=0.07)
    assert numbers(model="small")["entropy"] < 3.0


# The tree.


def test_going_back_keeps_what_was_written_as_a_branch() -> None:
    simulation = run(6)
    before = simulation.snapshot()
    simulation.act(Cut(18))
    cut = simulation.snapshot()
    assert cut.text == before.text[:18] and cut.story.nodes == before.story.nodes
    assert cut.bars.rows == framed(2).bars.rows, "the model has read the shorter text"
    simulation.act(Choose(token("z")))
    assert simulation.snapshot().text == before.text[:18] + "z"
    assert len(simulation.snapshot().story.nodes) == 7
    simulation.act(Go(before.story.here))
    assert simulation.snapshot().text == before.text
    assert simulation.snapshot().bars.rows == before.bars.rows


def test_a_token_that_was_written_there_before_is_the_same_branch() -> None:
    simulation = run(3)
    node = simulation.snapshot().story
    simulation.act(Cut(16))
    simulation.act(Choose(node.nodes[0].token))
    assert simulation.snapshot().story.nodes == node.nodes
    assert simulation.snapshot().story.here == 0


def test_a_cut_never_goes_into_the_prompt_and_a_branch_that_is_not_there_is_none() -> None:
    simulation = run(2)
    simulation.act(Cut(3))
    assert simulation.snapshot().text == COURSE
    simulation.act(Go(99))
    simulation.act(Choose(64))
    assert simulation.snapshot().text == COURSE
    simulation.act(Go(1))
    assert len(simulation.snapshot().text) == 18


def test_the_number_at_the_end_of_a_branch_is_the_sum_along_it() -> None:
    story = framed(30, ((10, Cut(18)), (20, Cut(20)))).story
    for node in range(len(story.nodes)):
        ps = [story.nodes[n].fact.p for n in story.path_to(node)]
        assert story.log_probability(node) == pytest.approx(math.log(math.prod(ps)))
    assert metrics_of(framed(30, ((10, Cut(18)), (20, Cut(20)))))["branches"] == 3


@pytest.mark.parametrize(
    "change", [{"here": 99}, {"tokens": np.array([[1, 5]])}, {"given": np.array([64])}, {"known": np.zeros((1, 4))}]
)
def test_a_damaged_tree_is_refused(change: dict[str, Any]) -> None:
    state = run(1).save()
    other = built(SPECIFICATION, Params(), 0)
    with pytest.raises(ValueError, match=r"state|branch"):
        other.load(state | {"story": state["story"] | change})
    other.load(state)
    assert other.snapshot().text == run(1).snapshot().text


def test_a_tree_is_full_and_not_before() -> None:
    fact = Fact(0.5, 1, 1.0)
    story = Story((1,), (None,))
    assert not story.full
    story = story.with_token(3, fact).with_token(4, fact).back_to(2)
    assert [node.token for node in story.nodes] == [3, 4] and story.ids == (1, 3)
    assert story.with_token(4, fact).here == 1


# The ladder.


def test_bits_per_byte_are_the_surprise_of_the_counted_text_over_its_bytes() -> None:
    lead, text = judged_text(Params())
    ids = [token(c) for c in lead + text]
    p = [float(CountModel(2).next(ids[:at])[ids[at]]) for at in range(len(lead), len(ids))]
    wanted = -math.fsum(map(math.log2, p)) / len(text.encode())
    assert numbers(2, page="ladder")["bits_bigram"] == pytest.approx(wanted)
    assert lead + text in shakespeare()[1], "no model was trained on it"


def test_more_to_look_back_on_is_better_on_unseen_plays() -> None:
    found = numbers(7, page="ladder")
    bits = [
        found[f"bits_{name}"] for name in ("unigram", "bigram", "trigram", "fourgram", "fivegram", "small", "house")
    ]
    assert bits == sorted(bits, reverse=True)


def test_another_text_is_read_anew_and_another_page_keeps_what_was_read() -> None:
    simulation = run(2, page="ladder")
    simulation.retune(checked(Params, {"page": "next"}))
    simulation.retune(checked(Params, {"page": "ladder"}))
    assert len(simulation.snapshot().rungs) == 2
    simulation.retune(checked(Params, {"page": "ladder", "judged": "modern"}))
    assert simulation.snapshot().rungs == ()


@pytest.mark.parametrize("prompt", ["", "€", "a", "ab cd"])
def test_the_shortest_texts_can_be_read_too(prompt: str) -> None:
    frame = framed(7, page="ladder", judged="own", prompt=prompt)
    assert len(frame.rungs) == 7
    assert all(math.isnan(rung.bits) or rung.bits > 0 for rung in frame.rungs)


def test_with_nothing_before_it_a_first_letter_costs_what_64_alike_cost() -> None:
    rung = [found for found in reading_rung("house", HouseModel(house_lm("main")), "", "a") if isinstance(found, Rung)]
    assert rung[0].bits == pytest.approx(6.0)


# The game.


def test_a_bet_is_a_distribution_and_is_scored_by_the_letter_that_comes() -> None:
    truth = answer(2)[0]
    base = float(CountModel(1).next([])[token(truth)])
    hit = framed(0, ((0, Bet(truth + "x", 0.6)),), page="game", passage=2).game.rounds[0]
    missed = framed(0, ((0, Bet("x", 0.6)),), page="game", passage=2).game.rounds[0]
    passed = framed(1, page="game", passage=2).game.rounds[0]
    assert hit.you == pytest.approx(-math.log(0.3 + 0.4 * base))
    assert missed.you == pytest.approx(-math.log(0.4 * base))
    assert passed.you == pytest.approx(-math.log(base))


def test_all_chances_of_a_bet_are_one_together() -> None:
    """So nobody gains by betting on more than there is: over all letters that could come, the chances add up to 1."""
    frequencies = CountModel(1).next([])
    for letters, share in (("e", 0.99), ("abc", 0.6), ("", 0.0)):
        own = 1.0 if not letters else 1.0 - share
        chances = [(share / len(letters) if c in letters else 0.0) + own * f for c, f in zip(alphabet(), frequencies)]
        assert math.fsum(chances) == pytest.approx(1.0)


@pytest.mark.parametrize("bet", [Bet("abcd", 0.5), Bet("a", 1.0), Bet("a", -0.1), Bet("€", 0.5), Bet("a", math.nan)])
def test_a_bet_that_cannot_be_is_refused(bet: Bet) -> None:
    simulation = run(page="game")
    with pytest.raises(ValueError, match="bet"):
        simulation.act(bet)
    assert simulation.snapshot().game.rounds == ()
    simulation.act(Bet("abc", 0.99))
    assert len(simulation.snapshot().game.rounds) == 1


def test_a_game_is_over_after_twenty_letters_and_every_passage_has_its_own() -> None:
    simulation = run(ROUNDS - 1, page="game")
    assert not simulation.done
    advance(simulation)
    assert simulation.done
    simulation.act(Bet("a", 0.5))
    assert len(simulation.snapshot().game.rounds) == ROUNDS
    simulation.retune(checked(Params, {"page": "game", "passage": 3}))
    assert simulation.snapshot().game.rounds == () and not simulation.done


@pytest.mark.parametrize("passage", range(1, 9))
def test_no_model_was_trained_on_a_passage(passage: int) -> None:
    text = lead_of(passage) + answer(passage)
    assert text in shakespeare()[1] and text not in shakespeare()[0]
    assert len(answer(passage)) == ROUNDS


def played_game(count: int, share: float | None = None) -> Any:
    bets = tuple((0, Bet(letters, own if share is None else share)) for letters, own in READER[:count])
    return framed(0, bets, page="game", passage=2)


def test_the_challenge_is_met_by_twenty_good_bets_and_by_nothing_less() -> None:
    check = SPECIFICATION.challenge("beat").check
    assert check(played_game(20), Params(), ()).done
    few = check(played_game(19), Params(), ())
    assert not few.done and not few.failed
    poor = check(played_game(20, 0.0), Params(), ())
    assert poor.failed and not poor.done
    assert check(framed(), Params(), ()).failed
    assert not check(framed(page="game"), Params(), ()).done


# Through training, the lens, the pass.


def test_every_moment_of_the_training_is_the_model_as_it_was_then() -> None:
    frame = framed(page="training")
    small, ids = house_lm("drafter"), np.array([token(c) for c in COURSE])
    for stage in frame.growth:
        weights = small.parameters if stage.step == 20000 else small.checkpoints[stage.step]
        p = softmax(forward(weights, ids[None]).logits[0].astype(np.float64))
        assert stage.tops[0][1] == pytest.approx(float(p[-1].max()), abs=1e-4)
        said = p[np.arange(len(ids) - 1), ids[1:]]
        assert stage.surprise == pytest.approx(float(-np.log2(said).mean()), abs=1e-3)
    surprises = [stage.surprise for stage in frame.growth]
    assert surprises[0] > surprises[3] > surprises[-1]
    assert framed(page="training", prompt="a").growth[0].surprise is None


def test_the_lens_is_the_engines_and_its_last_row_is_the_answer() -> None:
    frame = framed(page="lens")
    ids = np.array([token(c) for c in COURSE])
    trace = forward(house_lm("main").parameters, ids[None])
    wanted = softmax(logit_lens(house_lm("main").parameters, trace)[:, 0].astype(np.float64))
    assert np.array_equal(frame.lens.tops, wanted.argmax(axis=2))
    assert frame.lens.p == pytest.approx(wanted.max(axis=2))
    assert frame.lens.names[int(frame.lens.tops[-1, -1])] == frame.bars.rows[0].text
    assert frame.lens.ways[0] == pytest.approx(frame.lens.last[:, -1])


@pytest.mark.parametrize(("column", "place"), [(0, 15), (16, 15), (1, 0), (17, 15)])
def test_a_column_is_lit_by_its_number_and_the_last_where_there_is_none(column: int, place: int) -> None:
    assert framed(page="lens", column=column).lens.column == place


def test_of_a_long_text_the_last_24_columns_are_shown() -> None:
    lens = framed(page="lens", prompt="b" * 30, column=7).lens
    assert lens.first == 6 and lens.tops.shape[1] == 24 and lens.column == 0
    assert framed(page="lens", prompt="b" * 30, column=6).lens.column == 23


def test_it_leads_from_the_layer_after_the_last_that_says_something_else() -> None:
    lens = framed(page="lens", prompt="What is thy name? I will not speak of th").lens
    tops = lens.tops[:, lens.column]
    assert lens.settled == 4
    assert tops[lens.settled - 1] != tops[-1]
    assert (tops[lens.settled :] == tops[-1]).all()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("block", [1, 4])
def test_every_number_of_the_pass_is_the_models_and_the_sum_of_its_terms(part: str, block: int) -> None:
    frame = framed(page="pass", zoom=3, part=part, block=block, unit=9)
    found = metrics_of(frame)["number"]
    ids = np.array([token(c) for c in COURSE])
    view = forward(house_lm("main").parameters, ids[None]).blocks[block - 1]
    heads, mlp = view.attention, view.mlp
    assert heads is not None and mlp is not None
    wanted = {
        "norm1": view.norms[0].out[0, -1], "scores": heads.attention.scaled[0, :, -1].ravel(),
        "weights": heads.attention.weights[0, :, -1].ravel(), "mix": heads.found[0, -1], "out": heads.out[0, -1],
        "add1": view.middle[0, -1], "norm2": view.norms[1].out[0, -1], "up": mlp.wide[0, -1], "act": mlp.act[0, -1],
        "down": mlp.out[0, -1], "add2": view.after[0, -1],
    }  # fmt: skip
    if part in wanted:
        assert found == pytest.approx(float(wanted[part][8]), rel=1e-4, abs=1e-5)
    if part in ("qkv", "scores", "mix", "out", "add1", "up", "down", "add2"):
        assert math.fsum(frame.picture.terms) == pytest.approx(found, rel=1e-9)
        assert why_of(frame, "number").value == pytest.approx(found, rel=1e-12)


def test_values_come_before_they_are_turned() -> None:
    """The last third of the row, the values, is not turned by the position: it is what attention mixes."""
    ids = np.array([token(c) for c in COURSE])
    heads = forward(house_lm("main").parameters, ids[None]).blocks[0].attention
    assert heads is not None
    value = float(heads.attention.v[0, 0, -1, 3])
    assert metrics_of(framed(page="pass", zoom=3, part="qkv", unit=2 * 128 + 4))["number"] == pytest.approx(
        value, abs=1e-5
    )


def test_the_multiplications_add_up_block_by_block_to_the_whole() -> None:
    whole, block = framed(page="pass").picture, framed(page="pass", zoom=1).picture
    in_a_block = 4 * 128 * 128 + 2 * 16 * 128 + 2 * 128 * 512
    assert sum(whole.products.values()) == 4 * in_a_block + 64 * 128
    assert len(block.rows) == len(PARTS) and len(whole.rows) == 4 + 4
    shares = numbers(page="pass")
    assert shares["attention_share"] + shares["mlp_share"] + shares["head_share"] == pytest.approx(1.0)


def test_a_number_and_a_block_that_are_not_there_are_the_last() -> None:
    assert framed(page="pass", zoom=3, part="out", unit=10_000).picture.crumbs[-1].endswith("128")
    assert framed(page="pass", zoom=1, block=64).picture.crumbs[-1].endswith("4")


def test_the_largest_numbers_come_first_and_the_others_are_counted() -> None:
    rows = framed(page="pass", zoom=2, part="up").picture.rows
    sizes = [row.share for row in rows[:-1]]
    assert sizes == sorted(sizes, reverse=True) and sizes[0] == 1.0
    assert str(512 - len(sizes)) in rows[-1].note


def test_what_is_measured_has_a_time_for_every_row_and_stays_with_the_run() -> None:
    simulation = run(page="pass")
    assert simulation.snapshot().picture.times == {}
    simulation.act(Measure())
    times = simulation.snapshot().picture.times
    assert {*PARTS, "embedding", "head", "block0", "block3"} <= set(times)
    assert all(ms >= 0 for ms in times.values())
    parts = [times[name] for name in ("embedding", "block0", "block1", "block2", "block3", "head")]
    found = metrics_of(simulation.snapshot())
    assert found["pass_ms"] == pytest.approx(math.fsum(parts))
    assert found["read_speed"] == pytest.approx(1000 * len(COURSE) / math.fsum(parts))
    assert numbers(page="pass")["read_speed"] is None and numbers()["pass_ms"] is None
    again = built(SPECIFICATION, Params(page="pass"), 0)
    again.load(unpacked(json.loads(json.dumps(packed(simulation.save())))))
    assert again.snapshot().picture.times == times


# Models from elsewhere.


def test_nothing_was_received_yet() -> None:
    with pytest.raises(ParamError, match="language model"):
        run(model="received")


@pytest.mark.parametrize("giver", ["attention", "next-token"])
def test_a_received_model_goes_the_whole_way(giver: str) -> None:
    source = {"attention": {"source": "copier"}, "next-token": {"model": "small"}}[giver]
    given = played(find(giver).load(), Setting(source)).offer("language-model")
    simulation = built(SPECIFICATION, checked(Params, {"model": "received", "prompt": "abcabc"}), 0, (given,))
    advance(simulation)
    for page in ("next", "branches", "training", "lens", "pass"):
        simulation.retune(checked(Params, {"model": "received", "prompt": "abcabc", "page": page}))
        frame = simulation.snapshot()
        assert frame.received and sentence_of(frame)
        assert (frame.picture is None) == (page != "pass" or giver == "attention")  # the copier has no feed-forward
        assert (frame.lens is None) == (page != "lens")
    assert SPECIFICATION.suited(given) == {"model": "received", "judged": "shakespeare"}


def test_a_received_text_is_read_by_the_models_of_the_ladder() -> None:
    text = "ROMEO:\nWhat say you, friend? Nothing, my lord, and that at length."
    sent = corpus_artifact(text, "Said")
    values = SPECIFICATION.suited(sent)
    simulation = built(SPECIFICATION, checked(Params, values), 0, (sent,))
    advance(simulation)
    frame = simulation.snapshot()
    lead, counted_text = judged_text(frame.params, text)
    assert lead + counted_text == text and values["page"] == "ladder" and frame.sent
    wanted = [found for found in reading_rung("unigram", CountModel(1), lead, counted_text) if isinstance(found, Rung)]
    assert frame.rungs == tuple(wanted)
    assert "judged" not in unavailable_of(frame)
    other = corpus_artifact("To be, or not to be, that is the question.", "Another")
    again = built(SPECIFICATION, checked(Params, values), 0, (sent, other))
    advance(again)
    assert again.snapshot().rungs[0].bits != frame.rungs[0].bits, "the last that was sent is read"


@pytest.mark.parametrize(("strange", "read"), [(3999, "t"), (4000, "")])
def test_of_a_received_text_the_beginning_is_read(strange: int, read: str) -> None:
    lead, text = judged_text(checked(Params, {"judged": "received"}), "é" * strange + "to be")
    assert lead + text == read


def test_a_text_that_was_not_received_cannot_be_read() -> None:
    values = {"judged": "received"}
    with pytest.raises(ParamError, match="send a text"):
        run(**values)
    simulation = run()
    with pytest.raises(ParamError, match="send a text"):
        simulation.retune(checked(Params, values))
    assert simulation.params.judged == "shakespeare"
    assert "received" in unavailable_of(simulation.snapshot())["judged"]
    state = built(SPECIFICATION, checked(Params, values), 0, (corpus_artifact("to be", "a"),)).save()
    with pytest.raises(ValueError, match="send a text"):
        simulation.load(state)
    with pytest.raises(ValueError, match="text"):
        built(SPECIFICATION, checked(Params, values), 0, (Artifact("corpus", "x", {}),))


def test_the_text_and_the_model_can_be_sent_on() -> None:
    simulation = run(5)
    assert simulation.offer("corpus").data["text"] == simulation.snapshot().text
    sent = simulation.offer("language-model")
    assert np.array_equal(sent.data["flat"], lm_to_data(house_lm("main"))["flat"])
    old = run(model="small", checkpoint="30").offer("language-model")
    assert np.array_equal(old.data["flat"], house_lm("drafter").checkpoints[30].flat)
    assert run(model="bigram").offer("language-model") is None
    assert simulation.offer("network") is None


def test_a_model_without_layers_says_so() -> None:
    for page in ("lens", "pass"):
        frame = framed(page=page, model="bigram")
        assert frame.lens is None and frame.picture is None and not frame.layered
    assert "no layers" in sentence_of(framed(page="lens", model="bigram"))


def test_a_received_file_that_is_no_model_is_refused() -> None:
    with pytest.raises(ValueError, match="language model"):
        built(SPECIFICATION, checked(Params, {"model": "received"}), 0, (Artifact("language-model", "x", {}),))


# SmolLM2, by a tiny model of the same kind.


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmolLM2:
    return in_place_of_smollm2(tmp_path, monkeypatch)


def test_without_its_pack_the_model_says_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_run, "smollm2_path", lambda: None)
    simulation = run(model="smollm2")
    assert "model pack" in simulation.snapshot().missing and simulation.done and not simulation.opening
    assert simulation.snapshot().bars is None
    ladder = run(7, page="ladder")
    assert ladder.done and len(ladder.snapshot().rungs) == 7


def test_it_is_opened_unasked_and_what_was_done_meanwhile_is_done_then(tiny: SmolLM2) -> None:
    simulation = run(model="smollm2", prompt="hi")
    simulation.act(Choose(3))
    simulation.retune(checked(Params, {"model": "smollm2", "prompt": "hi", "temperature": 0.0}))
    pieces = 0
    while simulation.opening:
        simulation.step()
        pieces += 1
    frame = simulation.snapshot()
    assert pieces > 3 and frame.step == 0 and frame.bars is not None
    assert frame.story.nodes[0].token == 3 and frame.params.temperature == 0.0
    other = built(SPECIFICATION, checked(Params, {"model": "smollm2", "prompt": "hi"}), 5)
    other.load(unpacked(json.loads(json.dumps(packed(simulation.save())))))
    assert other.snapshot().bars.rows == frame.bars.rows


def test_a_model_that_cannot_be_opened_says_why(tiny: SmolLM2, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(Slowly):
        error = "the file is damaged"

        def model(self) -> SmolLM2 | None:
            return None

    monkeypatch.setattr(model_run, "opening_of", lambda _path, _make: Broken(tiny))
    simulation = run(1, model="smollm2")
    assert simulation.snapshot().missing == "the file is damaged" and simulation.done
    assert run(8, page="ladder").done, "the ladder goes without it"


def test_a_chat_is_one_text_with_signs(tiny: SmolLM2) -> None:
    plain = framed(1, model="smollm2", prompt="hi")
    assert plain.signs == frozenset()
    chat = framed(1, model="smollm2", prompt="hi", chat=True)
    assert chat.given > plain.given and "hi" in chat.text
    signs = [frame_token for frame_token in chat.story.given if frame_token in chat.signs]
    assert len(signs) == 5  # two turns with a beginning and an end, and the beginning of the third


def test_a_text_is_over_where_the_model_writes_its_end(tiny: SmolLM2) -> None:
    simulation = run(1, model="smollm2", prompt="hi", temperature=0.0)
    simulation.act(Choose(int(tiny.end)))
    assert simulation.done and simulation.snapshot().ended
    simulation.act(Choose(3))
    assert simulation.snapshot().story.ids[-1] == tiny.end


def test_its_lens_is_read_layer_by_layer_and_ends_in_what_it_says(tiny: SmolLM2) -> None:
    simulation = run(1, model="smollm2", prompt="hello you, all of you who stand here", page="lens")
    assert simulation.opening and simulation.snapshot().lens is None
    shares = []
    while simulation.opening:
        simulation.step()
        shares.append(simulation.share)
    frame = simulation.snapshot()
    assert len(frame.story.ids) > 12, "so many that every layer is read out by itself"
    assert len(shares) == tiny.layers + (tiny.layers + 1) + 1, "a rest after each layer, twice, and the lens"
    assert shares[:-1] == sorted(set(shares[:-1])) and shares[tiny.layers - 1] < 0.5 < shares[tiny.layers]
    assert frame.step == 1
    assert frame.lens.names[int(frame.lens.tops[-1, -1])] == frame.bars.rows[0].text
    assert frame.lens.p[-1, -1] == pytest.approx(frame.bars.rows[0].p, rel=1e-3)
    assert frame.picture is None
    advance(simulation)
    assert simulation.opening, "another text is another lens"


@pytest.mark.parametrize("length", [1, 7, 8, 12, 13])
def test_every_row_of_its_lens_is_what_the_last_norm_and_the_head_read_there(
    tiny: SmolLM2, length: int, tmp_path: Path
) -> None:
    ids = tuple(tiny.encode("hello you, all of you who stand here")[0][:length])
    found = [piece for piece in reading_lens(tiny.spare(), ids) if isinstance(piece, Lens)]
    engine = tiny_llama(tmp_path)
    hidden = engine.trace(ids).hidden
    assert len(found) == 1 and found[0].tops.shape == (tiny.layers + 1, length)
    for layer, stream in enumerate(hidden):
        p = softmax(engine.read_out(stream).astype(np.float64))
        assert found[0].tops[layer].tolist() == p.argmax(axis=1).tolist()
        assert found[0].p[layer] == pytest.approx(p.max(axis=1), rel=1e-4)


def test_it_is_the_top_of_the_ladder_where_its_pack_is(tiny: SmolLM2) -> None:
    simulation = run(7, page="ladder", judged="own", prompt="to be or not to be")
    assert not simulation.done
    advance(simulation)
    rung = simulation.snapshot().rungs[-1]
    assert rung.name == "smollm2" and simulation.done
    lead, text = judged_text(simulation.params)
    ids = [*tiny.encode(lead)[0], *tiny.encode(text)[0]]
    logs, nats = log_softmax(np.stack([tiny_scores(tiny, ids[:at]) for at in range(1, len(ids))])), 0.0
    for at in range(len(tiny.encode(lead)[0]), len(ids)):
        nats -= float(logs[at - 1, ids[at]])
    assert rung.bits == pytest.approx(nats / math.log(2) / len(text.encode()), rel=1e-6)


def tiny_scores(model: SmolLM2, ids: list[int]) -> Any:
    other = model.spare()
    for _share in other.reading(ids):
        pass
    return other.scores


# What is said.


def test_controls_of_other_pages_and_models_are_hidden() -> None:
    assert {"judged", "passage", "zoom", "chat", "checkpoint"} <= hidden_of(framed())
    assert "checkpoint" not in hidden_of(framed(model="small"))
    assert "passage" not in hidden_of(framed(page="game"))
    assert "temperature" in unused_of(framed(page="game"))
    assert unavailable_of(framed()) == {"model": ("smollm2", "received"), "judged": ("received",)}


def test_curves_are_the_surprise_of_what_was_written() -> None:
    frame = framed(5)
    curve = curves_of(frame)[0]
    assert curve.course and list(curve.y) == [fact.surprisal for fact in frame.written]
    assert curves_of(framed()) == ()
    assert [len(line.x) for line in curves_of(framed(4, page="game"))] == [4, 4, 4]


@pytest.mark.parametrize(("text", "period"), [("abc" * 9, 3), ("abc" * 7, 0), ("ab" * 40 + "x", 0)])
def test_a_circle_is_one_when_it_came_three_times(text: str, period: int) -> None:
    assert (repeats(tuple(text)) % 3 == 0 and repeats(tuple(text)) > 0) == bool(period)


@pytest.mark.parametrize(("cuts", "words"), [((), "1 way on that was tried"), ((17,), "2 ways on that were tried")])
def test_one_way_on_is_told_of_as_one(cuts: tuple[int, ...], words: str) -> None:
    said = sentence_of(framed(4, tuple((3, Cut(cut)) for cut in cuts), page="branches", temperature=1.5))
    assert words in said
