"""The cut before the tokens. Byte-pair encoding never merges across a boundary that a pre-tokenizer has drawn
first, so that "dog", "dog." and "dog!" do not become three unrelated tokens. GPT-2 draws its boundaries with one
regular expression over letters, numbers and the rest; SmolLM2 cuts out every digit first. Python's `re` has no
classes for Unicode letters and numbers, so they are built here from `unicodedata`; letters and numbers that
Unicode added after the Python in use count as neither.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Literal, get_args

__all__ = ["Splitter", "split"]

Splitter = Literal["none", "gpt2", "smollm"]

# The characters with the Unicode property White_Space; Python's \s has four control characters more.
WHITE_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


@cache
def number_class() -> str:
    """The categories Nd, Nl and No as the inside of a character class: runs of neighbouring code points."""
    codes = [code for code in range(0x20000) if unicodedata.category(chr(code))[0] == "N"]
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][-1] + 1:
            runs[-1].append(code)
        else:
            runs.append([code])
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in runs)


@cache
def _gpt2_pattern() -> re.Pattern[str]:
    number, space = number_class(), WHITE_SPACE
    letter = rf"[^\W_{number}]"  # \w is letters, numbers and the underscore
    other = rf"(?:_|[^\w{space}])"  # neither blank, letter nor number: the underscore belongs here
    return re.compile(
        "'(?:[stmd]|re|ve|ll)"
        rf"| ?[A-Za-z]+{letter}*| ?{letter}+"  # the first half says nothing new, it is only quicker
        rf"| ?[{number}]+| ?{other}+|[{space}]+(?![^{space}])|[{space}]+"
    )


def _split_gpt2(text: str) -> list[str]:
    return _gpt2_pattern().findall(text)


def _split_smollm(text: str) -> list[str]:
    pieces = re.split(f"([{number_class()}])", text)  # every number character alone
    return [word for piece in pieces for word in _split_gpt2(piece)]


def _whole(text: str) -> list[str]:
    return [text] if text else []


_SPLITTERS: dict[str, Callable[[str], list[str]]] = {"none": _whole, "gpt2": _split_gpt2, "smollm": _split_smollm}


def split(text: str, splitter: Splitter) -> list[str]:
    """Cuts `text` into the pieces that are tokenized one by one; joined, they are the text again.

    splitter: "none" leaves the text whole; "gpt2" and "smollm" are those models' own rules.
    split("I'm 42", "gpt2") == ["I", "'m", " 42"]; split("I'm 42", "smollm") == ["I", "'m", " ", "4", "2"].
    Raises ValueError when splitter is not one of the three.
    Source: Radford et al., Language Models are Unsupervised Multitask Learners (2019), and its released code.
    """
    if splitter not in _SPLITTERS:
        raise ValueError(f"splitter must be one of {', '.join(get_args(Splitter))}, got {splitter!r}")
    return _SPLITTERS[splitter](text)
