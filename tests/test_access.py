"""Who may do what: tests/access.yaml says it for every URL, method and role; here it is tried. Strangers get 404, never a hint."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from arbitration.models import Collision
from leads.services import take_deposit
from people.access import PUBLIC, SIGNED_IN
from people.roles import RIGHTS, Role
from tests import make
from tests.arbitration.test_collisions import signed
from trail.models import Message
from visits.models import Place

DATA = yaml.safe_load((Path(__file__).parent / "access.yaml").read_text("utf-8"))
GROUPS = DATA.pop("groups")
METHODS = ("GET", "POST")
SENT = {"q": "x", "change": "away", "language": "en"}  # what a POST of this test says
NOT_THEIRS = {"choose_project", "message"}  # of somebody: 404 for everybody else, whatever their role


class Line(NamedTuple):
    """One line of the table: a URL, a method, and who gets in."""

    name: str
    at: str
    method: str
    who: frozenset[str]


def _who(said: Any) -> frozenset[str]:
    if isinstance(said, list):
        return frozenset(said)
    return frozenset({said}) if said in (PUBLIC, SIGNED_IN) else frozenset(GROUPS[said])


LINES = [
    Line(name, given["at"], method, _who(given[method]))
    for section in DATA.values() for name, given in section.items() for method in METHODS if method in given
]  # fmt: skip


def ids(lines: list[Line]) -> list[str]:
    return [f"{line.name}-{line.method}" for line in lines]


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def test_every_url_stands_in_the_table_and_says_itself_who_may_come_in():
    assert sorted(p.name for p in patterns()) == sorted({line.name for line in LINES})
    public = {line.name for line in LINES if line.who == {PUBLIC}}
    for pattern in patterns():
        access = pattern.callback.access
        assert access, f"{pattern.name} lets nobody in"
        assert (access == {PUBLIC}) == (pattern.name in public)


def test_the_table_names_only_roles_that_there_are():
    named = frozenset().union(*(line.who for line in LINES)) - {PUBLIC, SIGNED_IN}
    assert named <= set(Role.values)


@pytest.fixture
def world(store):
    """A store in which every URL leads somewhere; nobody of `strangers` has anything of their own in it."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    visit = make.arrived(store, make.MOMENT)
    nameless = make.arrived(store, make.MOMENT, refused=True)
    make.registered(store.wang, make.at("2025-04-29 10:00"))
    deal = signed(store, store.li)
    deposit = take_deposit(
        here=store.li, customer=make.customer(), by=store.li.user, amount_fen=100_00, designer=None, at=make.MOMENT
    )
    report = store.li.user.registrations.get().no
    place = Place.objects.get(user=store.li.user).pk
    return {
        "report": report, "customer": str(make.customer().pk), "deposit": deposit.no, "deal": deal.no, "visit": visit.no,
        "nameless": nameless.no, "place": str(place), "case": Collision.objects.get().no,
        "message": str(Message.objects.first().pk),
    }  # fmt: skip


def ask(client: Client, line: Line, world: dict[str, str], method: str = "") -> int:
    """The status that this line's address answers with, to its own method or another."""
    url = line.at.format_map(world)
    response = client.get(url) if (method or line.method) == "GET" else client.post(url, SENT)
    make.read(response)
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(Role.values))
def test_each_role_gets_into_its_own_pages_and_no_others(role, store, world, signed_in, at_noon):
    organisation = make.agency("安居公司") if role == "agent" else None
    stranger = make.person(f"new_{role}", "新人", role, store.project, organisation=organisation)
    client = signed_in(stranger)
    for line in LINES:
        if line.name == "logout":
            continue
        status = ask(client, line, world)
        if line.name in NOT_THEIRS:
            assert status == 404, line
        elif line.who & {PUBLIC, SIGNED_IN, role}:
            assert status in (200, 302, 409, 422), f"{role} must get into {line}: {status}"
        else:
            assert status == 404, f"{role} must not get into {line}: {status}"


@pytest.mark.django_db
@pytest.mark.parametrize("line", LINES, ids=ids(LINES))
def test_without_login_every_page_asks_for_it(line, store, world, client, at_noon):
    if line.who == {PUBLIC}:
        return
    url = line.at.format_map(world)
    response = client.get(url) if line.method == "GET" else client.post(url)
    assert response.status_code == 302
    assert response.url.startswith("/login")


@pytest.mark.django_db
def test_a_method_that_no_line_names_is_not_served(store, world, signed_in, at_noon):
    served = {(line.name, line.method) for line in LINES}
    clients: dict[str, Client] = {}
    for line in LINES:
        for method in METHODS:
            if (line.name, method) in served:
                continue
            role = next(iter(sorted(line.who & set(Role.values))), "manager")
            if role not in clients:
                clients[role] = signed_in(make.person(f"all_{role}", "新人", role, store.project))
            assert ask(clients[role], line, world, method) in (404, 405), f"{method} {line.at}"


@pytest.mark.django_db
@pytest.mark.parametrize("line", [x for x in LINES if "{" in x.at], ids=ids([x for x in LINES if "{" in x.at]))
def test_somebody_of_another_project_sees_nothing_of_this_one(line, store, world, estate, signed_in, at_noon):
    assert ask(signed_in(estate.general), line, world) == 404


@pytest.mark.django_db
def test_a_leaver_is_out_at_the_next_click(store, signed_in, at_noon):
    client = signed_in(store.li)
    assert client.get("/me").status_code == 200
    store.li.user.memberships.update(until=make.MOMENT)
    assert client.get("/me").status_code == 404


def test_no_role_has_a_right_that_does_not_exist_and_nobody_has_all():
    assert set(RIGHTS) == set(Role.values)
    assert not any(len(rights) > 14 for rights in RIGHTS.values())
