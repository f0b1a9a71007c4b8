"""A slider that can also be watched: a button beside it lets it glide from one end to the other, when the reader
asks for it and at no other time. Where motion is reduced it jumps."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QVariantAnimation, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import IconButton
from widgets.controls.slider import Slider
from widgets.controls.span import Span

__all__ = ["AnimatedSlider"]

MILLISECONDS = 1400


class AnimatedSlider(QWidget):
    """0 at `start`, 1 at `end`, in words. `changed` carries the value, by hand or on the way."""

    changed = Signal(float)

    def __init__(self, name: str, start: str, end: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.play = IconButton("play", tip, size=14, side=26)
        self.slider = Slider(Span(0.0, 1.0, step=0.01))
        self.slider.setAccessibleName(name)
        self._way = QVariantAnimation(self)
        self._way.setDuration(MILLISECONDS)
        self._way.setEasingCurve(QEasingCurve.Type.InOutCubic)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for part in (self.play, kind(QLabel(start), "small")):
            row.addWidget(part)
        row.addWidget(self.slider, 1)
        row.addWidget(kind(QLabel(end), "small"))
        self.play.clicked.connect(self._glide)
        self.slider.changed.connect(self._by_hand)
        self._way.valueChanged.connect(self._on_the_way)

    def set_value(self, value: float) -> None:
        """Show `value` without a signal."""
        self.slider.set_value(value)

    def value(self) -> float:
        return self.slider.value()

    @property
    def gliding(self) -> bool:
        """Whether it is on its way."""
        return self._way.state() == QVariantAnimation.State.Running

    def _glide(self) -> None:
        """To the far end; from the middle to the end first."""
        goal = 0.0 if self.slider.value() > 0.99 else 1.0
        self._way.stop()
        if not look().motion:
            self.changed.emit(goal)
            return
        self._way.setStartValue(float(self.slider.value()))
        self._way.setEndValue(goal)
        self._way.start()

    def _on_the_way(self, value: float) -> None:
        self.changed.emit(float(value))

    def _by_hand(self, value: float) -> None:
        self._way.stop()
        self.changed.emit(value)
