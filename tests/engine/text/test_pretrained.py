"""GPT-2's and SmolLM2's tokenizers, id for id.

The frozen ids in reference/language_tokenizers.json were made once with the `tokenizers` library 0.23.3:
GPT-2 as BPE over the published merges with the ByteLevel pre-tokenizer; SmolLM2 as BPE over the lists in
SmolLM2-135M-Instruct's GGUF file with Digits(individual_digits=True) and ByteLevel, once without and once with its
special tokens added. The file keeps those of SmolLM2's tokens and merges that the texts can touch, with their ids
and in their order; all other ids are filled with names that no text spells.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from lab.engine.text.pretrained import (
    bpe_from_strings,
    gpt2_byte_order,
    gpt2_tokenizer,
    load_gpt2,
    smollm_tokenizer,
)

ASSETS = Path(__file__).parents[3] / "assets"
REFERENCE = json.loads((Path(__file__).parents[1] / "reference/language_tokenizers.json").read_text("ascii"))
TEXTS = REFERENCE["texts"]
numbered = pytest.mark.parametrize("k", range(len(TEXTS)))


@pytest.fixture(scope="module")
def gpt2():
    return load_gpt2(ASSETS / "data/gpt2_merges.npz")


@pytest.fixture(scope="module")
def smollm():
    vocabulary = [f"⟦unused {i}⟧" for i in range(REFERENCE["smollm_size"])]
    for token, i in REFERENCE["smollm_vocabulary"].items():
        vocabulary[i] = token
    return smollm_tokenizer(vocabulary, REFERENCE["smollm_merges"], REFERENCE["smollm_specials"])


@numbered
def test_gpt2_gives_the_reference_ids_and_the_text_back(gpt2, k):
    ids = gpt2.encode(TEXTS[k])
    assert ids == REFERENCE["gpt2"][k]
    assert gpt2.decode(ids) == TEXTS[k]


@numbered
def test_smollm_gives_the_reference_ids(smollm, k):
    assert smollm.encode(TEXTS[k]) == REFERENCE["smollm"][k]


@numbered
def test_smollm_gives_the_reference_ids_when_its_special_tokens_are_allowed(smollm, k):
    ids = smollm.encode(TEXTS[k], allow_special=REFERENCE["smollm_specials"])
    assert ids == REFERENCE["smollm_with_specials"][k]


def test_gpt2_has_50257_tokens_and_the_last_ends_a_text(gpt2):
    assert gpt2.size == 50_257
    assert gpt2.encode("<|endoftext|>", allow_special=["<|endoftext|>"]) == [50_256]
    assert gpt2.encode("hello world") == [31373, 995]


def test_gpt2_counts_about_1_3_tokens_a_word_in_english_and_many_times_as_many_in_hindi(gpt2):
    prose = "The history of the city begins with a small settlement on the banks of the river, founded by traders."
    assert 1.0 < len(gpt2.encode(prose)) / len(prose.split()) < 1.4
    assert len(gpt2.encode("नमस्ते दुनिया")) > 5 * len(gpt2.encode("Hello world"))


def test_the_bytes_of_gpt2_are_all_there_the_printable_first():
    order = gpt2_byte_order()
    assert sorted(order) == list(range(256))
    assert order[0] == ord("!") and order[220] == ord(" ")


def test_smollm_drops_the_bytes_it_has_no_token_for(smollm):
    assert smollm.encode("a\x04b") == smollm.encode("a") + smollm.encode("b")


def test_pairs_of_a_wrong_shape_are_refused():
    with pytest.raises(ValueError, match=r"\(3, 2\)"):
        gpt2_tokenizer(np.zeros((3, 2), np.uint16))


@pytest.mark.parametrize(
    ("merges", "specials", "message"),
    [(["a x"], [], "'a x'"), ([], ["<end>"], "<end>")],
)
def test_lists_that_do_not_fit_together_are_refused(merges, specials, message):
    with pytest.raises(ValueError, match=message):
        bpe_from_strings(["a", "b", "ab"], merges, specials, "gpt2")
