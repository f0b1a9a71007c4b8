"""The look in force: palette, text size, typeface, motion. One value, set once, like Qt's own palette.

A widget that paints itself asks `look()` when it paints or computes a size, and nothing else: when the
look changes, Qt sends every widget a StyleChange event, and `Refreshing` turns that into a new layout and
a repaint. So there are no theme signals to connect, and none to forget.
"""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from widgets.base.colors import LIGHT, Palette
from widgets.base.kept_by_qt import forget_style_rules
from widgets.base.mixin import ForWidgets
from widgets.base.stylesheet import stylesheet

__all__ = [
    "SIZES",
    "Look",
    "Refreshing",
    "Resting",
    "apply_look",
    "forget_letters",
    "load_fonts",
    "look",
    "sheet_at_the_end",
]

SIZES = {
    "caption": 12,
    "small": 13,
    "body": 14,
    "lesson": 15,
    "h3": 16,
    "h2": 19,
    "lesson_title": 22,
    "home_title": 26,
}
"""Text sizes in pixels at 100 %. Nothing on screen is smaller than a caption."""


@dataclass(frozen=True, slots=True)
class Look:
    palette: Palette = LIGHT
    scale: float = 1.0  # text size: 0.9 to 2.0; multiplies every length
    family: str = "Inter"
    mono: str = "JetBrains Mono"
    motion: bool = True  # False: "Reduce motion"
    line_weight: float = 1.0  # 1.5 in Present mode, so that a projector shows it

    def px(self, length: float) -> int:
        """A length of the 4 px grid in device-independent pixels at this text size."""
        return round(length * self.scale)

    def color(self, name: str, alpha: int = 255) -> QColor:
        """A palette colour by its name, or any '#RRGGBB', with an alpha of 0..255."""
        color = QColor(name if name.startswith("#") else getattr(self.palette, name))
        color.setAlpha(alpha)
        return color

    def font(self, size: float | str = "body", weight: int = 400, mono: bool = False, italic: bool = False) -> QFont:
        """The typeface at `size` (a name of `SIZES` or pixels at 100 %), with figures of equal width."""
        pixels = self.px(SIZES[size] if isinstance(size, str) else size)
        return QFont(_font(self.mono if mono else self.family, pixels, weight, italic))


@lru_cache(maxsize=256)
def _font(family: str, pixels: int, weight: int, italic: bool) -> QFont:
    """Made once: to set one up takes as long as to write a word with it. Whoever gets it gets a copy."""
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(QFont.Weight(weight))
    font.setItalic(italic)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


POLISHED = Qt.WidgetAttribute.WA_WState_Polished

_current = Look()
_sheets = 0  # style sheets put into force so far
_resting: weakref.WeakSet[QWidget] = weakref.WeakSet()  # hidden widgets that a new look has not reached yet
_undressed: weakref.WeakSet[QWidget] = weakref.WeakSet()  # those of them that had the look before


def look() -> Look:
    """The look in force."""
    return _current


_font_files: list[str] = []


def load_fonts(folder: Path) -> None:
    """Register every font file of `folder` with the application: the same letters on every machine."""
    _font_files[:] = map(str, sorted(folder.glob("*.[ot]tf")))
    for path in _font_files:
        QFontDatabase.addApplicationFont(path)


def forget_letters() -> None:
    """Let go of the letters that were drawn, in every size that was seen, some 12 MB with all experiments: Qt does so
    when a font comes or goes, and draws those again that are seen."""
    _font.cache_clear()
    for path in _font_files[:1]:
        again = QFontDatabase.addApplicationFont(path)
        if again >= 0:
            QFontDatabase.removeApplicationFont(again)


def apply_look(app: QApplication, new: Look | None = None, **changes: Any) -> Look:
    """Make `new` (or the current look with `changes`) the look of the whole application. Where it is in force
    already no widget hears of it."""
    global _current
    before, _current = _current, replace(new or _current, **changes)
    if app.styleSheet() and _current == before:
        return _current
    with _no_collection():
        for widget in app.allWidgets():
            if isinstance(widget, Resting):
                widget.rest_if_hidden()
        if app.font() != _current.font():  # each of the three sends every widget an event
            app.setFont(_current.font())
        app.setPalette(_qt_palette(_current))
        sheet = stylesheet(_current.palette, _current.px, _current.family)
        if app.styleSheet():
            _change(app, sheet)
        else:
            _put_into_force(app, sheet)
    return _current


