"""About shows every licence with its text, and what the helpdesk asks; all of it can be copied."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QApplication

from lab.core.licences import GROUPS, OURS, QT, parts
from lab.core.paths import asset, assets
from lab.shell.dialogs.about import AboutSheet


@pytest.fixture
def about(window, qtbot) -> AboutSheet:
    window.run("about")
    sheet = window.dialogs.find(AboutSheet)
    assert isinstance(sheet, AboutSheet)
    yield sheet
    sheet.close()


def test_everything_that_comes_with_the_lab_is_listed(about: AboutSheet) -> None:
    words = about.page.toPlainText()
    for name in ("PySide6_Essentials", "numpy", "pyqtgraph", "pillow", "Inter", "JetBrains Mono", "Lucide", "Python"):
        assert name in words, name
    for entry in json.loads(asset("data/manifest.json").read_text("utf-8")):
        assert entry["file"].removeprefix("../") in words
        assert entry["licence"] in words


def test_qts_licence_says_what_it_asks_for(about: AboutSheet) -> None:
    words = about.page.toPlainText()
    for needed in ("LGPL, version 3", "replace them", "source"):
        assert needed in words
    qt = next(part for part in parts() if part.group == QT)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in qt.text and "GNU GENERAL PUBLIC LICENSE" in qt.text


def test_every_font_icon_and_almost_every_package_has_its_full_text() -> None:
    without = [part.name for part in parts() if not part.text and part.group in GROUPS[:4]]
    assert without in ([], ["latex2mathml"])  # this package ships no text; its licence is named
    ours = next(part for part in parts() if part.group == OURS)
    licence = assets().parent / "LICENSE"
    assert not licence.is_file() or ours.text == licence.read_text("utf-8")


def test_a_licence_opens_in_place_and_back_returns(about: AboutSheet) -> None:
    number = next(i for i, part in enumerate(parts()) if part.name == "Lucide")
    about.page.link_activated.emit(f"licence:{number}")
    assert about.text.isVisible() and about.text.toPlainText().startswith("ISC License")
    about.back.click()
    assert about.page.isVisible() and not about.text.isVisible()


def test_facts_and_licences_are_copied_for_the_helpdesk(about: AboutSheet) -> None:
    about.copy_facts.click()
    facts = QApplication.clipboard().text()
    for name in ("Glassbox:", "Qt:", "Screen:", "Program:", "Files:", "Model packs:", "Classroom file: none"):
        assert name in facts
    about.copy_licences.click()
    copied = QApplication.clipboard().text()
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in copied
    assert copied.count("GNU LESSER GENERAL PUBLIC LICENSE") < 4  # each text once
