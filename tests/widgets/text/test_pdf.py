"""A text on paper: pages, headings that stay with their text, words that stay words."""

from __future__ import annotations

import re

from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from widgets.text.markdown import parsed
from widgets.text.markdown_writer import Writer
from widgets.text.pdf import PAPER, STYLE, PdfPages


def test_a_long_text_takes_several_pages_and_loses_nothing(qtbot: QtBot) -> None:
    paragraphs = [f"Paragraph {n} has a few words of its own to say." for n in range(200)]
    booklet = PdfPages("\n\n".join(paragraphs), "Head", "Foot")
    assert booklet.pages > 3
    assert "\n".join(booklet.texts()).splitlines() == paragraphs
    assert len(re.findall(rb"/Type /Page\b", booklet.pdf())) == booklet.pages


def test_a_heading_goes_with_what_follows_wherever_the_page_ends(qtbot: QtBot) -> None:
    for lines in range(20, 45):
        text = "\n\n".join([*(f"Line {n}" for n in range(lines)), "## A heading", "What follows"])
        for words in PdfPages(text).texts():
            assert not words.rstrip().endswith("A heading")


def test_of_two_headings_in_a_row_neither_stays_behind(qtbot):
    """At whatever height of the page they come."""
    for lines in range(30, 60):
        text = "\n\n".join(["A line."] * lines + ["## First", "### Second", *["More."] * 5])
        for words in PdfPages(text).texts():
            assert not words.rstrip().endswith(("First", "Second")), lines


def test_headings_code_and_formulas_are_set(qtbot: QtBot) -> None:
    booklet = PdfPages("# One\n\n```\nx = 1\ny = 2\n```\n\n$\\frac{a}{b}$ and $x^2$")
    words = booklet.texts()[0]
    assert "x = 1\ny = 2" in words
    assert "x2" in words
    assert booklet.pdf().startswith(b"%PDF-")


def test_the_number_of_an_item_is_as_large_as_its_words(qtbot: QtBot) -> None:
    """It has the letters of its line, whatever stood before the list."""
    document = QTextDocument()
    Writer(document, PAPER, STYLE).write(parsed("## A heading\n\n1. **One** more.\n2. Two.\n\n### Another\n\n- A dot."))
    block, sizes = document.begin(), []
    while block.isValid():
        if block.textList() is not None:
            sizes.append(block.charFormat().font().pixelSize())
        block = block.next()
    assert sizes == [PAPER.font(STYLE.size).pixelSize()] * 3
    assert sizes[0] < PAPER.font(STYLE.headings[1]).pixelSize()
