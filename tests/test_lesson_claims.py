"""What lessons say is what experiments show: every number in every lesson is computed again.

The lessons of all experiments are read, in every language there is. A claim's setting is played without a
window and the metric, written with as many digits as the lesson has, must be the lesson's text. Every code
cell is run in a child process, as the learner would, and must print the metric it says it reproduces.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.catalog import experiments
from lab.core import text
from lab.core.experiment import Experiment
from lab.core.glossary import read_glossary
from lab.core.headless import played
from lab.core.lesson import lesson_path
from lab.core.lesson.blocks import Claim, Code, Lesson
from lab.core.lesson.key import answer_key
from lab.core.lesson.numbers import agrees, last_number, written_like
from lab.core.lesson.parser import parse
from lab.core.metric import Value
from lab.core.paths import assets
from tests.asking import metrics_of

ROOT = Path(__file__).resolve().parents[1]


def _lessons() -> Iterator[object]:
    for experiment in experiments():
        for path in sorted((assets() / "lessons").glob(f"*/{lesson_path(experiment).name}")):
            yield pytest.param(experiment, path, id=f"{path.parent.name}-{path.stem}")


LESSONS = tuple(_lessons())


def _read(experiment: Experiment, path: Path) -> Lesson:
    language = path.parent.name
    words = read_glossary(language)
    return parse(path.read_text("utf-8"), experiment.load(), experiment.id, path.name, words, language)


class _Shown:
    """The metrics of one experiment by setting, each setting played once."""

    def __init__(self, experiment: Experiment) -> None:
        self._specification = experiment.load()
        self._known: dict[str, dict[str, Value]] = {}

    def value(self, claim: Claim) -> Value:
        setting = claim.request.setting(self._specification)
        if repr(setting) not in self._known:
            self._known[repr(setting)] = dict(metrics_of(played(self._specification, setting).snapshot()))
        metrics = self._known[repr(setting)]
        assert claim.metric in metrics, f"line {claim.line}: no metric '{claim.metric}'; there is {', '.join(metrics)}"
        return metrics[claim.metric]


@pytest.mark.parametrize(("experiment", "path"), LESSONS)
def test_every_number_in_a_lesson_is_the_one_on_screen(experiment: Experiment, path: Path) -> None:
    lesson, shown = _read(experiment, path), _Shown(experiment)
    text.use(path.parent.name)
    wrong = []
    for claim in lesson.claims:
        written = written_like(shown.value(claim), claim.text)
        if written != claim.text:
            wrong.append(f"{path.name}:{claim.line}: says {claim.text}, {claim.metric} is {written}")
    assert not wrong, "\n".join(wrong)
    assert lesson.claims, f"{path.name} claims nothing"


@pytest.mark.parametrize(("experiment", "path"), LESSONS)
def test_every_code_cell_prints_the_number_on_screen(experiment: Experiment, path: Path, tmp_path: Path) -> None:
    shown = _Shown(experiment)
    for cell in (block for block in _read(experiment, path).blocks() if isinstance(block, Code)):
        done = _run(cell.source, tmp_path)
        assert done.returncode == 0, f"{path.name}: '{cell.id}' failed: {done.stderr}"
        printed = last_number(done.stdout)
        assert printed is not None, f"{path.name}: '{cell.id}' printed no number: {done.stdout!r}"
        value = shown.value(cell.claim)
        assert agrees(printed, value, cell.tolerance), f"{path.name}: '{cell.id}' printed {printed.text}, not {value}"


def _run(source: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONSAFEPATH": "1"}
    command = [sys.executable, "-m", "lab", "cell"]
    return subprocess.run(
        command, input=source, capture_output=True, encoding="utf-8", timeout=60, cwd=folder, env=environment
    )


@pytest.mark.parametrize("experiment", experiments(), ids=lambda experiment: experiment.id)
def test_every_experiment_has_a_lesson_in_english_with_an_answer_key(experiment: Experiment) -> None:
    path = lesson_path(experiment)
    assert path.is_file(), f"there is no lesson {path.name}"
    assert len(answer_key(_read(experiment, path))) > 500


@pytest.mark.parametrize(("experiment", "path"), LESSONS)
def test_a_translation_asks_the_same_questions(experiment: Experiment, path: Path) -> None:
    lesson, english = _read(experiment, path), _read(experiment, lesson_path(experiment))
    assert [(q.id, q.right) for q in lesson.questions()] == [(q.id, q.right) for q in english.questions()]
    assert len(lesson.pages) == len(english.pages)


def test_no_lesson_is_without_an_experiment() -> None:
    known = {lesson_path(experiment).name for experiment in experiments()}
    found = {path.name for path in (assets() / "lessons").glob("*/[0-9]*.md")}
    assert found <= known
