"""A program that the learner changed in the view is kept in the file, and a classroom may keep it from running."""

from __future__ import annotations

from lab.core.lesson import load
from lab.core.lesson.blocks import Code
from lab.core.scene import Scene
from lab.runtime.classroom import Classroom
from lab.runtime.home import Home
from lab.shell.app.window import MainWindow
from lab.shell.services import Services

WAIT = 10_000
KEY = "copy-of-the-loop"


def opened(window, qtbot, scene: Scene | None = None):
    experiment = window.services.find("training-loop")
    box = window.workspace.box(window.open_experiment(experiment, scene))
    qtbot.waitUntil(lambda: box.frame is not None, timeout=WAIT)
    return box


def test_the_learners_copy_comes_back_with_the_file(window, qtbot) -> None:
    box = opened(window, qtbot)
    box.view.copy_button.click()
    with qtbot.waitSignal(box.changed):
        box.view.bench.editor.insertPlainText("# mine\n")
    scene = box.scene(Scene("training-loop"))
    assert scene.code[KEY].startswith("# mine\nw, b") and scene.display["copy"] is True
    again = opened(window, qtbot, scene)
    assert again.view.bench.isVisible() and again.view.bench.code() == scene.code[KEY]
    again.view.bench.copy_button.click()
    assert KEY not in again.scene(Scene("training-loop")).code


def test_a_classroom_without_code_cells_runs_no_copy_either(qtbot, qapp, own_home) -> None:
    window = MainWindow(Services.start(Home(own_home), Classroom(code_cells=False)))
    qtbot.addWidget(window)
    window.show()
    box = opened(window, qtbot)
    box.view.bench.run()
    assert not box.view.bench.runner.running and box.view.bench.editor.isReadOnly()
    window.close()


def test_the_copy_and_the_cells_of_the_lesson_are_kept_apart(window, qtbot) -> None:
    box = opened(window, qtbot)
    cells = [block.id for block in load(box.experiment).blocks() if isinstance(block, Code)]
    assert cells and box.view.bench.id not in cells
    box.set_cell_code(cells[0], "print(1)")
    again = opened(window, qtbot, box.scene(Scene("training-loop")))
    again.view.copy_button.click()
    assert again.view.bench.code().startswith("w, b")
