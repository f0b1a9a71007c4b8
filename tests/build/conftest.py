"""The scripts of build/ are no package: a test loads one by its path."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

BUILD = Path(__file__).resolve().parents[2] / "build"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Loads a script of build/ by name; its neighbours are found while the test lasts."""
    monkeypatch.syspath_prepend(str(BUILD))

    def load(name: str) -> ModuleType:
        specification = importlib.util.spec_from_file_location(f"build_{name.replace('/', '_')}", BUILD / f"{name}.py")
        assert specification is not None and specification.loader is not None
        module = importlib.util.module_from_spec(specification)
        monkeypatch.setitem(sys.modules, specification.name, module)
        specification.loader.exec_module(module)
        return module

    return load
