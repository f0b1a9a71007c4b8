"""The engine's reference is complete and true: every module and public name is explained, and has its place in the
table of contents."""

import ast
import importlib
import importlib.util
import inspect
import sys
from pathlib import Path
from types import ModuleType

import pytest


def load_generator() -> ModuleType:
    path = Path(__file__).resolve().parents[2] / "build" / "engine_api.py"
    specification = importlib.util.spec_from_file_location("engine_api", path)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules["engine_api"] = module  # dataclasses look their module up
    specification.loader.exec_module(module)
    return module


API = load_generator()
MODULES = API.modules()
every = pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name.removeprefix("lab.engine."))


@every
def test_a_module_begins_with_a_paragraph_and_says_what_it_offers(module) -> None:
    assert module.docstring, f"{module.name} has no docstring"
    assert module.has_all, f"{module.name} has no __all__"
    assert not module.missing, f"{module.name}.__all__ names {module.missing}, which it does not define"


@every
def test_every_public_function_and_class_is_explained(module) -> None:
    silent = [entry.name for entry in module.entries if entry.kind in ("function", "class") and not entry.docstring]
    assert not silent, f"{module.name}: no docstring for {', '.join(silent)}"


@every
def test_the_signatures_read_from_the_source_are_those_python_sees(module) -> None:
    loaded = importlib.import_module(module.name)
    for entry in module.entries:
        thing = getattr(loaded, entry.name)
        if entry.kind == "function":
            written = ast.parse(f"def {entry.signature}: ...").body[0].args
            names = [a.arg for a in (*written.posonlyargs, *written.args, *written.kwonlyargs)]
            names += [a.arg for a in (written.vararg, written.kwarg) if a]
            assert sorted(names) == sorted(inspect.signature(thing).parameters), entry.name
        elif entry.kind == "class":
            for member in entry.members:
                assert hasattr(thing, member.name), f"{entry.name}.{member.name}"


def test_the_command_writes_every_module_in_the_order_of_the_contents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    monkeypatch.setattr(API, "API", tmp_path / "docs" / "engine.md")
    assert API.main([]) == 0
    text = (tmp_path / "docs" / "engine.md").read_text("utf-8")
    for module in MODULES:
        assert not module.entries or API.render_module(module) in text
    places = [
        text.index(f"## lab.engine.{name}\n") for name in ("basics.regression", "graph.autograd", "lm.parameters")
    ]
    assert places == sorted(places)
    assert API.main(["--nonsense"]) == 2
    assert "docs/engine.md" in capsys.readouterr().err


def test_the_reference_shows_functions_classes_values_and_where_a_name_comes_from(tmp_path: Path) -> None:
    (tmp_path / "lab" / "engine").mkdir(parents=True)
    source = tmp_path / "lab" / "engine" / "sample.py"
    source.write_text(
        '"""A sample. It has more to say."""\n'
        "from dataclasses import dataclass, field\n"
        "from lab.engine.other import helper\n"
        '__all__ = ["LIMIT", "NAMES", "Point", "absent", "helper", "move"]\n'
        "LIMIT = 3\n"
        'NAMES: dict[str, int] = {"a": 1}\n'
        "def move(x, /, by: float = 1.0, *, twice: bool = False) -> float:\n"
        '    """Moves.\n\n    by: how far.\n    """\n'
        "@dataclass(frozen=True)\n"
        "class Point:\n"
        '    """A point."""\n'
        "    x: float\n"
        "    tags: list[str] = field(default_factory=list)\n"
        "    @property\n"
        "    def size(self) -> float:\n"
        '        """Its size."""\n'
        "    def _hidden(self) -> None: ...\n"
        "    def at(self, where: int) -> int:\n"
        '        """There."""\n',
        encoding="utf-8",
    )
    module = API.read_module(source, source.parent)
    text = API.render((module,))
    assert module.missing == ("absent",) and "_hidden" not in text
    for line in (
        "- [lab.engine.sample](#labenginesample): A sample.",
        "LIMIT = 3",
        "NAMES: dict[str, int] = {'a': …}",
        "from lab.engine.sample import move",
        "move(x, /, by: float = 1.0, *, twice: bool = False) -> float",
        "by: how far.",
        "class Point(x: float, tags: list[str] = list())",
        "- `size: float`",
        "- `at(where: int) -> int`",
        "From `lab.engine.other`; see there.",
    ):
        assert line in text.splitlines(), line
