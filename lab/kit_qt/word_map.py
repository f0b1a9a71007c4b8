"""A map of words: a dot for each, names where there is room for them, the chosen one lit. A press chooses the nearest
word, the page keys walk from word to word, and rings can be dragged: a word itself, or what is to be put on another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from lab.core.records import dataclass
from lab.core.text import _
from widgets.base.look import Look, look
from widgets.canvas.axes import Margins, rounded
from widgets.canvas.layers import Handle, Trail
from widgets.canvas.markers import marker_path
from widgets.canvas.stage import Stage
from widgets.canvas.viewport import Viewport

__all__ = ["MARKERS", "Spots", "WordMap"]

Floats = NDArray[np.floating]
REACH = 24.0  # pixels at 100 % text within which a press finds a word
LETTERS, FEW, RING = 26, 60, 15  # of a name; dots that names keep clear of; pixels around a word that has a ring
GROWTH = 1.25  # the map grows and shrinks by this factor, so that it stands still while words drift
BAND, APART = 24, 6  # pixels
PICTURE = 20  # pixels of a small image at 100 % text
MARKERS = ("o", "t1", "s", "d")  # of the first categories
Box = tuple[float, float, float, float]
_NAME = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True, eq=False)
class Spots:
    """What stands on the map.

    names: each once.  labels: what is written.  places: [N, 2].  tones: [N], −1 quiet, else a category of the palette.
    focus: the chosen one, −1 none.  near: those that are marked as its neighbours, nearest first.  notes: what is said
    of each beside its name.  steady: whether the window keeps its middle at 0 and grows in steps.
    images: [N, S, S], 0..1, drawn in place of names.
    """

    names: Sequence[str]
    labels: Sequence[str]
    places: Floats
    tones: Sequence[int]
    focus: int = -1
    near: Sequence[int] = ()
    notes: Mapping[int, str] = field(default_factory=dict)
    steady: bool = False
    images: Floats | None = None


EMPTY = Spots((), (), np.zeros((0, 2)), ())


class WordMap(Stage):
    """`chosen` carries the name of a word that was pressed.  `carried`, `put`: where on the screen a ring is in the
    hand, and where it is let go, also beside the map."""

    chosen = Signal(str)
    carried = Signal(QPoint)
    put = Signal(QPoint)
    keys_take_handle = False

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spots, self._bare, self._ghost = EMPTY, True, ""
        self._fitted: object = None
        self._widths: dict[str, dict[str, float]] = {}  # of names in pixels, by font
        self.clicked.connect(self._press)
        self.hovered.connect(self._read)
        self.unhovered.connect(self._unread)

    # ---- what the caller says

    def set_spots(self, spots: Spots, bare: bool = True) -> None:
        """Show these. bare: without numbers at the axes, where they mean nothing."""
        self._spots, self._bare = spots, bare
        self._fit_window()
        self.refresh()

    def spots(self) -> Spots:
        """What is shown."""
        return self._spots

    def set_ghost(self, text: str) -> None:
        """What is said while there is nothing on the map."""
        if text != self._ghost:
            self._ghost = text
            self.refresh()

    def nearest_to(self, x: float, y: float, reach: float = math.inf) -> int:
        """The word nearest to a place, within so many pixels; −1 for none."""
        if not len(self._spots.names):
            return -1
        view = self.view()
        at = np.array(view.screen(x, y))
        far = np.linalg.norm(view.points(np.asarray(self._spots.places)) - at, axis=1)
        best = int(far.argmin())
        return best if far[best] <= reach else -1

    def pixel_of(self, number: int) -> QPointF:
        """Where a word stands, in pixels of this widget."""
        x, y = self.view().screen(*(float(v) for v in self._spots.places[number]))
        return QPointF(x, y)

    # ---- the window

    def _fit_window(self) -> None:
        """A window that holds all words, with one unit for both directions where the room allows it."""
        places = np.asarray(self._spots.places, float)
        if not len(places) or not np.isfinite(places).all():
            return
        wide, high = max(self.width(), 40), max(self.height(), 40)
        if self._spots.steady:
            reach = max(float(np.abs(places).max()), 1e-9)
            half_y = GROWTH ** math.ceil(math.log(1.08 * reach, GROWTH))
            middle, half_x = np.zeros(2), half_y
        else:
            low, top = places.min(axis=0), places.max(axis=0)
            middle = (low + top) / 2
            half_x, half_y = (float(v) for v in np.maximum((top - low) * 0.54, 1e-9))
        if half_x / wide < half_y / high:
            half_x = half_y * wide / high
        else:
            half_y = half_x * high / wide
        wanted = (middle[0] - half_x, middle[0] + half_x, middle[1] - half_y, middle[1] + half_y)
        if wanted != self._fitted:
            self._fitted = wanted
            self.set_range(*wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_window()

    def margins(self, look: Look) -> Margins:
        return Margins(2, 2, 2, 2) if self._bare else super().margins(look)

    def paint_frame(self, painter: QPainter, view: Viewport, look: Look) -> None:
        if not self._bare:
            super().paint_frame(painter, view, look)

    # ---- painting

    def paint_picture(self, painter: QPainter, view: Viewport, look: Look, ratio: float) -> None:
        outline = rounded(view, look)
        painter.fillPath(outline, look.color("sunken"))
        painter.setPen(QPen(look.color("line"), 1))
        painter.drawPath(outline)
        painter.save()
        painter.setClipPath(outline)
        room = QRectF(view.left, view.top, view.width, view.height)
        if not len(self._spots.names):
            painter.setPen(look.color("text3"))
            painter.setFont(look.font("small", 500))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._ghost)
        else:
            pixels = view.points(np.asarray(self._spots.places))
            self._paint_dots(painter, pixels, look)
            if self._spots.images is None:
                self._paint_names(painter, pixels, room, look)
            else:
                self._paint_images(painter, pixels, self._spots.images, look)
        painter.restore()

    def _paint_dots(self, p: QPainter, pixels: Floats, now: Look) -> None:
        s = self._spots
        if 0 <= s.focus < len(pixels):
            p.setPen(QPen(now.color("accent", 110), now.px(1)))
            for other in s.near:
                if other >= 0:
                    p.drawLine(QPointF(*pixels[s.focus]), QPointF(*pixels[other]))
        radius, tones = now.px(3), np.asarray(s.tones, int)
        quiet = QPen(now.color("text3", 120), 2 * radius)
        quiet.setCapStyle(Qt.PenCapStyle.RoundCap)
        p.setPen(quiet)
        p.drawPoints([QPointF(x, y) for x, y in pixels[tones < 0].tolist()])
        p.setPen(Qt.PenStyle.NoPen)
        for tone in sorted({*tones[tones >= 0].tolist()}):
            p.setBrush(QColor(now.palette.categories[tone]))
            marker = marker_path(MARKERS[tone % len(MARKERS)], 1.6 * radius)
            for x, y in pixels[tones == tone].tolist():
                p.drawPath(marker.translated(x, y))
        if 0 <= s.focus < len(pixels):
            p.setPen(QPen(now.color("#FFFFFF"), now.px(2)))
            p.setBrush(now.color("ball"))
            p.drawEllipse(QPointF(*pixels[s.focus]), 2.2 * radius, 2.2 * radius)

    def _paint_images(self, p: QPainter, pixels: Floats, images: Floats, now: Look) -> None:
        """Small images over their dots, none on another, and the chosen one in a frame."""
        s, half, taken = self._spots, now.px(PICTURE) / 2, _Taken(np.zeros((0, 4)))
        first = [n for n in (s.focus, *s.near) if 0 <= n < len(pixels)]
        for number in dict.fromkeys([*first, *range(len(pixels))]):
            x, y = pixels[number].tolist()
            box = (x - half, y - half, x + half, y + half)
            if taken.meets(box):
                continue
            taken.add(box)
            spot, tone = QRectF(box[0], box[1], 2 * half, 2 * half), s.tones[number]
            color = QColor(now.palette.categories[tone]) if tone >= 0 else now.color("text2")
            p.fillRect(spot, now.color("sunken"))
            p.drawImage(spot, _ink(images[number], color))
            if number == s.focus:
                p.setPen(QPen(now.color("ball"), now.px(2)))
                p.setBrush(Qt.BrushStyle.NoBrush)
                p.drawRect(spot)

    def _paint_names(self, p: QPainter, pixels: Floats, room: QRectF, now: Look) -> None:
        """Names beside their dots: the chosen one first, then its neighbours, then all that find room."""
        s = self._spots
        first = [n for n in (s.focus, *s.near) if 0 <= n < len(pixels)]
        colored = [n for n, tone in enumerate(s.tones) if tone >= 0]
        taken, names = _Taken(self._dot_boxes(pixels, now)), _Taken(np.zeros((0, 4)))
        all_of_them = any(isinstance(layer, Trail) for layer in self.layers())
        rings = {self.nearest_to(layer.x, layer.y) for layer in self.layers() if isinstance(layer, Handle)}
        edges = (room.left(), room.top(), room.right(), room.bottom())
        places = pixels.tolist()
        for known, numbers in ((True, dict.fromkeys(first)), (False, dict.fromkeys([*colored, *range(len(places))]))):
            p.setFont(now.font("caption", 600 if known else 450))
            metrics = QFontMetricsF(p.font())
            widths, high = self._widths.setdefault(p.font().key(), {}), metrics.height() * 0.92
            for number in numbers:
                if not known and number in first:
                    continue
                text, gap = _short(s.labels[number]), now.px(RING if number in rings else 7)
                if text not in widths:
                    widths[text] = metrics.horizontalAdvance(text) + 2
                size = (widths[text], high)
                box = _free(places[number], size, gap, edges, taken, all_of_them)
                if box is None and (all_of_them or number == s.focus):  # these have their names, if not on another's
                    box = _free(places[number], size, gap, edges, names)
                if box is not None:
                    taken.add(box)
                    names.add(box)
                    p.setPen(self._color_of(number, known, now))
                    p.drawText(QRectF(box[0], box[1], box[2] - box[0], box[3] - box[1]), _NAME, text)

    def _color_of(self, number: int, known: bool, now: Look) -> QColor:
        """The colour of a name."""
        tone = self._spots.tones[number]
        if number == self._spots.focus:
            return now.color("text")
        return QColor(now.palette.categories[tone]) if tone >= 0 else now.color("text" if known else "text2")

    def _dot_boxes(self, pixels: Floats, now: Look) -> Floats:
        """What names keep clear of: rings, trails, dots in colour, and all dots where they are few, [N, 4]."""
        view, near, ring = self.view(), now.px(4), now.px(RING - 3)
        handles = [layer for layer in self.layers() if isinstance(layer, Handle)]
        rings = view.points(np.array([[h.x, h.y] for h in handles], float).reshape(-1, 2))
        few = pixels if len(pixels) <= FEW else pixels[np.asarray(self._spots.tones) >= 0]
        small = np.vstack([few, *(_along(view.points(t.points)) for t in self.layers() if isinstance(t, Trail))])
        return np.vstack([np.hstack([rings - ring, rings + ring]), np.hstack([small - near, small + near])])

    # ---- the hand

    def _press(self, x: float, y: float) -> None:
        found = self.nearest_to(x, y, look().px(REACH))
        if found >= 0:
            self.chosen.emit(self._spots.names[found])

    def _read(self, x: float, y: float) -> None:
        found = self.nearest_to(x, y, look().px(REACH))
        if found < 0:
            self.set_readout("")
            return
        name, note = self._spots.names[found], self._spots.notes.get(found, "")
        self.set_readout(f"{name} · {note}" if note else name)

    def _unread(self) -> None:
        self.set_readout("")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if self._held and not self._by_key:
            self.carried.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        held = self._held and not self._by_key and event.button() == Qt.MouseButton.LeftButton
        super().mouseReleaseEvent(event)
        if held:
            self.put.emit(event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}
        if Qt.Key(event.key()) in steps and len(self._spots.names):
            number = (self._spots.focus + steps[Qt.Key(event.key())]) % len(self._spots.names)
            self.chosen.emit(self._spots.names[number])
            self.tell(self._spots.names[number])
            return
        super().keyPressEvent(event)

    def summary(self) -> str:
        s = self._spots
        if not len(s.names):
            return self._ghost
        said = [_("{n} on the map.").format(n=len(s.names))]
        if 0 <= s.focus < len(s.names):
            said.append(_("Chosen: {name}.").format(name=s.names[s.focus]))
        near = [s.names[n] for n in s.near if n >= 0][:5]
        if near:
            said.append(_("Near: {names}.").format(names=", ".join(near)))
        return " ".join(said)


def _short(text: str) -> str:
    return text if len(text) <= LETTERS else text[: LETTERS - 1].rstrip() + "…"


def _ink(image: Floats, color: QColor) -> QImage:
    """An image, [S, S] in 0..1, as ink of a colour on nothing."""
    high, wide = image.shape
    pixels = np.empty((high, wide, 4), np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = color.blue(), color.green(), color.red()
    pixels[..., 3] = np.clip(255 * image, 0, 255)
    return QImage(pixels.tobytes(), wide, high, 4 * wide, QImage.Format.Format_ARGB32).copy()


def _along(trail: Floats) -> Floats:
    """Places along a line of pixels, [N, 2], that are no farther apart than APART: [M, 2]."""
    trail = trail[np.isfinite(trail).all(axis=1)]
    parts = [np.linspace(a, b, 2 + int(np.hypot(*(b - a)) // APART)) for a, b in pairwise(trail)]
    return np.vstack(parts) if parts else trail


def _free(
    at: Sequence[float], size: tuple[float, float], gap: float, edges: Box, taken: _Taken, far: bool = False
) -> Box | None:
    """A free box of a size within edges beside a place, with a gap: right of it, left, above, below; and where names
    may stand so `far`, a line above or below that."""
    (x, y), (wide, high) = at, size
    middle = max(min(x - wide / 2, edges[2] - wide), edges[0])
    spots = (
        (x + gap, y - high / 2),
        (x - gap - wide, y - high / 2),
        (middle, y - gap - high),
        (middle, y + gap),
        (middle, y - gap - 2 * high),
        (middle, y + gap + high),
    )
    for left, top in spots if far else spots[:4]:
        box = (left, top, left + wide, top + high)
        inside = edges[0] <= left and box[2] <= edges[2] and edges[1] <= top and box[3] <= edges[3]
        if inside and not taken.meets(box):
            return box
    return None


class _Taken:
    """Boxes that are taken, sorted into bands of the picture, so that few are looked at."""

    def __init__(self, boxes: Floats) -> None:
        """boxes: [N, 4], left, top, right, bottom."""
        self._bands: dict[int, list[Box]] = {}
        for left, top, right, bottom in boxes.tolist():
            self.add((left, top, right, bottom))

    def add(self, box: Box) -> None:
        """Take one more."""
        for band in self._bands_of(box):
            self._bands.setdefault(band, []).append(box)

    def meets(self, box: Box) -> bool:
        """Whether a box overlaps one of them."""
        left, top, right, bottom = box
        for band in self._bands_of(box):
            for other in self._bands.get(band, ()):
                if other[0] < right and other[2] > left and other[1] < bottom and other[3] > top:
                    return True
        return False

    def _bands_of(self, box: Box) -> range:
        return range(int(box[1] // BAND), int(box[3] // BAND) + 1)
