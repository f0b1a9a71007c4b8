"""A model of letters that is tuned: the lab's, or one that was received. Its questions and answers as tokens, the texts
that it should not forget, and how it writes an answer."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.params import ParamError
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.data import consecutive_windows
from lab.engine.lm.decoder import Decoder
from lab.engine.lm.exchange import lm_from_data
from lab.engine.lm.file import SavedLM
from lab.engine.lm.parameters import Parameters, n_parameters
from lab.engine.text.tokenizer import CharTokenizer
from lab.engine.tuning.supervised import Example, Part, example_of
from lab.experiments.e20_language_model_training.examples import pairs
from lab.experiments.e20_language_model_training.settings import Params
from lab.kit.exchange import newest
from lab.kit.language_models import house_lm, letters_of, shakespeare

__all__ = [
    "Base", "answering", "base_for", "held_out_questions", "known_text", "neutral_windows", "refused",
    "writing_answer",
]  # fmt: skip

Ids = NDArray[np.integer[Any]]
LONGEST_ANSWER = 72  # letters
LARGEST, SHORTEST = 1_000_000, 64  # parameters, letters of context: what can be tuned here
NEUTRAL, NEUTRAL_LENGTH = 6, 96  # texts that are judged, and their letters


@dataclass(frozen=True, slots=True, eq=False)
class Base:
    """A model to begin with. parameters: float32, without dropout."""

    parameters: Parameters
    letters: CharTokenizer

    def question(self, question: str) -> list[int]:
        """The tokens of a question, up to where the answer begins."""
        return self.letters.encode(f"Q: {question}\nA:", "drop")

    def example(self, question: str, answer: str, masked: bool = True) -> Example:
        """A question and its answer; where it is not masked, the question counts as well."""
        return example_of([Part(f"Q: {question}\nA:", not masked), Part(f" {answer}\n", True)], _Dropping(self.letters))


class _Dropping:
    """A tokenizer of letters that leaves out what it does not know."""

    def __init__(self, letters: CharTokenizer) -> None:
        self._letters = letters
        self.size = letters.size

    def encode(self, text: str) -> list[int]:
        return self._letters.encode(text, "drop")

    def decode(self, ids: Iterable[int]) -> str:
        return self._letters.decode(ids)

    def token(self, token_id: int) -> bytes:
        return self._letters.token(token_id)


@cache
def _house(name: str) -> Base:
    return _base(house_lm(name))


def _base(model: SavedLM) -> Base:
    letters, config = letters_of(model), model.config
    if letters is None:
        raise ParamError(
            "source", _("Here a model is tuned whose tokens are letters, and the one received has others.")
        )
    if config.context < SHORTEST or not config.causal or n_parameters(config) > LARGEST:
        raise ParamError("source", _("The model received is too large, or sees too few letters, to be tuned here."))
    parameters = Parameters(replace(config, dropout=0.0), model.parameters.flat.astype(np.float32))
    return Base(parameters, letters)


def base_for(params: Params, artifacts: tuple[Artifact, ...]) -> Base:
    """The model that the controls ask for. Raises ParamError when it was never received or does not fit."""
    if params.source != "received":
        return _house("drafter" if params.source == "small" else "main")
    return _base(lm_from_data(newest(artifacts, "language-model", "source").data))


def refused(artifact: Artifact) -> str:
    """Why a model that is being sent cannot be tuned here, in words; "" where it can."""
    try:
        _base(lm_from_data(artifact.data))
    except ParamError as error:
        return error.message
    except ValueError as error:
        return str(error)
    return ""


def neutral_windows(base: Base) -> Ids:
    """Shakespeare that no model here was trained on, [NEUTRAL, T + 1]."""
    length = min(NEUTRAL_LENGTH, base.parameters.config.context)
    ids = base.letters.encode_array(known_text(base, shakespeare()[1][:20_000]))
    inputs, targets = consecutive_windows(ids[: NEUTRAL * length + 1], length)
    return np.concatenate((inputs, targets[:, -1:]), axis=1)


def known_text(base: Base, text: str) -> str:
    """A text without the letters that the model does not know."""
    unknown = base.letters.unknown(text)
    return text.translate(dict.fromkeys(map(ord, unknown))) if unknown else text


def writing_answer(parameters: Parameters, base: Base, question: str) -> Generator[None, None, str]:
    """The likeliest answer, letter by letter; rests in between, and its value is the text."""
    decoder, ids = Decoder(parameters), base.question(question)
    written: list[int] = []
    scores = decoder.read(ids)[-1]
    room = min(LONGEST_ANSWER, decoder.capacity - len(ids))
    for number in range(room):
        letter = int(scores.argmax())
        written.append(letter)
        if base.letters.decode([letter]) == "\n":
            break
        scores = decoder.step(letter)
        if number % 8 == 7:
            yield
    return base.letters.decode(written).strip()


def held_out_questions(count: int) -> tuple[str, ...]:
    """Questions that no model here learns."""
    return pairs().held_out[:count]


def answering(parameters: Parameters, base: Base, questions: Sequence[str]) -> Iterator[tuple[str, str] | None]:
    """Every question with its answer, and None at the rests."""
    for question in questions:
        writing = writing_answer(parameters, base, question)
        while True:
            try:
                next(writing)
            except StopIteration as end:
                yield question, str(end.value)
                break
            yield None
