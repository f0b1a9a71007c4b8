"""The ladder: one text, read by ever better models. Each is scored in bits per byte, so that letters and pieces of
words can be compared: the surprise at the whole text, divided by its bytes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import cache

import numpy as np

from lab.core.records import dataclass
from lab.engine.basics.activations import log_softmax
from lab.experiments.e19_next_token.models import ORDERS, checkpoint_model
from lab.experiments.e19_next_token.settings import LONGEST_PROMPT, Params
from lab.kit.language_models import CountModel, HouseModel, LanguageModel, counted, house_lm, letters_of, shakespeare

__all__ = ["LEAD", "RUNGS", "Rung", "judged_text", "open_rung", "reading_rung", "size_of"]

RUNGS = ("unigram", "bigram", "trigram", "fourgram", "fivegram", "small", "house", "smollm2")
"""From the bottom to the top."""
LEAD, JUDGED = 64, 640  # characters that are read before it counts; that count
OFFSET = 1022  # of the passage in the unseen end of the plays: the beginning of a speech
MODERN = (
    "The bus was late again this morning. Nobody at the stop was surprised, and nobody put their phone away to look"
    " down the road. A girl in a yellow coat was reading messages aloud to her friend, who was eating crisps out of a"
    " paper bag. When the doors finally opened, the driver said that a lorry had lost its load near the bridge, and"
    " that we should all hold on tight because he was going to make up the time. He did not. We sat in the traffic, we"
    " watched the rain on the windows, and I thought about the test in the first lesson. By the time we reached the"
    " school the clock in the hall showed ten past nine, and the teacher only laughed and told us to sit down."
)


@dataclass(frozen=True, slots=True)
class Rung:
    """One model on one text. bits: a byte.  tokens: how many it guessed."""

    name: str
    bits: float
    tokens: int


def judged_text(params: Params, sent: str = "") -> tuple[str, str]:
    """What is read first, and what counts. Of what letter models cannot read nothing is given to any. sent: a text that
    was received, of which the beginning is read."""
    match params.judged:
        case "modern":
            text = MODERN
        case "own":
            text = params.prompt.replace("\\n", "\n")
        case "received":
            text = sent[:LONGEST_PROMPT]
        case _:
            text = shakespeare()[1][OFFSET : OFFSET + LEAD + JUDGED]
    letters = letters_of(house_lm("main"))
    assert letters is not None
    unknown = letters.unknown(text)
    text = "".join(c for c in text if c not in unknown)[: LEAD + JUDGED]
    lead = min(LEAD, len(text) // 3)
    lead = text.rfind(" ", 0, lead + 1) if " " in text[: lead + 1] else lead  # where pieces of words begin, too
    return text[:lead], text[lead:]


def open_rung(name: str) -> LanguageModel | None:
    """A model of the ladder with nothing read; None for SmolLM2."""
    if name in ORDERS:
        return CountModel(ORDERS[name])
    if name == "small":
        return checkpoint_model("20000")
    return HouseModel(house_lm("main")) if name == "house" else None


def reading_rung(name: str, model: LanguageModel, lead: str, text: str) -> Iterator[float | Rung]:
    """Let a model read; rests after every token, and the rung at the end."""
    ids = model.encode(lead)[0] if lead else []
    start, nats = len(ids), 0.0
    ids = [*ids, *model.encode(text)[0]] if text else ids
    if not start and ids:
        nats, start = math.log(model.size), 1  # with nothing before it every token is as likely as any other
    for at in range(start, len(ids)):
        for _share in model.reading(ids[max(0, at - model.most) : at]):
            yield (at - start) / len(ids)
        nats -= float(np.asarray(log_softmax(model.scores))[ids[at]])
        yield (at - start) / len(ids)
    size = len(text.encode())
    yield Rung(name, nats / math.log(2.0) / size if size else math.nan, len(ids) - start)


@cache
def size_of(name: str) -> int | None:
    """How many numbers a model is made of; None for SmolLM2, which says so itself."""
    if name in ORDERS:
        return counted(ORDERS[name]).n_stored
    return (
        {"small": house_lm("drafter"), "house": house_lm("main")}[name].parameters.flat.size
        if name != "smollm2"
        else None
    )
