"""Who may open what: every URL of the program stands in this table, for every role; strangers get 404, never a hint."""

from collections.abc import Iterator

import pytest
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

ALL = frozenset(Role.values)
DESK = {"front_desk", "secretary"}
LOG = DESK | {"counterpart", "manager", "general_manager"}
BOOKS = {"salesperson", "agent", "manager"}
BOSSES = {"manager", "general_manager"}
MONEY = {"finance", "general_manager"}
SITE = BOSSES | {"counterpart"}  # who puts on record what the site knows
POLICY = ALL - {"agent"}

# name: (method, who gets in). PUBLIC: without login. SIGNED_IN: everybody who is logged in.
TABLE: dict[str, tuple[str, object]] = {
    "landing": ("GET", SIGNED_IN), "login": ("GET", PUBLIC), "logout": ("POST", PUBLIC), "account": ("GET", SIGNED_IN),
    "language": ("POST", PUBLIC), "choose_project": ("POST", SIGNED_IN), "inbox": ("GET", SIGNED_IN), "message": ("GET", SIGNED_IN),
    "staff": ("GET", {"administrator", "general_manager"}), "audit": ("GET", {"administrator", "general_manager"}),
    "register": ("GET", BOOKS), "register_check": ("POST", BOOKS), "receipts": ("GET", BOOKS | BOSSES),
    "receipt": ("GET", BOSSES), "me": ("GET", BOOKS), "numbers": ("GET", BOOKS | SITE),
    "customer": ("GET", DESK | BOSSES), "contact": ("POST", BOSSES),
    "relate": ("POST", BOSSES), "reveal": ("POST", DESK | BOSSES), "deposit": ("GET", {"manager"}),
    "deal_new": ("GET", {"manager"}), "refund": ("GET", {"manager"}), "deal": ("GET", BOSSES | MONEY),
    "desk": ("GET", DESK), "desk_search": ("POST", DESK), "desk_route": ("POST", DESK), "check_in": ("POST", DESK),
    "visits": ("GET", LOG), "visit": ("GET", LOG), "leave": ("POST", DESK), "hand_over": ("POST", DESK),
    "enter_late": ("GET", DESK), "slip": ("GET", LOG), "rotation": ("GET", DESK | {"manager"}),
    "rotation_change": ("POST", DESK | {"manager"}),
    "cases": ("GET", SITE), "case": ("GET", SITE), "case_event": ("POST", SITE),
    "case_check": ("POST", BOSSES), "case_sign": ("POST", BOSSES),
    "case_statement": ("POST", {"manager"}), "case_reopen": ("POST", BOSSES), "policy": ("GET", POLICY),
    "penalties": ("GET", BOSSES | {"finance"}), "period": ("GET", MONEY), "period_month": ("GET", MONEY),
    "period_csv": ("GET", MONEY), "period_xlsx": ("GET", MONEY), "statement": ("GET", BOOKS),
}  # fmt: skip


def patterns(resolver: URLResolver | None = None) -> Iterator[URLPattern]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            yield from patterns(entry)
        else:
            yield entry


def test_every_url_stands_in_the_table_and_says_itself_who_may_come_in():
    names = [p.name for p in patterns()]
    assert sorted(names) == sorted(TABLE)
    for pattern in patterns():
        access = pattern.callback.access
        assert access, f"{pattern.name} lets nobody in"
        assert (access == {PUBLIC}) == (TABLE[pattern.name][1] == PUBLIC)


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
        "receipt": f"/register/{report}", "customer": f"/customers/{make.customer().pk}", "refund": f"/deposits/{deposit.no}/refund",
        "deal": f"/deals/{deal.no}", "visit": f"/visits/{visit.no}", "rotation_change": f"/rotation/{place}",
        "case": f"/cases/{Collision.objects.get().no}", "enter_late": f"/visits/{nameless.no}/enter",
    }  # fmt: skip


def address(name: str, world: dict[str, str]) -> str:
    if name in world:
        return world[name]
    for under, names in {
        "customer": ("contact", "relate", "reveal", "deposit", "deal_new"), "visit": ("leave", "hand_over", "slip"),
        "case": ("case_check", "case_sign", "case_statement", "case_reopen", "case_event"),
    }.items():  # fmt: skip
        if name in names:
            last = {"deal_new": "deal", "hand_over": "hand-over", "case_event": "events/negotiation"}.get(
                name, name.removeprefix("case_")
            )
            return f"{world[under]}/{last}"
    fixed = {
        "landing": "/", "choose_project": "/project", "register_check": "/register/check", "receipts": "/register/batch",
        "desk_search": "/desk/search", "desk_route": "/desk/route", "check_in": "/desk/check-in", "period_month": "/period/202504",
        "period_csv": "/period/202504/splits.csv", "period_xlsx": "/period/202504/splits.xlsx", "statement": "/statements/202504",
        "message": f"/inbox/{Message.objects.first().pk}",
    }  # fmt: skip
    return fixed.get(name, f"/{name}")


def ask(client: Client, name: str, world: dict[str, str]) -> int:
    method = TABLE[name][0]
    url = address(name, world)
    response = client.get(url) if method == "GET" else client.post(url, {"q": "x", "change": "away", "language": "en"})
    make.read(response)
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("role", sorted(ALL))
def test_each_role_gets_into_its_own_pages_and_no_others(role, store, world, signed_in, at_noon):
    organisation = make.agency("安居公司") if role == "agent" else None
    stranger = make.person(f"new_{role}", "新人", role, store.project, organisation=organisation)
    client = signed_in(stranger)
    for name, (_method, who) in TABLE.items():
        if name == "logout":
            continue
        status = ask(client, name, world)
        if name in ("choose_project", "message"):
            assert status == 404, name  # a project, a message that is none of theirs
        elif who in (PUBLIC, SIGNED_IN) or role in who:
            assert status in (200, 302, 409, 422), f"{role} must get into {name}: {status}"
        else:
            assert status == 404, f"{role} must not get into {name}: {status}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_without_login_every_page_asks_for_it(name, store, world, client, at_noon):
    if TABLE[name][1] == PUBLIC:
        return
    method, url = TABLE[name][0], address(name, world)
    response = client.get(url) if method == "GET" else client.post(url)
    assert response.status_code == 302
    assert response.url.startswith("/login")


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(n for n, (_m, who) in TABLE.items() if who not in (PUBLIC, SIGNED_IN)))
def test_somebody_of_another_project_sees_nothing_of_this_one(name, store, world, estate, signed_in, at_noon):
    if name not in world and not any(address(name, world).startswith(url) for url in world.values()):
        return
    boss = signed_in(estate.general)
    assert ask(boss, name, world) == 404


@pytest.mark.django_db
def test_a_leaver_is_out_at_the_next_click(store, signed_in, at_noon):
    client = signed_in(store.li)
    assert client.get("/me").status_code == 200
    store.li.user.memberships.update(until=make.MOMENT)
    assert client.get("/me").status_code == 404


def test_no_role_has_a_right_that_does_not_exist_and_nobody_has_all():
    assert set(RIGHTS) == set(Role.values)
    assert not any(len(rights) > 14 for rights in RIGHTS.values())
