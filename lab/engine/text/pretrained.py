"""The tokenizers of real models, rebuilt from the lists they were published with. GPT-2's 256 bytes, 50,000
merges and one special token follow from the merges alone; SmolLM2's vocabulary and merges come as two lists of
strings from its model file. Both write bytes as printable letters in their files (a blank is "Ġ"); that spelling
is undone here, so that everything else in the lab sees bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.split import Splitter

__all__ = ["bpe_from_strings", "gpt2_byte_order", "gpt2_tokenizer", "load_gpt2", "smollm_tokenizer"]

END_OF_TEXT = "<|endoftext|>"
GPT2_MERGES = 50_000


def gpt2_byte_order() -> list[int]:
    """The byte that each of GPT-2's first 256 tokens stands for: the printable ones first, then the rest."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    return printable + [b for b in range(256) if b not in set(printable)]


def _byte_of_letter() -> dict[str, int]:
    """The spelling of bytes in GPT-2's files: printable bytes as themselves, the others from U+0100 on."""
    order = gpt2_byte_order()
    n_printable = 188
    letters = [chr(b) for b in order[:n_printable]] + [chr(256 + k) for k in range(256 - n_printable)]
    return dict(zip(letters, order, strict=True))


def gpt2_tokenizer(pairs: NDArray[np.integer]) -> BPETokenizer:
    """GPT-2's tokenizer: 50,257 tokens, id for id.

    pairs: [50000, 2] the ids of the two halves of each merge, in rank order.
    Raises ValueError when the shape differs, or a merge uses a token that does not exist yet.
    Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019).
    """
    if pairs.shape != (GPT2_MERGES, 2):
        raise ValueError(f"pairs must have shape ({GPT2_MERGES}, 2), got {pairs.shape}")
    vocabulary = [bytes((b,)) for b in gpt2_byte_order()]
    merges: list[tuple[int, int, int]] = []
    for left, right in pairs.tolist():
        if max(left, right) >= len(vocabulary):
            raise ValueError(f"pairs: merge {len(merges)} uses token {max(left, right)} before it is made")
        merges.append((left, right, len(vocabulary)))
        vocabulary.append(vocabulary[left] + vocabulary[right])
    specials = {END_OF_TEXT: len(vocabulary)}
    return BPETokenizer([*vocabulary, END_OF_TEXT.encode()], merges, "gpt2", "byte", specials)


def load_gpt2(path: Path) -> BPETokenizer:
    """GPT-2's tokenizer from the lab's file of merges (an npz with `pairs`, [50000, 2])."""
    with np.load(path, allow_pickle=False) as archive:
        return gpt2_tokenizer(archive["pairs"])


def bpe_from_strings(
    vocabulary: Sequence[str], merges: Sequence[str], specials: Collection[str], splitter: Splitter
) -> BPETokenizer:
    """A byte-level tokenizer from lists as GGUF and tokenizer.json files carry them.

    vocabulary: every token by id, in GPT-2's spelling of bytes; special tokens are spelled as they are.
    merges: "left right" in rank order, in the same spelling.
    specials: which of the tokens are special.
    Raises ValueError when a merge or a special names a token that the vocabulary lacks.
    """
    id_of = {token: i for i, token in enumerate(vocabulary)}
    missing = [s for s in specials if s not in id_of]
    if missing:
        raise ValueError(f"specials {missing} are not in the vocabulary of {len(vocabulary)} tokens")
    byte_of = _byte_of_letter()
    special = set(specials)

    def spell(token: str) -> bytes:
        if token in special or any(letter not in byte_of for letter in token):
            return token.encode()
        return bytes(byte_of[letter] for letter in token)

    triples = []
    for rank, merge in enumerate(merges):
        left, _, right = merge.partition(" ")
        if left not in id_of or right not in id_of or left + right not in id_of:
            raise ValueError(f"merges: {merge!r} at rank {rank} names a token that the vocabulary lacks")
        triples.append((id_of[left], id_of[right], id_of[left + right]))
    return BPETokenizer(
        [spell(token) for token in vocabulary], triples, splitter, "byte", {s: id_of[s] for s in specials}
    )


def smollm_tokenizer(vocabulary: Sequence[str], merges: Sequence[str], specials: Collection[str]) -> BPETokenizer:
    """SmolLM2's tokenizer: every digit alone, then GPT-2's cut; bytes without a token are left out.

    vocabulary, merges: the lists `tokenizer.ggml.tokens` and `tokenizer.ggml.merges` of its GGUF file.
    specials: the tokens whose type there is "control".
    Raises ValueError as `bpe_from_strings` does.
    Source: Ben Allal et al., SmolLM2 (2025); GGUF specification.
    """
    return bpe_from_strings(vocabulary, merges, specials, "smollm")
