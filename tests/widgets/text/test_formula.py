"""Formulas are drawn in the colour of the look, fit their place, and can be read as words."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible, QColor, QImage

from widgets.base.colors import DARK
from widgets.base.look import apply_look, look
from widgets.text.formula import Formula, Run, drawing, image, runs, spoken

STEP = r"w \leftarrow w - \eta\,\nabla L(w)"


def ink(picture: QImage, color: QColor) -> int:
    """How many pixels have nearly this colour."""
    near = 0
    for y in range(picture.height()):
        for x in range(picture.width()):
            found = picture.pixelColor(x, y)
            gaps = (found.red() - color.red(), found.green() - color.green(), found.blue() - color.blue())
            near += all(abs(gap) < 12 for gap in gaps)
    return near


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (STEP, "w ← w − η ∇L(w)"),
        (r"\eta_{\max} = \frac{2}{\lambda_{\max}}", "η_max = 2/λ_max"),
        (r"\frac{1}{n}\sum_{i=1}^n (\hat y_i - y_i)^2", "1/n∑_(i = 1)^n (ŷ_i − y_i)^2"),
        (r"\sqrt{v} + \varepsilon", "√v + ε"),
        (r"-x", "−x"),
    ],
)
def test_a_formula_can_be_read_aloud(latex: str, words: str) -> None:
    assert spoken(latex) == words


def test_a_simple_formula_is_characters_with_italic_letters() -> None:
    assert runs(r"\eta") == (Run("η", italic=True),)
    assert runs("x^2") == (Run("x", italic=True), Run("2", script=1))
    assert runs(r"\hat y") == (Run("ŷ", italic=True),)
    found = runs(r"\eta < 2/\lambda_1")
    assert found is not None and "".join(run.text for run in found).replace("\xa0", " ") == "η < 2/λ1"


@pytest.mark.parametrize("latex", [r"\frac{2}{\lambda}", r"\sqrt{v}", r"\sum_{i=1}^n x_i", r"x^{y^2}"])
def test_what_needs_two_storeys_is_drawn(latex: str) -> None:
    assert runs(latex) is None


@pytest.mark.parametrize("latex", [r"\frac{1", r"\nonsense{x}", r"\begin{pmatrix} 1"])
def test_a_wrong_formula_is_named(latex: str) -> None:
    with pytest.raises(ValueError, match="formula: ") as caught:
        drawing(latex)
    assert latex.split("{")[0].strip("\\") in str(caught.value)


def test_a_formula_is_set_once_whatever_its_colour() -> None:
    assert drawing(STEP) is drawing(STEP)


def test_a_picture_for_a_line_is_centred_only_where_it_hangs_deep() -> None:
    flat, centred = image("x", 20, "#000000", least_descent=5)
    assert not centred and flat.height() < 2 * 20
    deep, centred = image(r"\frac{a}{\frac{b}{c}}", 20, "#000000", least_descent=3)
    assert centred and deep.height() > flat.height()


def test_a_formula_takes_the_colour_of_the_theme(qtbot, light) -> None:
    shown = Formula(STEP)
    qtbot.addWidget(shown)
    shown.resize(300, 60)
    on_paper = ink(shown.grab().toImage(), QColor(look().palette.text))
    apply_look(light, palette=DARK)
    assert on_paper > 50 and ink(shown.grab().toImage(), QColor(DARK.text)) > 50


def test_a_formula_that_is_too_wide_is_set_smaller(qtbot) -> None:
    shown = Formula(" + ".join("a_1 b_2" for _ in range(6)))
    qtbot.addWidget(shown)
    shown.resize(280, shown.sizeHint().height())
    picture = shown.grab().toImage()
    text = QColor(look().palette.text)
    edges = [picture.pixelColor(x, y) for x in (*range(4), *range(276, 280)) for y in range(picture.height())]
    assert text not in edges and ink(picture, text) > 20


def test_a_screen_reader_hears_the_formula(qtbot) -> None:
    shown = Formula(STEP)
    qtbot.addWidget(shown)
    interface = QAccessible.queryAccessibleInterface(shown)
    assert interface.role() == QAccessible.Role.Graphic
    assert interface.text(QAccessible.Text.Name) == "w ← w − η ∇L(w)"


def test_a_formula_grows_with_the_text(qtbot, light) -> None:
    shown = Formula(STEP)
    qtbot.addWidget(shown)
    before = shown.sizeHint()
    apply_look(light, scale=2.0)
    assert shown.sizeHint().height() > 1.8 * before.height()
