"""Every formula of every lesson can be set, and is still readable in the narrow lesson of a small screen."""

from __future__ import annotations

import re

import pytest

from lab.core.paths import assets
from widgets.text.formula import Formula, drawing, runs, spoken

NARROW = 340 - 20 - 4 - 16 - 2 * 12  # the room for a formula beside the margins, in the 340 px lesson
FILES = sorted((assets() / "lessons").glob("*/*.md"))
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_FORMULA = re.compile(r"(\$\$?)([^$]+)\1")


def formulas(path) -> list[tuple[bool, str]]:
    """Whether a formula stands on its own line, and its LaTeX."""
    return [(len(m[1]) == 2, m[2].strip()) for m in _FORMULA.finditer(_CODE.sub("", path.read_text("utf-8")))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_formula_can_be_set_and_read(path, qapp) -> None:
    for _own_line, latex in formulas(path):
        assert drawing(latex, inline=True).width > 0
        assert runs(latex) is None or spoken(latex)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_every_formula_fits_the_narrow_lesson_in_a_readable_size(path, qapp) -> None:
    for own_line, latex in formulas(path):
        size = min(20.0, NARROW / drawing(latex).width)
        assert not own_line or size >= 13, f"{latex} would be set at {size:.1f} px: break it into two"


def test_a_formula_widget_has_the_same_limits(qtbot) -> None:
    shown = Formula("x")
    qtbot.addWidget(shown)
    assert shown.minimumSizeHint().width() <= NARROW
