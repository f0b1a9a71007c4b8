"""Asking a model by example: a beginning that shows how it is done, then a question that the model goes on with. The
beginning is read once, and every question from its end, so that no answer depends on the questions before it. An answer
may be held to a grammar: then it always fits it, and ends in time.

Source: Brown et al., Language Models are Few-Shot Learners (2020).
"""

from __future__ import annotations

import codecs
from collections.abc import Generator, Sequence

import numpy as np

from lab.engine.decoding.grammar import TokenMasks
from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer

__all__ = ["FewShot", "token_texts"]


def token_texts(tokenizer: BPETokenizer) -> list[str]:
    """The text of each token, [V]; "" for a sign, and for a part of a character."""
    signs = frozenset(tokenizer.specials.values())
    return ["" if token in signs else _text(tokenizer.token(token)) for token in range(tokenizer.size)]


def _text(spelled: bytes) -> str:
    try:
        return spelled.decode("utf-8")
    except UnicodeDecodeError:
        return ""


class FewShot:
    """A model behind one beginning; it always writes the likeliest token.

    beginning: what is read before every question, a text or tokens.  stops: an answer ends before the first of these
    texts.  masks: of the grammar that an answer is held to.
    """

    def __init__(
        self, llama: Llama, tokenizer: BPETokenizer, beginning: str | Sequence[int], stops: Sequence[str] = ("\n",),
        masks: TokenMasks | None = None,
    ) -> None:  # fmt: skip
        self._llama, self._tokenizer, self._stops, self._masks = llama, tokenizer, tuple(stops), masks
        self._beginning = tuple(tokenizer.encode(beginning) if isinstance(beginning, str) else beginning)
        self._signs = frozenset(tokenizer.specials.values())
        llama.reset()

    def answering(self, question: str | Sequence[int], length: int) -> Generator[float, None, str]:
        """The answer to a question, a text or tokens, with a rest after each layer; at most `length` tokens. Yields the
        share that is done.

        Raises ValueError when length is below 1, there is no question, the cache does not hold it all, or no text of
        the grammar can be so short.
        """
        asked = self._tokenizer.encode(question) if isinstance(question, str) else question
        if length < 1 or not asked:
            raise ValueError(f"needs a question and a length of at least 1, got {len(asked)} tokens and {length}")
        yield from self._begin(asked)
        decoder, text, state = codecs.getincrementaldecoder("utf-8")("replace"), "", 0
        for number in range(length):
            token = self._likeliest(state, length - number)
            if token in self._signs:
                break
            text += decoder.decode(self._tokenizer.token(token))
            if any(stop in text for stop in self._stops) or number + 1 == length:
                break
            if self._masks is not None:
                state = int(self._masks.after(state)[token])
                if self._masks.grammar.finished(state):
                    break
            for share in self._llama.stepping(token):
                yield 0.5 + 0.5 * (number + share) / length
        return text[: min((text.find(stop) for stop in self._stops if stop in text), default=len(text))]

    def _likeliest(self, state: int, room: int) -> int:
        """The token with the highest score, of those that may follow."""
        if self._masks is None:
            return int(self._llama.logits.argmax())
        allowed = self._masks.allowed(state, room)
        if not allowed.any():
            raise ValueError(f"length: no text of the grammar ends within {room} tokens")
        return int(np.where(allowed, self._llama.logits, -np.inf).argmax())

    def _begin(self, asked: Sequence[int]) -> Generator[float, None, None]:
        known = len(self._beginning)
        if self._llama.text[:known] != self._beginning:
            self._llama.reset()
            for share in self._llama.prompting(self._beginning):
                yield 0.25 * share
        self._llama.truncate(known)
        for share in self._llama.prompting(asked):
            yield 0.25 + 0.25 * share
