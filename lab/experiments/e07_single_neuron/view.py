"""The view of a single neuron: the neuron as a picture, the plane of its inputs, the sum with its numbers,
the truth table and what learning did to the loss. It draws the frame it is given, in any order, and turns
what the hand does into gestures."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from lab.core.numbers import show_number
from lab.core.simulation import Set
from lab.core.text import _
from lab.engine import table as tables
from lab.experiments.e07_single_neuron import plane, scenery
from lab.experiments.e07_single_neuron.arithmetic import SUBSCRIPTS
from lab.experiments.e07_single_neuron.frame import NeuronFrame
from lab.experiments.e07_single_neuron.geometry import Pair
from lab.experiments.e07_single_neuron.gestures import (
    AddPoint,
    Feed,
    Flip,
    MovePoint,
    RemovePoint,
    SetNeuron,
    SetPoints,
)
from lab.experiments.e07_single_neuron.lines import Line, TermLine
from lab.experiments.e07_single_neuron.own import changes, origin_of, table_of
from lab.experiments.e07_single_neuron.picture import Picture
from lab.experiments.e07_single_neuron.plane import Plane
from lab.experiments.e07_single_neuron.settings import Display
from lab.experiments.e07_single_neuron.truth import TruthTable
from lab.experiments.e07_single_neuron.words import move_line, short
from widgets.buttons import Button
from widgets.chips import Segmented
from widgets.datasheet import Chosen, DataSheet, Option, Role, Wanted
from widgets.look import Refreshing, look
from widgets.plot import Plot
from widgets.stylesheet import kind
from widgets.tags import TagRow

__all__ = ["View"]

CURVES = ("loss", "norm", "right")
READING_MS = 100  # between two updates of texts and curves while a run goes on
LOW, LOWEST, NARROW = 420, 330, 480  # pixels at 100 % text, below which table and chart, or lines, give way
LINES, TITLES = 84, 54  # pixels of the arithmetic, and of what stands above and below the plane
LEAST, MOST = 186, 380  # pixels of table and chart
DIGITS = 3  # after the point, of what a drag on the plane sets


class _Flat(QWidget):
    """A row whose height does not hang on its width: chips that could wrap within it stay in one line."""

    def hasHeightForWidth(self) -> bool:
        return False


class _Shelf(_Flat):
    """A row that is as high as it is told, and the first to give way where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self._high = 0

    def set_high(self, high: int) -> None:
        """Be so many pixels high, where there is room."""
        if high != self._high:
            self._high = high
            self.setMaximumHeight(high)
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._high)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 1)


