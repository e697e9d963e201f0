"""Who works in the demo: a home-decoration store, and a property project with an in-house team and two agencies."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import make_password

from people.models import Membership, Organisation, Project, Site, Team, User
from people.roles import Role
from people.workplace import Workplace, workplace

PASSWORD = "guishu-demo-2026"  # noqa: S105 — printed on the demo's first screen

# username, name, role, project, team or agency
STAFF = (
    ("zhoumin", "周敏", Role.FRONT_DESK, "store", ""),
    ("linyan", "林燕", Role.FRONT_DESK, "store", ""),
    ("hejing", "何静", Role.MANAGER, "store", ""),
    ("sunhong", "孙红", Role.MANAGER, "store", ""),
    ("liqiang", "李强", Role.SALESPERSON, "store", "市场一部"),
    ("wangfang", "王芳", Role.SALESPERSON, "store", "市场一部"),
    ("zhaolei", "赵磊", Role.SALESPERSON, "store", "市场一部"),
    ("sunli", "孙丽", Role.SALESPERSON, "store", "市场一部"),
    ("tangyu", "唐宇", Role.SALESPERSON, "store", "市场二部"),
    ("dengwei", "邓伟", Role.SALESPERSON, "store", "市场二部"),
    ("songjia", "宋佳", Role.SALESPERSON, "store", "市场二部"),
    ("chenhao", "陈浩", Role.SALESPERSON, "store", "市场二部"),
    ("zhuan", "朱安", Role.DESIGNER, "store", ""),
    ("gemin", "葛敏", Role.DESIGNER, "store", ""),
    ("yelan", "叶兰", Role.SECRETARY, "store", ""),
    ("chenguang", "陈光", Role.GENERAL_MANAGER, "store estate", ""),
    ("qianhui", "钱慧", Role.FINANCE, "store estate", ""),
    ("wuyong", "吴勇", Role.ADMINISTRATOR, "store estate", ""),
    ("luqian", "陆倩", Role.FRONT_DESK, "estate", ""),
    ("zhengtao", "郑涛", Role.MANAGER, "estate", ""),
    ("baihua", "白桦", Role.COUNTERPART, "estate", ""),
    ("xuping", "许平", Role.SALESPERSON, "estate", "案场一组"),
    ("hanmei", "韩梅", Role.SALESPERSON, "estate", "案场一组"),
    ("shilei", "石磊", Role.SALESPERSON, "estate", "案场一组"),
    ("anqi", "安琪", Role.SALESPERSON, "estate", "案场一组"),
    ("gaoxiang", "高翔", Role.AGENT, "estate", "安居房产"),
    ("malan", "马兰", Role.AGENT, "estate", "安居房产"),
    ("jinbo", "金波", Role.AGENT, "estate", "安居房产"),
    ("fanglei", "方蕾", Role.AGENT, "estate", "恒信地产"),
    ("duyun", "杜云", Role.AGENT, "estate", "恒信地产"),
    ("caojun", "曹军", Role.AGENT, "estate", "恒信地产"),
)
LEADERS = {"市场一部": "hejing", "市场二部": "sunhong", "案场一组": "zhengtao"}
MANAGERS = {"store": "hejing", "estate": "zhengtao"}  # who keeps the roster and the rotation
SHOWN = (
    "liqiang",
    "zhoumin",
    "hejing",
    "qianhui",
    "chenguang",
    "wuyong",
    "gaoxiang",
)  # the accounts that the demo prints


@dataclass(frozen=True)
class House:
    """Everybody at work, by username, in their (first) project."""

    store: Project
    estate: Project
    sites: dict[str, Site]
    people: dict[str, Workplace]

    def selling(self, project: str) -> list[Workplace]:
        """Those who may follow customers there."""
        return [
            self.people[name]
            for name, _n, role, projects, _team in STAFF
            if project in projects and role in (Role.SALESPERSON, Role.AGENT)
        ]

    def there(self, username: str, project: Project) -> Workplace:
        """Somebody who works in both projects, at work in this one."""
        here = self.people[username]
        return Workplace(here.user, project, here.roles, here.rights, here.organisation, here.team)


def hire(store: Project, estate: Project, sites: dict[str, Site], since: datetime, now: datetime) -> House:
    """Everybody in STAFF, employed since `since`."""
    own = Organisation.objects.create(name="秀兰集团", kind=Organisation.Kind.OWN)
    agencies = {
        n: Organisation.objects.create(name=n, kind=Organisation.Kind.DISTRIBUTOR) for n in ("安居房产", "恒信地产")
    }
    teams = {name: Team.objects.create(name=name, organisation=own) for name in LEADERS}
    password, projects = make_password(PASSWORD), {"store": store, "estate": estate}
    people: dict[str, Workplace] = {}
    for username, name, role, codes, where in STAFF:
        user = User.objects.create(username=username, name=name, password=password)
        for code in codes.split():
            Membership.objects.create(
                user=user, project=projects[code], role=role, team=teams.get(where), since=since,
                organisation=agencies.get(where, own),
            )  # fmt: skip
        here = workplace(user, projects[codes.split()[0]], now)
        assert here is not None  # noqa: S101 — just employed
        people[username] = here
    for name, leader in LEADERS.items():
        Team.objects.filter(name=name).update(leader=people[leader].user)
    return House(store, estate, sites, people)
