"""Beside the board: the two thermometers, and below them the rule where one is written."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from lab.core.text import _
from lab.experiments.e01_what_is_ml.frame import LineFrame
from lab.experiments.e01_what_is_ml.picture import NEW, SEEN, seen_ticks, thermometer_top
from lab.experiments.e01_what_is_ml.rule_table import RuleTable
from lab.experiments.e01_what_is_ml.thermometer import Thermometer
from lab.experiments.e01_what_is_ml.words import error_words
from widgets.base.layouts import hbox, vbox
from widgets.base.stylesheet import kind

__all__ = ["Side"]


class Side(QWidget):
    """`seen` and `new` are the errors on both groups of points, on one scale; `rule` is the table to fill
    in."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seen = Thermometer(_("seen"), SEEN, "o")
        self.new = Thermometer(_("new"), NEW, "t1")
        self.rule = RuleTable()
        self.heading = kind(QLabel(_("Error")), "strong")
        tubes = hbox(self.seen, self.new, gap=0)
        vbox(self.heading, (tubes, 1), self.rule, on=self)

    def show_frame(self, frame: LineFrame) -> None:
        """Both errors; the one on new points is a secret until they are shown."""
        mse, new_mse, top = frame.mse, frame.new_mse, thermometer_top(frame)
        self.seen.set_reading(mse, top, seen_ticks(frame), "", error_words(mse, frame))
        hidden = "" if frame.revealed else _("hidden") if frame.examples.new_x.size else _("none")
        self.new.set_reading(new_mse, top, (), hidden, error_words(new_mse, frame))
