"""The Pipeline page: the stages in a row, the report that fills itself, how the shown stage goes, and what it reads or
writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Curve, Set
from lab.core.text import N_, _
from lab.experiments.e25_capstone.pipeline_exam import Report
from lab.experiments.e25_capstone.pipeline_facts import PIPELINE, pipeline_curves, stage_change
from lab.experiments.e25_capstone.pipeline_frame import MADE, STAGES, PipelinePage
from lab.experiments.e25_capstone.settings import STAGE_NAMES
from lab.experiments.e25_capstone.stage_sheet import StageSheet
from lab.experiments.e25_capstone.stage_strip import StageMark, StageStrip
from lab.experiments.e25_capstone.words import duration
from lab.kit_qt.answer_table import AnswerTable
from lab.kit_qt.on_paper import OnPaper
from lab.kit_qt.paged import Page
from widgets.base.colors import MARKERS, Palette
from widgets.base.layouts import hbox, turn, vbox
from widgets.base.look import look
from widgets.controls.buttons import Button
from widgets.plots.plot import Plot
from widgets.plots.series import Series
from widgets.text.elided_label import ElidedLabel

__all__ = ["PipelineView"]

PROMPTS = 5  # questions whose answers are shown
START = N_("At the start")
SHORT = {
    "tokens": N_("tokens"),
    "pretrain": N_("held out"),
    "questions": N_("answers"),
    "reward": N_("judge"),
    "card": N_("words"),
}  # what stands beside the end of each curve
EMPTY = "—"
MOST = 1.0  # of a share


class PipelineView(Page):
    """See above."""

    own = Signal()  # the page for a text of one's own is wanted

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: PipelinePage | None = None
        self.sentence = ElidedLabel("", "strong")
        self.text = Button(_("Your own text…"), "outline", height=28)
        self.report = ElidedLabel("", "caption")
        self.strip = StageStrip()
        self.card = AnswerTable(_("The report"))
        self.plot, self.sheet = Plot(), StageSheet()
        self.plot.setAccessibleName(_("How the stage goes"))
        head = hbox((self.sentence, 1), self.text)
        self._row = hbox((self.plot, 1), (self.sheet, 1))
        self._column = vbox(head, self.report, self.strip, (self.card, 7), (self._row, 4), on=self)
        self.text.clicked.connect(self._ask_own)
        self.strip.pressed.connect(self._chosen)
        self.relook()

    def show_page(self, page: PipelinePage, _display: object) -> None:
        """Draw a frame's page."""
        self._page = page
        self.strip.set_marks(_marks(page), page.shown)
        rows, lit = _card(page)
        self.card.set_answers([_(START), *(_(STAGE_NAMES[stage]) for stage in MADE[1:])], rows, lit)
        self.sheet.show_stage(page)
        self._apply_palette(look().palette)

    def _apply_palette(self, palette: Palette) -> None:
        page = self._page
        if page is None:
            return
        curves = _curves_of(page)
        length = float(max(1, page.lengths[STAGES.index(_curved(page))]))
        self.plot.set_titles(_("step"), next(iter(curves.values())).y_name, "")
        values = np.concatenate([curve.y for curve in curves.values()])
        high = float(values.max()) * 1.08 if len(values) else MOST
        self.plot.set_limits((0.0, length), (0.0, MOST if _curved(page) == "reward" else max(high, 1e-3)))
        self.plot.set_series(
            [
                Series(
                    name,
                    curve.x,
                    curve.y,
                    palette.categories[1 - n],
                    (),
                    marker,
                    2.0,
                )
                for n, ((name, curve), marker) in enumerate(zip(curves.items(), MARKERS))
            ]
        )

    def show_words(self, page: PipelinePage, sentence: str) -> None:
        """The texts."""
        self.sentence.say(sentence)
        memory = show_number(float(PIPELINE.value(page, "megabytes") or 0.0), 2)
        text = _("{title}: {n} characters. {p} parameters. Memory: {mb} MB.")
        if not page.over:
            text += " " + _("Time left here: {time}.")
        numbers = {"n": show_number(page.characters), "p": show_number(page.parameters), "mb": memory}
        self.report.say(text.format(title=page.title, time=duration(page.seconds_left), **numbers))
        self.plot.set_description(sentence)
        self.card.set_description(self.card.summary())
        self.strip.set_description(self.strip.summary())
        self.sheet.set_description(self.sheet.summary())

    def _ask_own(self, *_pressed: object) -> None:
        self.own.emit()

    def _chosen(self, stage: str) -> None:
        self.act(Set({"shown": stage}))

    def pictures(self) -> list[Any]:
        """What is exported."""
        return [self.card, OnPaper(self.plot, self._apply_palette), self.sheet]

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.card,)

    def set_space(self, low: bool, narrow: bool) -> None:
        """Where there is little room the report keeps most of it."""
        self.report.setVisible(not low)
        turn(self._row, narrow)

    def relook(self) -> None:
        self._column.setSpacing(look().px(4))
        self._apply_palette(look().palette)


