"""Tokenizers of models that were made elsewhere: Hugging Face's tokenizer.json, or GPT-2's vocab.json with merges.txt.
Two kinds are read, one token for each character and byte-level BPE as GPT-2 and SmolLM2 have it. What cuts text in
another way is refused by name: with other tokens the same model reads another text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from lab.core.text import _
from lab.engine.text.bpe import BPETokenizer
from lab.engine.text.exchange import MAX_TOKENS, AnyTokenizer, read_tokenizer
from lab.engine.text.pretrained import bpe_from_strings
from lab.engine.text.split import Splitter
from lab.engine.text.tokenizer import CharTokenizer

__all__ = ["padded", "tokenizer_from_json", "tokenizer_from_lists"]

ANY_CHARACTER = ("", "(?s).", "[\\s\\S]")  # patterns that cut a text into its characters


def tokenizer_from_json(data: Mapping[str, Any]) -> AnyTokenizer:
    """The tokenizer in a tokenizer.json, of Hugging Face's layout or of the lab's own.

    Raises ValueError naming the part that is missing, malformed, too large or of a kind that is not read.
    """
    if "kind" in data:
        return read_tokenizer({"tokenizer": json.dumps(dict(data))})
    model = data.get("model")
    if not isinstance(model, Mapping) or not isinstance(model.get("vocab"), Mapping):
        raise ValueError(_("tokenizer.json: malformed, it needs a model with a vocab"))
    kind = model.get("type", "BPE" if "merges" in model else "WordLevel")
    if kind not in ("BPE", "WordLevel"):
        raise ValueError(_("tokenizer.json: {kind} is not read; characters and byte-level BPE are").format(kind=kind))
    _see_extras(data, model)
    specials = _added(data)
    tokens = _by_id({**model["vocab"], **specials})
    merges = _merges(model.get("merges", []))
    cuts = _cuts(data.get("pre_tokenizer"))
    if any(cut.get("type") == "ByteLevel" for cut in cuts):
        return bpe_from_strings(tokens, merges, specials, _splitter(cuts))
    if not merges and _single(cuts, kind) and all(len(token) == 1 for token in tokens if token not in specials):
        return _characters(tokens, specials)
    raise ValueError(_("tokenizer.json: it cuts words by a rule of its own; characters and byte-level BPE are read"))


def tokenizer_from_lists(vocabulary: Mapping[str, Any], merges: str) -> BPETokenizer:
    """GPT-2's tokenizer from what vocab.json and merges.txt hold.

    Raises ValueError for ids with gaps, too many tokens, or a merge of tokens that are not there.
    """
    lines = [line for line in merges.splitlines() if line and not line.startswith("#version")]
    special = [token for token in ("<|endoftext|>",) if token in vocabulary]
    return bpe_from_strings(_by_id(vocabulary), lines, special, "gpt2")


def padded(tokenizer: AnyTokenizer, size: int) -> AnyTokenizer:
    """A tokenizer with tokens that no text has behind its own, as many as a model with a rounded-up table needs.

    Raises ValueError when it has more than `size` tokens, or fewer and is no BPE.
    """
    if tokenizer.size == size:
        return tokenizer
    if tokenizer.size > size or not isinstance(tokenizer, BPETokenizer):
        text = _("the tokenizer has {n} tokens, the model {size}")
        raise ValueError(text.format(n=tokenizer.size, size=size))
    unused = {f"<unused {i}>": i for i in range(tokenizer.size, size)}
    return BPETokenizer(
        [*tokenizer.vocabulary, *(name.encode() for name in unused)], tokenizer.merges, tokenizer.splitter,
        tokenizer.unit, {**tokenizer.specials, **unused},
    )  # fmt: skip


def _see_extras(data: Mapping[str, Any], model: Mapping[str, Any]) -> None:
    """Raises ValueError for what changes a text before or while it is cut."""
    for name, wrong in (
        ("a normalizer", data.get("normalizer") is not None),
        ("byte fallback", bool(model.get("byte_fallback"))),
        ("dropout", bool(model.get("dropout"))),
        ("a prefix of inner parts", bool(model.get("continuing_subword_prefix"))),
        ("a sign at the end of words", bool(model.get("end_of_word_suffix"))),
        ("tokens that no merge makes", bool(model.get("ignore_merges"))),
    ):
        if wrong:
            raise ValueError(_("tokenizer.json: it has {part}, which the lab's tokenizers have not").format(part=name))


def _added(data: Mapping[str, Any]) -> dict[str, int]:
    """Tokens that stand beside the vocabulary, such as signs for the end of a text."""
    added = data.get("added_tokens") or []
    try:
        return {str(token["content"]): int(token["id"]) for token in added}
    except (TypeError, KeyError, ValueError):
        raise ValueError(_("tokenizer.json: malformed, its added_tokens need content and id")) from None


def _by_id(vocabulary: Mapping[str, Any]) -> list[str]:
    """The tokens in the order of their ids, which have no gaps."""
    if len(vocabulary) > MAX_TOKENS:
        message = _("the tokenizer has {n} tokens; at most {most} are read")
        raise ValueError(message.format(n=len(vocabulary), most=MAX_TOKENS))
    found = {i: token for token, i in vocabulary.items() if type(i) is int}
    if sorted(found) != list(range(len(vocabulary))):
        raise ValueError(_("the tokenizer is malformed: its ids are not 0 … {last}").format(last=len(vocabulary) - 1))
    return [found[i] for i in range(len(found))]


def _merges(given: Any) -> list[str]:
    """The merges as "left right"; they are also written as pairs."""
    if not isinstance(given, list):
        raise ValueError(_("tokenizer.json: malformed, its merges are no list"))
    return [" ".join(map(str, merge)) if isinstance(merge, list) else str(merge) for merge in given]


def _cuts(given: Any) -> list[Mapping[str, Any]]:
    """What cuts the text before the tokens, one rule after another."""
    if given is None:
        return []
    if not isinstance(given, Mapping):
        raise ValueError(_("tokenizer.json: malformed, its pre_tokenizer is no table of names"))
    parts = given.get("pretokenizers", []) if given.get("type") == "Sequence" else [given]
    if not isinstance(parts, list) or not all(isinstance(part, Mapping) for part in parts):
        raise ValueError(_("tokenizer.json: malformed, its pre_tokenizer is no table of names"))
    return parts


def _splitter(cuts: Sequence[Mapping[str, Any]]) -> Splitter:
    """The lab's name for the rules before byte-level BPE."""
    kinds, last = [cut.get("type") for cut in cuts], cuts[-1]
    digits = kinds == ["Digits", "ByteLevel"] and bool(cuts[0].get("individual_digits"))
    if last.get("add_prefix_space", True) or not (digits or kinds == ["ByteLevel"]):
        raise ValueError(_("tokenizer.json: it cuts words by a rule of its own; GPT-2's and SmolLM2's are read"))
    regex = bool(last.get("use_regex", True))
    if digits and not regex:
        raise ValueError(_("tokenizer.json: it cuts words by a rule of its own; GPT-2's and SmolLM2's are read"))
    return "smollm" if digits else "gpt2" if regex else "none"


def _single(cuts: Sequence[Mapping[str, Any]], kind: str) -> bool:
    """Whether every character is cut out; BPE without merges needs no rule for it."""
    if not cuts:
        return kind == "BPE"
    cut = cuts[0]
    pattern = cut.get("pattern")
    found = next(iter(pattern.values()), None) if isinstance(pattern, Mapping) else None
    alone = len(cuts) == 1 and cut.get("type") == "Split" and not cut.get("invert")
    return alone and cut.get("behavior") == "Isolated" and found in ANY_CHARACTER


def _characters(tokens: Sequence[str], specials: Mapping[str, int]) -> AnyTokenizer:
    if not specials:
        return CharTokenizer("".join(tokens))
    return BPETokenizer([token.encode() for token in tokens], [], "none", "character", specials)
