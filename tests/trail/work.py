"""Jobs for the tests, at the top of a module so that a worker in another process finds them. What they did is in the log."""

import time

from trail import clock
from trail.jobs import job
from trail.models import Entry
from trail.services import note


def did(what):
    """How often it was done."""
    return Entry.objects.filter(action=f"work.{what}").count()


def _done(what):
    note(by="test", action=f"work.{what}", subject="work:1", at=clock.now())


@job(title="写一行")
def write(what):
    _done(what)


@job(title="照点做")
def tick():
    _done("tick")


@job(title="做不成", tries=3)
def fail(name):
    _done("fail")
    raise ValueError(f"{name} cannot be done")


@job(title="慢慢做")
def slow(seconds):
    _done("begin")
    time.sleep(seconds)
    _done("end")
