"""The calls that need no window of their own: list, run, shot, check, bench, packs."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from lab import catalog
from lab.arguments import Call, UsageError
from lab.core.experiment import CHAPTERS, Experiment, Setting, Specification
from lab.core.params import Field, ParamError, fields_of, from_text

__all__ = ["carry_out", "chosen", "json_ready", "setting_of", "story_of"]


def carry_out(call: Call) -> int:
    """Carry out a call; returns its exit code. Raises UsageError for bad input."""
    if call.language:
        from lab.core import text

        text.use(call.language)
    verbs = {"list": _list, "run": _run, "shot": _shot, "check": _check, "bench": _bench, "packs": _packs}
    return verbs[call.command](call)


def chosen(call: Call) -> tuple[Experiment, ...]:
    """The experiments a call names; all when it names none."""
    return tuple(_known(id) for id in call.ids) if call.ids else catalog.experiments()


def _known(id: str) -> Experiment:
    experiment = catalog.find(id)
    if experiment is None:
        raise UsageError(f"there is no experiment '{id}'; there is {', '.join(e.id for e in catalog.experiments())}")
    return experiment


def setting_of(experiment: Experiment, call: Call) -> Setting:
    """The state a call asks for. Raises UsageError naming the preset, break, challenge, control or value."""
    specification = experiment.load()
    try:
        setting = _named_setting(specification, call)
        values = {**setting.values, **from_text(specification.params, call.values)}
    except ParamError as error:
        raise UsageError(f"{experiment.id}: --set {error}") from None
    except ValueError as error:
        raise UsageError(f"{experiment.id}: {error}") from None
    changes: dict[str, Any] = {"values": values}
    if call.seed is not None:
        changes["seed"] = call.seed
    if call.steps is not None:
        changes["steps"] = call.steps
    return replace(setting, **changes)


def _named_setting(specification: Specification, call: Call) -> Setting:
    if call.preset:
        return specification.preset(call.preset).setting
    if call.breaking:
        return specification.breaking(call.breaking).setting
    if call.challenge:
        challenge = specification.challenge(call.challenge)
        return challenge.solution if call.solved else challenge.setting
    return Setting()


def story_of(experiment: Experiment, call: Call) -> str:
    """What a learner reads in the state that a call asks for; nothing where other values or another seed would make it
    untrue. Raises ValueError as `setting_of` does."""
    specification = experiment.load()
    if call.values or call.seed is not None:
        return ""
    if call.preset:
        return specification.preset(call.preset).story
    return specification.breaking(call.breaking).expect if call.breaking else ""


# ------------------------------------------------------------------------------------------------- list


def _list(call: Call) -> int:
    experiments = catalog.experiments()
    if call.json:
        print(json.dumps([_card(e) for e in experiments], ensure_ascii=False, indent=1))
        return 0
    for experiment in experiments:
        print(f"{experiment.number:>2}  {experiment.id:<24}  {experiment.title}")
    return 0


def _card(experiment: Experiment) -> dict[str, Any]:
    specification = experiment.load()
    return {
        "id": experiment.id,
        "number": experiment.number,
        "chapter": CHAPTERS[experiment.chapter - 1],
        "title": experiment.title,
        "question": experiment.question,
        "minutes": experiment.minutes,
        "controls": [_control(f) for f in fields_of(specification.params)],
        "presets": [p.id for p in specification.presets],
        "challenges": [c.id for c in specification.challenges],
        "breaks": [b.id for b in specification.breaks],
        "takes": list(specification.takes),
        "gives": list(specification.gives),
    }


def _control(field: Field) -> dict[str, Any]:
    control: dict[str, Any] = {"name": field.name, "kind": field.kind, "default": field.default}
    if field.kind in ("float", "int"):
        control |= {"lo": field.least, "hi": field.most}
    if field.choices:
        control["choices"] = list(field.choices)
    return control


# -------------------------------------------------------------------------------------------------- run


def _run(call: Call) -> int:
    from lab.core.headless import played
    from lab.core.params import checked, plain

    experiment = _known(call.ids[0])
    setting = setting_of(experiment, call)
    try:
        specification = experiment.load()
        frame = played(specification, setting).snapshot()
    except ParamError as error:  # controls that do not go together
        raise UsageError(f"{experiment.id}: --set {error}") from None
    metrics = specification.metrics.values(frame)
    result = {
        "id": experiment.id,
        "seed": setting.seed,
        "step": frame.step,
        "params": plain(checked(specification.params, setting.values)),
        "metrics": metrics,
        "summary": specification.describe(frame),
    }
    if call.json:
        print(json.dumps(json_ready(result), ensure_ascii=False, indent=1))
        return 0
    from lab.core.numbers import exact

    print(result["summary"])
    for name, value in metrics.items():
        print(f"  {name:<28} {exact(value)}")
    return 0


def json_ready(value: Any) -> Any:
    """JSON has no infinity and no NaN: they are written as words."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, dict):
        return {key: json_ready(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_ready(item) for item in value]
    return value.item() if hasattr(value, "item") else value


# --------------------------------------------------------------------------------- shot, check, bench


def _shot(call: Call) -> int:
    from lab.shell.app.headless import shoot

    experiments = [_known(id) for id in call.ids]
    wanted = [(experiment, setting_of(experiment, call), story_of(experiment, call)) for experiment in experiments]
    out = Path(call.out)
    if len(experiments) > 1:
        if out.exists() and not out.is_dir():
            raise UsageError(f"--out: {out} is a file; several pictures need a folder")
    elif out.is_dir() or not out.parent.is_dir():
        raise UsageError(f"--out: {out} is not a file in a folder that exists")
    return shoot(call, wanted, out)


def _check(call: Call) -> int:
    from lab.shell.app.headless import check

    return check(call, chosen(call))


def _bench(call: Call) -> int:
    from lab.bench import figures

    found = figures(sys.stderr)
    if call.json:
        print(json.dumps(found, ensure_ascii=False, indent=1))
    else:
        for name, value in found.items():
            print(f"{name:<64} {value if isinstance(value, str) else format(value, '.4g')}")
    return 0


# ------------------------------------------------------------------------------------------------ packs


def _packs(call: Call) -> int:
    from lab.runtime.packs import PACKS, find

    match call.ids:
        case ():
            for pack in PACKS:
                print(f"{pack.id:<12}  {find(pack.id) or 'not added'}")
        case ("add", file):
            _add_pack(Path(file), call.everybody)
        case ("remove", id):
            _remove_pack(id)
        case _:
            raise UsageError("packs: takes nothing, add FILE, or remove ID")
    return 0


def _add_pack(file: Path, everybody: bool) -> None:
    """Add the pack that can be added, for the learner or for everybody, and say where it is."""
    from lab.runtime.pack_import import PackError, importing
    from lab.runtime.packs import EVERYBODY, OWN, PACKS, folder

    pack, place = next(each for each in PACKS if not each.bundled), folder(EVERYBODY if everybody else OWN)
    try:
        for _advance in importing(pack, file, place):
            pass
    except PackError as error:
        raise UsageError(f"packs: {error}") from None
    print(place.folder / pack.file)


def _remove_pack(id: str) -> None:
    from lab.runtime.pack_import import PackError, remove
    from lab.runtime.packs import pack, place_of

    try:
        wanted, place = pack(id), place_of(id)
        if wanted.bundled:
            raise UsageError(f"packs: {id} comes with the lab and stays")
        if place is None:
            raise UsageError(f"packs: {id} is not added")
        remove(wanted, place)
    except (PackError, ValueError) as error:
        raise UsageError(f"packs: {error}" if not isinstance(error, UsageError) else str(error)) from None
