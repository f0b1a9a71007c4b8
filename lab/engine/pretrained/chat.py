"""Talking with a model that was taught to answer. A conversation is one text in which special tokens mark who
speaks; the model goes on with it, one token after another, until it writes the sign that ends its turn. What
people type is encoded as plain text, so that nobody can end a turn, or begin one for the system, by typing
the sign.
"""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import numpy as np

from lab.core.records import dataclass
from lab.engine.decoding.sampling import Filter, choose, pipeline
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.weight_rows import Floats
from lab.engine.text.bpe import BPETokenizer

__all__ = ["SYSTEM", "Ending", "Message", "Role", "Written", "chat_ids", "chat_text", "generate", "writing"]

Role = Literal["system", "user", "assistant"]
Ending = Literal["stop", "length", "full"]
SYSTEM = "You are a helpful AI assistant named SmolLM, trained by Hugging Face"
START, END = "<|im_start|>", "<|im_end|>"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation.  Raises ValueError when the role is not system, user or assistant."""

    role: Role
    text: str

    def __post_init__(self) -> None:
        if self.role not in get_args(Role):
            raise ValueError(f"role must be one of {', '.join(get_args(Role))}, got {self.role!r}")


def chat_text(messages: Sequence[Message], answer: bool = True) -> str:
    """A conversation as the text the model was trained on, signs included.

    Unless the first message is the system's, the usual one is put before it.
    answer: begin the assistant's turn, so that the model goes on with it.
    Source: the chat template in SmolLM2-135M-Instruct's files.
    """
    turns = "".join(f"{START}{m.role}\n{m.text}{END}\n" for m in _with_system(messages))
    return turns + (f"{START}assistant\n" if answer else "")


def chat_ids(tokenizer: BPETokenizer, messages: Sequence[Message], answer: bool = True) -> list[int]:
    """The tokens of a conversation. Signs that somebody typed are ordinary text here.

    Raises ValueError when the tokenizer has no signs for turns.
    """
    if missing := [sign for sign in (START, END) if sign not in tokenizer.specials]:
        raise ValueError(f"tokenizer lacks {', '.join(missing)}: it is not that of a chat model")
    start, end = tokenizer.specials[START], tokenizer.specials[END]
    ids: list[int] = []
    for message in _with_system(messages):
        ids += [start, *tokenizer.encode(f"{message.role}\n{message.text}"), end, *tokenizer.encode("\n")]
    return [*ids, start, *tokenizer.encode("assistant\n")] if answer else ids


def _with_system(messages: Sequence[Message]) -> Sequence[Message]:
    if messages and messages[0].role == "system":
        return messages
    return [Message("system", SYSTEM), *messages]


@dataclass(frozen=True, slots=True)
class Written:
    """One token the model wrote.

    piece: the characters that became complete with it; one of several tokens comes with the last of them.
    log_probability: of this token, before any filter, in nats.
    ending: why nothing follows: a stop token, the wanted length, a full cache; None when more may come.
    """

    token: int
    piece: str
    log_probability: float
    ending: Ending | None = None


def generate(
    llama: Llama,
    tokenizer: BPETokenizer,
    ids: Sequence[int],
    length: int,
    stop: Sequence[int] = (),
    filters: Sequence[Filter] = (),
    rng: np.random.Generator | None = None,
) -> Iterator[Written]:
    """Goes on with a text, token by token; see `writing`, of which this leaves out the rests."""
    for written in writing(llama, tokenizer, ids, length, stop, filters, rng):
        if written is not None:
            yield written


def writing(
    llama: Llama,
    tokenizer: BPETokenizer,
    ids: Sequence[int],
    length: int,
    stop: Sequence[int] = (),
    filters: Sequence[Filter] = (),
    rng: np.random.Generator | None = None,
) -> Iterator[Written | None]:
    """Goes on with a text, token by token, with a rest after each layer of the model.

    Yields each token as it is written, and None at the rests. Whoever stops asking stops the model. What the
    cache has in common with the text is not read again.
    ids: the text so far.  length: how many tokens at most.  stop: tokens that end it.
    filters: what happens to the scores before the choice.  rng: None takes the likeliest token.
    Raises ValueError when there is no text, it does not fit the cache, or length is below 1.
    """
    if length < 1:
        raise ValueError(f"length must be at least 1, got {length}")
    if not 1 <= len(ids) <= llama.capacity:
        raise ValueError(f"ids must be 1 … {llama.capacity} tokens, as many as fit the cache, got {len(ids)}")
    kept = llama.reuse(ids)
    for _ in llama.prompting(ids[kept:]):
        yield None
    text, decoder = list(ids), codecs.getincrementaldecoder("utf-8")("replace")
    for k in range(length):
        token = _choose(llama.logits, filters, rng, text)
        ending = _ending(token in stop, k + 1 == length, len(text) == llama.capacity)
        piece = "" if token in stop else decoder.decode(tokenizer.token(token), final=ending is not None)
        yield Written(token, piece, _log_probability(llama.logits, token), ending)
        if ending is not None:
            return
        text.append(token)
        for _ in llama.stepping(token):
            yield None


def _ending(stopped: bool, long_enough: bool, full: bool) -> Ending | None:
    if stopped:
        return "stop"
    return "length" if long_enough else "full" if full else None


def _choose(logits: Floats, filters: Sequence[Filter], rng: np.random.Generator | None, text: Sequence[int]) -> int:
    if not filters and rng is None:
        return int(logits.argmax())
    probabilities = pipeline(logits.astype(np.float64), filters, text)[-1].probabilities
    return int(probabilities.argmax()) if rng is None else choose(probabilities, rng)


def _log_probability(logits: Floats, token: int) -> float:
    top = logits.max()
    return float(logits[token] - top) - math.log(float(np.exp(logits - top).sum(dtype=np.float64)))
