"""The cast, and short ways to put something into their world. A date that matters stands in the test.

The store sells home decoration under D09: 李强, 王芳, 赵磊 and 孙丽 sell; 周敏 has the desk; 何静 leads and rules;
陈光 is general manager; 钱慧 does the money. The estate has an in-house team and two agencies, and no policy.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.test import Client
from simple_history.utils import bulk_create_with_history

from arbitration import services as arbitration
from leads.models import Customer, Phone
from leads.services import LeadInput, Receipt, register_lead
from people.models import Membership, Organisation, Project, Site, Team, User
from people.roles import Role
from people.terms import Terms
from people.workplace import Workplace, of_memberships, workplace
from visits.models import Duty, Place, Visit
from visits.services import Arrival, check_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOMENT = datetime(2025, 4, 28, 14, 5, tzinfo=SHANGHAI)
LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
PASSWORD = "a-good-long-password"
PHONE = "13912343333"


def traces(text: object, number: str = PHONE) -> list[str]:
    """Where a text holds the number, whole, written in groups or masked. Bare digits are not looked for: numbers of receipts, marks of
    forms and ids hold any four of them sooner or later.
    """
    first, middle, last = number[:3], number[3:7], number[7:]
    gap = "[ *-]*"
    return re.findall(f"{first}{gap}{middle}|{middle}{gap}{last}|{first}[*]+|[*]+{last}|尾号{gap}{last}", str(text))


def at(text: str) -> datetime:
    """Local time: `at("2025-04-28 14:05")`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@dataclass(frozen=True)
class Store:
    """The home-decoration store and who works there; each of them as a workplace."""

    project: Project
    site: Site
    team: Team
    desk: Workplace
    li: Workplace
    wang: Workplace
    zhao: Workplace
    sun: Workplace
    manager: Workplace
    general: Workplace
    finance: Workplace
    admin: Workplace
    designer: Workplace


@dataclass(frozen=True)
class Estate:
    """The property project: in-house consultants and the brokers of two agencies."""

    project: Project
    site: Site
    desk: Workplace
    xu: Workplace
    counterpart: Workplace
    anju: Workplace
    hengxin: Workplace
    manager: Workplace
    general: Workplace
    finance: Workplace


def house() -> Organisation:
    """The house itself."""
    return Organisation.objects.get_or_create(kind=Organisation.Kind.OWN, defaults={"name": "秀兰"})[0]


def agency(name: str) -> Organisation:
    """An outside agency."""
    return Organisation.objects.get_or_create(name=name, kind=Organisation.Kind.DISTRIBUTOR)[0]


def person(
    username: str, name: str, role: str, project: Project, *, team: Team | None = None,
    organisation: Organisation | None = None,
) -> Workplace:  # fmt: skip
    """Somebody with a role in a project, at work there."""
    user = User.objects.filter(username=username).first() or User.objects.create_user(
        username, password=PASSWORD, name=name
    )
    Membership.objects.create(
        user=user, project=project, role=role, team=team, organisation=organisation or house(), since=LONG_AGO
    )
    here = workplace(user, project, MOMENT)
    assert here is not None
    return here


