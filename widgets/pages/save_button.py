"""A button that saves a small text where the learner chooses."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QIODevice, QSaveFile, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from widgets.base.words import _
from widgets.controls.buttons import Button

__all__ = ["SaveButton"]


class SaveButton(Button):
    """`told` carries what became of it: the name of the file, or why it could not be written."""

    told = Signal(str)

    def __init__(self, label: str, title: str, filter: str, parent: QWidget | None = None) -> None:
        """title: of the dialog.  filter: the kinds of file it offers, as Qt writes them."""
        super().__init__(label, "outline", "download", height=28)
        self._title, self._filter = title, filter
        self._text, self._name = "", ""
        self.setEnabled(False)
        self.clicked.connect(self._choose)

    def offer(self, text: str, name: str) -> None:
        """What is saved, and what its file is called at first; "" switches the button off."""
        self._text, self._name = text, name
        self.setEnabled(bool(text))

    def offered(self) -> str:
        """What a press would save."""
        return self._text

    def _choose(self, *_pressed: object) -> None:
        dialog = QFileDialog(self, self._title, "", self._filter)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(Path(self._name).suffix.lstrip("."))
        dialog.selectFile(self._name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.save)
        dialog.open()

    def save(self, path: str) -> None:
        """Write the text there, whole or not at all."""
        file, data = QSaveFile(path), self._text.encode()
        if file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit():
            self.told.emit(_("Saved as {name}.").format(name=Path(path).name))
        else:
            self.told.emit(_("Not saved: {reason}.").format(reason=file.errorString()))
