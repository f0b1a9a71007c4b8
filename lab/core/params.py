"""Parameters: one frozen dataclass per experiment, whose annotations say what may vary and how.

    @dataclass(frozen=True, slots=True)
    class Params:
        learning_rate: Annotated[float, Range(1e-4, 2.0, log=True), Label(N_("Learning rate")), Symbol("η")] = 0.05
        surface: Annotated[Literal["bowl", "ravine"], Label(N_("Landscape")), Restarts()] = "ravine"

The controls on screen, the command line, links, files and the checks of untrusted input are all made from
these annotations; nothing about a parameter is written twice. Every parameter is changed live unless it is
marked `Restarts`.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from lab.core.numbers import parse_number, show_number
from lab.core.records import dataclass
from lab.core.text import _

__all__ = [
    "Choices",
    "Digits",
    "Field",
    "Hint",
    "Infinite",
    "Label",
    "Longest",
    "More",
    "ParamError",
    "Pattern",
    "Range",
    "Restarts",
    "Shows",
    "Symbol",
    "Tip",
    "changed",
    "checked",
    "fields_of",
    "from_text",
    "plain",
    "replaced",
]

MAX_TEXT = 2_000
LARGEST_WHOLE = 10**300
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class Range:
    """Where a number may lie. `log`: the slider is logarithmic. `step`: one press of an arrow key.

    The slider spans lo to hi; where `typed` is given, a typed value may lie in that wider range.
    """

    lo: float
    hi: float
    log: bool = False
    step: float | None = None
    typed: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Infinite:
    """What ∞, typed for this number, switches on: a control that is on or off."""

    control: str


@dataclass(frozen=True, slots=True)
class Label:
    text: str


@dataclass(frozen=True, slots=True)
class Symbol:
    """The field's letter for it, e.g. η: shown behind the label and in formulas."""

    text: str


@dataclass(frozen=True, slots=True)
class Tip:
    text: str


