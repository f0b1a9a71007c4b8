"""Files and links as this version writes them, for the tests of all later ones.

    python build/make_corpus.py FOLDER

For every experiment: a file of the default state, one that carries its state and other view options and hides a
control, one of every preset, solution and break with its gestures, one with something received from each experiment
that gives it, all with notes and answers; the links of the presets; and
`expected.json` with the numbers that each of them shows. Run it in a checkout of a released version, and put the
folder beside the others in `tests/corpus`: `tests/test_corpus.py` opens them all.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from lab import catalog  # noqa: E402
from lab.core.experiment import Experiment, Setting  # noqa: E402
from lab.core.params import fields_of  # noqa: E402
from lab.core.scene import Scene, to_json, to_link  # noqa: E402
from lab.runtime.track import Track  # noqa: E402

NOTES = "What I saw: the ball rolls.\n\n– naïve café, 漢字, x² ≤ ½, 🙂"
ANSWERS = {"first": "no", "quiz": 2, "sure": True, "guess": 0.25}
MOST_BYTES = 400_000  # of one file: larger ones say nothing that a smaller one does not
STEPS = 40  # past the end of a setting, so that something has been learned


def tracks(experiment: Experiment) -> Iterator[tuple[str, Track]]:
    """Runs worth keeping, by name."""
    specification = experiment.load()
    yield "default", _run(experiment, Setting(), STEPS)
    for preset in specification.presets:
        yield f"preset-{preset.id}", _run(experiment, preset.setting, STEPS)
    for challenge in specification.challenges:
        if not challenge.needs:
            yield f"solution-{challenge.id}", _run(experiment, challenge.solution)
    for broken in specification.breaks:
        yield f"break-{broken.id}", _run(experiment, broken.setting)
    for giver in catalog.experiments():
        for kind in giver.load().gives:
            if kind in specification.takes and giver.id != experiment.id:
                received = _received(experiment, giver, kind)
                if received is not None:
                    yield f"received-{kind}-from-{giver.id}", received


def _run(experiment: Experiment, setting: Setting, more: int = 0) -> Track:
    track = Track(experiment, Scene.of(experiment, setting))
    track.run_to_goal()
    if more and not track.simulation.done:
        track.go(track.position + more)
        track.run_to_goal()
    return track


def _received(experiment: Experiment, giver: Experiment, kind: str) -> Track | None:
    """The experiment with what another one gives, where the two go together as they are."""
    artifact = _run(giver, giver.load().presets[0].setting, STEPS).simulation.offer(kind)
    if artifact is None:
        return None
    track = Track(experiment, Scene(experiment.id))
    fields = fields_of(experiment.load().params)
    values = {f.name: "received" for f in fields if f.kind == "choice" and "received" in f.choices}
    try:
        track.adopt(replace(artifact, origin=f"{giver.title}, step {STEPS}"), values)
        track.go(12)
        track.run_to_goal()
    except ValueError:
        return None
    return track


def _with_everything(track: Track) -> Scene:
    """A scene that carries its state, view options that are not the default, and a control that is hidden."""
    specification = track.specification
    display = {f.name: not f.default if f.kind == "bool" else f.choices[-1] if f.choices else f.hi
               for f in (fields_of(specification.display) if specification.display else ())}  # fmt: skip
    hidden = (fields_of(specification.params)[-1].name,)
    state = dict(track.simulation.save())
    return replace(track.scene(), notes=NOTES, answers=ANSWERS, display=display, hidden=hidden, state=state)


def shown(track: Track) -> dict[str, Any]:
    """What stands on the screen, with every digit."""
    frame = track.simulation.snapshot()
    metrics = track.specification.metrics.values(frame)
    return {"step": frame.step, "metrics": {name: _plain(value) for name, value in metrics.items()}}


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return repr(value) if isinstance(value, float) else value


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    expected: dict[str, Any] = {}
    for experiment in catalog.experiments():
        for name, track in tracks(experiment):
            data = to_json(replace(track.scene(), notes=NOTES, answers=ANSWERS))
            if len(data) > MOST_BYTES:
                print(f"{experiment.id} {name}: {len(data)} bytes, left out")
                continue
            file = f"{experiment.id}-{name}.glassbox"
            (folder / file).write_bytes(data)
            expected[file] = shown(track)
        file = f"{experiment.id}-state.glassbox"
        track = _run(experiment, Setting(seed=3), STEPS)
        (folder / file).write_bytes(to_json(_with_everything(track)))
        expected[file] = shown(track)
        for preset in experiment.load().presets:
            link = to_link(replace(Scene.of(experiment, preset.setting), step=preset.setting.steps), experiment.load())
            bare = Setting(preset.setting.values, preset.setting.seed, (), preset.setting.steps)
            expected[link] = shown(_run(experiment, bare))
    text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
    (folder / "expected.json").write_text(text + "\n", "utf-8")
    print(f"{len(expected)} files and links in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
