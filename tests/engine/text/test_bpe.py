"""Applying merges: encoding, its steps, and the tree inside a token."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.bpe_train import learn_bpe

CAT = learn_bpe("the cat sat on the mat with the other cat, that the hat.", 24)


@given(st.text())
def test_decoding_an_encoding_gives_the_text_back(text):
    assert CAT.decode(CAT.encode(text)) == text


def test_a_token_may_end_in_the_middle_of_a_character():
    ids = CAT.encode("😀")
    assert len(ids) == 4
    assert CAT.decode(ids[:2]) == "\ufffd"
    assert CAT.decode_bytes(ids[:2]) == "😀".encode()[:2]


@given(st.text(alphabet="thecatso m", max_size=40))
def test_the_quick_encoding_ends_where_its_steps_end(text):
    tokenizer = BPETokenizer(CAT.vocabulary, CAT.merges, "none")
    assert tokenizer.encode(text) == list(tokenizer.encode_steps(text)[-1].ids)


def test_steps_replay_the_merges_in_rank_order_one_at_a_time():
    steps = CAT.encode_steps(" the")
    assert [len(step.ids) for step in steps] == [4, 3, 2, 1]
    ranks = [step.rank for step in steps[1:]]
    assert ranks == sorted(ranks)
    for before, after in pairwise(steps):
        left, right, glued = CAT.merges[after.rank]
        i = after.position
        assert before.ids[i : i + 2] == (left, right) and after.ids[i] == glued


def test_a_merge_tree_spells_its_token_and_ends_in_single_bytes():
    def leaves(tree):
        return [tree] if tree.left is None else leaves(tree.left) + leaves(tree.right)

    tree = CAT.merge_tree(CAT.encode(" the")[0])
    assert tree.token == b" the"
    assert [leaf.token for leaf in leaves(tree)] == [b" ", b"t", b"h", b"e"]
    assert tree.rank > max(tree.left.rank or 0, tree.right.rank or 0)


def test_an_overlapping_run_is_glued_from_the_left():
    tokenizer = learn_bpe("aaa", 1, splitter="none")
    assert [tokenizer.token(i) for i in tokenizer.encode("aaaaa")] == [b"aa", b"aa", b"a"]


def test_a_long_word_without_blanks_is_encoded_in_a_moment():
    tokenizer = learn_bpe("abcab" * 40, 20, splitter="none")
    text = "abcab" * 20_000
    assert tokenizer.decode(tokenizer.encode(text)) == text


def test_words_are_encoded_one_by_one():
    assert [i for word in CAT.words("the cat") for i in word] == CAT.encode("the cat")
    assert [CAT.decode(word) for word in CAT.words("the cat")] == ["the", " cat"]


def test_special_text_is_ordinary_until_the_caller_allows_it():
    vocabulary = [*(bytes((b,)) for b in range(256)), b"<end>"]
    tokenizer = BPETokenizer(vocabulary, [], specials={"<end>": 256})
    assert 256 not in tokenizer.encode("a<end>b")
    assert tokenizer.encode("a<end>b", allow_special=["<end>"]) == [97, 256, 98]
    assert tokenizer.decode([97, 256, 98]) == "a<end>b"
    with pytest.raises(ValueError, match="<stop>"):
        tokenizer.encode("a", allow_special=["<stop>"])


def test_half_a_surrogate_pair_does_not_break_the_encoding():
    assert CAT.decode(CAT.encode("a\ud83d")) == "a\ufffd"


@pytest.mark.parametrize(
    ("merges", "message"),
    [
        ([(97, 98, 99)], "glues b'a' and b'b'"),
        ([(97, 300, 0)], "300 is outside"),
        ([(256, 97, 97)], "merge 0 glues 256 and 97, and one of them is empty"),
    ],
)
def test_merges_that_do_not_fit_the_vocabulary_are_refused(merges, message):
    with pytest.raises(ValueError, match=message):
        BPETokenizer([*(bytes((b,)) for b in range(256)), b""], merges)


def test_a_merge_tree_may_be_deeper_than_a_recursion_and_its_merges_in_any_order():
    text = bytes(range(97, 123)) * 100
    vocabulary = [bytes((b,)) for b in range(256)] + [text[:n] for n in range(2, len(text) + 1)]
    merges = [(256 + n - 3 if n > 2 else text[0], text[n - 1], 256 + n - 2) for n in range(2, len(text) + 1)]
    tree = BPETokenizer(vocabulary, merges[::-1]).merge_tree(len(vocabulary) - 1)
    assert (tree.leaves, tree.token, tree.right.leaves) == (len(text), text, 1)


def test_ids_outside_the_vocabulary_are_refused():
    for call in (lambda: CAT.decode([CAT.size]), lambda: CAT.token(-1), lambda: CAT.merge_tree(CAT.size)):
        with pytest.raises(ValueError, match="outside"):
            call()
