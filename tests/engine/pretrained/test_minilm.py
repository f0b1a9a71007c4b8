"""The sentence encoder: equal to transformers with the same weights, in vectors, streams and attention.

The frozen values were computed in float64 by transformers' BertModel 5.23.0 with the weights of the lab's own
int8 pack, widened; reference/pretrained_make.py says how. The head tour was measured on other sentences than
those here, so its masses are met to a tenth.
"""

import json
import math
import time
from pathlib import Path

import numpy as np
import pytest

from lab.core.paths import asset
from lab.engine.basics.special import normal_cdf
from lab.engine.pretrained.gelu import gelu_in_place
from lab.engine.pretrained.minilm import LONGEST, load_minilm, opening_minilm
from lab.engine.transformer.attention import attend

REFERENCE = np.load(Path(__file__).parents[1] / "reference/pretrained_minilm.npz")
SENTENCES = json.loads(bytes(REFERENCE["sentences"]))
TOUR = {f"{head['layer']}.{head['head']}": head for head in json.loads(asset("data/minilm_head_tour.json").read_text())}
STORIES = [
    "The teacher opened the window because the room was hot.",
    "My dog likes the small red ball in the garden.",
    "The river runs through the old town, past the mill, and into the sea.",
    "When the bell rang, the children ran home, but the rain had started.",
    "The doctor told the nurse that the patient needed rest.",
    "A long train carried coal from the mine to the harbour.",
    "The cat sat on the mat because it was tired.",
    "Anna gave her brother a book, and he read it.",
]


@pytest.fixture(scope="module")
def minilm():
    begin = time.perf_counter()
    encoder = load_minilm()
    print(f"loaded in {time.perf_counter() - begin:.2f} s")
    return encoder


@pytest.fixture(scope="module")
def stories(minilm):
    return [minilm.trace(sentence) for sentence in STORIES]


def test_vectors_are_those_of_transformers_with_the_same_weights(minilm):
    vectors = minilm.encode(SENTENCES)
    assert vectors.dtype == np.float32 and np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-6
    assert np.abs(vectors - REFERENCE["vectors"]).max() < 2e-6
    cosines, wanted = vectors @ vectors.T, REFERENCE["vectors"] @ REFERENCE["vectors"].T
    assert np.abs(cosines - wanted).max() < 2e-5


def test_stream_and_attention_are_those_of_transformers(minilm):
    trace = minilm.trace(SENTENCES[1])
    assert np.abs(trace.hidden - REFERENCE["hidden"]).max() < 2e-5
    assert np.abs(trace.attention - REFERENCE["attention"]).max() < 1e-5
    assert np.abs(trace.vector - REFERENCE["vectors"][1]).max() < 2e-6
    assert trace.tokens == ("[CLS]", "a", "kitten", "slept", "on", "the", "rug", ".", "[SEP]")


def test_a_text_has_the_same_vector_whatever_goes_with_it(minilm):
    together = minilm.encode(SENTENCES)
    alone = np.concatenate([minilm.encode([sentence]) for sentence in SENTENCES])
    backwards = minilm.encode(SENTENCES[::-1])[::-1]
    assert np.abs(together - alone).max() < 1e-6 and np.abs(together - backwards).max() < 1e-6


def test_many_texts_come_in_portions(minilm):
    portions = list(minilm.encoding([SENTENCES[10]] * 10))
    assert [len(p) for p in portions] == [8, 2]
    assert minilm.encode([]).shape == (0, 384)


def test_vectors_of_the_bundled_passages_and_questions_are_met(minilm):
    questions = [json.loads(line)["q"] for line in asset("data/rag_questions.jsonl").read_text("utf-8").splitlines()]
    lines = asset("data/passages.jsonl").read_text("utf-8").splitlines()[::25]
    for texts, name, step in (
        (questions, "rag_questions_minilm", 1),
        ([json.loads(line)["text"] for line in lines], "passages_minilm", 25),
    ):
        with np.load(asset(f"data/{name}.npz")) as stored:
            wanted = (stored["q"] * stored["scale"].astype(np.float32)[:, None])[::step]
        cosines = (minilm.encode(texts) * wanted).sum(axis=1) / np.linalg.norm(wanted, axis=1)
        assert cosines.min() > 0.998, name  # those were made with the weights before they were written in int8


