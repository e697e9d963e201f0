"""A project with many customers, in a database that may be thrown away, and the people who ask."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from random import Random
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max, Min

from config.backups.programs import connect, on
from config.demo.customers import GIVEN, SURNAMES
from config.seed import house
from config.seed.numbers import Numbers
from config.seed.story import DAYS
from leads.models import Phone
from people.models import ApiToken, Installation, Membership, Project
from people.roles import Right, Role
from people.services.tokens import make_token, revoke_token
from people.workplace import Workplace, workplace
from trail import clock

ASKERS = 60  # people whose programs ask: what one of them may ask in a minute and a day is limited
TOO_MANY = 1.5  # times the customers that were asked for
NAME = "bench"

Say = Callable[[str], None]


@dataclass(frozen=True)
class Person:
    """Somebody to be reported."""

    name: str
    honorific: str
    number: str

    @property
    def lead(self) -> dict[str, str]:
        """What a program sends to report them."""
        return asdict(self)


@dataclass(frozen=True)
class Scene:
    """The project, and those of its people who ask."""

    project: Project
    sellers: list[Workplace]
    desk: Workplace
    manager: Workplace
    say: Say
    port: int = 0  # of the web server, where one runs


def must_be_thrown_away(throwaway: bool) -> None:
    """Raises CommandError for a database that somebody uses: what is registered here stays for good."""
    used = Installation.objects.exists() or Project.objects.exclude(code=house.CODE).exists()
    if used and not throwaway:
        raise CommandError(
            "People use this database, and what is measured here registers customers that stay. Take an empty one,"
            " or say --throwaway."
        )


def with_people(sellers: int, say: Say) -> Scene:
    """The scene in a project of so many salespeople, made where there is none; all of them are at work."""
    return _scene(project_for(sellers), say, sellers)


def project_for(sellers: int) -> Project:
    """The project `seed`, made with so many salespeople where there is none."""
    found = Project.objects.filter(code=house.CODE).first()
    return found or house.build(sellers, clock.now() - timedelta(days=DAYS + 30), Random(1))[0]  # noqa: S311


def grown(size: int, most: int, say: Say) -> Scene:
    """The scene with about `size` customers. With as many people as for `most`, so that nothing but customers is more later."""
    project = project_for(max(ASKERS, min(most // 2_000, 500)))
    there = Phone.objects.count()
    if there > size * TOO_MANY:
        raise CommandError(f"{there:,} customers are there already, {size:,} were asked for: take an empty database")
    if there < size:
        say(f"adding {size - there:,} customers to {there:,}")
        call_command("seed", customers=size - there, events=(size - there) // 10, project=house.CODE)
        _settled(say)
    return _scene(project, say)


def _settled(say: Say) -> None:
    """What the database does by itself a while after many rows: statistics, and pages that all may see."""
    say("vacuum and statistics")
    owner = connect(on(settings.OWNER_URL, connection.settings_dict["NAME"]))
    owner.autocommit = True
    with owner.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    owner.close()


def _scene(project: Project, say: Say, sellers: int = ASKERS) -> Scene:
    def at_work(role: str, most: int) -> list[Workplace]:
        held = Membership.objects.at(now).filter(project=project, role=role).select_related("user").order_by("pk")
        return [cast(Workplace, workplace(m.user, project, now)) for m in held[:most]]

    now = clock.now()
    (desk,), (manager,) = at_work(Role.FRONT_DESK, 1), at_work(Role.MANAGER, 1)
    return Scene(project, at_work(Role.SALESPERSON, sellers), desk, manager, say)


@contextmanager
def tokens(people: list[Workplace]) -> Iterator[list[str]]:
    """A token for a program of each of these people, revoked afterwards."""
    made: list[tuple[ApiToken, str]] = []
    try:
        for here in people:
            made.append(make_token(here=here, name=NAME, scopes=(Right.REGISTER,), days=1, at=clock.now()))
        yield [secret for _token, secret in made]
    finally:
        for token, _secret in made:
            revoke_token(token=token, by=token.user, at=clock.now())


@contextmanager
def session(here: Workplace) -> Iterator[str]:
    """The key of a session in which this person is logged in, ended afterwards."""
    store = SessionStore()
    store.update(
        {
            SESSION_KEY: str(here.user.pk), BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[-1],
            HASH_SESSION_KEY: here.user.get_session_auth_hash(), "project": here.project.pk,
        }
    )  # fmt: skip
    store.create()
    try:
        yield str(store.session_key)
    finally:
        store.delete()


def outsiders(project: Project, count: int) -> list[Workplace]:
    """People of as many outside agencies, made where there are too few."""
    held = Membership.objects.at(clock.now()).filter(project=project, role=Role.AGENT)
    for number in range(held.count() + 1, count + 1):
        house.agent(project, number, clock.now())
    return [cast(Workplace, workplace(m.user, project, clock.now())) for m in held.select_related("user")[:count]]


def newcomers(count: int) -> list[Person]:
    """People whom nobody has reported yet; others each time."""
    random = Random()  # noqa: S311
    numbers = Numbers(random.randrange(10**9)).free(0, count)
    return [Person(*a_name(random), number.removeprefix("+86")) for number in numbers]


def a_name(random: Random) -> tuple[str, str]:
    """A name and how somebody of that name is addressed."""
    honorific = random.choice(tuple(GIVEN))
    return random.choice(SURNAMES) + random.choice(GIVEN[honorific]), honorific


def known(count: int) -> list[Any]:
    """Numbers, with their customers, drawn from all that there are."""
    ids = Phone.objects.aggregate(first=Min("pk"), last=Max("pk"))
    drawn = Random().choices(range(ids["first"], ids["last"] + 1), k=3 * count)  # noqa: S311 — ids have gaps
    found = list(Phone.objects.filter(pk__in=drawn).select_related("customer")[:count])
    return [found[i % len(found)] for i in range(count)]
