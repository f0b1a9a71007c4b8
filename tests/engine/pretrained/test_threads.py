"""Several threads for one multiplication: all of the work, once, and nobody left behind."""

import threading

import pytest

from lab.engine.pretrained.threads import ThreadTeam, team_size


@pytest.mark.parametrize("size", [1, 2, 4])
def test_every_piece_is_done_once(size):
    done = []
    with ThreadTeam(size, 8) as team:
        for n in (0, 1, 50):
            team.share(range(n), lambda item, buffer: done.append((n, item, buffer.size)))  # noqa: B023
    assert sorted(done) == sorted([(n, i, 8) for n in (0, 1, 50) for i in range(n)])


def test_those_who_take_part_have_buffers_of_their_own():
    buffers, both_here = {}, threading.Barrier(2, timeout=10)

    def work(item, buffer):
        both_here.wait()
        buffers[threading.get_ident()] = id(buffer)

    with ThreadTeam(2, 8) as team:
        team.share(range(2), work)
    assert len(set(buffers.values())) == len(buffers) == 2


def test_an_error_of_a_helper_reaches_the_caller_and_the_threads_end():
    before = threading.active_count()

    def work(item, buffer):
        raise OSError(f"item {item}")

    with pytest.raises(OSError, match="item"), ThreadTeam(3, 8) as team:
        team.share(range(9), work)
    assert threading.active_count() == before


def test_short_texts_are_not_shared():
    assert team_size(None, 31) == 1 and 1 <= team_size(None, 32) <= 8 and team_size(3, 1) == 3
    with pytest.raises(ValueError, match="got 65"):
        team_size(65, 1)
