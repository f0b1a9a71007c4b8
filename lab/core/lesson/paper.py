"""A lesson on paper, as Markdown: what learners get who work on a sheet, without the answers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.core.lesson.blocks import Block, Code, Formula, Lesson, Paragraph, Question, Remember, Try, Under
from lab.core.lesson.key import teacher_sections
from lab.core.text import _

__all__ = ["lesson_on_paper", "lesson_pieces", "teacher_on_paper", "teacher_pieces"]

_LINK = re.compile(r"\[([^\[\]]*)\]\((?:lab|word):[^()\s]*\)")
LINE = "_" * 62


def lesson_on_paper(lesson: Lesson, level: str = "standard") -> str:
    """Every page as a reader of that level sees it, with room to write; links become their words."""
    return "\n\n".join(lesson_pieces(lesson, level)) + "\n"


def lesson_pieces(lesson: Lesson, level: str = "standard") -> tuple[str, ...]:
    """The same in pieces that belong on one page each: a heading, a paragraph, a question with its answers."""
    pieces = [f"# {lesson.title}", _("Name") + f" {'_' * 30}  " + _("Date") + f" {'_' * 14}"]
    for number, page in enumerate(lesson.pages, 1):
        pieces.append(f"## {number}. {page.title}")
        for block in page.at(level):
            parts = list(_block(block, level))
            match block:
                case Try() | Remember():  # item by item, the first with the heading
                    first, *others = parts[1].split("\n- ")
                    pieces += [f"{parts[0]}\n\n{first}", *(f"- {item}" for item in others)]
                case Under():
                    pieces += parts
                case _:
                    pieces.append("\n\n".join(parts))
    return tuple(_LINK.sub(r"\1", piece) for piece in pieces)


def teacher_on_paper(lesson: Lesson) -> str:
    """The note for teachers, or "" where the lesson has none."""
    pieces = teacher_pieces(lesson)
    return "\n\n".join(pieces) + "\n" if pieces else ""


def teacher_pieces(lesson: Lesson) -> tuple[str, ...]:
    """The same in pieces that belong on one page each."""
    if lesson.teacher is None:
        return ()
    pieces = (f"# {lesson.title}", "*" + _("For teachers") + "*", *teacher_sections(lesson.teacher))
    return tuple(_LINK.sub(r"\1", piece) for piece in pieces)


def _block(block: Block, level: str) -> Iterator[str]:
    match block:
        case Paragraph(text=text):
            yield text
        case Formula(latex=latex):
            yield f"${latex}$"
        case Try(items=items):
            yield "### " + _("Try it")
            yield "\n".join(f"- {item}" for item in items)
        case Question(text=text, options=options):
            yield "**" + (_("Prediction") if block.request else _("Quiz")) + f":** {text}"
            yield "\\\n".join(f"□ {option.text}" for option in options)
            yield _("Because") + f" {LINE}"
        case Code(text=text, source=source):
            yield text
            yield f"```\n{source.rstrip()}\n```"
        case Under(title=title, body=body):
            yield "### " + _("Under the hood: {title}").format(title=title)
            for inner in body:
                if level in (inner.levels or (level,)):
                    yield from _block(inner, level)
        case Remember(items=items):
            yield "### " + _("Remember")
            yield "\n".join(f"- {item}" for item in items)
