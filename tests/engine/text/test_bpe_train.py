"""Learning merges: the counts, the ties, the way back."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.text.bpe_train import BPETrainer, PairCount, learn_bpe
from lab.engine.text.split import split

PLAYS = (Path(__file__).parents[3] / "assets/data/shakespeare.txt").read_text("utf-8")


def naive_merges(text, n, splitter, tie):
    """Recounts everything before every merge: the slow trainer that the quick one must equal."""
    words = Counter(split(text, splitter))
    cut = {word: list(word.encode()) for word in words}
    merges = []
    for new in range(256, 256 + n):
        counts, first = Counter(), {}
        place = 0
        for word, ids in cut.items():
            for i, pair in enumerate(pairwise(ids)):
                counts[pair] += words[word]
                first.setdefault(pair, place + i)
            place += len(word.encode())
        if not counts:
            break
        tied = [pair for pair in counts if counts[pair] == max(counts.values())]
        best = min(tied, key=first.get) if tie == "earliest" else min(tied)
        merges.append((*best, new))
        for word, ids in cut.items():
            out, i = [], 0
            while i < len(ids):
                if tuple(ids[i : i + 2]) == best:
                    out.append(new)
                    i += 2
                else:
                    out.append(ids[i])
                    i += 1
            cut[word] = out
    return merges


@pytest.mark.parametrize("splitter", ["none", "gpt2"])
@given(text=st.text(alphabet="ab c", max_size=60))
def test_the_quick_trainer_learns_what_the_naive_one_learns(splitter, text):
    tokenizer = learn_bpe(text, 12, splitter)
    assert list(tokenizer.merges) == naive_merges(text, 12, splitter, "lowest")


@given(text=st.text(alphabet="ba", max_size=40))
def test_the_first_merge_under_the_earliest_rule_is_the_first_pair_of_the_highest_count(text):
    tokenizer = learn_bpe(text, 1, "none", tie="earliest")
    assert list(tokenizer.merges) == naive_merges(text, 1, "none", "earliest")


def test_the_course_example_shrinks_from_eleven_to_five_in_three_merges():
    trainer = BPETrainer("aaabdaaabac", splitter="none")
    merged = [trainer.merge() for _ in range(3)]
    assert [m.count for m in merged] == [4, 2, 2]
    assert trainer.curve == (11, 9, 7, 5)
    assert [trainer.token(i) for i in trainer.ids()] == [b"aaab", b"d", b"aaab", b"a", b"c"]


def test_256_merges_on_200_kb_of_the_plays_give_2_07_bytes_a_token():
    trainer = BPETrainer(PLAYS[:200_000], splitter="none")
    for _ in range(256):
        trainer.merge()
    assert [trainer.token(256 + k) for k in range(4)] == [b"e ", b"th", b"t ", b"s "]
    assert round(trainer.bytes_per_token, 2) == 2.07


def test_ties_follow_the_rule_that_was_chosen():
    assert BPETrainer("zy ab", "none").best() == PairCount(ord(" "), ord("a"), 1)
    assert BPETrainer("zy ab", "none", tie="earliest").best() == PairCount(ord("z"), ord("y"), 1)


def test_the_league_lists_the_most_frequent_pairs_first_and_its_head_is_merged_next():
    trainer = BPETrainer(PLAYS[:5_000])
    league = trainer.league(10)
    assert [line.count for line in league] == sorted((line.count for line in league), reverse=True)
    assert league[0] == trainer.best() == trainer.merge()


@given(text=st.text(alphabet="abc ", max_size=50), n=st.integers(0, 15), splitter=st.sampled_from(["none", "gpt2"]))
def test_taking_merges_back_and_making_them_again_changes_nothing(text, n, splitter):
    trainer = BPETrainer(text, splitter)
    seen = [(trainer.ids(), trainer.n_tokens, trainer.league(99))]
    for _ in range(n):
        trainer.merge()
        seen.append((trainer.ids(), trainer.n_tokens, trainer.league(99)))
    while trainer.n_merges:
        assert (trainer.ids(), trainer.n_tokens, trainer.league(99)) == seen[trainer.n_merges]
        trainer.undo()
    assert (trainer.ids(), trainer.n_tokens, trainer.league(99)) == seen[0]
    assert not trainer.undo()


def test_the_text_stays_readable_from_its_tokens_after_every_merge():
    text = "How much wood would a woodchuck chuck? 😀 如何"
    trainer = BPETrainer(text)
    while trainer.merge() is not None:
        assert b"".join(map(trainer.token, trainer.ids())).decode() == text
        assert trainer.n_tokens == len(trainer.ids())
    assert trainer.n_tokens == len(split(text, "gpt2"))  # every word has become one token


def test_what_was_learned_encodes_the_training_text_as_the_trainer_cut_it():
    text = PLAYS[:20_000]
    for splitter in ("none", "gpt2"):
        trainer = BPETrainer(text, splitter)
        for _ in range(60):
            trainer.merge()
        assert trainer.tokenizer().encode(text) == trainer.ids()


def test_a_pair_of_ones_own_choice_can_be_merged_though_it_is_rare():
    trainer = BPETrainer("the dog the dogs", "none")
    assert trainer.merge((ord("g"), ord("s"))).count == 1
    assert b"gs" in [trainer.token(i) for i in trainer.ids()]
    with pytest.raises(ValueError, match="nowhere"):
        trainer.merge((ord("x"), ord("y")))


def test_characters_can_be_the_units_instead_of_bytes():
    text = "日本 日本"
    trainer = BPETrainer(text, "none", unit="character")
    assert trainer.n_tokens == 5 and trainer.size == 3
    trainer.merge()
    tokenizer = trainer.tokenizer()
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert tokenizer.decode(tokenizer.encode("本x日")) == "本日"  # a character that was never seen has no token


def test_attention_becomes_one_token_within_thirty_merges_of_a_text_that_asks_for_it():
    tokenizer = learn_bpe("attention " * 20, 30)
    assert len(tokenizer.encode("attention")) == 1


def test_english_merges_do_nothing_for_hindi():
    tokenizer = learn_bpe(PLAYS[:50_000], 256)
    hindi = "नमस्ते दुनिया"
    assert len(tokenizer.encode(hindi)) == len(hindi.encode())
    assert len(tokenizer.encode("the world")) < 9


def test_an_empty_text_has_nothing_to_merge():
    trainer = BPETrainer("")
    assert trainer.merge() is None and trainer.best() is None and trainer.league(5) == []
    assert trainer.bytes_per_token == 0.0 and trainer.ids() == []


@pytest.mark.parametrize("wrong", [{"unit": "word"}, {"tie": "random"}, {"splitter": "x"}])
def test_unknown_choices_are_refused(wrong):
    with pytest.raises(ValueError):
        BPETrainer("text", **wrong)
    with pytest.raises(ValueError, match="-1"):
        learn_bpe("text", -1)


def test_a_merge_in_parts_is_the_same_merge_and_one_given_up_leaves_no_trace(monkeypatch) -> None:
    monkeypatch.setattr("lab.engine.text.bpe_train.PLACES_AT_A_TIME", 2)
    text = "she sells sea shells by the sea shore " * 3
    whole, parts = BPETrainer(text, "none"), BPETrainer(text, "none")
    for _round in range(6):
        work = parts.merging()
        next(work)
        work.close()
        assert (parts.ids(), parts.league(50), parts.curve) == (whole.ids(), whole.league(50), whole.curve)
        whole.merge()
        for _part in parts.merging():
            pass
        assert (parts.ids(), parts.league(50), parts.curve) == (whole.ids(), whole.league(50), whole.curve)


def test_ties_are_counted() -> None:
    trainer = BPETrainer("abab cdcd", "gpt2")
    assert trainer.ties() == 2
    assert BPETrainer("").ties() == 0