def _change(app: QApplication, sheet: str) -> None:
    """Another sheet for every widget that does not rest. Qt would restyle each that it has rules of, once for itself
    and once for each of its ancestors; so it is made to forget them, and every widget is restyled here, once."""
    forget_style_rules(app)
    _put_into_force(app, sheet)
    _restyle([widget for widget in app.allWidgets() if widget not in _resting])


def _restyle(widgets: Sequence[QWidget]) -> None:
    """The look that is in force now. First all are dressed and then all are told: one that is told may measure another.
    One that was never dressed is by Qt, before it is seen."""
    for widget in widgets:
        if widget.testAttribute(POLISHED):
            widget.style().polish(widget)
    for widget in widgets:
        if isValid(widget):  # another that was told may have let it go
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))


@contextmanager
def sheet_at_the_end(app: QApplication) -> Iterator[None]:
    """Make the first window of a program in here: its widgets meet the style sheet once, when all of them are there,
    and not again for each layout that they are put into. Beside other windows, which would lose the sheet for a
    moment, nothing is done about it."""
    sheet = app.styleSheet()
    if not sheet or app.topLevelWidgets():
        yield
        return
    app.setStyleSheet("")
    try:
        yield
    finally:
        _put_into_force(app, sheet)


def _put_into_force(app: QApplication, sheet: str) -> None:
    global _sheets
    _sheets += 1
    with _no_collection():
        app.setStyleSheet(sheet)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Qt walks a plain list of all widgets while a style sheet is applied, and our `relook` runs in between:
    a garbage collection there could delete a widget of that list under Qt's feet."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _qt_palette(new: Look) -> QPalette:
    """Qt's own roles from ours, for the few standard widgets that the style sheet does not reach."""
    role = QPalette.ColorRole
    palette = QPalette()
    for target, name in (
        (role.Window, "canvas"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "sunken"),
        (role.Text, "text"),
        (role.Button, "surface"),
        (role.ButtonText, "text"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Link, "accent_text"),
        (role.LinkVisited, "accent_text"),
        (role.PlaceholderText, "text3"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
    ):
        palette.setColor(target, new.color(name))
    disabled = QPalette.ColorGroup.Disabled
    for target in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(disabled, target, new.color("text3"))
    return palette


class Refreshing(ForWidgets):
    """Mixin for widgets that paint or measure themselves: a new look lays them out and paints them again."""

    _laid_out_for: tuple[int, QFont] | None = None  # the sheet and the font that it was laid out for

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.StyleChange and self not in _resting:
            state = (_sheets, self.font())
            if state != self._laid_out_for:  # Qt sends the event also for each layout that a part is put into
                self._laid_out_for = state
                self.relook()
                self.updateGeometry()
                self.update()
        super().changeEvent(event)

    def relook(self) -> None:
        """Hook: sizes and fonts that were set, not asked for, are set again here. May be called often."""


class Resting(Refreshing):
    """Mixin for a large part of the window that may be hidden for long, as an experiment behind a tab is: a new look
    reaches it and all that is in it when it is shown again. Ten hidden experiments would cost ten times as much."""

    _rests = False

    def rest_if_hidden(self) -> None:
        """Sleep through the look that comes next."""
        if self.isVisible() or self._rests:
            return
        self._rests = True
        for widget in (self, *self.findChildren(QWidget)):
            _resting.add(widget)
            if widget.testAttribute(POLISHED):
                widget.setAttribute(POLISHED, False)  # Qt passes it over then
                _undressed.add(widget)

    def showEvent(self, event: QShowEvent) -> None:
        if self._rests:
            self._rests = False
            rested = [widget for widget in (self, *self.findChildren(QWidget)) if widget in _resting]
            for widget in rested:
                _resting.discard(widget)
                if widget in _undressed:
                    _undressed.discard(widget)
                    widget.setAttribute(POLISHED)
            _restyle(rested)
        super().showEvent(event)
