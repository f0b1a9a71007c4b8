"""What can be done with the runs of a box. Each is an order for its track: `run.do(partial(pin, number=3))`."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from lab.core.experiment import Experiment
from lab.core.records import dataclass
from lab.core.runs import Difference, RunRecord, changes_in_words, differences
from lab.core.scene import Scene
from lab.core.text import _
from lab.runtime.run_table import Change, Pinned
from lab.runtime.track import Track

__all__ = [
    "Comparison",
    "Row",
    "RunsShown",
    "all_runs",
    "compared",
    "delete_run",
    "pin",
    "restore_run",
    "scene_of",
    "shown_runs",
    "star_run",
    "unpin",
]


def all_runs(track: Track) -> tuple[RunRecord, ...]:
    """Every row of the table, the present run included, the first one first."""
    present = track.run_record()
    others = (run for run in track.runs.rows if run.number != present.number)
    return tuple(sorted((*others, present), key=lambda run: run.number))


@dataclass(frozen=True, slots=True)
class Row:
    """A run in the table. changed: what was changed against the run before it, in words; "" for the first."""

    run: RunRecord
    changed: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The pinned run and the present one, and in what they differ."""

    pinned: RunRecord
    present: RunRecord
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class RunsShown:
    """The table of a box: its rows, the number of the present run, and how that compares with the pinned one."""

    rows: tuple[Row, ...]
    present: int
    comparison: Comparison | None


def shown_runs(track: Track) -> RunsShown:
    """The table as it is now."""
    runs = all_runs(track)
    words = [changes_in_words(differences(track.specification, *pair)) for pair in pairwise(runs)]
    rows = [Row(run, changed) for run, changed in zip(runs, ["", *words])]
    return RunsShown(tuple(rows), track.run_number, compared(track))


def compared(track: Track) -> Comparison | None:
    """How the present run compares with the pinned one; None where none is."""
    if track.runs.pinned is None:
        return None
    pinned, present = track.runs.pinned.run, track.run_record()
    return Comparison(pinned, present, differences(track.specification, pinned, present))


def scene_of(experiment: Experiment, run: RunRecord) -> Scene:
    """The scene of a run, at its end."""
    return Scene(
        experiment.id,
        experiment.load().version,
        run.params,
        run.seed,
        run.actions,
        run.step,
        artifacts=run.artifacts,
        state=run.state,
    )


def restore_run(track: Track, number: int) -> None:
    """Go back to a run of the table, at its end; undo leads back. Nothing happens where it is the present one, or is
    gone."""
    run = track.runs.find(number)
    if run is not None and number != track.run_number:
        track.open(scene_of(track.experiment, run), track.timeline.scene, number)


def star_run(track: Track, number: int, on: bool) -> None:
    """Star a run, or take its star away."""
    track.runs.star(number, on)
    track.revision += 1


def delete_run(track: Track, number: int) -> None:
    """Take a run out of the table; the present one stays."""
    if track.runs.find(number) is not None and number != track.run_number:
        track.change_table(_("Delete run {n}").format(n=number), Change(remove=(number,)))


def pin(track: Track, number: int = 0) -> None:
    """Keep the curves of a run in sight: of a row of the table, or (0) of the present run as it is now."""
    found = track.runs.find(number) if number not in (0, track.run_number) else None
    if found is None:
        track.claim_number()
    frame = track.end_frame() if found is None and track.at_its_end else None
    run = found or track.run_record()
    run = run if frame is None else replace(run, state=None)  # what it shows is there: it need not be computed again
    track.change_table(_("Pin run {n}").format(n=run.number), Change(pin=(Pinned(run, frame),)))


def unpin(track: Track) -> None:
    """Keep no run in sight."""
    if track.runs.pinned is not None:
        track.change_table(_("Unpin run {n}").format(n=track.runs.pinned.run.number), Change(pin=(None,)))
