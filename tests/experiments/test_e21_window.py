"""Decoding with SmolLM2 in the real window: a way to its pack, at once when it is there, and stopped at once."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from lab.core.experiment import Setting
from lab.core.scene import Scene, from_json, to_json
from lab.core.simulation import Set
from lab.engine.pretrained.llama import Llama
from lab.experiments.e21_decoding.gestures import Draw
from lab.kit.gestures import Choose
from lab.runtime import packs
from lab.runtime.home import Home
from lab.runtime.packs import Source
from lab.runtime.track import Track
from lab.shell.app.window import MainWindow
from lab.shell.box.box import ExperimentBox
from lab.shell.dialogs.packs import PackSheet, show_packs
from lab.shell.services import Services
from tests.asking import metrics_of, unavailable_of
from tests.engine.pretrained_files import tiny_gguf

LEFT = Qt.MouseButton.LeftButton
REAL = packs.find("smollm2")  # of whoever runs the tests; every test has an empty home
FRANCE = {"model": "smollm2", "prompt": "The capital of France is"}
AT_ONCE = 0.1  # seconds; on a machine that does other things as well, half a token


@pytest.fixture
def window(qtbot: Any, qapp: Any, own_home: Path) -> Iterator[MainWindow]:
    made = MainWindow(Services.start(Home(own_home)))
    qtbot.addWidget(made)
    made.resize(1366, 768)
    made.show()
    yield made
    made.close()


@pytest.fixture
def opened(window: MainWindow, qtbot: Any) -> Callable[..., ExperimentBox]:
    def open_with(**values: Any) -> ExperimentBox:
        experiment = window.services.find("decoding")
        assert experiment is not None
        box = window.workspace.box(window.open_experiment(experiment, Scene.of(experiment, Setting(values))))
        qtbot.waitUntil(lambda: box.frame is not None, timeout=10_000)
        return box

    return open_with


@pytest.fixture
def brought(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A tiny model in place of the published one."""
    path = tiny_gguf(tmp_path / "tiny.gguf")
    data = path.read_bytes()
    source = Source(".gguf", "tiny.gguf", "tiny.whl", len(data), hashlib.sha256(data).hexdigest())
    small = tuple(pack if pack.bundled else replace(pack, source=source, size=50_000) for pack in packs.PACKS)
    monkeypatch.setattr(packs, "PACKS", small)
    monkeypatch.setattr("lab.shell.dialogs.packs.PACKS", small)
    monkeypatch.setattr(packs, "_shared_folders", lambda: (tmp_path / "all" / "packs",))
    return path


def gone(box: ExperimentBox) -> tuple[str, ...]:
    """The models that cannot be chosen, also in a box behind another, which is drawn when it is seen."""
    return tuple(unavailable_of(box.run.ask_now(lambda track: track.snapshot())).get("model", ()))


def test_the_page_leads_to_the_packs_and_goes_on_by_itself_when_one_is_added(
    opened: Any, window: MainWindow, brought: Path, qtbot: Any
) -> None:
    other, box = opened(), opened(**FRANCE)
    assert "smollm2" in gone(box) and "smollm2" in gone(other)
    assert box.view.waiting.isVisible()
    qtbot.mouseClick(box.view.waiting.packs, LEFT)
    sheet = window.dialogs.find(PackSheet)
    assert sheet.isVisible()
    sheet.add(brought)
    qtbot.waitUntil(lambda: box.frame.bars is not None, timeout=20_000)
    assert not box.view.waiting.isVisible() and "smollm2" not in gone(box)
    qtbot.waitUntil(lambda: "smollm2" not in gone(other), timeout=5_000)
    qtbot.mouseClick(sheet.cards["smollm2"].remove_button, LEFT)
    qtbot.waitUntil(lambda: "smollm2" in gone(other), timeout=5_000)
    assert box.frame.bars is not None  # what is open stays open