def _marks(page: PipelinePage) -> list[StageMark]:
    """Every stage, with the share of its steps that is made."""
    marks, at = [], 0
    for stage, length in zip(STAGES, page.lengths, strict=True):
        made = min(max(page.step - at, 0), length)
        at += length
        share = made / length if length else float(page.step >= at and (stage != "card" or page.over))
        marks.append(StageMark(stage, _(STAGE_NAMES[stage]), stage_change(page, stage), share))
    return marks


def _card(page: PipelinePage) -> tuple[list[list[str]], frozenset[tuple[int, int]]]:
    """The rows of the report, and which answers are right."""
    reports = [page.report(stage) for stage in MADE]

    def row(name: str, value: Any) -> list[str]:
        return [name, *(EMPTY if report is None else value(report) for report in reports)]

    n = len(page.asked_all)
    rows = [
        row(_("held-out nats a letter"), lambda report: show_number(report.held, 3)),
        row(_("right of {n} answers").format(n=n), lambda report: show_number(report.n_right)),
        row(_("one try is right (pass@1)"), lambda report: show_number(report.one, 2)),
        row(_("one of 16 is right (pass@16)"), lambda report: show_number(report.many, 2)),
        row(_("parameters"), lambda _report: show_number(page.parameters)),
        row(_("tokens of text read"), lambda report: show_number(report.tokens)),
        row(_("time of the stage here"), lambda report: _("{n} s").format(n=show_number(_seconds(page, report), 2))),
    ]
    first = len(rows)
    for place, beginning in enumerate(page.asked_all[:PROMPTS]):
        rows.append(row(f"{beginning}…", _answer(place, beginning)))
    lit = frozenset(
        (first + place, column)
        for column, report in enumerate(reports)
        if report is not None
        for place in range(min(PROMPTS, len(report.right)))
        if report.right[place]
    )
    return rows, lit


def _answer(place: int, beginning: str) -> Callable[[Report], str]:
    """What a report says of one question."""

    def answer(report: Report) -> str:
        return beginning + report.answers[place]

    return answer


def _seconds(page: PipelinePage, report: Report) -> float:
    """The estimated seconds of a stage, with its report."""
    place = STAGES.index(report.stage) if report.stage in STAGES else 0
    return page.lengths[place] * page.seconds[place] + page.seconds[-1]


def _curved(page: PipelinePage) -> str:
    """The stage whose curve is drawn: of those without any, one that has some."""
    return {"text": "pretrain", "card": "reward"}.get(page.shown, page.shown)


def _curves_of(page: PipelinePage) -> dict[str, Curve]:
    """The curve of the stage that is shown, by a short name; with a judge that counts something else, two."""
    curves = dict(zip(SHORT, pipeline_curves(page), strict=True))
    name = _curved(page)
    both = name == "reward" and page.params.judge != "exact"  # an exact judge counts the same words
    return {_(SHORT[one]): curves[one] for one in ((name, "card") if both else (name,))}
