"""Classes of plain data, made at a quarter of the standard library's price.

`dataclass` is used like the one of `dataclasses`, and `fields`, `replace` and `asdict` take its classes as any others.
The standard one writes and compiles six methods for each class, some 0.36 ms, and the first experiment brings more than
two hundred. Here only `__init__` is written for the class; all others go through its fields, and are the same for every
class. There is no `order`, no `InitVar` and no field by keyword only. That a frozen class is only extended by frozen
ones is checked by mypy, not when the class is made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(kind=None, /, *, frozen=False, slots=False, eq=True):
        """A dataclass of `kind`, also as a decorator with arguments that mean what they mean in `dataclasses`: `frozen`
        raises FrozenInstanceError when a field is set, `slots` leaves out the `__dict__`, `eq` compares by fields."""
        if kind is None:
            return lambda kind: dataclass(kind, frozen=frozen, slots=slots, eq=eq)
        if kind.__doc__ is None:
            kind.__doc__ = kind.__name__  # the standard library would work out a signature for it
        own = set(vars(kind))
        if vars(kind).get("__hash__") is None:
            own.discard("__hash__")  # Python's word where a class says what is equal, not the class's own
        made = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(kind)
        fields = dataclasses.fields(made)
        methods = {"__init__": _init(made, fields, frozen, slots), "__repr__": _repr}
        if eq:
            methods |= _compared(fields, frozen)
        if frozen:
            methods |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
            if slots:
                methods |= {"__getstate__": _state, "__setstate__": _set_state}
        for name, method in methods.items():
            if name not in own:
                setattr(made, name, method)
        return made


def _init(made: type, fields: tuple[Field[Any], ...], frozen: bool, slots: bool) -> Callable[..., None]:
    """The method that sets all fields, compiled for this class: every frame makes hundreds of objects."""
    names: dict[str, Any] = {"MISSING": MISSING, "put": object.__setattr__}
    arguments, lines = ["self"], []
    for field in fields:
        name, default = field.name, f"default_{field.name}"
        makes = field.default_factory is not MISSING
        if makes or field.default is not MISSING:
            names[default] = field.default_factory if makes else field.default
        value = name
        if field.init and makes:
            arguments.append(f"{name}=MISSING")
            value = f"{default}() if {name} is MISSING else {name}"
        elif field.init:
            arguments.append(name if field.default is MISSING else f"{name}={default}")
        elif makes:
            value = f"{default}()"
        elif slots and field.default is not MISSING:  # without slots it stands in the class
            value = default
        else:
            continue  # `__post_init__` sets it
        lines.append(f"put(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    if hasattr(made, "__post_init__"):
        lines.append("self.__post_init__()")
    exec(f"def __init__({', '.join(arguments)}):\n  " + "\n  ".join(lines or ["pass"]), names)  # only names of ours
    init: Callable[..., None] = names["__init__"]
    init.__qualname__, init.__module__ = f"{made.__qualname__}.__init__", made.__module__
    return init


def _compared(fields: tuple[Field[Any], ...], frozen: bool) -> dict[str, Any]:
    """Equality, and a hash where nothing can change, both by the fields that are compared."""
    names = [field.name for field in fields if field.compare]
    values: Callable[[Any], tuple[Any, ...]]
    if len(names) > 1:
        values = attrgetter(*names)
    else:  # a getter of one name gives the value alone
        values = lambda self: tuple(getattr(self, name) for name in names)  # noqa: E731

    def equal(self: Any, other: Any) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return {"__eq__": equal, "__hash__": hashed if frozen else None}


def _repr(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _set_state(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)
