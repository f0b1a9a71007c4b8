"""From a document to an answer: it is cut, searched, and what is found is put into a prompt. Each step asks one more of
the document's questions, so that the search is measured."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.pieces import result_of
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.pretrained.passages import passage_vectors, question_vectors
from lab.engine.retrieval.chunking import Chunk, overlaps
from lab.engine.retrieval.metrics import found_at, reciprocal_rank
from lab.engine.text.exchange import read_corpus
from lab.experiments.e23_retrieval_agents.cutting import Cut, chunked, first_cuts
from lab.experiments.e23_retrieval_agents.explaining import Why, why_of
from lab.experiments.e23_retrieval_agents.gestures import SetCuts, SetText
from lab.experiments.e23_retrieval_agents.prompting import Prompting, PromptPart, PromptShown
from lab.experiments.e23_retrieval_agents.reading import reader_for
from lab.experiments.e23_retrieval_agents.refusing import Refusal, refusal_of
from lab.experiments.e23_retrieval_agents.searching import Index, Scores, map_of
from lab.experiments.e23_retrieval_agents.settings import METHODS, Params
from lab.experiments.e23_retrieval_agents.texts import (
    LONGEST,
    Labelled,
    bundled_text,
    labelled,
    library,
    library_questions,
    strange_questions,
)
from lab.kit.arrays import freeze, read_only
from lab.kit.exchange import newest

__all__ = ["FindPage", "Finding", "PromptPart"]

Floats = NDArray[np.float64]
FEW = 80  # texts that are read at once for a frame


@dataclass(frozen=True, slots=True, eq=False)
class FindPage:
    """text: the document.  chunks: its pieces.  shaded: stretches in more than one.  question: what is asked.  answer:
    the stretch that is known to answer it, "" for an own question.  right: [N] whether a chunk holds it whole.

    words, vectors, mixed, again: [N] scores.  order: [N] chunks by the chosen method, best first.  tokens: of the k
    found.  recall, mrr: [4] by METHODS over the questions asked, nan before the first, and where not all is read.
    spent: mean tokens found a question.  asked, all: questions.  why: the chosen chunk.  places: [N + 1, 2] a map, the
    question last; nan while vectors are missing.  prompt: what is made of it.
    refusal: on the page Prompt.  part: how much is read, 1 when all is.
    """

    params: Params
    text: str
    chunks: tuple[Chunk, ...]
    shaded: tuple[tuple[int, int], ...]
    question: str
    number: int
    answer: str
    right: NDArray[np.bool_]
    words: Floats
    vectors: Floats
    mixed: Floats
    again: Floats
    order: NDArray[np.int64]
    tokens: tuple[int, ...]
    recall: Floats
    mrr: Floats
    spent: float
    asked: int
    all: int
    why: Why | None
    places: Floats
    prompt: PromptShown
    refusal: Refusal
    part: float
    title: str

    @property
    def found(self) -> tuple[int, ...]:
        """The chunks that are handed on, best first."""
        return tuple(int(k) for k in self.order[: self.params.k])

    @property
    def hit(self) -> bool:
        """Whether one of them holds the answer."""
        return any(self.right[chunk] for chunk in self.found)

    @property
    def rank(self) -> int:
        """The place of the first chunk that holds it, from 1; 0 where none does."""
        places = [place for place, chunk in enumerate(self.order.tolist(), 1) if self.right[chunk]]
        return places[0] if places else 0


class Finding:
    """The document, its chunks and what was read; only the simulation touches it."""

    def __init__(self, params: Params, artifacts: Sequence[Artifact] = ()) -> None:
        self._params, self._artifacts = params, tuple(artifacts)
        self._own: tuple[str, str] = ("", "")
        self._cuts: tuple[int, ...] = ()
        self._reader = reader_for(params, self._artifacts)
        self._prompting = Prompting(self._reader)
        self._asked, self._part = 0, 0.0
        self._work: Generator[float, None, None] | None = None
        self._take()

    # ---- the document

    def _take(self) -> None:
        """The document as it is chosen, cut anew."""
        self._text, self._title = self._document()
        self._labelled = labelled(self._params.document)
        self._cut_again()

    def _document(self) -> tuple[str, str]:
        chosen = self._params.document
        if chosen == "own":
            return self._own
        if chosen == "received":
            sent = newest(self._artifacts, "corpus", "document")
            return read_corpus(sent.data)[:LONGEST], sent.title
        return bundled_text(chosen), ""

    @property
    def text(self) -> str:
        """The document."""
        return self._text

    def _cut_again(self) -> None:
        self._work = None
        if self._params.document == "library":
            self._cut = Cut(_passages())
            stored = passage_vectors() if self._params.encoder == "minilm" else None
            self._index = Index([chunk.text for chunk in self._cut.chunks], self._reader, stored)
        else:
            self._cut = chunked(self._text, self._params, self._cuts or first_cuts(self._text))
            self._index = Index([chunk.text for chunk in self._cut.chunks], self._reader)
        self._flat: tuple[Floats, Floats] | None = None
        self._scored: dict[str, Scores] = {}

    @property
    def _late(self) -> bool:
        """Whether chunks are compared token by token: on the library only where it is asked for, it takes long."""
        return self._params.document != "library" or self._params.method == "rerank"

    # ---- questions

    @property
    def all(self) -> int:
        """How many questions there are."""
        return len(self._labelled)

    def _now(self, asked: int) -> tuple[Labelled, int]:
        """The question that is shown, and its number from 1; 0 for an own one."""
        if self._params.question.strip() or not self._labelled:
            return Labelled(self._params.question.strip(), ""), 0
        number = min(self._params.number or max(1, asked), len(self._labelled))
        return self._labelled[number - 1], number

    @property
    def _reads(self) -> bool:
        """Whether vectors are shown: from the first question on, where there are any; a frame follows from the step."""
        return self._asked > 0 or not self.all

    def _vectors(self) -> NDArray[np.float32] | None:
        """Of the chunks, [N, 384]; None while they are not shown, or being read."""
        return self._index.vectors() if self._reads else None

    def _vector(self, question: str) -> NDArray[np.float32] | None:
        return self._known(question) if self._reads else None

    def _known(self, question: str) -> NDArray[np.float32] | None:
        """The vector of a question, shown or not; None while it is unread."""
        if self._params.document == "library" and self._params.encoder == "minilm":
            stored = _stored_questions()
            if question in stored:
                return stored[question]
        read = self._reader.get(question)
        return None if read is None else read.vector

    # ---- reading

    def _wanted(self, more: int = 0) -> list[str]:
        """The texts that have to be read for what is shown, and for so many more questions."""
        asked = [one.question for one in self._labelled[: self._asked + more]]
        now = self._now(min(self._asked + more, self.all))[0].question
        questions = [text for text in dict.fromkeys([*asked, now]) if text]
        if not self._index.stored:
            every = [*self._index.texts, *(one.question for one in self._labelled), *questions]
        else:
            every = [text for text in questions if self._known(text) is None]
            if self._late:
                every += questions
                for text in questions:
                    vector = self._known(text)
                    if vector is not None:
                        every += self._index.candidates(text, vector, self._params.share)
        if self._params.view == "prompt":
            every += strange_questions(self._params.document)
            every += self._prompting.wanted(self._params, self._texts_found(now), now)
        return self._reader.missing(every)

    def _texts_found(self, question: str) -> list[str]:
        if not question:
            return []
        order = self._scores(question).orders[self._params.method]
        return [self._index.texts[int(chunk)] for chunk in order[: self._params.k]]

    @property
    def opening(self) -> bool:
        """Whether texts are still to be read, or an answer is being written."""
        return self._reads and (bool(self._wanted()) or self._prompting.writing(self._params, self._ready()))

    def go_on(self, more: int = 0) -> None:
        """Read a piece, for so many questions more than were asked."""
        if self._work is None:
            missing = self._wanted(more)
            if not missing:
                self._part = 1.0
                self._prompting.go_on()
                return
            self._work = self._reader.reading(missing)
        try:
            self._part = min(0.99, next(self._work))
        except StopIteration:
            self._work = None
            self._scored.clear()
            self._part = 0.0 if self._wanted() else 1.0

    # ---- the part of a run

    def done(self) -> bool:
        return self._asked >= self.all

    def step(self) -> bool:
        """One more question, once everything is read for it."""
        if self.opening:
            self.go_on()
            return False
        if self._wanted(1):
            self.go_on(1)
            return False
        self._asked += 1
        if self._asked == 1:  # from now on vectors are shown
            self._scored.clear()
        return True

    def retune(self, params: Params) -> None:
        before, self._params = self._params, params
        if before.encoder != params.encoder:
            self._reader = reader_for(params, self._artifacts)
            self._prompting = Prompting(self._reader)
        if (before.document, before.encoder) != (params.document, params.encoder):
            self._take()
            self._asked = min(self._asked, self.all)
        elif any(getattr(before, name) != getattr(params, name) for name in ("splitter", "size", "overlap")):
            self._cut_again()
        self._work = None
        self._scored.clear()

    def act(self, action: SetCuts | SetText) -> SetCuts | SetText:
        """Cuts set by hand, or an own document. Returns what undoes it."""
        self._work = None
        if isinstance(action, SetCuts):
            undo: SetCuts | SetText = SetCuts(self._cuts)
            self._cuts = action.checked()
            self._cut_again()
            return undo
        undo = SetText(*self._own)
        self._own = action.checked()
        if self._params.document == "own":
            self._take()
        return undo

    def _scores(self, question: str) -> Scores:
        if question not in self._scored:
            vector = self._vector(question)
            self._scored[question] = self._index.scores(question, vector, self._params.share, self._late)
        return self._scored[question]

    def _right(self, number: int, answer: str) -> NDArray[np.bool_]:
        if self._params.document == "library" and number:
            gold = library_questions()[number - 1].gold
            return np.array([passage.id in gold for passage in library()], np.bool_)
        return np.array(self._cut.right(answer), np.bool_)

    def _ready(self) -> PromptShown | None:
        """The prompt once nothing is missing for it."""
        return None if self._params.view != "prompt" or self._wanted() else self._prompt(self._now(self._asked)[0])

    def _prompt(self, now: Labelled) -> PromptShown:
        scores = self._scores(now.question)
        found = [int(chunk) for chunk in scores.orders[self._params.method][: self._params.k]]
        likest = float(scores.vectors.max()) if len(scores.vectors) and now.question else float("nan")
        return self._prompting.shown(self._params, now.question, [(k, self._cut.chunks[k]) for k in found], likest)

    def _read_few(self) -> None:
        """What is missing for a frame, where it is not much: after a drag the numbers are there at once."""
        while self._reads and 0 < len(missing := self._wanted()) <= FEW:
            result_of(self._reader.reading(missing))
            self._scored.clear()
            self._work = None

    def shown(self, _steps: int) -> FindPage:
        p = self._params
        self._read_few()
        now, number = self._now(self._asked)
        scores = self._scores(now.question)
        order = scores.orders[p.method]
        found = [int(chunk) for chunk in order[: p.k]]
        recall, mrr, spent = self._board()
        chosen = int(order[min(p.chosen, len(order)) - 1]) if len(order) else -1
        part = 1.0 if not self._reads or not self._wanted() else self._part
        return FindPage(
            p, self._text, self._cut.chunks, tuple(overlaps(self._cut.chunks)), now.question, number, now.answer,
            freeze(self._right(number, now.answer)), read_only(scores.words), read_only(scores.vectors),
            read_only(scores.mixed), read_only(scores.again), read_only(order, np.int64),
            tuple(self._prompting.tokens(self._index.texts[chunk]) for chunk in found), recall, mrr, spent,
            self._asked, self.all, self._why(now.question, chosen), self._places(now.question),
            self._prompt(now), self._refusal(), part, self._title,
        )  # fmt: skip

    def _refusal(self) -> Refusal:
        """How alike the nearest chunk is to questions with and without an answer, once all of them are read."""
        strange = strange_questions(self._params.document) if self._params.view == "prompt" else ()
        vectors = self._vectors()
        rows = [[self._vector(one) for one in group] for group in ([q.question for q in self._labelled], strange)]
        if vectors is None or not strange or any(vector is None for row in rows for vector in row):
            return refusal_of((), ())
        known, unknown = ([float((vectors @ v).max()) for v in row if v is not None] for row in rows)
        return refusal_of(known, unknown)

    def _board(self) -> tuple[Floats, Floats, float]:
        """Recall and mean reciprocal rank of each method over the questions asked, and the tokens found a question."""
        hits, ranks = np.full((2, len(METHODS)), np.nan)
        if not self._asked:
            return freeze(hits.copy()), freeze(ranks.copy()), float("nan")
        rows = []
        spent = 0
        for number, one in enumerate(self._labelled[: self._asked], 1):
            scores = self._scores(one.question)
            gold = np.flatnonzero(self._right(number, one.answer)).tolist()
            rows.append([_judged(scores.orders[name], gold, self._params.k) for name in METHODS])
            chosen = scores.orders[self._params.method][: self._params.k]
            spent += sum(self._prompting.tokens(self._index.texts[int(chunk)]) for chunk in chosen)
        means = np.array(rows, np.float64).mean(axis=0)
        hits, ranks = means[:, 0].copy(), means[:, 1].copy()
        if not self._late:
            hits[-1] = ranks[-1] = np.nan
        return freeze(hits), freeze(ranks), spent / self._asked

    def _why(self, question: str, chosen: int) -> Why | None:
        if chosen < 0 or not question or self._index.bm25 is None:
            return None
        text = self._index.texts[chosen]
        read = self._reader.get(text) if self._reads else None
        return why_of(self._index.bm25, chosen, question, read, self._vector(question))

    def _places(self, question: str) -> Floats:
        vectors, vector = self._vectors(), self._vector(question)
        if vectors is None or not len(vectors):
            return freeze(np.full((len(self._cut.chunks) + 1, 2), np.nan))
        if self._flat is None:
            self._flat = map_of(vectors)
        middle, directions = self._flat
        last = np.full(2, np.nan) if vector is None else (vector - middle) @ directions
        return freeze(np.vstack([(vectors - middle) @ directions, last]).astype(np.float64))

    # ---- kept, given

    def save(self) -> dict[str, Any]:
        return {"asked": self._asked, "cuts": list(self._cuts), "own": list(self._own)} | self._prompting.save()

    def load(self, saved: Mapping[str, Any]) -> None:
        """Back to what was saved. Raises ValueError for what cannot be."""
        asked, text = int(saved["asked"]), SetText(*(str(part) for part in saved["own"])).checked()
        cuts = SetCuts(tuple(int(cut) for cut in saved["cuts"])).checked()
        if not 0 <= asked <= self.all:
            raise ValueError(f"state: {asked} asked, there are {self.all} questions")
        self._asked, self._cuts, self._own = asked, cuts, text
        self._prompting.load(saved)
        self._take()

    def table(self) -> Artifact | None:
        """The scores of all chunks for the question that is shown, as a table; None before they are known."""
        page = self.shown(0)
        if len(page.words) < 2 or not np.isfinite(page.vectors).all():
            return None
        data = {"x": page.words, "y": page.vectors, "x_name": _("BM25 score"), "y_name": _("cosine")}
        return Artifact("table", _("Scores of the chunks"), data, _("Retrieval, tools, agents"))


def _judged(order: NDArray[np.int64], gold: list[int], k: int) -> tuple[float, float]:
    """Whether the answer is among the first k, and 1 over its place; 0 and 0 where no chunk holds it."""
    return (float(found_at(order, gold, k)), reciprocal_rank(order, gold)) if gold else (0.0, 0.0)


@cache
def _stored_questions() -> dict[str, NDArray[np.float32]]:
    return dict(zip((one.text for one in library_questions()), question_vectors(), strict=True))


@cache
def _passages() -> tuple[Chunk, ...]:
    """The passages of the library as the chunks of its text."""
    chunks, at = [], 0
    for passage in library():
        chunks.append(Chunk(at, at + len(passage.text), passage.text))
        at += len(passage.text) + 2
    return tuple(chunks)
