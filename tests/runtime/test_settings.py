"""Settings on disk: what cannot be read is its default, and the lab starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab.runtime.home import Home
from lab.runtime.settings import Settings, read_settings


@pytest.mark.parametrize("digits", [3, 302, 401, 4001])
def test_a_text_size_of_any_length_leaves_the_other_settings_alone(own_home: Path, digits: int) -> None:
    size = "150" if digits == 3 else "1" + "0" * (digits - 1)
    (own_home / "settings.json").write_text(f'{{"theme": "dark", "text_size": {size}}}')
    found = read_settings(Home(own_home))
    assert found.theme == "dark"
    assert found.text_size == (150 if digits == 3 else Settings().text_size)
