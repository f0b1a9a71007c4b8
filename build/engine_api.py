"""Writes docs/engine.md, the engine's reference: every module's paragraph, and every public name with where to import
it from, its signature and its docstring, in the order of lab/engine/README.md. All of it is read from the source,
nothing is imported, so that the same text comes out on every machine.

    python build/engine_api.py
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "lab" / "engine"
API = ROOT / "docs" / "engine.md"
CONTENTS = ENGINE / "README.md"
WIDTH = 100

INTRODUCTION = """\
# The engine

Everything the lab computes, by module. Written by `python build/engine_api.py` from the source: change that, not this.
Shapes stand in brackets, [N, d] being N rows of d columns; every function says what it raises and where it comes from.
"""


@dataclass(frozen=True)
class Entry:
    """One public name. signature: as code, or empty.  origin: the module it is really defined in, if another."""

    name: str
    signature: str = ""
    docstring: str = ""
    kind: str = "value"
    origin: str = ""
    members: tuple["Entry", ...] = ()


@dataclass(frozen=True)
class Module:
    """One module of the engine: its dotted name, its paragraph, what it offers, and whether it has an __all__."""

    name: str
    docstring: str
    entries: tuple[Entry, ...] = ()
    missing: tuple[str, ...] = field(default=())  # in __all__, but not defined
    has_all: bool = True


# Reading the source.


def modules(engine: Path = ENGINE) -> tuple[Module, ...]:
    """Every module below the folder, in the order of its table of contents; what is not in there comes last."""
    order = contents(engine / "README.md")
    places = {name: place for place, name in enumerate(order)}
    paths = sorted(engine.rglob("*.py"))
    paths.sort(key=lambda path: places.get(path.relative_to(engine).as_posix(), len(order)))
    return tuple(read_module(path, engine) for path in paths)


def contents(path: Path = CONTENTS) -> list[str]:
    """The files that a table of contents names, in its order."""
    return re.findall(r"^- \[`[^`]+`\]\(([^)]+)\)", path.read_text("utf-8"), re.M) if path.exists() else []


def read_module(path: Path, engine: Path = ENGINE) -> Module:
    """One module, read from its source."""
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    parts = path.relative_to(engine.parent.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    public = _public(tree)
    found = {entry.name: entry for node in tree.body for entry in _entries(node)}
    return Module(
        name,
        ast.get_docstring(tree) or "",
        tuple(found[one] for one in public or () if one in found),
        tuple(one for one in public or () if one not in found),
        public is not None or path.name == "__init__.py",
    )


def _public(tree: ast.Module) -> list[str] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return list(ast.literal_eval(node.value))
    return None


def _entries(node: ast.stmt) -> Iterator[Entry]:
    """The names a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef):
        yield _function(node)
    elif isinstance(node, ast.ClassDef):
        yield _class(node)
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield Entry(alias.asname or alias.name, origin=node.module or "", kind="elsewhere")
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        yield Entry(node.target.id, f"{node.target.id}: {ast.unparse(node.annotation)}{_value(node.value)}")
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            for one in names:
                if isinstance(one, ast.Name):
                    yield Entry(one.id, one.id + (_value(node.value) if one is target else ""))
    elif isinstance(node, ast.TypeAlias if hasattr(ast, "TypeAlias") else ()):
        yield Entry(ast.unparse(node.name), ast.unparse(node))


def _value(node: ast.expr | None) -> str:
    """What a name is set to, if that is short enough to be read; the keys of a dict that is written out."""
    if node is None:
        return ""
    if isinstance(node, ast.Dict) and all(isinstance(key, ast.Constant) for key in node.keys):
        text = "{" + ", ".join(f"{ast.unparse(key)}: …" for key in node.keys if key is not None) + "}"
    else:
        text = ast.unparse(node)
    return f" = {text}" if len(text) <= WIDTH else ""


def _function(node: ast.FunctionDef, member: bool = False) -> Entry:
    returns = ast.unparse(node.returns) if node.returns else ""
    if _decorated(node, "property"):
        return Entry(node.name, f"{node.name}: {returns}", _docstring(node), "property")
    arguments = list(_arguments(node.args))
    if member and not _decorated(node, "staticmethod"):
        del arguments[0]  # self or cls
    signature = f"{node.name}({', '.join(arguments)})" + (f" -> {returns}" if returns else "")
    return Entry(node.name, signature, _docstring(node), "function")


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    """Each argument with its annotation and default, and the marks / and * between the kinds."""
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for i, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        yield _argument(argument, default)
        if arguments.posonlyargs and i == len(arguments.posonlyargs) - 1:
            yield "/"
    if arguments.vararg:
        yield "*" + _argument(arguments.vararg, None)
    elif arguments.kwonlyargs:
        yield "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(argument, default)
    if arguments.kwarg:
        yield "**" + _argument(arguments.kwarg, None)


