"""The links at the top of every page, and the menu of 设置: those that this person may follow, no others."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Project
from people.roles import Right
from people.tasks import unfinished
from trail import clock
from trail.models import Message

# In the order of how often they are needed. Of each person's, the first few stand in the header, the others under 更多.
LINKS = (
    ("desk", _("接待台"), Right.DESK),
    ("register", pgettext_lazy("menu", "报备"), Right.REGISTER),
    ("me", _("我的三本"), Right.OWN_BOOKS),
    ("pool", _("公海"), Right.POOL),
    ("cases", _("撞单"), Right.CASES),
    ("questions", _("核身份"), Right.IDENTITY),
    ("visits", _("到访本"), Right.VISIT_LOG),
    ("rotation", _("轮接"), Right.ROTATION),
    ("announced", _("审客追访"), Right.ANNOUNCED),
    ("expected", _("约到访"), Right.OWN_BOOKS),
    ("conduct", _("行为记录"), Right.CONDUCT),
    ("incidents", _("投诉和事件"), Right.INCIDENTS),
    ("period", _("结算"), Right.SPLITS),
    ("statement", _("分成单"), Right.OWN_BOOKS),
    ("settlements", _("甲方结佣"), Right.BOOKKEEPING),
    ("penalties", _("处分"), Right.SANCTIONS),
    ("penalties_mine", _("处分和奖励"), Right.ACCUSE),
    ("work", _("例行工作"), Right.POLICY),
    ("policy", _("制度"), Right.POLICY),
    ("insight", _("撞单统计"), Right.INSIGHT),
    ("reviews", _("审核"), Right.ALL_CUSTOMERS),
    ("transfers", pgettext_lazy("menu", "转交"), Right.ALLOCATE),
    ("books", _("大家的三本"), Right.ALL_CUSTOMERS),
    ("inbound", _("收件"), Right.INBOUND),
    ("imports", _("导入"), Right.IMPORT),
    ("prechecks", _("查重记录"), Right.PRECHECKS),
    ("handovers", _("离职交接"), Right.HAND_OVER),
    ("person_requests", _("个人信息要求"), Right.PRIVACY),
    ("looks", _("看整号"), Right.PRIVACY),
    ("settings_people", _("人员"), Right.STAFF),
    ("audit", _("审计"), Right.AUDIT),
)
IN_HEADER = 9
# Pages that a project has only where it wants them.
ONLY_WHERE: dict[str, Callable[[Project], bool]] = {"incidents": lambda project: project.keeps_incidents}
# 设置: URL name, label, right. A page of the menu extends templates/settings/base.html; names begin with settings_.
SETTINGS: tuple[tuple[str, Any, str], ...] = (
    ("settings_company", _("公司"), Right.SETTINGS),
    ("settings_projects", pgettext_lazy("menu", "项目"), Right.SETTINGS),
    ("settings_sites", pgettext_lazy("menu", "案场"), Right.SETTINGS),
    ("settings_teams", pgettext_lazy("menu", "团队"), Right.SETTINGS),
    ("settings_agencies", pgettext_lazy("menu", "分销公司"), Right.SETTINGS),
    ("settings_people", _("人员"), Right.STAFF),
    ("settings_roster", _("值班"), Right.ROSTER),
    ("settings_rotation", _("轮接名单"), Right.ROSTER),
    ("settings_calendar", _("日历"), Right.SETTINGS),
    ("settings_routines", _("例行工作"), Right.SETTINGS),
    ("settings_desk", _("前台"), Right.SETTINGS),
    ("settings_gifts", pgettext_lazy("menu", "礼品"), Right.SETTINGS),
    ("settings_texts", _("话术和单据"), Right.SETTINGS),
    ("settings_channels", _("渠道"), Right.SETTINGS),
    ("settings_signing_in", _("登录方式"), Right.SETTINGS),
    ("settings_inbound", _("报备来源"), Right.SETTINGS),
    ("settings_hooks", "Webhook", Right.SETTINGS),
    ("settings_notice", _("个人信息告知"), Right.SETTINGS),
    ("settings_retention", _("保存期限"), Right.SETTINGS),
    ("settings_jobs", _("任务"), Right.SETTINGS),
    ("settings_policies", _("制度"), Right.POLICIES),
    ("settings_territories", _("客户范围"), Right.ALLOCATE),
    ("settings_protection", _("保护与公海"), Right.POLICIES),
    ("settings_plans", _("提成方案"), Right.PLANS),
    ("settings_penalties", _("处分规则"), Right.POLICIES),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`links` for the header, `more` for the list behind it, `settings_menu`, and `messages_waiting` for the badge.

    The badge counts what waits for me, not what there is. Its name is no page's: what a page gives would take its place.

    `set_up` is asked by the pages of 设置 only: whether nothing is left to set up for this person.
    """
    here = getattr(request, "workplace", None)
    if here is None or here.barred:
        return {"links": [], "more": [], "settings_menu": [], "messages_waiting": 0}
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    menu = [_link(entry, name, here) for entry in SETTINGS if here.may(entry[2])]
    links = [_link(entry, name, here) for entry in LINKS if here.may(entry[2]) and _wanted(entry[0], here.project)]
    settings = name.startswith("settings_")
    if menu:
        settings = settings and not any(link["current"] for link in links)
        links.append({"name": menu[0]["name"], "label": _("设置"), "current": settings})
    return {
        "links": links[:IN_HEADER],
        "more": links[IN_HEADER:],
        "settings_menu": menu,
        # counted where it is shown: in no fragment
        "messages_waiting": cache(Message.objects.to(here.user.pk).waiting().count),
        "set_up": lambda: not (here.may(Right.SETTINGS) and unfinished(here.project, here.user, clock.now())),
    }


def _wanted(name: str, project: Project) -> bool:
    return name not in ONLY_WHERE or ONLY_WHERE[name](project)


def _link(entry: tuple[str, Any, str], current: str, here: Any) -> dict[str, Any]:
    name, label, _right = entry
    return {"name": name, "label": label, "current": current == name or current.startswith(f"{name}_")}
