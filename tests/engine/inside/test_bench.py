"""Both kinds of models are looked into, and changed, in the same words: a model computed by both engines answers alike
to every edit, and one that changes nothing changes no bit."""

from dataclasses import replace

import numpy as np
import pytest

from lab.engine.inside.bench import EVERYTHING, Keep, look
from lab.engine.inside.house import HouseBench
from lab.engine.lm.reference import forward, logit_lens
from lab.engine.transformer.edits import Edits
from tests.engine.inside.twins import CONFIG, IDS, as_llama, parameters, twins

HOUSE, LLAMA = twins()
BENCHES = pytest.mark.parametrize("bench", [HOUSE, LLAMA], ids=["house", "llama"])
RNG = np.random.default_rng(5)
VECTOR, ROWS = RNG.normal(0, 1, 24).astype(np.float32), RNG.normal(0, 1, (len(IDS), 24)).astype(np.float32)
FOUND = RNG.normal(0, 1, (len(IDS), 8)).astype(np.float32)
EDITS = {
    "nothing": Edits(),
    "a silent head": Edits(silent=frozenset({(1, 2)})),
    "a patched head": Edits(patched={(2, 0): FOUND}),
    "a head with one output everywhere": Edits(patched={(0, 1): FOUND[0]}),
    "a head both silent and patched": Edits(silent=frozenset({(2, 0)}), patched={(2, 0): FOUND}),
    "a quiet attention": Edits(quiet=frozenset({(3, "attention")})),
    "a quiet feed-forward layer": Edits(quiet=frozenset({(0, "feed-forward")})),
    "a vector added to the embedding": Edits(added={0: VECTOR}),
    "a vector added behind the last block": Edits(added={4: VECTOR}),
    "a row for each token added": Edits(added={2: ROWS}),
    "a replaced place": Edits(replaced={(2, 3): VECTOR}),
    "added and replaced": Edits(added={1: ROWS}, replaced={(1, 6): VECTOR, (1, 0): VECTOR}),
    **{f"without {part}": Edits(frozenset({part})) for part in (
        "residual", "mask", "scale", "norm", "positions", "attention", "feed-forward"
    )},
}  # fmt: skip
FIELDS = ("logits", "stream", "weights", "heads", "added", "inner")


@pytest.mark.parametrize("name", EDITS)
def test_both_engines_answer_alike_to_an_edit(name):
    mine, other = (look(bench, IDS, EDITS[name]) for bench in (HOUSE, LLAMA))
    for field in FIELDS:
        wanted = getattr(mine, field)
        np.testing.assert_allclose(getattr(other, field), wanted, atol=3e-4 * max(1.0, np.abs(wanted).max()))


@pytest.mark.parametrize("name", [name for name in EDITS if name != "nothing"])
@BENCHES
def test_an_edit_changes_the_answer(bench, name):
    assert np.abs(look(bench, IDS, EDITS[name]).logits - look(bench, IDS).logits).max() > 1e-3


def test_a_pass_with_everything_kept_has_the_bits_of_the_plain_one():
    house, llama = look(HOUSE, IDS), look(LLAMA, IDS)
    assert np.array_equal(house.logits, forward(HOUSE.parameters, np.array([IDS])).logits[0])
    plain = as_llama(parameters())
    assert np.array_equal(llama.logits, plain.read(IDS))
    plain.reset()
    assert np.array_equal(look(LLAMA, IDS, keep=Keep(last=True)).logits[0], plain.prompt(IDS, threads=1))
    assert np.array_equal(llama.stream, plain.trace(IDS).hidden)
    assert np.array_equal(llama.weights, plain.trace(IDS).attention)


@BENCHES
def test_an_intervention_that_does_nothing_gives_identical_bits(bench):
    plain = look(bench, IDS)
    nothing = Edits(
        patched={(k, h): plain.heads[k, h] for k in range(4) for h in range(3)},
        added={k: np.zeros(24) for k in range(5)},
        replaced={(k, t): plain.stream[k, t] for k in range(5) for t in range(len(IDS))},
    )
    for edits in (nothing, Edits(patched=nothing.patched), Edits(added=nothing.added)):
        edited = look(bench, IDS, edits)
        assert all(np.array_equal(getattr(edited, field), getattr(plain, field)) for field in FIELDS)


@BENCHES
def test_what_is_kept_is_what_was_asked_for(bench):
    whole = look(bench, IDS)
    for name in FIELDS[1:]:
        seen = look(bench, IDS, keep=replace(Keep(False), **{name: True}))
        assert np.array_equal(getattr(seen, name), getattr(whole, name))
        assert all(getattr(seen, other) is None for other in FIELDS[1:] if other != name)
    last = look(bench, IDS, keep=replace(EVERYTHING, last=True)).logits
    assert last.shape == (1, 23) and np.array_equal(last, look(bench, IDS, keep=Keep(last=True)).logits)
    np.testing.assert_allclose(last[0], whole.logits[-1], rtol=1e-5)