def test_sentences_of_one_meaning_are_closer_than_others(minilm):
    cat, kitten, _, _, rates, love, hate = minilm.encode(SENTENCES[:7])
    assert cat @ kitten > 0.5 > 0.2 > cat @ rates
    assert love @ hate > 0.6  # a "not" hardly moves the vector: what the sentence is about stays


def test_text_beyond_256_tokens_is_not_read(minilm):
    trace = minilm.trace(SENTENCES[10])
    assert len(trace.ids) == LONGEST and trace.truncated and trace.tokens[-1] == "[SEP]"
    assert np.abs(minilm.encode([SENTENCES[10]]) - minilm.encode([SENTENCES[10] + "More."])).max() < 1e-6
    assert not minilm.trace("short").truncated


def test_attention_of_every_head_sums_to_one(stories):
    for trace in stories:
        assert np.abs(trace.attention.sum(axis=-1) - 1).max() < 1e-5


def mass(stories, number, wanted):
    """Mean weight that a head of the tour puts on the tokens `wanted(tokens, place)`, over the places that
    have any.
    """
    layer, head = (int(n) - 1 for n in number.split("."))
    places = ((trace, place) for trace in stories for place in range(1, len(trace.tokens) - 1))
    found = [(trace.attention[layer, head, place], wanted(trace.tokens, place)) for trace, place in places]
    return np.mean([weights[targets].sum() for weights, targets in found if targets])


def test_the_head_tour_shows_what_it_says(stories):
    patterns = {
        "1.3": lambda tokens, i: [i - 1],
        "2.9": lambda tokens, i: [i + 1],
        "4.12": lambda tokens, i: [] if tokens[i] in ",." else [j for j, t in enumerate(tokens) if t in ",."],
        "5.6": lambda tokens, i: [0],
    }
    for number, pattern in patterns.items():
        assert mass(stories, number, pattern) == pytest.approx(TOUR[number]["mass"], abs=0.1), TOUR[number]


def test_a_repeated_word_looks_at_its_other_occurrence(minilm):
    found = []
    for word, text in (
        ("river", "The river was wide, and no bridge crossed the river."),
        ("letter", "She read the letter, then burned the letter."),
        ("king", "The king spoke to the queen, and the king laughed."),
        ("car", "My car is old, but your car is new."),
    ):
        trace = minilm.trace(text)
        one, other = (i for i, token in enumerate(trace.tokens) if token == word)
        found += [trace.attention[2, 9, one, other], trace.attention[2, 9, other, one]]
    assert np.mean(found) == pytest.approx(TOUR["3.10"]["mass"], abs=0.1)


def test_two_heads_lean_from_pronoun_to_noun_far_more_than_the_others(minilm):
    leaning = np.zeros((6, 12))
    pairs = (
        ("it", "cat", "The cat sat on the mat because it was tired."),
        ("he", "farmer", "The farmer sold the cow because he needed money."),
        ("they", "children", "The children lost the ball, so they went home."),
        ("she", "queen", "The queen loved the garden, and she walked there."),
        ("she", "mother", "My mother called the office when she arrived."),
        ("he", "king", "The king wrote a letter, then he slept."),
    )
    for pronoun, noun, text in pairs:
        trace = minilm.trace(text)
        leaning += trace.attention[:, :, trace.tokens.index(pronoun), trace.tokens.index(noun)] / len(pairs)
    assert leaning[3, 1] > 0.3 and leaning[1, 3] > 0.3 and leaning.mean() < 0.12


def test_cls_takes_nearly_half_of_all_attention(stories):
    share = np.mean([trace.attention[:, :, :, 0].mean() for trace in stories])
    assert share == pytest.approx(0.44, abs=0.05)


def test_a_head_that_is_switched_off_no_longer_answers(minilm):
    text = STORIES[2]
    whole, without = minilm.trace(text), minilm.trace(text, ablate=[(1, 8)])
    assert np.array_equal(whole.hidden[:2], without.hidden[:2])  # layers before it do not know
    assert np.array_equal(whole.attention[1], without.attention[1])  # it still looks, it only says nothing
    assert np.abs(whole.hidden[2] - without.hidden[2]).max() > 0.1
    assert np.abs(minilm.encode([text], ablate=[(1, 8)])[0] - without.vector).max() < 1e-6
    everything = [(layer, head) for layer in range(6) for head in range(12)]
    bare = minilm.trace("one two three", ablate=everything)
    swapped = minilm.trace("three two one", ablate=everything)
    # without attention a token knows its word and place alone: "two" is the same in both
    assert np.array_equal(bare.hidden[6][2], swapped.hidden[6][2])


