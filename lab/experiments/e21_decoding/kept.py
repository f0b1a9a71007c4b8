"""A run as data, and data as a run. Scores are kept, not worked out again: a model that has to read the whole text
anew would make going one step back slow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.core.params import plain
from lab.engine.decoding.check import ChiSquare
from lab.experiments.e21_decoding.drafts import Checked, Drafts, Round
from lab.experiments.e21_decoding.memory import Measured
from lab.experiments.e21_decoding.opening import Opening
from lab.experiments.e21_decoding.samples import Samples
from lab.experiments.e21_decoding.shown import missing
from lab.experiments.e21_decoding.text import Text
from lab.kit.arrays import read_only

if TYPE_CHECKING:
    from lab.experiments.e21_decoding.settings import Params
    from lab.experiments.e21_decoding.simulation import Decoding

__all__ = ["restored", "saved"]


def saved(run: Decoding) -> dict[str, Any]:
    """Everything of a run between two steps."""
    ready = run.scores is not None
    return {
        "step": run.steps,
        "params": plain(run.params),
        "random": run.before if run.unit is not None else run.rng.bit_generator.state,
        "text": run.text.save() if ready else None,
        "unknown": run.unknown,
        "scores": run.scores.copy() if run.scores is not None else None,
        "counts": run.samples.counts.copy(),
        "last": run.samples.last,
        "beam": run.beams.save(),
        "drafts": _drafts(run.drafts),
        "checked": _checked(run.checked),
        "fork": run.fork,
        "measured": [list(row) for row in _measured(run.measured)],
    }


def restored(run: Decoding, state: Mapping[str, Any], params: Params) -> None:
    """Put a run where it was. Raises ValueError when the state does not fit it."""
    if (params.model, params.prompt, params.weights) != (run.params.model, run.params.prompt, run.params.weights):
        raise ValueError(f"state: of the model {params.model}, needs {run.params.model}")
    run.params, run.unit, run.share, run.measuring = params, None, None, None
    run.held.forget()
    run.steps = int(state["step"])
    run.rng.bit_generator.state = dict(state["random"])
    run.funnel = None
    if state["scores"] is None:
        run.text, run.scores = run.first  # as it was opened, if it was
        run.samples = Samples.none(run.reader.size if run.reader else 1)
        run.beams.forget()
        run.drafts, run.checked, run.fork, run.measured = Drafts(), None, -1, None
        return
    if run.reader is None:
        _open_now(run)
    assert run.reader is not None
    scores, counts = np.asarray(state["scores"], np.float64), np.asarray(state["counts"], np.int64)
    if scores.shape != (run.reader.size,) or counts.shape != scores.shape:
        raise ValueError(f"state: scores {scores.shape}, counts {counts.shape}, needs [{run.reader.size}]")
    run.text = Text.load(state["text"], run.reader.size)
    run.scores, run.unknown = scores.copy(), str(state["unknown"])
    run.samples = Samples(read_only(counts, np.int64), int(state["last"]))
    run.beams.load(dict(state["beam"]))
    run.drafts, run.checked = _drafts_of(state["drafts"]), _checked_of(state["checked"])
    run.fork = int(state["fork"])
    run.measured = _measured_of(state["measured"])


def _open_now(run: Decoding) -> None:
    """A state of SmolLM2 comes from a file: it is opened here, on the worker's thread."""
    if run.path is None:
        raise ValueError(missing(run))
    run.opener = run.opener or Opening(run.path)
    while run.reader is None and not run.opener.error:
        run.reader = run.opener.reader(1.0)
    if run.reader is None:
        raise ValueError(run.opener.error)


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
    played, guesses, accepted, bonuses = (int(n) for n in saved["counts"])
    return Drafts(played, guesses, accepted, bonuses, rounds)


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
