"""Reading ahead: the same things in the same order, read by a process of its own."""

import multiprocessing
import os
import signal
import time
from itertools import islice

import pytest

from leads.importing import ahead
from leads.importing.ahead import PIECE, Ahead, ReaderError
from trail.refusals import Refusal

MANY = PIECE * 40


def test_what_is_read_ahead_comes_in_its_order():
    with Ahead(lambda: range(MANY + 1)) as found:
        assert list(found) == list(range(MANY + 1))


def test_nothing_to_read_is_the_end_at_once():
    with Ahead(list) as found:
        assert list(found) == []


def test_it_is_read_by_another_process():
    with Ahead(lambda: (os.getpid() for _one in range(3))) as found:
        assert os.getpid() not in set(found)


def test_the_next_rows_are_read_while_we_do_something_else(tmp_path):
    far = tmp_path / "far"

    def things():
        for number in range(MANY):
            if number == 3 * PIECE:
                far.touch()
            yield number

    with Ahead(things) as found:
        assert next(found) == 0
        until = time.monotonic() + 30
        while not far.exists() and time.monotonic() < until:
            time.sleep(0.01)
        assert far.exists()


def test_a_refusal_comes_with_its_sentence_after_what_was_read_before_it():
    def things():
        yield from range(PIECE + 1)
        raise Refusal("broken", "坏了", field="file", status=409)

    came = []
    with pytest.raises(Refusal) as caught, Ahead(things) as found:
        came.extend(iter(found.__next__, None))
    assert came == list(range(PIECE + 1))
    refusal = caught.value
    assert (refusal.code, refusal.sentence, refusal.field, refusal.status) == ("broken", "坏了", "file", 409)
    assert refusal.args == ("broken",)


def test_any_other_trouble_there_is_trouble_here():
    def things():
        yield 1
        raise ZeroDivisionError

    with pytest.raises(ReaderError), Ahead(things) as found:
        list(found)


def test_a_reader_that_is_killed_is_noticed():
    def things():
        yield from range(PIECE)
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(ReaderError), Ahead(things) as found:
        list(found)


def test_a_reader_that_says_nothing_is_given_up(monkeypatch):
    monkeypatch.setattr(ahead, "PATIENCE", 0.2)

    def things():
        yield time.sleep(60)

    with pytest.raises(ReaderError), Ahead(things) as found:
        list(found)
    assert not multiprocessing.active_children()


def test_whoever_stops_half_way_leaves_no_process():
    with Ahead(lambda: iter(range(MANY * 100))) as found:
        assert list(islice(found, 3)) == [0, 1, 2]
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()
