"""The task with a verifiable reward, the judge that a learner writes, and whose fault it was."""

import numpy as np
import pytest

from lab.core.paths import asset
from lab.engine.basics.activations import log_softmax
from lab.engine.graph.formula import FormulaError
from lab.engine.lm.file import load_lm
from lab.engine.lm.reference import forward
from lab.engine.tuning import sorting
from lab.engine.tuning.credit import values_of_beginnings, worth
from lab.engine.tuning.judge import Judge
from lab.engine.tuning.written import answer_logs, write

ASKED = np.array([[5, 3, 4, 1, 6, 10]])


def digits(text):
    return np.array([[sorting.ALPHABET.index(letter) for letter in text]])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("13456", (1.0, 1.0, 1.0, 1.0, 1.0)),
        ("13455", (1.0, 1.0, 0.8, 0.8, 0.8)),
        ("53416", (1.0, 0.5, 1.0, 0.6, 1.0)),
        ("00000", (1.0, 1.0, 0.0, 0.0, 0.2)),
        ("1345=", (0.8, 0.75, 0.8, 0.8, 1.0)),
    ],
)
def test_what_can_be_said_of_an_answer(answer, expected):
    assert sorting.features(ASKED, digits(answer))[0] == pytest.approx(expected)
    assert sorting.right(ASKED, digits(answer))[0] == (answer == "13456")


def test_a_line_counts_only_the_five_tokens_of_the_answer():
    ids, targets, counts = sorting.sorting_batch(ASKED, digits("13456"))
    assert ids.shape == targets.shape == (1, 10)
    assert targets[counts].tolist() == [1, 3, 4, 5, 6] and ids[0, 5] == sorting.SIGN


@pytest.mark.parametrize(
    ("formula", "answer", "score"),
    [
        ("step(places - 0.99)", "13456", 1.0),
        ("step(places - 0.99)", "13455", 0.0),
        ("step(digits*rising - 0.99)", "00000", 1.0),
        ("kept*rising", "13455", 0.8),
        ("7", "13456", 1.0),
        ("-places", "13456", 0.0),
        ("log(0*places)", "13456", 0.0),
    ],
)
def test_a_judge_is_a_formula_over_what_can_be_said_and_stays_between_0_and_1(formula, answer, score):
    judge = Judge(formula, sorting.FEATURES)
    with np.errstate(all="ignore"):
        assert judge.scores(sorting.features(ASKED, digits(answer)))[0] == pytest.approx(score)


@pytest.mark.parametrize("text", ["__import__('os')", "places.real", "exec(places)", "lambda: 1", "", "kept +"])
def test_a_judge_is_never_run_as_a_program(text):
    with pytest.raises(FormulaError):
        Judge(text, sorting.FEATURES)


def test_a_judge_knows_what_it_looks_at():
    assert Judge("kept*rising + 0", sorting.FEATURES).looks_at == {"kept", "rising"}


# ------------------------------------------------------------------------------------------ the model


@pytest.fixture(scope="module")
def sorter():
    return load_lm(asset("models/sorter.npz")).parameters


def test_the_sorter_is_right_about_one_time_in_four(sorter):
    rng = np.random.default_rng(7)
    asked = sorting.questions(1_000, rng)
    assert 0.2 < sorting.right(asked, write(sorter, asked, 5, rng).ids).mean() < 0.35


def test_what_was_written_keeps_the_log_probabilities_of_the_readable_model(sorter):
    rng = np.random.default_rng(2)
    asked = sorting.questions(3, rng)
    written = write(sorter, asked, 5, rng)
    ids, targets, counts = sorting.sorting_batch(asked, written.ids)
    logs = log_softmax(forward(sorter, ids).logits.astype(np.float64))
    wanted = np.take_along_axis(logs, targets[..., None], axis=2)[..., 0]
    np.testing.assert_allclose(written.logs, wanted[counts].reshape(3, 5), atol=2e-5)
    assert written.counts.all()


def test_given_answers_are_as_likely_as_when_they_were_written(sorter):
    asked = sorting.questions(4, np.random.default_rng(3))
    written = write(sorter, asked, 5, np.random.default_rng(4))
    np.testing.assert_allclose(answer_logs(sorter, asked, written.ids), written.logs, atol=2e-5)
    assert answer_logs(sorter, asked, written.ids[:, :1]).shape == (4, 1)
    for answers in (written.ids[:3], written.ids[:, :0], written.ids[0]):
        with pytest.raises(ValueError, match="answers"):
            answer_logs(sorter, asked, answers)


@pytest.mark.parametrize("temperature", [0.5, 2.0])
def test_a_temperature_divides_the_scores_that_are_drawn_from(sorter, temperature):
    asked = np.repeat(ASKED, 4_000, axis=0)
    written = write(sorter, asked, 1, np.random.default_rng(0), temperature=temperature)
    logs = log_softmax(forward(sorter, ASKED).logits[0, -1].astype(np.float64) / temperature)
    shares = np.bincount(written.ids[:, 0], minlength=len(logs)) / len(asked)
    np.testing.assert_allclose(shares, np.exp(logs), atol=0.03)
    np.testing.assert_allclose(written.logs[:, 0], logs[written.ids[:, 0]], atol=2e-5)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_none_is_refused(sorter, temperature):
    with pytest.raises(ValueError, match="temperature"):
        write(sorter, ASKED, 1, np.random.default_rng(0), temperature=temperature)


def test_tokens_are_drawn_as_often_as_the_model_says(sorter):
    asked = np.repeat(ASKED, 4_000, axis=0)
    first = write(sorter, asked, 1, np.random.default_rng(0)).ids[:, 0]
    chances = np.exp(log_softmax(forward(sorter, ASKED).logits[0, -1].astype(np.float64)))
    np.testing.assert_allclose(np.bincount(first, minlength=12) / 4_000, chances, atol=0.03)


def exact(asked, answers):
    return sorting.right(asked, answers).astype(np.float64)


def test_the_worth_of_a_beginning_is_the_chance_that_the_right_rest_follows(sorter):
    """Of a right beginning exactly one end is right, so its chance can be computed without a single rollout."""
    answer = digits("13455")[0]
    found = values_of_beginnings(sorter, ASKED[0], answer, exact, 2_000, np.random.default_rng(1))
    ids, targets, counts = sorting.sorting_batch(ASKED, digits("13456"))
    logs = log_softmax(forward(sorter, ids).logits.astype(np.float64))
    token = np.take_along_axis(logs, targets[..., None], axis=2)[..., 0][counts]
    wanted = np.exp(np.cumsum(token[::-1])[::-1])
    np.testing.assert_allclose(found[:5], wanted, atol=0.04)
    assert found[5] == 0.0 and found[0] + np.diff(found).sum() == pytest.approx(0.0)


def test_a_beginning_that_is_wrong_is_worth_nothing(sorter):
    found = worth(sorter, ASKED[0], digits("2")[:, :1], 5, exact, 50, np.random.default_rng(0))
    assert found.tolist() == [0.0]


def test_what_cannot_be_written_or_valued_is_refused(sorter):
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="n must"):
        write(sorter, ASKED, 0, rng)
    with pytest.raises(ValueError, match="rollouts"):
        worth(sorter, ASKED[0], digits("1"), 5, exact, 0, rng)
    with pytest.raises(ValueError, match="at most 5"):
        worth(sorter, ASKED[0], digits("134561"), 5, exact, 1, rng)