@dataclass(frozen=True, slots=True)
class Hint:
    """A few words under a slider, e.g. "small: slow, safe · large: fast, wild"."""

    text: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What each choice is called on screen, in order."""

    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digits:
    significant: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """A text is checked by the function named "module:function", which raises ValueError with a sentence.
    `too_long`: what is said of more characters than any text may have; {n} are there, {most} may be."""

    check: str
    placeholder: str = ""
    too_long: str = ""


@dataclass(frozen=True, slots=True)
class Longest:
    """How many characters a text may have, where it is not the usual number."""

    characters: int


@dataclass(frozen=True, slots=True)
class Restarts:
    """Changing it starts the run again instead of altering it in flight."""


@dataclass(frozen=True, slots=True)
class More:
    """Shown only after "More": not needed for a first look."""


@dataclass(frozen=True, slots=True)
class Shows:
    """It chooses which page is seen, and with it what a step does where pages differ in that: it is logged like any
    control, and undo leaves it as it is."""


class ParamError(ValueError):
    """A value that a parameter cannot take; `name` is the parameter."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message = name, message


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter, as read from its annotation."""

    name: str
    kind: str  # "float", "int", "bool", "choice", "many" (several choices) or "text"
    default: Any
    label: str
    symbol: str = ""
    tip: str = ""
    hint: str = ""
    lo: float = -math.inf  # of the slider
    hi: float = math.inf
    least: float = -math.inf  # of what may be typed
    most: float = math.inf
    log: bool = False
    step: float | None = None
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    digits: int = 3
    check: str = ""
    placeholder: str = ""
    too_long: str = ""
    longest: int = MAX_TEXT
    infinite: str = ""
    restarts: bool = False
    more: bool = False
    shows: bool = False

    def checked(self, value: Any) -> Any:
        """The value in this parameter's own type. Raises ParamError when it cannot take it."""
        match self.kind:
            case "float" | "int":
                return self._number(value)
            case "bool":
                if isinstance(value, bool):
                    return value
                raise ParamError(self.name, f"must be true or false, got {_short(value)}")
            case "choice":
                if isinstance(value, str) and value in self.choices:
                    return value
                raise ParamError(self.name, f"must be one of {', '.join(self.choices)}, got {_short(value)}")
            case "many":
                return self._several(value)
            case _:
                return self._text(value)

    def _number(self, value: Any) -> float | int:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ParamError(self.name, f"must be a number, got {_short(value)}")
        if isinstance(value, int) and abs(value) > LARGEST_WHOLE:  # too long to compute with, or even to be shown
            raise ParamError(self.name, "must be a number of at most 300 digits")
        if not math.isfinite(value):
            raise ParamError(self.name, f"must be a finite number, got {value}")
        if self.kind == "int" and value != int(value):
            raise ParamError(self.name, f"must be a whole number, got {value}")
        if not self.least <= value <= self.most:
            least, most, got = _in_full(self.least), _in_full(self.most), _in_full(value)
            raise ParamError(self.name, f"must lie between {least} and {most}, got {got}")
        return int(value) if self.kind == "int" else float(value)

    def _several(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise ParamError(self.name, f"must be a list of names, got {_short(value)}")
        wrong = [item for item in value if item not in self.choices]
        if wrong:
            raise ParamError(self.name, f"may hold {', '.join(self.choices)}, got {_short(wrong[0])}")
        return tuple(choice for choice in self.choices if choice in value)  # always in the declared order

    def _text(self, value: Any) -> str:
        if not isinstance(value, str):
            raise ParamError(self.name, f"must be text, got {_short(value)}")
        if len(value) > self.longest:
            message = _(self.too_long) if self.too_long else "may have {most} characters, got {n}"
            raise ParamError(self.name, message.format(most=self.longest, n=len(value)))
        if self.check:
            from importlib import import_module

            module, function = self.check.split(":")
            try:
                getattr(import_module(module), function)(value)
            except ValueError as error:
                raise ParamError(self.name, str(error)) from None
        return value

    def show(self, value: Any) -> str:
        """The value as it stands on screen."""
        if self.kind == "choice":
            return _(self.choice_labels[self.choices.index(value)])
        if self.kind == "many":
            return ", ".join(_(self.choice_labels[self.choices.index(item)]) for item in value) or _("none")
        return show_number(value, self.digits)


def fields_of(cls: type[Any]) -> tuple[Field, ...]:
    """The parameters of a class, in the order of declaration. Raises TypeError for a kind that has no control."""
    if cls not in _KNOWN:
        _KNOWN[cls] = _read_fields(cls)
    return _KNOWN[cls]


_KNOWN: dict[type[Any], tuple[Field, ...]] = {}


def _read_fields(cls: type[Any]) -> tuple[Field, ...]:
    hints = get_type_hints(cls, include_extras=True)
    return tuple(_field(item, hints[item.name]) for item in dataclasses.fields(cls))


def _field(item: dataclasses.Field[Any], hint: Any) -> Field:
    kind, notes = hint, ()  # type: Any, tuple[Any, ...]
    if get_origin(hint) is Annotated:
        kind, *rest = get_args(hint)
        notes = tuple(rest)
    found: dict[str, Any] = {}
    if get_origin(kind) is Literal:
        found |= {"kind": "choice", "choices": get_args(kind)}
    elif get_origin(kind) is tuple and get_origin(get_args(kind)[0]) is Literal:
        found |= {"kind": "many", "choices": get_args(get_args(kind)[0])}
    elif kind in (float, int, bool, str):
        found["kind"] = {float: "float", int: "int", bool: "bool", str: "text"}[kind]
    else:
        raise TypeError(f"parameter {item.name}: there is no control for {kind}")
    for note in notes:
        found |= _facts(note)
    found.setdefault("label", item.name.replace("_", " ").capitalize())
    found.setdefault("choice_labels", tuple(found.get("choices", ())))
    return Field(name=item.name, default=item.default, **found)


def _facts(note: Any) -> dict[str, Any]:
    match note:
        case Shows():
            return {"shows": True}
        case Range(lo, hi, log, step, typed):
            least, most = typed or (lo, hi)
            return {"lo": lo, "hi": hi, "log": log, "step": step, "least": least, "most": most}
        case Infinite(control):
            return {"infinite": control}
        case Label(text):
            return {"label": text}
        case Symbol(text):
            return {"symbol": text}
        case Tip(text):
            return {"tip": text}
        case Hint(text):
            return {"hint": text}
        case Choices(labels):
            return {"choice_labels": labels}
        case Digits(significant):
            return {"digits": significant}
        case Pattern(check, placeholder, too_long):
            return {"check": check, "placeholder": placeholder, "too_long": too_long}
        case Longest(characters):
            return {"longest": characters}
        case Restarts():
            return {"restarts": True}
        case More():
            return {"more": True}
    raise TypeError(f"not a note on a parameter: {note!r}")


def checked(cls: type[P], values: Mapping[str, Any]) -> P:
    """Parameters made of untrusted values, defaults for those not given. Raises ParamError naming the parameter."""
    return replaced(cls(), values)


def replaced(params: P, values: Mapping[str, Any]) -> P:
    """The parameters with some values changed, each checked. Raises ParamError naming the parameter."""
    known = {f.name: f for f in fields_of(type(params))}
    for name in values:
        if name not in known:
            raise ParamError(str(name)[:60], f"there is no such control; there is {', '.join(known)}")
    good = {name: known[name].checked(value) for name, value in values.items()}
    return dataclasses.replace(params, **good)  # type: ignore[type-var]


def changed(before: Any, after: Any) -> dict[str, Any]:
    """The values of `after` that differ from `before`, by name."""
    pairs = ((f.name, getattr(before, f.name), getattr(after, f.name)) for f in fields_of(type(after)))
    return {name: new for name, old, new in pairs if new != old}


def plain(params: Any) -> dict[str, Any]:
    """The parameters as plain values for JSON; tuples become lists."""
    return {f.name: list(v) if isinstance(v := getattr(params, f.name), tuple) else v for f in fields_of(type(params))}


def from_text(cls: type, texts: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Values typed as text (a link, the command line), checked. Raises ParamError naming the parameter."""
    known = {f.name: f for f in fields_of(cls)}
    values: dict[str, Any] = {}
    for name, text in texts:
        if name not in known:
            raise ParamError(name[:60], f"there is no such control; there is {', '.join(known)}")
        values[name] = known[name].checked(_read(known[name], text))
    return values


def _read(item: Field, text: str) -> Any:
    match item.kind:
        case "float" | "int":
            try:
                return parse_number(text).value
            except ValueError as error:
                raise ParamError(item.name, str(error)) from None
        case "bool":
            word = text.strip().lower()
            return (
                True if word in ("1", "true", "yes", "on") else False if word in ("0", "false", "no", "off") else text
            )
        case "many":
            return [part for part in text.split(",") if part]
    return text


def _in_full(value: float) -> str:
    """A number as at school, 0.000001 and not 1e-06, as long as it has no more than some fifteen figures."""
    if value and not 1e-12 <= abs(value) < 1e15:
        return f"{value:g}"
    from decimal import Decimal  # here: the home page needs none

    return f"{Decimal(f'{value:.12g}'):f}"


def _short(value: Any) -> str:
    if isinstance(value, int) and abs(value) > LARGEST_WHOLE:
        return "a very long number"  # Python shows none of more than 4,300 digits
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
