"""The audit log in words: names for ids, verbs for codes, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.models import User
from trail.models import Entry

ACTIONS = {
    "audit.read": _("看了审计日志"), "collision.escalate": _("上报撞单"), "collision.event": _("给撞单补记一件事"),
    "collision.evidence": _("要求当事人补证据"), "collision.open": _("撞单立案"), "collision.reopen": _("重新审理撞单"),
    "collision.rule": _("裁定撞单"), "customer.relate": _("记下客户关系"), "deal.sign": _("登记签单"),
    "deposit.refund": _("退定金"), "deposit.take": _("收了定金"), "duty.set": _("排值班"), "lead.register": _("报备"),
    "ownership.move": _("改变客户归属"), "phone.reveal": _("查看整号"), "policy.in_force": _("启用制度"),
    "policy.withdraw": _("停用制度"),
    "rotation.away": _("暂离或回来"), "rotation.move": _("调整轮接"), "splits.export": _("导出分成"),
    "visit.check_in": _("登记到访"), "visit.enter_late": _("补登到访"), "visit.leave": _("登记离开"),
    "work_phone.enter": _("登记工作电话"),
}  # fmt: skip
KINDS = {
    "collision": _("撞单"), "customer": _("客户"), "deal": _("签单"), "deposit": _("定金"), "policy": _("制度"), "project": _("项目"),
    "registration": _("报备"), "visit": _("到访"), "period": _("月份"),
}  # fmt: skip


def in_words(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Lines of the log with the actor's name, what was done and to what; one query for all names."""
    rows = list(entries)
    ids = {e.actor for e in rows} | {e.subject.removeprefix("user:") for e in rows if e.subject.startswith("user:")}
    names = User.objects.in_bulk([int(id_) for id_ in ids if id_.isdigit()])
    return [
        {
            "at": e.at, "who": _who(e.actor, names), "did": ACTIONS.get(e.action, e.action),
            "what": _what(e.subject, names),
        }
        for e in rows
    ]  # fmt: skip


def _who(actor: str, names: dict[int, User]) -> str:
    if actor == "system":
        return str(_("系统"))
    return str(names.get(int(actor), actor)) if actor.isdigit() else actor


def _what(subject: str, names: dict[int, User]) -> str:
    kind, _sep, id_ = subject.partition(":")
    if kind == "user":
        return _who(id_, names)
    return f"{KINDS[kind]} {id_[:24]}" if kind in KINDS else subject
