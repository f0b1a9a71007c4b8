"""The quick choice of tests finds what a change touches, and says when it cannot."""

from __future__ import annotations

import pytest

from tests.fast import Choice, choice_for, importers

GRAPH = {
    "lab/engine/a.py": frozenset(),
    "lab/engine/b.py": frozenset({"lab/engine/a.py"}),
    "lab/engine/c.py": frozenset({"lab/engine/b.py"}),
    "tests/engine/test_a.py": frozenset({"lab/engine/a.py"}),
    "tests/engine/test_b.py": frozenset({"lab/engine/b.py"}),
    "tests/engine/test_c.py": frozenset({"lab/engine/c.py"}),
}


def test_who_imports_a_changed_file_is_touched_and_who_imports_that_one() -> None:
    touched = importers(["lab/engine/a.py", "README.md"], GRAPH)
    assert {"tests/engine/test_a.py", "tests/engine/test_b.py", "lab/engine/c.py"} <= touched
    assert "tests/engine/test_c.py" not in touched


def test_one_experiment_has_its_own_tests_and_its_part_of_the_contract() -> None:
    choice = choice_for([], "gradient-descent")
    assert "tests/experiments/test_e05_numbers.py" in choice.files
    assert not any("test_e06" in file for file in choice.files)
    assert "tests/contract/test_window_contract.py::test_it_fits[gradient-descent]" in choice
    assert "tests/contract/test_window_contract.py::test_words[en-gradient-descent]" in choice
    assert "tests/contract/test_window_contract.py::test_it_fits[attention]" not in choice
    assert "tests/test_corpus.py::test_opens[0.1-gradient-descent-default.glassbox]" in choice


def test_a_changed_experiment_brings_its_contract() -> None:
    choice = choice_for(["lab/experiments/e05_gradient_descent/simulation.py", "tests/core/test_scene.py"])
    assert "gradient-descent" in choice.experiments and "attention" not in choice.experiments
    assert "tests/core/test_scene.py" in choice.files


def test_an_unknown_experiment_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="no experiment 'nowhere'; there is what-is-ml"):
        choice_for([], "nowhere")


def test_nothing_changed_touches_nothing() -> None:
    assert choice_for([]).files == Choice([], []).files
