"""What is still to be done before a company can work here, and what may come later; read from what there is."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.models import MailServer, Membership, Organisation, Project, Site, User
from trail.models import Entry
from trail.together import fill


@dataclass
class Task:
    """One line of the list: what, why, where (a URL name), and by which rows it is done. `needed`: without it nobody can work."""

    title: Any
    hint: Any
    page: str
    rows: Any
    needed: bool = True
    open: bool = True  # False: something before it comes first

    @property
    def done(self) -> bool:
        """Whether it is done."""
        return bool(self.rows)


def tasks(project: Project | None, user: User, at: datetime) -> list[Task]:
    """The list, in the order in which it is done; one query."""
    return _read(_all(project, user, at))


def unfinished(project: Project | None, user: User, at: datetime) -> bool:
    """Whether something is still open without which nobody can work here; one query."""
    return not all(task.done for task in _read([task for task in _all(project, user, at) if task.needed]))


def _read(listed: list[Task]) -> list[Task]:
    """Of what each is done by, one row says enough."""
    for task in listed:
        task.rows = task.rows.order_by().values("pk")[:1]
    fill(*(task.rows for task in listed))
    return listed


def _all(project: Project | None, user: User, at: datetime) -> list[Task]:
    first = [
        Task(_("管理员和公司"), _("谁管这套程序，叫什么公司"), "", Organisation.objects.filter(kind="own")),
        Task(_("项目和案场"), _("卖什么、在哪接待客户"), "setup_project", Site.objects.filter(project=project)),
    ]
    return first + [
        Task(title, hint, page, rows if project else rows.none(), needed, open=project is not None)
        for title, hint, page, rows, needed in _inside(project, user, at)
    ]


def _inside(project: Project | None, user: User, at: datetime) -> list[tuple[Any, Any, str, Any, bool]]:
    """What is done inside a project. What the right apps hold is read from the log of what was done."""
    others = Membership.objects.at(at).filter(project=project).exclude(user=user)
    did = Entry.objects.filter(project=project.code if project else "")
    policy, turns = did.filter(action__in=["policy.in_force", "policy.none"]), did.filter(action="rotation.join")
    duty = did.filter(action__startswith="duty.")
    return [
        (_("制度"), _("撞单按哪份制度裁"), "setup_policy", policy, True),
        (_("人员"), _("谁在这里干活，各是什么岗位"), "setup_people", others, True),
        (_("轮接名单"), _("没有约人的客户，轮到谁接"), "settings_rotation", turns, False),
        (_("值班"), _("哪天谁在案场"), "settings_roster", duty, False),
        (_("邮件"), _("邀请、通知和新密码链接能发到邮箱"), "settings_channels", MailServer.objects.all(), False),
    ]
