"""What is read on the Perplexity page, and who reads it: models that count, transformers, and what was sent."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from lab.core.artifact import Artifact
from lab.engine.lm.exchange import lm_from_data
from lab.engine.lm.file import SavedLM
from lab.engine.tuning.on_base import OnBase
from lab.experiments.e24_evaluation.settings import READERS, Params
from lab.kit.exchange import latest
from lab.kit.language_models import (
    CountModel,
    HouseModel,
    LanguageModel,
    OpeningSmolLM2,
    SmolLM2,
    house_lm,
    letters_of,
    readable,
    shakespeare,
)
from lab.kit.smollm2 import smollm2_path, tuned_in, waiting_for

__all__ = ["LONGEST", "ORDERS", "known_text", "open_reader", "opening_reader", "readers", "sent_model", "sent_tuned"]

ORDERS = {"unigram": 1, "bigram": 2, "trigram": 3, "fourgram": 4, "fivegram": 5}
FILES = {"small": "drafter", "house": "main"}
OFFSET, LONGEST, LEAST = 1022, 320, 2  # where the passage begins in the unseen end of the plays; characters of a text
MODERN = (
    "The bus was late again this morning. Nobody at the stop was surprised, and nobody put their phone away to look"
    " down the road. When the doors finally opened, the driver said that a lorry had lost its load near the bridge, and"
    " that we should all hold on tight because he was going to make up the time. He did not."
)


def sent_model(artifacts: Sequence[Artifact]) -> SavedLM | None:
    """The last language model that was sent.

    Raises ValueError for one that looks ahead: what it thinks of a text is no guess.
    """
    sent = latest(artifacts, "language-model")
    if sent is None:
        return None
    return readable(lm_from_data(sent.data))


def sent_tuned(artifacts: Sequence[Artifact]) -> OnBase | None:
    """SmolLM2's adapters, where they were sent last; it is read then, and no model of the lab."""
    return tuned_in(latest(artifacts, "language-model"))


def readers(artifacts: Sequence[Artifact]) -> tuple[str, ...]:
    """Who can read, in order."""
    there = {"received": latest(artifacts, "language-model") is not None, "smollm2": smollm2_path() is not None}
    return tuple(name for name in READERS if there.get(name, True))


def opening_reader(name: str, artifacts: Sequence[Artifact]) -> Generator[None, None, LanguageModel | None]:
    """A reader with nothing read; rests while SmolLM2 is opened, and returns None where it cannot be."""
    path, tuned = smollm2_path(), sent_tuned(artifacts) if name == "received" else None
    if name != "smollm2" and tuned is None:
        return open_reader(name, artifacts)
    waiting = waiting_for(OpeningSmolLM2(path, tuned)) if path is not None else None
    while waiting is not None:
        try:
            next(waiting)
        except StopIteration as end:
            model: SmolLM2 | None = end.value
            return model
        yield None
    return None


def open_reader(name: str, artifacts: Sequence[Artifact]) -> LanguageModel:
    """A reader with nothing read."""
    if name in ORDERS:
        return CountModel(ORDERS[name])
    sent = sent_model(artifacts) if name == "received" else None
    return HouseModel(house_lm(FILES[name]) if sent is None else sent)


def known_text(params: Params) -> str:
    """The text, without what the letter models cannot read; never shorter than two characters."""
    match params.passage:
        case "modern":
            text = MODERN
        case "own":
            text = params.own.replace("\\n", "\n")
        case _:
            text = shakespeare()[1][OFFSET : OFFSET + LONGEST]
    letters = letters_of(house_lm("main"))
    assert letters is not None
    unknown = letters.unknown(text)
    text = "".join(letter for letter in text if letter not in unknown)[:LONGEST]
    return text if len(text) >= LEAST else "  "
