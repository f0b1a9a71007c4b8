"""Chips: short choices in pill shape, one to be chosen, several, or each an act of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QPushButton, QSizePolicy, QWidget

from widgets.base.look import look
from widgets.base.roles import Exclusive, be_group
from widgets.controls.buttons import Pressable, plain
from widgets.text.flow_layout import FlowLayout

__all__ = ["Chip", "ChipRow", "Segmented"]

TALL, LOW = 28, 25
_WAYS: dict[int, int] = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class Chip(Exclusive, Pressable, QPushButton):
    """One pill, 28 px high (25 where room is scarce); a chosen one is filled with the colour of the text."""

    arrowed = Signal(int)  # an arrow key: so many chips on; in a row of mode "one" Qt does this itself

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(plain(text), parent)
        self._tall = TALL
        self.setProperty("kind", "chip")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)

    def set_tall(self, tall: int) -> None:
        """Another height, in pixels at 100 %."""
        self._tall = tall
        self.updateGeometry()

    def words(self) -> str:
        """The text as it is read."""
        return self.text().replace("&&", "&")

    def _text_width(self) -> int:
        font = look().font("small", 600 if self.isCheckable() else 500)
        return QFontMetrics(font).horizontalAdvance(self.words()) + 2

    def sizeHint(self) -> QSize:
        return QSize(self._text_width() + look().px(24 if self._tall == TALL else 20), look().px(self._tall))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._text_width() + look().px(8), look().px(self._tall))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        on = _WAYS.get(event.key(), 0)
        if on and self.group() is not None and not self.group().exclusive():
            sideways = event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right)
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            self.arrowed.emit(-on if sideways and mirrored else on)
        else:
            super().keyPressEvent(event)

    def focus_radius(self) -> float:
        return self.height() / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        now = look()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # a text turns by its own letters
        fill, edge, ink = self._colors()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(now.color(edge), 1))
        painter.setBrush(now.color(fill))
        painter.drawRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.setPen(now.color(ink))
        painter.setFont(now.font("small", 600 if self.isChecked() else 500))
        words = painter.fontMetrics().elidedText(self.words(), Qt.TextElideMode.ElideRight, self.width() - now.px(8))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, words)

    def _colors(self) -> tuple[str, str, str]:
        """Fill, outline and text."""
        if not self.isEnabled():
            return ("press", "press", "text3") if self.isChecked() else ("surface", "line", "text3")
        if self.isChecked():
            fill = "text2" if self.isDown() or self.underMouse() else "text"
            return fill, fill, "surface"
        if self.isDown():
            return "press", "edge", "text"
        return ("hover", "edge", "text") if self.underMouse() else ("surface", "edge", "text2")


class ChipRow(QWidget):
    """Chips in lines that wrap; arrow keys go from one to the next.

    `mode` "one": exactly one is chosen, and it is the row's one stop for Tab; "many": any number; "press":
    none stays chosen, each press counts. `settled` is that of the lines: see FlowLayout. `chosen` carries the
    key of the chip that the user pressed.
    """

    chosen = Signal(str)

    def __init__(
        self,
        keys: Sequence[str],
        labels: Sequence[str] = (),
        mode: str = "one",
        even: bool = False,
        parent: QWidget | None = None,
        settled: bool = False,
    ) -> None:
        super().__init__(parent)
        if mode not in ("one", "many", "press"):
            raise ValueError(f"mode must be 'one', 'many' or 'press', got {mode!r}")
        be_group(self)
        self._mode, self._compact = mode, False
        self._chips: dict[str, Chip] = {}
        self._layout = FlowLayout(self, gap=6, even=even, settled=settled)
        self._group = QButtonGroup(self)
        self._group.setExclusive(mode == "one")
        self._group.buttonClicked.connect(self._pressed)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.set_chips(keys, labels)

    def set_labels(self, labels: Sequence[str]) -> None:
        """The same chips by other words, each in its place for Tab."""
        for chip, label in zip(self._chips.values(), labels, strict=True):
            chip.setText(plain(label))
            chip.updateGeometry()
        self._layout.invalidate()
        self.updateGeometry()

    def set_chips(self, keys: Sequence[str], labels: Sequence[str] = ()) -> None:
        """Other chips: `keys` and, if they differ from the keys, the `labels` shown."""
        for chip in self._chips.values():
            self._group.removeButton(chip)
            self._layout.removeWidget(chip)
            chip.deleteLater()
        self._chips = {key: Chip(label, self) for key, label in zip(keys, labels or keys, strict=True)}
        for chip in self._chips.values():
            chip.setCheckable(self._mode != "press")
            self._group.addButton(chip)
            chip.arrowed.connect(self._go)
            self._layout.addWidget(chip)
        if self._mode == "one" and keys:
            self.set_chosen(keys[0])
        self._choose_proxy()
        self.updateGeometry()

    def set_compact(self, compact: bool) -> None:
        """Lower and closer together, for small screens."""
        if compact != self._compact:
            self._compact = compact
            self._layout.set_gap(4 if compact else 6)
            for chip in self._chips.values():
                chip.set_tall(LOW if compact else TALL)

    def chip(self, key: str) -> Chip:
        """The chip of `key`, e.g. for a tooltip."""
        return self._chips[key]

    def chosen_keys(self) -> tuple[str, ...]:
        """The keys of the chosen chips, in the order shown."""
        return tuple(key for key, chip in self._chips.items() if chip.isChecked())

    def set_chosen(self, keys: str | Collection[str]) -> None:
        """Choose `keys` (in mode "one" a single one), without a signal."""
        wanted = {keys} if isinstance(keys, str) else set(keys)
        if unknown := wanted - set(self._chips):
            raise ValueError(f"keys must be among {list(self._chips)}, got {sorted(unknown)}")
        for key, chip in self._chips.items():
            if self._mode != "one" or key in wanted:
                chip.setChecked(key in wanted)
        self._choose_proxy()

    def _choose_proxy(self) -> None:
        """Focus that is given to the row goes to the chosen chip, or to the first."""
        chips = list(self._chips.values())
        if chips:
            self.setFocusProxy(next((chip for chip in chips if chip.isChecked()), chips[0]))

    def _go(self, on: int) -> None:
        chips = list(self._chips.values())
        sender = self.sender()
        place = next(i for i, chip in enumerate(chips) if chip is sender) + on
        if 0 <= place < len(chips):
            chips[place].setFocus(Qt.FocusReason.TabFocusReason)

    def _pressed(self, button: QPushButton) -> None:
        self.chosen.emit(next(key for key, chip in self._chips.items() if chip is button))


class Segmented(ChipRow):
    """The views of one thing, one at a time (Map · 3-D · Slice), on one line wherever there is room for it."""

    def __init__(self, keys: Sequence[str], labels: Sequence[str] = (), parent: QWidget | None = None) -> None:
        super().__init__(keys, labels, "one", parent=parent, settled=True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()
