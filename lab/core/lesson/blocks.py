"""What a lesson is made of, as frozen values: pages of prose, formulas, predictions, code and questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field, replace
from typing import Any, TypeAlias

from lab.core.experiment import Setting, Specification
from lab.core.records import dataclass

__all__ = [
    "LEVELS",
    "SKIPPED",
    "Block",
    "Claim",
    "Code",
    "Formula",
    "Lesson",
    "LessonError",
    "Option",
    "Page",
    "Paragraph",
    "Question",
    "Remember",
    "Request",
    "Teacher",
    "Try",
    "Under",
]

LEVELS = ("intro", "standard", "expert")
"""Reading levels: words first, then formulas, then everything."""

SKIPPED = -1
"""The answer of someone who ran without predicting."""


class LessonError(ValueError):
    """A lesson that cannot be read; the text names the file, the line and what is wrong."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}")
        self.path, self.line, self.message = path, line, message


@dataclass(frozen=True, slots=True)
class Request:
    """What a link or a button asks of the experiment.

    With a preset, a break or a challenge the experiment takes that setting first; without one, the other
    controls stay as they are. `run`: start over and make this many steps; None only sets the controls.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    preset: str | None = None
    breaking: str | None = None
    challenge: str | None = None
    seed: int | None = None
    run: int | None = None

    @property
    def pinned(self) -> bool:
        """Whether it leads to the same state whatever was changed before."""
        return bool(self.preset or self.breaking or self.challenge)

    def setting(self, specification: Specification) -> Setting:
        """The whole setting, defaults for what is not given. Raises ValueError for an id there is not."""
        base = Setting()
        if self.preset:
            base = specification.preset(self.preset).setting
        elif self.breaking:
            base = specification.breaking(self.breaking).setting
        elif self.challenge:
            base = specification.challenge(self.challenge).setting
        return replace(
            base,
            values={**base.values, **self.values},
            seed=base.seed if self.seed is None else self.seed,
            steps=base.steps if self.run is None else self.run,
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """A number in a lesson: the experiment shows `text` as its `metric` after `request`."""

    text: str
    metric: str
    request: Request
    digits: int  # significant digits the experiment shows of this metric
    line: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences of Markdown, or a list. `levels` empty: for every reader."""

    text: str
    levels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula on a line of its own, in LaTeX."""

    latex: str
    levels: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Try:
    """Things to try: Markdown, each with a link that sets the experiment."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Option:
    text: str
    right: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One choice to make: a prediction, with a request to run, or a question of the quiz, without."""

    id: str
    text: str
    options: tuple[Option, ...]
    explanation: str
    button: str = ""
    request: Request | None = None

    @property
    def right(self) -> int:
        """The number of the right option, from 0."""
        return next(i for i, option in enumerate(self.options) if option.right)


@dataclass(frozen=True, slots=True)
class Code:
    """A code cell: a few lines of NumPy whose last printed number is the claim's metric.

    `tolerance` is relative to the metric's size.
    """

    id: str
    text: str
    source: str
    claim: Claim
    tolerance: float


@dataclass(frozen=True, slots=True)
class Under:
    """Under the hood: folded until someone asks."""

    title: str
    body: tuple[Paragraph | Formula, ...]


@dataclass(frozen=True, slots=True)
class Remember:
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Teacher:
    """The note for teachers; `questions` are (question, expected answer)."""

    aim: str
    start: str
    questions: tuple[tuple[str, str], ...]
    wrong_ideas: tuple[str, ...]
    timing: str


Block: TypeAlias = Paragraph | Formula | Try | Question | Code | Under | Remember


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its title is a question. `words` are the ids of the glossary words it uses."""

    title: str
    body: tuple[Block, ...]
    words: tuple[str, ...] = ()

    def at(self, level: str) -> tuple[Block, ...]:
        """What a reader of that level sees."""
        shown = (block for block in self.body if level in (getattr(block, "levels", ()) or LEVELS))
        return tuple(shown)

    def predicts(self, level: str) -> bool:
        """Whether it asks a reader of that level what will happen before it does."""
        return any(isinstance(block, Question) and block.request is not None for block in self.at(level))


@dataclass(frozen=True, slots=True)
class Lesson:
    """A whole lesson. `requests` gives the meaning of every `lab:` link in its texts."""

    experiment: str
    title: str
    language: str
    pages: tuple[Page, ...]
    teacher: Teacher | None
    requests: Mapping[str, Request]
    claims: tuple[Claim, ...]
    path: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The glossary words of all pages, each once."""
        return tuple(dict.fromkeys(word for page in self.pages for word in page.words))

    def blocks(self) -> Iterator[Block]:
        """Every block of every page, in order."""
        for page in self.pages:
            yield from page.body

    def page_that_asks(self, first: int, level: str) -> int:
        """The next page that asks for a prediction, from `first` on and round; `first` where none does."""
        order = (*range(first, len(self.pages)), *range(first))
        return next((number for number in order if self.pages[number].predicts(level)), first)

    def questions(self) -> tuple[Question, ...]:
        return tuple(block for block in self.blocks() if isinstance(block, Question))

    def formulas(self) -> tuple[str, ...]:
        """The formulas that stand on lines of their own."""
        inner = (part for block in self.blocks() for part in (block.body if isinstance(block, Under) else (block,)))
        return tuple(part.latex for part in inner if isinstance(part, Formula))
