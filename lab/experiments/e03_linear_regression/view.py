"""The picture of a fit: points and lines, beside them smaller what all lines together look like, and below the same
line found by five methods. It draws the frame it is given, in any order, and turns what the
hand does into gestures: on the line, on a point, on the map, on a number."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.text import _
from lab.engine.basics import table as tables
from lab.engine.basics.table import left_out_words
from lab.experiments.e03_linear_regression import view_scenery as scenery
from lab.experiments.e03_linear_regression.frame import RegressionFrame
from lab.experiments.e03_linear_regression.gestures import SetTable
from lab.experiments.e03_linear_regression.notes import note_of
from lab.experiments.e03_linear_regression.own_data import level, table_action
from lab.experiments.e03_linear_regression.settings import Display
from lab.experiments.e03_linear_regression.sheet import MAX_POINTS, Sheet
from lab.experiments.e03_linear_regression.view_columns import Columns
from lab.experiments.e03_linear_regression.view_data import DataPanel
from lab.experiments.e03_linear_regression.view_interaction import Interaction
from lab.experiments.e03_linear_regression.view_map import LineMap
from lab.experiments.e03_linear_regression.view_scatter import Scatter
from lab.experiments.e03_linear_regression.words import describe
from lab.kit_qt.outlines import Array, straight_line
from lab.kit_qt.view import ExperimentView
from widgets.base.layouts import Flat, fill, hbox, heading, stack, turn, vbox
from widgets.base.look import look
from widgets.canvas.canvas import Canvas
from widgets.controls.buttons import Button
from widgets.controls.chips import Segmented
from widgets.pages.data_sheet import Chosen, DataSheet, Role, Wanted
from widgets.plots.plot import Plot
from widgets.surfaces.space import Space
from widgets.text.banner import Banner
from widgets.text.readout import Readout
from widgets.text.tags import TagRow

__all__ = ["View"]

SIDES = ("map", "scaled", "residuals", "data")
NARROW = 560  # pixels at 100 % text, below which the map stands below the points
LOW = 560  # pixels at 100 % text, below which the points have the room of the heading too
BESIDE = 0.315  # of the width is for what stands beside the points
QWIDGETSIZE_MAX = 16_777_215  # Qt's own word for no limit, which PySide does not know
CHIP_GAP = 8  # pixels between two rows of chips
QUARTET = ("quartet-1", "quartet-2", "quartet-3", "quartet-4")


class View(ExperimentView[RegressionFrame, Display]):
    """Points, map, table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Display(), parent)
        self.interaction = Interaction(self)
        self._hovered = -1
        self._sheet: Sheet | None = None
        self._note: object = None
        self._strip_text = ""
        self.title = heading(_("A line through the points"))
        self.quartet = Segmented(QUARTET, ("I", "II", "III", "IV"))
        self.sides = Segmented(SIDES, (_("Loss map"), _("Scaled map"), _("Residuals"), _("Data")))
        self.banner = Banner("info", "", "")
        self.scatter, self.space = Scatter(), Space()
        self.map, self.residuals, self.data = LineMap(), Plot(), DataPanel()
        self.done = TagRow()
        self.left, self.right = stack(self.scatter, self.space), stack(self.map, self.residuals, self.data)
        self.strip = heading(style="small")
        self.r = Readout("r", "r")
        self.drawer = Button(_("Open the test drawer"), "outline", "lock", height=26)
        self.columns = Columns()
        self._lay_out()
        self._connect()
        self._name()
        self.relook()

    # ------------------------------------------------------------------------------------ construction

    def _lay_out(self) -> None:
        self._chips = QWidget()
        hbox(self.quartet, self.sides, on=self._chips, gap=CHIP_GAP)
        self._head = hbox((self.title, 1), self._chips)
        below = QWidget()
        self._below = vbox((self.strip, 1), hbox(self.drawer, None, self.r), on=below)
        self.strip.setWordWrap(True)
        self.strip.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.strips = stack(below, self.banner)  # one place for the hint and the note: no picture moves
        self._side = Flat()  # its words have a place that does not grow with them
        self._beside = vbox((self.right, 1), self.strips, on=self._side)
        self._pair = hbox((self.left, 1), self._side)
        fill(self._column, self._head, self.done, (self._pair, 1), self.columns)
        self.banner.set_slim(True)
        self.banner.set_upright(True)

    def _connect(self) -> None:
        interaction, scatter = self.interaction, self.scatter
        interaction.acted.connect(self.acted)
        self.data.acted.connect(self.acted)
        self.sides.chosen.connect(self._choose_side)
        self.quartet.chosen.connect(interaction.choose_data)
        self.banner.acted.connect(interaction.follow_note)
        self.banner.closed.connect(self._close_note)
        self.drawer.clicked.connect(interaction.open_drawer)
        for part in (self.columns, self.r):
            part.requested.connect(self.requested)
        scatter.dragged.connect(interaction.drag_line)
        scatter.point_dragged.connect(interaction.drag_point)
        scatter.point_dropped.connect(interaction.drop_point)
        scatter.bar_dragged.connect(interaction.drag_bar)
        scatter.bar_dropped.connect(interaction.drop_point)
        scatter.clicked.connect(interaction.click_ground)
        scatter.point_opened.connect(self._type_point)
        scatter.removed.connect(interaction.remove)
        scatter.customContextMenuRequested.connect(self._remove_under)
        self.lay_over(DataSheet(tables, _wanted()))
        self.data.own_requested.connect(self.open_own)
        self.space.dragged.connect(interaction.drag_plane)
        self.map.dragged.connect(interaction.drag_dot)
        for stage in (scatter, self.space, self.map):
            stage.dropped.connect(interaction.end_drag)
        for canvas in (scatter, self.space):
            canvas.point_clicked.connect(interaction.look)
            canvas.point_hovered.connect(self._hover)

    def _name(self) -> None:
        self.sides.setAccessibleName(_("Beside the points"))
        self.quartet.setAccessibleName(_("Which of the four data sets"))
        self.columns.setAccessibleName(_("The same line found in five ways"))
        tip = _("Digits that are right stand in ink, the others in grey. Press a number for its arithmetic.")
        self.columns.setToolTip(tip)
        self.residuals.set_titles("", _("error"), _("Residuals"))
        keys = _(
            "Page Down and Page Up go from point to point, the arrow keys move it, [ and ] change its error"
            " bar, Delete takes it away. Enter goes on to the ends of the line."
        )
        self.strip.setToolTip(keys)

    # --------------------------------------------------------------------------------------- the frame

    def draw(self, frame: RegressionFrame, before: RegressionFrame | None) -> None:
        self.interaction.frame = frame
        if frame.sheet is not self._sheet:
            self._show_sheet(frame.sheet, frame.two)
        self._show_left(frame)
        self._show_right(frame)

    def write(self, frame: RegressionFrame) -> None:
        self._show_words(frame)
        words = describe(frame)
        for picture in (self.space if frame.two else self.scatter, self.residuals, self.map):
            picture.set_description(words)

    def urgent(self, before: RegressionFrame, frame: RegressionFrame) -> bool:
        """Other points, another choice or a note are not waited for; ten times a second is enough for a descent."""
        chosen = [(one.params, one.drawer, one.looking) for one in (before, frame)]
        return frame.sheet is not before.sheet or chosen[0] != chosen[1] or note_of(frame) != self._note

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self.sides.set_chosen(display.view)
        self.right.setCurrentIndex({"residuals": 1, "data": 2}.get(display.view, 0))
        self.interaction.scaled = display.view == "scaled"
        self.residuals.reset_view()
        super().show_display(display)

    def _show_sheet(self, sheet: Sheet, two: bool) -> None:
        """Other points: names and ranges, if those are others too."""
        before, self._sheet = self._sheet, sheet
        self.left.setCurrentIndex(int(two))
        self.done.set_words(left_out_words(sheet.left_out))
        x, second, y = (_(name) for name in sheet.names)
        self.scatter.set_titles(x, y, _("Points and lines"))
        self.space.set_titles(x, second, _("Points and planes"), y)
        if before is None or before.sight != sheet.sight:
            self.scatter.set_range(*sheet.sight)
        box = scenery.box_of(sheet)
        if two and (before is None or scenery.box_of(before) != box):
            self.space.set_box(box)

    def _show_left(self, frame: RegressionFrame) -> None:
        """The points and lines, or planes."""
        palette, ghost = look().palette, self._ghost(frame)
        if frame.two:
            styles = scenery.cloud(frame, palette).styles
            self.space.set_points(scenery.space_points(frame), frame.sheet.group, styles, frame.looking)
            self.space.set_sheets(scenery.sheets(frame, self._display, palette, ghost))
            self.space.set_grips(scenery.grips(frame))
            return
        self.scatter.set_cloud(scenery.cloud(frame, palette))
        self.scatter.set_lines(scenery.lines(frame, self._display, palette, ghost))
        self.scatter.set_errors(scenery.errors(frame, self._display, palette))
        x = frame.sheet.x[frame.solved.rows]
        shade = (float(x.min()), float(x.max())) if len(x) and self._display.shade else None
        self.scatter.set_shade(shade, _("no points here"))
        self.scatter.set_layers(scenery.handles(frame) if len(frame.sheet) else ())
        empty = _("Click to add points, or paste a table from a spreadsheet (Ctrl+V).")
        self.scatter.set_empty("" if len(frame.sheet) else empty)

    def _ghost(self, frame: RegressionFrame) -> int:
        """The point without which a best line is shown: that under the pointer, else the one looked at."""
        return self._hovered if 0 <= self._hovered < len(frame.sheet) else frame.looking

    def _show_right(self, frame: RegressionFrame) -> None:
        """The one picture beside the points that is in sight."""
        side = self._display.view
        if side == "data":
            self.data.show_frame(frame)
        elif side == "residuals":
            self._show_residuals(frame)
        else:
            self.map.show_frame(frame, self._display)

    def _show_residuals(self, frame: RegressionFrame) -> None:
        points, zero = scenery.residual_parts(frame, self._display, look().palette)
        along = _("predicted {y}").format(y=_(frame.sheet.names[2])) if frame.two else _(frame.sheet.names[0])
        whose = _("Residuals of my line") if self._display.errors_of == "mine" else _("Residuals of the best line")
        self.residuals.set_titles(along, _("error"), whose)
        self.residuals.set_lines(zero)
        self.residuals.set_points(points)

    def _show_words(self, frame: RegressionFrame) -> None:
        """The note, the strip and the table."""
        self.quartet.setVisible(frame.params.data in QUARTET)
        if frame.params.data in QUARTET:
            self.quartet.set_chosen(frame.params.data)
        note = note_of(frame)
        if note != self._note:
            self._note = note
            if note is not None:
                self.banner.say(note.kind, note.text, note.action)
            self.strips.setCurrentIndex(int(note is not None))
        title = _("A plane through the points") if frame.two else _("A line through the points")
        self.title.setText(_("Four worlds") if frame.params.data in QUARTET else title)
        self._show_strip(frame)
        heads, room = scenery.heads(look().palette), self._room()
        self.columns.set_table(heads, scenery.row_names(frame, room), scenery.cells(frame, room))

    def _room(self) -> str:
        """How many rows of the table the window has room for; the pictures come first."""
        high = self.tall()
        room = "all" if high >= 470 else "some" if high >= 360 else "few"
        two = self._frame is not None and self._frame.two
        return "some" if two and room == "all" and self.low(LOW) else room  # a second weight has a row of its own

    def _show_strip(self, frame: RegressionFrame) -> None:
        self._strip_text = scenery.strip_text(frame, self._ghost(frame))
        name = "r_features" if frame.two else "r"
        value = frame.solved.r_features if frame.two else frame.solved.r
        self.r.set_label(name, _("r of the features") if frame.two else "r")
        self.r.set_value(None if math.isnan(value) else show_number(value, 4), repr(value))
        tested, times = bool(frame.sheet.test.any()), frame.drawer.times
        self.drawer.setVisible(tested)
        if times and frame.drawer.best_r2 is not None:
            score = show_number(frame.drawer.best_r2, 3)
            self.drawer.set_face(_("Test R² {score} · opened {times}×").format(score=score, times=times), "lock")
        elif not times:
            self.drawer.set_face(_("Open the test drawer"), "lock")
        self._fit_strip()

    def _fit_strip(self) -> None:
        """As much of the strip's text as there is room for."""
        metrics = self.strip.fontMetrics()
        lines = max(1, self.strip.height() // metrics.lineSpacing())
        room = max(0, round((self.strip.width() - 2) * (lines if lines == 1 else 0.88 * lines)))  # lines end with words
        self.strip.setText(metrics.elidedText(self._strip_text, Qt.TextElideMode.ElideRight, room))
        self.strip.setAccessibleName(self._strip_text)

    # ---------------------------------------------------------------------------------------- the hand

    def _close_note(self) -> None:
        self.strips.setCurrentIndex(0)

    def _hover(self, number: int) -> None:
        """Only another picture: what the best line would be without the point under the pointer."""
        self._hovered = number
        if self._frame is not None:
            self._show_left(self._frame)
            self._show_strip(self._frame)

    def _type_point(self, number: int) -> None:
        """The numbers of a point, to be typed."""
        self._choose_side("data")
        self.data.open_row(number)

    def _remove_under(self, at: QPoint) -> None:
        self.interaction.remove(self.scatter.point_at(QPointF(at)))

    def _own_taken(self, table: SetTable) -> None:
        self.act(table)
        self.act(level(table))

    def _choose_side(self, name: str) -> None:
        self.display_changed.emit("view", name)

    # ------------------------------------------------------------------------------------- the window

    def main_picture(self) -> tuple[QWidget, ...]:
        return (self.space if self.left.currentIndex() else self.scatter,)

    def outlines(self, frame: RegressionFrame) -> list[tuple[Canvas, Array]]:
        """The line by hand, and those of the descents once they have begun; and the hand's place on the map."""
        if frame.two or not len(frame.sheet):
            return []
        x0, x1 = float(frame.sheet.x.min()), float(frame.sheet.x.max())
        names = ("hand", "raw", "scaled") if frame.step else ("hand",)
        found = [frame.columns[name] for name in names]
        return [(self.scatter, straight_line(one.slopes[0], one.bias, x0, x1)) for one in found]

    def pictures(self) -> list[QWidget]:
        """What is exported: the points, and the picture beside them."""
        beside = self.residuals if self._display.view == "residuals" else self.map
        return [self.space if self.left.currentIndex() else self.scatter, beside]

    def set_compact(self, compact: bool) -> None:
        """Lower rows on a small screen."""
        self.columns.set_compact(compact)
        super().set_compact(compact)

    def fit(self) -> None:
        """Where it is low the heading gives way to the points, and its chips stand beside them; where it is narrow what
        stands beside the points stands below them."""
        narrow, beside = self.narrow(NARROW), self._chips_beside()
        self._place_chips(beside)
        self.title.setVisible(not beside and not narrow)
        turn(self._pair, narrow)
        share = round(BESIDE * (self.room().width() - self._pair.spacing()))
        self._side.setMinimumWidth(0 if narrow else share)
        self._side.setMaximumWidth(QWIDGETSIZE_MAX if narrow else share)
        self.strips.setFixedHeight(look().px(80))
        if self._frame is not None:
            self._show_words(self._frame)

    def _chips_beside(self) -> bool:
        return self.low(LOW) and not self.narrow(NARROW)

    def _place_chips(self, beside: bool) -> None:
        if beside == (self._beside.indexOf(self._chips) >= 0):
            return
        old, new = (self._head, self._beside) if beside else (self._beside, self._head)
        old.removeWidget(self._chips)
        new.insertWidget(0 if beside else 1, self._chips)
        layout = self._chips.layout()
        assert isinstance(layout, QBoxLayout)
        layout.setDirection(QBoxLayout.Direction.TopToBottom if beside else QBoxLayout.Direction.LeftToRight)
        self._chips.show()  # whoever changes the parent is hidden

    def relook(self) -> None:
        px = look().px
        self._pair.setSpacing(px(10))
        self._beside.setSpacing(px(4))
        self._below.setSpacing(px(2))
        super().relook()


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("x", "x"), Role("second", "x₂", none=_("none")), Role("y", "y")
    return Wanted(roles, _take, _summary, _("age, height\n10, 139\n11, 144"), most=MAX_POINTS)


def _take(chosen: Chosen) -> SetTable:
    x, y, second = (chosen.columns[key] for key in ("x", "y", "second"))
    return table_action(chosen.table, x, y, second, chosen.title)


def _summary(table: SetTable) -> tuple[str, ...]:
    return left_out_words(table.left_out)
