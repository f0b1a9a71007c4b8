"""The contract suite: every experiment of the catalogue keeps the same promises, without anyone remembering."""

from __future__ import annotations

import pytest

from lab import catalog
from lab.core.experiment import Experiment


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `experiment` runs for every one there is."""
    if "experiment" in metafunc.fixturenames:
        metafunc.parametrize("experiment", catalog.experiments(), ids=lambda e: e.id)


@pytest.fixture
def specification(experiment: Experiment):
    return experiment.load()
