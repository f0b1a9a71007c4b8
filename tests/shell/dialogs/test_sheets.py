"""The dialogs: as large as what is in them, and only with choices that are choices."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QScrollArea

from lab.shell.app.commands import set_text_size
from lab.shell.dialogs import settings
from lab.shell.dialogs.numbers import Numbers


@pytest.mark.parametrize("name", ("settings", "packs", "keys", "about"))
@pytest.mark.parametrize("percent", (100, 150))
def test_a_sheet_scrolls_only_when_the_window_is_too_low(window, name: str, percent: int) -> None:
    set_text_size(window, percent)
    window.run(name)
    sheet = QApplication.activeModalWidget()
    QApplication.processEvents()
    assert sheet.height() <= window.height() - 40
    area = sheet.findChild(QScrollArea)
    if sheet.height() < window.height() - 40:
        assert area.verticalScrollBar().maximum() == 0
    assert area.accessibleName() == sheet.windowTitle()
    sheet.close()
    set_text_size(window, 100)


def test_one_language_is_no_choice_and_several_are_called_by_their_own_names(window, monkeypatch) -> None:
    monkeypatch.setattr(settings, "languages", lambda: ("en",))
    assert "language" not in settings.SettingsSheet(window).form.values()
    monkeypatch.setattr(settings, "languages", lambda: ("en", "de"))
    sheet = settings.SettingsSheet(window)
    language = sheet.form.control("language")
    assert [language.chip(code).words() for code in ("en", "de")] == ["English", "Deutsch"]
    sheet.open()
    sheet.close()


def test_the_table_of_numbers_stays_on_the_screen(window, descent) -> None:
    box = descent()
    room = box.screen().availableGeometry()
    window.move(room.bottomRight() - QPoint(200, 200))
    set_text_size(window, 150)
    QTest.keyClick(box, Qt.Key.Key_W)
    panel = window.dialogs.find(Numbers)
    assert room.contains(panel.geometry())
    panel.close()
    set_text_size(window, 100)


def test_a_theme_is_laid_out_once(window, monkeypatch) -> None:
    window.run("theme")  # the first one brings the font too
    bars = []
    relook = type(window.topbar).relook
    monkeypatch.setattr(type(window.topbar), "relook", lambda bar: (bars.append(bar), relook(bar))[0])
    window.run("theme")
    assert bars.count(window.topbar) == 1
