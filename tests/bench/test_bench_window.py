"""The window's figures, printed with the machine's; no test fails on a time."""

from __future__ import annotations

import pytest

from lab.bench import machine, window


@pytest.mark.bench
def test_the_window_is_measured(capsys) -> None:
    with capsys.disabled():
        print()
        for name, value in {**machine(), **window.figures()}.items():
            print(f"{name:<60} {value if isinstance(value, str) else format(value, '.4g')}")