def staff(project: Project, rows: list[tuple[str, str, str, Team | None, Organisation]]) -> list[Workplace]:
    """Several new people at once (username, name, role, team, organisation): the cast of most tests, so in few queries."""
    password = _hashed()
    users = bulk_create_with_history(
        [User(username=username, name=name, password=password) for username, name, *_more in rows], User
    )
    members = [
        Membership(user=user, project=project, role=role, team=team, organisation=organisation, since=LONG_AGO)
        for user, (_username, _name, role, team, organisation) in zip(users, rows, strict=True)
    ]
    return [of_memberships(row.user, [row]) for row in bulk_create_with_history(members, Membership)]


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def store() -> Store:
    """The home-decoration store, its policy (D09) in force since long ago, four people in the rotation."""
    project = Project.objects.create(code="store", name="秀兰装饰")
    site = Site.objects.create(project=project, name="秀兰门店")
    team = Team.objects.create(name="市场一部", organisation=house())
    cast = (
        ("desk", "周敏", Role.FRONT_DESK), ("li", "李强", Role.SALESPERSON), ("wang", "王芳", Role.SALESPERSON),
        ("zhao", "赵磊", Role.SALESPERSON), ("sun", "孙丽", Role.SALESPERSON), ("manager", "何静", Role.MANAGER),
        ("general", "陈光", Role.GENERAL_MANAGER), ("finance", "钱慧", Role.FINANCE),
        ("admin", "吴勇", Role.ADMINISTRATOR), ("designer", "朱安", Role.DESIGNER),
    )  # fmt: skip
    rows = [(u, name, role, team if role == Role.SALESPERSON else None, team.organisation) for u, name, role in cast]
    made = dict(zip((u for u, *_more in cast), staff(project, rows), strict=True))
    team.leader = made["manager"].user
    team.save()
    Place.objects.bulk_create(
        Place(site=site, user=made[short].user, position=position)
        for position, short in enumerate(("wang", "zhao", "sun", "li"), start=1)
    )
    arbitration.put_in_force(
        project=project,
        policy=arbitration.publish("home-decoration", at=LONG_AGO),
        terms=Terms(),
        by="tests",
        at=LONG_AGO,
    )
    project.refresh_from_db()
    return Store(project=project, site=site, team=team, **{k: _again(v, project) for k, v in made.items()})


def estate() -> Estate:
    """The property project: protection of seven days, two agencies, nothing in force."""
    project = Project.objects.create(code="estate", name="秀兰森活里", terms_data=Terms(protection_days=7).as_json())
    site = Site.objects.create(project=project, name="森活里案场")
    own, anju, hengxin = house(), agency("安居公司"), agency("恒信公司")
    cast = (
        ("desk", "林燕", Role.FRONT_DESK, own), ("xu", "许平", Role.SALESPERSON, own),
        ("counterpart", "白桦", Role.COUNTERPART, own), ("anju", "高翔", Role.AGENT, anju),
        ("hengxin", "马兰", Role.AGENT, hengxin), ("manager", "郑涛", Role.MANAGER, own),
        ("general", "冯军", Role.GENERAL_MANAGER, own), ("finance", "叶青", Role.FINANCE, own),
    )  # fmt: skip
    rows = [(f"e_{u}", name, role, None, organisation) for u, name, role, organisation in cast]
    made = dict(zip((u for u, *_more in cast), staff(project, rows), strict=True))
    return Estate(project=project, site=site, **made)


def _again(here: Workplace, project: Project) -> Workplace:
    return Workplace(here.user, project, here.roles, here.rights, here.organisation, here.team)


def registered(
    here: Workplace, when: datetime, *, number: str = PHONE, name: str = "张建国", honorific: str = "先生", **more: Any
) -> Receipt:
    """`here` registers a customer."""
    return register_lead(here=here, lead=LeadInput(number=number, name=name, honorific=honorific, **more), at=when)


def arrived(
    store: Any, when: datetime, *, number: str = PHONE, name: str = "张建国", honorific: str = "先生", **more: Any
) -> Visit:
    """The desk logs a visitor."""
    arrival = Arrival(name=name, honorific=honorific, number=number, **more)
    return check_in(here=store.desk, site=store.site, arrival=arrival, at=when)


def read(response: Any) -> bytes:
    """All bytes of a response; a streamed one lets go of its file, without the signal that would close the database."""
    if not response.streaming:
        return bytes(response.content)
    body = b"".join(response.streaming_content)
    for close in response._resource_closers:
        close()
    return body


def terms(project: Project, **given: Any) -> None:
    """This project's terms are so from now on; the rest stays."""
    project.terms_data = {**project.terms_data, **given}
    project.save()


def proven(client: Client) -> Client:
    """The same window, where its person has just given their password once more (people/stepup.py)."""
    assert client.post("/confirm", {"password": PASSWORD}).status_code == 302
    return client


def customer(number: str = PHONE) -> Customer:
    """The customer with this number; of several, whose it was first."""
    found: Customer = Phone.objects.whole(f"+86{number}")[0].customer
    return found


def on_duty(store: Any, here: Workplace, when: datetime, hours: int = 8) -> Duty:
    """`here` is on duty from now on."""
    return Duty.objects.create(site=store.site, user=here.user, since=when, until=when + timedelta(hours=hours))
