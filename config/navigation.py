"""The links at the top of every page: those that this person may follow, no others."""

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


def navigation(request: HttpRequest) -> dict[str, Any]:
    """`links` for the header and `unread` for the badge; nothing for strangers."""
    here = getattr(request, "workplace", None)
    if here is None:
        return {"links": [], "unread": 0}
    match = request.resolver_match
    return {
        "links": [
            {"name": name, "label": label, "current": bool(match and match.url_name == name)}
            for name, label, right in LINKS
            if here.may(right)
        ],
        "unread": Message.objects.filter(to=str(here.user.pk), read_at__isnull=True).count(),
    }
