"""The answer key of a lesson, as Markdown: what a teacher needs on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lab.core.lesson.blocks import Code, Lesson, Page, Question, Teacher
from lab.core.text import N_, _

__all__ = ["answer_key", "key_pieces", "teacher_note", "teacher_sections"]

CELL_RIGHTS = N_(
    "A code cell is an ordinary Python program with the rights of whoever is logged in: it can read and change their"
    " files, so run only code that you have looked at."
)
CELL_LIMITS = N_(
    "It has limits on time, memory, processes and the size of files, is shown no passwords that other programs keep in"
    " the environment, and ends together with all that it started; `code_cells = no` in the classroom file switches"
    " all cells off."
)

_LINK = re.compile(r"\[([^\[\]]*)\]\((?:lab|word):[^()\s]*\)")


def answer_key(lesson: Lesson) -> str:
    """The teacher's note, every question with its right answer and why, and what each code cell prints."""
    return "\n\n".join(key_pieces(lesson)) + "\n"


def key_pieces(lesson: Lesson) -> tuple[str, ...]:
    """The same in pieces that belong on one page each: a section, a question with its answers and why."""
    parts = [f"# {lesson.title}", "*" + _("Answer key") + "*"]
    if lesson.teacher is not None:
        parts += teacher_sections(lesson.teacher)
    for number, page in enumerate(lesson.pages, 1):
        answers = list(_answers(page))
        if answers:
            parts += [f"## {number}. {page.title}", *answers]
    return tuple(_LINK.sub(r"\1", part) for part in parts)


def teacher_note(teacher: Teacher) -> str:
    """The note for teachers as Markdown."""
    return "\n\n".join(teacher_sections(teacher))


def teacher_sections(teacher: Teacher) -> tuple[str, ...]:
    """The same in sections, each with its heading."""
    questions = [f"{n}. **{ask}** {expect}" for n, (ask, expect) in enumerate(teacher.questions, 1)]
    sections = (
        (_("Aim"), teacher.aim),
        (_("The first five minutes"), teacher.start),
        (_("Questions, and the answers to hope for"), "\n\n".join(questions)),
        (_("Common wrong ideas"), "\n".join(f"- {idea}" for idea in teacher.wrong_ideas)),
        (_("Timing"), teacher.timing),
        (_("Code cells"), _(CELL_RIGHTS) + " " + _(CELL_LIMITS)),
    )
    return tuple(f"## {title}\n\n{words}" for title, words in sections)


def _answers(page: Page) -> Iterator[str]:
    for block in page.body:
        if isinstance(block, Question):
            asked = "**" + (_("Prediction") if block.request else _("Quiz")) + f":** {block.text}"
            options = "\n".join(f"- {'✓' if option.right else '✗'} {option.text}" for option in block.options)
            yield "\n\n".join((asked, options, block.explanation))
        elif isinstance(block, Code):
            yield "**" + _("Code") + ":** " + _("the last number printed is {number}").format(number=block.claim.text)
