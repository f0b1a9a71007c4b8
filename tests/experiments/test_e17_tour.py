"""The head tour of MiniLM, taken with texts of one's own."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget

from lab.catalog import find
from lab.core.experiment import Setting
from lab.core.headless import played
from lab.core.simulation import Set
from lab.experiments.e17_attention.presets import ALL_JOINED
from lab.experiments.e17_attention.settings import Display
from lab.experiments.e17_attention.view import View
from widgets.base.look import Look, apply_look
from widgets.controls.chips import ChipRow, Segmented
from widgets.plots.matrix import Matrix
from widgets.plots.plot import Plot
from widgets.text.elided_label import ElidedLabel
from widgets.text.readout import ReadoutRow
from widgets.tokens.arcs import Arcs
from widgets.tokens.head_grid import HeadGrid

LEFT = Qt.MouseButton.LeftButton
LEAVES = (ElidedLabel, Arcs, ChipRow, Segmented, HeadGrid, Matrix, Plot, ReadoutRow)  # what stands side by side


@pytest.fixture
def view(qtbot: Any) -> View:
    made = View()
    qtbot.addWidget(made)
    made.resize(702, 555)
    made.show_display(Display())
    made.show()
    return made


def shown(view: View, **values: Any) -> Any:
    """The page of all heads, with MiniLM's."""
    values = {"source": "minilm", "page": "heads", **values}
    view.show_frame(played(find("attention").load(), Setting(values, steps=ALL_JOINED)).snapshot())
    QApplication.processEvents()
    return view.page("heads")


def controls_set(view: View) -> list[dict[str, Any]]:
    """What is asked for from now on."""
    found: list[dict[str, Any]] = []
    view.acted.connect(lambda action, _gesture: found.append(dict(action.values)) if isinstance(action, Set) else None)
    return found


@pytest.mark.parametrize(
    ("text", "stop", "sentence", "cell"),
    [
        ("My brother lost his key, so he called our mother.", "4·2", "“he” gives most to “brother”", ("he", "brother")),
        ("When it rained, Maria sang because she was happy.", "2·4", "“she” gives most to “maria”", ("she", "maria")),
        ("A dog saw another dog near the river.", "3·10", "Here: 4", ("dog", "dog")),
        ("My brother lost his key.", "3·10", "no word comes twice", None),
        ("We sang", "4·12", "no comma and no full stop", None),
        ("We sang", "4·2", "no “it”, “he”, “she”", None),
        ("Hi", "2·9", "too short", None),
    ],
)  # fmt: skip
def test_the_tour_says_what_can_be_seen_in_a_text_of_ones_own(
    view: View, qtbot: Any, text: str, stop: str, sentence: str, cell: tuple[str, str] | None
) -> None:
    layer, head = (int(part) for part in stop.split("·"))
    page = shown(view, text=text, layer=layer, head=head)
    assert sentence in page.tour.sentence.words()
    found = controls_set(view)
    qtbot.mouseClick(page.tour.chips.chip(stop), LEFT)
    wanted = found[0]
    assert ("query" in wanted) == (cell is not None)
    if cell is not None:
        tokens = page.arcs.tokens()
        assert (tokens[wanted["query"] - 1], tokens[wanted["key"] - 1]) == cell


def test_the_stop_at_the_first_token_shows_it_again(view: View, qtbot: Any) -> None:
    page = shown(view, layer=1, head=3)
    assert page.head_actions.chip("hide").words() == "Hide [CLS]"
    view.show_display(Display(hide_first=True))
    wanted: list[tuple[str, Any]] = []
    view.display_changed.connect(lambda name, value: wanted.append((name, value)))
    qtbot.mouseClick(page.tour.chips.chip("5·6"), LEFT)
    assert wanted == [("hide_first", False)]


def test_while_minilm_is_opened_nothing_of_another_model_is_left(view: View) -> None:
    shown(view, source="copier")
    opening = played(find("attention").load(), Setting({"source": "minilm", "page": "heads"}))
    opening.step()
    view.show_frame(opening.snapshot())
    page = view.page("heads")
    assert page.grid.pictures().shape[:2] == (6, 12) and not page.grid.pictures().any()
    assert not page.arcs.tokens() and not page.tour.isVisible() and not page.note.words()


def lying_over_another(page: QWidget) -> list[tuple[QWidget, QWidget]]:
    """Pairs of what is seen on a page that share a place."""
    parts = [part for part in page.findChildren(QWidget) if part.isVisibleTo(page) and type(part) in LEAVES]
    places = [QRect(part.mapTo(page, QPoint(0, 0)), part.size()) for part in parts]
    assert len(parts) >= 2
    pairs = [(k, j) for k in range(len(parts)) for j in range(k) if places[k].intersects(places[j])]
    return [(parts[k], parts[j]) for k, j in pairs]


@pytest.mark.parametrize("height", [350, 460, 560, 620, 700, 800])
@pytest.mark.parametrize("values", [{"source": "own", "page": "chain"}, {"page": "scale"}, {"page": "heads"}])
def test_where_text_is_large_and_the_window_low_nothing_lies_over_another(
    view: View, qapp: Any, qtbot: Any, values: dict[str, Any], height: int
) -> None:
    apply_look(qapp, Look(scale=1.5))
    view.resize(720, height)
    shown(view, **values)
    for _round in range(6):  # a page that scrolls is laid out once more when its parts have their sizes
        QApplication.processEvents()
    page = view.page(values["page"])
    qtbot.waitUntil(lambda: not lying_over_another(page))  # once the page has come to rest
