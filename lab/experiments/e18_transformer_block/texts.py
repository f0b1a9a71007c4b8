"""The texts that are read: the examples of every model, and what of a typed text can be taken."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lab.core.params import ParamError
from lab.core.paths import asset
from lab.core.text import _
from lab.engine.lm.data import split_held_out
from lab.engine.lm.file import SavedLM, load_lm
from lab.engine.text.tokenizer import Tokenizer, visible
from lab.experiments.e18_transformer_block.settings import LONGEST

__all__ = [
    "Tokenized",
    "bundled",
    "check_name",
    "check_text",
    "encoded",
    "end_of_plays",
    "held_out",
    "letters_of_plays",
    "listed",
    "named",
    "not_lettered",
    "steered_text",
    "text_of",
]

FILES = {"copier": "copier", "shakespeare": "shakespeare-main", "drafter": "shakespeare-drafter"}
EXAMPLES = {
    "copier": ("qzkxmwjqzkxmwjqzk", "qzkbmwjqzkbmwjqzk"),
    "smollm2": ("The capital of France is", "The capital of Italy is"),
    "": ("O Romeo, O Rom", "O Hamlet, O Ha"),
}
"""What is read when nothing is typed, and the other text of a patch; in every language, for the models read English."""
STEERED = {"copier": "qzkxmwjqzkxmwjqzk", "smollm2": "I went to the cinema yesterday, and the film was",
           "": "the king is here, and he will speak"}  # fmt: skip
LISTS = {
    "copier": ("abcd|dcba", "wxyz|zyxw"),
    "smollm2": ("What a wonderful day|I love this great film|She was happy and kind|It was a beautiful, lovely song",
                "What a terrible day|I hate this awful film|She was angry and cruel|It was an ugly, horrible song"),
    "": ("ROMEO, MY LORD|THE KING IS HERE|COME HITHER, SIR|O NOBLE FATHER|I AM THE QUEEN|GOOD NIGHT TO ALL",
         "romeo, my lord|the king is here|come hither, sir|o noble father|i am the queen|good night to all"),
}  # fmt: skip
"""What is read while the model is steered, and the two lists, wanted and opposite, when none is typed."""
MOST = 12  # texts of a list
WINDOWS, LENGTH = 4, 64  # what the page “Without” is measured on


def check_text(text: str) -> None:
    """Refuse what is too long to be read at all. Raises ValueError with a sentence."""
    if len(text) > 2000:
        raise ValueError(_("The text may have 2000 characters, got {n}.").format(n=len(text)))


def check_name(name: str) -> None:
    """Refuse a name that is too long. Raises ValueError with a sentence."""
    if len(name) > 100:
        raise ValueError(_("The name may have 100 characters, got {n}.").format(n=len(name)))


def text_of(model: str, typed: str, other: bool = False) -> str:
    """The text a model reads: the typed one, or its example."""
    return typed if typed.strip() else EXAMPLES.get(model, EXAMPLES[""])[other]


def steered_text(model: str, typed: str) -> str:
    """What a model reads while it is steered: the typed text, or its example."""
    return typed if typed.strip() else STEERED.get(model, STEERED[""])


def listed(model: str, typed: str, opposite: bool) -> tuple[str, ...]:
    """The texts of a list: the typed ones, or those of the example."""
    texts = typed if typed.strip(" |") else LISTS.get(model, LISTS[""])[opposite]
    return tuple(text.strip() for text in texts.split("|") if text.strip())[:MOST]


@lru_cache(maxsize=4)
def bundled(name: str) -> SavedLM:
    """One of the lab's own models; read once, some milliseconds."""
    return load_lm(asset(f"models/{FILES[name]}.npz"))


def encoded(model: SavedLM, text: str) -> tuple[int, ...]:
    """The ids of a text, at most LONGEST; characters that the model does not know are left out.

    A model of small letters reads capitals as small ones. A text of which nothing can be read is its first token.
    """
    alphabet = getattr(model.tokenizer, "alphabet", "")
    if alphabet:
        lower = text.lower() != text and not any(c.isupper() for c in alphabet)
        text = "".join(c for c in (text.lower() if lower else text) if c in alphabet)
    ids = list(model.tokenizer.encode(text)) if text else []
    return tuple(ids or [0])[: min(model.config.context, LONGEST)]


class Tokenized(Protocol):
    """What tells its tokens."""

    @property
    def tokenizer(self) -> Tokenizer: ...


def named(model: Tokenized, ids: tuple[int, ...]) -> tuple[str, ...]:
    """Tokens as they are written on screen."""
    return tuple(visible(model.tokenizer.token(i)) for i in ids)


def held_out(model: SavedLM, name: str) -> NDArray[np.int64]:
    """What a model is judged on, [B, T+1]: pieces of the plays that it did not learn from, or letters that repeat."""
    length = min(LENGTH, model.config.context)
    if name == "copier":
        half = np.random.default_rng(0).integers(1, model.config.vocab_size, (WINDOWS, length // 2))
        return np.concatenate([half, half, half[:, :1]], axis=1)
    alphabet = getattr(model.tokenizer, "alphabet", "")
    letters = "".join(c for c in end_of_plays(20 * WINDOWS * (length + 1)) if not alphabet or c in alphabet)
    ids = np.array(list(model.tokenizer.encode(letters)) or [0], np.int64)
    return np.resize(ids, (WINDOWS, length + 1))


def letters_of_plays(model: SavedLM, length: int) -> str:
    """So many letters of the end of the plays, of those that a model knows.

    Raises ParamError for a model that does not read the plays letter by letter.
    """
    alphabet = getattr(model.tokenizer, "alphabet", "")
    text = "".join(c for c in end_of_plays(2 * length) if c in alphabet)
    if len(text) < length or not {"\n", "A"} <= set(alphabet):
        raise not_lettered()
    return text[:length]


def not_lettered() -> ParamError:
    """The error of a model that does not read the plays letter by letter, where letters are asked about."""
    return ParamError("model", _("This page asks about letters: choose a model that reads the plays letter by letter."))


def end_of_plays(length: int) -> str:
    """So many characters of the plays that the lab's own models did not learn from."""
    play = asset("data/shakespeare.txt").read_text("utf-8")
    return "".join(split_held_out(np.array(list(play)))[1][:length].tolist())
