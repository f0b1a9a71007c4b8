"""What a hand can do to the balls while they walk."""

from __future__ import annotations

from typing import ClassVar

from lab.core.numbers import show_number
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e05_gradient_descent.settings import OPTIMIZER_NAMES

__all__ = ["Follow", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """Put one ball somewhere else, in the middle of its walk. What its optimiser remembers of earlier slopes
    stays: an optimiser does not notice who moved the weights."""

    optimizer: str
    x: float
    y: float

    def sentence(self) -> str:
        return _("Move the ball of {name} to ({x}, {y})").format(
            name=_(OPTIMIZER_NAMES.get(self.optimizer, self.optimizer)),
            x=show_number(self.x, 3),
            y=show_number(self.y, 3),
        )


@dataclass(frozen=True, slots=True)
class Follow:
    """Choose the ball that is lit: whose numbers, arrows and slice are shown."""

    optimizer: str
    is_data: ClassVar[bool] = True  # starting over does not forget it
    is_look: ClassVar[bool] = True

    def sentence(self) -> str:
        return _("Follow {name}").format(name=_(OPTIMIZER_NAMES.get(self.optimizer, self.optimizer)))
