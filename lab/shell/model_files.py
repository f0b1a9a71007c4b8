"""Language models that were made elsewhere: which files are one, and where it opens. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from lab.core.text import _

if TYPE_CHECKING:
    from lab.core.experiment import Experiment
    from lab.core.scene import Scene

__all__ = ["FILTER", "is_model", "read_model", "size_of_model"]

FILTER = "*.zip *.safetensors"
WEIGHTS, PLAN = "model.safetensors", "config.json"
LEARNS, READS = "capstone", "next-token"
"""Where it goes on learning, and where a model opens that is too large for that."""


def is_model(path: Path) -> bool:
    """Whether a file is a language model's: a ZIP file, weights with a plan beside them, or a folder with both.

    Weights without a plan are taken for a pack, unless they have the name that all programs write.
    """
    if path.is_dir():
        return (path / PLAN).is_file() or (path / WEIGHTS).is_file()
    weights = path.suffix.lower() == ".safetensors"
    return path.suffix.lower() == ".zip" or path.name == WEIGHTS or (weights and (path.parent / PLAN).is_file())


def size_of_model(path: Path) -> int:
    """The bytes of its largest file; 0 where there is none."""
    found = path / WEIGHTS if path.is_dir() else path
    return found.stat().st_size if found.is_file() else 0


def read_model(
    path: Path, find: Callable[[str], Experiment | None], advance: Callable[[float], None] | None = None
) -> Scene:
    """The model, where it can go on learning, or at least be read. Raises ValueError, in words, or OSError."""
    from lab.core.artifact import Artifact
    from lab.core.scene import MAX_BYTES, Scene
    from lab.engine.lm.brought import brought
    from lab.engine.lm.exchange import lm_to_data
    from lab.shell.box.receiving import received_by

    if path.suffix.lower() == ".zip" and path.is_file() and path.stat().st_size > MAX_BYTES:
        raise ValueError(_("the file is too large"))
    if advance is not None:
        advance(0.0)
    model = brought(path)
    title = path.parent.name if path.name == WEIGHTS else path.stem
    artifact = Artifact("language-model", title, lm_to_data(model), path.name)
    if advance is not None:
        advance(1.0)
    for id in (LEARNS, READS):
        experiment = find(id)
        assert experiment is not None
        specification = experiment.load()
        why = specification.refuses(artifact)
        if not why:
            return Scene(id, params=received_by(specification, artifact), artifacts=(artifact,))
    raise ValueError(why)
