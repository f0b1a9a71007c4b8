"""Does it help? The same questions to SmolLM2 with nothing before them, with the passage that is ranked first, with the
right one, and with three. What was measured once is stored; with the model pack it can be measured again, question by
question."""

from __future__ import annotations

from collections.abc import Generator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.engine.decoding.tries import wilson
from lab.engine.pretrained.llama import Llama
from lab.engine.pretrained.passages import passage_vectors, question_vectors
from lab.engine.retrieval.fusion import z_sum
from lab.engine.retrieval.word_search import BM25, Words, ranking
from lab.engine.text.bpe import BPETokenizer
from lab.experiments.e23_retrieval_agents.asking import CAPACITY, PLAIN, TEMPLATE, answering
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.experiments.e23_retrieval_agents.texts import library, library_questions
from lab.kit.arrays import freeze
from lab.kit.passage_answers import WAYS, judged, stored
from lab.kit.questionnaire import Answers, Questionnaire

__all__ = ["Help", "HelpPage", "asking_all", "best_passages", "prompts_for", "ranked"]


@cache
def best_passages(number: int, count: int = 3) -> tuple[int, ...]:
    """The passages that words and vectors together rank first for a question, by number."""
    scores = z_sum(_word_index().scores(library_questions()[number].text), _cosines()[number])
    return tuple(int(k) for k in ranking(scores)[:count])


@cache
def _word_index() -> BM25:
    return BM25(Words([passage.text for passage in library()]))


@cache
def _cosines() -> NDArray[np.float64]:
    return freeze((question_vectors() @ passage_vectors().T).astype(np.float64))


def prompts_for(number: int) -> dict[str, str]:
    """What SmolLM2 reads for a question, by way."""
    passages, question = library(), library_questions()[number]
    gold = next(k for k, passage in enumerate(passages) if passage.id == question.gold[0])
    found = best_passages(number)
    chosen = {"first": found[:1], "right": (gold,), "three": found}
    prompts = {"none": PLAIN.format(question=question.text)}
    for way, numbers in chosen.items():
        text = "\n\n".join(f"{passages[k].title}: {passages[k].text}" for k in numbers)
        prompts[way] = TEMPLATE.format(passages=text, question=question.text)
    return prompts


def asking_all(llama: Llama, tokenizer: BPETokenizer, number: int) -> Generator[str, None, Answers]:
    """A question asked in every way; yields the way at each rest. The same prompt is read once."""
    found: dict[str, str] = {}
    answers = []
    for way, prompt in prompts_for(number).items():
        if prompt not in found:
            work = answering(llama, tokenizer, prompt)
            while True:
                try:
                    next(work)
                except StopIteration as end:
                    found[prompt] = end.value
                    break
                yield way
        answers.append(found[prompt])
    return tuple(answers)


@dataclass(frozen=True, slots=True, eq=False)
class HelpPage:
    """answers: [n][4] by question and way.  right: [n, 4].  ranked: [n] whether a right passage is ranked first.

    measured: whether these answers are of this run; else they are those that were stored.  asking: the way that is
    being asked.  missing: why nothing can be asked here.  pack: whether the model is there.
    """

    params: Params
    answers: tuple[Answers, ...]
    right: NDArray[np.bool_]
    ranked: NDArray[np.bool_]
    measured: bool
    asking: str
    missing: str

    @property
    def asked(self) -> int:
        return len(self.answers)

    def count(self, way: str) -> int:
        """How many are right."""
        return int(self.right[:, list(WAYS).index(way)].sum())

    def span(self, way: str) -> tuple[float, float] | None:
        """Where the true share lies with 95 % confidence; None before the first question."""
        return wilson(self.count(way) / self.asked, self.asked) if self.asked else None

    @property
    def errors(self) -> dict[str, int]:
        """The wrong answers with the passage ranked first: was it not found, or found and ignored?"""
        wrong = ~self.right[:, 1]
        return {"lost": int((wrong & ~self.ranked).sum()), "ignored": int((wrong & self.ranked).sum())}


class Help(Questionnaire):
    """The questions and what was answered; only the simulation touches them."""

    opening = False

    def __init__(self, params: Params) -> None:
        super().__init__(len(library_questions()), len(WAYS), asking_all, CAPACITY)
        self._params = params

    def retune(self, params: Params) -> None:
        self._params = params

    def shown(self, _steps: int) -> HelpPage:
        answers, measured = self.answers_or(stored_help)
        right = ranked(len(answers))
        return HelpPage(self._params, answers, judged(answers), right, measured, self.asking, self.missing)


def stored_help() -> tuple[Answers, ...]:
    """What SmolLM2 answered when it was measured."""
    return tuple(tuple(row) for row in stored()["answers"])


def ranked(count: int) -> NDArray[np.bool_]:
    """Whether a right passage is ranked first, for the first so many questions."""
    found = [library()[best_passages(n)[0]].id in library_questions()[n].gold for n in range(count)]
    return freeze(np.array(found, np.bool_))
