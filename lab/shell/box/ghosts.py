"""The ghosts of a pinned run: its curves under those of the present one, and its line, boundary or path over the
picture.

What its curves look like is asked of a second view that nobody sees: it is given the frame of the pinned run, and what
its plots then hold is laid under the plots of the same names. So every plot of every experiment has its ghosts, in the
units and on the axis that it has now. A frame that is not there any more, as in a box that was opened from a file, is
computed again by a run of its own.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from lab.core.experiment import Experiment
from lab.core.params import fields_of
from lab.core.simulation import Frame
from lab.core.text import _
from lab.runtime.run import Update
from lab.runtime.run_orders import scene_of
from lab.runtime.run_table import Pinned
from lab.runtime.worker import Worker
from lab.shell.box.bridge import Bridge
from widgets.canvas.ghosts import Ghost
from widgets.plots.plot import Plot, Series

__all__ = ["Ghosts"]


class Ghosts(QObject):
    """Keeps the ghosts of one view up to date. `view`: of the experiment, which may show any frame."""

    changed = Signal()  # what is drawn, or why nothing is

    def __init__(self, worker: Worker, experiment: Experiment, view: Any, parent: QWidget) -> None:
        super().__init__(parent)
        self._worker, self._experiment, self._view, self._box = worker, experiment, view, parent
        self._pinned: Pinned | None = None
        self._frame: Frame | None = None
        self._twin: Any = None
        self._display: Any = None
        self._again: Bridge | None = None  # computes the frame again
        self._failed = ""
        self._params: Any = None
        self._drawn_for: Any = None  # the controls that were in force when it was drawn
        self._canvases: list[Any] = []

    # ------------------------------------------------------------------------------------ what is known

    @property
    def count(self) -> int:
        """How many curves and lines are kept in what is to be seen now, also where they are what is there anyway."""
        canvases = sum(len(canvas.ghosts()) for canvas in self._canvases if canvas.isVisibleTo(self._view))
        return canvases + sum(len(plot.ghosts()) for plot in self._plots(self._view) if plot.isVisibleTo(self._view))

    @property
    def why_none(self) -> str:
        """Why nothing is drawn; "" where something is, or nothing is pinned."""
        if self._pinned is None or self.count:
            return ""
        number = self._pinned.run.number
        if self._failed:
            return _("Run {n} cannot be drawn: {why}").format(n=number, why=self._failed)
        if self._frame is None:
            return _("Run {n} is being computed again.").format(n=number)
        if self._page_of(self._frame.params if hasattr(self._frame, "params") else None) != self._page_of(self._params):
            return _("Run {n} ended on another page. Open that page to see its curves.").format(n=number)
        return _("There is no curve or line here to compare. The numbers are in the table.")

    def _page_of(self, params: Any) -> list[Any]:
        if params is None:
            return []
        return [getattr(params, f.name) for f in fields_of(type(params)) if f.shows]

    # ------------------------------------------------------------------------------------- from the box

    def show_update(self, update: Update, display: Any) -> None:
        """The run has gone on, or another one is pinned. display: the view options."""
        if update.pinned is not self._pinned:
            self._params = update.params
            self._begin(update.pinned, display)
        elif self._frame is not None and update.params != self._drawn_for and not update.playing:
            self._params = update.params
            self._draw(display)
        self._params = update.params

    def show_display(self, display: Any) -> None:
        """Other view options."""
        if self._frame is not None:
            self._draw(display)

    def shut(self) -> None:
        """Before the box is deleted."""
        self._stop()
        self._drop_twin()

    def _begin(self, pinned: Pinned | None, display: Any) -> None:
        self._stop()
        self._drop_twin()
        self._pinned, self._frame, self._failed = pinned, None, ""
        if pinned is not None and pinned.frame is not None:
            self._frame = pinned.frame
        elif pinned is not None:
            self._display = display
            scene = scene_of(self._experiment, pinned.run)
            self._again = Bridge(self._worker, self._experiment, scene, self)
            self._again.arrived.connect(self._computed)
        self._draw(display)

    def _computed(self, update: Update) -> None:
        """A frame of the pinned run has come: the last one is the one that is wanted."""
        if self._again is None or self._pinned is None:
            return
        if update.failure is not None:
            self._failed = update.failure.message
        elif not update.exact or update.frame is None or (update.position < self._pinned.run.step and not update.done):
            return
        self._frame = update.frame if update.failure is None else None
        self._stop()
        self._draw(self._display)

    def _stop(self) -> None:
        if self._again is not None:
            self._again.close()
            self._again.deleteLater()
            self._again = None

    # ---------------------------------------------------------------------------------------- drawing

    def _draw(self, display: Any) -> None:
        self._display, self._drawn_for = display, self._params
        for canvas in self._canvases:
            canvas.set_ghosts(())
        self._canvases = []
        if self._pinned is None or self._frame is None:
            for plot in self._plots(self._view):
                plot.set_ghosts(())
        else:
            label = _("run {n}").format(n=self._pinned.run.number)
            self._draw_curves(self._frame, display, label)
            self._draw_lines(self._frame, label)
        self.changed.emit()

    def _draw_curves(self, frame: Frame, display: Any, label: str) -> None:
        twin = self._twin_with(display)
        twin.show_frame(frame)
        found = {name: _curves_of(plot) for name, plot in _named(self._plots(twin)).items()}
        for name, plot in _named(self._plots(self._view)).items():
            plot.set_ghosts(found.get(name, ()), label)

    def _draw_lines(self, frame: Frame, label: str) -> None:
        by_canvas: dict[Any, list[Ghost]] = {}
        for canvas, points in self._view.outlines(frame) if hasattr(self._view, "outlines") else ():
            if len(points):
                ghosts = by_canvas.setdefault(canvas, [])
                ghosts.append(Ghost(points, "" if ghosts else label))
        for canvas, ghosts in by_canvas.items():
            canvas.set_ghosts(ghosts)
        self._canvases = list(by_canvas)

    def _twin_with(self, display: Any) -> Any:
        """The view that nobody sees, of the size of the other."""
        if self._twin is None:
            self._twin = self._experiment.load_view()(self._box)
            self._twin.hide()
        self._twin.resize(self._view.size())
        if display is not None:
            self._twin.show_display(display)
        return self._twin

    def _drop_twin(self) -> None:
        if self._twin is not None:
            self._twin.deleteLater()
            self._twin = None

    @staticmethod
    def _plots(view: QWidget) -> list[Plot]:
        return view.findChildren(Plot)


def _named(plots: list[Plot]) -> dict[tuple[str, int], Plot]:
    """Plots by their names; where several have the same, by which of them."""
    found: dict[tuple[str, int], Plot] = {}
    for plot in plots:
        name, number = plot.accessibleName(), 0
        while (name, number) in found:
            number += 1
        found[name, number] = plot
    return found


def _curves_of(plot: Plot) -> list[Series]:
    return [one for one in plot.series() if len(one.x) and not one.faint]
