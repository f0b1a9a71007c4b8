"""Reads a lesson's Markdown file. The syntax, which renders well as ordinary Markdown too:

    # Gradient-descent hill                              the title
    ## How far should each step go?                      a page: its title is a question
    One or two short paragraphs, `$…$` and `$$…$$` for formulas.
    {intro} Only for beginners. {expert} or {standard expert} likewise, before a paragraph or a formula.

    ::: predict far                                      a question; `::: quiz id` is the same without the link
    What will the ball do?
    - [ ] Stop
    - [x] Jump                                           the right one
    [Set η to 0.9 and run](lab:?preset=course&learning_rate=0.9&run=20)
    Why that is so: shown afterwards.
    :::

    ::: try            - [a link](lab:?…) and what to look for, line by line
    ::: code id        a sentence, a ```python fence, and the claim that the last printed number reproduces
    ::: under Title    paragraphs and formulas, folded
    ::: remember       - what to remember
    ::: teacher        aim: … start: … ask: … expect: … wrong: … time: …  (ask and expect three times)

Whatever does not fit raises LessonError with the file and the line.
"""

from __future__ import annotations

from collections.abc import Collection

from lab.core.experiment import Specification
from lab.core.lesson.blocks import LEVELS, Block, Lesson, LessonError, Page, Paragraph
from lab.core.lesson.lines import Chunk, Fence, items_of
from lab.core.lesson.links import Links
from lab.core.lesson.reader import BlockReader

__all__ = ["PARAGRAPHS", "WORDS", "parse"]

PARAGRAPHS, WORDS = 2, 80
"""A page has at most two paragraphs at each reading level, of at most 80 words each."""

_QUESTION_MARKS = "?？؟;՞"


def parse(
    text: str,
    specification: Specification,
    experiment: str,
    path: str = "lesson",
    words: Collection[str] = (),
    language: str = "en",
) -> Lesson:
    """The lesson in a Markdown text, checked against the experiment's specification and the glossary's ids."""
    reader = BlockReader(Links(path, specification, words), language)
    title, teacher = "", None
    pages: list[Page] = []
    for item in _sections(text, path):
        if isinstance(item, _Section):
            pages.append(_page(item, reader))
        elif isinstance(item, Chunk) and not title:
            title = reader.shown_text(item.text[2:], item.line)
        elif isinstance(item, Fence) and teacher is None:
            teacher = reader.teacher(item)
        else:
            raise LessonError(path, item.line, "a lesson has one title and one teacher's note")
    if not title or not pages:
        raise LessonError(path, 1, "a lesson needs '# title' and at least one page, '## a question?'")
    links = reader.links
    return Lesson(experiment, title, language, tuple(pages), teacher, links.requests, tuple(links.claims), path)


class _Section:
    """A page as written: its heading and what stands under it."""

    def __init__(self, heading: Chunk) -> None:
        self.heading, self.line = heading, heading.line
        self.body: list[Chunk | Fence] = []


def _sections(text: str, path: str) -> list[_Section | Chunk | Fence]:
    """The title, the pages and the teacher's note, in order."""
    found: list[_Section | Chunk | Fence] = []
    section: _Section | None = None
    for item in items_of(text, path):
        if isinstance(item, Chunk) and item.text.startswith("## "):
            section = _Section(item)
            found.append(section)
        elif _is_title(item) or (isinstance(item, Fence) and item.kind == "teacher"):
            found.append(item)
        elif section is None:
            raise LessonError(path, item.line, "a lesson starts with '# title' and then '## a question?'")
        else:
            section.body.append(item)
    return found


def _is_title(item: Chunk | Fence) -> bool:
    return isinstance(item, Chunk) and item.text.startswith("# ")


def _page(section: _Section, reader: BlockReader) -> Page:
    title = section.heading.text[3:].strip()
    if title[-1:] not in _QUESTION_MARKS:
        raise reader.wrong(section.line, f"a page's title is a question, got '{title}'")
    shown_text = reader.shown_text(title, section.line)
    body = [(reader.prose(item) if isinstance(item, Chunk) else reader.block(item), item.line) for item in section.body]
    for level in LEVELS:
        _check_short(body, level, reader)
    return Page(shown_text, tuple(block for block, _line in body), reader.links.take_words())


def _check_short(body: list[tuple[Block, int]], level: str, reader: BlockReader) -> None:
    prose = [(b, line) for b, line in body if isinstance(b, Paragraph) and level in (b.levels or LEVELS)]
    if len(prose) > PARAGRAPHS:
        raise reader.wrong(prose[PARAGRAPHS][1], f"a page has at most {PARAGRAPHS} paragraphs; this is one more")
    for paragraph, line in prose:
        if (count := len(paragraph.text.split())) > WORDS:
            raise reader.wrong(line, f"a paragraph has at most {WORDS} words, this one {count}")
