"""In pictures with a cursor of their own, keys tell what is under it."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from lab import catalog
from lab.experiments.e01_what_is_ml.board import LineBoard
from lab.experiments.e02_feature_scaling.figures import Figures
from lab.experiments.e03_linear_regression.view_columns import Columns
from lab.experiments.e04_loss_functions.share import ShareBar
from lab.experiments.e06_training_loop.listing import Listing
from lab.experiments.e07_single_neuron.lines import TermLine
from lab.experiments.e07_single_neuron.truth import TruthTable
from lab.experiments.e08_activations.number_sheet import NumberSheet
from lab.experiments.e10_forward_pass.jigsaw import Jigsaw, Piece, piece_words
from lab.experiments.e10_forward_pass.listing import Listing as PassListing
from lab.experiments.e16_tokenization.ladder import Ladder, Rung
from lab.experiments.e16_tokenization.ladderview import LadderView
from lab.experiments.e16_tokenization.league import League
from lab.experiments.e16_tokenization.treeview import TreeView
from lab.experiments.e19_next_token.page_pass import PassList
from lab.experiments.e19_next_token.page_training import StageList
from lab.experiments.e21_decoding.barlist import BarList
from lab.experiments.e21_decoding.beam_tree import BeamTreeView
from lab.experiments.e21_decoding.chain import Chain
from lab.experiments.e21_decoding.round_list import RoundList
from lab.experiments.e21_decoding.tries_grid import TriesGrid
from lab.kit_qt.lens_grid import LensGrid
from lab.kit_qt.token_bars import TokenBars
from lab.kit_qt.token_tree import TokenTree
from tests.desk import Desk
from widgets.surfaces.space import Space

KEY = Qt.Key
CURSORS: list[tuple[str, dict[str, Any], type[QWidget], Qt.Key]] = [
    ("what-is-ml", {}, LineBoard, KEY.Key_Return),
    ("feature-scaling", {}, Figures, KEY.Key_Right),
    ("linear-regression", {}, Columns, KEY.Key_Right),
    ("linear-regression", {"data": "diabetes", "features": "two"}, Space, KEY.Key_PageDown),
    ("loss-functions", {}, ShareBar, KEY.Key_Right),
    ("training-loop", {}, Listing, KEY.Key_Down),
    ("single-neuron", {}, TermLine, KEY.Key_Right),
    ("single-neuron", {}, TruthTable, KEY.Key_Up),
    ("activations", {"topic": "stability"}, NumberSheet, KEY.Key_Down),
    ("forward-pass", {}, PassListing, KEY.Key_Down),
    ("forward-pass", {"page": "shapes"}, Jigsaw, KEY.Key_Right),
    ("tokenization", {}, League, KEY.Key_Down),
    ("tokenization", {}, TreeView, KEY.Key_Right),
    ("tokenization", {"page": "read"}, LadderView, KEY.Key_Down),
    ("next-token", {}, TokenBars, KEY.Key_Down),
    ("next-token", {"page": "branches"}, TokenTree, KEY.Key_Right),
    ("next-token", {"page": "training"}, StageList, KEY.Key_Down),
    ("next-token", {"page": "lens"}, LensGrid, KEY.Key_Left),
    ("next-token", {"page": "pass"}, PassList, KEY.Key_Down),
    ("decoding", {}, BarList, KEY.Key_Down),
    ("decoding", {}, Chain, KEY.Key_Right),
    ("decoding", {"page": "beam"}, BeamTreeView, KEY.Key_Down),
    ("decoding", {"page": "drafts"}, RoundList, KEY.Key_Right),
    ("decoding", {"page": "tries"}, TriesGrid, KEY.Key_Right),
]


@pytest.mark.parametrize(("id", "values", "kind", "key"), CURSORS, ids=lambda one: getattr(one, "__name__", None))
def test_keys_tell_what_is_under_the_cursor(
    id: str, values: dict[str, Any], kind: type[Any], key: Qt.Key, qtbot: Any
) -> None:
    experiment = catalog.find(id)
    assert experiment is not None
    view = experiment.load_view()()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow, timeout=2000)
    desk = Desk(view, experiment, **values)
    desk.go(4)
    picture = next(one for one in view.findChildren(kind) if one.isVisibleTo(view))
    picture.setFocus()
    assert picture.told() == ""
    qtbot.keyClick(picture, key)
    assert len(picture.told()) > 3, "what is there is told, in words"


def test_the_block_of_a_landscape_tells_the_loss_on_the_ground(qtbot: Any) -> None:
    experiment = catalog.find("gradient-descent")
    assert experiment is not None
    view = experiment.load_view()()
    qtbot.addWidget(view)
    view.resize(900, 640)
    view.show()
    desk = Desk(view, experiment)
    desk.show_option("view", "3d")
    block = view.landscape.block
    block.grab()
    order = block.stations()
    for _station in range(1 + order.index("start")):
        qtbot.keyClick(block, KEY.Key_Return)
    assert block.told().startswith("start: ")
    for _station in range(len(order) - 2 - order.index("start")):  # the one before the last is the cross-hair
        qtbot.keyClick(block, KEY.Key_Return)
    before = block.told()
    qtbot.keyClick(block, KEY.Key_Up)
    assert block.told() != before and ", loss " in block.told()
    assert block.readout().startswith("loss "), "and the same stands beside it"


def test_every_line_of_a_ladder_is_reached_and_told(qtbot: Any) -> None:
    rungs = (
        Rung((b"l", b"o", b"w"), (3, 1), None, None),
        Rung((b"l", b"ow"), (2,), 1, 1),
        Rung((b"low",), (), 0, 2),
    )
    view = LadderView()
    qtbot.addWidget(view)
    view.resize(300, 60)  # one line has room
    view.show_ladder(Ladder("low", 1, 1, rungs, 0), 0)
    view.show()
    told = []
    for key in (KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Up):
        qtbot.keyClick(view, key)
        told.append(view.told())
    assert [words.rpartition(": ")[2] for words in told] == ["l, o, w", "l, ow", "low", "low", "l, ow"]
    assert told[2].startswith("Merge 2: rank 2 makes low")


def test_a_piece_that_does_not_fit_is_told_so() -> None:
    assert piece_words(Piece("W1", 2, 4, 4, 12, 12)) == "W1: 2 × 4, 12 numbers, 12 so far"
    assert piece_words(Piece("W2", 4, 1, 1, 5, 17, wrong=True)) == "W2: 4 × 1, which does not fit"
    assert piece_words(Piece("X", 8, 2)) == "X: 8 × 2"
