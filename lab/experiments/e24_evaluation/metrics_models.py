"""The numbers of the pages on language models: perplexity and bits."""

from __future__ import annotations

import math
from collections.abc import Callable

from lab.core.arithmetic import Term, apply, given, total
from lab.core.metric import Metric, Metrics, Value
from lab.core.text import N_
from lab.experiments.e24_evaluation.compress import CompressPage, part_name
from lab.experiments.e24_evaluation.reading import Read, ReadingPage
from lab.experiments.e24_evaluation.settings import READERS

__all__ = ["BITS", "PERPLEXITY"]

FEW = 12  # tokens whose surprise is written out one by one


def _of_read(value: Callable[[Read], Value]) -> Callable[[ReadingPage], Value]:
    """A number of the chosen reader; a dash before it has read."""
    return lambda page: None if page.shown is None else value(page.shown)


def _mean(page: ReadingPage) -> Term | None:
    read = page.shown
    if read is None:
        return None
    nats = (-read.logs).tolist()
    if len(nats) <= FEW:
        whole = total([given(f"s{k}", value) for k, value in enumerate(nats, 1)])
    else:
        whole = given("Σ", float(sum(nats)))
    return (whole / float(len(nats))).named("mean")


def _perplexity(page: ReadingPage) -> Term | None:
    mean = _mean(page)
    return None if mean is None else apply("exp", mean).named("PPL")


def _reader(name: str) -> Callable[[ReadingPage], Value]:
    return lambda page: page.per_byte(name)


PERPLEXITY: Metrics[ReadingPage] = Metrics(
    Metric("perplexity", N_("perplexity"), _of_read(lambda read: read.perplexity), _perplexity, 3),
    Metric("nats", N_("mean surprise, nats"), _of_read(lambda read: -float(read.logs.mean())), _mean, 4),
    Metric("bits_byte", N_("bits a byte"), lambda page: page.per_byte(page.who), digits=3),
    Metric("tokens", N_("tokens"), _of_read(lambda read: len(read.tokens))),
    Metric("size", N_("of"), _of_read(lambda read: read.size or None)),
    *(Metric(f"bits_{name}", label, _reader(name), digits=3) for name, label in READERS.items()),
)


def _known(value: float | None) -> Value:
    return None if value is None or math.isnan(value) else value


def _share(page: CompressPage) -> Term:
    return (given("bytes", page.size) / given("bytes₁₆", page.whole)).named("share")


def _seven(page: CompressPage) -> Term:
    return (given("", 7.0) * given("", 2.0) * _share(page)).named("GB")


def _worse(page: CompressPage) -> Term | None:
    if page.worse is None:
        return None
    now, before = float(page.perplexities[1]), float(page.perplexities[0])
    return (100.0 * (given("now", now) / given("before", before) - 1.0)).named("%")


def _part(number: int) -> Callable[[CompressPage], Value]:
    return lambda page: _known(100 * page.worse_by(number)) if number < len(page.parts) and page.tokens else None


def _worst_name(page: CompressPage) -> Value:
    return None if page.worst is None else part_name(page.parts[page.worst])


def _worst(page: CompressPage) -> Value:
    return None if page.worst is None else page.more_bits(2 + page.worst)


def _more_bits(page: CompressPage) -> Value:
    return None if page.worse is None else page.more_bits(1)


def _why_more_bits(page: CompressPage) -> Term | None:
    if page.worse is None:
        return None
    now, before = (given(name, float(page.losses[form])) for name, form in (("now", 1), ("before", 0)))
    return ((now - before) / given("ln 2", math.log(2))).named("bits")


BITS: Metrics[CompressPage] = Metrics(
    Metric("share", N_("size"), lambda page: page.share, _share, 3),
    Metric("seven", N_("7 billion so, GB"), lambda page: page.seven, _seven, 3),
    Metric("rmse", N_("weight error"), lambda page: page.rmse, digits=3),
    Metric("zeros", N_("became 0"), lambda page: page.zeros, digits=3),
    Metric("perplexity_now", N_("perplexity"), lambda page: _perplexities(page, 1), digits=4),
    Metric("perplexity_before", N_("before"), lambda page: _perplexities(page, 0), digits=4),
    Metric("worse", N_("worse, %"), lambda page: None if page.worse is None else 100 * page.worse, _worse, 3),
    Metric("worse_embedding", N_("embedding alone, % more"), _part(0), digits=3),
    *(Metric(f"worse_{n}", N_("block alone, % more"), _part(n), digits=3) for n in range(1, 5)),
    Metric("worst_part", N_("hurts most"), _worst_name),
    Metric("worst_bits", N_("it alone, bits a token"), _worst, digits=3),
    Metric("more_bits", N_("bits a token more"), _more_bits, _why_more_bits, 3),
)


def _perplexities(page: CompressPage, number: int) -> Value:
    return _known(float(page.perplexities[number])) if page.parts and page.tokens else None
