"""Formulas set from LaTeX: as a drawing, as characters within a line, and as words for who cannot see them.

A formula is set once by ziamath and kept; drawing it in another colour or size is free of that work. What a program
shows anyway can be set beforehand: `use_stored` names a file that `stored` wrote. Then ziamath is not even imported,
which with its letters takes 18 MB and a third of a second. Simple formulas inside a sentence, such as η < 2/λ, become
ordinary characters, which wrap, scale and are read aloud with the sentence; only what needs a drawing (fractions,
roots, sums) becomes one.
"""

from __future__ import annotations

import json
import re
import unicodedata
import warnings
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from widgets.base.accessible import Described
from widgets.base.imports import stand_ins
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

__all__ = [
    "Drawing",
    "Formula",
    "Run",
    "drawing",
    "image",
    "runs",
    "spoken",
    "stored",
    "use_stored",
]

_SET_AT = 24.0  # the size formulas are set at; drawings scale
_SPACED = set("=<>≤≥≈≠←→↦⇒+−±×∈∝≪≫∼")  # operators with room on both sides
_SIMPLE = {"math", "mrow", "mstyle", "mi", "mn", "mo", "mtext", "mspace", "msub", "msup", "mover"}


@dataclass(frozen=True, slots=True)
class Drawing:
    """A formula as SVG, with its extent around the base line in units of its type size."""

    svg: str
    width: float
    ascent: float
    descent: float

    def render(self, painter: QPainter, place: QRectF, color: str) -> None:
        """Draw it into `place` in '#RRGGBB'."""
        colored = self.svg.replace('fill="black"', f'fill="{color}"').replace("<svg ", f'<svg fill="{color}" ', 1)
        QSvgRenderer(colored.encode()).render(painter, place)


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a formula in one style; `script` is 1 for raised, -1 for lowered."""

    text: str
    italic: bool = False
    script: int = 0


_files: list[Path] = []  # of formulas that were set beforehand


def use_stored(file: Path) -> None:
    """From here on, look for formulas first in a file of those that were set beforehand."""
    _files[:] = [file]
    _beforehand.cache_clear()


@lru_cache(maxsize=1)
def _beforehand() -> dict[str, dict[str, Any]]:
    """What was set beforehand, by its LaTeX: "spoken", "runs", "own" on a line of its own, "inline" within a line."""
    try:
        found: dict[str, dict[str, Any]] = json.loads(_files[0].read_text("utf-8")) if _files else {}
    except (OSError, ValueError):  # then they are set when they are shown
        return {}
    return found


def stored(own: Iterable[str], inline: Iterable[str]) -> str:
    """The content of such a file, of formulas on lines of their own and in lines. Raises ValueError as `drawing`."""
    found: dict[str, dict[str, Any]] = {}
    for latex in sorted({*own, *inline}):
        found[latex] = {"spoken": spoken(latex)}
    for latex in sorted(set(own)):
        found[latex]["own"] = astuple(drawing(latex))
    for latex in sorted(set(inline)):
        characters = runs(latex)
        found[latex]["runs"] = None if characters is None else [astuple(run) for run in characters]
        if characters is None:
            found[latex]["inline"] = astuple(drawing(latex, inline=True))
    lines = (json.dumps({latex: kept}, ensure_ascii=False)[1:-1] for latex, kept in found.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


@lru_cache(maxsize=1)
def _ziamath() -> Any:
    """The typesetter, imported when the first formula is shown: that takes a fifth of a second."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how it finds its own font is old-fashioned
        with stand_ins({"urllib.request": {}}):  # and with it all that opens a connection: 5 MB
            import ziamath
            from ziamath.config import config
    config.svg2 = False  # Qt's SVG knows no <use>
    return ziamath


@lru_cache(maxsize=8)  # one after another: as characters, as a drawing, as words; those are kept, this is a tree
def _typeset(latex: str, inline: bool) -> Any:
    ziamath = _ziamath()
    try:
        made = ziamath.Latex(latex, size=_SET_AT, inline=inline, margin=0.2)
        made.svg()
    except Exception as error:
        raise ValueError(f"formula: cannot set {latex!r}: {error or type(error).__name__}") from None
    unknown = [text for text in _tree(made).itertext() if text.startswith("\\")]
    if unknown:
        raise ValueError(f"formula: {latex!r} has the unknown command {unknown[0]}")
    return made


def _tree(made: Any) -> Element:
    from xml.etree.ElementTree import fromstring  # the typesetter needs it as well, and nobody else

    text = made.mathmlstr() if callable(made.mathmlstr) else made.mathmlstr
    return fromstring(text)


@lru_cache(maxsize=256)
def drawing(latex: str, inline: bool = False) -> Drawing:
    """The drawing of a formula. Raises ValueError naming the formula when it cannot be set."""
    kept = _beforehand().get(latex, {}).get("inline" if inline else "own")
    if kept is not None:
        return Drawing(*kept)
    svg = str(_typeset(latex, inline).svg())
    box = re.search(r'viewBox="([^"]*)"', svg)
    assert box is not None
    _left, top, width, height = (float(number) for number in box[1].split())
    return Drawing(svg, width / _SET_AT, -top / _SET_AT, (height + top) / _SET_AT)


