"""Reading ahead: the same things in the same order, read while somebody waits for the database."""

from itertools import islice
from threading import Event, active_count

import pytest

from leads.importing.ahead import PIECE, WAITING, Ahead
from trail.refusals import Refusal

MANY = PIECE * WAITING * 2


def test_what_is_read_ahead_comes_in_its_order():
    with Ahead(range(MANY + 1)) as found:
        assert list(found) == list(range(MANY + 1))


def test_nothing_to_read_is_the_end_at_once():
    with Ahead([]) as found:
        assert list(found) == []


def test_the_next_rows_are_read_while_the_database_works():
    far = Event()

    def things():
        for number in range(MANY):
            yield number
            if number == 2 * PIECE:
                far.set()

    ahead = Ahead(things())
    with ahead as found:
        assert next(found) == 0
        with ahead.meanwhile():
            assert far.wait(timeout=30)


def test_trouble_comes_after_what_was_read_before_it():
    def things():
        yield from range(PIECE + 1)
        raise Refusal("broken", "")

    came = []
    with pytest.raises(Refusal), Ahead(things()) as found:
        came.extend(iter(found.__next__, None))
    assert came == list(range(PIECE + 1))


def test_whoever_stops_half_way_leaves_no_thread():
    before = active_count()
    with Ahead(iter(range(MANY))) as found:
        assert list(islice(found, 3)) == [0, 1, 2]
        assert active_count() == before + 1
    assert active_count() == before
