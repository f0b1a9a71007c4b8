"""A conversation with a model that was taught to answer: one text, in which signs mark who speaks.

What people type is encoded as plain text, so nobody can end a turn by typing the sign.
(The template is that of the model's files: see `lab.engine.pretrained.chat`.)
"""

from __future__ import annotations

from collections.abc import Sequence

from lab.engine.pretrained.chat import Message, chat_ids
from lab.engine.text.bpe import BPETokenizer

__all__ = ["END", "ROLES", "START", "opened", "reply", "roles_of"]

START, END = "<|im_start|>", "<|im_end|>"
ROLES = ("system", "user", "assistant")


def opened(tokenizer: BPETokenizer, question: str, most: int) -> tuple[list[int], int]:
    """The tokens of a conversation that begins with a question, up to where the model answers, and how many tokens of
    the question were left out at its start because `most` is all there may be.

    Raises ValueError when the tokenizer has no signs for turns.
    """
    ids = chat_ids(tokenizer, [Message("user", question)])
    tail = _answering(tokenizer)  # the sign that ends the question, and all behind it
    head = len(chat_ids(tokenizer, [Message("user", "")])) - len(tail)
    beyond = min(max(0, len(ids) - most), max(0, len(ids) - head - len(tail)))
    return ids[:head] + ids[head + beyond :], beyond


def reply(tokenizer: BPETokenizer, text: Sequence[int], message: str) -> list[int]:
    """The tokens to write behind a text for the next message of the user, up to where the model answers."""
    end = tokenizer.specials[END]
    before = [] if text and text[-1] == end else [end]
    start = [*tokenizer.encode("\n"), tokenizer.specials[START]]
    return [*before, *start, *tokenizer.encode(f"user\n{message}"), *_answering(tokenizer)]


def _answering(tokenizer: BPETokenizer) -> list[int]:
    """From the end of the user's message to the beginning of the answer."""
    start, end = tokenizer.specials[START], tokenizer.specials[END]
    line = tokenizer.encode("\n")
    return [end, *line, start, *tokenizer.encode("assistant\n")]


def roles_of(tokenizer: BPETokenizer, ids: Sequence[int]) -> tuple[str, ...]:
    """Who speaks at each token: "system", "user", "assistant", "sign" for what marks a turn, "" outside of any.

    ids: the tokens of a conversation.
    """
    start, end = tokenizer.specials.get(START, -1), tokenizer.specials.get(END, -1)
    found, role, name, heading = list[str](), "", "", False
    for token in ids:
        if token == start:
            role, heading, name = "", True, ""
            found.append("sign")
        elif token == end:
            role = ""
            found.append("sign")
        elif heading:  # the name of who speaks, and the end of its line
            name += tokenizer.token(token).decode("utf-8", "replace")
            heading = "\n" not in name
            role = name.strip() if not heading and name.strip() in ROLES else ""
            found.append("sign")
        else:
            found.append(role or "sign")
    return tuple(found)
