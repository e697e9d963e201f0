"""Reading ahead: while the database writes one batch, the next rows of the file are read."""

from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Any, TypeVar

from django.utils import translation

Thing = TypeVar("Thing")
PIECE, WAITING = 500, 4  # things that go over at a time, and how many such pieces may wait: memory does not grow
PATIENCE = 0.2  # seconds until somebody who waits looks whether the other is still there


def ahead(things: Iterable[Thing]) -> Generator[Thing, None, None]:
    """The same things in the same order, read by a thread of their own; what goes wrong there goes wrong here."""
    pieces: Queue[Any] = Queue(WAITING)
    stop = Event()
    thread = Thread(target=_read, args=(iter(things), pieces, stop, translation.get_language()), daemon=True)
    thread.start()
    try:
        while True:
            piece = pieces.get()
            if isinstance(piece, Exception):
                raise piece
            if not piece:
                return
            yield from piece
    finally:
        stop.set()
        _drain(pieces)
        thread.join()


def _read(things: Iterator[Any], pieces: "Queue[Any]", stop: Event, language: str | None) -> None:
    with translation.override(language):
        while not stop.is_set():
            piece: list[Any] = []
            trouble = None
            try:
                piece.extend(islice(things, PIECE))  # what came before the trouble is in it
            except Exception as found:
                trouble = found
            if piece or trouble is None:
                _put(piece, pieces, stop)
            if trouble is not None:
                _put(trouble, pieces, stop)
            if trouble is not None or not piece:
                return


def _put(piece: Any, pieces: "Queue[Any]", stop: Event) -> None:
    while not stop.is_set():
        try:
            return pieces.put(piece, timeout=PATIENCE)
        except Full:
            continue


def _drain(pieces: "Queue[Any]") -> None:
    while True:
        try:
            pieces.get_nowait()
        except Empty:
            return
