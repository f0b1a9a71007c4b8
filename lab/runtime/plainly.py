"""What went wrong, in words for whoever sits before the screen.

The lab's own refusals are sentences already. What Python or NumPy say of data that do not fit ("float() argument
must be a string or a real number") helps nobody there: it stands in the report that can be copied, and on the
card stands what was being read, and at which entry.
"""

from __future__ import annotations

import opcode
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any

import numpy as np

from lab.core.artifact import Artifact
from lab.core.experiment import Specification
from lab.core.params import ParamError, fields_of
from lab.core.scene import Scene, SceneError
from lab.core.text import _
from lab.runtime.files import reason

__all__ = [
    "MOST_WORDS",
    "Damaged",
    "entry_read_last",
    "is_plain",
    "lacks",
    "plain_words",
    "reading_artifacts",
    "reading_state",
    "repeating",
    "without_what_lacks",
]

MOST_WORDS = 300  # characters of a message: a name in it may have thousands
RAISE = opcode.opmap["RAISE_VARARGS"]
SLIPS = (LookupError, TypeError, AttributeError, NameError, ArithmeticError, AssertionError, RecursionError)
FOREIGN = frozenset({"numpy", *sys.stdlib_module_names})


class Damaged(ValueError):
    """Something brought from outside cannot be used; the text says what it is and what is wrong with it."""


def plain_words(error: BaseException) -> str:
    """The error as one short sentence without a programmer's words."""
    if isinstance(error, MemoryError):
        return _("there is not enough memory for it")
    if isinstance(error, OSError) and error.errno:
        return reason(error)
    if not is_plain(error):
        return _("it met something that it cannot work with; the report says where")
    return cut(str(error))


