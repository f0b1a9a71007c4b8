"""Lessons on paper: the sheet for learners, the teacher's page, the answer key, as PDF with words and pages."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lab import catalog
from lab.core.lesson import load
from lab.core.lesson.blocks import Lesson, Paragraph, Question
from lab.core.lesson.paper import lesson_on_paper
from lab.core.text import _, language
from lab.shell.lesson.papers import PAPERS, paper
from widgets.text.markdown import plain_text

EXPERIMENTS = [e.id for e in catalog.experiments()]


def lesson_of(id: str) -> Lesson:
    experiment = catalog.find(id)
    assert experiment is not None
    return load(experiment, language("en"))


def pages_in(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_every_lesson_prints_with_all_its_pages_and_without_answers(qtbot: QtBot, id: str) -> None:
    try:
        lesson = lesson_of(id)
    except FileNotFoundError:
        pytest.skip("this lesson is not written yet")
    booklet = paper(lesson, "lesson")
    words = "\n".join(booklet.texts())
    for number, page in enumerate(lesson.pages, 1):
        assert f"{number}. " in words
        assert page.title.split("$")[0].strip() in words
    assert "✓" not in words and "](" not in words
    pdf = booklet.pdf()
    assert pdf.startswith(b"%PDF-")
    assert pages_in(pdf) == booklet.pages == len(booklet.texts()) >= 2


def joined(text: str) -> str:
    """The words without spaces and line ends, which differ between screen and paper."""
    return "".join(text.split())


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_the_sheet_and_the_key_print_the_numbers_of_the_lesson(qtbot: QtBot, id: str) -> None:
    lesson = lesson_of(id)
    sheet, key = (joined("".join(paper(lesson, kind, "expert").texts())) for kind in ("lesson", "key"))
    for block in lesson.blocks():
        if isinstance(block, Paragraph) and "$" not in block.text and "expert" in (block.levels or {"expert"}):
            assert joined(plain_text(block.text)) in sheet
        if isinstance(block, Question) and "$" not in block.explanation:
            assert joined(plain_text(block.explanation)) in key


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_no_number_on_the_sheet_is_taken_for_that_of_a_list(id: str) -> None:
    text = re.sub(r"```.*?```", "", lesson_on_paper(lesson_of(id), "expert"), flags=re.DOTALL)
    assert re.findall(r"^(?:- )?\d+[.)](?:\s.*)?$", text, re.MULTILINE) == []


def test_a_number_at_the_end_of_a_sentence_is_printed(qtbot: QtBot) -> None:
    """It stands at the start of a line of the file, with a full stop behind it."""
    words = joined("".join(paper(lesson_of("backpropagation"), "lesson").texts()))
    assert joined("The weight w2 gets 0. Look at its partner") in words


def test_the_teachers_page_has_aim_questions_and_timing(qtbot: QtBot) -> None:
    lesson = lesson_of("gradient-descent")
    assert lesson.teacher is not None
    words = "\n".join(paper(lesson, "teacher").texts())
    for text in ("Aim", "The first five minutes", "Common wrong ideas", "Timing"):
        assert _(text) in words
    assert lesson.teacher.wrong_ideas[0][:30] in words


def test_the_answer_key_marks_the_right_answer_of_every_question(qtbot: QtBot) -> None:
    lesson = lesson_of("gradient-descent")
    words = "\n".join(paper(lesson, "key").texts())
    assert words.count("✓") == len(lesson.questions())


def test_no_heading_stays_behind_at_the_foot_of_a_page(qtbot: QtBot) -> None:
    lesson = lesson_of("gradient-descent")
    titles = {f"{number}. {page.title}" for number, page in enumerate(lesson.pages, 1)}
    for text in paper(lesson, "lesson").texts():
        assert text.rstrip().splitlines()[-1] not in titles


def test_a_beginner_gets_no_more_on_paper_than_on_screen() -> None:
    lesson = lesson_of("gradient-descent")
    assert len(lesson_on_paper(lesson, "intro")) < len(lesson_on_paper(lesson, "expert"))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler is not installed here")
def test_the_words_in_the_pdf_can_be_searched_and_copied(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "lesson.pdf"
    path.write_bytes(paper(lesson_of("gradient-descent"), "lesson").pdf())
    read = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    assert "Gradient descent" in read
    assert re.search(r"\b1 ?/ ?\d", read)
    assert "1. How do you find the valley" in read


def test_the_menu_of_the_lesson_offers_all_papers_and_to_learners_the_sheet_only(qtbot: QtBot) -> None:
    from lab.shell.lesson.panel import LessonPanel

    panel = LessonPanel()
    qtbot.addWidget(panel)
    panel.show_lesson(lesson_of("gradient-descent"))
    names = [_(name) for name in PAPERS.values()]
    assert [a.text() for a in panel.menu().actions() if a.text() in names] == names
    requested = []
    panel.print_requested.connect(lambda *given: requested.append(given))
    menu = panel.menu()
    next(action for action in menu.actions() if action.text() == names[2]).trigger()
    assert requested == [("key", "standard")]
    panel.set_answers_hidden(True)
    assert [a.text() for a in panel.menu().actions() if a.text() in names] == names[:1]


def test_a_lesson_is_written_where_the_learner_says(window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from PySide6.QtWidgets import QFileDialog

    target = tmp_path / "sheet.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(target), ""))
    window.open_experiment(catalog.find("gradient-descent"))
    window.workspace.lesson.panel.print_requested.emit("lesson", "standard")
    assert target.read_bytes().startswith(b"%PDF-")