def _argument(argument: ast.arg, default: ast.expr | None) -> str:
    annotation = f": {ast.unparse(argument.annotation)}" if argument.annotation else ""
    equals = " = " if annotation else "="
    return argument.arg + annotation + ("" if default is None else equals + ast.unparse(default))


def _decorated(node: ast.FunctionDef | ast.ClassDef, name: str) -> bool:
    return any(name in ast.unparse(decorator).split("(")[0].split(".") for decorator in node.decorator_list)


def _docstring(node: ast.FunctionDef | ast.ClassDef) -> str:
    return ast.get_docstring(node) or ""


def _class(node: ast.ClassDef) -> Entry:
    methods = {child.name: child for child in node.body if isinstance(child, ast.FunctionDef)}
    bases = {ast.unparse(base).split("[")[0] for base in node.bases}
    made = ""
    if _decorated(node, "dataclass") or "NamedTuple" in bases:
        made = f"({', '.join(_fields(node))})"
    elif "__init__" in methods:
        made = _function(methods["__init__"], member=True).signature.removeprefix("__init__").removesuffix(" -> None")
    elif node.bases:
        made = f"({', '.join(ast.unparse(base) for base in node.bases)})"
    shown = [child for name, child in methods.items() if not name.startswith("_") or name == "__call__"]
    members = tuple(
        _function(child, member=True)
        for child in shown
        if not _decorated(child, "overload") and not _decorated(child, "setter")
    )
    return Entry(node.name, f"class {node.name}{made}", _docstring(node), "class", members=members)


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for child in node.body:
        if isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            kind = ast.unparse(child.annotation)
            if not kind.startswith("ClassVar") and "init=False" not in ast.unparse(child):
                default = "" if child.value is None else f" = {_default(child.value)}"
                yield f"{child.target.id}: {kind}{default}"


def _default(node: ast.expr) -> str:
    """A field's default; of field(default_factory=dict), what the factory makes."""
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("field", "dataclasses.field"):
        for keyword in node.keywords:
            if keyword.arg == "default_factory":
                return f"{ast.unparse(keyword.value)}()"
            if keyword.arg == "default":
                return ast.unparse(keyword.value)
    return ast.unparse(node)


# Writing the reference.


def render(found: tuple[Module, ...]) -> str:
    """The whole reference as Markdown."""
    shown = [module for module in found if module.entries]
    contents = [f"- [{module.name}](#{module.name.replace('.', '')}): {_first_sentence(module)}" for module in shown]
    return "\n".join([INTRODUCTION, *contents, "", *(render_module(module) for module in shown)]).rstrip() + "\n"


def _first_sentence(module: Module) -> str:
    """How a module's paragraph begins, up to the end of its first sentence."""
    text = " ".join(module.docstring.split("\n\n")[0].split())
    end = text.find(". ")
    return text if end < 0 else text[: end + 1]


def render_module(module: Module) -> str:
    """One module's part of the reference."""
    lines = [f"## {module.name}", "", module.docstring, ""]
    for entry in module.entries:
        lines += [f"### {entry.name}", ""]
        if entry.origin:
            lines += [f"From `{entry.origin}`; see there.", ""]
            continue
        lines += [
            "```python",
            f"from {module.name} import {entry.name}",
            *_wrapped(entry.signature),
            "```",
            "",
        ]
        lines += [entry.docstring, ""] if entry.docstring else []
        for member in entry.members:
            lines += [f"- `{member.signature}`", *_indented(member.docstring), ""]
    return "\n".join(lines)


def _indented(text: str) -> list[str]:
    return [f"  {line}" if line else "" for line in text.splitlines()]


def _wrapped(signature: str) -> list[str]:
    """A signature on one line, or, when that is too long, with an argument a line."""
    start, end = signature.find("("), signature.rfind(")")
    if len(signature) <= WIDTH or start < 0:
        return [signature]
    arguments = _split_arguments(signature[start + 1 : end])
    return [signature[: start + 1], *(f"    {argument}," for argument in arguments), signature[end:]]


def _split_arguments(text: str) -> Iterator[str]:
    depth, quote, begin = 0, "", 0
    for i, mark in enumerate(text):
        if quote or mark in "'\"":
            quote = "" if mark == quote else quote or mark
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth -= 1
        elif mark == "," and depth == 0:
            yield text[begin:i].strip()
            begin = i + 1
    if text[begin:].strip():
        yield text[begin:].strip()


def main(arguments: list[str]) -> int:
    """Writes the reference; returns the exit code."""
    if arguments:
        sys.stderr.write(f"{inspect.cleandoc(__doc__ or '')}\n")
        return 2
    API.parent.mkdir(exist_ok=True)
    API.write_text(render(modules()), encoding="utf-8")
    print(API.relative_to(API.parents[1]))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
