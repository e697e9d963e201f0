"""What is still to be done before a company can work here, and what may come later; read from what there is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.models import MailServer, Membership, Organisation, Project, Site, User
from trail.models import Entry


@dataclass
class Task:
    """One line of the list: what, why, where (a URL name), and whether it is done. `needed`: without it nobody can work."""

    title: Any
    hint: Any
    page: str
    check: Callable[[], bool]
    needed: bool = True
    open: bool = True  # False: something before it comes first

    @cached_property
    def done(self) -> bool:
        """Whether it is done; asked once."""
        return self.check()


def tasks(project: Project | None, user: User, at: datetime) -> list[Task]:
    """The list, in the order in which it is done."""
    first = [
        Task(_("管理员和公司"), _("谁管这套程序，叫什么公司"), "", Organisation.objects.filter(kind="own").exists),
        Task(_("项目和案场"), _("卖什么、在哪接待客户"), "setup_project", Site.objects.filter(project=project).exists),
    ]
    return first + [
        Task(title, hint, page, check if project else _not_yet, needed, open=project is not None)
        for title, hint, page, check, needed in _inside(project, user, at)
    ]


def unfinished(project: Project | None, user: User, at: datetime) -> bool:
    """Whether something is still open without which nobody can work here."""
    return any(task.needed and not task.done for task in tasks(project, user, at))


def _inside(project: Project | None, user: User, at: datetime) -> list[tuple[Any, Any, str, Callable[[], bool], bool]]:
    """What is done inside a project. What the right apps hold is read from the log of what was done."""
    others = Membership.objects.at(at).filter(project=project).exclude(user=user)
    did = Entry.objects.filter(project=project.code if project else "").order_by("at")
    policy = did.filter(action__in=["policy.in_force", "policy.none"])
    return [
        (_("制度"), _("撞单按哪份制度裁"), "setup_policy", policy.exists, True),
        (_("人员"), _("谁在这里干活，各是什么岗位"), "setup_people", others.exists, True),
        (
            _("轮接名单"),
            _("没有约人的客户，轮到谁接"),
            "settings_rotation",
            did.filter(action="rotation.join").exists,
            False,
        ),
        (_("值班"), _("哪天谁在案场"), "settings_roster", did.filter(action__startswith="duty.").exists, False),
        (_("邮件"), _("邀请、通知和新密码链接能发到邮箱"), "settings_channels", MailServer.objects.exists, False),
    ]


def _not_yet() -> bool:
    return False
