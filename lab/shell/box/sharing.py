"""Copy and save what a box shows: picture, table, animation, link. Always on white, always with what made it."""

from __future__ import annotations

import csv
import io
import re
from functools import partial
from typing import Any

from PySide6.QtGui import QGuiApplication

from lab import __version__
from lab.core.params import changed, fields_of
from lab.core.scene import Scene, to_link
from lab.core.simulation import Curve
from lab.core.text import _
from lab.runtime.track import Track
from lab.shell import files
from lab.shell.box.box import ExperimentBox
from lab.shell.box.printed_page import Page
from lab.shell.context import Context
from widgets.text.pdf import Figure

__all__ = [
    "caption_of",
    "copy_link",
    "copy_picture",
    "csv_of",
    "figure_of",
    "page_of",
    "save_animation",
    "save_picture",
    "save_table",
]

MOST_FRAMES = 120
REPLAY_SECONDS = 2.0


def page_of(box: ExperimentBox) -> Page:
    """The box as a printed page, in the state on screen."""
    canvases = [canvas for canvas in box.view.pictures() if canvas is not None]
    return Page(_(box.experiment.title), canvases, caption_of(box))


def figure_of(box: ExperimentBox) -> Figure | None:
    """The box's first picture in the state on screen, for the sheet of a lesson; None where it has none yet."""
    canvases = [canvas for canvas in box.view.pictures() if canvas is not None] if box.frame is not None else []
    caption = re.sub(r"([\\`*_\[\]<>$#])", r"\\\1", caption_of(box))
    return Figure(canvases[0], caption) if canvases else None


def copy_picture(window: Context, box: ExperimentBox) -> None:
    QGuiApplication.clipboard().setImage(page_of(box).image(1.5))
    text = _("On white, with title and axes: {caption}").format(caption=caption_of(box))
    window.tell("good", _("Picture copied"), text)


def save_picture(window: Context, box: ExperimentBox) -> None:
    kinds = "PNG (*.png);;SVG (*.svg);;PDF (*.pdf)"
    path = files.ask_where(window, _("Save the picture"), f"{box.experiment.id}.png", kinds)
    if path is None:
        return
    makers = {".png": Page.png, ".svg": Page.svg, ".pdf": Page.pdf}
    maker = makers.get(path.suffix.lower())
    if maker is None:
        text = _("A picture is a .png, .svg or .pdf file, not {suffix}.").format(suffix=path.suffix)
        window.tell("bad", _("Not saved"), text)
    else:
        files.write(window, path, maker(page_of(box)))


def save_table(window: Context, box: ExperimentBox) -> None:
    """Every curve on screen, in full precision."""
    found = box.specification.curves(box.frame) if box.frame is not None else ()
    if not found:
        window.tell("info", _("Nothing to save yet"), _("There is no curve. Run the experiment first."))
        return
    path = files.ask_where(window, _("Save the curves"), f"{box.experiment.id}.csv", "CSV (*.csv)")
    if path is not None:
        files.write(window, path, csv_of(found, caption_of(box)))


def save_animation(window: Context, box: ExperimentBox) -> None:
    from lab.shell.box.recorder import Recorder

    box.bridge.ask(_last_frames, Recorder(window, box).record)


def copy_link(window: Context, box: ExperimentBox) -> None:
    box.bridge.ask(Track.scene, partial(_copy_link, window, box))


def _copy_link(window: Context, box: ExperimentBox, answer: Scene | Exception) -> None:
    if isinstance(answer, Exception):
        window.tell("bad", _("No link"), str(answer))
        return
    QGuiApplication.clipboard().setText(to_link(answer, box.specification))
    more = bool(answer.actions or answer.artifacts)
    text = _("Controls, seed and step are in it.")
    if more:
        text = _("It holds controls, seed and step only. Your gestures are not in it: save a file to keep them.")
    window.tell("info" if more else "good", _("Link copied"), text)


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
    """What is needed to make the same picture again: changed controls, seed, step, version, licence. A control without
    effect is left out: "Points 5" under ten points would only puzzle."""
    update = box.update_shown
    if update is None or update.params is None:
        return ""
    idle = box.specification.unused(box.frame) if box.frame is not None else {}
    known = {f.name: f for f in fields_of(box.specification.params)}
    parts = [
        (known[name].symbol or _(known[name].label)) + f" {known[name].show(value)}"
        for name, value in changed(box.specification.params(), update.params).items()
        if name not in idle
    ]
    parts += [_("seed {n}").format(n=update.seed), _("step {n}").format(n=update.position)]
    if update.pinned is not None and box.pinned.ghosts.count:
        parts.append(_("grey: run {n}").format(n=update.pinned.run.number))
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
