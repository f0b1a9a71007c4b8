"""What is put from one pass into another brings the first answer back, as far as it makes the difference."""

import pytest

from lab.engine.inside.bench import Keep, look
from lab.engine.inside.patching import begin_patching
from lab.engine.transformer.edits import Edits
from tests.engine.inside.twins import IDS, twins

HOUSE, LLAMA = twins()
OTHER = [3, 17, 8, 5, 0, 22, 9]  # another third token
BENCHES = pytest.mark.parametrize("bench", [HOUSE, LLAMA], ids=["house", "llama"])


def value(steps):
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


@BENCHES
def test_the_changed_token_restores_all_of_the_lead_and_a_token_that_is_alike_none(bench):
    trial = begin_patching(bench, IDS, OTHER)
    assert trial.differs
    assert value(trial.stream(bench, 0, 2)) == pytest.approx(1.0, abs=1e-4)
    for position in (0, 1, 3, 6):
        assert value(trial.stream(bench, 0, position)) == pytest.approx(0.0, abs=1e-4)
    assert value(trial.stream(bench, 4, 6)) == pytest.approx(1.0, abs=1e-4)  # behind all blocks the last token is all
    assert value(trial.stream(bench, 4, 2)) == pytest.approx(0.0, abs=1e-4)


def test_both_engines_restore_alike():
    trials = [(begin_patching(bench, IDS, OTHER), bench) for bench in (HOUSE, LLAMA)]
    for stream, position in ((1, 2), (2, 4), (3, 6)):
        one, two = (value(trial.stream(bench, stream, position)) for trial, bench in trials)
        assert one == pytest.approx(two, abs=1e-3)
    for layer, head in ((0, 0), (2, 1), (3, 2)):
        one, two = (value(trial.head(bench, layer, head)) for trial, bench in trials)
        assert one == pytest.approx(two, abs=1e-3)


@BENCHES
def test_a_patched_head_is_the_edit_of_that_name(bench):
    trial = begin_patching(bench, IDS, OTHER)
    best, second = trial.answers
    found = look(bench, IDS).heads[1, 2]
    logits = look(bench, OTHER, Edits(patched={(1, 2): found}), Keep(False, last=True)).logits[-1]
    share = (logits[best] - logits[second] - trial.leads[1]) / (trial.leads[0] - trial.leads[1])
    assert value(trial.head(bench, 1, 2)) == pytest.approx(float(share), abs=1e-5)


def test_what_lies_before_the_place_is_not_computed_again():
    trial = begin_patching(LLAMA, IDS, OTHER)
    assert len(list(trial.stream(LLAMA, 3, 2))) == 1 and len(list(trial.stream(LLAMA, 0, 2))) == 4


def test_texts_of_other_lengths_are_laid_together_at_their_ends():
    trial = begin_patching(HOUSE, [1, 2, *IDS], OTHER)
    assert trial.clean.ids.tolist() == IDS and trial.other.ids.tolist() == OTHER


def test_equal_texts_and_places_that_are_not_there_are_refused():
    same = begin_patching(HOUSE, IDS, IDS)
    assert not same.differs
    with pytest.raises(ValueError, match="nothing to restore"):
        value(same.stream(HOUSE, 0, 0))
    trial = begin_patching(HOUSE, IDS, OTHER)
    for steps in (
        trial.stream(HOUSE, 5, 0),
        trial.stream(HOUSE, 0, 7),
        trial.head(HOUSE, 4, 0),
        trial.head(HOUSE, 0, -1),
    ):
        with pytest.raises(ValueError, match="within"):
            value(steps)
