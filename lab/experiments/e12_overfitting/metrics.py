"""Every number on screen, by name, with its arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lab.core.arithmetic import Term
from lab.core.metric import Metric, Metrics
from lab.core.text import N_
from lab.engine.measuring.generalization import BiasVariance
from lab.experiments.e12_overfitting import arithmetic
from lab.experiments.e12_overfitting.frame import RUNNERS, CurveShown, FitFrame, GrokShown, NetShown
from lab.kit.metrics import of_part

__all__ = ["METRICS", "RUNNER_NAMES"]

RUNNER_NAMES = {
    "plain": N_("As it is"),
    "l2": N_("L2 price"),
    "dropout": N_("Dropout"),
    "early": N_("Early stopping"),
}
"""What each network is called on screen."""


def _curve(frame: FitFrame) -> FitFrame | None:
    return frame if frame.curve is not None else None


def _net(frame: FitFrame) -> NetShown | None:
    return frame.net


def _grok(frame: FitFrame) -> GrokShown | None:
    return frame.grok


def _shown(frame: FitFrame) -> CurveShown:
    assert frame.curve is not None
    return frame.curve


def _seen(frame: FitFrame) -> float | None:
    """The error on what was learned from, of the run that is open."""
    if frame.curve is not None:
        return frame.curve.fit.train if frame.curve.fit is not None else None
    if frame.net is not None:
        return frame.net.runner("plain").seen_loss
    return 1 - frame.grok.decayed.seen_right if frame.grok is not None else None


def _held(frame: FitFrame) -> float | None:
    if frame.curve is not None:
        return frame.curve.fit.validation if frame.curve.fit is not None else None
    if frame.net is not None:
        return frame.net.runner("plain").held_loss
    return 1 - frame.grok.decayed.held_right if frame.grok is not None else None


def _gap(frame: FitFrame) -> float | None:
    seen, held = _seen(frame), _held(frame)
    return None if seen is None or held is None else held - seen


def _parts(frame: FitFrame) -> BiasVariance | None:
    parts = _shown(frame).parts
    return None if parts is None else parts.at(frame.params.degree)


def _of_fit(frame: FitFrame, name: str) -> float | None:
    fit = _shown(frame).fit
    value: float | None = None if fit is None else getattr(fit, name)
    return value


def _of_parts(frame: FitFrame, name: str) -> float | None:
    parts = _parts(frame)
    value: float | None = None if parts is None else getattr(parts, name)
    return value


def _of_lid(frame: FitFrame, name: str) -> float | None:
    value: float | None = getattr(_shown(frame).lid, name)
    return value


def _seen_term(frame: FitFrame) -> Term | None:
    return arithmetic.seen(frame.curve) if frame.curve is not None and _seen(frame) is not None else None


def _held_term(frame: FitFrame) -> Term | None:
    return arithmetic.held(frame.curve) if frame.curve is not None and _held(frame) is not None else None


def _gap_term(frame: FitFrame) -> Term | None:
    if frame.net is not None:
        return arithmetic.net_gap(frame.net, "plain")
    return arithmetic.gap(frame.curve) if frame.curve is not None else None


def _bought(frame: FitFrame) -> float | None:
    lid = _shown(frame).lid
    return None if lid.fair is None or lid.lucky is None else lid.fair - lid.lucky


def _test(frame: FitFrame) -> float | None:
    last = _shown(frame).lid.last
    return None if last is None else last.error


def _edge(frame: FitFrame) -> float | None:
    fit = _shown(frame).fit
    return None if fit is None else float(fit.curve[-1])


def _cv(frame: FitFrame) -> float | None:
    folds = _shown(frame).folds
    return None if folds is None else folds.mean


def _cv_spread(frame: FitFrame) -> float | None:
    term = arithmetic.spread(_shown(frame))
    return None if term is None else term.value


def _best_price(frame: FitFrame) -> float | None:
    by_price = _shown(frame).by_price
    return None if by_price is None else by_price.best


def _term(make: Callable[[CurveShown], Term | None], frame: FitFrame) -> Term | None:
    return make(_shown(frame))


def _expected_term(frame: FitFrame) -> Term | None:
    return arithmetic.expected(_shown(frame), frame.params.degree)


CURVE: tuple[Metric[FitFrame], ...] = (
    Metric("degree", N_("degree"), lambda frame: frame.params.degree),
    Metric("norm", N_("length of the weights"), partial(_of_fit, name="norm"), partial(_term, arithmetic.norm)),
    Metric("alive", N_("weights that are not 0"), partial(_of_fit, name="alive")),
    Metric("rank", N_("numbers the points decide"), partial(_of_fit, name="rank")),
    Metric("swing", N_("swing for a nudge of 1"), partial(_of_fit, name="swing"), digits=3),
    Metric("moved", N_("curve moved by"), lambda frame: _shown(frame).moved, digits=3),
    Metric("edge", N_("at the right edge"), _edge, digits=3),
    Metric("best_degree", N_("best degree"), lambda frame: _shown(frame).by_degree.best),
    Metric("redrawn", N_("samples"), lambda frame: _shown(frame).redrawn),
    Metric("bias2", N_("bias²"), partial(_of_parts, name="bias_squared"), digits=3),
    Metric("variance", N_("variance"), partial(_of_parts, name="variance"), digits=3),
    Metric("noise2", N_("noise σ²"), partial(_of_parts, name="noise"), digits=3),
    Metric("expected", N_("expected error"), partial(_of_parts, name="expected"), _expected_term, 3),
    Metric("looks", N_("looks"), partial(_of_lid, name="looks")),
    Metric("test_mse", N_("test error"), _test, digits=3),
    Metric("lucky_mse", N_("luckiest of as many random curves"), partial(_of_lid, name="lucky"), digits=3),
    Metric("bought", N_("bought by luck"), _bought, partial(_term, arithmetic.peeked), 2),
    Metric("fair_mse", N_("error in the long run"), partial(_of_lid, name="fair"), digits=3),
    Metric("cv_mse", N_("cross-validation error"), _cv, partial(_term, arithmetic.cross_validation), 3),
    Metric("cv_spread", N_("its standard error"), _cv_spread, partial(_term, arithmetic.spread), 2),
    Metric("best_price", N_("best price"), _best_price, digits=3),
)


def _runner(shown: NetShown, name: str, what: str) -> float:
    value: float = getattr(shown.runner(name), what)
    return value


OF_RUNNER = {
    "train": ("seen_loss", N_("{name}: loss seen")),
    "held": ("held_loss", N_("{name}: loss held out")),
    "right": ("held_right", N_("{name}: right held out")),
    "norm": ("norm", N_("{name}: length of the weights")),
}


def _runner_rows() -> list[Metric[NetShown]]:
    found = [
        Metric(f"{name}_{key}", N_("{name}"), partial(_runner, name=name, what=what), digits=3)
        for name in RUNNERS
        for key, (what, _label) in OF_RUNNER.items()
    ]
    gaps = [
        Metric(f"{name}_gap", N_("gap"), partial(_net_gap, name=name), partial(arithmetic.net_gap, name=name), 3)
        for name in RUNNERS
    ]
    return [*found, *gaps]


def _net_gap(shown: NetShown, name: str) -> float:
    runner = shown.runner(name)
    return runner.held_loss - runner.seen_loss


NET: tuple[Metric[NetShown], ...] = (
    *_runner_rows(),
    Metric("kept", N_("kept from step"), lambda shown: shown.runner("early").kept),
    Metric("held_points", N_("held-out points"), lambda shown: shown.held_size),
)

GROK: tuple[Metric[GrokShown], ...] = (
    Metric("updates", N_("updates"), lambda shown: shown.updates),
    Metric("decayed_seen", N_("with decay, seen"), lambda shown: shown.decayed.seen_right, digits=3),
    Metric("decayed_held", N_("with decay, held out"), lambda shown: shown.decayed.held_right, digits=3),
    Metric("free_seen", N_("without, seen"), lambda shown: shown.free.seen_right, digits=3),
    Metric("free_held", N_("without, held out"), lambda shown: shown.free.held_right, digits=3),
    Metric("learned_at", N_("learned at update"), lambda shown: shown.decayed.learned),
    Metric("understood_at", N_("understood at update"), lambda shown: shown.decayed.understood),
    Metric("decayed_norm", N_("length of the weights, with decay"), lambda shown: shown.decayed.norm, digits=3),
    Metric("free_norm", N_("length of the weights, without"), lambda shown: shown.free.norm, digits=3),
)

METRICS: Metrics[FitFrame] = Metrics(
    Metric("step", N_("step"), lambda frame: frame.step),
    Metric("seen_error", N_("train error"), _seen, _seen_term, 3),
    Metric("held_error", N_("validation error"), _held, _held_term, 3),
    Metric("gap", N_("gap"), _gap, _gap_term, 3),
    of_part(_curve, *CURVE),
    of_part(_net, *NET),
    of_part(_grok, *GROK),
)