@BENCHES
def test_the_stream_is_the_sum_of_what_was_added(bench):
    seen = look(bench, IDS)
    np.testing.assert_allclose(seen.stream[1:], seen.stream[:-1] + seen.added.sum(axis=1), atol=1e-5)


@BENCHES
def test_the_read_out_of_the_last_stream_is_the_answer(bench):
    seen = look(bench, IDS)
    np.testing.assert_allclose(bench.read_out(seen.stream[-1]), seen.logits, atol=1e-4)
    assert bench.read_out(seen.stream).shape == (5, len(IDS), 23)
    assert bench.read_out(seen.stream[2, 3]).shape == (23,)


def test_the_read_out_of_a_house_model_is_its_logit_lens():
    trace = forward(HOUSE.parameters, np.array([IDS]))
    lens = HOUSE.read_out(look(HOUSE, IDS).stream)
    assert np.array_equal(lens, logit_lens(HOUSE.parameters, trace)[:, 0])


@BENCHES
def test_a_pass_rests_after_each_layer(bench):
    shares = list(bench.passing(IDS))
    assert shares == pytest.approx([0.2, 0.4, 0.6, 0.8])


def test_what_lies_before_the_first_edit_is_taken_from_an_earlier_pass():
    base = look(LLAMA, IDS)
    for name, edits in EDITS.items():
        steps, shares = LLAMA.passing(IDS, edits, EVERYTHING, base), 0
        try:
            while True:
                next(steps)
                shares += 1
        except StopIteration as end:
            seen, whole = end.value, look(LLAMA, IDS, edits)
        first = edits.first or 0
        assert shares == 4 - first, name
        assert all(np.array_equal(getattr(seen, field), getattr(whole, field)) for field in FIELDS), name


def test_another_text_or_an_edited_pass_is_no_base():
    edits, other = EDITS["a vector added behind the last block"], [4, *IDS[1:]]
    for base in (look(LLAMA, other), look(LLAMA, IDS, EDITS["a silent head"]), look(LLAMA, IDS, keep=Keep(False))):
        steps = LLAMA.passing(IDS, edits, Keep(), base)
        assert len(list(steps)) == 4


def test_a_base_that_kept_less_is_refused():
    base = look(LLAMA, IDS, keep=Keep())
    with pytest.raises(ValueError, match="weights"):
        list(LLAMA.passing(IDS, EDITS["a replaced place"], EVERYTHING, base))


@BENCHES
@pytest.mark.parametrize(
    ("edits", "message"),
    [
        (Edits(silent=frozenset({(4, 0)})), "layer must be in 0 … 3"),
        (Edits(silent=frozenset({(3, 3)})), "head must be in 0 … 2"),
        (Edits(quiet=frozenset({(-1, "attention")})), "layer"),
        (Edits(added={5: VECTOR}), "stream must be in 0 … 4"),
        (Edits(replaced={(0, 7): VECTOR}), "position must be in 0 … 6"),
    ],
)
def test_what_is_not_there_cannot_be_changed(bench, edits, message):
    with pytest.raises(ValueError, match=message):
        look(bench, IDS, edits)


def test_the_last_place_that_is_there_can_be_changed():
    edits = Edits(silent=frozenset({(3, 2)}), added={4: VECTOR}, replaced={(4, 6): VECTOR})
    assert look(LLAMA, IDS, edits).stream[4, 6] == pytest.approx(VECTOR)


@BENCHES
def test_texts_that_do_not_fit_and_unknown_tokens_are_refused(bench):
    for ids in ([], [23], [0] * 13):
        with pytest.raises(ValueError, match="ids must"):
            look(bench, ids)
    assert len(look(bench, [0] * 12).logits) == 12


def test_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match="without"):
        Edits(frozenset({"heads"}))
    with pytest.raises(ValueError, match="quiet"):
        Edits(quiet=frozenset({(0, "residual")}))


def test_a_watched_pass_leaves_no_text_in_the_cache():
    llama = as_llama(parameters())
    plain = llama.prompt(IDS, threads=1).copy()
    steps = llama.watching(IDS, lambda k, name, values: values.fill(0.0))
    next(steps)  # and it is never finished
    assert llama.length == 0 and np.array_equal(llama.prompt(IDS, threads=1), plain)


def test_a_house_model_of_any_plan_is_looked_into():
    """Also with the norms behind the sums, without feed-forward layers, and with every place of its context."""
    for changes in ({"norm_place": "post"}, {"feed_forward": "none"}, {"positions": "learned"}, {"norm": "none"}):
        bench = HouseBench(parameters(replace(CONFIG, **changes)))
        seen = look(bench, IDS)
        assert seen.stream.shape == (5, 7, 24) and seen.added.shape == (4, 2, 7, 24) and seen.heads.shape[:2] == (4, 3)
        assert np.array_equal(seen.logits, forward(bench.parameters, np.array([IDS])).logits[0])
