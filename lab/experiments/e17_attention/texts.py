"""The texts that are read: the examples of every source, and what of a typed text can be taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.text import _

if TYPE_CHECKING:  # the settings name a function of this module
    from lab.experiments.e17_attention.settings import Params

__all__ = ["EXAMPLES", "MOST_WORDS", "OTHERS", "check_text", "other_text", "text_for", "words_of"]

MOST_WORDS = 8
WORD_LENGTH = 12

EXAMPLES = {
    "own": "The cat slept because it was tired",
    "copier": "qzkxmwjqzkxmwjqzk",
    "shakespeare": "To be, or not to b",
    "minilm": "The animal did not cross the street because it was too tired.",
    "smollm2": "Anna and Ben went to the shop. Ben gave the milk to",
    "received": "To be, or not to b",
}
"""What is read when no text is typed, in every language: the words have vectors made for them, models read English."""

OTHERS = {
    "copier": "bdfhjlnbdfhjlnbdf",
    "shakespeare": "She is as good as",
    "minilm": "",
    "smollm2": "Anna and Ben went to the shop. Anna gave the milk to",
    "own": "",
    "received": "She is as good as",
}
"""The text to patch from when no other is typed."""


def check_text(text: str) -> None:
    """Refuse what is too long to be read at all. Raises ValueError with a sentence."""
    if len(text) > 2000:
        raise ValueError(_("The text may have 2000 characters, got {n}.").format(n=len(text)))


def text_for(source: str, typed: str, examples: dict[str, str] = EXAMPLES) -> str:
    """The text a source reads: the typed one, or its example."""
    return typed if typed.strip() else examples[source]


def other_text(params: Params) -> str:
    """The text that a patched head is given: the typed one, or the example of the source."""
    return params.other if params.other.strip() else OTHERS[params.source]


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, the first 8 of them, each cut to 12 letters; at least one."""
    return tuple(word[:WORD_LENGTH] for word in text.split()[:MOST_WORDS]) or ("?",)
