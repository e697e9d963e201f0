"""`serve`: web server and worker of one machine, begun by one process. What all of them need is loaded once and shared: by
themselves they would take half as much memory again.

Where either ends by itself, the other is stopped and this ends, too: whoever started it sees that, and starts both.
"""

import multiprocessing
import signal
import sys
from collections.abc import Callable
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

WORKERS, THREADS = 2, 4  # of the web server
GUNICORN = (
    "config.wsgi", "-w", str(WORKERS), "--threads", str(THREADS), "--preload", "--no-control-socket", "--log-level", "warning",
)  # fmt: skip
ENDS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
NEWS = ENDS | {signal.SIGCHLD}


class Command(BaseCommand):
    help = "Serve pages, and do what need not be done at once. SIGTERM or Ctrl-C finishes what is in hand, then stops."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="host:port of the pages")

    def handle(self, *args: Any, bind: str, **options: Any) -> None:
        import config.wsgi  # noqa: F401 — loads the program, before the processes part

        connections.close_all()  # one that two processes share would answer the wrong one
        signal.pthread_sigmask(
            signal.SIG_BLOCK, NEWS
        )  # nothing is missed between the beginning of one and of the other
        children = [_begun("web server", partial(_web, bind)), _begun("worker", partial(call_command, "worker"))]
        if ended := _until_all_have_ended(children):
            raise CommandError(f"the {ended} ended by itself; everything is stopped. What it said stands above.")


def _begun(name: str, program: Callable[[], Any]) -> BaseProcess:
    child = multiprocessing.get_context("fork").Process(name=name, target=_heard, args=(program,))
    child.start()
    return child


def _heard(program: Callable[[], Any]) -> None:
    """The program, with signals of its own again."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, NEWS)
    program()


def _web(bind: str) -> None:
    from gunicorn.app.wsgiapp import run

    sys.argv = ["gunicorn", *GUNICORN, "--bind", bind]
    run()


def _until_all_have_ended(children: list[BaseProcess]) -> str:
    """Wait, and pass on when we are told to stop. Gives the name of one that ended without that; empty where none did."""
    asked, alone = False, ""
    while any(child.is_alive() for child in children):
        told = signal.sigwait(NEWS)
        gone = [child.name for child in children if not child.is_alive()]
        if told in ENDS:
            asked = True
        elif asked or alone or not gone:
            continue
        alone = alone or ("" if asked else gone[0])
        for child in children:
            child.terminate()
    return alone
