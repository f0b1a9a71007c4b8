"""A question to SmolLM2, with passages before it or without. It always writes the likeliest token, and every question
is read from its beginning, so that no answer depends on the questions before it."""

from __future__ import annotations

from collections.abc import Generator

from lab.engine.pretrained.chat import Message, chat_ids, writing
from lab.engine.pretrained.llama import Llama
from lab.engine.text.bpe import BPETokenizer

__all__ = ["CAPACITY", "PLAIN", "TEMPLATE", "answering"]

CAPACITY = 2048  # tokens: a prompt and its answer
ANSWER = 24  # tokens that an answer may have
TEMPLATE = "Answer from these passages only.\n\n{passages}\n\nQuestion: {question}"
PLAIN = "Answer the question.\n\nQuestion: {question}"


def answering(llama: Llama, tokenizer: BPETokenizer, prompt: str, length: int = ANSWER) -> Generator[None, None, str]:
    """The answer to a prompt; rests after every layer.

    Raises ValueError when the prompt does not fit the cache.
    """
    llama.reset()
    stop = [tokenizer.specials["<|im_end|>"]]
    text = ""
    for written in writing(llama, tokenizer, chat_ids(tokenizer, [Message("user", prompt)]), length, stop):
        if written is None:
            yield
        else:
            text += written.piece
    return text.strip()
