"""The rules of the house that import-linter cannot say."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter

import pytest

from lab.catalog import experiments
from tests.fast import import_graph

ROOT = Path(__file__).resolve().parents[1]
TOP = {"lab", "widgets", "assets", "tests", "build"}
FILES = {"pyproject.toml", "README.md", "run.py", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md"}


def sources(*packages: str) -> Iterator[tuple[str, ast.Module]]:
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_dataclasses_of_the_lab_are_the_ones_that_cost_little_to_make() -> None:
    costly = {"dataclass", "make_dataclass"}
    for name, tree in sources("lab"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "dataclasses" and name != "lab/core/records.py":
                assert not costly & {alias.name for alias in node.names}, f"{name}: take lab.core.records"


def test_only_the_dock_host_makes_dock_widgets() -> None:
    makers = [name for name, tree in sources("lab", "widgets") if "QDockWidget" in set(calls(tree))]
    assert makers == ["lab/shell/docks/host.py"]


def test_no_slot_of_the_shell_asks_who_called_it() -> None:
    found = [name for name, tree in sources("lab/shell") if "sender" in set(calls(tree))]
    assert found == [], "connect functools.partial(slot, box), or a signal that says whose it is"


def test_experiments_freeze_arrays_with_the_kit() -> None:
    setters = {
        name
        for name, tree in sources("lab/experiments")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("writeable", "setflags")
    }
    assert setters == set(), "use lab.kit.arrays: read_only, freeze, freeze_all or freeze_fields"


def test_the_window_never_runs_the_event_loop_by_hand() -> None:
    found = [name for name, tree in sources("lab", "widgets") if "processEvents" in set(calls(tree))]
    allowed = {"lab/shell/app/headless.py", "widgets/gallery/window.py"}  # pictures without a display have no loop
    assert [name for name in found if name not in allowed and not name.startswith("lab/bench/")] == []


def test_tests_use_no_private_members() -> None:
    """Tests see what users and callers see: a text on screen, a signal, a public method, a picture."""
    found = [
        f"{name}:{node.lineno} {ast.unparse(node)}"
        for name, tree in sources("tests")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and re.match(r"_(?!_)", node.attr) and not is_own(node.value)
    ]
    assert found == []


def is_own(node: ast.AST) -> bool:
    """Whether a member of it is one of the class at hand."""
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def test_nothing_pickles_and_nothing_evaluates_what_a_user_wrote() -> None:
    for name, tree in sources("lab", "widgets"):
        plain = {n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)}
        # A learner's own code runs in a child process; a record's method is made of the names of its fields.
        if name not in {"lab/cell.py", "lab/core/records.py"}:
            assert not plain & {"eval", "exec", "compile"}, name
        imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        assert not imported & {"pickle", "shelve", "marshal", "socket", "http", "urllib.request", "ssl"}, name
        assert "allow_pickle=True" not in ast.unparse(tree), name


def test_no_module_of_the_runtime_opens_the_network() -> None:
    network = {"PySide6.QtNetwork", "socket", "http.client", "urllib.request", "asyncio"}
    for name, tree in sources("lab", "widgets"):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert node.module not in network, name


def test_every_module_says_what_it_is_for() -> None:
    lacking = [name for name, tree in sources("lab", "widgets") if not ast.get_docstring(tree)]
    assert lacking == []


def test_the_top_level_stays_tidy() -> None:
    git = shutil.which("git")  # a bare machine has none
    listed = subprocess.run([git, "ls-files"], capture_output=True, text=True, cwd=ROOT) if git else None
    if listed is None or listed.returncode:
        pytest.skip("not a git checkout, so what belongs to the project cannot be listed")
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {name for name in top if not name.startswith(".")} <= TOP | FILES
    assert not (ROOT / "build" / "__init__.py").exists()


def test_the_texts_for_translators_are_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "build" / "messages.py"), "--check"], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_no_text_to_translate_is_inside_an_f_string() -> None:
    """Python before 3.12 hides what is in there from the extraction: the text would be missing from the template."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources("lab", "widgets")
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and {"_", "N_", "n_"} & set(calls(node))
    ]
    assert found == []


