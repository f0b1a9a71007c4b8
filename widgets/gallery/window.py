"""Every control and picture, to look at and to play with: `python -m widgets.gallery [light|dark] [PERCENT]`.

With a third argument the first page is written to that PNG instead of being shown; with a fourth, that page.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from widgets.base.colors import DARK, LIGHT
from widgets.base.focus import FocusRing
from widgets.base.icon import use_icons
from widgets.base.look import Look, Refreshing, apply_look, load_fonts, look
from widgets.base.stylesheet import kind
from widgets.controls.buttons import Button, IconButton
from widgets.controls.checks import RadioButton
from widgets.controls.chips import ChipRow, Segmented
from widgets.controls.form import Form, Item
from widgets.controls.number_field import show_number
from widgets.controls.scrubber import Scrubber
from widgets.controls.slider import Slider
from widgets.controls.span import Span
from widgets.gallery.pictures import Pictures
from widgets.gallery.sample_cards import cards
from widgets.text.banner import Banner
from widgets.text.popover import Popover
from widgets.text.readout import ReadoutRow

__all__ = [
    "PAGES",
    "Gallery",
    "apply_palette",
    "banners",
    "cards",
    "chips",
    "form_states",
    "limited_slider",
    "scrubbers",
]  # fmt: skip

ASSETS = Path(__file__).resolve().parents[2] / "assets"

ITEMS = (
    Item("rate", "float", "Learning rate η", "How far each step goes", 1e-4, 2, log=True, default=0.26),
    Item("momentum", "float", "Momentum", lo=0, hi=1, default=0.0, hint="small: careful · large: rolls on"),
    Item("noise", "float", "Gradient noise", lo=0, hi=0.5, default=0.05, unit="σ"),
    Item("width", "int", "Neurons", lo=1, hi=64, default=8, restarts=True),
    Item(
        "surface", "choice", "Landscape", choices=("valleys", "bowl", "saddle"), default="valleys",
        choice_labels=("Two valleys", "A round bowl", "A saddle"),
    ),
    Item("view", "choice", "Draw as", choices=("map", "3d", "slice"), choice_labels=("Map", "3-D", "Slice")),
    Item("arrow", "bool", "Show the next step", default=True),
    Item("lines", "bool", "Contour lines"),
    Item("kinds", "many", "Compare", choices=("SGD", "Momentum", "Adam"), default=("SGD", "Adam")),
    Item("text", "text", "Sentence", default="The cat sat on the mat"),
    Item("seed", "int", "Seed", lo=0, hi=99, default=1, more=True),
)  # fmt: skip


def form_states() -> Form:
    """A form whose rows show every state: limit, hint, disabled, refused, chosen."""
    form = Form(ITEMS)
    form.set_limit("rate", 0.67, "unstable above 0.67")
    form.set_enabled("noise", False, "There is no noise without data.")
    form.show_error("text", "Only 12 words fit into the window.")
    return form


def limited_slider() -> Slider:
    """A logarithmic slider with a limit."""
    slider = Slider(Span(1e-4, 2, log=True))
    slider.setAccessibleName("Learning rate")
    slider.set_value(0.26)
    slider.set_limit(0.67, "unstable above 0.67")
    return slider


def chips() -> QWidget:
    """Chips of all modes."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(look().px(6))
    several = ChipRow(("SGD", "Momentum", "Adam", "AdamW", "Lion"), mode="many")
    several.set_chosen(("SGD", "Adam"))
    column.addWidget(Segmented(("Map", "3-D", "Slice")))
    column.addWidget(several)
    column.addWidget(ChipRow(("Too small", "Just right", "Too large", "Escape a valley"), mode="press", even=True))
    off = ChipRow(("Map", "3-D"))
    off.setEnabled(False)
    column.addWidget(off)
    return page


def scrubbers() -> QWidget:
    """A scrubber in the middle of a run with signs, and an empty one."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    running, empty = Scrubber(), Scrubber()
    running.set_span(0, 200)
    running.set_position(128)
    running.set_marks([(20, "gesture"), (64, "change"), (150, "gesture"), (152, "change")])
    for scrubber in (running, empty):
        scrubber.setAccessibleName("History")
        column.addWidget(scrubber)
    return page


def banners() -> QWidget:
    """The four kinds of banner."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Banner("good", "The ball has reached the valley after 31 steps."))
    column.addWidget(Banner("warn", "The file is of a newer version and opens read-only.", "Save a copy"))
    text = "The loss became infinite at step 12: the learning rate is too large."
    column.addWidget(Banner("bad", text, "Set η to 0.26"))
    column.addWidget(Banner("info", "This lesson has not been translated yet and is shown in English."))
    return page