def cut(text: str, most: int = MOST_WORDS) -> str:
    """A text of at most so many characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def is_plain(error: BaseException) -> bool:
    """Whether its text is a sentence that somebody wrote for this case, and no slip that Python noticed."""
    if isinstance(error, (SceneError, ParamError, Damaged)):
        return True
    context = error.__context__
    if context is not None and str(context) and str(context) in str(error) and not is_plain(context):
        return False  # a sentence around the words of a slip
    return bool(str(error)) and not isinstance(error, SLIPS) and _was_raised_by_us(error.__traceback__)


def _was_raised_by_us(trace: TracebackType | None) -> bool:
    """Whether it comes from a `raise` in a module that is neither Python's nor NumPy's.

    What a call into compiled code raises has its last line in our module, too, but no `raise` there.
    """
    if trace is None:
        return True  # made, and never raised
    while trace.tb_next is not None:
        trace = trace.tb_next
    module = str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
    raised = trace.tb_frame.f_code.co_code[trace.tb_lasti] == RAISE
    return raised and module not in FOREIGN


# ---------------------------------------------------------------------------------------- what was read


def reading_state(load: Callable[[Mapping[str, Any]], Any], again: Callable[[], Any], state: Mapping[str, Any]) -> None:
    """Load a saved state. Raises Damaged when it does not fit.

    again: makes another simulation, in which the entry that does not fit is looked for.
    """
    try:
        load(state)
    except Exception as error:
        why = plain_words(error)
        if not is_plain(error):
            why = _damaged(_entry_of_another_kind(again, state) or entry_read_last(lambda s: again().load(s), state))
        raise Damaged(cut(_("The state saved in this file cannot be used: {why}").format(why=why))) from error


def reading_artifacts(build: Callable[[tuple[Artifact, ...]], Any], artifacts: tuple[Artifact, ...]) -> Any:
    """What `build` makes of things that were sent or came in a file.

    Raises ParamError where a control asks for what did not come, and Damaged when what came does not fit.
    """
    try:
        return build(artifacts)
    except ParamError:
        raise
    except Exception as error:
        if not artifacts:
            raise
        why, title = plain_words(error), artifacts[-1].title
        if not is_plain(error):
            place = entry_read_last(lambda traced: build(_traced_artifacts(traced, artifacts)), _numbered(artifacts))
            number, _dot, entry = place.partition(".")
            why, title = _damaged(entry), artifacts[int(number)].title if number else title
        words = _("What was received, “{title}”, cannot be used here: {why}")
        raise Damaged(cut(words.format(title=cut(title, 60), why=why))) from error


def repeating(gesture: Callable[[], Any], number: int) -> Any:
    """What a gesture of the log returns. Raises Damaged when it cannot be made again; `number` counts from 1."""
    try:
        return gesture()
    except Exception as error:
        words = _("Gesture {n} of what was saved cannot be made again: {why}")
        raise Damaged(cut(words.format(n=number, why=plain_words(error)))) from error


def lacks() -> str:
    """What is said before the sentences of `without_what_lacks`."""
    return _("It was made with something that came from another experiment, and that is not in this link or file.")


def without_what_lacks(specification: Specification, scene: Scene, error: ParamError) -> tuple[Scene, str]:
    """The scene with the choice that asks for what did not come at its default, and a sentence that says so.

    The gestures go with it, for they were made on what is not there. Raises the error itself for anything else.
    """
    found = next((f for f in fields_of(specification.params) if f.name == error.name), None)
    if found is None or found.kind != "choice" or scene.params.get(found.name, found.default) == found.default:
        raise error
    values = {**scene.params, found.name: found.default}
    words = _("“{control}” is at “{choice}” instead.")
    text = words.format(control=_(found.label), choice=found.show(found.default))
    return replace(scene, params=values, actions=(), step=0, state=None), text


def _damaged(entry: str) -> str:
    return _("“{entry}” is missing or does not fit.").format(entry=cut(entry, 60)) if entry else _("it is damaged.")


def _numbered(artifacts: tuple[Artifact, ...]) -> dict[str, Any]:
    return {str(i): dict(artifact.data) for i, artifact in enumerate(artifacts)}


def _traced_artifacts(traced: Mapping[str, Any], artifacts: tuple[Artifact, ...]) -> tuple[Artifact, ...]:
    made = []
    for artifact, data in zip(artifacts, traced.values()):
        copy = Artifact(artifact.kind, artifact.title, {}, artifact.origin)
        object.__setattr__(copy, "data", data)  # as it is: the artifact would make a plain one of it
        made.append(copy)
    return tuple(made)


def _entry_of_another_kind(again: Callable[[], Any], state: Mapping[str, Any]) -> str:
    """The path of the first entry that is missing, or of another kind than a fresh simulation saves; "" for none."""
    try:
        return _unlike(state, again().save(), "")
    except Exception:
        return ""


def _unlike(state: Mapping[str, Any], like: Mapping[str, Any], path: str) -> str:
    for key, value in like.items():
        if key not in state:
            return f"{path}{key}"
        kinds = {_kind(value), _kind(state[key])} - {""}
        if len(kinds) > 1:
            return f"{path}{key}"
        if kinds == {"object"} and (inner := _unlike(state[key], value, f"{path}{key}.")):
            return inner
    return ""


def _kind(value: Any) -> str:
    """What a value is for who reads it; "" for nothing, which may stand for anything."""
    if isinstance(value, Mapping):
        return "object"
    if isinstance(value, (list, tuple, np.ndarray)):
        return "list"
    return "text" if isinstance(value, str) else "" if value is None else "number"


def entry_read_last(read: Callable[[Mapping[str, Any]], Any], data: Mapping[str, Any]) -> str:
    """The path of the entry that `read` looked at last before it failed; "" where that cannot be said."""
    seen: list[str] = []
    try:
        read(_Traced(data, "", seen))
    except Exception:
        return seen[-1] if seen else ""
    return ""


class _Traced(dict[str, Any]):
    """A mapping, and those in it, that writes down which of its entries are looked at."""

    def __init__(self, data: Mapping[str, Any], path: str, seen: list[str]) -> None:
        super().__init__()
        self._path, self._seen = path, seen
        for key, value in data.items():
            inner = _Traced(value, f"{path}{key}.", seen) if isinstance(value, Mapping) else value
            super().__setitem__(key, inner)

    def _look(self, key: str) -> None:
        self._seen.append(f"{self._path}{key}")

    def __getitem__(self, key: str) -> Any:
        self._look(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._look(key)
        return super().get(key, default)
