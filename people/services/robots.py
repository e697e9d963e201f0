"""Robots of chat groups: entering and changing them, trying them, switching them off, sending again what they did not get out."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from people import outgoing
from people.channels.reasons import ROBOTS, robot_in_words
from people.channels.robots import Line, NotPosted, dialect
from people.events import EVENTS
from people.models import Robot, RobotPost, Team
from people.robots.posting import say
from people.services.guards import count_trial, refusing
from people.services.versions import locked_unchanged
from people.workplace import Workplace
from trail.refusals import Refusal
from trail.services import note
from trail.vault import seal

ONLY_LATER = "unknown_host"  # no name server answers just now: the host is right, so that is no mistake of who typed it


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody typed. An empty address or secret keeps the one that is stored; `events` are codes of people/events.py."""

    kind: str
    name: str
    address: str
    secret: str
    team: Team | None
    managers: bool
    events: Collection[str]


@transaction.atomic
def save_robot(*, here: Workplace, robot: Robot | None, given: Given, at: datetime, seen: str = "") -> Robot:
    """A robot of this project posts these events from now on; what it did not get out waits for nothing any more.

    Refused: address_missing, robot_… (the address is not of this product), name_taken; changed_meanwhile since `seen`.
    """
    robot = robot and locked_unchanged(robot, seen)
    row = robot or Robot(project=here.project)
    moved = _moves(robot, given.kind, given.address)
    look_at(robot=robot, kind=given.kind, address=given.address)
    row.kind, row.name, row.team, row.managers = given.kind, given.name, given.team, given.managers
    row.wants = sorted({kind for code in given.events for kind in EVENTS[code].for_robots})
    row.changed_at, row.free_at, row.failing_since, row.failure = at, None, None, ""
    if moved:  # the old secret goes with the old address, never to another one
        row.sealed_address = seal(given.address)
        row.sealed_secret = seal(given.secret) if given.secret else None
    elif given.secret:
        row.sealed_secret = seal(given.secret)
    taken = Refusal("name_taken", _("这个项目里已经有叫这个名字的机器人"), field="name", status=409)
    with refusing({"robot_name_once_in_project": taken}):
        row.save()
    row.posts.filter(state=RobotPost.State.WAITING, tries__gt=0).update(due_at=at)
    _note(here, row, "robot.change" if robot else "robot.add", at, kind=row.kind, managers=row.managers, moved=moved)
    return row


def _moves(robot: Robot | None, kind: str, address: str) -> bool:
    """Whether it posts to another address from now on; an empty one keeps that of the same product."""
    return robot is None or bool(address) or kind != robot.kind


def look_at(*, robot: Robot | None, kind: str, address: str) -> None:
    """Raises Refusal (address_missing, robot_…) with why this robot, or a new one, posts nothing to this address."""
    if not _moves(robot, kind, address):
        return
    if not address:
        raise Refusal("address_missing", _("填机器人的地址"), field="address")
    try:
        outgoing.look(address, only=[dialect(kind).host])
    except outgoing.NotReached as trouble:
        if trouble.code != ONLY_LATER:
            raise Refusal(f"robot_{trouble.code}", ROBOTS[trouble.code], field="address") from trouble


@transaction.atomic
def switch_robot(*, here: Workplace, robot: Robot, on: bool, at: datetime) -> Robot:
    """Off, it posts nothing, and what is said meanwhile is not made up for; what waits is not sent any more either."""
    row = Robot.objects.select_for_update().get(pk=robot.pk)
    if row.on != on:
        row.on, row.changed_at, row.free_at, row.failing_since, row.failure = on, at, None, None, ""
        row.save(update_fields=["on", "changed_at", "free_at", "failing_since", "failure"])
        waiting = row.posts.filter(state=RobotPost.State.WAITING)
        waiting.update(state=RobotPost.State.SKIPPED, why="off", done_at=at)
        _note(here, row, "robot.on" if on else "robot.off", at)
    return row


def try_robot(*, here: Workplace, robot: Robot, at: datetime) -> None:
    """Let it say in its group that it works. Refused: too_many_trials, or robot_… with what was answered, in words."""
    count_trial("robot", here.user, at)
    said = "sent"
    try:
        with translation.override(settings.LANGUAGE_CODE):
            line = Line(_("【归属】机器人通了，撞单和到访的消息会发到这里"), settings.GUISHU_URL)
        say(robot, line, at=at)
    except NotPosted as trouble:
        said = trouble.code
    _note(here, robot, "robot.try", at, said=said)
    if said != "sent":
        raise Refusal(f"robot_{said}", _("没发出去：%(why)s") % {"why": robot_in_words(said)})


@transaction.atomic
def post_again(*, here: Workplace, robot: Robot, at: datetime) -> int:
    """Let what was given up wait anew with all its tries; gives how many. None is no refusal: somebody else was quicker."""
    given_up = robot.posts.filter(state=RobotPost.State.FAILED)
    count = given_up.update(state=RobotPost.State.WAITING, tries=0, why="", due_at=at, done_at=None)
    if count:
        Robot.objects.filter(pk=robot.pk).update(free_at=None)
        _note(here, robot, "robot.again", at, count=count)
    return int(count)


def _note(here: Workplace, robot: Robot, action: str, at: datetime, **detail: object) -> None:
    note(by=here.user.pk, action=action, subject=f"robot:{robot.pk}", at=at, project=here.project.code, **detail)