def test_a_head_that_does_not_exist_is_refused(minilm):
    for call in (minilm.trace, lambda text, ablate: minilm.encode([text], ablate)):
        with pytest.raises(ValueError, match=r"ablate: \(6, 0\), layers are 0 … 5 and heads 0 … 11"):
            call("hello", ablate=[(6, 0)])


def test_a_file_that_is_no_pack_is_refused(tmp_path):
    path = tmp_path / "pack.npz"
    path.write_bytes(b"PK\3\4 nothing")
    with pytest.raises(ValueError, match=r"pack\.npz is not a pack of MiniLM"):
        load_minilm(path)
    np.savez(path, vocab=np.frombuffer(b"[UNK]\n[CLS]\n[SEP]", np.uint8))
    with pytest.raises(ValueError, match="token_type_embeddings"):
        load_minilm(path)
    with np.load(asset("models/minilm-l6-int8.npz")) as archive:
        arrays = {name: archive[name] for name in archive.files if "word_embeddings" not in name}
    name = "encoder.layer.3.output.LayerNorm.bias"
    short, unknown = np.zeros(3, np.float32), np.full(384, np.nan, np.float32)
    for wrong, trouble in ((short, r"float32 \(384,\)"), (unknown, "finite")):
        words = {"embeddings.word_embeddings.weight:q": np.zeros((30522, 384), np.int8)}
        scales = {"embeddings.word_embeddings.weight:s": np.ones(30522, np.float16)}
        np.savez(path, **(arrays | words | scales | {name: wrong}))
        with pytest.raises(ValueError, match=f"{name} .*{trouble}"):
            load_minilm(path)
    table = "embeddings.word_embeddings.weight:q"
    for words in (np.zeros((384, 30522), np.int8).T, np.zeros((30522, 384), np.float32)):
        np.savez(path, **(arrays | {table: words}))
        with pytest.raises(ValueError, match=f"{table} needs int8"):
            load_minilm(path)
    with pytest.raises(FileNotFoundError):
        load_minilm(tmp_path / "absent.npz")


def test_the_fast_gelu_is_the_exact_one_to_float32_rounding():
    x = np.linspace(-9, 9, 200_001, dtype=np.float32)  # more than one strip
    fast = x.copy()
    gelu_in_place(fast)
    exact = x.astype(np.float64) * normal_cdf(x.astype(np.float64))
    assert np.abs(fast - exact).max() < 6e-7
    assert math.isclose(fast[-1], 9.0, rel_tol=2e-7) and np.array_equal(np.signbit(fast), np.signbit(x))
    with pytest.raises(ValueError, match="needs contiguous float32"):
        gelu_in_place(np.zeros(3))
    with pytest.raises(ValueError, match="needs contiguous float32"):
        gelu_in_place(np.zeros((4, 4), np.float32)[:, ::2])


def test_the_pack_is_read_in_pieces_and_gives_the_same_encoder(minilm, stories):
    opening, shares = opening_minilm(), []
    while True:
        try:
            shares.append(next(opening))
        except StopIteration as end:
            encoder = end.value
            break
    assert len(shares) > 40 and shares == sorted(shares) and shares[0] > 0 and 0.97 < shares[-1] <= 1
    assert np.array_equal(encoder.trace(STORIES[0]).attention, stories[0].attention)


def test_a_trace_rests_after_each_layer(minilm, stories):
    assert list(minilm.tracing(STORIES[0])) == pytest.approx([k / 6 for k in range(1, 7)])


def test_queries_and_keys_give_the_weights_of_their_layer(minilm, stories):
    trace = stories[0]
    for layer in (0, 5):
        q, k, v = minilm.queries_keys_values(trace, layer)
        found = attend(q, k, v)
        assert q.shape == k.shape == v.shape == (12, len(trace.tokens), 32)
        assert np.abs(found.weights - trace.attention[layer]).max() < 1e-5