def image(latex: str, size: float, color: str, least_descent: float = 0.0) -> tuple[QImage, bool]:
    """A formula to stand in a line of text of `size` pixels, at twice the density.

    Returns the picture and whether it is centred on the base line. Where the formula reaches hardly deeper than
    `least_descent`, the picture ends that far below the base line; where it does, both halves are equal.
    """
    set_as = drawing(latex, inline=True)
    ascent, descent = set_as.ascent * size, set_as.descent * size
    centred = descent > least_descent + 0.12 * size
    below = max(ascent, descent) if centred else least_descent
    above = below if centred else ascent + max(0.0, descent - least_descent)
    width = set_as.width * size
    picture = QImage(max(1, round(2 * width)), max(1, round(2 * (above + below))), QImage.Format.Format_ARGB32)
    picture.setDevicePixelRatio(2)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    set_as.render(painter, QRectF(0, above - ascent, width, ascent + descent), color)
    painter.end()
    return picture, centred


@lru_cache(maxsize=512)
def runs(latex: str) -> tuple[Run, ...] | None:
    """The formula as characters, or None where it needs a drawing. Raises ValueError as `drawing` does."""
    known = _beforehand().get(latex, {})
    if "runs" in known:
        return None if known["runs"] is None else tuple(Run(*run) for run in known["runs"])
    found: list[Run] = []
    return tuple(found) if _add_runs(_tree(_typeset(latex, True)), 0, found) else None


def _add_runs(node: Element, script: int, found: list[Run]) -> bool:
    if node.tag not in _SIMPLE:
        return False
    if node.tag in ("msub", "msup"):
        base, small = node
        raised = 1 if node.tag == "msup" else -1
        return script == 0 and _add_runs(base, 0, found) and _add_runs(small, raised, found)
    if node.tag == "mover" and node.get("accent"):
        letter = unicodedata.normalize("NFC", _words(node))
        found.append(Run(letter, True, script))
        return len(letter) == 1
    text = (node.text or "") if len(node) == 0 else ""
    if any(ord(letter) > 0xFFFF or 0x300 <= ord(letter) < 0x370 for letter in text):
        return False
    if node.tag == "mspace":
        narrow = float((node.get("width") or "1em").removesuffix("em")) < 0.4
        found.append(Run("\N{THIN SPACE}" if narrow else "\N{EN SPACE}", script=script))
    elif _is_spaced(node):
        found.append(Run(f"\N{NO-BREAK SPACE}{text}\N{NO-BREAK SPACE}" if script == 0 else text, script=script))
    elif text:
        found.append(Run(text, node.tag == "mi" and len(text) == 1, script))
    return all(_add_runs(child, script, found) for child in node)


def _is_spaced(node: Element) -> bool:
    return node.tag == "mo" and node.get("form") == "infix" and node.text in _SPACED


@lru_cache(maxsize=512)
def spoken(latex: str) -> str:
    """The formula on one line, for screen readers and plain text: w ← w − η·∇L(w)."""
    kept = _beforehand().get(latex, {}).get("spoken")
    if kept is not None:
        return str(kept)
    words = unicodedata.normalize("NFC", _words(_tree(_typeset(latex, True))))
    return re.sub(r"\s+", " ", words).strip()


def _words(node: Element) -> str:
    parts = [_words(child) for child in node]
    match node.tag:
        case "mfrac":
            return f"{_held(parts[0])}/{_held(parts[1])}"
        case "msqrt":
            return f"√{_held(''.join(parts))}"
        case "msub" | "munder":
            return f"{parts[0]}_{_held(parts[1])}"
        case "msup":
            return f"{parts[0]}^{_held(parts[1])}"
        case "msubsup" | "munderover":
            return f"{parts[0]}_{_held(parts[1])}^{_held(parts[2])} "
        case "mtr":
            return ", ".join(parts) + "; "
        case "mspace":
            return " "
        case "mo" if _is_spaced(node):
            return f" {node.text} "
    return (node.text or "").replace("\N{NO-BREAK SPACE}", " ") + "".join(parts)


def _held(text: str) -> str:
    return text if text.strip().replace("_", "").isalnum() else f"({text.strip()})"


class Formula(Described, Refreshing, QFrame):
    """A formula in a well of its own, as large as fits, at most `size` pixels; read aloud in words."""

    def __init__(self, latex: str, size: float = 20, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.latex, self._size = latex, size
        self._drawing = drawing(latex)
        self.setAccessibleName(spoken(latex))
        self.set_description(spoken(latex))
        self.setToolTip(spoken(latex))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        kind(self, "formula")

    def sizeHint(self) -> QSize:
        px = look().px
        tall = (self._drawing.ascent + self._drawing.descent) * px(self._size)
        return QSize(round(self._drawing.width * px(self._size)) + 2 * px(12), round(tall) + 2 * px(11))

    def minimumSizeHint(self) -> QSize:
        return QSize(look().px(120), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(now.color("sunken"))
        painter.drawRoundedRect(QRectF(self.rect()), now.px(8), now.px(8))
        size = min(float(now.px(self._size)), (self.width() - 2 * now.px(12)) / self._drawing.width)
        width, tall = self._drawing.width * size, (self._drawing.ascent + self._drawing.descent) * size
        place = QRectF((self.width() - width) / 2, (self.height() - tall) / 2, width, tall)
        self._drawing.render(painter, place, now.palette.text)
