"""The bookkeeping of a paged cache."""

import pytest

from lab.engine.decoding.paged_cache import PageTable, token_passes


def written(table, text, n):
    for _ in range(n):
        table = table.append(text)
    return table


def test_a_page_is_taken_when_the_one_before_is_full():
    table = written(PageTable.empty(8, 4), "a", 9)
    assert table.tables["a"] == (0, 1, 2)
    assert table.wasted == 3


def test_a_fork_shares_all_pages_and_copies_only_the_one_it_writes_on():
    table = written(PageTable.empty(8, 4), "a", 6).fork("a", "b")
    assert table.tables["b"] == table.tables["a"] == (0, 1)
    table = table.append("b")
    assert (table.tables["a"], table.tables["b"]) == ((0, 1), (0, 2))
    assert table.copies == 1
    assert table.append("a").copies == 1  # page 1 is its own again


def test_a_fork_at_the_end_of_a_page_needs_no_copy():
    table = written(PageTable.empty(8, 4), "a", 4).fork("a", "b").append("b")
    assert table.copies == 0 and table.tables["b"] == (0, 1)


def test_freed_pages_are_used_again_but_not_those_another_text_reads():
    table = written(PageTable.empty(3, 2), "a", 4).fork("a", "b").free("a")
    table = written(table, "c", 2)
    assert table.tables["c"] == (2,)
    with pytest.raises(ValueError, match="all 3 pages"):
        table.append("c")
    assert table.free("b").append("c").tables["c"] == (2, 0)


def test_the_waste_never_exceeds_a_page_for_each_text():
    table = PageTable.empty(50, 8)
    for k, text in enumerate("abcde"):
        table = written(table, text, 3 + 5 * k)
    assert table.wasted < 5 * 8
    assert table.wasted == sum(-(3 + 5 * k) % 8 for k in range(5))


def test_writing_a_hundred_tokens_without_a_cache_takes_5050_passes():
    assert token_passes(100, cached=False) == 5_050
    assert token_passes(100, cached=True) == 100


@pytest.mark.parametrize(
    "call",
    [
        lambda: PageTable.empty(0, 4),
        lambda: PageTable.empty(2, 2).fork("a", "b"),
        lambda: PageTable.empty(2, 2).free("a"),
        lambda: PageTable.empty(2, 2).append("a").fork("a", "a"),
        lambda: token_passes(-1, True),
    ],
)
def test_what_does_not_exist_is_refused(call):
    with pytest.raises(ValueError):
        call()
