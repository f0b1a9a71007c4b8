"""GPT-2's layout of a language model: its plan, and its weights under the names that Hugging Face and nanoGPT give
them. It has what Llama left out: biases, centred norms and a table of positions. Biases of norms go through the matrix
behind them, W(x̂·g + b) + c = W(x̂·g) + (W b + c), so that only matrices and the last norm have biases here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.text import _
from lab.engine.lm.parameters import Floats, LMConfig, Parameters, n_parameters

__all__ = ["BUFFERS", "gpt2_parameters", "gpt2_plan"]

BUFFERS = (".attn.bias", ".attn.masked_bias")
"""How the names of masks end, which stand among the weights in older files."""
GELU_TANH = ("gelu_new", "gelu_pytorch_tanh", "gelu_fast")

Tensors = Mapping[str, NDArray[Any]]


def gpt2_plan(data: Mapping[str, Any], biases: bool) -> LMConfig:
    """The plan in a config.json of GPT-2's kind. biases: whether its matrices have some.

    Raises ValueError naming what is missing, or what the lab's model does not have.
    """
    try:
        width = int(data["n_embd"])
        sizes = int(data["vocab_size"]), int(data.get("n_positions", data.get("n_ctx", 1024))), width
        config = LMConfig(
            *sizes, int(data["n_head"]), int(data["n_layer"]), int(data.get("n_inner") or 4 * width),
            norm="layer", feed_forward="gelu", biases=biases,
        )  # fmt: skip
    except (KeyError, TypeError) as error:
        raise ValueError(_("config.json: {error} is missing or is no number").format(error=error)) from None
    for name, wrong in (
        ("another activation", data.get("activation_function", "gelu_new") not in GELU_TANH),
        ("scores that are not scaled", not data.get("scale_attn_weights", True)),
        ("scores that shrink by the layer", bool(data.get("scale_attn_by_inverse_layer_idx"))),
        ("attention to another text", bool(data.get("add_cross_attention"))),
        ("a head of its own", not data.get("tie_word_embeddings", True)),
    ):
        if wrong:
            raise ValueError(_("this model has {part}, which a model of the lab has not").format(part=name))
    return config


def gpt2_parameters(config: LMConfig, tensors: Tensors) -> Parameters:
    """The model whose weights have GPT-2's names, with "transformer." before them or without.

    Matrices stand as [in, out] (Hugging Face's Conv1D) or as [out, in] (nanoGPT); the widest says which.
    Raises ValueError naming a tensor that is missing, has another shape, is not finite or is not known.
    """
    reader = _Reader({name.removeprefix("transformer."): array for name, array in tensors.items()})
    parameters = Parameters(config, np.zeros(n_parameters(config), np.float32))
    c, f = config.d_model, config.d_ff
    parameters["embedding"][...] = reader.take("wte.weight", (config.vocab_size, c))
    parameters["position"][...] = reader.take("wpe.weight", (config.context, c))
    for k in range(config.n_layers):
        reader.turned = reader.shape(f"h.{k}.attn.c_attn.weight") == (c, 3 * c)
        for norm, whole, half, inner in (
            ("norm1", "attn.c_attn", "qkv", 3 * c), ("norm2", "mlp.c_fc", "up", f)
        ):  # fmt: skip
            gain, shift = reader.norm(f"h.{k}.ln_{norm[-1]}", c, config.biases)
            parameters[f"block{k}.{norm}"][...] = gain
            _put(parameters, f"block{k}.{half}", reader.linear(f"h.{k}.{whole}", inner, c, config.biases), shift)
        _put(parameters, f"block{k}.out", reader.linear(f"h.{k}.attn.c_proj", c, c, config.biases))
        _put(parameters, f"block{k}.down", reader.linear(f"h.{k}.mlp.c_proj", c, f, config.biases))
    gain, shift = reader.norm("ln_f", c, config.biases)
    parameters["norm"][...] = gain
    if shift is not None:
        parameters["norm_bias"][...] = shift
    reader.see_rest()
    return parameters


def _put(parameters: Parameters, name: str, found: tuple[Floats, Floats | None], shift: Floats | None = None) -> None:
    matrix, bias = found
    parameters[name][...] = matrix
    if bias is not None:
        parameters[f"{name}_bias"][...] = bias if shift is None else matrix @ shift + bias


class _Reader:
    """Takes the tensors by name, each once, and sees that they are what the plan says."""

    def __init__(self, tensors: Tensors) -> None:
        self._tensors, self._left = tensors, {name for name in tensors if not name.endswith(BUFFERS)}
        self.turned = False  # whether matrices stand as [in, out]

    def shape(self, name: str) -> tuple[int, ...] | None:
        found = self._tensors.get(name)
        return None if found is None else found.shape

    def take(self, name: str, shape: tuple[int, ...]) -> Floats:
        array = self._tensors.get(name)
        if array is None or array.shape != shape:
            text = _("{name}: needs shape {shape}, got {got}")
            raise ValueError(text.format(name=name, shape=shape, got=None if array is None else array.shape))
        if not np.isfinite(array).all():
            raise ValueError(_("{name}: holds something that is no finite number").format(name=name))
        self._left.discard(name)
        return np.asarray(array, np.float32)

    def norm(self, name: str, width: int, biases: bool) -> tuple[Floats, Floats | None]:
        """Gain and bias of a norm."""
        return self.take(f"{name}.weight", (width,)), self.take(f"{name}.bias", (width,)) if biases else None

    def linear(self, name: str, out: int, inner: int, biases: bool) -> tuple[Floats, Floats | None]:
        """A matrix as [out, in], and its bias."""
        matrix = self.take(f"{name}.weight", (inner, out) if self.turned else (out, inner))
        return matrix.T if self.turned else matrix, self.take(f"{name}.bias", (out,)) if biases else None

    def see_rest(self) -> None:
        """Raises ValueError for a tensor that nobody took, and for a head that is not the embedding."""
        head = self._tensors.get("lm_head.weight")
        if head is not None and not np.array_equal(head, self._tensors["wte.weight"]):
            message = _("this model has {part}, which a model of the lab has not")
            raise ValueError(message.format(part="a head of its own"))
        left = sorted(self._left - {"lm_head.weight"})
        if left:
            raise ValueError(_("{name}: a model of the lab has no such part").format(name=left[0]))
