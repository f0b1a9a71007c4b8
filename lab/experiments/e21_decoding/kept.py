"""A run as data, and data as a run. Scores are kept, not worked out again: a model that has to read the whole text
anew would make going one step back slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.params import plain
from lab.engine.decoding_check import ChiSquare
from lab.experiments.e21_decoding.drafts import Checked, Drafts, Round
from lab.experiments.e21_decoding.memory import Measured
from lab.experiments.e21_decoding.opening import Opening
from lab.experiments.e21_decoding.samples import Samples
from lab.experiments.e21_decoding.text import Text

if TYPE_CHECKING:
    from lab.experiments.e21_decoding.settings import Params
    from lab.experiments.e21_decoding.simulation import Decoding

__all__ = ["restored", "saved"]


def saved(run: Decoding) -> dict[str, Any]:
    """Everything of a run between two steps."""
    ready = run._scores is not None
    return {
        "step": run.steps,
        "params": plain(run._params),
        "random": run._before if run._unit is not None else run._rng.bit_generator.state,
        "text": run._text.save() if ready else None,
        "unknown": run._unknown,
        "scores": run._scores.copy() if run._scores is not None else None,
        "counts": run._samples.counts.copy(),
        "last": run._samples.last,
        "beam": run._beams.save(),
        "drafts": _drafts(run._drafts),
        "checked": _checked(run._checked),
        "fork": run._fork,
        "measured": [list(row) for row in _measured(run._measured)],
    }


def restored(run: Decoding, state: Mapping[str, Any], params: Params) -> None:
    """Put a run where it was. Raises ValueError when the state does not fit it."""
    if (params.model, params.prompt, params.weights) != (run._params.model, run._params.prompt, run._params.weights):
        raise ValueError(f"state: of the model {params.model}, needs {run._params.model}")
    run._params, run._unit, run._share = params, None, None
    run.steps = int(state["step"])
    run._rng.bit_generator.state = dict(state["random"])
    run._funnel = None
    if state["scores"] is None:
        run._text, run._scores = run._first  # as it was opened, if it was
        run._samples = Samples.none(run._reader.size if run._reader else 1)
        run._beams.forget()
        run._drafts, run._checked, run._fork, run._measured = Drafts(), None, -1, None
        return
    if run._reader is None:
        _open_now(run)
    assert run._reader is not None
    scores, counts = np.asarray(state["scores"], np.float64), np.asarray(state["counts"], np.int64)
    if scores.shape != (run._reader.size,) or counts.shape != scores.shape:
        raise ValueError(f"state: scores {scores.shape}, counts {counts.shape}, needs [{run._reader.size}]")
    run._text = Text.load(state["text"], run._reader.size)
    run._scores, run._unknown = scores.copy(), str(state["unknown"])
    counts = counts.copy()
    counts.flags.writeable = False
    run._samples = Samples(counts, int(state["last"]))
    run._beams.load(dict(state["beam"]))
    run._drafts, run._checked = _drafts_of(state["drafts"]), _checked_of(state["checked"])
    run._fork = int(state["fork"])
    run._measured = _measured_of(state["measured"])


def _open_now(run: Decoding) -> None:
    """A state of SmolLM2 comes from a file: it is opened here, on the worker's thread."""
    if run._path is None:
        raise ValueError(run._missing())
    run._opening = run._opening or Opening(run._path)
    while run._reader is None and not run._opening.error:
        run._reader = run._opening.reader(1.0)
    if run._reader is None:
        raise ValueError(run._opening.error)


def _drafts(drafts: Drafts) -> dict[str, Any]:
    rounds = [
        [list(r.guesses), list(r.p), list(r.q), list(r.draws), r.accepted, r.last, r.bonus] for r in drafts.latest
    ]
    return {"counts": [drafts.rounds, drafts.guesses, drafts.accepted, drafts.bonuses], "latest": rounds}


def _drafts_of(saved: Mapping[str, Any]) -> Drafts:
    rounds = tuple(
        Round(tuple(g), tuple(p), tuple(q), tuple(d), int(accepted), int(last), bool(bonus))
        for g, p, q, d, accepted, last, bonus in saved["latest"]
    )
    return Drafts(*(int(n) for n in saved["counts"]), rounds)


def _checked(checked: Checked | None) -> list[Any]:
    if checked is None:
        return []
    tests = [[test.statistic, test.freedom, test.p_value] for test in (checked.rule, checked.alone)]
    return [checked.count, checked.overlap, *tests]


def _checked_of(saved: list[Any]) -> Checked | None:
    if not saved:
        return None
    tests = [ChiSquare(float(s), int(f), float(p)) for s, f, p in saved[2:]]
    return Checked(int(saved[0]), float(saved[1]), *tests)


def _measured(measured: Measured | None) -> tuple[tuple[float, ...], ...]:
    return (measured.lengths, measured.cached, measured.plain) if measured else ()


def _measured_of(saved: list[Any]) -> Measured | None:
    if len(saved) != 3:
        return None
    lengths, cached, plain = saved
    return Measured(tuple(int(n) for n in lengths), tuple(map(float, cached)), tuple(map(float, plain)))
