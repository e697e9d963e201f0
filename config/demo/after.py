"""What the quarter of the demo leaves behind on each page: the pool, questions, lists, records, tasks."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo import cast
from config.demo.books import books
from config.demo.cast import House
from config.demo.conduct import conduct
from config.demo.contracts import contracts
from config.demo.desk import desk
from config.demo.door import door
from config.demo.drafts import drafts
from config.demo.evidence_files import evidence_files
from config.demo.expected import expected
from config.demo.exports import exported
from config.demo.identity import identity
from config.demo.imports import imports
from config.demo.inbound import inbound
from config.demo.incidents import incidents
from config.demo.months import months
from config.demo.outward import tell_a_program
from config.demo.privacy import privacy
from config.demo.procedure import procedure
from config.demo.protection import protection
from config.demo.queue import queue
from config.demo.robots import robot_of_the_group
from config.demo.routines import routines
from config.demo.sanctions import sanctions


def the_quarter(house: House, now: datetime) -> None:
    """Each topic in turn; protection first, because time ends what has run out before anybody does anything about it."""
    topics: tuple[Callable[[House, datetime], None], ...] = (
        protection, identity, inbound, _imports, books, routines, door, conduct, expected, desk, incidents,
        evidence_files, queue, procedure, drafts, sanctions, contracts,
        months, _exports, privacy, _outward,
    )  # fmt: skip
    for topic in topics:
        topic(house, now)


def _imports(house: House, now: datetime) -> None:
    sellers, manager = [here.user.name for here in house.selling("store")[:2]], house.people[cast.MANAGERS["store"]]
    yesterday = localtime(now, manager.project.zone) - timedelta(days=1)
    imports(manager, sellers, yesterday.replace(hour=15, minute=4, second=0, microsecond=0))


def _exports(house: House, now: datetime) -> None:
    exported(house.people["qianhui"], now)


def _outward(house: House, now: datetime) -> None:
    tell_a_program(house.people["wuyong"])
    robot_of_the_group(house.people["wuyong"], now)
