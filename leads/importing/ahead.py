"""Reading ahead: the next rows of a file are read while the database works, and only then.

Two threads of one interpreter gain nothing by computing at the same time. So whoever reads waits for its turn: it comes
when we wait for the database (`meanwhile`), or for the rows themselves.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any, Generic, TypeVar

from django.utils import translation

Thing = TypeVar("Thing")
PIECE, WAITING = 50, 40  # things that go over at a time, and how many such pieces may wait: memory does not grow
ALERT = 0.0002  # seconds after which the reader lets go when the database has answered; 25 times less than usual


class Ahead(Generic[Thing]):
    """The same things in the same order, read by a thread of their own; what goes wrong there goes wrong here."""

    def __init__(self, things: Iterable[Thing]) -> None:
        self._pieces: Queue[Any] = Queue(WAITING)
        self._turn, self._stop = Event(), Event()
        language = translation.get_language()
        self._thread = Thread(target=self._read, args=(iter(things), language), daemon=True)

    def __enter__(self) -> Iterator[Thing]:
        self._thread.start()
        return self._things()

    def __exit__(self, *_trouble: object) -> None:
        self._stop.set()
        self._turn.set()
        self._drain()  # so that there is room for what the reader has in hand
        self._thread.join()

    @contextmanager
    def meanwhile(self) -> Iterator[None]:
        """We wait for somebody else: read on."""
        usual = sys.getswitchinterval()
        sys.setswitchinterval(ALERT)
        self._turn.set()
        try:
            yield
        finally:
            self._turn.clear()
            sys.setswitchinterval(usual)

    def _things(self) -> Iterator[Thing]:
        while isinstance(piece := self._next(), list):
            yield from piece
        if piece is not None:
            raise piece

    def _next(self) -> Any:
        try:
            return self._pieces.get_nowait()
        except Empty:
            with self.meanwhile():
                return self._pieces.get()

    def _read(self, things: Iterator[Thing], language: str | None) -> None:
        """Piece by piece; after the last one None, or the trouble."""
        piece: list[Thing] = []
        trouble = None
        try:
            with translation.override(language):
                for thing in things:
                    piece.append(thing)
                    if len(piece) == PIECE:
                        self._pieces.put(piece)
                        piece = []
                    self._turn.wait()
                    if self._stop.is_set():
                        return
        except Exception as found:
            trouble = found
        self._pieces.put(piece)
        self._pieces.put(trouble)

    def _drain(self) -> None:
        while True:
            try:
                self._pieces.get_nowait()
            except Empty:
                return
