"""The bench on which a learner's copy of a program is typed and run."""

from __future__ import annotations

import pytest

from lab.kit_qt.code_bench import CodeBench

WAIT = 15_000


@pytest.fixture
def bench(qtbot):
    made = CodeBench("loop", "A program", "np is there.")
    qtbot.addWidget(made)
    made.set_source("print(1)\n")
    made.heard = []
    made.edited.connect(lambda id, code: made.heard.append((id, code)))
    made.show()
    yield made
    made.shut()


def test_only_what_the_learner_types_is_kept(bench) -> None:
    bench.set_source("print(2)\n")
    assert bench.heard == [] and bench.code() == "print(2)\n"
    bench.editor.insertPlainText("x")
    assert bench.heard[-1] == ("loop", "xprint(2)\n")
    bench.copy_button.click()
    assert bench.heard[-1] == ("loop", None)


def test_a_kept_code_stands_there_and_other_programs_leave_it(bench) -> None:
    bench.set_code("mine = 1")
    bench.set_source("print(3)\n")
    assert bench.code() == "mine = 1" and bench.heard == [] and bench.copy_button.isVisible()
    bench.set_code(None)
    assert bench.code() == "print(3)\n" and not bench.copy_button.isVisible()


def test_what_is_lent_can_be_used_and_lines_are_the_learners(bench, qtbot) -> None:
    bench.set_lent("a = 6\nb = 7\n", "print('end', c)")
    bench.editor.setPlainText("c = a * b")
    with qtbot.waitSignal(bench.done, timeout=WAIT) as caught:
        bench.run()
    assert caught.args == ["end 42\n"]
    bench.editor.setPlainText("\nc = a / 0")
    with qtbot.waitSignal(bench.runner.ended, timeout=WAIT):
        bench.run()
    assert bench.editor.highlighted() == 2 and bench.state.text().startswith("Line 2: ZeroDivisionError")


def test_stop_ends_it_and_leaving_ends_it_too(bench, qtbot) -> None:
    bench.editor.setPlainText("while True: pass")
    bench.run_button.click()
    assert bench.runner.running and not bench.run_button.isEnabled()
    with qtbot.waitSignal(bench.runner.ended, timeout=WAIT):
        bench.stop_button.click()
    assert bench.state.text() == "Stopped." and bench.run_button.isEnabled()
    bench.run_button.click()
    bench.shut()
    assert not bench.runner.running
