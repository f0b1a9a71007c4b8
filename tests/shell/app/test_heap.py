"""What the C library is told leaves nothing behind."""

from __future__ import annotations

import gc
import sys

import pytest

from lab.shell.app.heap import trim_memory, use_one_heap


def test_trimming_again_and_again_leaves_nothing_for_the_collector() -> None:
    trim_memory()
    gc.collect()
    for _again in range(5):
        trim_memory()
    assert gc.collect() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="another C library has no such word")
def test_the_c_library_takes_the_word_for_one_heap() -> None:
    assert use_one_heap()
