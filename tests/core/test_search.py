"""Finding things by what people type."""

from __future__ import annotations

from lab.core.search import Entry, did_you_mean, search

ENTRIES = (
    Entry("Gradient descent", "experiment", ("AdamW", "momentum"), "How does a machine find the lowest loss?"),
    Entry("Linear regression", "experiment", ("Lösung",), ""),
    Entry("Present", "command"),
)


def names(query: str) -> list[str]:
    return [entry.name for entry in search(query, ENTRIES)]


def test_an_empty_query_finds_everything() -> None:
    assert len(names("")) == 3


def test_the_beginning_of_a_name_comes_first() -> None:
    assert names("pre")[0] == "Present"
    assert names("desc") == ["Gradient descent"]


def test_accents_and_case_do_not_matter() -> None:
    assert names("LOSUNG") == ["Linear regression"]


def test_a_misspelt_word_is_guessed() -> None:
    assert not names("adamm")
    found = did_you_mean("adamm", ENTRIES)
    assert found is not None
    assert (found[0], found[1].name) == ("AdamW", "Gradient descent")
    assert did_you_mean("zzzzqq", ENTRIES) is None
