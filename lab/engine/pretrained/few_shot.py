"""Asking a model by example: a beginning that shows how it is done, then a question that the model goes on with. The
beginning is read once, and every question from its end, so that no answer depends on the questions before it.

Source: Brown et al., Language Models are Few-Shot Learners (2020).
"""

from __future__ import annotations

import codecs
from collections.abc import Generator, Sequence

from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer

__all__ = ["FewShot"]


class FewShot:
    """A model behind one beginning; it always writes the likeliest token.

    beginning: what is read before every question.  stops: an answer ends before the first of these texts.
    """

    def __init__(self, llama: Llama, tokenizer: BPETokenizer, beginning: str, stops: Sequence[str] = ("\n",)) -> None:
        self._llama, self._tokenizer, self._stops = llama, tokenizer, tuple(stops)
        self._beginning = tuple(tokenizer.encode(beginning))
        self._signs = frozenset(tokenizer.specials.values())
        llama.reset()

    def answering(self, question: str, length: int) -> Generator[float, None, str]:
        """The answer to a question, with a rest after each layer; at most `length` tokens. Yields the share that is
        done.

        Raises ValueError when length is below 1, there is no question, or the cache does not hold it all.
        """
        asked = self._tokenizer.encode(question)
        if length < 1 or not asked:
            raise ValueError(f"needs a question and a length of at least 1, got {len(asked)} tokens and {length}")
        yield from self._begin(asked)
        decoder, text = codecs.getincrementaldecoder("utf-8")("replace"), ""
        for number in range(length):
            token = int(self._llama.logits.argmax())
            if token in self._signs:
                break
            text += decoder.decode(self._tokenizer.token(token))
            if any(stop in text for stop in self._stops) or number + 1 == length:
                break
            for share in self._llama.stepping(token):
                yield 0.5 + 0.5 * (number + share) / length
        return text[: min((text.find(stop) for stop in self._stops if stop in text), default=len(text))]

    def _begin(self, asked: Sequence[int]) -> Generator[float, None, None]:
        known = len(self._beginning)
        if self._llama.text[:known] != self._beginning:
            self._llama.reset()
            for share in self._llama.prompting(self._beginning):
                yield 0.25 * share
        self._llama.truncate(known)
        for share in self._llama.prompting(asked):
            yield 0.25 + 0.25 * share
