"""The rules of the league, and a result as a small file: how a model was trained, and what it came to. Whoever opens it
can train it again."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any

from lab.core.numbers import show_number
from lab.core.params import ParamError, replaced
from lab.core.paths import asset
from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.lm.parameters import Parameters, n_parameters
from lab.experiments.e25_capstone.settings import Params, plan_of

__all__ = [
    "MOST_PARAMETERS",
    "MOST_TOKENS",
    "Result",
    "against_rules",
    "house_results",
    "read_result",
    "result_of",
    "settings_from",
    "steps_allowed",
    "tokens_of",
    "weights_hash",
    "written",
]

MOST_PARAMETERS, MOST_TOKENS = 100_000, 1_000_000
ALPHABET = 38  # letters of the text, small ones
FORMAT, VERSION = "glassbox-league", 1
MOST_TEXT, MOST_NAME = 4_000, 24  # characters of a file, and of a name
MOST_SEED = 2**31
FIXED = {"corpus": "shakespeare", "tokens": "folded", "kilobytes": 1200, "start": "fresh"}
TRAINED = (
    "layers", "heads", "width", "context", "batch", "steps", "learning_rate", "schedule", "wide", "positions",
    "dropout",
)  # fmt: skip
"""The controls that a result is made with."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a model came to. nats: held-out loss of a letter.  weights: what `weights_hash` says of it.  seed: of its
    first weights and of what it read.  parameters, tokens: how many it has, and has read."""

    name: str
    layers: int
    heads: str
    width: int
    context: int
    batch: int
    steps: int
    learning_rate: float
    schedule: str
    wide: int
    positions: str
    dropout: float
    seed: int
    parameters: int
    tokens: int
    weights: str
    nats: float


def settings_from(params: Params, result: Result | None = None) -> Params:
    """The controls as a league has them: its text, and the settings of a result, or one's own. Raises ParamError."""
    values: dict[str, Any] = dict(FIXED)
    if result is not None:
        values |= {name: getattr(result, name) for name in TRAINED}
    return replaced(params, values)


def tokens_of(params: Params) -> int:
    """How many tokens a training reads."""
    return params.steps * params.batch * params.context


def steps_allowed(params: Params) -> int:
    """How many steps read as many tokens as are allowed."""
    return MOST_TOKENS // (params.batch * params.context)


def against_rules(parameters: int, tokens: int) -> str:
    """Why a training is not allowed, in words; "" where it is."""
    if parameters > MOST_PARAMETERS:
        text = _("{n} parameters: at most {most} are allowed.")
        return text.format(n=show_number(parameters), most=show_number(MOST_PARAMETERS))
    if tokens > MOST_TOKENS:
        text = _("{n} tokens to read: at most {most} are allowed. Take fewer steps, or a smaller batch.")
        return text.format(n=show_number(tokens), most=show_number(MOST_TOKENS))
    return ""


def weights_hash(parameters: Parameters) -> str:
    """SHA-256 of the weights as 32-bit numbers, in hexadecimal: the same only where every bit is."""
    return hashlib.sha256(parameters.flat.astype("<f4").tobytes()).hexdigest()


def result_of(name: str, params: Params, seed: int, parameters: Parameters, nats: float) -> Result:
    """The result of a training. params: as `settings_from` made them."""
    values = {control: getattr(params, control) for control in TRAINED}
    return Result(
        name[:MOST_NAME].strip(), **values, seed=seed, parameters=int(parameters.flat.size), tokens=tokens_of(params),
        weights=weights_hash(parameters), nats=nats,
    )  # fmt: skip


def written(result: Result) -> str:
    """A result as a file."""
    data: dict[str, Any] = {"format": FORMAT, "version": VERSION}
    return json.dumps(data | {field.name: getattr(result, field.name) for field in fields(Result)}, indent=1) + "\n"


def is_result(text: str) -> bool:
    """Whether a text means to be a result."""
    return text.lstrip()[:1] == "{" and FORMAT in text[:200]


def read_result(text: str) -> Result:
    """The result in a file. Raises ValueError, in words, for one that is damaged or against the rules."""
    if len(text) > MOST_TEXT:
        message = _("A result has at most {most} characters, and this has {n}.")
        raise ValueError(message.format(most=MOST_TEXT, n=show_number(len(text))))
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(_("This is no result of the league: it cannot be read as JSON.")) from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise ValueError(_("This is no result of the league."))
    if data.get("version") != VERSION:
        raise ValueError(_("This result was written by a newer program."))
    return _checked(data)


def _checked(data: Mapping[str, Any]) -> Result:
    """A result whose settings can be trained, and whose counts are those of its settings."""
    kinds: dict[str, tuple[type, ...]] = {"learning_rate": (int, float), "dropout": (int, float), "nats": (int, float)}
    for name in (field.name for field in fields(Result)):
        usual = (str,) if name in ("name", "heads", "schedule", "positions", "weights") else (int,)
        value = data.get(name)
        if not isinstance(value, kinds.get(name, usual)) or isinstance(value, bool):
            raise ValueError(_("In this result “{name}” is missing, or of another kind.").format(name=name))
    result = Result(**{field.name: data[field.name] for field in fields(Result)})
    ok = 0 <= result.seed < MOST_SEED and len(result.name) <= MOST_NAME and result.name.isprintable()
    ok = ok and re.fullmatch(r"[0-9a-f]{64}", result.weights) is not None
    if not ok or not math.isfinite(result.nats) or not 0 < result.nats < 20:
        raise ValueError(_("In this result a number or the name cannot be right."))
    try:
        params = settings_from(Params(), result)
        parameters = n_parameters(plan_of(params, ALPHABET))
    except ParamError as wrong:
        raise ValueError(str(wrong)) from None
    if refused := against_rules(parameters, tokens_of(params)):
        raise ValueError(refused)
    if (parameters, tokens_of(params)) != (result.parameters, result.tokens):
        text = _("It says {n} parameters and {d} tokens, but its settings make {m} and {e}.")
        raise ValueError(
            text.format(
                n=show_number(result.parameters), d=show_number(result.tokens), m=show_number(parameters),
                e=show_number(tokens_of(params)),
            )
        )  # fmt: skip
    return result


@lru_cache(maxsize=1)
def house_results() -> tuple[Result, ...]:
    """Those that were measured with this program."""
    stored = json.loads(asset("data/league.json").read_text("utf-8"))
    return tuple(read_result(json.dumps(one)) for one in stored)
