"""The same questions to a model after each stage, and what it says of new text."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.decoding.tries import chance_of_one_right
from lab.engine.lm.parameters import Parameters
from lab.engine.text.exchange import AnyTokenizer
from lab.engine.tuning.written import write
from lab.experiments.e25_capstone.texts import Prepared
from lab.experiments.e25_capstone.word_task import ENDS, LONGEST, WordTask, answer_of, prompt
from lab.kit.learner import Judge

__all__ = ["MANY", "Report", "examining"]

MANY = 16  # tries at each question
AT_ONCE = 8  # questions, and windows of text
SEED = 5  # of the tries: the same for all models


@dataclass(frozen=True, slots=True)
class Report:
    """What a model could do after a stage. held: the held-out loss, in nats a character.  answers: the likeliest one to
    each question.  right: which of them make a word.  one, many: the chance that one try is right, and that at least
    one of 16 is.  tokens: of the text that were read so far."""

    stage: str
    held: float
    answers: tuple[str, ...]
    right: tuple[bool, ...]
    one: float
    many: float
    tokens: int

    @property
    def n_right(self) -> int:
        """How many of the likeliest answers are right."""
        return sum(self.right)

    def saved(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "stage": self.stage, "held": self.held, "answers": list(self.answers), "right": list(self.right),
            "one": self.one, "many": self.many, "tokens": self.tokens,
        }  # fmt: skip

    @classmethod
    def read(cls, saved: Mapping[str, Any]) -> Report:
        """Back from plain values."""
        answers, right = tuple(map(str, saved["answers"])), tuple(map(bool, saved["right"]))
        if len(answers) != len(right):
            raise ValueError(f"state: {len(answers)} answers, {len(right)} marks")
        return cls(
            str(saved["stage"]), float(saved["held"]), answers, right, float(saved["one"]), float(saved["many"]),
            int(saved["tokens"]),
        )  # fmt: skip


def examining(
    parameters: Parameters, tokenizer: AnyTokenizer, task: WordTask, text: Prepared, stage: str, tokens: int
) -> Generator[None, None, Report]:
    """The report on a model, in pieces."""
    ids = np.concatenate([text.windows, text.targets[:, -1:]], axis=1).astype(np.int64)
    at_once = max(n for n in range(1, AT_ONCE + 1) if len(ids) % n == 0)
    judge = Judge(parameters, ids, at_once)
    yield from judge.judging()
    prompts = np.array([prompt(tokenizer, beginning) for beginning in task.asked])
    rng = np.random.default_rng(SEED)
    answers = _written(parameters, tokenizer, prompts, rng, True)
    right = tuple(task.right(*pair) for pair in zip(task.asked, answers, strict=True))
    yield
    counts: list[int] = []
    for at in range(0, len(task.asked), AT_ONCE):
        asked = task.asked[at : at + AT_ONCE]
        tries = _written(parameters, tokenizer, np.repeat(prompts[at : at + AT_ONCE], MANY, axis=0), rng, False)
        for place, beginning in enumerate(asked):
            counts.append(sum(task.right(beginning, one) for one in tries[place * MANY : (place + 1) * MANY]))
        yield
    one, many = (float(np.mean([chance_of_one_right(MANY, count, n) for count in counts])) for n in (1, MANY))
    return Report(stage, judge.loss / text.per_token, tuple(answers), right, one, many, tokens)


def _written(
    parameters: Parameters, tokenizer: AnyTokenizer, prompts: NDArray[Any], rng: np.random.Generator, greedy: bool
) -> list[str]:
    end = tokenizer.encode(ENDS)[0]
    ids = write(parameters, prompts, LONGEST, rng, end, greedy).ids
    return [answer_of(tokenizer, row) for row in ids.tolist()]
