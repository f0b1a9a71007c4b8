"""The blocks of a lesson, each read from its chunks: prose, questions, things to try, code, the teacher's note."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import field

from lab.core.lesson.blocks import (
    LEVELS,
    Block,
    Code,
    Formula,
    LessonError,
    Option,
    Paragraph,
    Question,
    Remember,
    Teacher,
    Try,
    Under,
)
from lab.core.lesson.lines import CLAIM_LINE, FENCE, LINK_LINE, Chunk, Fence, list_items
from lab.core.lesson.links import Links, claim_of
from lab.core.records import dataclass
from lab.core.text import pseudo

__all__ = ["CODE_LINES", "BlockReader"]

CODE_LINES = 20
"""What can be read at a glance."""

_ID = re.compile(r"[a-z][a-z0-9-]{0,40}$")
_LEVEL = re.compile(r"\{([a-z ]+)\}\s*")
_OPTION = re.compile(r"- \[([ x])\] (.+)$", re.DOTALL)
_TEACHER = ("aim", "start", "ask", "expect", "wrong", "time")


@dataclass(slots=True)
class BlockReader:
    """Reads the blocks of one lesson and remembers the ids that are taken."""

    links: Links
    language: str
    ids: set[str] = field(default_factory=set)

    def shown_text(self, text: str, line: int) -> str:
        """Prose as it is shown: checked, claims resolved, pseudo-translated where that is the language."""
        read = self.links.read(text.strip(), line)
        return pseudo(read) if self.language.startswith("qps") else read

    def wrong(self, line: int, message: str) -> LessonError:
        return LessonError(self.links.path, line, message)

    def prose(self, chunk: Chunk) -> Paragraph | Formula:
        """A paragraph, a list or a formula, with its reading levels."""
        levels: frozenset[str] = frozenset()
        text = chunk.text
        if match := _LEVEL.match(text):
            levels, text = frozenset(match[1].split()), text[match.end() :]
            if not levels <= set(LEVELS):
                raise self.wrong(chunk.line, f"a level is one of {', '.join(LEVELS)}, got {{{match[1]}}}")
        if text.startswith(("#", "```", "    ")):
            raise self.wrong(chunk.line, "outside its blocks a page has only paragraphs, lists and formulas")
        if text.startswith("$$"):
            if not text.endswith("$$") or len(text) < 5:
                raise self.wrong(chunk.line, "a formula starts and ends with $$")
            return Formula(text[2:-2].strip(), levels)
        return Paragraph(self.shown_text(text, chunk.line), levels)

    def block(self, fence: Fence) -> Block:
        """What a ::: block means."""
        readers: dict[str, Callable[[Fence], Block]] = {
            "predict": self._question,
            "quiz": self._question,
            "try": self._try,
            "code": self._code,
            "under": self._under,
            "remember": self._remember,
        }
        if fence.kind not in readers:
            raise self.wrong(fence.line, f"a block is one of {', '.join(readers)} or teacher, got '{fence.kind[:40]}'")
        if not fence.chunks:
            raise self.wrong(fence.line, f"the block '{fence.kind}' is empty")
        return readers[fence.kind](fence)

    def teacher(self, fence: Fence) -> Teacher:
        """The note for teachers: entries that start with one of six words and a colon."""
        found: dict[str, list[str]] = {key: [] for key in _TEACHER}
        for key, text, line in self._entries(fence):
            found[key].append(self.shown_text(text, line))
        counts = {key: len(texts) for key, texts in found.items()}
        once = all(counts[key] == 1 for key in ("aim", "start", "time"))
        if not once or counts["ask"] < 3 or counts["ask"] != counts["expect"] or not counts["wrong"]:
            need = "aim, start and time once, at least three pairs of ask and expect, and at least one wrong"
            raise self.wrong(fence.line, f"the teacher's note needs {need}")
        pairs = tuple(zip(found["ask"], found["expect"]))
        return Teacher(found["aim"][0], found["start"][0], pairs, tuple(found["wrong"]), found["time"][0])

    def _entries(self, fence: Fence) -> list[tuple[str, str, int]]:
        """(key, text, line) of each entry; a line without a key goes on with the entry before it."""
        entries: list[tuple[str, str, int]] = []
        for chunk in fence.chunks:
            for number, line in enumerate(chunk.text.split("\n"), chunk.line):
                key, colon, rest = line.partition(":")
                if colon and key in _TEACHER:
                    entries.append((key, rest, number))
                elif entries:
                    key, text, first = entries[-1]
                    entries[-1] = (key, f"{text}\n{line.strip()}", first)
                else:
                    raise self.wrong(number, f"an entry starts with one of {', '.join(_TEACHER)}, and a colon")
        return entries

    def _new_id(self, fence: Fence) -> str:
        if not _ID.match(fence.title):
            needs = "needs an id of small letters and hyphens"
            raise self.wrong(fence.line, f"'{fence.kind}' {needs}, got '{fence.title[:40]}'")
        if fence.title in self.ids:
            raise self.wrong(fence.line, f"there are two blocks with the id '{fence.title}'")
        self.ids.add(fence.title)
        return fence.title

    def _question(self, fence: Fence) -> Question:
        """The text, then the options, then the link of a prediction, then the explanation."""
        id = self._new_id(fence)
        requested: list[str] = []
        options: list[Option] = []
        texts: list[str] = []
        button, request = "", None
        for chunk in fence.chunks:
            if chunk.text.startswith("- ["):
                options += self._options(chunk)
            elif match := LINK_LINE.match(chunk.text):
                self.links.read(chunk.text, chunk.line)
                button, request = self.shown_text(match[1], chunk.line), self.links.requests[match[2]]
            else:
                (texts if options else requested).append(self.shown_text(chunk.text, chunk.line))
        if not requested or not texts or len(options) < 2 or sum(option.right for option in options) != 1:
            need = "a question, at least two options '- [ ] …', one of them '- [x] …', and an explanation"
            raise self.wrong(fence.line, f"'{id}' needs {need}")
        if fence.kind == "predict" and not (request and request.run and request.pinned):
            need = "a line [Do this and run](lab:?preset=…&run=…), so that everybody sees the same"
            raise self.wrong(fence.line, f"the prediction '{id}' needs {need}")
        if fence.kind == "quiz" and request:
            raise self.wrong(fence.line, f"the quiz question '{id}' has a button: make it a prediction")
        return Question(id, "\n\n".join(requested), tuple(options), "\n\n".join(texts), button, request)

    def _options(self, chunk: Chunk) -> Iterator[Option]:
        for text, line in list_items(chunk):
            match = _OPTION.match(text)
            if not match:
                raise self.wrong(line, "an option is written '- [ ] text', the right one '- [x] text'")
            yield Option(self.shown_text(match[2], line), match[1] == "x")

    def _points(self, fence: Fence) -> tuple[str, ...]:
        points: list[str] = []
        for chunk in fence.chunks:
            if not chunk.text.startswith("- "):
                raise self.wrong(chunk.line, f"'{fence.kind}' is a list: every item starts with '- '")
            points += (self.shown_text(text[2:], line) for text, line in list_items(chunk))
        return tuple(points)

    def _try(self, fence: Fence) -> Try:
        points = self._points(fence)
        for point in points:
            if "](lab:" not in point:
                raise self.wrong(fence.line, f"everything to try has a link that sets the experiment: '{point[:40]}'")
        return Try(points)

    def _remember(self, fence: Fence) -> Remember:
        return Remember(self._points(fence))

    def _under(self, fence: Fence) -> Under:
        if not fence.title:
            raise self.wrong(fence.line, "'under' needs a title")
        return Under(self.shown_text(fence.title, fence.line), tuple(self.prose(chunk) for chunk in fence.chunks))

    def _code(self, fence: Fence) -> Code:
        """A sentence, the source, and the claim that its last printed number reproduces."""
        id = self._new_id(fence)
        texts: list[str] = []
        source, claim, tolerance = "", None, 0.0
        for chunk in fence.chunks:
            if match := FENCE.match(chunk.text):
                source = match[1]
            elif match := CLAIM_LINE.match(chunk.text):
                try:
                    claim, tolerance = claim_of(match[1], match[2], self.links.specification, chunk.line)
                except ValueError as error:
                    raise self.wrong(chunk.line, str(error)) from None
                self.links.claims.append(claim)
            else:
                texts.append(self.shown_text(chunk.text, chunk.line))
        if not source or claim is None:
            need = "```python … ``` and a line [number](is:metric?preset=…&step=…) that it reproduces"
            raise self.wrong(fence.line, f"the code '{id}' needs {need}")
        if (count := sum(bool(line.strip()) for line in source.splitlines())) > CODE_LINES:
            raise self.wrong(fence.line, f"the code '{id}' has {count} lines; {CODE_LINES} are the most")
        return Code(id, "\n\n".join(texts), source, claim, tolerance)
