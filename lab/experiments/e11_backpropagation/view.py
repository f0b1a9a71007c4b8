"""The view of the graph inspector: the graph above, below it the step in numbers and a page of the learner's
choice. It draws the frame it is given, in any order, and turns what the hand does into gestures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QStackedWidget, QWidget

from lab.core.text import _
from lab.experiments.e11_backpropagation.formula_box import FormulaBox
from lab.experiments.e11_backpropagation.frame import GraphFrame
from lab.experiments.e11_backpropagation.interaction import Interaction, place_of
from lab.experiments.e11_backpropagation.pages import CheckPage, LayersPage, LossPage, PathsPage
from lab.experiments.e11_backpropagation.parts import Lower, button_text, parts_shown
from lab.experiments.e11_backpropagation.scenery import Boxes, flows_of, highlighted_of, skeleton_of
from lab.experiments.e11_backpropagation.settings import Display
from lab.experiments.e11_backpropagation.step_panel import Headline, StepPanel
from lab.experiments.e11_backpropagation.steps import step_lines
from lab.experiments.e11_backpropagation.words import describe, remark, short
from widgets.base.layouts import fill, hbox, vbox
from widgets.base.look import look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.graphs.node_graph import NodeGraph

__all__ = ["View"]

PAGES = {"paths": PathsPage, "check": CheckPage, "layers": LayersPage, "loss": LossPage}


class View(Interaction):
    """Graph, step and page."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self._grip: tuple[str, float] | None = None  # the number in the hand, and what it was
        self._boxes: Boxes | None = None
        self._drawn: tuple[str, int] | None = None
        self._complaint = ""  # why the formula cannot be read
        self.graph = NodeGraph()
        self.graph.setAccessibleName(_("Computation graph"))
        self.step = StepPanel()
        self.formula = FormulaBox()
        self.title, self.remark = Headline(), QLabel()
        self.accuse = Button(_("This rule is wrong"), "outline", "flag")
        self.detail = Segmented(("layers", "numbers"), (_("Matrices"), _("Numbers")))
        self.detail.setAccessibleName(_("A node for each"))
        self.whole = Button(_("Fit"), "plain", "maximize-2")
        self.whole.setToolTip(_("See all of the graph (End). Home goes back to where letters can be read."))
        self.swap = Button("", "outline")  # to what there is no room for now
        self._turn = 0  # which of the parts that take turns are shown
        self.chips = Segmented(tuple(PAGES), (_("Paths"), _("Check"), _("Layers"), _("Loss")))
        self.chips.setAccessibleName(_("Beside the graph"))
        self._stack = QStackedWidget()
        self._pages: dict[str, Any] = {}
        self._lay_out()
        self._connect()
        self.relook()

    # ------------------------------------------------------------------------------------ construction

    def _lay_out(self) -> None:
        kind(self.title, "strong")
        kind(self.remark, "small")
        for label in (self.title, self.remark):
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.remark.setWordWrap(True)
        self.remark.setIndent(4)
        head = hbox((self.title, 1), self.accuse, self.detail, self.whole, self.swap)
        self.below, self._left, self._right = Lower(), QWidget(), QWidget()
        vbox((self.step, 1), self.remark, on=self._left, gap=2)
        right = vbox(on=self._right, gap=4)
        right.addWidget(self.chips, 0, Qt.AlignmentFlag.AlignLeft)
        right.addWidget(self._stack, 1)
        self._right.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._stack.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self._lower = hbox((self._left, 11), (self._right, 12), on=self.below)
        fill(self._column, head, self.formula, (self.graph, 1), self.below)

    def _connect(self) -> None:
        self.graph.tips = self._tip
        self.graph.fold_tips = (_("Open: {n} nodes"), _("Fold {n} nodes"))
        self.graph.selected.connect(self._look_at)
        self.graph.scrubbed.connect(self._scrubbed)
        self.graph.let_go.connect(self._let_go)
        self.graph.opened.connect(self._ask_why)
        self.graph.aimed.connect(self._aim)
        self.graph.customContextMenuRequested.connect(self._open_menu)
        self.graph.typed.connect(self._typed)
        self.whole.clicked.connect(self.graph.fit)
        self.swap.clicked.connect(self._take_turns)
        self.accuse.clicked.connect(self._accuse)
        self.step.requested.connect(self.requested)
        self.formula.written.connect(self._write)
        self.formula.editingFinished.connect(self._let_go)
        self.formula.message.connect(self._complain)
        self.chips.chosen.connect(self._choose_page)
        self.detail.chosen.connect(self._choose_detail)

    def page(self, name: str) -> Any:
        """One of the pages, made when it is first asked for."""
        if name not in self._pages:
            made = PAGES[name]()
            made.requested.connect(self.requested)
            made.acted.connect(self._act_for)
            if isinstance(made, PathsPage):
                made.pointed.connect(self._mark_path)
                made.aimed.connect(self._aim_at)
            self._stack.addWidget(made)
            self._pages[name] = made
        return self._pages[name]

    # --------------------------------------------------------------------------------------- the frame

    def draw(self, frame: GraphFrame, before: GraphFrame | None) -> None:
        self.formula.show_formula(frame.params.formula)
        self._prepare(frame)
        assert self._boxes is not None
        seen = self.graph.in_sight() if self.playing else None  # the others follow when the run pauses
        self.graph.set_graph(self._boxes.nodes(frame, seen), self._boxes.skeleton.links)
        self.graph.set_highlighted(highlighted_of(frame), flows_of(frame))
        self.graph.set_selected(str(frame.selected), place_of(frame.checked, frame.shapes[frame.selected]))

    def _prepare(self, frame: GraphFrame) -> None:
        """Another graph: another drawing."""
        key = (frame.key, len(frame.graph.nodes))
        if key != self._drawn:
            self._drawn = key
            self._boxes = Boxes(skeleton_of(frame.graph, bool(frame.sizes)))
            self.graph.set_graph((), ())
            self._fold()

    def _fold(self) -> None:
        if self._boxes is not None:
            self.graph.set_folded(self._boxes.skeleton.heads if self._display.fold else ())

    def write(self, frame: GraphFrame) -> None:
        self.title.setText(_headline(frame))
        self.step.show_lines(step_lines(frame))
        text = self._complaint or remark(frame)
        self.remark.setText(text)
        self.remark.setVisible(bool(text))
        self.formula.setVisible(frame.params.graph == "formula")
        self.detail.setVisible(bool(frame.sizes))
        self.detail.set_chosen(frame.params.detail)
        puzzle = frame.puzzle
        self.accuse.setVisible(bool(puzzle.wrong) and not puzzle.solved)
        self.accuse.setEnabled(frame.graph.nodes[frame.selected].operation is not None)
        if self._right.isVisibleTo(self) or not self.isVisible():
            name = self._page_for(frame)
            page = self.page(name)
            page.show_page(frame)
            self._stack.setCurrentWidget(page)
            self.chips.set_chosen(name)
        sentence = describe(frame)
        for canvas in self.pictures():
            canvas.set_description(sentence)

    def _page_for(self, frame: GraphFrame) -> str:
        """The page that was chosen; a matrix has no paths and a formula no layers, then the other of the two."""
        name = self._display.page
        if name == "paths" and not frame.scalar:
            return "layers"
        return "paths" if name == "layers" and not frame.sizes else name

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        folded, self._display = display.fold != self._display.fold, display
        if folded:
            self._fold()
        super().show_display(display)

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.graph,)

    def pictures(self) -> list[Any]:
        """What is exported: the graph, and what stands beside it."""
        name = self._display.page if self._frame is None else self._page_for(self._frame)
        return [self.graph, *self.page(name).pictures()]

    def relook(self) -> None:
        self._lower.setSpacing(look().px(14))
        super().relook()

    def fit(self) -> None:
        """Show what there is room for."""
        turns = parts_shown(self.room().width(), self.px(self.tall()))
        now, then = (turns[(self._turn + i) % len(turns)] for i in (0, 1))
        self.graph.setVisible("graph" in now)
        self.below.setVisible(bool(now & {"step", "page"}))
        self._left.setVisible("step" in now)
        self._right.setVisible("page" in now)
        self.swap.setVisible(len(turns) > 1)
        self.swap.setText(button_text(then, now))
        self.whole.setVisible(len(turns) == 1)
        self.below.fit(self.room().height(), "graph" not in now)

    def _take_turns(self) -> None:
        self._turn += 1
        self.fit()
        self._again()


def _headline(frame: GraphFrame) -> str:
    """Round, pass and output."""
    way = (
        _("update done")
        if frame.position == 0 and frame.round
        else _("forward")
        if not frame.forward_done
        else _("ready to go back")
        if frame.position == frame.forward
        else _("backward")
    )
    loss = frame.loss if frame.loss is not None else None
    text = _("Round {n}, {way} · L = {loss}").format(n=frame.round + 1, way=way, loss=short(loss, 4))
    before = frame.loss_before
    if loss is not None and before is not None:
        text += " " + _("(before: {before})").format(before=short(before, 4))
    return text
