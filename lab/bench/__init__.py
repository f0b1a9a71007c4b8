"""How fast this machine is: the figures behind every claim about speed, each measured here and now.

`python -m lab bench` prints them; `tests/bench` adds the peers, in the same run. A module of this package
that has a function `figures()` returning names (with their unit) and values is found by itself.
"""

from __future__ import annotations

import pkgutil
import platform
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

__all__ = ["figures", "machine", "measure", "modules"]


def modules() -> list[str]:
    """The names of the groups of figures."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def machine() -> dict[str, float | str]:
    """What was measured on."""
    import os

    import numpy as np

    return {
        "machine, processor": _processor(),
        "machine, cores": float(os.cpu_count() or 0),
        "machine, system": f"{platform.system()} {platform.release()}",
        "machine, Python": platform.python_version(),
        "machine, NumPy": np.__version__,
        "machine, BLAS": _blas(),
    }


def figures(progress: TextIO | None = None) -> dict[str, float | str]:
    """Every figure. Takes a few minutes; `progress` is told which group is being measured."""
    found = machine()
    for name in modules():
        print(f"measuring {name} …", file=progress or sys.stderr, flush=True)
        measure = getattr(import_module(f"lab.bench.{name}"), "figures", None)
        if measure is not None:
            found |= measure()
    return found


def measure(part: str) -> int:
    """One part that wants a process of its own, for `glassbox measure PART`: prints it as JSON and ends at once."""
    import json
    import os

    print(json.dumps(_part(part)()), flush=True)
    os._exit(0)


def _part(name: str) -> Callable[[], Any]:
    """The part of that name. Only the modules up to its own are loaded, and the one that brings NumPy last: a start is
    measured with them, and neither a learner nor a bare window has it there."""
    for module in ("window", "memory", "frames", "canvas"):
        parts: dict[str, Callable[[], Any]] = import_module(f"lab.bench.{module}").PARTS
        if name in parts:
            return parts[name]
    raise KeyError(name)


def _processor() -> str:
    try:
        with Path("/proc/cpuinfo").open(encoding="utf-8") as file:
            return next(line.split(":", 1)[1].strip() for line in file if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _blas() -> str:
    from threadpoolctl import threadpool_info

    found = [info for info in threadpool_info() if info.get("user_api") == "blas"]
    return (
        ", ".join(f"{i.get('internal_api')} {i.get('version')} {i.get('architecture', '')}" for i in found) or "unknown"
    )
