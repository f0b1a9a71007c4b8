"""Code cells run in a child process that cannot hurt: endless loops, floods, crashes and errors all end well."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from lab.cell import run_code
from lab.core.lesson.blocks import Claim, Code, Request
from lab.kit_qt.code_runner import CellResult, CellRunner, cell_command
from lab.shell.lesson.code_card import CodeCard
from lab.shell.lesson.parts import IconLine

WAIT = 15_000


@pytest.fixture
def runner(qtbot):
    made = CellRunner()
    made.text = ""
    made.printed.connect(lambda text: setattr(made, "text", made.text + text))
    yield made
    made.shut()


def ended(qtbot, runner: CellRunner, code: str) -> CellResult:
    with qtbot.waitSignal(runner.ended, timeout=WAIT) as caught:
        runner.run(code)
    return caught.args[0]


def test_what_is_printed_arrives(qtbot, runner) -> None:
    assert ended(qtbot, runner, "print('η', 1 / 3)\nprint(2)") == CellResult("done")
    assert runner.text == "η 0.3333333333333333\n2\n" and not runner.running


def test_numpy_and_the_lab_can_be_imported(qtbot, runner) -> None:
    code = "import numpy as np\nfrom lab.core.paths import asset\nprint(np.ones(3).sum(), asset('data').name)"
    assert ended(qtbot, runner, code).how == "done" and runner.text == "3.0 data\n"


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("x = 1\n\nx / 0", 3, "ZeroDivisionError: division by zero"),
        ("def f():\n    return y\nf()", 2, "NameError: name 'y' is not defined"),
        ("x = (1", 1, "SyntaxError: '(' was never closed"),
        ("import numpy as np\nnp.ones(2) @ np.ones(3)", 2, "ValueError: matmul"),
        ("raise ValueError('two\\nlines')", 1, "ValueError: two lines"),
        ("input()", 1, "EOFError"),
    ],
)
def test_an_error_names_the_learners_line(qtbot, runner, code: str, line: int, message: str) -> None:
    found = ended(qtbot, runner, code)
    assert (found.how, found.line) == ("error", line) and found.message.startswith(message)


def test_an_endless_loop_is_stopped_at_once(qtbot, runner) -> None:
    runner.run("print('begun')\nwhile True: pass")
    qtbot.waitUntil(lambda: "begun" in runner.text, timeout=WAIT)
    with qtbot.waitSignal(runner.ended, timeout=3000) as caught:
        runner.stop()
    assert caught.args[0].how == "stopped"


def test_an_endless_loop_ends_when_its_time_is_up(qtbot) -> None:
    runner = CellRunner(seconds=0.6)
    assert ended(qtbot, runner, "while True: pass").how == "time"


def test_a_flood_of_output_is_cut_off(qtbot, runner) -> None:
    assert ended(qtbot, runner, "while True: print('x' * 1000)").how == "output"
    assert 60_000 < len(runner.text) <= 64 * 1024


def test_a_flood_of_complaints_is_cut_off(qtbot, runner) -> None:
    assert ended(qtbot, runner, "import sys\nwhile True: sys.stderr.write('x' * 1000)").how == "output"


def test_a_crash_is_told(qtbot, runner) -> None:
    assert ended(qtbot, runner, "import os\nos._exit(3)").how == "crashed"
    assert ended(qtbot, runner, "exit()").how == "done"


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not cap the address space")
def test_a_cell_cannot_fill_the_memory(qtbot, runner) -> None:
    found = ended(qtbot, runner, "import numpy as np\nx = np.ones((40_000, 40_000))")
    assert found.how == "error" and found.line == 2 and "MemoryError" in found.message


def test_a_cell_works_in_a_folder_of_its_own_that_goes_with_it(qtbot, runner) -> None:
    code = "import os, tempfile\nopen('x', 'w').write('1')\nprint(os.listdir('.'), os.getcwd(), tempfile.gettempdir())"
    assert ended(qtbot, runner, code).how == "done"
    listed, folder, scratch = runner.text.split()
    assert listed == "['x']" and folder.startswith(scratch) and not Path(scratch).exists()


def test_a_killed_cell_leaves_no_folder(qtbot, runner) -> None:
    runner.run("import os\nprint(os.getcwd(), flush=True)\nwhile True: pass")
    qtbot.waitUntil(lambda: "\n" in runner.text, timeout=WAIT)
    with qtbot.waitSignal(runner.ended, timeout=3000):
        runner.stop()
    assert not Path(runner.text.strip()).exists()


def test_a_file_lying_about_is_not_imported_instead_of_numpy(qtbot, tmp_path, monkeypatch) -> None:
    (tmp_path / "numpy.py").write_text("print('not numpy')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    runner = CellRunner()
    seen = []
    runner.printed.connect(seen.append)
    assert ended(qtbot, runner, "import numpy\nprint(numpy.pi)").how == "done"
    assert "".join(seen).startswith("3.14")


def test_a_warning_is_shown_with_its_line(qtbot, runner) -> None:
    assert ended(qtbot, runner, "import numpy as np\nx = np.float64(1e308)\nprint(x * 10)").how == "done"
    assert "warning line 3: RuntimeWarning: overflow" in runner.text


def test_a_second_run_ends_the_first(qtbot, runner) -> None:
    runner.run("while True: pass")
    assert ended(qtbot, runner, "print(7)").how == "done" and runner.text == "7\n"


def test_a_program_that_is_not_there_is_told(qtbot) -> None:
    runner = CellRunner(command=("/nowhere/python", ()))
    assert ended(qtbot, runner, "print(1)").how == "missing"


def test_a_frozen_application_runs_its_cells_itself(monkeypatch) -> None:
    assert cell_command() == (sys.executable, ("-m", "lab", "cell"))
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert cell_command() == (sys.executable, ("cell",))


def test_the_child_tells_by_its_exit_code_how_it_went(capsys) -> None:
    out = io.StringIO()
    assert run_code("print(1)", out) == 0 and out.getvalue() == "1\n"
    assert run_code("x", out) == 1
    assert capsys.readouterr().err == "error line 1: NameError: name 'x' is not defined\n"


# -------------------------------------------------------------------------------------------- the card

BLOCK = Code("half", "Half of it.", "print(0.5)", Claim("0.5", "share", Request(preset="course", run=3), 4, 1), 1e-6)


@pytest.fixture
def card(qtbot):
    made = CodeCard(BLOCK)
    qtbot.addWidget(made)
    made.resize(320, 400)
    made.show()
    yield made
    made.shut()


def run(qtbot, card: CodeCard) -> str:
    with qtbot.waitSignal(card.runner.ended, timeout=WAIT):
        qtbot.mouseClick(card.run_button, Qt.MouseButton.LeftButton)
    return card.findChild(IconLine).words()


def test_the_printed_number_is_compared_with_the_one_on_screen(qtbot, card) -> None:
    card.show_metrics({"share": 0.5})
    assert run(qtbot, card) == "yours 0.5000 · on screen 0.5000 ✓"
    card.show_metrics({"share": 0.25})
    assert card.findChild(IconLine).words() == "yours 0.5000 · on screen 0.2500 ✗ not the same"
    card.show_metrics({"share": None})
    assert card.findChild(IconLine).words() == "yours 0.5000 · on screen — ✗ not the same"


def test_nothing_runs_before_it_is_started(qtbot, card) -> None:
    card.show_metrics({"share": 0.5})
    qtbot.wait(50)
    assert not card.runner.running and card.output.isHidden() and card.findChild(IconLine).isHidden()


def test_an_error_lights_the_line_and_a_new_run_puts_it_out(qtbot, card) -> None:
    card.editor.set_code("x = 1\nx / 0")
    assert run(qtbot, card) == "Line 2: ZeroDivisionError: division by zero"
    assert card.editor.highlighted() == 2
    card.editor.set_code("print(0.5)")
    card.show_metrics({"share": 0.5})
    assert run(qtbot, card).endswith("✓") and card.editor.highlighted() == 0


def test_a_loop_without_end_is_stopped_with_the_keyboard(qtbot, card) -> None:
    card.activateWindow()
    card.editor.set_code("while True: pass")
    card.editor.setFocus()
    qtbot.waitUntil(card.editor.hasFocus)
    qtbot.keyClick(card.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert card.runner.running and not card.run_button.isEnabled()
    qtbot.keyClick(card.editor, Qt.Key.Key_Escape)
    assert card.stop_button.hasFocus()
    with qtbot.waitSignal(card.runner.ended, timeout=3000):
        qtbot.keyClick(card.stop_button, Qt.Key.Key_Space)
    assert card.findChild(IconLine).words() == "Stopped." and card.run_button.hasFocus()


def test_a_flood_leaves_the_card_usable(qtbot, card) -> None:
    card.editor.set_code("while True: print('x' * 100)")
    assert run(qtbot, card) == "Stopped: it printed more than 64 kB."
    assert card.output.height() < 300 and card.run_button.isEnabled()


def test_reset_brings_the_lessons_code_back(qtbot, card) -> None:
    with qtbot.waitSignal(card.edited) as caught:
        card.editor.set_code("print(1)")
    assert caught.args == ["half", "print(1)"]
    qtbot.mouseClick(card.reset_button, Qt.MouseButton.LeftButton)
    assert card.editor.code() == "print(0.5)"


def test_the_experiment_can_be_set_to_match(qtbot, card) -> None:
    with qtbot.waitSignal(card.setting_requested) as caught:
        qtbot.mouseClick(card.match_button, Qt.MouseButton.LeftButton)
    assert caught.args == [BLOCK.claim.request]


def test_a_classroom_may_switch_running_off(qtbot, card) -> None:
    card.editor.set_code("while True: pass")
    card.run()
    card.set_enabled(False)
    assert not card.runner.running and card.run_button.isHidden() is False and not card.run_button.isVisible()
    assert card.editor.isReadOnly() and "switched off" in card.findChild(IconLine).words()
    card.run()
    assert not card.runner.running
    card.set_enabled(True)
    assert card.run_button.isVisible() and not card.editor.isReadOnly()


def test_code_that_prints_no_number_says_so(qtbot, card) -> None:
    card.editor.set_code("print('hello')")
    assert run(qtbot, card) == "It ran, and printed no number to compare."
