"""The window's figures, printed with the machine's; no test fails on a time."""

from __future__ import annotations

from types import ModuleType

import pytest

from lab.bench import frames, machine, memory, window


@pytest.mark.bench
@pytest.mark.parametrize("group", [window, frames, memory], ids=["window", "frames", "memory"])
def test_the_window_is_measured(capsys, group: ModuleType) -> None:
    with capsys.disabled():
        print()
        for name, value in {**machine(), **group.figures()}.items():
            print(f"{name:<70} {value if isinstance(value, str) else format(value, '.4g')}")
