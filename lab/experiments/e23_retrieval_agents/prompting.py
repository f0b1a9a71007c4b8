"""What is made of the chunks that were found: a prompt that fits its budget, and an answer, or a refusal where nothing
found is about the question."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.pretrained.llama import Llama
from lab.engine.retrieval.answer import assemble, quote
from lab.engine.retrieval.chunking import Chunk, sentences
from lab.engine.text.bpe import BPETokenizer
from lab.experiments.e23_retrieval_agents.asking import CAPACITY, TEMPLATE, answering
from lab.experiments.e23_retrieval_agents.cutting import count_tokens
from lab.experiments.e23_retrieval_agents.reading import Reader
from lab.experiments.e23_retrieval_agents.settings import Params
from lab.kit.smollm2 import opening_smollm2, smollm2_path

__all__ = ["PromptPart", "PromptShown", "Prompting"]

Found = tuple[int, Chunk]
MOST_ANSWERS = 40


@dataclass(frozen=True, slots=True)
class PromptPart:
    """A stretch of the prompt.  chunk: its number, −1 for the template and the question."""

    text: str
    tokens: int
    chunk: int


@dataclass(frozen=True, slots=True)
class PromptShown:
    """parts: of the prompt, () where not even the question fits.  left_out: chunks that did not fit.  likest: the
    cosine of the chunk that is most like the question.  answer: what is answered; "" while it is being written, or
    refused.  source: the chunk it was quoted from, −1.  refused: whether nothing is similar enough.  note: what is
    wrong.
    """

    parts: tuple[PromptPart, ...]
    left_out: tuple[int, ...]
    likest: float
    answer: str
    source: int
    refused: bool
    note: str

    @property
    def tokens(self) -> int:
        """Of the whole prompt."""
        return sum(part.tokens for part in self.parts)

    @property
    def text(self) -> str:
        """The whole prompt."""
        return "".join(part.text for part in self.parts)


class Prompting:
    """Counts tokens, quotes, and lets SmolLM2 write."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._counted: dict[str, int] = {}
        self._answers: dict[str, str] = {}
        self._model: tuple[Llama, BPETokenizer] | None = None
        self._work: tuple[str, Generator[Any, None, str]] | None = None

    def tokens(self, text: str) -> int:
        """Of a text, as MiniLM counts."""
        if text not in self._counted:
            self._counted[text] = count_tokens(text)
        return self._counted[text]

    def wanted(self, params: Params, found: Sequence[str], question: str) -> list[str]:
        """The sentences that are to be read for a quotation."""
        if params.answerer != "quote" or not question:
            return []
        return [question, *(cut for text in found for cut in _sentences(text))]

    # ---- the prompt

    def shown(self, params: Params, question: str, found: Sequence[Found], likest: float) -> PromptShown:
        """The prompt of what was found, best first, and its answer."""
        refused = likest < params.threshold
        try:
            parts, left_out = self._parts(params, question, found)
        except ValueError:
            note = _("Not even the question fits: the prompt needs more tokens.")
            return PromptShown((), tuple(k for k, _chunk in found), likest, "", -1, refused, note)
        inside = [(k, chunk) for k, chunk in found if k not in left_out]
        answer, source, note = "", -1, ""
        if not question or refused:
            pass
        elif params.answerer == "quote":
            answer, source = self._quoted(question, inside)
        elif smollm2_path() is None:
            note = _("SmolLM2 is not on this computer: add its model pack.")
        else:
            answer = self._answers.get("".join(part.text for part in parts), "")
        return PromptShown(parts, left_out, likest, answer, source, refused, note)

    def _parts(
        self, params: Params, question: str, found: Sequence[Found]
    ) -> tuple[tuple[PromptPart, ...], tuple[int, ...]]:
        """Which fit is decided best first; only then are they put in order."""
        texts = [chunk.text.strip() for _k, chunk in found]
        fits = assemble(question or "?", texts, self.tokens, params.budget, TEMPLATE)
        inside = [place for place in range(len(found)) if place not in fits.left_out]
        if params.order == "last":
            inside.reverse()
        elif params.order == "text":
            inside.sort(key=lambda place: found[place][1].start)
        made = assemble(question or "?", [texts[place] for place in inside], self.tokens, params.budget + 8, TEMPLATE)
        parts = tuple(
            PromptPart(part.text, part.tokens, -1 if part.passage is None else found[inside[part.passage]][0])
            for part in made.parts
        )
        return parts, tuple(found[place][0] for place in fits.left_out)

    def _quoted(self, question: str, inside: Sequence[Found]) -> tuple[str, int]:
        """The sentence that fits best, and the chunk it is from; nothing while they are being read."""
        asked = self._reader.get(question)
        texts = [chunk.text.strip() for _k, chunk in inside]
        if asked is None or self._reader.missing(cut for text in texts for cut in _sentences(text)):
            return "", -1

        def score(cuts: list[str]) -> NDArray[np.float64]:
            read = [self._reader.get(cut) for cut in cuts]
            return np.array([-1.0 if one is None else float(one.vector @ asked.vector) for one in read])

        best = quote(texts, score, -1.0)
        return ("", -1) if best is None else (best.text, inside[best.passage][0])

    # ---- SmolLM2

    def writing(self, params: Params, prompt: PromptShown | None) -> bool:
        """Whether SmolLM2 is to write an answer; it is begun with the next `go_on`."""
        if prompt is None or params.answerer != "smollm2" or prompt.refused or prompt.note or not prompt.parts:
            self._work = None
            return False
        text = prompt.text
        if text in self._answers:
            return False
        if self._work is None or self._work[0] != text:
            self._work = text, self._asking(text)
        return True

    def go_on(self) -> None:
        """A piece of the answer."""
        if self._work is None:
            return
        text, work = self._work
        try:
            next(work)
        except StopIteration as end:
            self._keep(text, end.value)
        except ValueError as error:  # the pack cannot be opened, or the prompt is too long
            self._keep(text, f"({error})")

    def _keep(self, text: str, answer: str) -> None:
        while len(self._answers) >= MOST_ANSWERS:
            self._answers.pop(next(iter(self._answers)))
        self._answers[text], self._work = answer or "…", None

    def _asking(self, prompt: str) -> Generator[Any, None, str]:
        if self._model is None:
            self._model = yield from opening_smollm2(CAPACITY)
        return (yield from answering(*self._model, prompt))

    def save(self) -> dict[str, Any]:
        return {"answers": dict(self._answers)}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for too many answers."""
        found = {str(prompt): str(answer) for prompt, answer in saved["answers"].items()}
        if len(found) > MOST_ANSWERS:
            raise ValueError(f"state: {len(found)} answers, needs at most {MOST_ANSWERS}")
        self._answers, self._work = found, None


def _sentences(text: str) -> list[str]:
    """The sentences of a chunk as `quote` takes them."""
    whole = text.strip()
    return [cut for start, end in sentences(whole) if (cut := whole[start:end].strip())]
