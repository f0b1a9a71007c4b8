"""The language model: what it is made of. A decoder-only transformer reads the ids of a text and gives, at every
position, a score for each token that could come next. This module holds its plan (`LMConfig`), its numbers
(`Parameters`, one flat vector with a named view for each matrix) and how they start. The model is computed in two
ways that agree: `reference` in readable form, showing every tensor, and `fast` for training.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, field, fields
from typing import Any, Literal, get_args, get_type_hints

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lab.core.records import dataclass

__all__ = ["LMConfig", "Parameters", "init_parameters", "n_parameters", "parameter_shapes"]

Floats = NDArray[np.floating[Any]]
Positions = Literal["learned", "sinusoidal", "rope", "alibi", "none"]
Norm = Literal["rms", "layer", "none"]
NormPlace = Literal["pre", "post"]
FeedForward = Literal["gelu", "swiglu", "none"]

INIT_STD = 0.02
NORM_EPSILON = 1e-5


@dataclass(frozen=True, slots=True)
class LMConfig:
    """The plan of a language model; every part can be left out to see what it was for.

    vocab_size: tokens; context: the longest text it sees at once; d_model: width of the stream, a multiple of
    n_heads; d_ff: width inside the feed-forward layer; norms have gains and no biases, as in Llama.
    biases: adds a number to all that a matrix gives, and behind the last norm, as in GPT-2.
    residual, causal, scale: False leaves out the skip connections, the mask, the division by √(head width).
    dropout: the share of each sub-layer's output that training switches off.
    rope_base, rope_factor: how slowly RoPE turns, and what positions are divided by (linear scaling).
    Raises ValueError when a size is not positive, the widths do not fit, or a choice is unknown.
    Source: Radford et al. (2019) for the whole; Zhang, Sennrich (2019) for RMSNorm; Press, Wolf (2017) for the
    tied head.
    """

    vocab_size: int
    context: int = 32
    d_model: int = 32
    n_heads: int = 2
    n_layers: int = 1
    d_ff: int = 64
    positions: Positions = "learned"
    norm: Norm = "rms"
    norm_place: NormPlace = "pre"
    feed_forward: FeedForward = "gelu"
    residual: bool = True
    causal: bool = True
    scale: bool = True
    dropout: float = 0.0
    rope_base: float = 10_000.0
    rope_factor: float = 1.0
    biases: bool = False

    def __post_init__(self) -> None:
        for name in ("vocab_size", "context", "d_model", "n_heads", "n_layers", "d_ff"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, got {getattr(self, name)}")
        if self.d_model % self.n_heads:
            raise ValueError(f"d_model {self.d_model} must be a multiple of n_heads {self.n_heads}")
        if self.positions == "rope" and self.d_head % 2:
            raise ValueError(f"positions 'rope' turn pairs and need an even head width, got {self.d_head}")
        if self.rope_base <= 0.0 or self.rope_factor <= 0.0:
            raise ValueError(f"rope_base and rope_factor must be positive, got {self.rope_base}, {self.rope_factor}")
        if not 0.0 <= self.dropout < 1.0:
            raise ValueError(f"dropout must be in [0, 1), got {self.dropout}")
        for name, choice in (
            ("positions", Positions), ("norm", Norm), ("norm_place", NormPlace), ("feed_forward", FeedForward)
        ):  # fmt: skip
            if getattr(self, name) not in get_args(choice):
                raise ValueError(f"{name} must be one of {get_args(choice)}, got {getattr(self, name)!r}")

    @property
    def d_head(self) -> int:
        """The width of one head."""
        return self.d_model // self.n_heads

    @property
    def score_scale(self) -> float:
        """What scores are multiplied by before the softmax."""
        return self.d_head**-0.5 if self.scale else 1.0

    def to_data(self) -> dict[str, Any]:
        """The plan as JSON-ready data; biases are told of only where there are some, as in files of old."""
        data = asdict(self)
        return data if self.biases else {name: value for name, value in data.items() if name != "biases"}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> LMConfig:
        """The plan that `to_data` wrote.

        Raises ValueError when a name is unknown, vocab_size is missing, or a value has the wrong type.
        """
        known = {f.name for f in fields(cls)}
        if not set(data) <= known or "vocab_size" not in data:
            raise ValueError(f"a plan needs vocab_size and knows {sorted(known)}, got {sorted(data)}")
        types = get_type_hints(cls)
        for name, value in data.items():
            wanted = types[name] if types[name] in (int, float, bool) else str
            if type(value) is not wanted and not (wanted is float and type(value) is int):
                raise ValueError(f"{name} must be {wanted.__name__}, got {value!r}")
        return cls(**data)


def parameter_shapes(config: LMConfig) -> dict[str, tuple[int, ...]]:
    """The name and shape of every array, those that weight decay shrinks first; matrices are [out, in]."""
    c, f = config.d_model, config.d_ff
    shapes: dict[str, tuple[int, ...]] = {"embedding": (config.vocab_size, c)}
    gains: dict[str, tuple[int, ...]] = {}
    for k in range(config.n_layers):
        shapes[f"block{k}.qkv"] = (3 * c, c)
        shapes[f"block{k}.out"] = (c, c)
        if config.feed_forward == "swiglu":
            shapes[f"block{k}.gate"] = (f, c)
        if config.feed_forward != "none":
            shapes[f"block{k}.up"] = (f, c)
            shapes[f"block{k}.down"] = (c, f)
        if config.norm != "none":
            gains[f"block{k}.norm1"] = (c,)
            if config.feed_forward != "none":
                gains[f"block{k}.norm2"] = (c,)
    if config.norm != "none" and config.norm_place == "pre":
        gains["norm"] = (c,)
    if config.positions == "learned":
        gains["position"] = (config.context, c)
    return shapes | gains | (_bias_shapes(config) if config.biases else {})


def _bias_shapes(config: LMConfig) -> dict[str, tuple[int, ...]]:
    """What is added to all that the matrices of a block give, and behind the last norm."""
    c, f = config.d_model, config.d_ff
    inner = {"gate_bias": f} if config.feed_forward == "swiglu" else {}
    inner |= {"up_bias": f, "down_bias": c} if config.feed_forward != "none" else {}
    widths = {"qkv_bias": 3 * c, "out_bias": c} | inner
    shapes: dict[str, tuple[int, ...]] = {}
    for k in range(config.n_layers):
        shapes |= {f"block{k}.{name}": (width,) for name, width in widths.items()}
    last = config.norm != "none" and config.norm_place == "pre"
    return shapes | ({"norm_bias": (c,)} if last else {})


def n_parameters(config: LMConfig) -> int:
    """How many numbers the model learns."""
    return sum(math.prod(shape) for shape in parameter_shapes(config).values())


@dataclass(frozen=True)
class Parameters:
    """All numbers of a model in one flat vector, so that an update is a few calls, with a named view of each.

    config: the plan they belong to.
    flat: [n_parameters(config)].
    Raises ValueError when flat has another length.
    """

    config: LMConfig
    flat: Floats
    _views: dict[str, Floats] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.flat.shape != (n_parameters(self.config),):
            raise ValueError(f"flat must have shape ({n_parameters(self.config)},), got {self.flat.shape}")
        views: dict[str, Floats] = {}
        start = 0
        for name, shape in parameter_shapes(self.config).items():
            size = math.prod(shape)
            views[name] = self.flat[start : start + size].reshape(shape)
            start += size
        object.__setattr__(self, "_views", views)

    def __getitem__(self, name: str) -> Floats:
        return self._views[name]  # a view: writing to it changes the model

    def __contains__(self, name: str) -> bool:
        return name in self._views

    def bias(self, name: str) -> Floats | None:
        """What is added to what a matrix or the last norm gives, by its name; None in a plan without biases."""
        return self._views.get(f"{name}_bias")

    def items(self) -> Iterator[tuple[str, Floats]]:
        """Names and views, in the order they lie in memory."""
        return iter(self._views.items())

    @property
    def n_decayed(self) -> int:
        """How many numbers, from the start of `flat`, weight decay shrinks: all but gains and positions."""
        return sum(v.size for name, v in self.items() if v.ndim == 2 and name != "position")

    def copy(self, dtype: DTypeLike | None = None) -> Parameters:
        """The same numbers in memory of their own, in another precision if asked."""
        return Parameters(self.config, np.array(self.flat, dtype=dtype, copy=True))

    def like(self) -> Parameters:
        """Zeros of the same shapes, for gradients and moments."""
        return Parameters(self.config, np.zeros_like(self.flat))


def init_parameters(config: LMConfig, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Parameters:
    """A fresh model: gains 1, biases 0, all else N(0, 0.02²), what writes into the stream smaller by √(2 layers).

    The numbers drawn do not depend on dtype.
    Source: Radford et al. (2019), section 2.3.
    """
    parameters = Parameters(config, np.empty(n_parameters(config), dtype))
    for name, view in parameters.items():
        if view.ndim == 1:
            view[...] = 0.0 if name.endswith("_bias") else 1.0
            continue
        writes = name.endswith((".out", ".down"))
        std = INIT_STD / np.sqrt(2 * config.n_layers) if writes else INIT_STD
        view[...] = rng.normal(0.0, std, view.shape)
    return parameters
