"""The arithmetic of the Softmax page, written out from the logits: e^(z/T) over its sum, and the loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.core.arithmetic import Term, apply, given, total

if TYPE_CHECKING:
    from lab.experiments.e08_activations.descent import SoftmaxPage

__all__ = ["explain"]


def _weights(page: SoftmaxPage) -> list[Term]:
    """e^((z − max)/T) of every class: [K]."""
    logits = page.logits.tolist()
    top = given("z_max", max(logits))
    found = []
    for i, z in enumerate(logits, start=1):
        shifted = given(f"z_{i}", z) - top
        if page.temperature != 1:
            shifted = shifted / given("T", page.temperature)
        found.append(apply("exp", shifted).named(f"e_{i}"))
    return found


def _share(page: SoftmaxPage, number: int) -> Term:
    """The probability of a class, counted from 0."""
    weights = _weights(page)
    return (weights[number] / total(weights).named("sum")).named(f"p_{number + 1}")


def explain(page: SoftmaxPage, name: str) -> Term | None:
    """The derivation of a read-out; None where it was given, or where T is 0 or infinite."""
    if page.flat or page.lost is not None:
        return None
    truth = page.truth
    if name == "p_true":
        return _share(page, truth)
    if name in ("loss", "loss_bits"):
        return _loss(page, truth, bits=name == "loss_bits")
    stem, _bar, number = name.rpartition("_")
    if stem == "p" and number.isdigit():
        return _share(page, int(number) - 1)
    if stem == "gradient" and number.isdigit():
        target = given("y", 1.0 if int(number) - 1 == truth else 0.0)
        return (_share(page, int(number) - 1) - target).named(f"g_{number}")
    if name == "gradient_norm":
        squares = [given(f"g_{i}", g) ** 2.0 for i, g in enumerate(page.slope.tolist(), start=1)]
        return apply("sqrt", total(squares)).named("‖g‖")
    if name == "entropy" and page.probabilities.min() > 0:
        parts = [given(f"p_{i}", p) for i, p in enumerate(page.probabilities.tolist(), start=1)]
        return (-total([p * apply("log", p) for p in parts])).named("H")
    return None


def _loss(page: SoftmaxPage, truth: int, bits: bool) -> Term | None:
    """−log p as log Σe − (z − max)/T, which is also right where p itself would be rounded to 0."""
    weights = _weights(page)
    shifted = weights[truth].operands[0].named(f"a_{truth + 1}")
    nats = (apply("log", total(weights).named("sum")) - shifted).named("L")
    return nats if not bits else (nats / apply("log", given("", 2.0))).named("L_bits")
