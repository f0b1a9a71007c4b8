"""The classes that the logits are for: their names, and the scores at the start of a run. They are typed or
dragged here, or come with a distribution that another experiment sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.records import dataclass
from lab.core.text import _
from lab.experiments.e08_activations.scores import (
    CLASS_NAMES,
    LEAST_CLASSES,
    MOST_CLASSES,
    NAME_LENGTH,
    parse_names,
    parse_scores,
)
from lab.experiments.e08_activations.settings import Params
from lab.kit.arrays import freeze, read_only
from lab.kit.exchange import newest, numbers_in, outcome_names

__all__ = ["Classes", "artifact_of", "classes_for", "received_classes"]

Array = NDArray[np.float64]
DRAWN, SPREAD = 5, 2.0  # of random logits


@dataclass(frozen=True, slots=True, eq=False)
class Classes:
    """names: one a class; those of our own are still to be translated.  logits: [K], read-only.

    gathered: how many outcomes of a larger distribution the last class stands for, 0 when it is a class itself.
    """

    names: tuple[str, ...]
    logits: Array
    gathered: int = 0
    title: str = ""


def classes_for(params: Params, artifacts: Sequence[Any], rng: np.random.Generator) -> Classes:
    """What the controls ask for. Raises ParamError when it has to be received and was not."""
    if params.source == "random":
        return Classes(CLASS_NAMES[:DRAWN], freeze(np.round(SPREAD * rng.normal(size=DRAWN), 2) + 0.0))
    if params.source == "own":
        logits = read_only(parse_scores(params.logits))
        names = parse_names(params.names)[: len(logits)]
        return Classes((*names, *CLASS_NAMES[len(names) : len(logits)]), logits)
    return received_classes(newest(artifacts, "distribution", "source"))


def received_classes(artifact: Artifact) -> Classes:
    """The classes of an artifact of the kind distribution.

    Its data are logits or probabilities, [K] each, and labels, K texts. More than 12 outcomes are cut to the
    11 most likely, and all others are gathered into a twelfth, so that nothing is left out of the sum.
    Raises ValueError naming the entry that is missing or does not fit.
    """
    logits = _logits(artifact.data)
    names = outcome_names(artifact.data.get("labels"), len(logits), NAME_LENGTH)
    if len(logits) <= MOST_CLASSES:
        return Classes(tuple(names), read_only(logits), title=artifact.title)
    order = np.argsort(-logits, kind="stable")
    kept, rest = order[: MOST_CLASSES - 1], logits[order[MOST_CLASSES - 1 :]]
    top = rest.max()
    others = top + np.log(np.exp(rest - top).sum())  # the logarithm of the sum of their exponentials
    shown = [names[i] for i in kept] + [_("{count} others").format(count=len(rest))]
    return Classes(tuple(shown), freeze(np.append(logits[kept], others)), len(rest), artifact.title)


def _logits(data: Mapping[str, Any]) -> Array:
    if "logits" in data:
        found = _numbers(data, "logits")
    else:
        shares = _numbers(data, "probabilities")
        if shares.min() < 0 or not shares.sum() > 0:
            raise ValueError("probabilities: from below 0 or all 0, need shares of at least 0")
        found = np.log(np.maximum(shares / shares.sum(), 1e-12))  # a share of 0 would be a logit of −∞
    if len(found) < LEAST_CLASSES:
        raise ValueError(f"distribution: {len(found)} outcomes, needs at least {LEAST_CLASSES}")
    return found


def _numbers(data: Mapping[str, Any], key: str) -> Array:
    values = numbers_in(data, key, 1, "distribution")
    if not len(values) or not np.isfinite(values).all() or np.abs(values).max() > 1e6:
        raise ValueError(f"{key}: shape {values.shape}, needs one axis of finite numbers within ±1000000")
    return values


def artifact_of(names: Sequence[str], logits: Array, probabilities: Array, temperature: float, origin: str) -> Artifact:
    """The softmax as another experiment takes it."""
    data = {
        "labels": [_(name) for name in names],
        "logits": logits,
        "probabilities": probabilities,
        "temperature": "infinite" if np.isinf(temperature) else temperature,
    }
    return Artifact("distribution", _("Softmax of {count} classes").format(count=len(names)), data, origin)
