"""A lesson as PDF, to print or hand out: the sheet for learners, the teacher's page, the answer key.

Printing itself is left to the system: a PDF opens anywhere, and a bundle needs no printing library.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from lab import __version__
from lab.core.lesson.blocks import Lesson
from lab.core.lesson.key import key_pieces
from lab.core.lesson.paper import lesson_pieces, teacher_pieces
from lab.core.text import N_, current
from widgets.text.pdf import Figure, PdfPages

__all__ = ["PAPERS", "paper"]

PAPERS: Mapping[str, str] = {
    "lesson": N_("Lesson as PDF…"),
    "teacher": N_("Teacher's page as PDF…"),
    "key": N_("Answer key as PDF…"),
}
"""What can be printed, and what the menu calls it; all but the first are for teachers."""


def paper(lesson: Lesson, kind: str, level: str = "standard", figure: Figure | None = None) -> PdfPages:
    """One of `PAPERS`, set in pages. figure: the experiment as it is, for the sheet of the learners.

    Raises KeyError for another kind.
    """
    texts: Mapping[str, Callable[[], Sequence[str | Figure]]] = {
        "lesson": lambda: _with_figure(lesson_pieces(lesson, level), figure),
        "teacher": lambda: teacher_pieces(lesson),
        "key": lambda: key_pieces(lesson),
    }
    foot = f"Glassbox {__version__} (MIT)"
    return PdfPages(texts[kind](), lesson.title, foot, current().right_to_left and lesson.language == current().code)


def _with_figure(pieces: Sequence[str], figure: Figure | None) -> Sequence[str | Figure]:
    """The picture stands under the heading of the first page of the lesson."""
    return pieces if figure is None else (*pieces[:3], figure, *pieces[3:])
