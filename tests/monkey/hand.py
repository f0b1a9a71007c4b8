"""A hand that plays with everything it sees, without a plan but with a seed."""

from __future__ import annotations

import random

from PySide6.QtCore import QRect
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QApplication,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from tests.monkey.gestures import Gesture, address_of, seen

__all__ = ["Hand"]

KEYS = (
    "Space", "Right", "Left", "Up", "Down", "Shift+Right", "Shift+Left", "Home", "End", "PgUp", "PgDown", "R", "S",
    "P", "C", "B", "W", "F", "1", "2", "3", "4", "5", "9", "Tab", "Shift+Tab", "Return", "Escape", "Del", "Backspace",
    "+", "-", "0", "F1", "F6", "F11", "Ctrl+K", "Ctrl+L", "Ctrl+1", "Ctrl+H", "Ctrl+Z", "Ctrl+Y", "Ctrl+,", "Ctrl+0",
    "Ctrl++", "Ctrl+-", "Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+W", "Menu", ".",
)  # fmt: skip
RUBBISH = (
    "", "0", "-1", "1e400", "-1e-400", "nan", "inf", "0,5", "1.2.3", "9" * 400, "½", "π", "x", "--", "1/0", "3 4",
    "1e5", "a,b\n1,2\n3,4\n5,6", "x\ty\n1\t2\n2\t3,5\n-\t4", "ünïcödé 漢字 🙂", "مرحبا", "\u202eabc", "x**2 + y",
    "sin(x)*y", "((((", "abab" * 400, "The cat sat on the mat.", "a" * 5_000, "print('hello')", "while True: pass",
    "import os", "\n" * 50,
)  # fmt: skip
SIZES = ((1366, 728), (1024, 600), (1920, 1080), (900, 560), (1366, 1000), (760, 480))


class Hand:
    """Chooses the next gesture from what is on the screen."""

    def __init__(self, seed: int, experiments: tuple[str, ...]) -> None:
        self._chance = random.Random(seed)
        self._experiments = experiments

    def next(self) -> Gesture | None:
        """Something to do; None when there is nothing to be seen."""
        widgets = seen()
        if not widgets:
            return None
        front = QApplication.activePopupWidget() or QApplication.activeModalWidget()
        if isinstance(front, QFileDialog) or (front is not None and self._chance.random() < 0.5):
            return Gesture("key", address_of(front), text="Escape")
        kind = self._chance.choices(tuple(CHOICES), [weight for weight, _how in CHOICES.values()])[0]
        if front is not None and kind in ("open", "close"):  # those would reach past what is in front
            kind = "press"
        return CHOICES[kind][1](self, widgets)

    # ---------------------------------------------------------------------------------------- choices

    def _on(self, widgets: list[QWidget], kinds: tuple[type[QWidget], ...]) -> QWidget | None:
        fitting = [w for w in widgets if isinstance(w, kinds) and w.isEnabled() and not w.visibleRegion().isEmpty()]
        return self._chance.choice(fitting) if fitting else None

    def _point(self, widget: QWidget) -> tuple[int, int]:
        room = widget.visibleRegion().boundingRect() if not widget.visibleRegion().isEmpty() else widget.rect()
        room = room & QRect(0, 0, widget.width(), widget.height())
        across = self._chance.randrange(max(1, room.width())) + room.left()
        return across, self._chance.randrange(max(1, room.height())) + room.top()

    def _picture(self, widgets: list[QWidget]) -> QWidget | None:
        """Something that is painted by itself, the larger the likelier."""
        leaves = [
            w
            for w in widgets
            if min(w.width(), w.height()) > 60 and not w.findChild(QWidget) and not w.visibleRegion().isEmpty()
        ]
        return self._chance.choices(leaves, [w.width() * w.height() for w in leaves])[0] if leaves else None

    def pressed(self, widgets: list[QWidget]) -> Gesture | None:
        button = self._on(widgets, (QAbstractButton,))
        return button and Gesture("click", address_of(button), ((button.width() // 2, button.height() // 2),))

    def clicked(self, widgets: list[QWidget]) -> Gesture | None:
        picture = self._picture(widgets)
        kind = self._chance.choice(("click", "click", "click", "double click", "right click"))
        return picture and Gesture(kind, address_of(picture), (self._point(picture),))

    def dragged(self, widgets: list[QWidget]) -> Gesture | None:
        picture = self._picture(widgets)
        if picture is None:
            return None
        points = tuple(self._point(picture) for _ in range(self._chance.randint(2, 8)))
        return Gesture("drag", address_of(picture), points)

    def hovered(self, widgets: list[QWidget]) -> Gesture | None:
        picture = self._picture(widgets)
        return picture and Gesture("hover", address_of(picture), tuple(self._point(picture) for _ in range(3)))

    def turned(self, widgets: list[QWidget]) -> Gesture | None:
        picture = self._picture(widgets)
        turn = (0, self._chance.choice((-720, -120, 120, 720)))
        return picture and Gesture(
            "wheel", address_of(picture), (self._point(picture), turn), self._chance.choice(("", "Ctrl"))
        )

    def slid(self, widgets: list[QWidget]) -> Gesture | None:
        sliders = [w for w in widgets if isinstance(w, QAbstractSlider) or "lider" in type(w).__name__]
        sliders = [w for w in sliders if w.isEnabled() and not w.visibleRegion().isEmpty()]
        if not sliders:
            return None
        slider = self._chance.choice(sliders)
        return Gesture("drag", address_of(slider), tuple(self._point(slider) for _ in range(4)))

    def typed(self, widgets: list[QWidget]) -> Gesture | None:
        field = self._on(widgets, (QLineEdit, QPlainTextEdit, QTextEdit))
        return field and Gesture("type", address_of(field), text=self._chance.choice(RUBBISH))

    def struck(self, widgets: list[QWidget]) -> Gesture:
        return Gesture("key", address_of(widgets[0]), text=self._chance.choice(KEYS))

    def resized(self, widgets: list[QWidget]) -> Gesture:
        return Gesture("resize", address_of(widgets[0]), (self._chance.choice(SIZES),))

    def opened(self, _widgets: list[QWidget]) -> Gesture:
        return Gesture("open", text=f"{self._chance.choice(self._experiments)} {self._chance.randrange(1_000)}")

    def closed(self, _widgets: list[QWidget]) -> Gesture:
        return Gesture("close box", text=str(self._chance.randrange(1_000)))


CHOICES = {
    "press": (30, Hand.pressed),
    "click": (14, Hand.clicked),
    "drag": (18, Hand.dragged),
    "hover": (4, Hand.hovered),
    "turn": (5, Hand.turned),
    "slide": (10, Hand.slid),
    "type": (7, Hand.typed),
    "key": (18, Hand.struck),
    "resize": (1, Hand.resized),
    "open": (3, Hand.opened),
    "close": (2, Hand.closed),
}
