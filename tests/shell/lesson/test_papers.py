"""Lessons on paper: the sheet for learners, the teacher's page, the answer key, as PDF with words and pages."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from pytestqt.qtbot import QtBot

from lab import catalog
from lab.core.lesson import load
from lab.core.lesson.blocks import Lesson, Paragraph, Question
from lab.core.lesson.paper import lesson_on_paper
from lab.core.text import _, language
from lab.shell.box.sharing import figure_of
from lab.shell.lesson.papers import PAPERS, paper
from tests.pdf_words import words_of
from widgets.text.markdown import plain_text
from widgets.text.pdf import Figure, PdfPages

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
    sheet, key = (joined("".join(printed(id, kind)[0])) for kind in ("lesson", "key"))
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


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_no_page_for_teachers_is_left_empty_below_its_title(qtbot: QtBot, id: str) -> None:
    """The note for teachers is set section by section: as one piece it went on to a page of its own."""
    lesson = lesson_of(id)
    assert lesson.teacher is not None
    for kind in ("teacher", "key"):
        first, *_others = paper(lesson, kind).texts()
        assert joined(plain_text(lesson.teacher.start)) in joined(first)


def test_a_section_for_teachers_is_not_cut_by_the_end_of_a_page(qtbot: QtBot) -> None:
    titles = tuple(_(title) for title in ("Code cells", "Timing", "Common wrong ideas", "The first five minutes"))
    ends = [paper(lesson_of(id), "teacher").texts()[1:][-1:] for id in EXPERIMENTS]  # of notes longer than a page
    assert sum(map(len, ends)) > 5
    assert [end for end, *_others in filter(None, ends) if not end.lstrip().startswith(titles)] == []


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


@cache
def printed(id: str, kind: str) -> tuple[tuple[str, ...], str]:
    """What is set on each page, and all that can be found in the file."""
    booklet = paper(lesson_of(id), kind, "expert")
    return booklet.texts(), "".join(words_of(booklet.pdf()))


def comparable(text: str) -> str:
    """The words as they come out of a file: a closing quotation mark shares its glyph with another sign, and an emoji
    is painted by whatever the computer has for it."""
    return "".join(c for c in joined(text).replace("ˮ", "”") if c and ord(c) < 0x2B00 and c != "\0")


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_the_words_in_the_pdf_are_those_of_the_lesson(qtbot: QtBot, id: str) -> None:
    """What a reader finds in the file itself, page by page: every word and every number."""
    for kind in ("lesson", "key"):
        pages, found = printed(id, kind)
        written = comparable(found)
        for number, page in enumerate(pages, 1):
            assert f"{number}/{len(pages)}" in written
            for line in page.split("\n"):
                for part in line.split("\ufffc"):  # a formula that is painted stands there
                    assert comparable(part) in written, f"{kind}, page {number}"
        assert not set("ﬀﬁﬂﬃﬄ") & set(found)  # a word with one is not found


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_every_claim_of_a_lesson_is_printed_as_it_is_on_screen(qtbot: QtBot, id: str) -> None:
    found = joined(printed(id, "lesson")[1] + printed(id, "key")[1])
    for claim in lesson_of(id).claims:
        assert joined(claim.text) in found, f"line {claim.line}"


@pytest.mark.parametrize("id", EXPERIMENTS)
def test_a_question_stands_on_one_page_with_its_answers(qtbot: QtBot, id: str) -> None:
    lesson = lesson_of(id)
    sheet, key = (tuple(map(joined, printed(id, kind)[0])) for kind in ("lesson", "key"))
    for question in lesson.questions():
        parts = [question.text, *(option.text for option in question.options)]
        plain = [joined(plain_text(part)) for part in parts if "$" not in part]
        for pages, wanted in ((sheet, plain), (key, [*plain, *_explained(question)])):
            assert any(all(part in page for part in wanted) for page in pages), question.id


def _explained(question: Question) -> list[str]:
    """Its explanation, where it can be read as words."""
    return [] if "$" in question.explanation else [joined(plain_text(question.explanation))]


def test_a_piece_that_fits_moves_to_the_next_page_and_a_longer_one_does_not(qtbot: QtBot) -> None:
    lines = [f"line {n}" for n in range(30)]
    whole, long = "\\\n".join(lines), "\\\n".join(f"line {n}" for n in range(300))
    cut = PdfPages([whole, whole]).texts()
    assert [page.count("line") for page in cut] == [30, 30]
    assert [page.count("line") for page in PdfPages("\n\n".join([whole, whole])).texts()] != [30, 30]
    assert PdfPages([whole, long]).texts()[0].count("line") > 30
    headed = PdfPages([whole, "## A question", whole]).texts()
    assert "A question" not in headed[0] and headed[1].startswith("A question")


class Picture:
    """Says where it was painted."""

    def __init__(self) -> None:
        self.places: list[QRectF] = []

    def render_to(self, painter: QPainter, rect: QRectF) -> None:
        self.places.append(rect)
        painter.fillRect(rect, Qt.GlobalColor.red)
        painter.drawText(rect, "painted anew")


def test_a_picture_is_painted_in_the_room_that_is_kept_for_it(qtbot: QtBot) -> None:
    picture = Picture()
    pages = PdfPages(["# Title", "word " * 900, Figure(picture, "a \\*caption\\*"), "behind"])
    words = words_of(pages.pdf())
    (place,) = picture.places
    assert place.width() == pytest.approx(690) and place.height() == pytest.approx(0.52 * 690)
    page = next(n for n, text in enumerate(words) if "painted" in text)
    assert "a*caption*" in joined(words[page]) and "behind" in words[-1]
    assert place.top() % 1 >= 0 and pages.pages == 2


def test_the_sheet_shows_the_experiment_as_it_is_on_screen(
    window, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtWidgets import QFileDialog

    target = tmp_path / "sheet.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(target), ""))
    box = window.workspace.box(window.open_experiment(catalog.find("gradient-descent")))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
    box.set_values({"learning_rate": 0.123})
    qtbot.waitUntil(lambda: box.update_shown.params.learning_rate == 0.123, timeout=10_000)
    panel = window.workspace.lesson.panel
    panel.print_requested.emit("lesson", "standard")
    first = joined(words_of(target.read_bytes())[0])
    assert "0.123" in first and joined("How do you find the valley") in first
    picture = box.view.pictures()[0]
    assert joined(figure_of(box).caption.replace("\\", "")) in first and picture is figure_of(box).picture
    panel.print_requested.emit("key", "standard")
    assert "0.123" not in joined("".join(words_of(target.read_bytes())))


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
