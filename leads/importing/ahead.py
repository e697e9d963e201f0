"""Reading ahead: a process of its own reads the next rows of a file while we decide and the database stores.

Two threads of one interpreter gain nothing by computing at the same time. The process begins as a copy of ours (a fork), so that
it knows what we know and takes little memory; it reads, computes and sends, and asks nothing of the database. Where the worker is
killed it ends with the next piece; until then the worker's connection stays open, and the batch under way is undone that moment later.
"""

import fcntl
import logging
import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

from trail.refusals import Refusal

log = logging.getLogger("guishu.imports")
Thing = TypeVar("Thing")
PIECE = 1_000  # things that go over at a time: the next are unpacked while the database stores
WAITING = 1 << 20  # bytes that may wait for us: a thousand rows, whatever the size of the file
PATIENCE = 120.0  # seconds for one piece; a process that is silent for longer has come to grief


class ReaderError(Exception):
    """The process that reads has failed; what had gone wrong is in the log."""


class Ahead(Generic[Thing]):
    """The same things in the same order, read by a process of its own. A Refusal there is raised here, after what was read before."""

    def __init__(self, things: Callable[[], Iterable[Thing]]) -> None:
        alike = multiprocessing.get_context("fork")
        self._come, self._go = alike.Pipe(duplex=False)
        _widen(self._go)
        self._process = alike.Process(target=_read, args=(things, self._come, self._go), daemon=True)
        self._unpacking = ThreadPoolExecutor(1)

    def __enter__(self) -> Iterator[Thing]:
        self._process.start()
        self._go.close()  # so that its end is the end for us
        return self._things()

    def __exit__(self, *_trouble: object) -> None:
        self._process.kill()
        self._process.join()
        self._unpacking.shutdown()
        self._process.close()
        self._come.close()

    def _things(self) -> Iterator[Thing]:
        coming = self._unpacking.submit(self._piece)
        while isinstance(piece := coming.result(), list):
            coming = self._unpacking.submit(self._piece)
            yield from piece
        if piece is not None:
            raise piece

    def _piece(self) -> Any:
        try:
            if self._come.poll(PATIENCE):
                return self._come.recv()
        except EOFError:
            pass
        raise ReaderError("the process that reads has died, or says nothing")


def _widen(pipe: Connection) -> None:
    """Let more wait than the 64 KB of a pipe, where the system can."""
    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if size is not None:
        try:
            fcntl.fcntl(pipe.fileno(), size, WAITING)
        except OSError:  # this user has enough pipes: it works as well, a little slower
            log.info("a pipe stays as small as it is")


def _read(things: Callable[[], Iterable[Any]], come: Connection, go: Connection) -> None:
    """Piece by piece; after the last one None, or the trouble."""
    come.close()  # so that nobody is left to read when the worker is gone, and we end too
    trouble: Exception | None = None
    piece: list[Any] = []
    try:
        for thing in things():
            piece.append(thing)
            if len(piece) == PIECE:
                go.send(piece)
                piece = []
    except Refusal as refusal:
        trouble = refusal
    except BrokenPipeError:
        return
    except Exception:
        log.exception("reading a file failed")
        trouble = ReaderError("the process that reads has failed")
    go.send(piece)
    go.send(trouble)
