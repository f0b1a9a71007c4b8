"""Chunks: where cuts fall, what is covered, and that a chunk is always a stretch of its document."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.engine.retrieval.chunking import (
    chunk_characters,
    chunk_paragraphs,
    chunk_recursive,
    chunk_sentences,
    chunk_tokens,
    cut_at,
    overlaps,
    sentences,
)
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.wordpiece import WordPieceTokenizer

STORY = (
    "The school opens at eight. Lessons begin at a quarter past.\n\n"
    "Lunch is at noon. Dr. Lee sees pupils on Mt. Road, no. 4, e.g. after a fall! Is that clear?\n\n\n"
    "J. Smith said: “Be on time.” Pi is 3.14 in short. It ends"
)
BYTES = BPETokenizer([bytes((b,)) for b in range(256)], [], "none")


def texts(chunks):
    return [chunk.text for chunk in chunks]


def test_characters_are_cut_anywhere_and_the_overlap_is_repeated():
    assert texts(chunk_characters("abcdefghij", 4)) == ["abcd", "efgh", "ij"]
    assert texts(chunk_characters("abcdefghij", 4, 2)) == ["abcd", "cdef", "efgh", "ghij"]
    assert texts(chunk_characters("abc", 4, 2)) == ["abc"]
    assert chunk_characters("", 4) == []


def test_tokens_are_windows_of_tokens():
    assert texts(chunk_tokens("abcdefg", 3, 1, BYTES)) == ["abc", "cde", "efg"]
    assert chunk_tokens("", 3, 0, BYTES) == []


def test_a_character_that_a_token_boundary_cuts_is_whole_in_both_chunks():
    chunks = chunk_tokens("aéz☂", 2, 0, BYTES)  # bytes: a, two of é, z, three of the umbrella
    assert texts(chunks) == ["aé", "éz", "☂", "☂"]


def test_a_tokenizer_that_loses_text_has_no_places_in_it():
    wordpiece = WordPieceTokenizer(["[UNK]", "[CLS]", "[SEP]", "a"])
    with pytest.raises(ValueError, match="do not spell the document"):
        chunk_tokens("A a", 2, 0, wordpiece)


def test_sentences_end_where_a_reader_would_end_them():
    found = [STORY[a:b].strip() for a, b in sentences(STORY)]
    assert found == [
        "The school opens at eight.",
        "Lessons begin at a quarter past.",
        "Lunch is at noon.",
        "Dr. Lee sees pupils on Mt. Road, no. 4, e.g. after a fall!",
        "Is that clear?",
        "J. Smith said: “Be on time.”",
        "Pi is 3.14 in short.",
        "It ends",
    ]
    assert len(sentences("It is 3.5 m. Mt. Fuji is higher.")) == 2


def test_sentences_are_packed_whole_and_repeated_whole():
    document = "One is. Two is. Three is. Four is."
    assert texts(chunk_sentences(document, 16)) == ["One is. Two is. ", "Three is. ", "Four is."]
    assert texts(chunk_sentences(document, 18, 10)) == [
        "One is. Two is. ",
        "Two is. Three is. ",
        "Three is. Four is.",
    ]
    assert texts(chunk_sentences(document, 3)) == [
        "One is. ",
        "Two is. ",
        "Three is. ",
        "Four is.",
    ]  # whole anyway


def test_paragraphs_are_packed_whole():
    assert [t.strip()[:8] for t in texts(chunk_paragraphs(STORY, 100))] == [
        "The scho",
        "Lunch is",
        "J. Smith",
    ]
    assert len(chunk_paragraphs(STORY, 1000)) == 1


def test_recursive_cuts_at_the_coarsest_separator_that_is_enough():
    document = "aa bb cc. dd ee.\nff gg\n\nhh"
    assert texts(chunk_recursive(document, 100)) == [document]
    assert texts(chunk_recursive(document, 20)) == ["aa bb cc. dd ee.\n", "ff gg\n\nhh"]
    assert texts(chunk_recursive(document, 10)) == ["aa bb cc. ", "dd ee.\n", "ff gg\n\nhh"]
    assert texts(chunk_recursive("abcdefg", 3)) == ["abc", "def", "g"]
    with pytest.raises(ValueError, match="separators"):
        chunk_recursive("a", 3, 0, ["\n", ""])


def test_cuts_by_hand_may_come_in_any_order():
    assert texts(cut_at("abcdef", [4, 2, 2, 0, 6])) == ["ab", "cd", "ef"]
    with pytest.raises(ValueError, match="cuts: 7, the document has 6"):
        cut_at("abcdef", [7])


def test_overlaps_are_the_stretches_in_two_chunks():
    assert overlaps(chunk_characters("abcdefghij", 4, 2)) == [(2, 4), (4, 6), (6, 8)]
    assert overlaps(chunk_characters("abcdefghij", 4, 3)) == [(1, 4), (4, 5), (5, 6), (6, 7), (7, 8), (8, 9)]
    assert overlaps(chunk_characters("abcdefghij", 5)) == []


@pytest.mark.parametrize("chunk", [chunk_characters, chunk_sentences, chunk_paragraphs, chunk_recursive])
def test_sizes_that_make_no_sense_are_refused(chunk):
    for size, overlap in ((0, 0), (4, 4), (4, -1)):
        with pytest.raises(ValueError, match="need 0 ≤ overlap < size"):
            chunk("some text", size, overlap)


prose = st.text(alphabet="abc .\n!é☂", max_size=120)


@given(document=prose, size=st.integers(1, 40), share=st.floats(0, 0.99))
def test_chunks_are_stretches_of_the_document_that_leave_nothing_out(document, size, share):
    overlap = int(size * share)
    for chunk in (chunk_characters, chunk_sentences, chunk_paragraphs, chunk_recursive):
        chunks = chunk(document, size, overlap)
        assert all(document[c.start : c.end] == c.text for c in chunks)
        covered = {place for c in chunks for place in range(c.start, c.end)}
        assert covered == set(range(len(document)))
        assert all(a.start < b.start and a.end < b.end for a, b in pairwise(chunks))
        if chunk in (chunk_characters, chunk_recursive):
            assert all(len(c.text.rstrip()) <= size for c in chunks)
    tokens = chunk_tokens(document, size, overlap, BYTES)
    assert {place for c in tokens for place in range(c.start, c.end)} == set(range(len(document)))
