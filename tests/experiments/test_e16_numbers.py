"""Tokenization, the numbers: the course's example, the measured merges, what is read and what it costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from lab.catalog import find
from lab.core.artifact import Artifact
from lab.core.experiment import Setting
from lab.core.headless import advance, built, played
from lab.core.params import ParamError, checked
from lab.core.scene import Scene, from_json, to_json
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.bpe_train import learn_bpe
from lab.engine.text.exchange import corpus_artifact, read_corpus, read_tokenizer
from lab.experiments.e16_tokenization.gestures import Force, Jump, SetText, Unforce
from lab.experiments.e16_tokenization.ladder import DRAWN, ladder_of, pick_word, tree_of
from lab.experiments.e16_tokenization.reading import gpt2, piece_text, read, read_words
from lab.experiments.e16_tokenization.texts import BIGGEST, CORPORA, SENTENCES, corpus_text, cut_to
from lab.runtime.track import Track
from tests.asking import metrics_of, sentence_of, why_of

SPECIFICATION = find("tokenization").load()


def framed(setting: Setting | None = None, steps: int | None = None, **values: object):
    setting = setting or Setting()
    setting = replace(setting, values={**setting.values, **values})
    return played(SPECIFICATION, setting if steps is None else replace(setting, steps=steps)).snapshot()


def preset(name: str) -> Setting:
    return SPECIFICATION.preset(name).setting


def recounted(ids: list[int], merges: int) -> tuple[list[int], list[tuple[int, int]]]:
    """Byte-pair encoding as a beginner writes it: count everything again for each merge."""
    chosen = []
    for new in range(256, 256 + merges):
        pairs = Counter(pairwise(ids))
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        chosen.append(best)
        out, i = [], 0
        while i < len(ids):
            pair = tuple(ids[i : i + 2])
            out.append(new if pair == best else ids[i])
            i += 2 if pair == best else 1
        ids = out
    return ids, chosen


# ------------------------------------------------------------------------------------- the course's numbers


def test_the_toy_goes_from_eleven_tokens_to_five_in_three_merges() -> None:
    seen = [metrics_of(framed(preset("course"), steps)) for steps in range(4)]
    assert [m["tokens"] for m in seen] == [11, 9, 7, 5]
    assert [m["newest"] for m in seen] == [None, "aa", "ab", "aaab"]
    assert (seen[1]["pair_count"], seen[1]["saved"]) == (4, 2)  # in "aaa" two pairs share a letter
    assert seen[3]["vocabulary"] == 259


def test_two_hundred_kilobytes_of_shakespeare_carry_two_bytes_a_token() -> None:
    metrics = metrics_of(framed(preset("large")))
    assert metrics["bytes"] == 200_000
    assert metrics["bytes_per_token"] == pytest.approx(2.07, abs=0.005)


@pytest.mark.parametrize("kilobytes", [20, 200])
def test_the_first_merges_of_shakespeare_are_those_of_the_textbook(kilobytes: int) -> None:
    first = [metrics_of(framed(steps=k, kilobytes=kilobytes))["newest"] for k in range(1, 5)]
    if kilobytes == 200:
        assert first == ["e ", "th", "t ", "s "]
    assert first[:2] == ["e ", "th"]


def test_the_trainer_makes_the_merges_that_counting_everything_again_makes() -> None:
    simulation = played(SPECIFICATION, Setting({"kilobytes": 3}, steps=40))
    ids, chosen = recounted(list(corpus_text("shakespeare", 3).encode()), 40)
    tokenizer = read_tokenizer(simulation.offer("tokenizer").data)
    assert [(left, right) for left, right, _made in tokenizer.merges] == chosen
    assert simulation.snapshot().n_tokens == len(ids)


def test_gpt2_needs_about_one_token_for_a_word_of_a_story_and_more_for_other_languages() -> None:
    story = metrics_of(framed(corpus="english", page="compare"))
    assert story["gpt2_per_word"] == pytest.approx(1.13, abs=0.005)
    costs = metrics_of(framed(preset("scripts")))
    assert costs["times_chinese_gpt2"] == pytest.approx(37 / 12)
    assert costs["times_japanese_gpt2"] == pytest.approx(32 / 12)
    assert costs["times_hindi_gpt2"] == pytest.approx(6.5)


# ------------------------------------------------------------------------------------------- the plan


@pytest.mark.parametrize("values", [{}, {"pre_split": True}, {"unit": "character"}, {"tie": "earliest"}])
def test_the_same_merges_whether_made_by_steps_at_once_or_by_sliding(values) -> None:
    by_steps = framed(steps=25, **values)
    at_once = framed(merges=25, **values)
    slid = framed(Setting(actions=((0, Jump(80)), (0, Jump(25)))), **values)
    for other in (at_once, slid):
        assert other.n_tokens == by_steps.n_tokens
        assert np.array_equal(other.curve, by_steps.curve)
        assert other.league == by_steps.league
        assert other.strip == by_steps.strip


def test_sliding_goes_on_from_where_steps_have_led_and_back_to_nothing() -> None:
    simulation = played(SPECIFICATION, Setting(steps=10))
    undo = simulation.act(Jump(-10))
    assert simulation.snapshot().merges == 0
    advance(simulation)
    assert simulation.snapshot().merges == 1
    simulation.act(undo)
    assert simulation.snapshot().merges == 11


def test_a_chosen_pair_is_merged_and_taking_it_back_leaves_what_the_greedy_rule_gives() -> None:
    simulation = played(SPECIFICATION, Setting({"corpus": "puzzle", "pre_split": True}))
    undo = simulation.act(Force(0, ord("t"), ord("a")))
    frame = simulation.snapshot()
    assert (metrics_of(frame)["newest"], frame.last.by_hand, frame.merges) == ("ta", True, 1)
    for _step in range(2):
        advance(simulation)
    redo = simulation.act(undo)
    assert isinstance(undo, Unforce)
    assert simulation.snapshot().n_tokens == framed(steps=2, corpus="puzzle", pre_split=True).n_tokens
    simulation.act(redo)
    assert simulation.snapshot().last.by_hand is False
    assert simulation.snapshot().by_hand == 1


def test_the_greedy_rule_is_not_the_best_and_its_result_is_shown() -> None:
    frame = framed(SPECIFICATION.challenge("greedy").solution)
    assert frame.n_tokens == 9
    assert metrics_of(frame)["greedy_tokens"] == 10
    assert metrics_of(framed(steps=2, corpus="puzzle", pre_split=True))["greedy_tokens"] is None


def test_a_choice_that_stands_nowhere_in_the_text_gives_way_to_the_most_frequent_pair() -> None:
    frame = framed(Setting({"corpus": "toy"}, actions=((0, Force(0, ord("x"), ord("y"))),)))
    assert (metrics_of(frame)["newest"], frame.last.by_hand) == ("aa", False)


@pytest.mark.parametrize("action", [Force(-1, 0, 0), Force(0, -1, 0), Jump(10**9)])
def test_gestures_that_cannot_be_are_refused(action) -> None:
    simulation = played(SPECIFICATION, Setting())
    with pytest.raises(ValueError, match="merge"):
        simulation.act(action)


def test_a_long_merge_is_made_in_parts_and_shown_only_when_it_is_whole() -> None:
    simulation = played(SPECIFICATION, Setting({"kilobytes": 200}))
    before = simulation.snapshot()
    simulation.step()
    assert simulation.steps == 0
    assert simulation.snapshot() is before
    simulation.act(Jump(3))  # a gesture in the middle: the part is taken back first
    assert simulation.snapshot().merges == 3
    simulation.step()
    assert simulation.steps == 0
    state = simulation.save()
    again = built(SPECIFICATION, checked(SPECIFICATION.params, {"kilobytes": 200}), 0)
    again.load(state)
    assert again.snapshot().n_tokens == simulation.snapshot().n_tokens


def test_it_is_done_when_no_two_tokens_stand_side_by_side() -> None:
    simulation = played(SPECIFICATION, Setting({"corpus": "toy"}, steps=100))
    assert simulation.done
    assert simulation.snapshot().n_tokens == 1
    assert simulation.snapshot().league == ()
    simulation.step()
    assert simulation.snapshot().n_tokens == 1


# --------------------------------------------------------------------------------------- what is read

HARD = (
    "", " ", "\n\n\t", "aaaa", "naïve café", "👩‍🚀👍🏽", "\ud83d lone", "हिन्दी 水 السطح", "<|endoftext|>", "x" * 2000,
    "\0\x7f\x80",
)  # fmt: skip


@pytest.mark.parametrize("text", HARD)
@pytest.mark.parametrize("values", [{}, {"merges": 60, "pre_split": True}, {"page": "read", "reader": "gpt2"}])
def test_every_text_comes_back_from_bytes_and_the_light_is_green(text: str, values) -> None:
    frame = framed(text=text, **values)
    assert frame.strip.same
    assert metrics_of(frame)["round_trip"] == "yes"
    if text and "\ud83d" not in text and frame.strip.tokens == len(frame.strip.pieces):
        assert b"".join(piece.token for piece in frame.strip.pieces) == text.encode()


def test_characters_that_were_never_seen_are_lost_and_named() -> None:
    frame = framed(unit="character", text="Fürth 🙂", merges=20)
    assert not frame.strip.same
    assert set(frame.strip.lost) == {"ü", "🙂"}
    assert metrics_of(frame)["round_trip"] == "no"
    assert metrics_of(frame)["read_per_word"] is None  # not given for a text with holes


def test_a_typed_special_token_is_plain_text_unless_it_is_obeyed() -> None:
    sign = {"text": "a<|endoftext|>b", "page": "read", "reader": "gpt2"}
    assert metrics_of(framed(**sign))["signs"] == 0
    assert metrics_of(framed(specials=True, **sign))["signs"] == 1
    own = framed(specials=True, text="a<|endoftext|>b", merges=5)
    assert own.own.pieces[1].id == own.size - 1 == 261
    assert own.own.same


def test_an_emoji_is_split_across_tokens_and_shown_in_hex() -> None:
    assert [piece_text(gpt2().token(i)) for i in gpt2().encode("🙂")] == ["⟨F0⟩⟨9F⟩", "⟨99⟩⟨82⟩"]
    assert piece_text(b" the") == " the"
    assert piece_text("水".encode()[:2]) == "⟨E6⟩⟨B0⟩"


def test_an_unknown_word_is_one_that_the_list_does_not_have() -> None:
    reading = read_words("the cat sat", {"the": 0, " sat": 1})
    assert [piece.known for piece in reading.pieces] == [True, False, True]
    assert reading.lost == "cat"
    assert not reading.same


def test_tokens_a_word_are_not_given_for_a_text_that_has_no_blanks() -> None:
    assert read(gpt2(), SENTENCES["chinese"]).per_word is None
    assert read(gpt2(), SENTENCES["english"]).per_word == pytest.approx(12 / 11)


def test_a_word_is_read_by_rank_the_lowest_first() -> None:
    ladder = ladder_of(gpt2(), [" international"], 0)
    ranks = [rung.rank for rung in ladder.rungs[1:]]
    assert ranks == [3, 5, 7, 9, 26, 31, 39, 85, 97, 503, 608, 1532, 2974]
    for before, after in pairwise(ladder.rungs):
        assert after.rank == before.next_rank
        assert b"".join(after.tokens) == b" international"
    assert ladder.rungs[-1].tokens == (b" international",)
    assert ladder.rungs[-1].next_rank is None


def test_steps_on_the_page_read_climb_the_ladder_and_merges_stay() -> None:
    frame = framed(preset("encode"), 4)
    assert (frame.rung, frame.merges, metrics_of(frame)["rung_rank"]) == (4, 0, 9)
    top = played(SPECIFICATION, replace(preset("encode"), steps=99))
    assert top.done
    assert top.steps == 13
    top.retune(replace(top.snapshot().params, text=" other"))
    assert top.snapshot().rung == 0


@pytest.mark.parametrize(("wanted", "number"), [(0, 3), (2, 2), (99, 4)])
def test_the_word_is_the_wanted_one_or_the_longest_of_the_first(wanted: int, number: int) -> None:
    assert pick_word(["a", " bb", " cccc", "d"], wanted) == number
    assert pick_word([], wanted) == 0


def test_the_tree_of_a_token_holds_its_halves_down_to_the_bytes() -> None:
    tokenizer = gpt2()
    tree = tree_of(tokenizer, tokenizer.encode(" attention")[0])
    leaves = [branch.token for branch in tree if branch.left < 0]
    assert sorted(leaves) == sorted(bytes((b,)) for b in b" attention")
    for branch in tree:
        if branch.left >= 0:
            assert tree[branch.left].token + tree[branch.right].token == branch.token
    assert [branch.leaves for branch in tree if branch.left < 0] == [1] * len(leaves)
    assert tree[0].leaves == len(leaves)
    assert tree_of(tokenizer, -1) == tree_of(tokenizer, 10**6) == ()


@pytest.mark.parametrize("doublings", [8, 9, 16])
def test_a_tree_is_kept_level_by_level_as_far_as_any_screen_has_room(doublings: int) -> None:
    """A text of one letter makes tokens of 2, 4, 8 … pieces; a tree of 2^16 leaves once stopped the window."""
    tokenizer = learn_bpe("a" * 2**doublings, doublings, splitter="none")
    tree = tree_of(tokenizer, tokenizer.size - 1)
    assert tree[0].leaves == 2**doublings
    assert len(tree) == min(2 ** (doublings + 1) - 1, DRAWN)
    cut = [branch for branch in tree if branch.left < 0 and branch.leaves > 1]
    assert len(cut) == (0 if doublings <= 8 else 2**8)


def test_the_word_of_a_piece_is_found_from_its_bytes() -> None:
    frame = framed(text="naïve 水 cats", page="read", reader="gpt2")
    words = [frame.word_of(number) for number in range(len(frame.strip.pieces))]
    assert words[0] == 1
    assert words[-1] == 3
    assert words == sorted(words)


# ------------------------------------------------------------------------------------- texts, offered and received


def test_every_training_text_can_be_learned_from_and_costs_little() -> None:
    for name in CORPORA:
        if name != "received":
            frame = framed(steps=3, corpus=name)
            assert frame.merges == 3
            assert frame.n_bytes <= BIGGEST


def test_an_own_text_is_learned_from_kept_on_starting_over_and_taken_back() -> None:
    simulation = played(SPECIFICATION, Setting({"corpus": "own"}, steps=2))
    undo = simulation.act(SetText("no no no no", "song"))
    assert simulation.snapshot().title == "song"
    assert simulation.snapshot().n_bytes == 11
    assert SetText.is_data
    simulation.act(undo)
    assert simulation.snapshot().n_bytes == 13
    with pytest.raises(ValueError, match="200000"):
        simulation.act(SetText("x" * 200_001))


def test_an_own_text_chosen_pairs_and_slides_come_back_from_a_file() -> None:
    experiment = find("tokenization")
    actions = ((0, SetText("no no 🙂 no", "song")), (1, Force(1, ord("o"), ord(" "))), (2, Jump(4)))
    track = Track(experiment, Scene.of(experiment, Setting({"corpus": "own"}, actions=actions, steps=3)))
    track.run_to_goal()
    again = Track(experiment, from_json(to_json(track.scene()), find))
    again.run_to_goal()
    assert again.snapshot().title == "song"
    assert metrics_of(again.snapshot()) == metrics_of(track.snapshot())


def test_an_empty_own_text_is_no_accident() -> None:
    frame = framed(Setting({"corpus": "own"}, actions=((0, SetText("")),), steps=3))
    assert frame.done
    assert metrics_of(frame)["bytes_per_token"] is None
    assert frame.strip.pieces == ()
    assert sentence_of(frame)


def test_a_text_is_cut_between_characters() -> None:
    assert cut_to("水水", 4) == "水"
    assert cut_to("ab", 4) == "ab"


def test_what_is_sent_can_be_received_and_the_tokenizer_reads_as_it_did_here() -> None:
    simulation = played(SPECIFICATION, Setting({"corpus": "code"}, steps=20))
    artifact = simulation.offer("corpus")
    received = built(SPECIFICATION, checked(SPECIFICATION.params, {"corpus": "received"}), 0, (artifact,))
    for _step in range(20):
        advance(received)
    assert received.snapshot().n_tokens == simulation.snapshot().n_tokens
    assert received.snapshot().title == artifact.title
    tokenizer = read_tokenizer(simulation.offer("tokenizer").data)
    assert isinstance(tokenizer, BPETokenizer)
    assert tokenizer.size == 276
    assert len(tokenizer.encode(corpus_text("code"))) == simulation.snapshot().n_tokens
    assert simulation.offer("network") is None


def test_a_received_text_that_is_too_long_is_cut_and_none_is_a_clear_refusal() -> None:
    artifact = corpus_artifact("水" * 100_000, "much water")
    received = built(SPECIFICATION, checked(SPECIFICATION.params, {"corpus": "received"}), 0, (artifact,))
    assert received.snapshot().n_bytes == 199_998
    with pytest.raises(ParamError, match="nothing was received"):
        framed(corpus="received")
    assert read_corpus(artifact.data)


@pytest.mark.parametrize("data", [{}, {"text": 3}, {"text": ""}])
def test_a_malformed_corpus_is_refused(data) -> None:
    with pytest.raises(ValueError, match=r"text"):
        built(SPECIFICATION, SPECIFICATION.params(), 0, (Artifact("corpus", "bad", data),))


@pytest.mark.parametrize(
    "change",
    [
        {"counts": [1, 2]},
        {"forced": [[1]]},
        {"own": "x"},
        {"counts": [-1, 0, 0]},
        {"params": {"merges": "x"}},
        {"step": -1},
    ],
)
def test_a_damaged_state_is_refused(change) -> None:
    simulation = played(SPECIFICATION, Setting(steps=3))
    with pytest.raises(ValueError, match=r"."):
        simulation.load({**simulation.save(), **change})


def test_every_number_of_the_compare_page_can_be_requested_about() -> None:
    frame = framed(preset("scripts"))
    names = ("own_per_word", "gpt2_share", "times_korean_own", "characters_bytes_per_token", "tokens", "vocabulary")
    for name in names:
        term = why_of(frame, name)
        assert term is not None, name
        assert term.value == pytest.approx(metrics_of(frame)[name])


def test_of_a_text_too_long_to_read_it_is_said_where_it_can_be_learned_from() -> None:
    assert checked(SPECIFICATION.params, {"text": "x" * 2_000}).text == "x" * 2_000
    with pytest.raises(ParamError, match=r"It has 2001 characters; here 2000 can be read\..*“Own text…”"):
        checked(SPECIFICATION.params, {"text": "x" * 2_001})
