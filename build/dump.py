"""Everything that the experiments show, as text and as pictures, for comparing two states of the code.

    python build/dump.py OUT [ID…]              a JSON file for each experiment
    python build/dump.py OUT [ID…] --pictures   and a picture of every page, light and dark

Of the default state and of every preset, challenge, solution and break: the metrics with their arithmetic, the marks
on sliders, the controls that are hidden, have no effect or cannot be chosen, the description and the curves. Before
code is moved: dump; after it: dump again, and `diff -r` says what became different.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from lab import catalog  # noqa: E402
from lab.core.experiment import Experiment, Setting, Specification  # noqa: E402
from lab.core.headless import played  # noqa: E402
from lab.core.params import fields_of  # noqa: E402
from lab.core.simulation import Curve  # noqa: E402

PAGES = ("page", "topic", "view", "large", "drawn", "landscape", "curve", "plane")  # controls that choose what is drawn


def settings(specification: Specification) -> Iterator[tuple[str, Setting]]:
    """Every state that is named, by its name."""
    yield "default", Setting()
    for preset in specification.presets:
        yield f"preset {preset.id}", preset.setting
    for challenge in specification.challenges:
        yield f"challenge {challenge.id}", challenge.setting
        if not challenge.needs:  # what a pack says is measured, and not dumped
            yield f"solution {challenge.id}", challenge.solution
    for broken in specification.breaks:
        yield f"break {broken.id}", broken.setting


def described(experiment: Experiment, setting: Setting) -> dict[str, Any]:
    """What one state shows."""
    specification = experiment.load()
    frame = played(specification, setting).snapshot()
    metrics = specification.metrics.values(frame)
    return {
        "step": frame.step,
        "metrics": {name: repr(value) for name, value in metrics.items()},
        "terms": {name: repr(specification.metrics.why(frame, name)) for name in metrics},
        "limits": {name: repr(limit) for name, limit in specification.limits(frame).items()},
        "hidden": sorted(specification.hidden(frame)),
        "unused": dict(specification.unused(frame)),
        "unavailable": {name: list(choices) for name, choices in specification.unavailable(frame).items()},
        "divergence": repr(specification.divergence(frame)),
        "describe": specification.describe(frame),
        "curves": [curve(each) for each in specification.curves(frame)],
    }


def curve(one: Curve) -> dict[str, Any]:
    """A curve: its names, and its points as a hash."""
    points = hashlib.sha256(one.x.tobytes() + one.y.tobytes()).hexdigest()[:16]
    return {"name": one.name, "x": one.x_name, "y": one.y_name, "count": len(one.x), "points": points}


def dump(experiment: Experiment, out: Path) -> None:
    states = {name: described(experiment, setting) for name, setting in settings(experiment.load())}
    text = json.dumps(states, ensure_ascii=False, indent=1, sort_keys=True)
    (out / f"{experiment.id}.json").write_text(text + "\n", "utf-8")


def pages(specification: Specification) -> Iterator[tuple[str, str, str]]:
    """(params or display, control, choice) of everything that chooses what is drawn."""
    for where in ("params", "display"):
        kind = getattr(specification, where)
        for field in fields_of(kind) if kind is not None else ():
            if field.name in PAGES:
                yield from ((where, field.name, choice) for choice in field.choices if choice != "received")


def picture(experiments: list[Experiment], out: Path, theme: str) -> None:
    """Every page of some experiments in one theme."""
    from lab.arguments import Call
    from lab.shell.app.headless import Stage

    stage = Stage(Call(theme=theme))
    try:
        for experiment in experiments:
            specification = experiment.load()
            for where, name, choice in (("params", "", ""), *pages(specification)):
                setting = specification.presets[0].setting
                if where == "params" and name:
                    setting = Setting({**setting.values, name: choice}, setting.seed, setting.actions, setting.steps)
                key = stage.open(experiment, setting)
                box = stage.window.workspace.box(key)
                if where == "display":
                    box.set_display(name, choice)
                stage.settle(seconds=0.4)
                box.grab().save(str(out / "-".join(filter(None, (experiment.id, name, choice, theme)))) + ".png")
                stage.window.workspace.docks.close(key)
    finally:
        stage.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("ids", nargs="*", metavar="ID")
    parser.add_argument("--pictures", action="store_true")
    call = parser.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    call.out.mkdir(parents=True, exist_ok=True)
    experiments = [e for e in catalog.experiments() if not call.ids or e.id in call.ids]
    for experiment in experiments:
        dump(experiment, call.out)
        print(experiment.id, flush=True)
    for theme in ("light", "dark") if call.pictures else ():
        picture(experiments, call.out, theme)
    return 0


if __name__ == "__main__":
    sys.exit(main())
