"""How long the pictures take. Nothing fails on a time; run with -s to see the figures."""

import pytest

from lab.bench.canvas import figures

pytestmark = pytest.mark.bench


def test_the_pictures_are_measured():
    found = figures()
    for name, value in found.items():
        print(f"{name}: {value}")
    assert len(found) == 14 and all(0 < value < 10_000 for value in found.values())
    assert found["canvas, surface 80×80, points only, p50, ms"] < found["canvas, surface 80×80, turning, p50, ms"]
