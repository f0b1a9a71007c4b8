"""Copy and save what a box shows: picture, table, animation. Always on white, always with what made it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication

from lab import __version__
from lab.core.params import changed, fields_of
from lab.core.simulation import Curve
from lab.core.text import _
from lab.runtime.track import Track
from lab.shell.box import ExperimentBox
from lab.shell.page import Page

if TYPE_CHECKING:
    from lab.shell.desk import Desk

__all__ = ["Sharing", "csv_of"]

MOST_FRAMES = 120
REPLAY_SECONDS = 2.0


class Sharing:
    """What can be made of one box."""

    def __init__(self, desk: Desk, box: ExperimentBox) -> None:
        self._desk, self._box = desk, box

    def page(self) -> Page:
        """The box as a printed page, in the state on screen."""
        box = self._box
        canvases = [canvas for canvas in box.view.pictures() if canvas is not None]
        title = _(box.experiment.title)
        return Page(title, canvases, caption_of(box))

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setImage(self.page().image(1.5))
        self._desk.tell(
            "good",
            _("Picture copied"),
            _("On white, with title and axes: {caption}").format(caption=caption_of(self._box)),
        )

    def save_picture(self) -> None:
        path = self._ask(_("Save the picture"), ".png", "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)")
        if path is None:
            return
        makers = {".png": Page.png, ".svg": Page.svg, ".pdf": Page.pdf}
        maker = makers.get(path.suffix.lower())
        if maker is None:
            self._desk.tell(
                "bad",
                _("Not saved"),
                _("A picture is a .png, .svg or .pdf file, not {suffix}.").format(suffix=path.suffix),
            )
            return
        self._desk.write(path, maker(self.page()))

    def save_table(self) -> None:
        """Every curve on screen, in full precision."""
        box = self._box
        found = box.specification.curves(box.frame) if box.frame is not None else ()
        if not found:
            self._desk.tell("info", _("Nothing to save yet"), _("There is no curve. Run the experiment first."))
            return
        path = self._ask(_("Save the curves"), ".csv", "CSV (*.csv)")
        if path is not None:
            self._desk.write(path, csv_of(found, caption_of(self._box)))

    def save_animation(self) -> None:
        from lab.shell.recorder import Recorder

        self._box.bridge.ask(_last_frames, _Frames(Recorder(self._desk, self._box)))

    def _ask(self, title: str, suffix: str, kinds: str) -> Path | None:
        return self._desk.ask_where(title, f"{self._box.experiment.id}{suffix}", kinds)


class _Frames:
    def __init__(self, recorder: Any) -> None:
        self._recorder = recorder

    def __call__(self, frames: Any) -> None:
        self._recorder.record(frames)


def _last_frames(track: Track) -> list[Any]:
    """The frames of the last steps, every one of them: those not stored are computed again."""
    here = track.position
    first = max(0, here - MOST_FRAMES + 1)
    per_step = track.timeline.seconds / max(1, track.timeline.head)
    if per_step * MOST_FRAMES > REPLAY_SECONDS:  # a slow run: what was seen has to do
        return [frame for _step, frame in track.timeline.history.between(0, here)][-MOST_FRAMES:]
    frames = []
    for step in range(first, here + 1):
        track.go(step)
        track.run_to_goal()
        frames.append(track.snapshot())
    return frames


def caption_of(box: ExperimentBox) -> str:
    """What is needed to make the same picture again: changed controls, seed, step, version, licence."""
    update = box.update_shown
    if update is None or update.params is None:
        return ""
    known = {f.name: f for f in fields_of(box.specification.params)}
    parts = [
        (known[name].symbol or _(known[name].label)) + f" {known[name].show(value)}"
        for name, value in changed(box.specification.params(), update.params).items()
    ]
    parts += [_("seed {n}").format(n=update.seed), _("step {n}").format(n=update.position)]
    return " · ".join([*parts, f"Glassbox {__version__} (MIT)"])


def csv_of(found: tuple[Curve, ...], caption: str) -> bytes:
    """Curves as CSV: a column of x for each group that shares it, and one for every curve."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([f"# {caption}"])
    columns: list[tuple[str, list[float]]] = []
    last: list[float] | None = None
    for curve in found:
        x = [float(value) for value in curve.x]
        if x != last:
            columns.append((curve.x_name, x))
            last = x
        columns.append((f"{curve.name}: {curve.y_name}" if curve.name else curve.y_name, [float(v) for v in curve.y]))
    writer.writerow([name for name, _values in columns])
    for i in range(max(len(values) for _name, values in columns)):
        writer.writerow([repr(values[i]) if i < len(values) else "" for _name, values in columns])
    return out.getvalue().encode("utf-8-sig")