class View(Refreshing, QWidget):
    """Neuron and plane above, the arithmetic in the middle, table and chart below."""

    acted = Signal(object)
    display_changed = Signal(str, object)
    asked = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playing = False  # whether frames come in a stream; then the numbers follow ten times a second
        self.gesture = ""  # names the drag an action belongs to, so that undo takes it back as one
        self._drags, self._tried, self._doing = 0, 0, ""
        self._base: Pair | None = None  # where the arrow stands while it is in the hand
        self._read = QElapsedTimer()
        self._frame: NeuronFrame | None = None
        self._display = Display()
        self._compact = False
        self.picture, self.plane = Picture(), Plane()
        self.sum, self.gate, self.slope, self.next_line = (
            TermLine(),
            Line("output"),
            Line("slope"),
            Line("next_w1"),
        )
        self.table, self.chart = TruthTable(), Plot()
        self.curves = Segmented(CURVES, (_("Loss"), "‖w‖", _("Right")))
        self.table_title, self.plane_title, self.remark = QLabel(), QLabel(), QLabel()
        self.score, self.key = QLabel(), QLabel()
        self.brush = Segmented(("0", "1"), ("● " + _("no"), "▲ " + _("yes")))
        self.own_button = Button(_("Own data…"), "plain", height=26)
        self.own, self.done = DataSheet(tables, _wanted()), TagRow()
        self._lay_out()
        self._connect()
        self._name()
        self.relook()

    # ------------------------------------------------------------------------------------ construction

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        self.neuron_title = QLabel(_("The neuron"))
        for title in (self.neuron_title, self.plane_title, self.table_title):
            kind(title, "strong")
            title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        neuron_head = QHBoxLayout()
        neuron_head.addWidget(self.neuron_title, 1)
        neuron_head.addWidget(self.own_button)
        left.addLayout(neuron_head)
        left.addWidget(self.picture, 1)
        plane_head = QHBoxLayout()
        plane_head.addWidget(self.plane_title, 1)
        plane_head.addWidget(kind(self.key, "small"))
        plane_head.addWidget(self.brush)
        right.addLayout(plane_head)
        right.addWidget(self.plane, 1)
        self.upper = _Flat()  # takes what the rows below leave
        self.upper.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self._upper = QHBoxLayout(self.upper)
        self._upper.setContentsMargins(0, 0, 0, 0)
        self._upper.addLayout(left, 11)
        self._upper.addLayout(right, 9)
        self._gates = QHBoxLayout()
        self._gates.addWidget(self.gate, 5)
        self._gates.addWidget(self.slope, 3)
        self.lower = _Shelf()
        self._lower = QHBoxLayout(self.lower)
        self._lower.setContentsMargins(0, 0, 0, 0)
        self._lower.addLayout(self._table_side(), 1)
        self._lower.addLayout(self._chart_side(), 1)
        self._main, self._whole = QWidget(), QStackedWidget()
        for page in (self._main, self.own):
            self._whole.addWidget(page)
        room = QVBoxLayout(self)
        room.setContentsMargins(0, 0, 0, 0)
        room.addWidget(self._whole)
        self._column = QVBoxLayout(self._main)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.upper, 1)
        self._column.addWidget(self.sum)
        self._column.addLayout(self._gates)
        self._column.addWidget(self.next_line)
        self._column.addWidget(self.done)
        self._column.addSpacing(4)
        self._column.addWidget(self.lower)

    def _table_side(self) -> QVBoxLayout:
        side, head = QVBoxLayout(), QHBoxLayout()
        kind(self.score, "small")
        head.addWidget(self.table_title, 1)
        head.addWidget(self.score)
        side.addLayout(head)
        side.addWidget(self.table, 1)
        side.setSpacing(2)
        return side

    def _chart_side(self) -> QVBoxLayout:
        side, head = QVBoxLayout(), QHBoxLayout()
        self.chart_title = kind(QLabel(_("Learning")), "strong")
        self.chart_title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head.addWidget(self.chart_title, 1)
        head.addWidget(self.curves)
        kind(self.remark, "small")
        self.remark.setWordWrap(True)
        side.addLayout(head)
        side.addWidget(self.chart, 1)
        side.addWidget(self.remark)
        side.setSpacing(2)
        return side

    def _connect(self) -> None:
        self.picture.weight_set.connect(self._weight)
        self.picture.input_set.connect(self._input)
        self.picture.let_go.connect(self._let_go)
        self.picture.lit.connect(self.sum.light)
        self.sum.lit.connect(self.picture.light)
        self.plane.dragged.connect(self._dragged)
        self.plane.dropped.connect(self._dropped)
        self.plane.clicked.connect(self._clicked)
        self.plane.hovered.connect(self._hovered)
        self.plane.unhovered.connect(self._unhovered)
        self.table.fed.connect(self._feed_row)
        self.table.flipped.connect(self._flip)
        self.table.removed.connect(self._remove)
        self.plane.point_dragged.connect(self._move_point)
        self.plane.point_dropped.connect(self._let_go)
        self.plane.point_removed.connect(self._remove)
        self.plane.point_asked.connect(self._point_asked)
        self.own_button.clicked.connect(self._open_own)
        self.own.listen(self)
        self.own.opened.connect(self._own_opened)
        self.own.taken.connect(self._own_taken)
        self.own.closed.connect(self._own_closed)
        self.curves.chosen.connect(self._choose_curve)
        for line in (self.sum, self.gate, self.slope, self.next_line):
            line.asked.connect(self.asked)

    def _name(self) -> None:
        self.curves.setAccessibleName(_("Chart"))
        self.brush.setAccessibleName(_("Class of the point that a press adds"))
        self.brush.setToolTip(_("Press an empty place to add a point of this class."))
        self.chart.set_titles(_("step"), "", _("Learning"))
        self.plane.set_titles("", "", _("The plane of inputs"))

    # --------------------------------------------------------------------------------------- the frame

    def show_frame(self, frame: NeuronFrame) -> None:
        """Draw a frame."""
        self._frame = frame
        cut = scenery.cut_of(frame)
        self.plane.set_editable(frame.examples.editable)
        self.picture.set_neuron(scenery.shown_of(frame))
        self.plane.set_scene(scenery.scene_of(frame, self._display, cut))
        self.plane.set_layers(scenery.handles(frame, cut, self._base or cut.base))
        self.sum.set_terms(scenery.terms_of(frame), show_number(frame.z, 3))
        if not self.playing or not self._read.isValid() or self._read.elapsed() >= READING_MS:
            self._read.start()
            self._show_numbers(frame)

    def _show_numbers(self, frame: NeuronFrame) -> None:
        """Table, titles, lines and curves, which need not follow every frame of a run."""
        self._show_titles(frame)
        gate, slope = scenery.gate_line(frame)
        self.gate.set_line(gate)
        self.slope.set_line(slope)
        self.table.set_rows(scenery.answers_of(frame), frame.row)
        self.next_line.set_line(_("Nothing more to learn here.") if frame.done else move_line(frame))
        self.remark.setText(frame.remark)
        self.chart.set_series(scenery.chart_of(frame, self._display))
        said = frame.describe()
        for canvas in (self.picture, self.plane, self.table, self.chart):
            canvas.set_description(said)

    def _show_titles(self, frame: NeuronFrame) -> None:
        x1, x2 = f"x{SUBSCRIPTS[0]}", f"x{SUBSCRIPTS[1]}"
        self.table_title.setText(frame.examples.name)
        self.score.setText(_("{right} of {rows} right").format(right=frame.right, rows=len(frame.examples)))
        if frame.inputs > 2:
            self.plane_title.setText(_("All inputs with x₃ = {x}").format(x=short(frame.x[2])))
        else:
            self.plane_title.setText(_("All inputs at once"))
        editable = frame.examples.editable
        self.key.setVisible(not editable)
        self.brush.setVisible(editable)
        self.done.set_words(changes(frame.examples.origin))
        self.plane.set_names(x1, "" if frame.inputs == 1 else x2)

    def show_display(self, display: Display) -> None:
        """Draw with other options."""
        self._display = display
        self.curves.set_chosen(display.curve)
        self.chart.reset_view()
        self._again()

    def _again(self) -> None:
        if self._frame is not None:
            self.show_frame(self._frame)

    # ---------------------------------------------------------------------------------------- the hand

    def _act(self, what: str, action: object) -> None:
        """A gesture; those of one drag carry one name, and undo takes them back together."""
        self.gesture = f"{what}#{self._drags}"
        self.acted.emit(action)
        self.gesture = ""

    def _begin(self, what: str) -> None:
        """The hand took hold of something: a try of its own, unless it still holds the same."""
        if what != self._doing:
            self._doing = what
            self._drags += 1
            before = self._frame.tries.last if self._frame is not None else 0
            self._tried = max(self._tried, before) + 1

    def _let_go(self) -> None:
        self._doing = ""

    def _set(self, what: str, weights: tuple[float, ...], bias: float) -> None:
        """Another neuron, by hand."""
        frame = self._frame
        if frame is None:
            return
        self._begin(what)
        start = frame.params.start(frame.inputs) if frame.step == 0 else ()
        self._act(what, SetNeuron(frame.params.data, weights, bias, self._tried, start))

    def _weight(self, link: int, value: float) -> None:
        if self._frame is not None:
            numbers = list(self._frame.neuron.numbers)
            numbers[link] = value
            self._set(f"link {link}", tuple(numbers[:-1]), numbers[-1])

    def _input(self, number: int, value: float) -> None:
        if self._frame is not None:
            x = list(self._frame.x)
            x[number] = value
            self._feed_or_move(f"input {number}", tuple(x))

    def _feed_or_move(self, what: str, x: tuple[float, ...]) -> None:
        """Other numbers at the inputs. Where points can be moved, a point that is fed goes along."""
        frame = self._frame
        if frame is not None and frame.examples.editable and frame.row >= 0:
            self._move_point(frame.row, *x)
        else:
            self._feed(what, x)

    def _move_point(self, row: int, x: float, y: float) -> None:
        if self._frame is not None:
            self._hold(f"point {row}")
            self._act(f"point {row}", MovePoint(self._frame.params.data, row, (_tidy(x), _tidy(y))))

    def _hold(self, what: str) -> None:
        """What the hand does from here on is one gesture, until it takes something else."""
        if what != self._doing:
            self._doing = what
            self._drags += 1

    def _remove(self, row: int) -> None:
        frame = self._frame
        if frame is not None and frame.examples.editable and len(frame.examples) > 1:
            self._let_go()
            self._drags += 1
            self._act("remove", RemovePoint(frame.params.data, row))

    def _point_asked(self, what: str) -> None:
        """Insert and Delete on the plane."""
        if what == "add":
            self._add(*self.plane.cross())
        elif self._frame is not None and self._frame.row >= 0:
            self._remove(self._frame.row)

    def _add(self, x: float, y: float) -> None:
        if self._frame is not None:
            self._let_go()
            self._drags += 1
            label = int(self.brush.chosen_keys()[0])
            self._act("add", AddPoint(self._frame.params.data, (_tidy(x), _tidy(y)), label))

    def _feed(self, what: str, x: tuple[float, ...]) -> None:
        """Feed numbers; those of a row are that row."""
        if self._frame is None:
            return
        row = next((i for i, p in enumerate(self._frame.examples.points.tolist()) if tuple(p) == x), -1)
        self._hold(what)
        self._act(what, Feed(x, row))

    def _feed_row(self, row: int) -> None:
        if self._frame is not None and row != self._frame.row:
            self._act("row", Feed(self._frame.examples.row(row), row))

    def _flip(self, row: int) -> None:
        if self._frame is not None:
            self._drags += 1
            self._act("answer", Flip(self._frame.params.data, row))

    def _dragged(self, handle: str, x: float, y: float) -> None:
        """A handle of the plane on its way."""
        frame = self._frame
        if frame is None:
            return
        cut = scenery.cut_of(frame)
        if handle == plane.BALL:
            self._feed_or_move("ball", _with(frame.x, x, y))
        elif handle == plane.TIP:
            self._base = self._base or cut.base
            wx, wy = (round(weight, DIGITS) for weight in cut.weights_for(self._base, (x, y)))
            self._turn(frame, wx, wy, self._base)
        else:
            self._turn(frame, cut.wx, cut.wy, (x, y))

    def _turn(self, frame: NeuronFrame, wx: float, wy: float, through: Pair) -> None:
        """Weights for the first two inputs, and the bias that takes the boundary through a place."""
        weights = _with(tuple(frame.neuron.weights.tolist()), wx, wy)
        rest = sum(w * x for w, x in zip(weights[2:], frame.x[2:]))
        bias = round(-(wx * through[0] + wy * through[1]) - rest, DIGITS) + 0.0
        self._set("arrow" if self._base is not None else "boundary", weights, bias)

    def _dropped(self, _handle: str, _x: float, _y: float) -> None:
        self._base = None
        self._let_go()
        self._again()

    def _clicked(self, x: float, y: float) -> None:
        """A press on a row feeds that row; one beside them adds a point, or feeds the place."""
        row = self.plane.row_at(x, y)
        if row >= 0:
            self._feed_row(row)
        elif self._frame is not None and self._frame.examples.editable:
            self._add(x, y)
        elif self._frame is not None:
            self._let_go()
            self._feed("place", _with(self._frame.x, round(x, 2), round(y, 2)))
            self._let_go()

    def _hovered(self, x: float, y: float) -> None:
        if self._frame is not None:
            z = scenery.cut_of(self._frame).z(x, 0.0 if self._frame.inputs == 1 else y)
            self.plane.set_readout(_("z = {z}").format(z=show_number(z, 3)))

    def _unhovered(self) -> None:
        self.plane.set_readout("")

    def _choose_curve(self, name: str) -> None:
        self.display_changed.emit("curve", name)

    # --------------------------------------------------------------------------------------- own data

    def _open_own(self) -> None:
        self.own.begin()

    def _own_opened(self) -> None:
        self._whole.setCurrentWidget(self.own)

    def _own_closed(self) -> None:
        self._whole.setCurrentWidget(self._main)

    def _own_taken(self, points: SetPoints) -> None:
        self._drags += 1
        if self._frame is not None and self._frame.params.data != "own":
            self._act("own", Set({"data": "own"}))
        self._act("own", points)

    # ------------------------------------------------------------------------------------- the window

    def pictures(self) -> list[QWidget]:
        """What is exported: the neuron, the plane, the table and the chart."""
        return [self.picture, self.plane, self.table, self.chart]

    def set_compact(self, compact: bool) -> None:
        """Closer together on a small screen."""
        if compact != self._compact:
            self._compact = compact
            self.relook()

    def relook(self) -> None:
        px = look().px
        self._column.setSpacing(px(2 if self._compact else 6))
        self._upper.setSpacing(px(12))
        no, yes = look().palette.categories[:2]
        marks = (("●", no, _("no")), ("▲", yes, _("yes")))
        key = [f"<span style='color:{color}'>{mark}</span> {word}" for mark, color, word in marks]
        self.key.setText(" &nbsp; ".join(key))
        self._lower.setSpacing(px(18))
        self._fit()
        self._again()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Where there is little room, for large text on a small screen, neuron and plane keep most of it."""
        px = look().px
        narrow = self.width() < px(NARROW)
        self.lower.setVisible(self.height() >= px(LOW))
        for part in (self.chart, self.chart_title, self.curves, self.remark):
            part.setVisible(not narrow)
        for part in (self.gate, self.slope, self.next_line):
            part.setVisible(self.height() >= px(LOWEST))
        spare = self.height() - px(LINES) - px(TITLES) - 9 * self.width() // 20  # beside a square plane
        self.lower.set_high(min(max(spare, px(LEAST)), px(MOST)))


def _with(values: tuple[float, ...], x: float, y: float) -> tuple[float, ...]:
    """The same numbers with others in the first two places, as far as there are two."""
    return (*(x, y)[: len(values)], *values[2:])


def _tidy(value: float) -> float:
    """A place put by hand, to the hundredth: no digits that nobody chose."""
    return round(value, 2) + 0.0


def _wanted() -> Wanted:
    """What the page for own data asks for."""
    roles = Role("first", "x₁"), Role("second", "x₂"), Role("kind", _("class"), words=True)
    scale = Option(_("Scale both inputs to mean 0 and spread 1"), 2)
    return Wanted(roles, _take, _told, _("petal length, petal width, kind\n1.4, 0.2, setosa\n4.7, 1.4, other"), scale)


def _take(chosen: Chosen) -> SetPoints:
    names = chosen.columns["first"], chosen.columns["second"], chosen.columns["kind"]
    return table_of(chosen.table, names, chosen.option, chosen.title)


def _told(points: SetPoints) -> tuple[str, ...]:
    return changes(origin_of(points.names, points.left_out, points.scales))
