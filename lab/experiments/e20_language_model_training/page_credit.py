"""The page “Whose fault?”: what the answer would be worth with each digit at each place, and what the digits that were
written changed. A press on a digit writes it."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from lab.core.simulation import Set
from lab.core.text import _
from lab.experiments.e20_language_model_training.credit import CreditPage
from lab.experiments.e20_language_model_training.credit_facts import METRICS
from lab.kit.numbers import percent, signed
from lab.kit_qt.numbers_page import NumbersPage
from widgets.base.colors import Palette
from widgets.plots.draggable_bars import Bar, DragBars
from widgets.plots.matrix import Matrix

__all__ = ["CreditView"]


class CreditView(NumbersPage):
    """See above."""

    METRICS = METRICS
    READOUTS = ("worth_0", "credit_1", "credit_2", "credit_3", "credit_4", "credit_5", "worth_5")

    page: CreditPage | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.worth, self.credits, self.matrix = DragBars(movable=False), DragBars(movable=False), Matrix()
        self.worth.set_titles(_("worth"), _("What the beginnings are worth"))
        self.worth.set_range(0.0, 1.0)
        self.credits.set_titles(_("credit"), _("What each digit changed"))
        self.credits.set_range(-1.0, 1.0)
        self.matrix.set_titles(_("Worth with another digit"), _("place"), _("digit"))
        self.matrix.pressed.connect(self._pressed)
        self.matrix.hovered.connect(self._hovered)
        self.lay_out(self.worth, self.credits, self.matrix, share=1, beside=(1, 1))

    def colour(self, palette: Palette) -> None:
        page = self.page
        if page is None:
            return
        places = [f"{place}: {digit}" for place, digit in enumerate(page.answer, 1)]
        self.matrix.set_values(page.others, 0.0, 1.0, places, [str(digit) for digit in range(10)])
        names = [_("before"), *(f"{page.answer[:place]}…" for place in range(1, 5)), page.answer]
        worst = page.worst
        self.worth.set_bars(
            [
                Bar(
                    names[place], float(value), _number(percent(float(value)), float(value)),
                    palette.bad if worst is not None and place == worst + 1 else palette.categories[0],
                    ghost=float(page.values[place - 1]) if place and not math.isnan(value) else None,
                )
                for place, value in enumerate(page.values)
            ]
        )  # fmt: skip
        self.credits.set_bars(
            [
                Bar(
                    places[place], float(value), _number(signed(float(value)), float(value)),
                    palette.good if value > 0 else palette.bad, strong=place == worst,
                )
                for place, value in enumerate(page.credits)
            ]
        )  # fmt: skip

    def main_picture(self) -> tuple[QWidget, ...]:
        """What the beginnings are worth, and the differences between them."""
        return self.worth, self.credits

    def _pressed(self, place: int, digit: int) -> None:
        """Write another digit into the answer."""
        page = self.page
        if page is None or min(digit, place) < 0:
            return
        answer = page.answer[:place] + str(digit) + page.answer[place + 1 :]
        self.matrix.set_highlighted(place, digit)
        if answer != page.answer:
            self.act(Set({"answer": answer}))

    def _hovered(self, place: int, digit: int) -> None:
        page = self.page
        if page is None or min(digit, place) < 0 or math.isnan(page.others[place, digit]):
            self.matrix.set_readout("")
            return
        text = _("worth {worth}; the model writes it with a chance of {chance}")
        worth, chance = (percent(float(table[place, digit])) for table in (page.others, page.chances))
        self.matrix.set_readout(text.format(worth=worth, chance=chance))


def _number(text: str, value: float) -> str:
    """What stands on a bar; a dash for what is not worked out."""
    return "–" if math.isnan(value) else text