class Controls(Refreshing, QFrame):
    """The page of everything that is pressed, dragged or typed into."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        kind(self, "dock")
        self._columns = QHBoxLayout(self)
        self.form = form_states()
        self._narrow = form_states()
        self._narrow.compact = True
        self._slid = kind(QLabel("0.26"), "strong")
        slider = limited_slider()
        slider.changed.connect(self._show_slid)
        readouts = ReadoutRow(("step", "loss", "accuracy"))
        readouts.set_values({"step": "6", "loss": -0.16, "accuracy": None})
        well = QFrame()
        kind(well, "well")
        listed = ReadoutRow(("weights", "slope ∇L", "loss"), column=True)
        listed.set_values({"weights": "−1.13, 0.23", "slope ∇L": "−0.05, −0.88", "loss": -0.16})
        QVBoxLayout(well).addWidget(listed)
        self._open = Button("What is a gradient?", "outline", "info")
        self._open.clicked.connect(self._explain)
        text = "The direction in which the loss grows fastest.\nDescent goes the other way."
        self._popover = Popover(QLabel(text), "Gradient", self)
        self._add(self.form)
        self._add(self._narrow)
        self._add(_buttons(), slider, self._slid, chips(), _radios(), readouts, well, self._open)
        self._add(scrubbers(), banners(), cards())
        self._columns.setStretch(3, 1)
        self.relook()

    def _add(self, *parts: QWidget) -> None:
        column = QVBoxLayout()
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        self._columns.addLayout(column)

    def _show_slid(self, value: float) -> None:
        self._slid.setText(show_number(value))

    def _explain(self) -> None:
        self._popover.open_at(self._open)

    def relook(self) -> None:
        self.form.setFixedWidth(look().px(272))
        self._narrow.setFixedWidth(look().px(236))
        self._columns.setContentsMargins(*[look().px(16)] * 4)
        self._columns.setSpacing(look().px(24))


PAGES: dict[str, Callable[[], QWidget]] = {"Controls": Controls, "Pictures": Pictures}


class Gallery(QWidget):
    """The pages, one at a time, each made when it is first opened and scrolling where there is little room."""

    def __init__(self, page: str = "Controls") -> None:
        super().__init__()
        kind(self, "canvas")
        self.setWindowTitle("Widgets")
        self.chips = Segmented(tuple(PAGES))
        self.chips.setAccessibleName("Page")
        self._stack = QStackedWidget()
        self._areas: dict[str, QScrollArea] = {}
        self._pages: dict[str, QWidget] = {}
        column = QVBoxLayout(self)
        column.addWidget(self.chips)
        column.addWidget(self._stack, 1)
        self.ring = FocusRing(self)
        self.chips.chosen.connect(self.open)
        self.open(page)

    def open(self, page: str) -> None:
        """Show a page. Raises KeyError for one that is not there."""
        if page not in self._areas:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setFrameShape(QFrame.Shape.NoFrame)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._pages[page] = PAGES[page]()
            area.setWidget(self._pages[page])
            self._stack.addWidget(area)
            self._areas[page] = area
        self.chips.set_chosen(page)
        self._stack.setCurrentWidget(self._areas[page])

    def page(self) -> QWidget:
        """The page that is open."""
        return self._pages[self.chips.chosen_keys()[0]]


def _buttons() -> QWidget:
    page = QWidget()
    row = QHBoxLayout(page)
    row.setContentsMargins(0, 0, 0, 0)
    off = Button("Step", "outline", "step-forward", 40)
    off.setEnabled(False)
    row.addWidget(Button("Run", "primary", "play", 40))
    row.addWidget(off)
    row.addWidget(Button("Start over", "plain", "rotate-ccw"))
    row.addWidget(Button("Next", "outline", "arrow-right", icon_after=True))
    row.addWidget(IconButton("undo-2", "Undo", "Ctrl+Z"))
    return page


def _radios() -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    for n, text in enumerate(("Reach the same valley, only faster", "Jump from side to side", "Stop at once")):
        button = RadioButton(text)
        button.setChecked(n == 1)
        column.addWidget(button)
    return page


def apply_palette(app: QApplication, theme: str = "light", percent: float = 100) -> None:
    """Give the application our fonts, icons and look."""
    app.setStyle("Fusion")
    load_fonts(ASSETS / "fonts")
    use_icons(ASSETS / "icons")
    apply_look(app, Look(DARK if theme == "dark" else LIGHT, percent / 100))


def main(arguments: list[str]) -> int:
    app = QApplication(arguments[:1])
    theme, percent, out, name = [*arguments[1:], *("light", "100", "", "Controls")[len(arguments) - 1 :]][:4]
    apply_palette(app, theme, float(percent))
    page = Gallery(name)
    page.resize(look().px(1480), look().px(860))
    page.show()
    if out:
        app.processEvents()
        return 0 if page.grab().save(out) else 1
    return app.exec()
