"""A matrix of which one side are blocks: stacked, the last on top, as a model is drawn; where there are many they stand
side by side, the last at the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from widgets.plots.matrix import Matrix

__all__ = ["STACKED", "LayerMatrix"]

STACKED = 12  # blocks that are stacked at most


class LayerMatrix(Matrix):
    """Signals name the block's row of the values, from 0 at the first, and the other side; −1 is none."""

    picked = Signal(int, int)
    came_near = Signal(int, int)

    def __init__(self, parent: QWidget | None = None, scale: str = "one-sided") -> None:
        super().__init__(parent, scale)
        self._blocks = 0
        self.pressed.connect(self._pick)
        self.hovered.connect(self._come_near)

    @property
    def is_stacked(self) -> bool:
        """Whether blocks are rows."""
        return self._blocks <= STACKED + 1  # of the streams there is one more than of the blocks

    def show_blocks(
        self,
        values: np.ndarray,
        limits: tuple[float, float] | None,
        names: tuple[Sequence[str], Sequence[str]],
        titles: tuple[str, str, str],
        lit: tuple[int, int],
    ) -> None:
        """Show `values` [blocks, C], the first block first, with names and titles of blocks and of the other side."""
        self._blocks = len(values)
        (blocks, others), (title, block, other), (row, column) = names, titles, lit
        lo, hi = limits or (None, None)
        if self.is_stacked:
            self.set_titles(title, block, other)
            self.set_values(values[::-1], lo, hi, blocks[::-1], others)
            self.set_highlighted(len(values) - 1 - row, column)
        else:
            self.set_titles(title, other, block)
            self.set_values(values.T, lo, hi, others, blocks)
            self.set_highlighted(column, row)

    def _place(self, row: int, column: int) -> tuple[int, int]:
        if row < 0 or column < 0:
            return -1, -1
        return (self._blocks - 1 - row, column) if self.is_stacked else (column, row)

    def _pick(self, row: int, column: int) -> None:
        self.picked.emit(*self._place(row, column))

    def _come_near(self, row: int, column: int) -> None:
        self.came_near.emit(*self._place(row, column))
