"""Automatic differentiation. A `Tensor` is an array that remembers which operation made it and from what;
`backward` then walks that record from the result to the leaves and applies the chain rule at every node.

A node keeps its operation, its operands and no function of its own: the rule stands in `operations`, takes
the gradient that arrived and returns the operands' gradients. So nothing refers back to itself, a finished
graph is freed at once, and the walk is a loop, not a recursion, however deep the graph."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lab.engine.graph.operations import OPERATIONS, Array, Operation, sum_to_shape

__all__ = ["Tensor", "apply", "concatenate", "maximum", "minimum", "stack", "topological_order", "where"]

Axis = int | tuple[int, ...] | None


class Tensor:
    """An array with the operation that made it and, after `backward`, the gradient that reached it.

    data: the value, float32 or float64; anything else numeric becomes float64.
    grad: None until a backward pass has reached the node. In a leaf the gradients of several passes add up
    until `zero_grad`; in between it is that of the last pass.
    Raises ValueError when data are not numbers.
    Source: Baydin et al., Automatic differentiation in machine learning: a survey, 2018 (reverse mode).
    """

    __slots__ = (
        "__weakref__",
        "data",
        "grad",
        "name",
        "operation",
        "parents",
        "requires_grad",
        "settings",
    )
    __array_ufunc__ = None  # so that array * Tensor asks the Tensor

    def __init__(
        self,
        data: ArrayLike,
        *,
        requires_grad: bool = True,
        name: str = "",
        operation: Operation | None = None,
        parents: "tuple[Tensor, ...]" = (),
        settings: dict[str, Any] | None = None,
    ) -> None:
        self.data = _floats(data)
        self.grad: Array | None = None
        self.requires_grad = requires_grad
        self.name = name
        self.operation = operation
        self.parents = parents
        self.settings = settings or {}

    @property
    def shape(self) -> tuple[int, ...]:
        return self.data.shape

    @property
    def ndim(self) -> int:
        return self.data.ndim

    @property
    def T(self) -> "Tensor":
        return self.transpose()

    def __repr__(self) -> str:
        made_by = self.operation.name if self.operation else "leaf"
        return f"Tensor({self.name or made_by}, shape {self.shape}, {self.data.dtype})"

    def __len__(self) -> int:
        return len(self.data)

    def item(self) -> float:
        """The value as a number. Raises ValueError when there is more than one."""
        if self.data.size != 1:
            raise ValueError(f"tensor: has shape {self.shape}, needed a single number")
        return float(self.data.reshape(()))

    def zero_grad(self) -> None:
        """Forgets the gradient, as before every backward pass of a training loop."""
        self.grad = None

    def backward(self, gradient: ArrayLike | None = None) -> None:
        """Sends a gradient from here to every tensor this one was computed from.

        gradient: [self.shape], 1 when self is a single number and nothing is given.
        Raises ValueError when it is needed or has another shape.
        """
        if gradient is None and self.data.size != 1:
            raise ValueError(f"gradient: none given, needed shape {self.shape}, as the result is no number")
        seed = np.ones_like(self.data) if gradient is None else np.asarray(gradient, self.data.dtype)
        if seed.shape != self.shape:
            raise ValueError(f"gradient: has shape {seed.shape}, needed {self.shape}")
        arrived: dict[int, Array] = {id(self): seed}
        with np.errstate(all="ignore"):
            for node in reversed(topological_order(self)):
                gradient_here = arrived.pop(id(node), None)
                if gradient_here is None or not node.requires_grad:
                    continue
                node._keep(gradient_here)
                for parent, part in zip(node.parents, node.local_gradients(gradient_here), strict=True):
                    before = arrived.get(id(parent))
                    arrived[id(parent)] = part if before is None else before + part

    def _keep(self, gradient: Array) -> None:
        if self.operation is None and self.grad is not None:
            self.grad = self.grad + gradient
        else:
            self.grad = gradient

    def local_gradients(self, gradient: Array) -> tuple[Array, ...]:
        """The chain rule at this node alone: what each operand receives when `gradient` arrives here."""
        if self.operation is None:
            return ()
        values = [parent.data for parent in self.parents]
        parts = self.operation.backward(gradient, self.data, *values, **self.settings)
        return tuple(sum_to_shape(np.asarray(part), value.shape) for part, value in zip(parts, values))

    # Arithmetic; a plain number takes the type of the tensor beside it.

    def __add__(self, other: Any) -> "Tensor":
        return apply("add", self, other)

    def __radd__(self, other: Any) -> "Tensor":
        return apply("add", other, self)

    def __sub__(self, other: Any) -> "Tensor":
        return apply("subtract", self, other)

    def __rsub__(self, other: Any) -> "Tensor":
        return apply("subtract", other, self)

    def __mul__(self, other: Any) -> "Tensor":
        return apply("multiply", self, other)

    def __rmul__(self, other: Any) -> "Tensor":
        return apply("multiply", other, self)

    def __truediv__(self, other: Any) -> "Tensor":
        return apply("divide", self, other)

    def __rtruediv__(self, other: Any) -> "Tensor":
        return apply("divide", other, self)

    def __pow__(self, other: Any) -> "Tensor":
        return apply("power", self, other)

    def __rpow__(self, other: Any) -> "Tensor":
        return apply("power", other, self)

    def __matmul__(self, other: Any) -> "Tensor":
        return apply("matmul", self, other)

    def __rmatmul__(self, other: Any) -> "Tensor":
        return apply("matmul", other, self)

    def __neg__(self) -> "Tensor":
        return apply("negate", self)

    def __getitem__(self, index: Any) -> "Tensor":
        return apply("index", self, index=index)

    def sum(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return apply("sum", self, axis=axis, keepdims=keepdims)

    def mean(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return apply("mean", self, axis=axis, keepdims=keepdims)

    def max(self, axis: Axis = None, keepdims: bool = False) -> "Tensor":
        return apply("max", self, axis=axis, keepdims=keepdims)

    def softmax(self, axis: int = -1) -> "Tensor":
        return apply("softmax", self, axis=axis)

    def log_softmax(self, axis: int = -1) -> "Tensor":
        return apply("log_softmax", self, axis=axis)

    def reshape(self, *shape: int) -> "Tensor":
        return apply("reshape", self, shape=shape)

    def transpose(self, *axes: int) -> "Tensor":
        return apply("transpose", self, axes=axes or None)

    def leaky_relu(self, slope: float = 0.01) -> "Tensor":
        return apply("leaky_relu", self, slope=slope)

    def exp(self) -> "Tensor":
        return apply("exp", self)

    def log(self) -> "Tensor":
        return apply("log", self)

    def sqrt(self) -> "Tensor":
        return apply("sqrt", self)

    def square(self) -> "Tensor":
        return apply("square", self)

    def abs(self) -> "Tensor":
        return apply("abs", self)

    def sin(self) -> "Tensor":
        return apply("sin", self)

    def cos(self) -> "Tensor":
        return apply("cos", self)

    def tanh(self) -> "Tensor":
        return apply("tanh", self)

    def sigmoid(self) -> "Tensor":
        return apply("sigmoid", self)

    def relu(self) -> "Tensor":
        return apply("relu", self)

    def silu(self) -> "Tensor":
        return apply("silu", self)

    def gelu(self) -> "Tensor":
        return apply("gelu", self)

    def softplus(self) -> "Tensor":
        return apply("softplus", self)


def apply(operation: str | Operation, *operands: Any, **settings: Any) -> Tensor:
    """The tensor an operation makes of its operands, remembered for the way back.

    operation: a name in OPERATIONS, or one of your own.  operands: tensors, or arrays and numbers, which
    become constants.  settings: what the operation takes beside them, such as an axis.
    Raises ValueError when the operation is unknown or the shapes do not fit.
    """
    if isinstance(operation, str):
        if operation not in OPERATIONS:
            raise ValueError(f"operation: {operation!r} is not one of {', '.join(OPERATIONS)}")
        operation = OPERATIONS[operation]
    dtype = next((x.data.dtype for x in operands if isinstance(x, Tensor)), np.dtype(float))
    tensors = tuple(x if isinstance(x, Tensor) else _constant(x, dtype) for x in operands)
    with np.errstate(all="ignore"):
        try:
            value = operation.forward(*(tensor.data for tensor in tensors), **settings)
        except (ValueError, IndexError) as error:
            shapes = ", ".join(str(tensor.shape) for tensor in tensors)
            raise ValueError(f"{operation.name}: the operands have shapes {shapes}: {error}") from error
    needed = any(tensor.requires_grad for tensor in tensors)
    return Tensor(value, requires_grad=needed, operation=operation, parents=tensors, settings=settings)


def _floats(data: ArrayLike) -> Array:
    array = np.asarray(data)
    if array.dtype in (np.float32, np.float64):
        return array
    if array.dtype.kind not in "biuf":
        raise ValueError(f"data: has type {array.dtype}, needed numbers")
    return array.astype(np.float64)


def _constant(value: ArrayLike, dtype: "np.dtype[Any]") -> Tensor:
    array = _floats(value)
    return Tensor(array.astype(dtype) if array.ndim == 0 else array, requires_grad=False)


def topological_order(root: Tensor) -> list[Tensor]:
    """Every tensor the root was computed from, operands before results, the root last."""
    order: list[Tensor] = []
    seen: set[int] = set()
    waiting: list[tuple[Tensor, bool]] = [(root, False)]
    while waiting:
        node, operands_done = waiting.pop()
        if operands_done:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in reversed(node.parents) if id(parent) not in seen)
    return order


def maximum(a: Any, b: Any) -> Tensor:
    """The larger of a and b, entry by entry; at a tie each gets half the gradient."""
    return apply("maximum", a, b)


def minimum(a: Any, b: Any) -> Tensor:
    """The smaller of a and b, entry by entry; at a tie each gets half the gradient."""
    return apply("minimum", a, b)


def where(condition: ArrayLike, a: Any, b: Any) -> Tensor:
    """a where the condition holds and b elsewhere; the condition itself has no gradient."""
    return apply("where", a, b, condition=np.asarray(condition))


def concatenate(parts: Sequence[Any], axis: int = 0) -> Tensor:
    """The parts joined along an axis they have."""
    return apply("concatenate", *parts, axis=axis)


def stack(parts: Sequence[Tensor], axis: int = 0) -> Tensor:
    """The parts joined along a new axis. parts: tensors of one shape."""
    rows = [part.reshape(*part.shape[:axis], 1, *part.shape[axis:]) for part in parts]
    return concatenate(rows, axis)