def test_the_remedy_of_nothing_left_is_read_whole(opened: Any, qtbot: Any) -> None:
    box = opened()
    box.play_break("drop")
    qtbot.waitUntil(lambda: box.notices.findChild(QPushButton, "remedy") is not None, timeout=10_000)
    remedy = box.notices.findChild(QPushButton, "remedy")
    qtbot.waitUntil(remedy.isVisible, timeout=5_000)
    assert remedy.text() == "Keep that token" and remedy.width() >= remedy.sizeHint().width()


def watched(box: ExperimentBox, qtbot: Any) -> tuple[float, float]:
    """Run, see every token come by itself, stop in the middle of one: seconds that a token took, and the stop."""
    qtbot.waitUntil(lambda: box.frame.bars is not None, timeout=60_000)
    seen: list[int] = []
    box.updated.connect(lambda update: seen.append(len(update.frame.tokens)))
    given, start = len(box.frame.tokens), time.perf_counter()  # type: ignore[union-attr]
    qtbot.mouseClick(box.runbar.run, LEFT)
    qtbot.waitUntil(lambda: len(box.frame.tokens) >= given + 4, timeout=60_000)
    assert set(range(given + 1, given + 5)) <= set(seen)  # one after the other, not all at the end
    a_token, start = (time.perf_counter() - start) / 4, time.perf_counter()
    qtbot.mouseClick(box.runbar.run, LEFT)
    qtbot.waitUntil(lambda: not box.playing, timeout=5_000)
    stop, stopped = time.perf_counter() - start, len(box.frame.tokens)  # type: ignore[union-attr]
    qtbot.wait(150)
    assert len(box.frame.tokens) == stopped  # type: ignore[union-attr]
    return a_token, stop


def test_tokens_come_one_by_one_and_a_run_stops_between_two_layers(
    opened: Any, brought: Path, window: MainWindow, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = show_packs(window)
    sheet.add(brought)
    qtbot.waitUntil(lambda: not sheet.busy, timeout=20_000)
    sheet.reject()
    stepping = Llama.stepping

    def slowly(self: Llama, token: int) -> Iterator[float]:
        for share in range(30):  # as many layers as the real one has, and slower
            time.sleep(0.02)
            yield share / 30
        yield from stepping(self, token)

    monkeypatch.setattr(Llama, "stepping", slowly)
    a_token, stop = watched(opened(**FRANCE), qtbot)
    assert a_token > 0.6 and stop < a_token / 2


def test_a_file_with_gestures_at_its_first_step_opens_to_the_same_text(
    opened: Any, brought: Path, window: MainWindow, qtbot: Any
) -> None:
    sheet = show_packs(window)
    sheet.add(brought)
    qtbot.waitUntil(lambda: not sheet.busy, timeout=20_000)
    sheet.reject()
    box = opened(**FRANCE)
    qtbot.waitUntil(lambda: box.frame.bars is not None, timeout=20_000)
    for action in (
        Set({"temperature": 2.0}),
        Choose(3),
        Set({"page": "samples"}),
        Draw(50),
        Set({"top_k": 5}),
        Draw(9),
    ):
        box.view.acted.emit(action, "")
    qtbot.waitUntil(lambda: box.frame.bars.samples == 9, timeout=5_000)
    scene = from_json(to_json(box.scene(box.run.ask_now(Track.scene))), window.services.find)
    again = window.workspace.box(window.open_experiment(box.experiment, scene))
    qtbot.waitUntil(lambda: again.frame is not None and again.frame.bars is not None, timeout=20_000)
    qtbot.waitUntil(lambda: again.frame.bars.samples == 9, timeout=5_000)
    assert metrics_of(again.frame) == metrics_of(box.frame) and again.frame.written == 1


@pytest.mark.skipif(REAL is None, reason="the model pack SmolLM2 is not on this computer")
def test_smollm2_streams_the_capital_of_france_and_stops_at_once(opened: Any, own_home: Path, qtbot: Any) -> None:
    assert REAL is not None
    (own_home / "packs").mkdir()
    (own_home / "packs" / REAL.name).symlink_to(REAL)
    box = opened(**FRANCE, temperature=0.0)
    a_token, stop = watched(box, qtbot)
    assert stop < max(AT_ONCE, a_token / 2)
    assert box.frame.text.startswith("The capital of France is Paris")  # type: ignore[union-attr]
