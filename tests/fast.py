"""Which tests a change touches: for `python3 run.py test --fast`, and `--fast ID` for one experiment.

A test file is touched when it was changed itself, or when it imports what was changed, or something that imports it.
The contract suite and the corpus run for the experiments among that. What leads further is left to `.ci/run`.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

__all__ = ["Choice", "changed_files", "choice_for", "importers"]

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("lab", "widgets", "tests")
EVERYWHERE = 25  # so many importers: what everything stands on is not traced further


class Choice:
    """files: of tests, relative to the checkout.  experiments: ids, or folders such as e05_gradient_descent."""

    def __init__(self, files: Iterable[str], experiments: Iterable[str]) -> None:
        self.files, self.experiments = frozenset(files), frozenset(experiments)

    def __contains__(self, node: str) -> bool:
        """Whether a test belongs to it; `node` is its id, such as tests/core/test_scene.py::test_x[attention]."""
        file, _, name = node.partition("::")
        if file in self.files:
            return True
        shared = file.startswith("tests/contract/") or file == "tests/test_corpus.py"
        return shared and any(f"[{id}" in name or f"-{id}]" in name or f"-{id}-" in name for id in self.experiments)


def changed_files() -> list[str]:
    """What differs from the last commit, and what is new; after a commit, what the last one changed."""
    for commands in (
        (("diff", "--name-only", "HEAD"), ("ls-files", "--others", "--exclude-standard")),
        (("diff", "--name-only", "HEAD~1", "HEAD"),),
    ):
        found = [line for words in commands for line in _git(*words)]
        if found:
            return found
    return []


def _git(*words: str) -> list[str]:
    done = subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True)
    return done.stdout.splitlines() if done.returncode == 0 else []


def choice_for(changed: Iterable[str], id: str = "") -> Choice:
    """The tests of one experiment, or those that some changed files touch."""
    from lab import catalog

    folders = {e.id: e.specification.split(".")[2] for e in catalog.experiments()}
    if id:
        if id not in folders:
            raise ValueError(f"--fast: there is no experiment '{id}'; there is {', '.join(folders)}")
        return Choice(_named(f"test_{folders[id][:3]}_"), [id])
    touched = importers(changed, import_graph())
    files = {file for file in touched if Path(file).name.startswith("test_")}
    return Choice(files, [id for id, folder in folders.items() if any(f"/{folder}/" in file for file in touched)])


def _named(start: str) -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in (ROOT / "tests/experiments").glob(f"{start}*.py")]


def importers(changed: Iterable[str], graph: Mapping[str, frozenset[str]]) -> set[str]:
    """Some files, those that import them, and those that import these.

    graph: by file, the files that it imports.
    """
    found = {file for file in changed if file in graph}
    for _round in range(2):
        new = {file for file, imported in graph.items() if imported & found} - found
        if len([file for file in new if not file.startswith("tests/")]) > EVERYWHERE:
            new = {file for file in new if file.startswith("tests/")}
        found |= new
    return found


@cache
def import_graph() -> Mapping[str, frozenset[str]]:
    """By file of lab, widgets and tests, the files of ours that it imports, wherever the import stands."""
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in paths}
    by_name = {name.removesuffix(".__init__"): path.relative_to(ROOT).as_posix() for name, path in names.items()}
    return {path.relative_to(ROOT).as_posix(): frozenset(_imported(path.read_text("utf-8"), by_name)) for path in paths}


def _imported(source: str, by_name: Mapping[str, str]) -> Iterable[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (by_name[name] for name in names if name in by_name)
