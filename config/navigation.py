"""The links at the top of every page, and the menu of 设置: those that this person may follow, no others."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.roles import Right
from trail.models import Message

LINKS = (
    ("desk", _("接待台"), Right.DESK),
    ("register", _("报备"), Right.REGISTER),
    ("me", _("我的三本"), Right.OWN_BOOKS),
    ("visits", _("到访本"), Right.VISIT_LOG),
    ("rotation", _("轮接"), Right.ROTATION),
    ("cases", _("撞单"), Right.CASES),
    ("penalties", _("处罚"), Right.SANCTIONS),
    ("period", _("结算"), Right.SPLITS),
    ("policy", _("制度"), Right.POLICY),
    ("staff", _("人员"), Right.STAFF),
    ("audit", _("审计"), Right.AUDIT),
)
# 设置: URL name, label, right. A page of the menu extends templates/settings/base.html; names begin with settings_.
SETTINGS: tuple[tuple[str, Any, str], ...] = ()


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`links` for the header, `settings_menu`, and `unread` for the badge; nothing for strangers."""
    here = getattr(request, "workplace", None)
    if here is None:
        return {"links": [], "settings_menu": [], "unread": 0}
    name = (request.resolver_match and request.resolver_match.url_name) or ""
    menu = [_link(entry, name, here) for entry in SETTINGS if here.may(entry[2])]
    links = [_link(entry, name, here) for entry in LINKS if here.may(entry[2])]
    if menu:
        links.append({"name": menu[0]["name"], "label": _("设置"), "current": name.startswith("settings_")})
    return {
        "links": links,
        "settings_menu": menu,
        "unread": Message.objects.filter(to=str(here.user.pk), read_at__isnull=True).count(),
    }


def _link(entry: tuple[str, Any, str], current: str, here: Any) -> dict[str, Any]:
    name, label, _right = entry
    return {"name": name, "label": label, "current": current == name or current.startswith(f"{name}_")}
