"""Names as lines of letters, and the model that writes them."""

import numpy as np
import pytest

from lab.core.paths import asset
from lab.engine.lm.file import load_lm
from lab.engine.tuning import names
from lab.engine.tuning.written import write


def test_a_name_counts_its_letters_and_its_end_and_one_of_13_has_no_end():
    ids, targets, counts = names.name_batch(["bo", "abcdefghijklm"])
    assert ids.shape == targets.shape == counts.shape == (2, 13)
    assert counts.sum(axis=1).tolist() == [3, 13]
    assert names.names_of(targets) == ("bo", "abcdefghijklm") and ids[0, :3].tolist() == [0, 2, 15]


@pytest.mark.parametrize("name", ["", "abcdefghijklmn", "Bo", "a b", "é"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="a to z"):
        names.name_batch(["anna", name])


def test_the_features_are_counts_of_letters_and_the_last_one():
    found = names.letter_features(["anna", ""])
    assert found.shape == (2, 52) and not found[1].any()
    assert found[0, [0, 13, 26]].tolist() == [2.0, 2.0, 1.0] and found[0].sum() == 5.0


def test_the_namer_writes_names_that_end():
    model = load_lm(asset("models/namer.npz"))
    written = write(model.parameters, np.zeros((400, 1), int), 13, np.random.default_rng(0), end=names.END)
    lengths = np.array([len(name) for name in names.names_of(written.ids)])
    assert 5.0 < lengths.mean() < 7.0 and (lengths >= 1).mean() > 0.98
    assert (written.counts.sum(axis=1) == np.minimum(lengths + 1, 13)).all()
    assert not written.logs[~written.counts].any() and (written.logs[written.counts] < 0).all()
