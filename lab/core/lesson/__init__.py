"""A lesson as values: pages of prose, formulas, predictions, code and questions, read from one Markdown file.

Every number in the prose may be a claim, `[0.1326](is:distance_left?preset=course&step=100)`, which the tests
compute again, and every link may only set controls that the experiment has. So a lesson cannot say what the
experiment does not show. `parser` says how a file is written, `blocks` what it becomes.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from lab.core.experiment import Experiment
from lab.core.glossary import read_glossary
from lab.core.lesson.blocks import Code, Lesson, Remember, Try, Under
from lab.core.lesson.parser import parse
from lab.core.paths import assets
from lab.core.text import Language, current

__all__ = ["lesson_path", "load", "missing"]


def lesson_path(experiment: Experiment, language: str = "en") -> Path:
    """Where the lesson of an experiment lies in one language, whether it exists or not."""
    return assets() / "lessons" / language / f"{experiment.number:02d}-{experiment.id}.md"


def load(experiment: Experiment, language: Language | None = None) -> Lesson:
    """The lesson of an experiment, in English where it is not translated.

    Raises LessonError when it cannot be read, FileNotFoundError when there is none.
    """
    wanted = language or current()
    path = lesson_path(experiment, wanted.code)
    code = wanted.code if path.is_file() or wanted.code.startswith("qps") else "en"
    if not path.is_file():
        path = lesson_path(experiment)
    return _parsed(path.read_text("utf-8"), experiment, path.name, code)


@lru_cache(maxsize=8)
def _parsed(text: str, experiment: Experiment, name: str, code: str) -> Lesson:
    """Experiments are closed and opened again; some are open twice."""
    return parse(text, experiment.load(), experiment.id, name, read_glossary(code), code)


def missing(lesson: Lesson) -> tuple[str, ...]:
    """What every experiment's lesson has and this one lacks, in words."""
    blocks = tuple(lesson.blocks())
    kinds = {type(block) for block in blocks}
    wanted: list[tuple[str, bool]] = [
        ("things to try", Try in kinds),
        ("code", Code in kinds),
        ("under the hood", Under in kinds),
        ("what to remember", Remember in kinds),
        ("a prediction", any(question.request for question in lesson.questions())),
        ("a quiz", any(question.request is None for question in lesson.questions())),
        ("a note for teachers", lesson.teacher is not None),
    ]
    return tuple(name for name, there in wanted if not there)
