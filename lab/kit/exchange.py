"""What an experiment reads from the artifacts that others send. Whatever arrives may come from a stranger's file and
is checked before it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.core.artifact import Artifact
from lab.core.params import ParamError
from lab.core.text import N_, _
from lab.engine.nets.exchange import read_network

__all__ = [
    "column_names",
    "entry_name",
    "latest",
    "newest",
    "nothing_received",
    "numbers_in",
    "other_inputs",
    "outcome_names",
    "until_received",
]

NAME_LENGTH = 60
_NOTHING = {
    "corpus": N_("nothing was received yet: send a text here from another experiment"),
    "distribution": N_("nothing was received yet: send a distribution here from another experiment"),
    "embedding": N_("nothing was received yet: send an embedding or a language model here from another experiment"),
    "language-model": N_("nothing was received yet: send a language model here from another experiment"),
    "loss-surface": N_("nothing was received yet: send a loss surface here from another experiment"),
    "network": N_("nothing was received yet: send a network here from another experiment"),
    "points": N_("nothing was received yet: send points here from another experiment"),
    "tokenizer": N_("nothing was received yet: send a tokenizer here from another experiment"),
    "table": N_("nothing was received yet: send a table here from another experiment"),
}
_LACKS = {
    "distribution": N_("The distribution lacks “{key}”."),
    "loss-surface": N_("The loss surface lacks “{key}”."),
    "points": N_("The points lack “{key}”."),
    "table": N_("The table lacks “{key}”."),
}


def nothing_received(control: str, kind: str) -> ParamError:
    """What is raised when a control asks for an artifact of a kind and none was received."""
    return ParamError(control, _(_NOTHING[kind]))


def latest(artifacts: Sequence[Artifact], kind: str) -> Artifact | None:
    """The last of the artifacts of a kind; None where there is none."""
    return next((artifact for artifact in reversed(artifacts) if artifact.kind == kind), None)


def newest(artifacts: Sequence[Artifact], kind: str, control: str) -> Artifact:
    """The last of the artifacts of a kind. Raises ParamError for the control that needs it when there is none."""
    found = latest(artifacts, kind)
    if found is None:
        raise nothing_received(control, kind)
    return found


def until_received(
    control: str, also: Callable[[Any], dict[str, tuple[str, ...]]] | None = None
) -> Callable[[Any], dict[str, tuple[str, ...]]]:
    """For a specification: "received" cannot be chosen in a control as long as the frame's `received` is false.

    also: what cannot be chosen in other controls.
    """
    return lambda frame: ({} if frame.received else {control: ("received",)}) | (also(frame) if also else {})


def other_inputs(inputs: int) -> Callable[[Artifact], str]:
    """For a specification: why a network with another number of inputs cannot be used; "" for all else that is sent."""

    def refuses(artifact: Artifact) -> str:
        if artifact.kind != "network":
            return ""
        try:
            found = read_network(artifact.data).sizes[0]
        except ValueError:
            return ""  # it is damaged: who reads it says how
        if found == inputs:
            return ""
        return _("It needs a network with {n} inputs, and this one has {found}.").format(n=inputs, found=found)

    return refuses


def numbers_in(data: Mapping[str, Any], key: str, axes: int, kind: str) -> NDArray[np.float64]:
    """The entry of an artifact's data as float64, with so many axes; it may hold nan and infinities.

    kind: of the artifact, for the message. Raises ValueError naming the entry that is missing or does not fit.
    """
    if key not in data:
        raise ValueError(_(_LACKS[kind]).format(key=key))
    try:
        values = np.asarray(data[key], np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{key}: needs numbers, got something else") from None
    if values.ndim != axes:
        raise ValueError(f"{key}: shape {values.shape}, needs {axes} {'axis' if axes == 1 else 'axes'}")
    return values


def entry_name(data: Mapping[str, Any], key: str, otherwise: str, length: int = NAME_LENGTH) -> str:
    """A name that stands in an artifact's data, cut to a length; `otherwise` where there is none."""
    return str(data.get(key, otherwise))[:length]


def column_names(given: Any, columns: int, length: int = NAME_LENGTH) -> list[str]:
    """At least so many names of columns: those given, cut to a length, and "column 3" where there are too few."""
    names = [str(name)[:length] for name in given] if isinstance(given, (list, tuple)) else []
    return names + [_("column {number}").format(number=i + 1) for i in range(len(names), columns)]


def outcome_names(given: Any, outcomes: int, length: int = NAME_LENGTH) -> list[str]:
    """The names of the outcomes of a distribution, cut to a length; "class 1" … where they are not one for each."""
    if not isinstance(given, (list, tuple)) or len(given) != outcomes:
        return [_("class {number}").format(number=i + 1)[:length] for i in range(outcomes)]
    return [str(name)[:length] for name in given]
