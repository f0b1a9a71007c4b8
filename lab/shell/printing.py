"""A lesson as PDF, to print or hand out: the sheet for learners, the teacher's page, the answer key.

Printing itself is left to the system: a PDF opens anywhere, and a bundle needs no printing library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lab import __version__
from lab.core.lesson import Lesson
from lab.core.lesson_key import answer_key
from lab.core.lesson_paper import lesson_on_paper, teacher_on_paper
from lab.core.text import N_, _, current
from widgets.text.pdf import PdfPages

if TYPE_CHECKING:
    from lab.shell.desk import Desk

__all__ = ["PAPERS", "paper", "print_lesson"]

PAPERS: Mapping[str, str] = {
    "lesson": N_("Lesson as PDF…"),
    "teacher": N_("Teacher's page as PDF…"),
    "key": N_("Answer key as PDF…"),
}
"""What can be printed, and what the menu calls it; all but the first are for teachers."""


def paper(lesson: Lesson, kind: str, level: str = "standard") -> PdfPages:
    """One of `PAPERS`, set in pages. Raises KeyError for another kind."""
    texts: Mapping[str, Callable[[], str]] = {
        "lesson": lambda: lesson_on_paper(lesson, level),
        "teacher": lambda: teacher_on_paper(lesson),
        "key": lambda: answer_key(lesson),
    }
    foot = f"Glassbox {__version__} (MIT)"
    return PdfPages(texts[kind](), lesson.title, foot, current().right_to_left and lesson.language == current().code)


def print_lesson(desk: Desk, lesson: Lesson, kind: str, level: str) -> None:
    """Ask where, then write it."""
    name = {"lesson": "", "teacher": "-teacher", "key": "-answers"}[kind]
    path = desk.ask_where(_(PAPERS[kind]).rstrip("…"), f"{lesson.experiment}{name}.pdf", "PDF (*.pdf)")
    if path is not None:
        desk.write(path, paper(lesson, kind, level).pdf())
