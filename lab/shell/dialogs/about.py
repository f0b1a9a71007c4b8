"""About: what this is, this computer for the helpdesk, and every licence with its text. All of it can be copied."""

from __future__ import annotations

import os
from itertools import groupby

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from lab.core.licences import OURS, QT, SYSTEM, Part, parts
from lab.core.paths import program
from lab.core.text import N_, _
from lab.runtime.files import is_folder
from lab.runtime.log import about_this_computer
from lab.runtime.packs import places
from lab.shell.context import Context
from lab.shell.dialogs.sheet import Sheet
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.text.markdown import MarkdownText

__all__ = ["AboutSheet", "computer_facts"]

_NOTES = {
    OURS: N_("Made by the Glassbox authors. You may use, copy, change and pass it on, as its licence says."),
    QT: N_(
        "Glassbox uses Qt and PySide6 under the LGPL, version 3, unchanged. They lie beside the program as libraries "
        "of their own: you may replace them by versions you have changed, and take it apart to make that work. "
        "Their source is where Qt is published, in the version named here. Qt itself holds work of others, among them "
        "ICU, HarfBuzz, FreeType, libpng, libjpeg-turbo, PCRE2 and zlib, each under a licence that permits this."
    ),
    SYSTEM: N_("Taken unchanged from Debian, which publishes their source."),
}


def computer_facts(window: Context) -> dict[str, str]:
    """What the helpdesk asks first."""
    screen, home = window.window().screen().size(), window.services.home
    settings, scale = window.services.settings, window.window().devicePixelRatioF()
    classroom = window.services.classroom
    packs = ", ".join(str(place.folder) for place in places() if is_folder(place.folder))
    return {
        **about_this_computer(),
        "Qt": qVersion(),
        "Screen": f"{screen.width()} × {screen.height()} at {scale:g}×, text {settings.text_size} %",
        "Platform": QApplication.platformName(),
        "Language": settings.language,
        "Cores": str(os.cpu_count() or "?"),
        "Program": str(program()),
        "Files": str(home.folder) if home.writable else f"not kept: {home.problem}",
        "Model packs": packs or "none added",
        "Classroom file": classroom.file or classroom.unread or "none",
    }


class AboutSheet(Sheet):
    """One page to read; a click on a licence shows its text in the page's place."""

    def __init__(self, window: Context) -> None:
        super().__init__(window, _("About Glassbox"), 680, 640)
        self._facts = "\n".join(f"{name}: {value}" for name, value in computer_facts(window).items())
        self._parts = parts()
        self.page = MarkdownText(self._words(), "body", schemes=("licence",))
        self.page.setAccessibleName(_("About Glassbox"))
        self.page.link_activated.connect(self.show_licence)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.hide()
        self.body.addWidget(self.page)
        self.body.addWidget(self.text, 1)
        self.back = Button(_("Back"), "outline", "arrow-left")
        self.back.clicked.connect(self.show_page)
        self.back.hide()
        self.copy_facts = Button(_("Copy what concerns this computer"), "outline", "copy")
        self.copy_facts.clicked.connect(self._copy)
        self.copy_licences = Button(_("Copy all licences"), "outline", "copy")
        self.copy_licences.clicked.connect(self._copy_licences)
        for place, button in enumerate((self.back, self.copy_facts, self.copy_licences)):
            self.foot.insertWidget(place, button)

    # ------------------------------------------------------------------------------------- what it says

    def _words(self) -> str:
        lines = [f"    {line}" for line in self._facts.splitlines()]
        words = [
            _("A desktop laboratory where people see machine learning happen. Everything on screen is computed."),
            _("It works offline. Nothing leaves this computer, and the program holds nothing that could connect."),
            "## " + _("This computer"),
            "\n".join(lines),
            "## " + _("Licences"),
        ]
        for group, members in groupby(self._parts, lambda part: part.group):
            words += ["### " + _(group)]
            if group in _NOTES:
                words.append(_(_NOTES[group]))
            words.append("\n".join(f"- {self._line(part)}" for part in members))
        return "\n\n".join(words)

    def _line(self, part: Part) -> str:
        """A part in one line; its licence is a link where its text is at hand."""
        number = self._parts.index(part)
        short = part.licence or _("licence")
        named = f"[{short}](licence:{number})" if part.text else short
        about = " · ".join(filter(None, (named, part.origin)))
        return f"**{_plain(part.name)}** {part.version}: {about}".replace(" :", ":")

    def everything(self) -> str:
        """Every licence with its full text, each text once."""
        texts: dict[str, list[str]] = {}
        for part in self._parts:
            origin = f", {part.origin}" if part.origin else ""
            texts.setdefault(part.text, []).append(f"{part.name} {part.version}: {part.licence}{origin}")
        rule = "\n\n" + "=" * 78 + "\n\n"
        return rule.join("\n".join(names) + (f"\n\n{text}" if text else "") for text, names in texts.items()) + "\n"

    # ------------------------------------------------------------------------------------- what it does

    def show_licence(self, link: str) -> None:
        """The full text behind a link."""
        part = self._parts[int(link.partition(":")[2])]
        self.text.setPlainText(part.text)
        self.text.setAccessibleName(f"{part.name}: {part.licence}")
        self._title.setText(f"{part.name} {part.version}".strip())
        self._show(text=True)
        self.text.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_page(self) -> None:
        self._title.setText(_("About Glassbox"))
        self._show(text=False)
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self, text: bool) -> None:
        self.page.setVisible(not text)
        self.text.setVisible(text)
        self.back.setVisible(text)
        for button in (self.copy_facts, self.copy_licences):
            button.setVisible(not text)
        self.text.setMinimumHeight(look().px(380))

    def _copy(self) -> None:
        QApplication.clipboard().setText(self._facts)

    def _copy_licences(self) -> None:
        QApplication.clipboard().setText(self.everything())


def _plain(name: str) -> str:
    """A name whose underscores and stars are no marks."""
    return name.replace("_", "\\_").replace("*", "\\*")