def test_without_babel_the_script_for_texts_says_where_it_is() -> None:
    words = [sys.executable, "-I", "-S", str(ROOT / "build" / "messages.py"), "--check"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "Babel is missing" in done.stderr and "python3 run.py test" in done.stderr


def test_there_is_no_import_circle() -> None:
    """Imports under TYPE_CHECKING and inside functions count: who reads one module has to read the other."""
    circles = circles_of({name: imported for name, imported in import_graph().items() if not name.startswith("tests/")})
    assert circles == [], "\n".join(" ".join(sorted(circle)) for circle in circles)


def test_circles_are_found() -> None:
    ring = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a"), "e": frozenset()}
    assert [sorted(circle) for circle in circles_of(ring)] == [["a", "b", "c"]]
    assert circles_of({"a": frozenset("b"), "b": frozenset("c"), "c": frozenset()}) == []


def circles_of(graph: Mapping[str, frozenset[str]]) -> list[set[str]]:
    """The groups of modules of which each reaches every other."""
    reached = {start: _reached(graph, start) for start in graph}
    found: list[set[str]] = []
    for start, there in reached.items():
        circle = {other for other in there if start in reached[other]}
        if len(circle) > 1 and circle not in found:
            found.append(circle)
    return found


def _reached(graph: Mapping[str, frozenset[str]], start: str) -> set[str]:
    found, waiting = set[str](), [start]
    while waiting:
        for other in graph.get(waiting.pop(), frozenset()) - found:
            found.add(other)
            waiting.append(other)
    return found


@pytest.mark.parametrize("folder", ["lab/engine", "widgets"])
def test_a_shelf_has_a_table_of_contents_that_names_each_module_once(folder: str) -> None:
    listed = re.findall(r"^- \[`[^`]+`\]\(([^)]+)\)", (ROOT / folder / "README.md").read_text("utf-8"), re.M)
    there = [path.relative_to(ROOT / folder).as_posix() for path in (ROOT / folder).rglob("*.py")]
    assert sorted(listed) == sorted(name for name in there if not name.endswith("__init__.py"))


def test_the_front_page_names_every_experiment_that_is_there_in_their_order() -> None:
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \| [^|]+ \|$", (ROOT / "README.md").read_text("utf-8"), re.M)
    assert rows == [(str(each.number), each.title) for each in experiments()]


def test_every_placeholder_of_a_text_gets_its_value() -> None:
    """Where the text and its values stand together: `_("{n} steps").format(n=…)`."""
    wrong = [
        f"{name}:{line}: {text!r} needs {sorted(needed - given)}"
        for name, tree in sources("lab", "widgets")
        for line, text, needed, given in formatted(tree)
        if needed - given
    ]
    assert wrong == []


def formatted(tree: ast.AST) -> Iterator[tuple[int, str, set[str], set[str]]]:
    """Line, text, placeholders and keywords of every literal that is formatted, unless values come as a mapping."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "format":
            continue
        words = node.func.value
        literal = words.args[0] if isinstance(words, ast.Call) and words.args else words
        if not isinstance(literal, ast.Constant) or not isinstance(literal.value, str):
            continue
        given = {keyword.arg for keyword in node.keywords}
        if None not in given:
            needed = {field for _, field, _, _ in Formatter().parse(literal.value) if field and not field.isdigit()}
            yield node.lineno, literal.value, needed, {keyword for keyword in given if keyword}


def test_a_placeholder_without_value_is_found() -> None:
    tree = ast.parse('_("{n} of {m}").format(n=1); "{a}".format(**values); "{}".format(3)')
    assert [(needed, given) for _line, _text, needed, given in formatted(tree)] == [({"n", "m"}, {"n"}), (set(), set())]
