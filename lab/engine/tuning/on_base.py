"""A tuned pretrained model on its way to others: what tells its base from other models, and the adapters beside it. The
base itself stays where it is, for whoever gets them has it too.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.records import dataclass
from lab.core.text import _
from lab.engine.pretrained.llama_parts import LlamaConfig, LlamaWeights
from lab.engine.tuning.adapters import Adapters
from lab.engine.tuning.frozen_stack import adapted
from lab.engine.tuning.lora import LoRA

__all__ = ["OnBase", "base_hash", "is_on_base", "on_base_from_data", "on_base_to_data", "weights_on_base"]

Floats = NDArray[np.floating[Any]]
PARTS = {"q": "query", "v": "value"}
HASH = 32  # hexadecimal digits


@dataclass(frozen=True, slots=True, eq=False)
class OnBase:
    """Adapters, and the hash of the base that they were learned on. first: the lowest layer with adapters; above it
    every layer has them. adapters: "layer20.q", "layer20.v" …"""

    base: str
    first: int
    adapters: Adapters

    @property
    def layers(self) -> int:
        """How many layers have adapters."""
        return len(self.adapters) // len(PARTS)

    def of(self, part: str) -> tuple[LoRA, ...]:
        """The adapters of "q" or "v", from the lowest layer up."""
        return tuple(self.adapters[f"layer{self.first + k}.{part}"] for k in range(self.layers))


def base_hash(config: LlamaConfig, weights: LlamaWeights) -> str:
    """What tells one base from another, without reading all of it: its plan, its gains and some rows of each layer."""
    digest = hashlib.sha256(repr(config).encode())
    for layer in weights.layers:
        for part in (layer.norm1, layer.norm2, layer.qkv.take(np.arange(2)), layer.down.take(np.arange(2))):
            digest.update(np.ascontiguousarray(part, np.float32).tobytes())
    return digest.hexdigest()[:HASH]


def is_on_base(data: Mapping[str, Any]) -> bool:
    """Whether the data of a language model are adapters, and not all of its numbers."""
    return "base" in data


def on_base_to_data(tuned: OnBase) -> dict[str, Any]:
    """Plain arrays, numbers and texts: base, first, alpha, and of n layers query_a [n, r, C], query_b [n, C, r],
    value_a [n, r, C] and value_b [n, d_kv, r]."""
    data: dict[str, Any] = {"base": tuned.base, "first": tuned.first, "alpha": float(tuned.of("q")[0].alpha)}
    for part, name in PARTS.items():
        data[f"{name}_a"] = np.stack([one.a for one in tuned.of(part)]).astype(np.float32)
        data[f"{name}_b"] = np.stack([one.b for one in tuned.of(part)]).astype(np.float32)
    return data


def on_base_from_data(data: Mapping[str, Any]) -> OnBase:
    """What `on_base_to_data` wrote. Raises ValueError naming the entry that is missing or does not fit."""
    base, first, alpha = data.get("base"), data.get("first"), data.get("alpha")
    if not isinstance(base, str) or len(base) != HASH:
        raise ValueError(f"base: needs the hash of a model, {HASH} letters and digits")
    if isinstance(first, bool) or not isinstance(first, int) or not 0 <= first < 10_000:
        raise ValueError("first: needs the number of a layer")
    if isinstance(alpha, bool) or not isinstance(alpha, (int, float)) or not 0 < alpha < math.inf:
        raise ValueError("alpha: needs a number above 0")
    adapters: dict[str, LoRA] = {}
    for part, name in PARTS.items():
        a, b = _numbers(data, f"{name}_a"), _numbers(data, f"{name}_b")
        if len(a) != len(b) or a.shape[1] != b.shape[2]:
            raise ValueError(f"{name}_a and {name}_b: shapes {a.shape} and {b.shape} are of no adapters")
        for k, (one, other) in enumerate(zip(a, b, strict=True)):
            adapters[f"layer{first + k}.{part}"] = LoRA(one, other, float(alpha))
    if len(data["query_a"]) != len(data["value_a"]):
        raise ValueError("query_a and value_a: needs the same number of layers")
    return OnBase(base, first, adapters)


def _numbers(data: Mapping[str, Any], name: str) -> Floats:
    """The entry as float32 with three axes, none of them empty."""
    try:
        values = np.array(data.get(name, ()), np.float32)
    except (TypeError, ValueError):
        raise ValueError(f"{name}: needs numbers, got something else") from None
    if values.ndim != 3 or not values.size or not np.isfinite(values).all():
        raise ValueError(f"{name}: needs finite numbers with 3 axes, got shape {values.shape}")
    return values


def weights_on_base(config: LlamaConfig, weights: LlamaWeights, tuned: OnBase) -> LlamaWeights:
    """The weights of the base with the adapters beside them; nothing is copied.

    Raises ValueError, in words, where this is another base, or the adapters do not fit it.
    """
    if tuned.base != base_hash(config, weights):
        raise ValueError(_("It was tuned on another SmolLM2 than the one on this computer."))
    fits = {"q": (config.d_model, config.d_model), "v": (config.d_kv, config.d_model)}
    shapes = {(len(one.b), one.a.shape[1]) == fits[part] for part in PARTS for one in tuned.of(part)}
    if shapes != {True} or tuned.first + tuned.layers > config.n_layers:
        raise ValueError(_("These adapters do not fit the layers of SmolLM2."))
    return adapted(config, weights, tuned.adapters)
