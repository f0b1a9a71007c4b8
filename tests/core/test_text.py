"""Words: gettext catalogues read directly, and the pseudo-language."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.core import text
from lab.core.text import N_, _, n_, pseudo, read_po

PO = r"""
msgid ""
msgstr "Language: de\n"

#: where it is used
msgid "Run"
msgstr "Los"

msgid "Two\n"
"lines"
msgstr "Zwei\nZeilen"

#, fuzzy
msgid "Stop"
msgstr "Vielleicht"

msgid "{n} step"
msgid_plural "{n} steps"
msgstr[0] "{n} Schritt"
msgstr[1] "{n} Schritte"

msgid "Empty"
msgstr ""
"""


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "i18n").mkdir()
    (tmp_path / "i18n" / "de.po").write_text(PO, "utf-8")
    monkeypatch.setattr(text, "assets", lambda: tmp_path)
    text.use("de")


def test_a_translation_is_found_by_its_source(german: None) -> None:
    assert _("Run") == "Los"
    assert _("Two\nlines") == "Zwei\nZeilen"


def test_what_is_not_translated_stays_as_it_is(german: None) -> None:
    assert _("Empty") == "Empty"
    assert _("Stop") == "Stop"
    assert _("Never seen") == "Never seen"


def test_plural_forms_follow_the_count(german: None) -> None:
    assert n_("{n} step", "{n} steps", 1) == "1 Schritt"
    assert n_("{n} step", "{n} steps", 3) == "3 Schritte"


def test_languages_are_found_by_their_files(german: None) -> None:
    assert text.languages() == ("en", "de")
    with pytest.raises(ValueError, match="no translation 'xx'"):
        text.language("xx")


def test_marking_a_text_does_not_change_it() -> None:
    assert N_("Run") == "Run"


def test_the_pseudo_language_is_longer_and_keeps_what_is_filled_in() -> None:
    long = pseudo("Step {n} of <b>five</b> [try](lab:?run=3) $x^2$")
    assert "{n}" in long
    assert "<b>" in long
    assert "](lab:?run=3)" in long
    assert "$x^2$" in long
    assert len(pseudo("A sentence of some length")) >= 1.35 * len("A sentence of some length")


def test_right_to_left_is_known_by_the_language() -> None:
    text.use("qps-rtl")
    assert text.current().right_to_left
    assert n_("{n} step", "{n} steps", 2).startswith("2")


def test_a_catalogue_survives_comments_and_crlf(tmp_path: Path) -> None:
    path = tmp_path / "x.po"
    path.write_bytes(b'# note\r\n\r\nmsgid "A"\r\nmsgstr "B"\r\n')
    assert read_po(path)[0] == {"A": "B"}
