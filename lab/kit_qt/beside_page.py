"""A page of pictures and numbers on which others stand beside the main picture, and below it where it is narrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from lab.kit_qt.numbers_page import NumbersPage, Picture
from lab.kit_qt.on_paper import OnPaper
from widgets.base.layouts import Part, hbox, vbox
from widgets.base.look import look
from widgets.plots.plot import Plot

__all__ = ["BesidePage"]


class BesidePage(NumbersPage):
    """Who inherits makes its pictures, calls `lay_beside`, and says in `colour` what is drawn of a page."""

    def lay_beside(
        self,
        main: Picture,
        *beside: Picture,
        wide: tuple[int, int] = (2, 1),
        below: Sequence[Picture] = (),
        share: int = 2,
        foot: Sequence[Part] = (),
    ) -> None:
        """The sentence, the main picture with others beside it, other pictures, and the read-outs.

        wide: how the width is shared between the main picture and those beside it, which are one below the other.
        share: of the height for them, where one of `below` has 1.  foot: parts of their own height above the read-outs.
        """
        self._mains, self._below = (main,), (*beside, *below)
        self._side = QWidget(self)  # without a parent it would be shown as a window of its own
        vbox(*((part, 1) for part in beside), on=self._side)
        self._side.setVisible(bool(beside))
        self._row = hbox((main, wide[0]), (self._side, wide[1]))
        rows = ((self._row, share), *((part, 1) for part in below))
        self._column = vbox(self.sentence, *rows, *foot, self.readouts, on=self)
        self.relook()

    def pictures(self) -> list[Any]:
        """What is exported: all that is to be seen."""
        seen = [part for part in (*self._mains, *self._below) if part.isVisibleTo(self)]
        return [OnPaper(part, self.colour) if isinstance(part, Plot) else part for part in seen]

    def relook(self) -> None:
        self._row.setSpacing(look().px(6))
        super().relook()
