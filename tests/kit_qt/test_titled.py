"""A view with a title, of pages that are runs of their own or views of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lab.core.simulation import Set
from lab.kit_qt.paged import Page
from lab.kit_qt.titled import TitledView
from tests.desk import heard


@dataclass(frozen=True)
class Params:
    topic: str = "stack"
    view: str = "stack"


@dataclass(frozen=True)
class Frame:
    page: str
    params: Params = field(default_factory=Params)


class Leaf(Page):
    def __init__(self) -> None:
        super().__init__()
        self.drawn: list[str] = []
        self.space: list[tuple[bool, bool]] = []

    def show_page(self, page: str, _display: object) -> None:
        self.drawn.append(page)

    def show_words(self, page: str, sentence: str) -> None:
        self.said = sentence

    def set_space(self, low: bool, narrow: bool) -> None:
        self.space.append((low, narrow))

    def main_picture(self) -> tuple[Any, ...]:
        return (self,)


class View(TitledView[Any]):
    SHARED = {"stack": "stack", "paths": "stack"}

    def __init__(self) -> None:
        super().__init__({"stack": Leaf, "paths": Leaf, "map": Leaf}, ("Stack", "Paths", "Map"))
        self.begin()

    def page_of(self, frame: Frame) -> str:
        return frame.params.view if frame.params.topic == "stack" else frame.params.topic

    def sentence(self, frame: Frame) -> str:
        return f"of {frame.page}"

    def title_of(self, frame: Frame) -> str:
        return f"title {frame.page}"


@pytest.fixture
def view(qtbot: Any) -> View:
    made = View()
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    made.show_frame(Frame("one"))
    return made


def test_the_open_page_draws_its_part_of_the_frame_under_the_title(view: View) -> None:
    assert view.page("stack").drawn == ["one"] and view.page("stack").said == "of one"
    assert view.title.words() == "title one"


@pytest.mark.parametrize(
    ("now", "name", "asked"),
    [
        (Params(), "paths", {"view": "paths"}),
        (Params(), "map", {"topic": "map"}),
        (Params("map"), "stack", {"topic": "stack", "view": "stack"}),
        (Params("map"), "paths", {"topic": "stack", "view": "paths"}),
    ],
)
def test_a_chip_asks_for_another_run_only_where_the_page_is_one(
    view: View, now: Params, name: str, asked: dict[str, str]
) -> None:
    view.show_frame(Frame("one", now))
    found = heard(view)
    view.chips.chosen.emit(name)
    assert found == [(Set(asked), "")]


@pytest.mark.parametrize(("wide", "high", "title", "space"), [
    (900, 500, True, (False, False)), (641, 500, True, (False, False)), (639, 500, False, (False, False)),
    (479, 500, False, (False, True)),
])  # fmt: skip
def test_in_a_narrow_view_the_title_gives_way_and_the_pages_know(
    view: View, wide: int, high: int, title: bool, space: tuple[bool, bool]
) -> None:
    view.chips.setMinimumWidth(0)
    view.resize(wide, high)
    assert view.title.isVisible() == title
    assert view.page("stack").space[-1] == space
