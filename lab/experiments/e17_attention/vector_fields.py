"""Two fields with the numbers of one vector of my own words, for who would rather type than drag: the one that was
touched last, or the query of the word that looks."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from lab.core.numbers import exact, parse_number
from lab.core.text import _
from lab.experiments.e17_attention.chain import Chain
from lab.experiments.e17_attention.gestures import LIMIT
from lab.experiments.e17_attention.own_words import Vectors
from widgets.base.look import Refreshing, look
from widgets.base.stylesheet import kind
from widgets.controls.number_field import NumberField

__all__ = ["VectorFields"]

STEP = 0.1


class VectorFields(Refreshing, QWidget):
    """The name of a vector and its two numbers."""

    typed = Signal(str, float, float)  # the handle, such as "k3", and where it should be

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._handle = ""
        self._shown: tuple[str, ...] = ()
        self.name = kind(QLabel(), "small")
        self.x_field, self.y_field = (NumberField(parse_number, exact, _stepped) for _place in range(2))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.name)
        for field in (self.x_field, self.y_field):
            row.addWidget(field)
            field.committed.connect(self._typed)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.relook()

    def hold(self, handle: str) -> None:
        """This vector was touched."""
        self._handle = handle

    def handle(self) -> str:
        """The vector whose numbers are shown."""
        return self._handle

    def show_vectors(self, chain: Chain, vectors: Vectors) -> None:
        """The numbers of the vector that was touched last, in a text that still has it."""
        if vectors.words != self._shown or not self._handle or self._handle[0] == "q":
            self._shown, self._handle = vectors.words, f"q{chain.row}"
        what, place = self._handle[0], int(self._handle[1:])
        names = {"q": _("query of {word}"), "k": _("key of {word}"), "v": _("value of {word}")}
        name = names[what].format(word=vectors.words[place])
        self.name.setText(name)
        for field, value, letter in zip((self.x_field, self.y_field), vectors.of(what)[place], "xy", strict=True):
            field.setAccessibleName(f"{name}, {letter}")
            if field.value() != value:
                field.set_value(float(value))

    def _typed(self, _value: float) -> None:
        x, y = (min(max(field.value(), -LIMIT), LIMIT) for field in (self.x_field, self.y_field))
        self.typed.emit(self._handle, x, y)

    def relook(self) -> None:
        for field in (self.x_field, self.y_field):
            field.setFixedWidth(look().px(54))


def _stepped(value: float, count: float) -> float:
    """An arrow key moves by a tenth."""
    return round(value + STEP * count, 4)
